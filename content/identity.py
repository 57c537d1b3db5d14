"""The permanent addresses of pages. They never hold a path, so moves and renames change no document."""

from __future__ import annotations

from typing import Any

from hub.catalogue.pages import ShareablePage
from hub.env import env


def document_id(page: Any) -> str:
    """``<origin>/id/<uuid>`` of a shareable page, an alias giving that of its original."""
    original = page.alias_of if page.alias_of_id else page
    return f"{env.origin}/id/{original.translation_key}"


def address_of(page: Any) -> str:
    """What links to ``page`` point at: its id if it is shareable, else its address on this instance."""
    if issubclass(page.specific_class or type(page), ShareablePage):
        return document_id(page)
    parts = page.get_url_parts()
    return f"{env.origin}{parts[2]}" if parts and parts[2] else ""
