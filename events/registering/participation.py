"""The page on which somebody sees and changes all that is theirs, by the link in their mails."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from events.formats.feedback import find_open_date
from events.models import Person, Registration, Session
from events.people import FEED, find_person, remember_person, write_token
from events.phases import Phase, is_open
from events.registering import addresses, consents, limiting, services
from events.registering.answers import list_questions
from events.registering.forgetting import forget_person
from events.registering.forms import AddressForm, change_form
from events.registering.line import IN_LINE, is_ahead, read_line
from events.registering.others import asks_for_list, may_see_others
from events.registering.queries import count_left, list_registered, place_in_line
from events.registering.refusing import Reason, Refused
from events.registering.views import frame
from hub.env import env

State = Registration.State


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def show(request: HttpRequest, token: str) -> HttpResponse:
    """Where somebody stands. Opening the link changes nothing, since mail filters open links too."""
    person = find_person(token)
    if person is None:
        return _unknown(request)
    if request.method == "POST":
        act = ACTIONS.get(request.POST.get("action", ""))
        if act is not None:
            _try(request, act, person)
        return redirect("events:participation", token)
    remember_person(request, person)
    return render(request, "events/registering/participation.html", _state_of(person, token))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, token: str) -> HttpResponse:
    """Names, affiliation, answers, and the way to another address."""
    person = find_person(token)
    if person is None:
        return _unknown(request)
    registration = Registration.objects.filter(person=person).first()
    moves = request.method == "POST" and request.POST.get("action") == "address"
    data = request.POST if request.method == "POST" else None
    form = change_form(person, registration, None if moves else data)
    address = AddressForm(data if moves else None, prefix="new")
    if moves and address.is_valid() and _may_propose(request, address):
        return _propose(request, person, token, address)
    if request.method == "POST" and not moves and not limiting.may_send(request):
        form.add_error(None, Refused(Reason.TOO_OFTEN).sentence)
    if request.method == "POST" and not moves and form.is_valid():
        if services.change_data(person, form.read_entry(), timezone.now(), request.user.pk):
            messages.success(request, _("Your data are saved. You get a mail with what stands there now."))
        return redirect("events:participation", token)
    context = frame(person.desk) | {"form": address if moves else form, "data": form, "address": address}
    return render(request, "events/registering/change.html", context | {"person": person, "token": token})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def cancel(request: HttpRequest, token: str) -> HttpResponse:
    """Asks once more, says what follows, and cancels."""
    person = find_person(token)
    if person is None:
        return _unknown(request)
    if request.method == "POST":
        _try(request, _cancel, person)
        return redirect("events:participation", token)
    registration = Registration.objects.filter(person=person).first()
    if registration is None or registration.state not in IN_LINE:
        return redirect("events:participation", token)
    context = frame(person.desk) | {"person": person, "token": token, "registration": registration}
    context["line"] = read_line(person.desk)
    return render(request, "events/registering/cancel.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def move(request: HttpRequest, proof: str) -> HttpResponse:
    """The link that was sent to a new address, and the button that makes it count."""
    found = addresses.read_proof(proof)
    if found is None:
        return _unknown(request)
    if request.method == "POST":
        try:
            person = addresses.move_address(found, timezone.now(), request.user.pk)
        except Refused as refused:
            messages.error(request, refused.sentence)
            return redirect("events:participation_address", proof)
        messages.success(request, _("The new address counts from now on. Earlier links no longer work."))
        return redirect("events:participation", write_token(person))
    context = frame(found.person.desk) | {"email": found.email}
    return render(request, "events/registering/move.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def renew(request: HttpRequest, token: str) -> HttpResponse:
    """Asks, then ends this link with all others; the new one goes by mail alone, not to whoever asks."""
    person = find_person(token)
    if person is None:
        return _unknown(request)
    done = request.method == "POST"
    if done and (reason := limiting.find_excess(request, person.email)):
        messages.error(request, Refused(reason).sentence)
        return redirect("events:participation", token)
    if done:
        addresses.renew_link(person)
    context = frame(person.desk) | {"person": person, "token": token, "done": done}
    return render(request, "events/registering/renew.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def forget(request: HttpRequest, token: str) -> HttpResponse:
    """Asks once more, says what goes and what stays, and deletes all that this event holds of them."""
    person = find_person(token)
    if person is None:
        return _unknown(request)
    context = frame(person.desk) | {"person": person, "token": token}
    if request.method != "POST":
        return render(request, "events/registering/forget.html", context)
    if not limiting.may_send(request):
        messages.error(request, Refused(Reason.TOO_OFTEN).sentence)
        return redirect("events:participation", token)
    forget_person(person, timezone.now())
    return render(request, "events/registering/forgotten.html", context)


def _state_of(person: Person, token: str) -> dict[str, Any]:
    desk, now = person.desk, timezone.now()
    registration = Registration.objects.select_related("registered_by").filter(person=person).first()
    answers = list(registration.answers.select_related("question")) if registration else []
    answered = {answer.question_id for answer in answers}
    may_group = bool(person.user_id and person.body and desk.group_size)
    held = list_registered(person) if may_group else []
    asked = consents.list_asked(person)
    return frame(desk) | {
        "person": person,
        "token": token,
        "registration": registration,
        "place": place_in_line(desk, registration),
        "line": read_line(desk),
        "now": now,
        "ahead": is_ahead(desk, now),
        "open": is_open(desk, Phase.REGISTRATION, now),
        "answers": sorted(answers, key=lambda each: (each.question.position, each.question_id)),
        "unanswered": any(each.required and each.pk not in answered for each in list_questions(desk)),
        "asked": asked,
        "sees_others": asks_for_list(asked) and may_see_others(person, registration),
        "proposals": list(person.proposals.order_by("created", "pk")),
        "hosted": _list_hosted(person),
        "colleagues": held,
        "colleagues_left": count_left(desk, held) if may_group else 0,
        "feed": _feed_of(person),
        "feedback": find_open_date(person, now),
        "is_on": is_open(desk, Phase.ON_SITE, now),
        "is_over": is_open(desk, Phase.RESULTS, now),
    }


def _list_hosted(person: Person) -> list[Any]:
    """Sessions they host without having proposed them."""
    found = Session.objects.filter(hosts__person=person).exclude(proposer=person)
    return list(found.order_by("created", "pk"))


def _feed_of(person: Person) -> str:
    """The address at which calendars follow what is theirs; empty while there is none."""
    try:
        return env.origin + reverse("events:calendar_person", args=[write_token(person, FEED)])
    except NoReverseMatch:
        return ""


def _try(request: HttpRequest, act: Callable[[HttpRequest, Person], str], person: Person) -> None:
    """Do it, and say what came of it or what is in the way."""
    try:
        if not limiting.may_send(request):
            raise Refused(Reason.TOO_OFTEN)
        words = act(request, person)
    except Refused as refused:
        messages.error(request, refused.sentence)
    else:
        if words:
            messages.success(request, words)


def _take_part(request: HttpRequest, person: Person) -> str:
    found = services.take_part(person, timezone.now(), request.user.pk)
    if found.state == State.WAITING:
        return _("You are on the waiting list. We write to you as soon as a seat is free.")
    return _("You have a seat. A mail with the date for your calendar is on its way.")


def _cancel(request: HttpRequest, person: Person) -> str:
    found = services.cancel(person, timezone.now())
    if found is None or found.state != State.CANCELLED:
        return ""
    return _("You have cancelled. Thank you for telling us: the seat goes to the next person.")


def _accept(request: HttpRequest, person: Person) -> str:
    found = services.accept_offer(person, timezone.now(), request.user.pk)
    if found is not None and found.state == State.CONFIRMED:
        return _("You have a seat. A mail with the date for your calendar is on its way.")
    return ""


def _consent(request: HttpRequest, person: Person) -> str:
    text = request.POST.get("text", "")
    if text.isdecimal() and consents.give(person, int(text), timezone.now()):
        return _("Thank you. You can withdraw your consent here at any time.")
    return ""


def _withdraw(request: HttpRequest, person: Person) -> str:
    text = request.POST.get("text", "")
    if text.isdecimal() and consents.withdraw(person, int(text), timezone.now()):
        return _("Your consent is withdrawn. It holds from now on.")
    return ""


def _may_propose(request: HttpRequest, form: AddressForm) -> bool:
    """Whether a mail may go to the new address; else the form says why not."""
    if reason := limiting.find_excess(request, form.cleaned_data["email"]):
        form.add_error("email", Refused(reason).sentence)
    return not reason


def _propose(request: HttpRequest, person: Person, token: str, form: AddressForm) -> HttpResponse:
    addresses.propose_address(person, form.cleaned_data["email"], timezone.now())
    words = _("We have sent a link to the new address. Only when you follow it does that address count.")
    messages.success(request, words)
    return redirect("events:participation", token)


def _unknown(request: HttpRequest) -> HttpResponse:
    return render(request, "events/registering/unknown.html", status=404)


ACTIONS: dict[str, Callable[[HttpRequest, Person], str]] = {
    "take_part": _take_part,
    "accept": _accept,
    "decline": _cancel,
    "consent": _consent,
    "withdraw": _withdraw,
}
"""What the buttons of the page do."""
