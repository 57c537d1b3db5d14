"""Facets of a list: what can be filtered by, how often it occurs, and how a choice is taken back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.http import QueryDict

from theme.labels import Labels, label

FEW = 8
SLACK = 2
"""Options that may be shown beyond the first few rather than hidden."""
MOST = 60


@dataclass(frozen=True)
class Option:
    """One value of a facet. ``remove`` is the query string without a chosen one, with its question mark."""

    value: str
    label: str
    count: int
    selected: bool
    remove: str


@dataclass(frozen=True)
class Facet:
    """A group of options that share the parameter ``name``. ``left_out`` further values have results too."""

    name: str
    title: str
    options: tuple[Option, ...]
    folded: bool = False
    left_out: int = 0

    @property
    def active(self) -> tuple[Option, ...]:
        """The options now chosen."""
        return tuple(option for option in self.options if option.selected)

    @property
    def shown(self) -> tuple[Option, ...]:
        """The first options and the chosen ones; all of them where few would be left."""
        if len(self.options) <= FEW + SLACK:
            return self.options
        return self.options[:FEW] + tuple(option for option in self.options[FEW:] if option.selected)

    @property
    def more(self) -> tuple[Option, ...]:
        """The next options after those shown."""
        shown = set(self.shown)
        return tuple(option for option in self.options if option not in shown)[:MOST]

    @property
    def hidden(self) -> int:
        """How many values cannot be chosen here: a narrower search brings them."""
        return self.left_out + len(self.options) - len(self.shown) - len(self.more)

    @property
    def is_useful(self) -> bool:
        """Whether there is something to choose; a folded one with one option is not worth its place."""
        return len(self.options) > self.folded or bool(self.active)

    @property
    def is_open(self) -> bool:
        """Whether it stands open from the start."""
        return not self.folded or bool(self.active)


def build_facet(
    name: str,
    title: str,
    counts: Mapping[str, int],
    labels: Labels,
    params: QueryDict,
    *,
    keep_order: bool = False,
    folded: bool = False,
    left_out: int = 0,
) -> Facet:
    """A facet from counts per value. Chosen values stay visible even when nothing matches them.

    Options stand by count, then label; with ``keep_order`` in the order of ``labels``. ``left_out`` values
    are not among the counts.
    """
    chosen = {value for value in params.getlist(name) if value}
    options = [
        Option(
            value,
            label(labels, value),
            counts.get(value, 0),
            value in chosen,
            _without(params, name, value) if value in chosen else "",
        )
        for value in {**counts, **dict.fromkeys(sorted(chosen))}
    ]
    if keep_order:
        rank = {value: index for index, value in enumerate(labels)}
        options.sort(key=lambda option: (rank.get(option.value, len(rank)), option.label))
    else:
        options.sort(key=lambda option: (-option.count, option.label))
    return Facet(name, title, tuple(options), folded, left_out)


def active_options(facets: Iterable[Facet]) -> list[tuple[Facet, Option]]:
    """All chosen options with their facet, for the row of removable filters."""
    return [(facet, option) for facet in facets for option in facet.active]


def _without(params: QueryDict, name: str, value: str) -> str:
    rest = params.copy()
    rest.pop("seite", None)
    rest.setlist(name, [other for other in params.getlist(name) if other != value])
    return "?" + rest.urlencode()
