"""The bands of an event's days. All changes run under the plan's lock."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from events.models import Band, EventDesk, Placement, Plan
from events.office.planlock import InUse, changing_plan, name_sessions
from hub.instants import localise

MOST_AT_ONCE = 40


class Overlapping(Exception):
    """There are bands at that time already; nothing was changed. The text names them."""


@dataclass(frozen=True)
class Grid:
    """A day as it is usually cut: bands of so many ``minutes``, time to change rooms, and a long break."""

    starts: dt.datetime
    ends: dt.datetime
    minutes: int
    changeover: int
    pause: tuple[dt.datetime, dt.datetime] | None = None
    pause_label: str = ""


@dataclass(frozen=True)
class Piece:
    """A band to be made."""

    starts: dt.datetime
    ends: dt.datetime
    label: str = ""
    is_break: bool = False


def cut_day(grid: Grid) -> Iterator[Piece]:
    """The bands and the break in their order; a band never runs into the break or past the end."""
    at, lasts = grid.starts, dt.timedelta(minutes=grid.minutes)
    pause = grid.pause
    while at + lasts <= grid.ends:
        if pause and at < pause[1] and at + lasts > pause[0]:
            yield Piece(pause[0], pause[1], grid.pause_label, is_break=True)
            at, pause = max(at, pause[1]), None
            continue
        yield Piece(at, at + lasts)
        at += lasts + dt.timedelta(minutes=grid.changeover)
    if pause:
        yield Piece(pause[0], pause[1], grid.pause_label, is_break=True)


def list_bands(desk: EventDesk) -> QuerySet[Band]:
    """All bands in their order."""
    return Band.objects.filter(plan__desk=desk)


def make_bands(desk: EventDesk, grid: Grid, *, replace: bool) -> int:
    """Cut a day into bands; how many there are now. With ``replace`` those of that day go first.

    Raises :class:`InUse` for those in which sessions stand, :class:`Overlapping` for others in the way.
    """
    with changing_plan(desk) as plan:
        if replace:
            for band in _of_day(desk, plan, grid.starts):
                _check_unused(band)
                band.delete()
        pieces = list(cut_day(grid))
        for piece in pieces:
            _check_free(plan, piece)
        Band.objects.bulk_create(
            Band(plan=plan, during=(each.starts, each.ends), label=each.label, is_break=each.is_break)
            for each in pieces
        )
    return len(pieces)


def save_band(desk: EventDesk, piece: Piece, band: Band | None = None) -> None:
    """Add a band, or change one: only its name while sessions stand in it.

    Raises :class:`InUse` and :class:`Overlapping`.
    """
    with changing_plan(desk) as plan:
        kept = band is not None and (band.during.lower, band.during.upper) == (piece.starts, piece.ends)
        if band is not None and not (kept and band.is_break == piece.is_break):
            _check_unused(band)
        _check_free(plan, piece, besides=band)
        changed = band or Band(plan=plan)
        changed.during = (piece.starts, piece.ends)
        changed.label, changed.is_break = piece.label, piece.is_break
        changed.save()


def remove_band(desk: EventDesk, band: Band) -> None:
    """Delete it. Raises :class:`InUse` while sessions stand in it."""
    with changing_plan(desk):
        _check_unused(band)
        band.delete()


def _check_unused(band: Band) -> None:
    placed = Placement.objects.filter(session__plan=band.plan_id, during__overlap=band.during)
    titles = placed.order_by("during").values_list("session__title", flat=True)
    if titles:
        raise InUse(
            _("At this time there are: %(sessions)s. Move them in the grid first.")
            % {"sessions": name_sessions(titles)}
        )


def _check_free(plan: Plan, piece: Piece, besides: Band | None = None) -> None:
    others = plan.bands.filter(during__overlap=(piece.starts, piece.ends))
    taken = others.filter(~Q(pk=besides.pk) if besides else Q()).first()
    if taken:
        zone = plan.desk.event.time_zone
        raise Overlapping(
            _("From %(starts)s to %(ends)s there is a band already.")
            % {
                "starts": f"{localise(taken.during.lower, zone):%H:%M}",
                "ends": f"{localise(taken.during.upper, zone):%H:%M}",
            }
        )


def _of_day(desk: EventDesk, plan: Plan, moment: dt.datetime) -> list[Band]:
    zone = desk.event.time_zone
    day = localise(moment, zone).date()
    return [band for band in plan.bands.all() if localise(band.during.lower, zone).date() == day]
