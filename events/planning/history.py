"""What was changed in a plan, told in sentences, and what can be undone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from events.models import Plan, PlanChange, Room, Session
from events.planning.wording import Clock, name_user
from hub.instants import localise

LATEST = 10
"""How many changes the editor shows."""

BACKWARD = "undo"
SHIFT = "shift"
"""The whole plan went to other days, and with it what no change of the plan tells: so none is undone."""
Spots = Mapping[str, Mapping[str, str] | None]


def find_undoable(plan: Plan) -> PlanChange | None:
    """The newest change that stands: done or done again, and not undone. Undoing goes further back by it.

    Nothing is undone across a move of the whole plan.
    """
    standing = plan.changes.filter(undone_by=None).exclude(verb=BACKWARD)
    newest = standing.order_by("-number").first()
    return None if newest is None or newest.verb == SHIFT else newest


def find_redoable(plan: Plan) -> PlanChange | None:
    """The newest undo that stands, unless something else was done after it."""
    done = plan.changes.filter(undoes=None).order_by("-number").values_list("number", flat=True).first()
    undone = plan.changes.filter(undone_by=None, verb=BACKWARD, number__gt=done or 0)
    return undone.order_by("-number").first()


class Teller:
    """Tells changes of one plan; titles and rooms are named as they are called now."""

    def __init__(self, clock: Clock, sessions: Iterable[Session], rooms: Iterable[Room]) -> None:
        self.clock = clock
        self.titles = {str(session.pk): session.title for session in sessions}
        self.rooms = {str(room.pk): room.name for room in rooms}

    def tell(self, change: PlanChange) -> str:
        """What was done, as one sentence without its end."""
        if change.verb == SHIFT:
            return self._tell_shift(change)
        steps = [self._tell_step(key, change.before.get(key), spot) for key, spot in change.after.items()]
        done = self._tell_swap(change) or "; ".join(steps)
        if change.verb == BACKWARD:
            return _("Undone: %(steps)s") % {"steps": done}
        return _("Done again: %(steps)s") % {"steps": done} if change.verb == "redo" else done

    def _tell_shift(self, change: PlanChange) -> str:
        """All went as many days as the first did."""
        key, after = next(iter(change.after.items()))
        days = {"before": self._tell_date(change.before[key]), "after": self._tell_date(after)}
        return _("The whole plan moved by days: what was on %(before)s is now on %(after)s") % days

    def _tell_date(self, spot: Mapping[str, str]) -> str:
        starts = localise(dt.datetime.fromisoformat(spot["starts"]), self.clock.zone)
        return date_format(starts, "DATE_FORMAT")

    def _tell_swap(self, change: PlanChange) -> str:
        if len(change.after) < 2 or None in change.after.values() or None in change.before.values():
            return ""
        (one, first), (two, second) = change.after.items()
        return _("“%(one)s” and “%(two)s” changed places: now %(first)s and %(second)s") % {
            "one": self._title(one),
            "two": self._title(two),
            "first": self.tell_spot(first),
            "second": self.tell_spot(second),
        }

    def _tell_step(self, key: str, before: Any, after: Any) -> str:
        if after is None:
            wording = _("“%(title)s” taken out of %(before)s")
        elif before is None:
            wording = _("“%(title)s” placed in %(after)s")
        else:
            wording = _("“%(title)s” moved from %(before)s to %(after)s")
        return wording % {
            "title": self._title(key),
            "before": self.tell_spot(before),
            "after": self.tell_spot(after),
        }

    def _title(self, key: str) -> str:
        return self.titles.get(key, _("a session"))

    def tell_spot(self, spot: Mapping[str, str] | None) -> str:
        """„Raum 2, 10:00 bis 10:45“."""
        if spot is None:
            return ""
        room = self.rooms.get(spot["room"], _("a room"))
        starts, ends = dt.datetime.fromisoformat(spot["starts"]), dt.datetime.fromisoformat(spot["ends"])
        return self.clock.tell_place(room, starts, ends)


def describe_changes(changes: Iterable[PlanChange], teller: Teller) -> list[dict[str, Any]]:
    """Changes with ``user`` and ``undone_by`` loaded, as the editor and the page of the history show them."""
    return [
        {
            "number": change.number,
            "at": change.at.astimezone(dt.UTC).isoformat().replace("+00:00", "Z"),
            "by": name_user(change.user),
            "text": teller.tell(change),
            "undone": getattr(change, "undone_by", None) is not None,
        }
        for change in changes
    ]
