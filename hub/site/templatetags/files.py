"""What is the matter with files that are not here, for ``{% load files %}``."""

from __future__ import annotations

from django import template

from hub.site.absent_files import notes_of

register = template.Library()
register.simple_tag(notes_of, name="absent_files_of")


@register.filter
def note_of(notes: dict[str, str] | None, digest: str) -> str:
    """What is said of the file with that digest; empty if it is here."""
    return notes.get(digest, "") if notes else ""
