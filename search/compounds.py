"""Splitting German compounds by a lexicon of administration words.

A word splits where all of it is made of known words and linking letters (Kita-platz-vergabe,
Leistung-s-katalog). Where only its beginning or end is known and long enough, the rest counts as
one unknown piece (Wohngeld-novelle). Pieces are folded spellings; the analyser stems them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from search.analysis import fold, read_list, stem

SHORTEST_COMPOUND = 6
SHORTEST_STEMMED = 4
SHORTEST_LOOSE = 5
"""A known piece beside an unknown one needs this length, as does the unknown one less one."""

_VOWELS = frozenset("aeiouy")
_ENDINGS = (
    "innen",
    "ische",
    "lich",
    "schaft",
    "ungen",
    "keit",
    "barkeit",
    "ierung",
    "erung",
    "sch",
    "st",
    "ende",
)
"""Beginnings of what is an ending and no piece of its own."""


@dataclass(frozen=True)
class Lexicon:
    """Known words, folded, and the beginnings that their inflected forms share, by stem."""

    words: frozenset[str]
    bases: Mapping[str, tuple[str, ...]]
    spellings: Mapping[str, str]
    """How each folded word is written, as a noun."""

    def has_first(self, piece: str) -> bool:
        """Whether ``piece`` can stand before another: as it is, inflected, or with its e dropped."""
        if piece in self.words or piece + "e" in self.words:
            return True
        # A bare stem ("steu" of Steuer) is no piece; an ending or a linking letter must follow it.
        return len(piece) > SHORTEST_STEMMED and piece.endswith(("s", "n", "e", "r")) and self.inflects(piece)

    def has_last(self, piece: str) -> bool:
        """Whether ``piece`` can end a compound, in any inflection."""
        return piece in self.words or (len(piece) >= SHORTEST_STEMMED and self.inflects(piece))

    def inflects(self, piece: str) -> bool:
        """Whether ``piece`` is a known word with an ending; a common stem may be chance (elten, Eltern)."""
        return any(_without_umlauts(piece).startswith(base) for base in self.bases.get(stem(piece), ()))


@lru_cache(maxsize=1)
def lexicon() -> Lexicon:
    """The lexicon of this package."""
    spellings = {fold(word): word.capitalize() for line in read_list("lexicon.txt") for word in line.split()}
    words = frozenset(spellings)
    bases: dict[str, tuple[str, ...]] = {}
    for word in sorted(words):
        if len(word) >= SHORTEST_STEMMED:
            bases[stem(word)] = (*bases.get(stem(word), ()), _without_umlauts(word).removesuffix("e"))
    return Lexicon(words, bases, spellings)


def _without_umlauts(folded: str) -> str:
    return folded.replace("ae", "a").replace("oe", "o").replace("ue", "u")


@lru_cache(maxsize=50_000)
def split(word: str) -> tuple[str, ...]:
    """The known pieces of a folded word; empty when it is no compound or stands in the lexicon itself."""
    known = lexicon()
    if len(word) < SHORTEST_COMPOUND or not word.isalpha() or known.has_last(word):
        return ()
    return _split_fully(word, known) or _split_loosely(word, known)


def _split_fully(word: str, known: Lexicon) -> tuple[str, ...]:
    """The fewest known pieces that make up all of ``word``, those that need no ending first."""
    size = len(word)
    best: list[tuple[int, int, tuple[str, ...]] | None] = [None] * (size + 1)
    best[size] = (0, 0, ())
    for start in range(size - 2, -1, -1):
        for end in range(start + 2, size + 1):
            rest = best[end]
            piece = word[start:end]
            if rest is None or not (known.has_last(piece) if end == size else known.has_first(piece)):
                continue
            found = (rest[0] + 1, rest[1] + (piece not in known.words), (piece, *rest[2]))
            held = best[start]
            if held is None or found[:2] < held[:2]:
                best[start] = found
    whole = best[0]
    return whole[2] if whole and whole[0] > 1 else ()


def _split_loosely(word: str, known: Lexicon) -> tuple[str, ...]:
    for start in range(SHORTEST_LOOSE - 1, len(word) - SHORTEST_LOOSE + 1):
        rest = word[start:]
        if _is_piece(word[:start]) and (known.has_last(rest) or _split_fully(rest, known)):
            return (word[:start], *(_split_fully(rest, known) or (rest,)))
    for exact in (True, False):
        for end in range(len(word) - SHORTEST_LOOSE, SHORTEST_LOOSE - 2, -1):
            first, rest = word[:end], word[end:]
            fits = first in known.words if exact else len(first) > SHORTEST_LOOSE and known.has_first(first)
            if fits and _is_piece(rest):
                return (first, rest)
    return ()


def _is_piece(piece: str) -> bool:
    return (
        len(piece) >= SHORTEST_LOOSE - 1 and not _VOWELS.isdisjoint(piece) and not piece.startswith(_ENDINGS)
    )
