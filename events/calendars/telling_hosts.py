"""Telling those who run or proposed sessions that the event is cancelled, or takes place after all.

What they were told last is read off the letters themselves: one that it is off, or one that it is on again.
Sessions of the newest release leave their calendars, each by a letter of its own (RFC 5546), and come back:
what was moved on the day where it was moved to, and not what hosts know as taken out already.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from django.db import transaction
from django.db.models import Q

from events.calendars.invitations import CANCEL, write_host_invitation
from events.mailing.writing import write_letter
from events.models import EventDesk, EventPage, Letter, Person, Registration, Release, Session
from events.models.session import OPEN
from events.planning.announcing import list_announced, list_running
from events.planning.releases import freeze_slots, slots_of
from events.registering.line import lock_desk
from hub.documents import Slot
from hub.documents.series import last_end

OFF, ON = "host_event_off", "host_event_on"
MOVED = "session_moved"
"""The letter that tells of a move on the day; it names the move."""
AT_ONCE = 50
"""Letters written in one transaction: as long, nobody can register."""
TOLD_WITHIN = dt.timedelta(days=7)
"""From when the page was published. Of a series, letters are deleted long before it ends, and nobody is to
be told a second time then."""
PROPOSALS = "proposals"
"""What a letter is about that is not about one session of the programme."""
IN_LINE = (Registration.State.CONFIRMED, Registration.State.WAITING, Registration.State.OFFERED)


@dataclass(frozen=True)
class Concerned:
    """Somebody with an address; with the session that they know they run, if there is one."""

    to: Person | str
    name: str
    slot: Slot | None = None

    @property
    def key(self) -> tuple[str, str]:
        """By what letters to them are found: address and occasion."""
        address = self.to.email if isinstance(self.to, Person) else self.to
        return address.casefold(), self.slot.uid if self.slot else PROPOSALS


@dataclass(frozen=True)
class News:
    """What is told: the name of the letter, when, and why it does not take place, if that is known."""

    name: str
    at: dt.datetime
    reason: str


@dataclass
class Told:
    """What somebody was told last, and how often at all."""

    name: str = ""
    times: int = 0


def tell_hosts(desk: EventDesk, now: dt.datetime, reason: str = "") -> int:
    """Write to everybody concerned who does not know it yet, with the ``reason``; how many letters.

    One query at most if nothing happened.
    """
    is_off = desk.event.status == EventPage.Status.CANCELLED
    if not _is_news(desk.event, now) or not (is_off or desk.letters.filter(name=OFF).exists()):
        return 0
    written = 0
    while True:
        with transaction.atomic():
            held = lock_desk(desk.pk)
            batch = _write(held, now, reason)
        written += batch
        if batch < AT_ONCE:
            return written


def list_concerned(desk: EventDesk) -> list[Concerned]:
    """Whom letters tell of a cancellation, one each; four queries, some more once sessions were moved."""
    return list(_list_concerned(desk, _find_release(desk)))


def _find_release(desk: EventDesk) -> Release | None:
    newest = Release.objects.filter(plan__desk=desk).select_related("plan__desk__event")
    return newest.order_by("-number").first()


def _is_news(event: EventPage, now: dt.datetime) -> bool:
    """Whether anybody need be told; no query."""
    facts, stamp = event.build_schedule(), event.last_published_at
    return facts is not None and last_end(facts) > now and stamp is not None and stamp > now - TOLD_WITHIN


def _write(desk: EventDesk, now: dt.datetime, reason: str) -> int:
    """The next letters under the lock of the desk; how many."""
    release, told = _find_release(desk), _read_told(desk)
    name = OFF if desk.event.status == EventPage.Status.CANCELLED else ON
    news = News(name, now, reason)
    untold = (
        each
        for each in _list_concerned(desk, release)
        if told[each.key].name != name and (name == OFF or told[each.key].name == OFF)
    )
    batch = list(islice(untold, AT_ONCE))
    for each in batch:
        _write_to(desk, release, each, news, told[each.key].times)
    return len(batch)


def _read_told(desk: EventDesk) -> dict[tuple[str, str], Told]:
    """What was told last, by address and occasion; one query."""
    told: dict[tuple[str, str], Told] = defaultdict(Told)
    written = Letter.objects.filter(desk=desk, name__in=(OFF, ON)).order_by("pk")
    for address, name, occasion in written.values_list("address", "name", "occasion"):
        known = told[address.casefold(), occasion.rpartition(".")[0]]
        known.name, known.times = name, known.times + 1
    return told


def _list_concerned(desk: EventDesk, release: Release | None) -> Iterator[Concerned]:
    """Who knows that they run a session, then who else proposed or runs one and has no registration."""
    known: set[str] = set()
    for each in _list_hosts(release) if release else ():
        known.add(each.key[0])
        yield each
    sessions = Session.objects.filter(state__in=OPEN)
    active = Q(proposals__in=sessions) | Q(hosts__sessions__in=sessions)
    others = desk.people.filter(active, confirmed__isnull=False).exclude(registration__state__in=IN_LINE)
    for person in others.distinct().order_by("created", "pk"):
        if person.email.casefold() not in known:
            yield Concerned(person, person.name)


def _list_hosts(release: Release) -> Iterator[Concerned]:
    """Who runs what by the release, and by what they were told of moves since."""
    slots, told = {slot.uid: slot for slot in slots_of(release)}, _read_moves(release)
    hosts, planned = dict(list_announced(release.plan)), {}
    if told:
        running = list_running({session for _address, session in told})
        joined = {key: each for key, each in running.items() if (key[0], str(key[1])) in told}
        hosts = {**joined, **hosts}
        planned = {slot.uid: slot for slot in freeze_slots(release.plan)}
    for (address, session), each in hosts.items():
        uid = str(session)
        method = told.get((address, uid))
        slot = (planned.get(uid) if method else None) or slots.get(uid)
        if slot and method != CANCEL:
            yield Concerned(each.to, each.name, slot)


def _read_moves(release: Release) -> dict[tuple[str, str], str]:
    """The method of the last letter about a move since the release, by address and session; one query."""
    told: dict[tuple[str, str], str] = {}
    written = Letter.objects.filter(desk=release.plan.desk_id, name=MOVED).order_by("pk")
    for address, occasion, method in written.values_list("address", "occasion", "method"):
        session, _dot, number = occasion.rpartition(".")
        if int(number) > release.version:
            told[address.casefold(), session] = method
    return told


def _write_to(desk: EventDesk, release: Release | None, each: Concerned, news: News, times: int) -> None:
    """The letter, with what takes the session out of their calendar or puts it back."""
    slot, facts, invitation = each.slot, desk.event.build_schedule(), None
    if slot is not None and release is not None:
        invitation = write_host_invitation(
            release, slot, each.to, each.name, is_cancelled=news.name == OFF, stamp=news.at
        )
    write_letter(
        desk,
        each.to,
        news.name,
        f"{each.key[1]}.{times}",
        invitation=invitation,
        not_after=last_end(facts) if facts else None,
        host_name=each.name,
        slot=slot,
        zone=desk.event.time_zone,
        reason=news.reason,
    )
