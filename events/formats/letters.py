"""Letters about single dates: the reminder before, the question after, and that a recording is there.

Jobs look every few minutes for what is due, so nothing that was handed over can be lost. Who was written to
stands in the letters themselves and is read under the lock of the desk: two jobs at once write one letter.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import structlog
from django.db import InterfaceError, OperationalError, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse

from events.dates import EventDate, read_event_dates
from events.formats.feedback import ANSWERED_WITHIN, has_answered
from events.mailing.writing import write_letter
from events.models import Consent, ConsentText, EventDesk, EventPage, Letter, Person, Recorded, Registration
from events.people import write_token
from events.registering.line import lock_desk
from hub.env import env

logger = structlog.get_logger("hub.events")

AT_ONCE = 50
"""People written to in one transaction: as long, nobody can register."""

ASKED_WITHIN = dt.timedelta(days=1)
"""After the end of a date; a worker that was away for longer asks nobody any more."""


@dataclass(frozen=True)
class Occasion:
    """A letter that everybody with a seat gets once for each date.

    ``find_due`` tells which dates of a desk it is time for; ``not_after`` when it is too late, and
    ``skip`` whom it is not for.
    """

    letter: str
    wanted: Q
    find_due: Callable[[EventDesk, dt.datetime], Iterator[EventDate]]
    not_after: Callable[[EventDate], dt.datetime]
    describe: Callable[[EventDate, Person], dict[str, Any]]
    skip: Callable[[EventDate], Exists] | None = None


def write_due(occasion: Occasion, now: dt.datetime) -> int:
    """Write what is due of one occasion, over all events that take place; how many letters."""
    desks = EventDesk.objects.filter(occasion.wanted, event__live=True, forgotten=None)
    written = 0
    for desk in (
        desks.exclude(event__status=EventPage.Status.CANCELLED).select_related("event").order_by("pk")
    ):
        try:
            written += sum(_write(occasion, desk, date, now) for date in occasion.find_due(desk, now))
        except (OperationalError, InterfaceError):
            raise  # the database is away for all of them
        except Exception:  # one event, whatever is wrong with it, must not stop the mails of the others
            logger.exception("letters about a date not written", page=desk.event_id, letter=occasion.letter)
    return written


def _write(occasion: Occasion, desk: EventDesk, date: EventDate, now: dt.datetime) -> int:
    written = 0
    while list_untold(occasion, desk, date).exists():
        with transaction.atomic():
            held = lock_desk(desk.pk)
            due = {each.stamp: each for each in occasion.find_due(held, now)}
            current = due.get(date.stamp) if held.event.live else None
            if current is None:  # it was moved or cancelled just now
                return written
            people = list(list_untold(occasion, held, current)[:AT_ONCE])
            for person in people:
                person.desk = held
                write_letter(
                    held,
                    person,
                    occasion.letter,
                    name_occasion(current),
                    not_after=occasion.not_after(current),
                    date=current,
                    **occasion.describe(current, person),
                )
            written += len(people)
    return written


def list_untold(occasion: Occasion, desk: EventDesk, date: EventDate) -> QuerySet[Person]:
    """Who has a seat, can be reached, and has no such letter about this date yet.

    An address that somebody else typed, at the door or for the organisers, is nobody's until it is confirmed
    by what its owner does with their link: opening it proves nothing, since mail filters open links too. For
    whoever was registered by their town, the town stands.
    """
    of_same = Q(person=OuterRef("pk")) | Q(address__iexact=OuterRef("email"))
    letters = Letter.objects.filter(of_same, desk=desk, name=occasion.letter, occasion=name_occasion(date))
    seated = desk.people.filter(registration__state=Registration.State.CONFIRMED, unreachable="")
    known = Q(confirmed__isnull=False) | Q(registration__registered_by__isnull=False)
    untold = seated.filter(known).exclude(Exists(letters))
    return (untold.exclude(occasion.skip(date)) if occasion.skip else untold).order_by("pk")


def name_occasion(date: EventDate) -> str:
    """One date: moved within its day it is the same, and nobody hears of it twice."""
    return f"date-{date.stamp}-{date.day.isoformat()}"


def _find_ahead(desk: EventDesk, now: dt.datetime) -> Iterator[EventDate]:
    # Letters are kept for the days of the retention: asked for earlier, one would be written again.
    hours = min(desk.reminder_hours or 0, 24 * desk.retention_days)
    until = now + dt.timedelta(hours=hours)
    for each in read_event_dates(desk.event.build_schedule()):
        if now < each.date.starts <= until and not each.is_cancelled:
            yield each


def _find_ended(desk: EventDesk, now: dt.datetime) -> Iterator[EventDate]:
    for each in read_event_dates(desk.event.build_schedule()):
        if now - ASKED_WITHIN < each.date.ends <= now and not each.is_cancelled:
            yield each


def _describe_reminder(date: EventDate, person: Person) -> dict[str, Any]:
    cancel = reverse("events:participation_cancel", args=[write_token(person)])
    calendar = reverse("events:calendar_event", args=[person.desk.event.translation_key])
    return {"cancel_link": env.origin + cancel, "calendar_link": env.origin + calendar}


def _describe_question(date: EventDate, person: Person) -> dict[str, Any]:
    address = reverse("events:feedback", args=[write_token(person), date.stamp])
    return {"feedback_link": env.origin + address, "days": ANSWERED_WITHIN.days}


REMINDER = Occasion(
    letter="reminder",
    wanted=Q(reminder_hours__isnull=False),
    find_due=_find_ahead,
    not_after=lambda date: date.date.starts,
    describe=_describe_reminder,
)
QUESTION = Occasion(
    letter="feedback_asked",
    wanted=Q(asks_feedback=True),
    find_due=_find_ended,
    not_after=lambda date: date.date.ends + ANSWERED_WITHIN,
    describe=_describe_question,
    skip=has_answered,
)
OCCASIONS = (REMINDER, QUESTION)


def tell_recordings(now: dt.datetime) -> int:
    """Write to those who wanted to hear what came of it, once the page of a date is out; how many letters.

    A row is told of in one transaction that holds it, so a second job passes it by.
    """
    waiting = Recorded.objects.filter(told=None, page__live=True).order_by("pk")
    return sum(_tell_recording(key, now) for key in waiting.values_list("pk", flat=True))


@transaction.atomic
def _tell_recording(key: int, now: dt.datetime) -> int:
    rows = Recorded.objects.select_for_update(of=("self",), skip_locked=True)
    found = rows.select_related("desk__event", "page").filter(pk=key, told=None, page__live=True).first()
    if found is None or found.page is None:
        return 0
    people = list(list_interested(found.desk))
    for person in people:
        person.desk = found.desk
        write_letter(
            found.desk,
            person,
            "recording_there",
            f"recording-{found.pk}",
            page=found.page,
            address=f"{env.origin}/id/{found.page.translation_key}",
        )
    found.told = now
    found.save(update_fields=["told"])
    return len(people)


def list_interested(desk: EventDesk) -> QuerySet[Person]:
    """Who has a seat and agreed, until now, to mails about what came of it."""
    agreed = Consent.objects.filter(
        person=OuterRef("pk"), text__purpose=ConsentText.Purpose.FOLLOW_UP, withdrawn=None
    )
    seated = desk.people.filter(registration__state=Registration.State.CONFIRMED, unreachable="")
    return seated.filter(Exists(agreed)).order_by("pk")
