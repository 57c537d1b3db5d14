"""What is missing before the page of a session may be published: its authors' consent."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from django.utils.html import escape, strip_tags
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from events.models import Note, SessionNotePage
from events.noting.consents import list_standing, may_publish, named_authors
from events.noting.writers import lines_of

HEADING = "Mitgeschrieben"
LICENCE = '<a href="https://creativecommons.org/licenses/by/4.0/deed.de">CC BY 4.0</a>'
"""Part of the document, which must not change with the interface's translations."""

TOLD_AT_MOST = 3
SHORTEST = 12
"""Letters and digits of a line below which it may well be anybody's."""

MARKUP = re.compile(r"^\s*\d+[.)]\s|\]\([^)]*\)")
"""What of a line of Markdown is no wording, though it has letters or digits."""


def list_missing_consents(page: SessionNotePage, sections: Any) -> list[str]:
    """What is missing, in sentences; nothing for pages that were made of no note, and those that are out.

    ``sections`` is the wording that is to be published. It may hold no line that was taken out of the note
    since, unless those who wrote it had agreed to it. One query, for the page of a note a few more.
    """
    if page.pk is None:
        return []
    of_page = {"session__outcome__page__translation_key": page.translation_key}
    note = Note.objects.filter(**of_page, session__outcome__page__live=False).first()
    if note is None:
        return []
    missing = may_publish(note)
    if left := list_left_lines(note, sections):
        lines = ", ".join(f"„{Truncator(line.strip()).chars(80)}“" for line in left[:TOLD_AT_MOST])
        missing.append(
            _("The page still has lines that are no longer in the note, and not everybody agreed to them: "
              "%(lines)s. Take them out of the page.") % {"lines": lines}
        )  # fmt: skip
    return missing


def list_left_lines(note: Note, sections: Any) -> list[str]:
    """Lines of earlier versions that stand in the wording of a page, though their authors did not agree."""
    published, current = _letters(" ".join(_strings(list(sections.raw_data)))), _letters(note.text)
    revisions = list(note.revisions.all())
    agreed = {each.pk: each.agreed_version for each in note.authors.all() if each.agreed}
    allowed = {
        key: set(lines_of(each.text, each.writers, key))
        for each in revisions
        for key, version in agreed.items()
        if each.number == version
    }
    lines: dict[str, set[int]] = {}
    for each in revisions:
        for line, writers in zip(each.text.split("\n"), each.writers, strict=False):
            lines.setdefault(line, set()).update(writers)
    left = (line for line, who in lines.items() if any(line not in allowed.get(key, ()) for key in who))
    return [line for line in left if _stands(_letters(line), published, current)]


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


def _stands(line: str, published: str, current: str) -> bool:
    return len(line) >= SHORTEST and line in published and line not in current


def _letters(text: str) -> str:
    """Its letters and digits alone, so that markup and breaks of lines make no difference."""
    words = "\n".join(MARKUP.sub("", line) for line in strip_tags(text).split("\n"))
    return "".join(sign for sign in words.casefold() if sign.isalnum())


def _strings(value: Any) -> Iterator[str]:
    """All texts of the stored form of sections."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from _strings(each)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _strings(each)
