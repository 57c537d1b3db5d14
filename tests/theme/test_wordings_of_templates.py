"""No template and no source message is in German: the interface is complete in both languages.

A heuristic: what stands between tags and in the attributes people hear or read has no umlaut and none
of the commonest German words. What a template shows on purpose in German says so by ``lang="de"``.
"""

from __future__ import annotations

import re
from pathlib import Path

import polib
import pytest

PROJECT = Path(__file__).resolve().parents[2]
TOPS = ("content", "events", "federation", "hub", "search", "theme")
TEMPLATES = sorted(
    each for top in TOPS for each in (PROJECT / top).glob("**/templates/**/*") if each.is_file()
)
CATALOGUES = sorted(
    each for top in TOPS for each in (PROJECT / top).glob("**/locale/de/LC_MESSAGES/django.po")
)

LEGAL = {"legal_notice.html", "privacy.html", "accessibility.html"}
"""Pages the law asks for; they are written in German, and marked as such."""

FOR_PROGRAMS = {"llms.txt"}
"""What programs of others read, in the language of the contributions."""

GERMAN = re.compile(
    r"[äöüßÄÖÜ]|\b(aber|alle|als|auch|auf|aus|bei|das|dem|den|der|diese|ein|eine|einer|eines|haben|hier|ihr|ihre"
    r"|ist|kein|keine|mit|nach|nicht|noch|oder|sich|sie|sind|um|und|uns|vom|von|vor|wenn|werden|wie|wird|wir|zum"
    r"|zur)\b"
)
NAMES = re.compile(
    r"Leichte Sprache|Wissenshub|Rheinland-Pfalz|Städtetag|Fokusgruppe"
    r"|„[^“]*“|“[^”]*”|[\w.-]+@[\w.-]+|/[\w/-]+/"
)
"""Proper names and what is quoted; addresses are German in both languages."""

MAILS = ("accounts/mail/",)
"""Mails to staff are in German whoever causes them: the sender's language says nothing of the reader's."""

COMMENT = re.compile(r"{%\s*comment.*?endcomment\s*%}|{#.*?#}|<!--.*?-->", re.S)
MARKED = re.compile(r'<(\w+)\b[^>]*\blang="de"[^>]*>.*?</\1>', re.S)
HEARD = re.compile(r'\b(?:alt|title|aria-label|placeholder|content)="([^"]*)"')
QUOTED = re.compile(r"{%-?\s*(?:translate|trans)\s+(\"[^\"]*\"|'[^']*')[^%]*%}")
UNSEEN = re.compile(r"<(script|style)\b.*?</\1>|<[^>]*>|{%.*?%}|{{.*?}}", re.S)


def visible(source: str) -> list[str]:
    """The pieces of a template that people read or hear, as they stand in it."""
    source = MARKED.sub(" ", COMMENT.sub(" ", source))
    messages = [match[1][1:-1] for match in QUOTED.finditer(source)]
    bare = QUOTED.sub(" ", source)
    heard = [UNSEEN.sub(" ", match[1]) for match in HEARD.finditer(bare)]
    return [*messages, *heard, *UNSEEN.sub("\n", bare).splitlines()]


def german_in(pieces: list[str]) -> list[str]:
    return [piece.strip() for piece in pieces if GERMAN.search(NAMES.sub(" ", piece))]


@pytest.mark.parametrize(
    "path",
    [
        path
        for path in TEMPLATES
        if path.name not in LEGAL | FOR_PROGRAMS and not any(mails in str(path) for mails in MAILS)
    ],
    ids=lambda path: str(path.relative_to(PROJECT)),
)
def test_templates_hold_no_german(path: Path) -> None:
    assert german_in(visible(path.read_text())) == []


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: str(path.relative_to(PROJECT)))
def test_messages_are_written_in_english(path: Path) -> None:
    entries = [entry for entry in polib.pofile(str(path)) if not entry.obsolete]
    assert german_in([text for entry in entries for text in (entry.msgid, entry.msgid_plural)]) == []


@pytest.mark.parametrize("name", sorted(LEGAL))
def test_pages_the_law_asks_for_are_marked_as_german(name: str) -> None:
    (path,) = [each for each in TEMPLATES if each.name == name]
    assert german_in(visible(path.read_text())) == [], "all of it stands in an element of its language"


@pytest.mark.parametrize(
    ("source", "faults"),
    [
        ("<p>Das ist für alle</p>", 1),
        ('<img alt="Eine Straße">', 1),
        ('{% translate "Suche nach Wissen" %}', 1),
        ('{% translate "Search" %}<p lang="de">für alle</p>{# für alle #}', 0),
        ("<p>{{ wert }} of die-cut</p>{% comment %}und{% endcomment %}", 0),
        ('<a href="/fuer/und/">All</a><style>.für { }</style>', 0),
    ],
)
def test_the_heuristic_sees_german_and_only_that(source: str, faults: int) -> None:
    assert len(german_in(visible(source))) == faults
