"""What a run changed in the directory of bodies."""

from __future__ import annotations

from dataclasses import dataclass, field

from hub.municipalities.models import Body


@dataclass(frozen=True, slots=True)
class Change:
    """The fields of a body that got another value."""

    body: Body
    fields: tuple[str, ...]


@dataclass(slots=True)
class Summary:
    """What a run did. ``confirmed`` are bodies whose facts stayed and only the day they are of moved on."""

    added: list[Body] = field(default_factory=list)
    changed: list[Change] = field(default_factory=list)
    revived: list[Body] = field(default_factory=list)
    dissolved: list[Body] = field(default_factory=list)
    confirmed: list[Body] = field(default_factory=list)
    unchanged: list[Body] = field(default_factory=list)
    without_place: list[Body] = field(default_factory=list)

    @property
    def without_successor(self) -> list[Body]:
        """Those dissolved now of which nobody said who succeeds them."""
        return [body for body in self.dissolved if body.successor_id is None]

    @property
    def is_empty(self) -> bool:
        """Whether nothing was written."""
        return not (self.added or self.changed or self.revived or self.dissolved or self.confirmed)
