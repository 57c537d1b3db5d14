"""Lists for the day, each with as little as its purpose needs: names to sign or tick, or numbers alone."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import QuerySet

from events.dates import list_held_dates
from events.models import Answer, EventDesk, Question, Registration
from events.printing.people import list_attending
from hub.documents.series import last_end
from hub.instants import localise

COUNTABLE = (Question.Kind.ONE, Question.Kind.SEVERAL, Question.Kind.YES)
"""Kinds of questions whose answers can be counted; what somebody wrote freely stands on no list."""

MOST_DAYS = 31


@dataclass(frozen=True)
class Line:
    """Somebody on a list."""

    number: int
    name: str
    affiliation: str = ""


@dataclass(frozen=True)
class Count:
    """How many gave each answer to a question, and how many none."""

    question: str
    answers: tuple[tuple[str, int], ...]
    silent: int


def list_lines(desk: EventDesk, *, with_affiliation: bool) -> list[Line]:
    """Everybody who has a seat, numbered, family name first. One query."""
    return [
        Line(
            number,
            ", ".join(filter(None, (each.person.family_name, each.person.given_name))),
            each.person.affiliation if with_affiliation else "",
        )
        for number, each in enumerate(list_attending(desk), 1)
    ]


def count_meals(desk: EventDesk, questions: Iterable[int]) -> tuple[int, list[Count]]:
    """How many have a seat, and what they answered to these of the countable questions. Three queries."""
    attending = Registration.objects.filter(person__desk=desk, state=Registration.State.CONFIRMED)
    total = attending.count()
    chosen = list(list_countable(desk).filter(pk__in=list(questions)))
    said: dict[int, list[str]] = {question.pk: [] for question in chosen}
    if chosen:
        answers = Answer.objects.filter(registration__in=attending, question__in=said)
        for question, text in answers.values_list("question_id", "text"):
            said[question].append(text)
    return total, [_count(question, said[question.pk], total) for question in chosen]


def list_countable(desk: EventDesk) -> QuerySet[Question]:
    """What is asked now and can be counted."""
    return desk.questions.filter(kind__in=COUNTABLE, retired=False)


def list_days(desk: EventDesk) -> list[dt.date]:
    """The days of the event in its time zone, of each date of a series; none while they are unknown.

    Of a long one, or a long date, the first month.
    """
    zone = desk.event.time_zone
    days: set[dt.date] = set()
    for each in list_held_dates(desk.event):
        first, last = (localise(moment, zone).date() for moment in (each.date.starts, each.date.ends))
        days |= {first + dt.timedelta(days=day) for day in range(min((last - first).days + 1, MOST_DAYS))}
    return sorted(days)


def list_near_days(days: list[dt.date], today: dt.date) -> list[dt.date]:
    """Those of a long series that are likely to be printed: the one before today, and the next ones."""
    past = sum(day < today for day in days)
    first = max(0, min(past - 1, len(days) - MOST_DAYS))
    return days[first : first + MOST_DAYS]


def erase_day(desk: EventDesk) -> dt.date | None:
    """The day after which the data of those on the list are deleted here; None while the end is not known."""
    schedule = desk.event.build_schedule()
    if schedule is None:
        return None
    ends = localise(last_end(schedule), desk.event.time_zone)
    return ends.date() + dt.timedelta(days=desk.retention_days)


def _count(question: Question, texts: list[str], total: int) -> Count:
    """Several choices stand one per line; what is no longer a choice is counted as well."""
    tally: Counter[str] = Counter()
    for text in texts:
        tally.update({line.strip() for line in text.splitlines()} - {""})
    choices = [choice.strip() for choice in question.choices.splitlines() if choice.strip()]
    order = [*choices, *sorted(set(tally) - set(choices))]
    silent = total - sum(bool(text.strip()) for text in texts)
    return Count(question.label, tuple((choice, tally[choice]) for choice in order), silent)
