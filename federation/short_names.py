"""Short names that no peer may have, because they mean something else where a peer's would stand."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any

from django.urls import URLPattern
from wagtail import hooks

ABOVE = frozenset({"moderation", "peers"})
"""The parts of the admin where a peer's short name stands right below."""

IMPORTED = "archiv"
"""The source of documents that came back from an archive without a page of their own."""

OTHERWISE = frozenset({IMPORTED, "alle"})
"""What a source is called that is no peer, and the calendar of all events (``/kalender/alle.ics``)."""


@cache
def reserved_names() -> frozenset[str]:
    """Those, and the fixed parts of the admin's addresses beside those of peers, as the routes have them."""
    registered: Iterable[Any] = (
        route for register in hooks.get_hooks("register_admin_urls") for route in register()
    )
    return OTHERWISE | frozenset(_fixed_parts(registered))


def _fixed_parts(routes: Iterable[Any]) -> Iterator[str]:
    for route in routes:
        if isinstance(route, URLPattern):
            above, _, below = str(route.pattern).partition("/")
            part = below.partition("/")[0]
            if above in ABOVE and part and "<" not in part:
                yield part
