"""The adopters of a document on the map, and their totals."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from content.statements.queries import Statements
from hub.municipalities.models import Body
from hub.site.bodies.dots import DotMap, Mark, draw_map
from hub.site.bodies.geography import Place


@dataclass(frozen=True)
class AdopterMap:
    """Where those lie who use a document; one query."""

    said: Statements

    @cached_property
    def bodies(self) -> dict[str, Body]:
        """The adopters that are known here, by key."""
        return Body.objects.in_bulk([adopter.body for adopter in self.said.adoptions])

    @cached_property
    def map(self) -> DotMap:
        """Users of today as large dots, all others as small ones."""
        return draw_map(
            [self._mark(adopter.body, int(adopter.is_current)) for adopter in self.said.adoptions]
        )

    @property
    def inhabitants(self) -> int:
        """How many people live in the bodies that use it today, as far as known."""
        users = (self.bodies.get(adopter.body) for adopter in self.said.users)
        return sum(body.population or 0 for body in users if body)

    @property
    def span_once(self) -> tuple[int, int] | None:
        """The lowest and the highest costs once, in euros, among those of today who state them."""
        return _span([adopter.costs_once for adopter in self.said.users])

    @property
    def span_monthly(self) -> tuple[int, int] | None:
        """The same of the costs each month."""
        return _span([adopter.costs_monthly for adopter in self.said.users])

    def _mark(self, key: str, count: int) -> Mark:
        body = self.bodies.get(key)
        known = body is not None and body.latitude is not None and body.longitude is not None
        place = Place(body.latitude or 0.0, body.longitude or 0.0) if body and known else None
        return Mark(key, body.name if body else key, place, count)


def _span(amounts: list[int | None]) -> tuple[int, int] | None:
    known = [amount for amount in amounts if amount is not None]
    return (min(known), max(known)) if known else None
