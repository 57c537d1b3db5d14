"""What participants say after a date, so that nobody can tell whose answer it is.

An answer holds no person, and that somebody answered holds no answer. Two rows written together could still
be matched by their order on the disk, or by the number of their transaction. So with each answer all rows
of the date are written anew, in an order of chance and with new keys: then they are all of one transaction.
"""

from __future__ import annotations

import datetime as dt
import random
import uuid
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from events.dates import EventDate, read_event_dates
from events.models import EventDesk, Feedback, FeedbackGiven, Person
from events.proposing.queries import has_seat
from events.registering.line import lock_desk
from hub.errors import HubError
from hub.instants import localise

FEWEST = 3
"""Answers from which on organisers read them: of fewer, somebody could be recognised."""

ANSWERED_WITHIN = dt.timedelta(days=30)
CLOSED, CANCELLED, EARLY, LATE, NO_SEAT, GIVEN = "closed", "cancelled", "early", "late", "no_seat", "given"
OBSTACLES: dict[str, str | Promise] = {
    CLOSED: _("The organisers do not ask for feedback on this event."),
    CANCELLED: _("This date did not take place, so there is nothing to say about it."),
    EARLY: _("This date is not over yet. Please come back afterwards."),
    LATE: _("Feedback was open for thirty days. If something is on your mind, write to the organisers."),
    NO_SEAT: _("Feedback is for those who had a seat."),
    GIVEN: _("You have answered already. Thank you!"),
}
_chance = random.SystemRandom()


class Refused(HubError):
    """No answer can be taken: ``reason`` is a key of :data:`OBSTACLES`."""

    def __init__(self, reason: str) -> None:
        super().__init__(str(OBSTACLES[reason]))
        self.reason = reason


@dataclass(frozen=True)
class Said:
    """One answer: ``use`` from 1 to 4 (:class:`Feedback.Use`), and two texts that may be empty."""

    use: int
    better: str = ""
    more: str = ""


@dataclass(frozen=True)
class Voices:
    """What was said of one date: how often each choice, and the texts in an order of chance."""

    number: int
    uses: list[tuple[str | Promise, int]]
    better: list[str]
    more: list[str]


@transaction.atomic
def give_feedback(person: Person, date: EventDate, said: Said, now: dt.datetime) -> None:
    """Keep an answer, and apart from it that this person gave one. Raises :class:`Refused`."""
    desk = lock_desk(person.desk_id)
    person.desk = desk
    if reason := find_obstacle(person, date, now):
        raise Refused(reason)
    at, day = date.date.at, localise(now, desk.event.time_zone).date()
    given = list(FeedbackGiven.objects.filter(person__desk=desk, at=at))
    answers = list(Feedback.objects.filter(desk=desk, at=at))
    FeedbackGiven.objects.filter(person__desk=desk, at=at).delete()
    Feedback.objects.filter(desk=desk, at=at).delete()
    given.append(FeedbackGiven(person=person, at=at))
    answers.append(Feedback(desk=desk, at=at, day=day, use=said.use, better=said.better, more=said.more))
    for row in given:
        row.pk = None
    for answer in answers:
        answer.pk = uuid.uuid4()
    _chance.shuffle(given)
    _chance.shuffle(answers)
    FeedbackGiven.objects.bulk_create(given)
    Feedback.objects.bulk_create(answers)


def find_obstacle(person: Person, date: EventDate, now: dt.datetime) -> str:
    """Why somebody cannot answer, as a key of :data:`OBSTACLES`; empty if they can. At most two queries."""
    desk = person.desk
    if not desk.asks_feedback:
        return CLOSED
    if date.is_cancelled:
        return CANCELLED
    if now < date.date.ends:
        return EARLY
    # That somebody answered is forgotten with the retention: later, they could answer again.
    if now >= min(date.date.ends + ANSWERED_WITHIN, date.date.at + dt.timedelta(days=desk.retention_days)):
        return LATE
    if FeedbackGiven.objects.filter(person=person, at=date.date.at).exists():
        return GIVEN
    return "" if has_seat(person) else NO_SEAT


def find_open_date(person: Person, now: dt.datetime) -> EventDate | None:
    """The newest date on which somebody can say something now; two queries, none while nothing is asked."""
    if not person.desk.asks_feedback:
        return None
    date = find_newest(person.desk, now)
    return date if date is not None and not find_obstacle(person, date, now) else None


def find_newest(desk: EventDesk, now: dt.datetime) -> EventDate | None:
    """The newest date that is over and took place; no query."""
    over = (each for each in read_event_dates(desk.event.build_schedule()) if each.date.ends <= now)
    return max(
        (each for each in over if not each.is_cancelled), key=lambda each: each.date.ends, default=None
    )


def has_answered(date: EventDate) -> Exists:
    """Whether a person answered about this date: a condition for queries over people."""
    return Exists(FeedbackGiven.objects.filter(person=OuterRef("pk"), at=date.date.at))


def count_answers(desk: EventDesk, dates: Iterable[EventDate]) -> dict[dt.datetime, int]:
    """How many answers there are of each of these dates; one query."""
    found = Feedback.objects.filter(desk=desk, at__in=[each.date.at for each in dates])
    return dict(Counter(found.values_list("at", flat=True)))


def read_voices(desk: EventDesk, at: dt.datetime) -> Voices | None:
    """What was said of one date; None below :data:`FEWEST` answers. One query."""
    found = list(Feedback.objects.filter(desk=desk, at=at).order_by("pk"))
    if len(found) < FEWEST:
        return None
    uses = Counter(each.use for each in found)
    return Voices(
        len(found),
        [(use.label, uses[use]) for use in reversed(Feedback.Use)],
        [each.better for each in found if each.better],
        [each.more for each in found if each.more],
    )
