"""What the door knows: who is to come, who is there."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from events.door.answering import name_initial
from events.door.badges import digest_badge, read_badge
from events.door.dates import DoorDates
from events.models import CheckIn, EventDesk, Registration

State = Registration.State
FOUND_AT_MOST, WORDS_AT_MOST, SHORTEST = 20, 4, 2


@dataclass(frozen=True)
class Counts:
    """How many are there, of how many with a seat."""

    there: int
    expected: int


def count_there(desk: EventDesk, now: dt.datetime) -> Counts:
    """Of a series on the date that is on, or next to it; one query."""
    found = Registration.objects.filter(person__desk=desk).aggregate(
        there=Count("pk", filter=Exists(_standing(desk, now))),
        expected=Count("pk", filter=Q(state=State.CONFIRMED)),
    )
    return Counts(**found)


def list_offline(desk: EventDesk, now: dt.datetime) -> list[dict[str, str]]:
    """What a device may hold to go on without a connection: per badge its digest, a given name with an
    initial, and the state; ``in`` for who is there. One query.
    """
    return [
        {
            "hash": digest_badge(each.badge),
            "given": each.person.given_name,
            "initial": name_initial(each.person),
            "state": state_of(each),
        }
        for each in _readable(desk, now).order_by("person__given_name", "pk")
    ]


def tag_of(people: list[dict[str, str]]) -> str:
    """Changes whenever the list does."""
    return hashlib.sha256(json.dumps(people).encode()).hexdigest()[:32]


def search(desk: EventDesk, words: str, now: dt.datetime) -> list[Registration]:
    """Those whose names hold all these words, or whose badge they are, with ``is_there``.

    One query, none for a single letter.
    """
    asked = words.replace("\x00", "").split()[:WORDS_AT_MOST]
    if sum(map(len, asked)) < SHORTEST:
        return []
    named = Q()
    for word in asked:
        named &= (
            Q(person__given_name__icontains=word)
            | Q(person__family_name__icontains=word)
            | Q(person__affiliation__icontains=word)
        )
    found = _readable(desk, now).filter(named | Q(badge=read_badge(words)))
    return list(found.order_by("person__family_name", "person__given_name", "pk")[:FOUND_AT_MOST])


def read_registration(badge: str, now: dt.datetime) -> Registration | None:
    """The registration of a badge with its event, whichever it is, and ``is_there``; two queries."""
    desk = EventDesk.objects.filter(people__registration__badge=badge).select_related("event").first()
    if desk is None:
        return None
    return _readable(desk, now).select_related("person__desk__event").filter(badge=badge).first()


def describe_found(found: list[Registration]) -> list[dict[str, Any]]:
    """What a search tells the page: the whole name, for two may share a given name and an initial."""
    return [
        {
            "hash": digest_badge(each.badge),
            "name": each.person.name,
            "affiliation": each.person.affiliation,
            "state": state_of(each),
        }
        for each in found
    ]


def state_of(registration: Registration) -> str:
    """``in`` for who is there, ``seat`` for who is to come, else the state of the registration."""
    if registration.is_there:  # type: ignore[attr-defined]  # annotated by _readable
        return "in"
    return "seat" if registration.state == State.CONFIRMED else str(registration.state)


def _readable(desk: EventDesk, now: dt.datetime) -> QuerySet[Registration]:
    found = Registration.objects.filter(person__desk=desk).select_related("person")
    return found.annotate(is_there=Exists(_standing(desk, now)))


def _standing(desk: EventDesk, now: dt.datetime) -> QuerySet[CheckIn]:
    dates = DoorDates.of(desk.event)
    noted = dates.noted(dates.key(now))
    return CheckIn.objects.filter(registration=OuterRef("pk"), undone=None, repeats=False, date__in=noted)
