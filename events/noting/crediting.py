"""Who wrote a note, as the last section of the page that was made of it."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable
from typing import Any

from django.db.models import Q
from django.utils.html import escape

from content.rebuilding.texts import part
from events.models import Note, SessionNotePage
from events.noting.consents import list_standing, named_authors

HEADING = "Mitgeschrieben"
LICENCE = '<a href="https://creativecommons.org/licenses/by/4.0/deed.de">CC BY 4.0</a>'
"""Part of the document, which must not change with the interface's translations."""


def find_page(note: Note) -> SessionNotePage | None:
    """The page that was made of a note of a session or a meeting; one query."""
    of = Q(outcomes__session__note=note) | Q(meetings__note=note)
    found: SessionNotePage | None = SessionNotePage.objects.filter(of).first()
    return found


def credit(sections: Iterable[Any], note: Note) -> str:
    """The stored form of ``sections``, at its end who wrote the note; what was said of them before goes."""
    kept = [each for each in sections if each["value"]["heading"] != HEADING]
    if written := write_authors(note):
        kept.append(part("section", {"heading": HEADING, "content": [part("paragraph", written)]}))
    return json.dumps(kept, default=str)


def note_withdrawal(note: Note, now: dt.datetime) -> bool:
    """A consent to the page of a note is gone: organisers are told until the page is without those lines.

    Returns whether the page is published; it names them no more. Minutes have no draft, so that a page of
    theirs which was taken offline counts as well: it is not to come back as it was.
    """
    page = follow_authors(note)
    if page is not None and (page.live or note.meeting_id):
        note.withdrawn = now
        note.save(update_fields=["withdrawn"])
    return page is not None and page.live


def follow_authors(note: Note) -> SessionNotePage | None:
    """Name on the page of a note those who want it as of now; returns that page.

    The page as it is read follows at once, and so do all versions of it that the editor keeps: nobody brings
    a name back with one of them. A page that tells nothing of authors stays as it is.
    """
    page = find_page(note)
    if page is None:
        return None
    pages = SessionNotePage.objects.filter(translation_key=page.translation_key).order_by("pk")
    for each in pages.select_for_update(of=("self",)):
        if _tells_authors(each.sections.raw_data):
            each.sections = credit(each.sections.raw_data, note)
            each.save(clean=False)
        for revision in each.revisions.all():
            sections = json.loads(revision.content["sections"])
            if _tells_authors(sections):
                revision.content["sections"] = credit(sections, note)
                revision.save(update_fields=["content"])
    return page


def write_authors(note: Note) -> str:
    """Who wrote it, as a paragraph: those by name who want to be named, the others by their number."""
    named = [str(escape(name)) for name in named_authors(note)]
    others = len(list_standing(note)) - len(named)
    if others:
        named.append("eine weitere Person" if named else "eine Person")
        if others > 1:
            named[-1] = f"{others} weitere Personen" if named[:-1] else f"{others} Personen"
    if not named:
        return ""
    said = ", ".join(named[:-1]) + f" und {named[-1]}" if len(named) > 1 else named[0]
    return f"<p>Diese Notiz stammt von: {said}. Sie steht unter der Lizenz {LICENCE}.</p>"


def _tells_authors(sections: Iterable[Any]) -> bool:
    return any(each["value"]["heading"] == HEADING for each in sections)
