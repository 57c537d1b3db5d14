"""What the instances are called whose documents are held here.

The catalogue knows other instances by their short names alone. Whoever knows more of them registers how
they are called; without that they keep their short names.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

Naming = Callable[[Collection[str]], Mapping[str, str]]
"""From short names to names; unknown ones are left out. One query."""

_namings: list[Naming] = []


def register_naming(naming: Naming) -> None:
    """Let ``naming`` say what other instances are called."""
    _namings[:] = [naming]


def name_sources(sources: Collection[str]) -> dict[str, str]:
    """What the instances with these short names are called; no query if there are none."""
    names = {source: source for source in sources}
    for naming in _namings if names else ():
        names |= naming(names.keys())
    return names
