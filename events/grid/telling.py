"""What changes with a release, in words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from events.planning.diffs import Diff
from events.planning.wording import Clock
from hub.documents import Slot


@dataclass(frozen=True)
class Part:
    """One kind of change, with a line for each slot it touches."""

    heading: str
    lines: list[str]


def tell_diff(diff: Diff, clock: Clock) -> list[Part]:
    """The kinds of change that there are, in the order people ask for them."""
    parts = [
        Part(_("New"), [f"{slot.title}: {_spot(slot, clock)}" for slot in diff.new]),
        Part(
            _("Moved"),
            [f"{new.title}: {_spot(old, clock)} → {_spot(new, clock)}" for old, new in diff.moved],
        ),
        Part(_("Cancelled"), [f"{slot.title}: {_spot(slot, clock)}" for slot in diff.cancelled]),
        Part(_("Other wording"), _tell_wording(diff.changed)),
    ]
    return [part for part in parts if part.lines]


def _tell_wording(changed: Iterable[tuple[Slot, Slot]]) -> list[str]:
    lines = []
    for old, new in changed:
        names = {"title": _("title"), "hosts": _("hosts"), "summary": _("description")}
        differs = [name for field, name in names.items() if getattr(old, field) != getattr(new, field)]
        lines.append(f"{new.title}: {', '.join(differs)}" if differs else new.title)
    return lines


def _spot(slot: Slot, clock: Clock) -> str:
    return clock.tell_place(slot.room, slot.starts, slot.ends)
