"""Telling hosts, on the day, that their session was placed, moved or taken out.

Until then releases tell them; on the day each move is public at once, so they hear of it at once. What they
were told last is read off the letters: each names the move it tells of. Moves of one session that follow
each other within a minute are one letter.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import structlog
from django.db import InterfaceError, OperationalError, transaction
from django.urls import reverse

from events.calendars.invitations import write_host_invitation
from events.calendars.telling_hosts import MOVED
from events.live.spans import is_live
from events.mailing.writing import write_letter
from events.models import EventDesk, Letter, Plan, PlanChange, Release, Room, Session
from events.planning.announcing import News, Running, list_announced, list_running
from events.planning.locking import locked_plans
from events.planning.releases import newest_release
from events.planning.wording import Clock
from hub.documents import Slot
from hub.env import env

logger = structlog.get_logger("hub.events")

QUIET = dt.timedelta(minutes=1)
"""How long a session has to lie still before its hosts are told where."""

Spot = Mapping[str, str] | None


def tell_moves(now: dt.datetime) -> int:
    """Write to the hosts of every event that goes on and has a released programme; how many letters."""
    written = 0
    going_on = EventDesk.objects.filter(event__live=True, event__ends__gt=now, plan__releases__isnull=False)
    for desk in going_on.select_related("event", "plan").distinct().order_by("pk"):
        if not is_live(desk, now):
            continue
        try:
            written += _tell(desk.plan, now)
        except (OperationalError, InterfaceError):
            raise  # the database is away for all of them
        except Exception:  # one event, whatever is wrong with it, must not stop the mails of the others
            logger.exception("moves of an event not told", page=desk.event_id)
    return written


@dataclass
class _Moved:
    """A session and its moves since the newest release, oldest first."""

    key: uuid.UUID
    title: str
    moves: list[PlanChange]

    @property
    def after(self) -> Spot:
        """Where it is now."""
        return _spot_in(self.moves[-1].after, self.key)

    def find_before(self, told: int) -> Spot:
        """Where it was after the move ``told``."""
        unknown = next((move for move in self.moves if move.number > told), None)
        return _spot_in(unknown.before, self.key) if unknown else self.after


def _spot_in(spots: Mapping[str, Spot], key: uuid.UUID) -> Spot:
    return spots[str(key)]


@transaction.atomic
def _tell(plan: Plan, now: dt.datetime) -> int:
    plan = locked_plans().get(pk=plan.pk)
    release = newest_release(plan)
    found = list(_list_moved(plan, release, now)) if release else []
    if release is None or not found:
        return 0
    release.plan = plan
    told = _read_told(plan)
    rooms = {str(key): name for key, name in Room.objects.filter(plan=plan).values_list("pk", "name")}
    written = 0
    for moved, each in _list_concerned(plan, found):
        known = told.get((each.key[0], str(moved.key)), release.version)
        news = _find_news(moved, moved.find_before(known), rooms, Clock.of(plan.desk.event))
        if news and (over := _last_use(news)) > now:
            _write(release, moved, each, news, over, now)
            written += 1
    return written


def _list_moved(plan: Plan, release: Release, now: dt.datetime) -> Iterator[_Moved]:
    """Sessions that were moved since the release and lie still now. Two queries."""
    moves: dict[str, list[PlanChange]] = {}
    for move in plan.changes.filter(number__gt=release.version).order_by("number"):
        for key in move.after:
            moves.setdefault(key, []).append(move)
    still = {key: held for key, held in moves.items() if held[-1].at <= now - QUIET}
    for session in Session.objects.filter(plan=plan, pk__in=still).order_by("pk"):
        yield _Moved(session.pk, session.title, still[str(session.pk)])


def _list_concerned(plan: Plan, found: list[_Moved]) -> Iterator[tuple[_Moved, Running]]:
    """Who runs them; what was taken out is also told to whoever ran it by the release. Two queries."""
    by_key = {moved.key: moved for moved in found}
    gone = {moved.key for moved in found if moved.after is None}
    announced = {key: each for key, each in list_announced(plan).items() if each.session in gone}
    for each in {**announced, **list_running(by_key)}.values():
        yield by_key[each.session], each


def _read_told(plan: Plan) -> dict[tuple[str, str], int]:
    """The last move that was told, by address and session. One query."""
    told: dict[tuple[str, str], int] = {}
    letters = Letter.objects.filter(desk=plan.desk_id, name=MOVED).values_list("address", "occasion")
    for address, occasion in letters:
        session, _dot, number = occasion.rpartition(".")
        key = address.casefold(), session
        told[key] = max(told.get(key, 0), int(number))
    return told


def _find_news(moved: _Moved, before: Spot, rooms: Mapping[str, str], clock: Clock) -> News | None:
    """What is to be told to one who knows it where it was ``before``; None if it is there still."""
    was, now_is = (_build_slot(moved, spot, rooms) for spot in (before, moved.after))
    if before == moved.after:
        return None
    if now_is is None:
        return News("cancelled", was, clock) if was else None
    return News("moved" if was else "new", now_is, clock, was)


def _build_slot(moved: _Moved, spot: Spot, rooms: Mapping[str, str]) -> Slot | None:
    if spot is None:
        return None
    starts, ends = (dt.datetime.fromisoformat(spot[name]) for name in ("starts", "ends"))
    room = rooms.get(spot["room"], "")
    return Slot(uid=str(moved.key), title=moved.title, starts=starts, ends=ends, room=room)


def _last_use(news: News) -> dt.datetime:
    """Until when it helps to know: the later of both beginnings."""
    return max(news.slot.starts, news.before.starts if news.before else news.slot.starts)


def _write(
    release: Release, moved: _Moved, each: Running, news: News, over: dt.datetime, now: dt.datetime
) -> None:
    event = release.plan.desk.event
    invitation = write_host_invitation(
        release, news.slot, each.to, each.name, is_cancelled=news.is_over, stamp=now
    )
    write_letter(
        release.plan.desk,
        each.to,
        MOVED,
        f"{moved.key}.{moved.moves[-1].number}",
        invitation=invitation,
        not_after=over,
        host_name=each.name,
        news=[news],
        address=env.origin + reverse("events:board", args=[event.translation_key]),
    )
