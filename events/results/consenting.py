"""What is missing before the page of a session or of minutes may be published: its authors' consent."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from django.db.models import Q
from django.utils.html import strip_tags
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from events.models import Note, SessionNotePage
from events.noting.consents import may_publish
from events.noting.crediting import find_page
from events.noting.keeping import SHORTEST, digest_line, letters_of
from events.noting.writers import lines_of

TOLD_AT_MOST = 3
MARKUP = re.compile(r"^\s*\d+[.)]\s|\]\([^)]*\)")
"""What of a line of Markdown is no wording, though it has letters or digits."""

BREAK = re.compile(r"\n|</?(?:p|li|ul|ol|h[1-6]|br|td|th|tr|blockquote|pre)\b[^>]*>")
"""Where a line of a page ends."""


def list_missing_consents(page: SessionNotePage, sections: Any) -> list[str]:
    """What is missing, in sentences; nothing for pages that were made of no note of a session or meeting.

    ``sections`` is the wording that is to be published. What is out already is changed without asking again,
    but for lines of somebody who took back their consent. One query, for the page of a note a few more.
    """
    if page.pk is None:
        return []
    key = page.translation_key
    of_page = Q(session__outcome__page__translation_key=key) | Q(meeting__page__translation_key=key)
    note = Note.objects.select_related("session__outcome").filter(of_page).first()
    made = find_page(note) if note else None
    if note is None or made is None:
        return []
    return list_withdrawn_lines(note, sections) if made.live else list_missing_of(note, sections)


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
        words = _(
            "The page still has lines that are no longer in the note, and not everybody agreed to them: "
            "%(lines)s. Take them out of the page."
        )
        missing.append(words % {"lines": _quote(left)})
    return missing


def list_withdrawn_lines(note: Note, sections: Any) -> list[str]:
    """What keeps ``sections`` from being published on a page that is out: lines that were withdrawn.

    As far as they are known: those of whoever does not agree, and by their digest those that were taken out.
    """
    found = _list_unagreed(note, sections) if note.withdrawn else []
    if not (found := found or _list_gone(note, sections)):
        return []
    words = _(
        "Somebody who wrote does not agree any more, and their lines still stand on the page: %(lines)s. "
        "Take them out of the page."
    )
    return [words % {"lines": _quote(found)}]


def is_outdated(note: Note) -> bool:
    """Whether lines, or the versions that would tell of them, left the note after its page was made.

    Minutes are published as they are, so that only a consent that was taken back since makes them so.
    """
    if note.session is None:
        return note.withdrawn is not None
    return note.session.outcome.drafted < note.taken_out


def list_left_lines(note: Note, sections: Any) -> list[str]:
    """Lines of earlier versions that stand in the wording of a page, though their authors did not agree."""
    current = _letters(note.text)
    return [line for line in _list_unagreed(note, sections) if _letters(line) not in current]


def _list_unagreed(note: Note, sections: Any) -> list[str]:
    """Lines of any version that stand in the wording of a page, though not everybody agreed to them."""
    published = _letters(" ".join(_strings(list(sections.raw_data))))
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
    return [line for line in left if len(_letters(line)) >= SHORTEST and _letters(line) in published]


def _list_gone(note: Note, sections: Any) -> list[str]:
    """Lines of a page that were taken out of its note, and do not stand there again."""
    if not note.gone:
        return []
    current = _letters(note.text)
    lines = (line for text in _strings(list(sections.raw_data)) for line in BREAK.split(text))
    plain = (strip_tags(line) for line in lines)
    return [each for each in plain if digest_line(note, each) in note.gone and _letters(each) not in current]


def _quote(lines: list[str]) -> str:
    return ", ".join(f"„{Truncator(line.strip()).chars(80)}“" for line in lines[:TOLD_AT_MOST])


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
