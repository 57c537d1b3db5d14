"""Participants: the list, one person, the table to download, and mails to many."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from email.utils import parseaddr
from functools import partial
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from events.models import EventDesk, Person, Registration
from events.office import by_hand, news
from events.office.people import (
    COLUMNS,
    PER_PAGE,
    PRESET,
    STATES,
    Choice,
    Wanted,
    build_rows,
    count_states,
    find_people,
    head_of,
)
from events.office.people_forms import AddressForm, CancelForm, NewsForm
from events.office.views.frame import for_organisers, show
from events.registering import services
from events.registering.addresses import send_link_again
from events.registering.forgetting import forget_person
from events.registering.refusing import Reason, Refused
from hub.env import env
from theme.sheets import send_sheet

State = Registration.State


@for_organisers
def list_people(request: HttpRequest, desk: EventDesk) -> HttpResponse:
    """Everybody who takes part, by words and state."""
    wanted = _wanted(request)
    page = Paginator(find_people(desk, wanted), PER_PAGE).get_page(request.GET.get("seite"))
    counts = count_states(desk)
    context = {
        "here": "people",
        "wanted": wanted,
        "page": page,
        "states": [(name, STATES[name], n) for name, n in counts.items()],
        "columns": COLUMNS.items(),
        "preset": PRESET,
        "questions": desk.questions.all(),
        "consents": [(text.pk, head_of(text)) for text in desk.consent_texts.all()],
        "anybody": bool(counts),
    }
    return show(request, desk, "people", context)


@for_organisers
def download_people(request: HttpRequest, desk: EventDesk) -> HttpResponseBase:
    """The people of the list as a table, with the columns that were ticked and no other."""
    columns = [name for name in COLUMNS if name in request.GET.getlist("spalte")]
    asked, agreed = request.GET.getlist("frage"), request.GET.getlist("einwilligung")
    choice = Choice(
        columns or PRESET,
        [question for question in desk.questions.all() if str(question.pk) in asked],
        [text for text in desk.consent_texts.all() if str(text.pk) in agreed] if agreed else [],
    )
    name = slugify("-".join((_("participants"), desk.event.title, timezone.localdate().isoformat())))
    return send_sheet(list(build_rows(desk, _wanted(request), choice)), name)


@for_organisers
def show_person(request: HttpRequest, desk: EventDesk, person: uuid.UUID) -> HttpResponse:
    """One participant. A POST: ``action`` cancels, confirms, moves up, deletes or is about the address."""
    found = get_object_or_404(Person.objects.select_related("desk__event"), pk=person, desk=desk)
    action = request.POST.get("action", "")
    cancelling = CancelForm(request.POST if action == "cancel" else None)
    address = AddressForm(request.POST if action == "address" else None)
    if request.method == "POST" and _act(request, found, action, cancelling, address):
        key = desk.event.translation_key
        if action == "forget":
            return redirect("events:office_people", key)
        return redirect("events:office_person", key, person)
    context = {"here": "people", "cancelling": cancelling, "readdressing": address}
    return show(request, desk, "person", context | _describe(found))


def _describe(found: Person) -> dict[str, Any]:
    registration = Registration.objects.filter(person=found).select_related("registered_by").first()
    return {
        "person": found,
        "registration": registration,
        "answers": registration.answers.select_related("question") if registration else [],
        "consents": found.consents.select_related("text").order_by("given"),
        "proposals": found.proposals.all(),
        "letters": found.letters.order_by("-created")[:20],
        "bounce_mailbox": parseaddr(env.mail_from)[1],
        "may_correct": by_hand.may_correct(found),
        "may_cancel": registration is not None and registration.state in CANCELLABLE,
        "may_move_up": registration is not None and registration.state in MOVABLE,
        "may_confirm": registration is not None and registration.state == State.UNCONFIRMED,
    }


@for_organisers
def write_news(request: HttpRequest, desk: EventDesk) -> HttpResponse:
    """A mail to many: typed, looked at with the number of those who get it, then sent."""
    counts = news.count_recipients(desk)
    if request.method != "POST":
        form = NewsForm(initial={"key": uuid.uuid4(), "audience": news.SEATED}, counts=counts)
        return show(request, desk, "news", {"here": "news", "form": form})
    form = NewsForm(request.POST, counts=counts)
    action = request.POST.get("action")
    if not form.is_valid() or action == "change":
        return show(request, desk, "news", {"here": "news", "form": form})
    data = form.cleaned_data
    if action != "send":
        context = {"here": "news", "form": form, "number": counts[data["audience"]], "preview": data}
        context["audience"] = news.AUDIENCES[data["audience"]]
        return show(request, desk, "news_preview", context)
    number = news.send_news(desk, news.News(data["key"], data["audience"], data["subject"], data["text"]))
    said = ngettext(
        "The mail is on its way to %(n)s person. The list of participants says whom it does not reach.",
        "The mail is on its way to %(n)s people. The list of participants says whom it does not reach.",
        number,
    )
    messages.success(request, said % {"n": number})
    return redirect("events:office", desk.event.translation_key)


CANCELLABLE = (State.CONFIRMED, State.OFFERED, State.WAITING)
MOVABLE = (State.WAITING, State.OFFERED, State.EXPIRED)


def _act(
    request: HttpRequest, person: Person, action: str, cancelling: CancelForm, address: AddressForm
) -> bool:
    """Do what was asked; whether it is done or refused in words, and not to be corrected in a form."""
    now = timezone.now()
    if action == "cancel":
        if not cancelling.is_valid():
            return False
        reason = cancelling.cleaned_data["reason"]
        cancel = partial(services.cancel, person, now, by_organiser=True, reason=reason)
        return _try(request, cancel, _tell_done(person, action))
    if action == "confirm":
        return _try(request, lambda: by_hand.confirm_by_hand(person, now), _tell_done(person, action))
    if action == "up":
        return _try(request, lambda: services.move_up(person, now), _tell_done(person, action))
    if action == "address":
        return address.is_valid() and _correct(request, person, address)
    return _note(request, person, action)


def _tell_done(person: Person, action: str) -> str:
    """What was done, and who tells the person: a mail, or the organisers where there is no address."""
    told = {
        "cancel": _("Cancelled. The person gets a mail, and the seat goes to whoever is next."),
        "confirm": _("Confirmed by hand. The person gets a mail that says whether there is a seat."),
        "up": _("The seat is theirs. The person gets a mail with an entry for the calendar."),
    }
    untold = {
        "cancel": _(
            "Cancelled. The seat goes to whoever is next. No e-mail address is known: tell the person "
            "yourself."
        ),
        "confirm": _("Confirmed by hand. No e-mail address is known: tell the person yourself."),
        "up": _("The seat is theirs. No e-mail address is known: tell the person yourself."),
    }
    return told[action] if person.has_address else untold[action]


def _note(request: HttpRequest, person: Person, action: str) -> bool:
    """What nothing can be in the way of."""
    if action == "link":
        _send_link(request, person)
    elif action == "forget":
        forget_person(person, timezone.now())
        messages.success(request, _("All that this event held of the person is deleted."))
    elif action == "bounced":
        by_hand.mark_unreachable(person, timezone.now())
        messages.success(request, _("Noted: mails do not reach the person. Please correct the address."))
    elif action == "arrives":
        by_hand.mark_reachable(person)
        messages.success(request, _("Noted: mails reach the person."))
    else:
        raise Http404
    return True


def _send_link(request: HttpRequest, person: Person) -> None:
    if not person.has_address:
        raise Http404
    if send_link_again(person, timezone.now()):
        messages.success(request, _("The mail with the person’s link is on its way."))
    else:
        messages.info(request, _("The link went out a few minutes ago. Please wait a little."))


def _try(request: HttpRequest, verb: Callable[[], object], done: str) -> bool:
    try:
        verb()
    except Refused as refused:
        messages.error(request, refused.sentence)
    else:
        messages.success(request, done)
    return True


def _correct(request: HttpRequest, person: Person, form: AddressForm) -> bool:
    try:
        by_hand.correct_address(person, form.cleaned_data["email"], timezone.now())
    except Refused as refused:
        is_taken = refused.reason is Reason.TAKEN
        words = _("Somebody else takes part under this address.") if is_taken else refused.sentence
        form.add_error("email", words)
        return False
    messages.success(request, _("The address is changed. A new mail with the person’s link is on its way."))
    return True


def _wanted(request: HttpRequest) -> Wanted:
    state = request.GET.get("zustand", "")
    return Wanted(
        request.GET.get("q", "").replace("\x00", "")[:200].strip(), state if state in STATES else ""
    )
