"""What is missing before the page of a session may be published: its authors' consent."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from django.utils.html import strip_tags
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from events.models import Note, SessionNotePage
from events.noting.consents import may_publish
from events.noting.keeping import SHORTEST, letters_of
from events.noting.writers import lines_of

TOLD_AT_MOST = 3
MARKUP = re.compile(r"^\s*\d+[.)]\s|\]\([^)]*\)")
"""What of a line of Markdown is no wording, though it has letters or digits."""


def list_missing_consents(page: SessionNotePage, sections: Any) -> list[str]:
    """What is missing, in sentences; nothing for pages that were made of no note, and those that are out.

    ``sections`` is the wording that is to be published. One query, for the page of a note a few more.
    """
    if page.pk is None:
        return []
    of_page = {"session__outcome__page__translation_key": page.translation_key}
    notes = Note.objects.select_related("session__outcome")
    note = notes.filter(**of_page, session__outcome__page__live=False).first()
    return list_missing_of(note, sections) if note else []


def list_missing_of(note: Note, sections: Any) -> list[str]:
    """What is missing before ``sections`` is published as the page of a note, in sentences.

    They may not be made of a note from which lines were taken out since, and hold no line that left the note
    otherwise, unless those who wrote it had agreed to it.
    """
    missing = may_publish(note)
    if is_outdated(note):
        missing.append(
            _("Lines were taken out of the note since this page was made of it: make the page anew.")
        )
    if left := list_left_lines(note, sections):
        lines = ", ".join(f"„{Truncator(line.strip()).chars(80)}“" for line in left[:TOLD_AT_MOST])
        missing.append(
            _("The page still has lines that are no longer in the note, and not everybody agreed to them: "
              "%(lines)s. Take them out of the page.") % {"lines": lines}
        )  # fmt: skip
    return missing


def is_outdated(note: Note) -> bool:
    """Whether lines, or the versions that would tell of them, left the note after its page was made."""
    return note.session is not None and note.session.outcome.drafted < note.taken_out


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


def _stands(line: str, published: str, current: str) -> bool:
    return len(line) >= SHORTEST and line in published and line not in current


def _letters(text: str) -> str:
    """Its letters and digits alone, so that markup and breaks of lines make no difference."""
    words = "\n".join(MARKUP.sub("", line) for line in strip_tags(text).split("\n"))
    return letters_of(words)


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
