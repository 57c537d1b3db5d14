"""The rooms of an event, and when rooms and hosts are there. All changes run under the plan's lock."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import Max, Prefetch
from django.utils.translation import gettext as _

from events.models import Availability, EventDesk, Host, Placement, Plan, Room
from events.office.planlock import InUse, changing_plan, name_sessions


def list_rooms(desk: EventDesk) -> list[Room]:
    """All rooms with their times, hidden ones last; two queries."""
    found = Room.objects.filter(plan__desk=desk).prefetch_related("availabilities")
    return list(found.order_by("hidden", "position", "name"))


def list_hosts(desk: EventDesk) -> list[Host]:
    """All hosts with their times and sessions; three queries."""
    found = Host.objects.filter(plan__desk=desk)
    return list(found.prefetch_related("availabilities", Prefetch("sessions")))


def add_room(desk: EventDesk, room: Room) -> None:
    """After all others."""
    with changing_plan(desk) as plan:
        highest = plan.rooms.aggregate(n=Max("position"))["n"]
        room.plan, room.position = plan, 0 if highest is None else highest + 1
        room.save()


def change_room(desk: EventDesk, room: Room, fields: dict[str, Any]) -> None:
    """Its name, capacity and notes."""
    with changing_plan(desk) as plan:
        Room.objects.filter(pk=room.pk, plan=plan).update(**fields)


def move_room_up(desk: EventDesk, room: Room) -> None:
    """Before the one that stood before it."""
    with changing_plan(desk) as plan:
        rooms = list(plan.rooms.filter(hidden=False))
        at = next((n for n, each in enumerate(rooms) if each.pk == room.pk), 0)
        if at:
            rooms[at - 1], rooms[at] = rooms[at], rooms[at - 1]
        for position, each in enumerate(rooms):
            each.position = position
        Room.objects.bulk_update(rooms, ["position"])


def hide_room(desk: EventDesk, room: Room) -> None:
    """No session can be put there any more. Raises :class:`InUse` while some stand there."""
    with changing_plan(desk):
        _check_empty(room)
        Room.objects.filter(pk=room.pk).update(hidden=True)


def show_room(desk: EventDesk, room: Room) -> None:
    """Sessions can be put there again."""
    with changing_plan(desk):
        Room.objects.filter(pk=room.pk).update(hidden=False)


def remove_room(desk: EventDesk, room: Room) -> bool:
    """Delete the room; whether it is gone. Where plans were made it is hidden, so that history stays true.

    Raises :class:`InUse` while sessions stand there.
    """
    with changing_plan(desk) as plan:
        _check_empty(room)
        if _was_planned(plan):
            Room.objects.filter(pk=room.pk).update(hidden=True)
            return False
        Room.objects.filter(pk=room.pk).delete()
        return True


def add_time(desk: EventDesk, owner: Room | Host, starts: dt.datetime, ends: dt.datetime) -> None:
    """The room or host is there at that time; without any they are there all day."""
    with changing_plan(desk):
        of = {"room": owner} if isinstance(owner, Room) else {"host": owner}
        Availability.objects.create(during=(starts, ends), **of)


def remove_time(desk: EventDesk, owner: Room | Host, pk: int) -> None:
    """Forget one of these times."""
    with changing_plan(desk):
        owner.availabilities.filter(pk=pk).delete()


def _check_empty(room: Room) -> None:
    titles = Placement.objects.filter(room=room).order_by("during").values_list("session__title", flat=True)
    if titles:
        raise InUse(
            _("In “%(room)s” stand: %(sessions)s. Move them to another room in the grid first.")
            % {"room": room.name, "sessions": name_sessions(titles)}
        )


def _was_planned(plan: Plan) -> bool:
    return plan.changes.exists() or plan.releases.exists()
