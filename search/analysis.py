"""The German analyser: from wording to terms, the same for search, answers and queries.

A *term* is what indexes hold: a stem, or an identifier as written. A *part* is the stem of a piece of a
compound or of a hyphenated word. Both sides of a comparison pass through :func:`analyse`, so ae and ä,
ß and ss, soft hyphens and inflections never stand between a question and its passage. What is costly per
word is cached, by the words in force (:mod:`search.language`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from search.compounds import split
from search.language import Language, current
from search.spelling import INVISIBLE, fold, lower, read_list, stem

__all__ = ["LONGEST_WORD", "Token", "analyse", "fold", "read_list", "stem", "terms_of"]

LONGEST_WORD = 80
"""Characters of a word that count; longer runs are noise."""

MOST_PIECES = 8
"""Pieces of a file number whose runs can be found by themselves."""

_HYPHENS = "-\u2010\u2011"
_LETTER = rf"[\w{INVISIBLE}\u0300-\u036f]"
_PIECE = r"(?=[^\W\d_]*\d)[^\W_]+"
"""Letters and digits with a digit among them. No separator is part of it: a run divides in one way only."""

_TOKEN = re.compile(
    r"(?P<section>(?:§{1,2}|\b[Pp]aragra(?:ph|f)(?:en)?\b|\b[Aa]rt(?:\.|ikel[ns]?\b))"
    r"\s{0,3}\d{1,4}(?:\s[a-eg-z](?![\w.])|[a-z]?\b))"
    rf"|(?P<number>(?:[^\W\d_]{{1,6}}[./-])?{_PIECE}(?:[{_HYPHENS}./_]{_PIECE})+)"
    rf"|(?P<word>{_LETTER}+(?:[{_HYPHENS}]{_LETTER}+)*(?:[*:]in(?:nen)?\b|/-?in(?:nen)?\b)?)"
)
_MORE_SECTIONS = re.compile(r"\s*(?:,|-|\u2013|und|oder|bis|u\.|,? ?sowie)\s*")
"""What stands between the numbers of „§§ 23, 24 und 25“."""

_GENDER = re.compile(r"([*:_]|/-?)in(nen)?$")
_PIECES = re.compile(rf"[{_HYPHENS}_]+")
_SEPARATORS = re.compile(rf"[{_HYPHENS}./_]+")
_THOUSANDS = re.compile(r"\d{1,3}(?:\.\d{3})+")
_NAMED_NUMBER = re.compile(r"([a-z]{2,})(\d{2,})")
"""A standard or the like, written as one word: DIN5008."""


class Token(NamedTuple):
    """One word of a text. ``start`` and ``end`` are its offsets there.

    ``word`` is its lower-case spelling with umlauts, ``term`` its stem and ``parts`` the stems of
    its pieces, without ``term`` itself. ``complete`` says that the parts together mean the whole
    word, so that all of them may stand for it. A stop word has no terms.
    """

    word: str
    start: int
    end: int
    term: str
    parts: tuple[str, ...] = ()
    complete: bool = False
    exact: bool = False

    @property
    def terms(self) -> tuple[str, ...]:
        """Everything the word can be found by."""
        return (self.term, *self.parts) if self.term else ()


_Word = tuple[str, str, tuple[str, ...], bool, bool]
"""Word, term, parts, complete and exact of a token."""


def analyse(text: str) -> Iterator[Token]:
    """The tokens of ``text`` in order, stop words included but without terms."""
    language = current()
    sections_until = -1  # where the last number of a list of sections ends
    for match in _TOKEN.finditer(text):
        raw, kind = match.group()[: LONGEST_WORD * 2], match.lastgroup or ""
        if sections_until >= 0 and kind != "section" and raw[0].isdigit():
            between = text[sections_until : match.start()]
            kind = "section" if len(between) < 12 and _MORE_SECTIONS.fullmatch(between) else kind
        word, term, parts, complete, exact = _analyse_word(raw, kind, language)
        if kind == "section":
            sections_until = match.end() if raw.startswith("§§") or sections_until >= 0 else -1
        if word:
            yield Token(word, *match.span(), term, parts, complete, exact)


def terms_of(text: str) -> frozenset[str]:
    """All terms and parts of ``text``."""
    return frozenset(term for token in analyse(text) for term in token.terms)


@lru_cache(maxsize=100_000)
def _analyse_word(raw: str, kind: str, language: Language) -> _Word:
    if kind == "section":
        exact = _section(raw)
        return exact, exact, (), False, True
    word = lower(raw)[:LONGEST_WORD]
    if kind == "number":
        return word, *_file_number(word)
    return _analyse_spelling(word, language)


def _section(raw: str) -> str:
    """Paragraphs as „§12a“, articles as „art.12a“, however they are written."""
    number = re.sub(r"\s", "", raw.lstrip("§").lower())
    letters = re.match(r"[a-z.]*", number)
    return ("art." if raw[0] in "Aa" else "§") + number[letters.end() if letters else 0 :]


def _file_number(word: str) -> tuple[str, tuple[str, ...], bool, bool]:
    """The number with one separator, whichever it has, and the runs of its pieces that find it too."""
    if _THOUSANDS.fullmatch(word):
        return word.replace(".", ""), (), False, True
    pieces = [piece for piece in _SEPARATORS.split(fold(word)) if piece]
    longest = len(pieces) if len(pieces) <= MOST_PIECES else 2
    runs = (
        ".".join(pieces[start : start + length])
        for length in range(longest, 0, -1)
        for start in range(len(pieces) - length + 1)
    )
    whole = ".".join(pieces)
    return whole, tuple(dict.fromkeys(run for run in runs if len(run) > 1 and run != whole)), False, True


def _analyse_spelling(word: str, language: Language) -> _Word:
    word = _GENDER.sub("innen", word).strip("_")
    folded = fold(word)
    if not folded or folded in language.stop_words:
        return word, "", (), False, False
    pieces = [piece for piece in _PIECES.split(folded) if piece]
    if len(pieces) == 1:
        if any(c.isdigit() for c in folded):
            named = _NAMED_NUMBER.fullmatch(folded)
            return word, folded, named.groups() if named else (), bool(named), True
        parts = _compound_parts(folded, language)
        return word, stem(folded), parts, bool(parts), False
    found = [
        part
        for piece in pieces
        if len(piece) > 1
        for part in (_compound_parts(piece, language) or (stem(piece),))
    ]
    whole = stem("".join(pieces))
    complete = all(len(piece) > 1 for piece in pieces)
    return word, whole, tuple(dict.fromkeys(part for part in found if part != whole)), complete, False


def _compound_parts(folded: str, language: Language) -> tuple[str, ...]:
    whole = stem(folded)
    parts = map(stem, split(folded, language.lexicon))
    return tuple(dict.fromkeys(part for part in parts if part != whole))
