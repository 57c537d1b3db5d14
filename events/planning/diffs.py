"""What differs between two releases of a programme."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from hub.documents import Slot

Pair = tuple[Slot, Slot]


@dataclass(frozen=True)
class Diff:
    """Entries by what became of them, each in the order of the programme; pairs are before and after.

    ``moved`` are at another time or in another room, ``changed`` only otherwise worded or hosted. False if
    nothing differs.
    """

    new: tuple[Slot, ...] = ()
    moved: tuple[Pair, ...] = ()
    cancelled: tuple[Slot, ...] = ()
    changed: tuple[Pair, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.new or self.moved or self.cancelled or self.changed)


def diff_releases(old: Sequence[Slot], new: Sequence[Slot]) -> Diff:
    """What became of the entries of ``old`` in ``new``; an entry is known by its uid."""
    before = {slot.uid: slot for slot in old}
    after = {slot.uid: slot for slot in new}
    both = [(before[uid], slot) for uid, slot in after.items() if uid in before and before[uid] != slot]
    return Diff(
        new=in_order(slot for uid, slot in after.items() if uid not in before),
        moved=_pairs_in_order(pair for pair in both if has_moved(*pair)),
        cancelled=in_order(slot for uid, slot in before.items() if uid not in after),
        changed=_pairs_in_order(pair for pair in both if not has_moved(*pair)),
    )


def has_moved(old: Slot, new: Slot) -> bool:
    """Whether time or room differ."""
    return (old.starts, old.ends, old.room) != (new.starts, new.ends, new.room)


def in_order(slots: Iterable[Slot]) -> tuple[Slot, ...]:
    """As documents have them."""
    return tuple(sorted(slots, key=lambda slot: (slot.starts, slot.room, slot.uid)))


def _pairs_in_order(pairs: Iterable[Pair]) -> tuple[Pair, ...]:
    return tuple(sorted(pairs, key=lambda pair: (pair[1].starts, pair[1].room, pair[1].uid)))
