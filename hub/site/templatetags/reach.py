"""How often files were downloaded, for ``{% load reach %}``."""

from __future__ import annotations

from django import template

from hub.catalogue.models import CatalogueEntry
from hub.errors import UnreadableDocument
from hub.site.reach import queries

register = template.Library()


@register.simple_tag
def downloads_of(entry: CatalogueEntry) -> dict[str, int]:
    """How often each file was downloaded here, by digest; one query, none for what has no files."""
    try:
        has_files = entry.pk is not None and bool(entry.document.files)
    except UnreadableDocument:
        has_files = False
    return queries.downloads_of(entry.uuid) if has_files else {}


@register.filter
def times(downloads: dict[str, int] | None, digest: str) -> int:
    """How often the file with that digest was downloaded."""
    return downloads.get(digest, 0) if downloads else 0
