"""Marking found words: escape first, then mark. Works on the wording of documents, not on an index."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from html import unescape

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from hub.documents import Text
from search.analysis import analyse
from search.expansion import Group, Places
from theme.markup import clean_markup

SNIPPET_LENGTH = 240
LONGEST_READ = 100_000
"""Characters of a text in which the best block is looked for: a page of results has many."""

_TAG = re.compile(r"""<(?:"[^"]*"|[^">])*>""")
"""A tag as the sanitiser writes it: attributes in double quotes."""

_SPACING = re.compile(r"[\s|]+")
_LEAD = 60
"""Characters shown before the first found word."""


@dataclass(frozen=True)
class Snippet:
    """A piece of wording with its found words marked, and the anchor it stands at (empty: the top)."""

    html: SafeString
    anchor: str = ""


def mark_words(text: str, groups: Sequence[Group]) -> SafeString:
    """``text`` escaped, with ``<mark>`` around each word by which one of the groups is found in it."""
    found, pieces, end = _found_words(text, groups), [], 0
    for number, token in enumerate(analyse(text)):
        if number in found:
            pieces += [
                escape(text[end : token.start]),
                "<mark>",
                escape(text[token.start : token.end]),
                "</mark>",
            ]
            end = token.end
    return mark_safe("".join([*pieces, escape(text[end:])]))  # noqa: S308 - all wording has just been escaped


def mark_markup(markup: SafeString, groups: Sequence[Group]) -> SafeString:
    """Sanitised markup with the found words marked between its tags, which stay as they are."""
    pieces: list[str] = []
    end = 0
    for tag in _TAG.finditer(markup):
        pieces += [mark_words(unescape(markup[end : tag.start()]), groups), tag.group()]
        end = tag.end()
    pieces.append(mark_words(unescape(markup[end:]), groups))
    return mark_safe("".join(pieces))  # noqa: S308 - tags of sanitised markup, all between them escaped


def says(html: str, text: str) -> bool:
    """Whether markup says ``text``, but for the spacing and the bars between a table's cells."""
    said = unescape(_TAG.sub("", clean_markup(html)))
    return _SPACING.sub("", said) == _SPACING.sub("", text)


def find_snippet(text: Text, groups: Sequence[Group]) -> Snippet:
    """The block, or else the summary, that holds most of the query's words, cut around the first.

    Of a text longer than :data:`LONGEST_READ` only the beginning is read.
    """
    best, anchor, most = text.summary, "", _count(text.summary, groups)
    read = 0
    for _section, block in text.blocks():
        read += len(block.text)
        if most == len(groups) or read > LONGEST_READ:
            break
        if (found := _count(block.text, groups)) > most:
            best, anchor, most = block.text, block.anchor, found
    return Snippet(mark_excerpt(best, groups), anchor)


def mark_excerpt(wording: str, groups: Sequence[Group]) -> SafeString:
    """A piece of ``wording`` around the first found word, escaped and marked."""
    return mark_words(_cut(wording, groups), groups)


def _count(wording: str, groups: Sequence[Group]) -> int:
    places = Places(wording)
    return sum(group.count_in(places) > 0 for group in groups)


def _found_words(wording: str, groups: Sequence[Group]) -> set[int]:
    places = Places(wording)
    return {place for group in groups for option in group.alternatives for place in places.find(option)}


def _cut(wording: str, groups: Sequence[Group]) -> str:
    """About :data:`SNIPPET_LENGTH` characters from shortly before the first found word, at word borders."""
    wording = " ".join(wording.split())
    if len(wording) <= SNIPPET_LENGTH:
        return wording
    number = min(_found_words(wording, groups), default=0)
    first = next((token.start for place, token in enumerate(analyse(wording)) if place == number), 0)
    start = 0 if first <= _LEAD else wording.find(" ", first - _LEAD, first) + 1 or first
    end = start + SNIPPET_LENGTH
    if end < len(wording):
        end = max(wording.rfind(" ", start, end), start + SNIPPET_LENGTH // 2)
    return ("… " if start else "") + wording[start:end] + (" …" if end < len(wording) else "")
