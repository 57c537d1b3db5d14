"""Facets of a list: what can be filtered by, how often it occurs, and how a choice is taken back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.http import QueryDict

from theme.labels import Labels, label


@dataclass(frozen=True)
class Option:
    """One value of a facet. ``remove`` is the query string without it, with its question mark."""

    value: str
    label: str
    count: int
    selected: bool
    remove: str


@dataclass(frozen=True)
class Facet:
    """A group of options that share the parameter ``name``."""

    name: str
    title: str
    options: tuple[Option, ...]

    @property
    def active(self) -> tuple[Option, ...]:
        """The options now chosen."""
        return tuple(option for option in self.options if option.selected)


def build_facet(
    name: str,
    title: str,
    counts: Mapping[str, int],
    labels: Labels,
    params: QueryDict,
    *,
    keep_order: bool = False,
) -> Facet:
    """A facet from counts per value. Chosen values stay visible even when nothing matches them.

    Options stand by count, then label; with ``keep_order`` in the order of ``labels``.
    """
    chosen = {value for value in params.getlist(name) if value}
    options = [
        Option(
            value, label(labels, value), counts.get(value, 0), value in chosen, _without(params, name, value)
        )
        for value in {**counts, **dict.fromkeys(sorted(chosen))}
    ]
    if keep_order:
        rank = {value: index for index, value in enumerate(labels)}
        options.sort(key=lambda option: (rank.get(option.value, len(rank)), option.label))
    else:
        options.sort(key=lambda option: (-option.count, option.label))
    return Facet(name, title, tuple(options))


def active_options(facets: Iterable[Facet]) -> list[tuple[Facet, Option]]:
    """All chosen options with their facet, for the row of removable filters."""
    return [(facet, option) for facet in facets for option in facet.active]


def _without(params: QueryDict, name: str, value: str) -> str:
    rest = params.copy()
    rest.pop("seite", None)
    rest.setlist(name, [other for other in params.getlist(name) if other != value])
    return "?" + rest.urlencode()
