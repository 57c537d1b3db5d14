"""The German analyser: from wording to terms, the same for search, answers and queries.

A *term* is what indexes hold: a Snowball stem, or an identifier as written. A *part* is the stem
of a piece of a compound or of a hyphenated word. Both sides of a comparison pass through
:func:`analyse`, so ae and ä, ß and ss, soft hyphens and inflections never stand between a
question and its passage. Everything here is pure; what is costly per word is cached.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import snowballstemmer

LONGEST_WORD = 80
"""Characters of a word that count; longer runs are noise."""

_INVISIBLE = "\u00ad\u200b\u200c\u200d\u2060\ufeff"
_HYPHENS = "-\u2010\u2011"
_STRIP = str.maketrans(dict.fromkeys(_INVISIBLE))
_FOLD = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "æ": "ae", "œ": "oe", "ø": "oe"})
_LETTER = rf"[\w{_INVISIBLE}\u0300-\u036f]"
_TOKEN = re.compile(
    r"(?P<section>§{1,2}\s{0,3}\d{1,4}[a-z]?\b)"
    rf"|(?P<number>(?:[^\W\d_]{{1,6}}[./-])?\w*\d\w*(?:[{_HYPHENS}./_]\w*\d\w*)+)"
    rf"|(?P<word>{_LETTER}+(?:[{_HYPHENS}]{_LETTER}+)*(?:[*:]in(?:nen)?\b|/-?in(?:nen)?\b)?)"
)
_GENDER = re.compile(r"([*:_]|/-?)in(nen)?$")
_PIECES = re.compile(rf"[{_HYPHENS}_]+")
_stemmer = snowballstemmer.stemmer("german")


@dataclass(frozen=True, slots=True)
class Token:
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


def fold(word: str) -> str:
    """Lower case with umlauts and ß written out, without accents and invisible characters."""
    spelled = _lower(word).translate(_FOLD)
    if spelled.isascii():
        return spelled
    return "".join(c for c in unicodedata.normalize("NFKD", spelled) if not unicodedata.combining(c))


@lru_cache(maxsize=1)
def stop_words() -> frozenset[str]:
    """The folded words that carry no content."""
    return frozenset(fold(word) for line in read_list("stopwords.txt") for word in line.split())


def read_list(name: str) -> Iterator[str]:
    """The lines of a word list beside this module, without comments and blank lines."""
    for line in (Path(__file__).parent / name).read_text(encoding="utf-8").splitlines():
        if line.strip() and not line.startswith("#"):
            yield line.strip()


@lru_cache(maxsize=100_000)
def stem(folded: str) -> str:
    """Snowball's German stem of a folded word; a plural s after a vowel goes too (Kitas)."""
    if len(folded) > 4 and folded[-1] == "s" and folded[-2] in "aiou":
        folded = folded[:-1]
    return str(_stemmer.stemWord(folded))


def analyse(text: str) -> Iterator[Token]:
    """The tokens of ``text`` in order, stop words included but without terms."""
    for match in _TOKEN.finditer(text):
        word, term, parts, complete, exact = _analyse_word(
            match.group()[: LONGEST_WORD * 2], match.lastgroup or ""
        )
        if word:
            yield Token(word, match.start(), match.end(), term, parts, complete, exact)


def terms_of(text: str) -> frozenset[str]:
    """All terms and parts of ``text``."""
    return frozenset(term for token in analyse(text) for term in token.terms)


@lru_cache(maxsize=100_000)
def _analyse_word(raw: str, kind: str) -> tuple[str, str, tuple[str, ...], bool, bool]:
    if kind == "section":
        exact = "§" + re.sub(r"[§\s]+", "", raw.lower())
        return exact, exact, (), False, True
    word = _lower(raw)[:LONGEST_WORD]
    if kind == "number":
        return (word, word, _number_parts(word), False, True)
    return _analyse_spelling(word)


def _analyse_spelling(word: str) -> tuple[str, str, tuple[str, ...], bool, bool]:
    word = _GENDER.sub("innen", word).strip("_")
    folded = fold(word)
    if not folded or folded in stop_words():
        return word, "", (), False, False
    pieces = [piece for piece in _PIECES.split(folded) if piece]
    if len(pieces) == 1:
        if folded.isdigit() or any(c.isdigit() for c in folded):
            return word, folded, (), False, True
        parts = _compound_parts(folded)
        return word, stem(folded), parts, bool(parts), False
    found = [
        part for piece in pieces if len(piece) > 1 for part in (_compound_parts(piece) or (stem(piece),))
    ]
    whole = stem("".join(pieces))
    complete = all(len(piece) > 1 for piece in pieces)
    return word, whole, tuple(dict.fromkeys(part for part in found if part != whole)), complete, False


def _compound_parts(folded: str) -> tuple[str, ...]:
    from search.compounds import split  # that module stems with this one

    whole = stem(folded)
    return tuple(dict.fromkeys(part for part in map(stem, split(folded)) if part != whole))


def _number_parts(word: str) -> tuple[str, ...]:
    pieces = re.split(rf"[{_HYPHENS}./_]", fold(word))
    return tuple(dict.fromkeys(piece for piece in pieces if len(piece) > 1))


def _lower(word: str) -> str:
    return unicodedata.normalize("NFKC", word.translate(_STRIP)).lower()
