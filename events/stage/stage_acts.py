"""What is pressed on the page of the stage, carried out; each answers with a sentence, or with nothing."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from events.models import EventDesk, Person, Plan
from events.stage import mending, queries, services
from events.stage.forms import PitchForm
from events.stage.pages import read_key
from events.stage.refusing import StageRefused
from events.stage.services import Turn


@dataclass(frozen=True)
class Visit:
    """Who stands before the page: ``staff`` runs the stage, a ``person`` may present while ``is_open``."""

    desk: EventDesk
    plan: Plan
    staff: bool
    person: Person | None
    is_open: bool

    @property
    def may_queue(self) -> bool:
        """Whether the form for a place in the line is for them now."""
        return self.staff or (self.is_open and self.person is not None)


def queue(visit: Visit, form: PitchForm, now: dt.datetime) -> str:
    """A place in the line, as the valid form says. Raises :class:`StageRefused`."""
    if not visit.may_queue:
        raise StageRefused(_("You can join the line while the event is going on."))
    name, chosen = form.read_line("caller"), form.chosen
    if chosen is not None:
        turn = Turn(name, chosen.proposer if visit.staff else visit.person)
        pitch = services.queue_up(chosen, turn, now)
    else:
        turn = Turn(name, None if visit.staff else visit.person)
        shows = bool(form.cleaned_data.get("shows_name"))
        title, key = form.read_line("title"), form.cleaned_data["key"]
        pitch = services.queue_new(visit.plan.pk, key, title, turn, now, shows_name=shows)
    return _("“%(title)s” is in the line.") % {"title": pitch.session.title}


def withdraw(request: HttpRequest, visit: Visit, now: dt.datetime) -> str:
    """Out of the line: one's own, or any for those who run the stage. Raises :class:`StageRefused`."""
    key = read_key(request, "pitch")
    pitch = queries.find_pitch(visit.plan.pk, key) if key else None
    is_own = pitch is not None and visit.person is not None and pitch.person_id == visit.person.pk
    if not (visit.staff or is_own):
        raise PermissionDenied
    if pitch is None:
        raise StageRefused(_("This is not in the line any more."))
    services.withdraw(pitch, now)
    return _("“%(title)s” is out of the line.") % {"title": pitch.session.title}


def call_next(request: HttpRequest, plan: Plan, now: dt.datetime) -> str:
    """The next one comes on stage."""
    pitch = services.call_next(
        plan.pk, _press_of(request), read_key(request, "seen"), now, hands=_hands(request)
    )
    return _("On stage: “%(title)s”.") % {"title": pitch.session.title} if pitch else ""


def end(request: HttpRequest, plan: Plan, now: dt.datetime) -> str:
    """The pitch is over."""
    pitch = services.end(plan.pk, _press_of(request), _seen(request), now, hands=_hands(request))
    if pitch is None:
        return ""
    words = ngettext(
        "“%(title)s” is presented, %(hands)s hand was raised. Now its card can be hung on the wall.",
        "“%(title)s” is presented, %(hands)s hands were raised. Now its card can be hung on the wall.",
        pitch.hands or 0,
    )
    return words % {"title": pitch.session.title, "hands": pitch.hands or 0}


def put_back(request: HttpRequest, plan: Plan, now: dt.datetime) -> str:
    """Whoever was called is not there."""
    pitch = services.put_back(plan.pk, _press_of(request), _seen(request), now)
    return _("“%(title)s” waits again, behind the others.") % {"title": pitch.session.title} if pitch else ""


def count(request: HttpRequest, plan: Plan, now: dt.datetime) -> str:
    """One hand more, or one fewer."""
    step = -1 if request.POST.get("step") == "-1" else 1
    services.count_hands(plan.pk, _press_of(request), _seen(request), step, now)
    return ""


def resume(request: HttpRequest, plan: Plan, now: dt.datetime) -> str:
    """The end was pressed too early."""
    pitch = mending.resume(plan.pk, _press_of(request), _pitch(request), read_key(request, "seen"), now)
    return _("On stage again: “%(title)s”.") % {"title": pitch.session.title} if pitch else ""


def move_ahead(request: HttpRequest, plan: Plan, now: dt.datetime) -> str:
    """Somebody comes next."""
    pitch = mending.move_ahead(plan.pk, _press_of(request), _pitch(request), now)
    return _("“%(title)s” comes next.") % {"title": pitch.session.title} if pitch else ""


def correct(request: HttpRequest, plan: Plan, now: dt.datetime) -> str:
    """Another number of hands for a session that was presented; on stage and at the wall."""
    hands = _hands(request)
    if hands is None:
        raise StageRefused(_("Raised hands are a number from 0 to 9999."))
    pitch = mending.correct_hands(plan.pk, _press_of(request), _pitch(request), hands, now)
    if pitch is None:
        return ""
    words = ngettext(
        "%(hands)s hand is noted for “%(title)s”.", "%(hands)s hands are noted for “%(title)s”.", hands
    )
    return words % {"title": pitch.session.title, "hands": hands}


STAFF: dict[str, Callable[[HttpRequest, Plan, dt.datetime], str]] = {
    "next": call_next,
    "end": end,
    "back": put_back,
    "count": count,
    "resume": resume,
    "ahead": move_ahead,
    "correct": correct,
}
"""What only those who run the stage do."""


def _press_of(request: HttpRequest) -> uuid.UUID:
    """The key of this press: that of the form, for this button of it."""
    key = read_key(request, "key")
    if key is None:
        raise StageRefused(_("This page is too old. Please open it again."))
    sent = request.POST
    return uuid.uuid5(key, f"{sent.get('do')} {sent.get('step', '')} {sent.get('pitch', '')}".strip())


def _seen(request: HttpRequest) -> uuid.UUID:
    seen = read_key(request, "seen")
    if seen is None:
        raise StageRefused(_("Nobody is on stage at the moment."))
    return seen


def _pitch(request: HttpRequest) -> uuid.UUID:
    pitch = read_key(request, "pitch")
    if pitch is None:
        raise StageRefused(_("This page is too old. Please open it again."))
    return pitch


def _hands(request: HttpRequest) -> int | None:
    """The number that was typed; None if none was."""
    text = request.POST.get("hands", "").strip()
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= 4):
        raise StageRefused(_("Raised hands are a number from 0 to 9999."))
    return int(text)
