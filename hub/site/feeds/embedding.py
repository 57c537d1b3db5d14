"""Cards that other sites show: their address, their size, and how they are described (oEmbed 1.0)."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Any
from urllib.parse import unquote, urlsplit

from django.utils.html import format_html

from hub.catalogue.models import CatalogueEntry
from hub.catalogue.queries import entries, find_entry
from hub.documents import UNSEARCHED, Viewer
from hub.env import env
from theme.labels import KINDS

WIDTH, HEIGHT = 600, 320
TALL = 420
"""Its height where it is so narrow that lines wrap."""
NARROW = 420
CACHE_SECONDS = 3600
EMBEDDED_KINDS = frozenset(KINDS) - UNSEARCHED


def card_address(entry: CatalogueEntry) -> str:
    """The whole address of the card."""
    return f"{env.origin}/id/{entry.uuid}/karte/"


def embed_code(entry: CatalogueEntry, title: str = "", width: int = WIDTH, height: int = HEIGHT) -> str:
    """The markup another site takes over. The card runs no scripts; its links open the page itself."""
    return format_html(
        '<iframe src="{}" title="{}" width="{}" height="{}" loading="lazy" '
        'sandbox="allow-popups allow-top-navigation-by-user-activation" '
        'style="border:0;max-width:100%"></iframe>',
        card_address(entry),
        title or entry.title,
        width,
        height,
    )


def size_of(max_width: int | None, max_height: int | None) -> tuple[int, int]:
    """Width and height of a card in pixels, within what the other site has room for."""
    width = min(WIDTH, max_width or WIDTH)
    height = HEIGHT if width > NARROW else TALL
    return width, min(height, max_height or height)


def find_embedded(address: str) -> CatalogueEntry | None:
    """The public record whose page, permanent id or card has that address on this hub.

    At most two queries. None for any other address, also for what is kept from the public.
    """
    path, anybody = _path_here(address), Viewer.anonymous()
    if not path:
        return None
    if key := _key_in(path.split("/")):
        entry = find_entry(key, anybody)
    else:
        entry = entries(anybody).filter(source="", path=path).first()
    return entry if entry is not None and entry.kind in EMBEDDED_KINDS else None


def describe_card(
    entry: CatalogueEntry, publishers: Iterable[str], max_width: int | None, max_height: int | None
) -> dict[str, Any]:
    """The answer of oEmbed 1.0, section 2.3.4.4: type „rich“."""
    width, height = size_of(max_width, max_height)
    described = {
        "version": "1.0",
        "type": "rich",
        "title": entry.title,
        "author_name": ", ".join(publishers),
        "author_url": f"{env.origin}/kommunen/{entry.publishers[0]}/" if entry.publishers else "",
        "provider_name": f"Wissenshub {env.name}",
        "provider_url": env.origin,
        "cache_age": CACHE_SECONDS,
        "width": width,
        "height": height,
        "html": embed_code(entry, width=width, height=height),
    }
    return {name: value for name, value in described.items() if value != ""}


def _path_here(address: str) -> str:
    """The path of an address of this hub; empty for any other, and for what is none."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""
    here = f"{parts.scheme}://{parts.netloc}".lower() == env.origin
    path = unquote(parts.path)
    return path if here and "\x00" not in path else ""


def _key_in(steps: list[str]) -> uuid.UUID | None:
    """The uuid in ``/id/<uuid>…`` or ``/von/<source>/<uuid>/…``."""
    place = {"id": 2, "von": 3}.get(steps[1] if len(steps) > 1 else "")
    if place is None or len(steps) <= place:
        return None
    try:
        return uuid.UUID(steps[place])
    except ValueError:
        return None
