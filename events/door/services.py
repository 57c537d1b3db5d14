"""Checking people in. Each verb locks the desk first, and can be done twice with the same result."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.db import transaction

from events.door.answering import WITHOUT_SEAT, Answer, Result, answer_nobody, answer_somebody
from events.door.badges import Digest
from events.door.dates import DoorDates
from events.door.scans import Scan
from events.models import CheckIn, EventDesk, Helper, Registration
from events.registering.line import lock_desk
from hub.accounts.models import User

State = Registration.State


@dataclass(frozen=True)
class Doorkeeper:
    """Who checks in: a helper by link, or an organiser by account."""

    helper: Helper | None = None
    user: User | None = None


@dataclass
class _Book:
    """What is known of the scans of a batch: registrations by badge, check-ins by key, who is there.

    ``there`` is by registration and date.
    """

    desk: EventDesk
    dates: DoorDates
    badges: dict[str, Registration]
    known: dict[uuid.UUID, CheckIn]
    there: dict[tuple[int, str], CheckIn]
    new: list[CheckIn] = field(default_factory=list)


def check_in(desk_id: int, by: Doorkeeper, scans: Sequence[Scan], now: dt.datetime) -> list[Answer]:
    """Take the scans of one device, in their order; an answer to each.

    The same key again is the same check-in with the same answer, however often it is sent and in which
    order. Whoever is there already stays so since they came first to our knowledge; the second check-in is
    kept with ``repeats``. On each date of a series one comes anew. Six queries, seven where something is
    new, eight for a helper.
    """
    with transaction.atomic():
        desk = lock_desk(desk_id)
        book = _open_book(desk, scans)
        answers = [_answer(book, by, scan) for scan in scans]
        CheckIn.objects.bulk_create(book.new)
        if by.helper:
            Helper.objects.filter(pk=by.helper.pk).update(seen=now)
    return answers


def undo(desk_id: int, key: uuid.UUID, now: dt.datetime) -> Registration | None:
    """Whoever was checked in by that key is not there; None where the event has no such check-in.

    What other devices noted of them up to now goes with it, so that nobody stays by a badge scanned twice.
    """
    with transaction.atomic():
        dates = DoorDates.of(lock_desk(desk_id).event)
        found = CheckIn.objects.select_related("registration__person").filter(
            pk=key, registration__person__desk=desk_id
        )
        if (made := found.first()) is None:
            return None
        if made.undone is None:
            noted = dates.noted(dates.read(made.date))
            made.registration.check_ins.filter(undone=None, date__in=noted).update(undone=now)
        return made.registration


def _open_book(desk: EventDesk, scans: Sequence[Scan]) -> _Book:
    badges = {scan.badge for scan in scans if scan.badge}
    found = _find_badges(desk, badges)
    held = Registration.objects.select_related("person").in_bulk(list(found.values()), field_name="badge")
    keys = [scan.id for scan in scans if scan.id]
    known = CheckIn.objects.select_related("helper", "registration__person").in_bulk(keys)
    registrations = {each.pk for each in held.values()} | {each.registration_id for each in known.values()}
    there = CheckIn.objects.select_related("helper").filter(
        registration__in=registrations, undone=None, repeats=False
    )
    dates = DoorDates.of(desk.event)
    return _Book(
        desk,
        dates,
        {badge: held[token] for badge, token in found.items() if token in held},
        known,
        {(each.registration_id, dates.read(each.date)): each for each in there},
    )


def _find_badges(desk: EventDesk, badges: Iterable[str]) -> dict[str, str]:
    """The token of each, of whichever event.

    Those known by their digest alone are looked for at this event, which costs one query more, and only
    what is unknown there at all others.
    """
    found = {badge: badge for badge in badges if not badge.startswith("#")}
    everywhere = Registration.objects.all()
    for registrations in (everywhere.filter(person__desk=desk), everywhere):
        if wanted := [badge[1:] for badge in badges if badge not in found]:
            held = registrations.annotate(digest=Digest("badge")).filter(digest__in=wanted)
            found |= {f"#{digest}": token for digest, token in held.values_list("digest", "badge")}
    return found


def _answer(book: _Book, by: Doorkeeper, scan: Scan) -> Answer:
    if scan.id is None:
        return answer_nobody(scan.key, Result.REFUSED)
    registration = book.badges.get(scan.badge)
    if registration is None:
        return answer_nobody(scan.key, Result.UNKNOWN)
    if registration.person.desk_id != book.desk.pk:
        return answer_nobody(scan.key, Result.FOREIGN)
    made = book.known.get(scan.id)
    if made is None:
        return _take(book, by, scan, registration)
    if made.registration_id != registration.pk:  # two scans with one key: no device of ours does that
        return answer_nobody(scan.key, Result.REFUSED)
    return _repeat(book, scan, made)


def _take(book: _Book, by: Doorkeeper, scan: Scan, registration: Registration) -> Answer:
    """A scan that is new; whoever is there already is so even if the seat was lost since."""
    date = book.dates.key(scan.at)
    there = book.there.get((registration.pk, date))
    if there is None and registration.state != State.CONFIRMED:
        result = WITHOUT_SEAT[State(registration.state)]
        return answer_somebody(scan.key, book.desk, result, registration.person, None)
    made = CheckIn(
        key=scan.id,
        registration=registration,
        date=date,
        at=scan.at,
        helper=by.helper,
        user=by.user,
        repeats=bool(there),
    )
    book.new.append(made)
    book.known[made.key] = made
    book.there.setdefault((registration.pk, date), made)
    return _repeat(book, scan, made)


def _repeat(book: _Book, scan: Scan, made: CheckIn) -> Answer:
    """What a check-in that is noted says each time it is asked for."""
    person = made.registration.person
    there = book.there.get((made.registration_id, book.dates.read(made.date)))
    if made.undone is not None or there is None:
        return answer_somebody(scan.key, book.desk, Result.UNDONE, person, None)
    result = Result.AGAIN if made.repeats else Result.IN
    return answer_somebody(scan.key, book.desk, result, person, there)
