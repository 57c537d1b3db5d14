"""The page on which people register for an event."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from events import people
from events.desks import desk_for
from events.models import EventDesk, EventPage, Person, Registration
from events.people import person_of, write_token
from events.phases import Phase, is_cancelled, is_open, list_spans
from events.registering import limiting, services
from events.registering.forms import RegisterForm
from events.registering.line import Line, read_line
from events.registering.refusing import Reason, Refused
from hub.accounts.models import HomeAccount, User
from hub.accounts.viewer import viewer_of
from hub.documents import Audience


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def register(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """The form while registration is open; else when it opens, or what took its place."""
    desk, now = desk_for(request, key), timezone.now()
    person = person_of(desk, request)
    proven = person if person and person.confirmed else None
    held = Registration.objects.filter(person=proven).first() if proven else None
    if proven and held is not None and held.state != Registration.State.UNCONFIRMED:
        return redirect("events:participation", write_token(proven))
    context = frame(desk) | phases_of(desk, now)
    line = read_line(desk)
    if reason := _find_obstacle(request, desk, line, now):
        return render(request, f"events/registering/{reason}.html", context)
    form = _form(desk, request, proven)
    if request.method == "POST" and form.is_valid():
        answer = _register(desk, request, proven, form)
        if answer is not None:
            return answer
    context |= {"form": form, "line": line, "guest": not (proven or request.user.pk)}
    context["address"] = proven.email if proven else getattr(request.user, "email", "")
    context["may_group"] = bool(desk.group_size) and may_register_others(request)
    return render(request, "events/registering/register.html", context)


def _find_obstacle(request: HttpRequest, desk: EventDesk, line: Line, now: dt.datetime) -> str:
    """The page that says why there is no form; empty where there is one."""
    if not is_open(desk, Phase.REGISTRATION, now):
        return "closed"
    if not request.user.is_authenticated and not desk.allows_guests:
        return "members_only"
    return "full" if line.free == 0 and not desk.has_waiting_list else ""


def may_register_others(request: HttpRequest) -> bool:
    """Whoever works for a body registers its people."""
    return viewer_of(request).may_read(Audience.MEMBERS)


@never_cache
@require_safe
def sent(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """What happens next; the same for every address, known or not."""
    return render(request, "events/registering/sent.html", frame(desk_for(request, key)))


def frame(desk: EventDesk) -> dict[str, Any]:
    """What the pages of registration show of an event."""
    event = desk.event
    return {
        "desk": desk,
        "event": event,
        "key": event.translation_key,
        "off": event.status == EventPage.Status.CANCELLED,
    }


def phases_of(desk: EventDesk, now: dt.datetime) -> dict[str, Any]:
    """When registration is open, whether proposals are, and when they will be if that is still to come."""
    spans = {span.phase: span for span in list_spans(desk)}
    opens = spans[Phase.PROPOSALS].opens
    return {
        "span": spans[Phase.REGISTRATION],
        "now": now,
        "proposing": is_open(desk, Phase.PROPOSALS, now),
        "proposals_open": opens if opens and now < opens and not is_cancelled(desk) else None,
    }


def body_of(user: User) -> tuple[str, str]:
    """Key and name of the body an account works for, empty if there is none; two queries at most."""
    body = people.body_of(user)
    return (body.pk, body.name) if body else ("", "")


def _form(desk: EventDesk, request: HttpRequest, person: Person | None) -> RegisterForm:
    user = request.user
    address = user.email if isinstance(user, User) else None
    asks = not address and person is None
    initial = initial_of(user) if isinstance(user, User) else {}
    if person is not None:
        names = ("given_name", "family_name", "affiliation")
        initial |= {name: getattr(person, name) for name in names}
    data = request.POST if request.method == "POST" else None
    return RegisterForm(desk, data, initial=initial, asks_address=asks)


def initial_of(user: User) -> dict[str, Any]:
    """What an account is known to be called, where it works, and what its home says of its address."""
    home = HomeAccount.objects.filter(user=user).first()
    return {
        "given_name": user.first_name,
        "family_name": user.last_name,
        "affiliation": body_of(user)[1],
        "email": home.email if home else "",
    }


def _register(
    desk: EventDesk, request: HttpRequest, person: Person | None, form: RegisterForm
) -> HttpResponse | None:
    """Where it goes on; None if the form is shown again with what is in the way."""
    if not limiting.may_send(request):
        words = _("Too many registrations from your network. Please wait an hour and send it again.")
        form.add_error(None, words)
        return None
    try:
        return _enter(desk, request, person, form)
    except Refused as refused:
        form.add_error(None, refused.sentence)
        return None


def _enter(desk: EventDesk, request: HttpRequest, known: Person | None, form: RegisterForm) -> HttpResponse:
    user, now = request.user, timezone.now()
    sent_to = redirect("events:register_sent", desk.event.translation_key)
    address = form.cleaned_data.get("email", "")
    if address and not limiting.may_write_to(request, address):
        raise Refused(Reason.MANY_MAILS)
    person: Person | None = None
    if known is not None and (known.user_id or not getattr(user, "email", "")):
        body = body_of(user)[0] if isinstance(user, User) else known.body
        person = services.register_known(known, form.read_entry(body), now).person
    elif isinstance(user, User):
        person = services.register_account(desk.pk, user, form.read_entry(body_of(user)[0]), now)
    else:
        services.register_guest(desk.pk, form.read_entry(), now)
    if person is None or person.confirmed is None:
        return sent_to
    messages.success(request, _("Thank you, your registration is in. A mail is on its way."))
    return redirect("events:participation", write_token(person))
