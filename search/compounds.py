"""Splitting German compounds by a lexicon of administration words.

A word splits where all of it is made of known words and linking letters (Kita-platz-vergabe,
Leistung-s-katalog). Where only its beginning or end is known and long enough, the rest counts as
one unknown piece (Wohngeld-novelle). What a rule would split wrongly stands in the lexicon with its parts
(Antrag-steller), or without any, and is then left whole. Pieces are folded spellings; the analyser stems
them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import chain

from search.spelling import fold, stem

BAR = "|"
"""Parts the pieces of a word of the lexicon."""


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
    "chaft",
    "ungen",
    "keit",
    "barkeit",
    "ierung",
    "erung",
    "isier",
    "ulier",
    "rende",
    "nisch",
    "bar",
    "tier",
    "sch",
    "st",
    "ende",
)
"""Beginnings of what is an ending and no piece of its own."""

_ONSET = re.compile(
    r"[aeiouy]|qu|[bcdfghjklmnprstvwxyz](?=[aeiouy])|[bcfgkp]l|[bcdfgkptvw]r|[gk]n|sch[lmnrw]?|chr?|p[fhs]l?r?"
    r"|s(?:[klmnw]|pr?l?|tr?)|th|rh|zw"
)
"""How a German word may begin: an s or n before any other consonant links, it begins no piece."""

_LINKED_BY_S = ("ung", "heit", "keit", "schaft", "ion", "taet", "tum")
SHORTEST_INFLECTED = 5
"""A word that ends an unknown compound in an inflected form has this many letters itself."""


@dataclass(frozen=True, eq=False)
class Lexicon:
    """Known words, folded, and the beginnings that their inflected forms share, by stem.

    ``spellings`` is how each folded word is written, as a noun; ``pieces`` are those of the words whose
    parts are given, by the stem of the word.
    """

    words: frozenset[str]
    bases: Mapping[str, tuple[str, ...]]
    spellings: Mapping[str, str]
    pieces: Mapping[str, tuple[str, ...]]

    @cached_property
    def _beginnings(self) -> Mapping[str, tuple[str, ...]]:
        """What known words begin with, as :attr:`bases` has it, by the first two letters: none has fewer."""
        found: dict[str, tuple[str, ...]] = {}
        for base in chain.from_iterable(self.bases.values()):
            found[base[:2]] = (*found.get(base[:2], ()), base)
        return found

    def begins(self, rest: str) -> bool:
        """Whether a known word begins ``rest``, in any inflection; those too short for one aside."""
        plain = _without_umlauts(rest)
        return plain.startswith(self._beginnings.get(plain[:2], ()))

    def has_first(self, piece: str) -> bool:
        """Whether ``piece`` can stand before another: as it is, inflected, or with its e dropped."""
        if piece in self.words or piece + "e" in self.words:
            return True
        # A bare stem ("steu" of Steuer) is no piece; an ending or a linking letter must follow it.
        return len(piece) > SHORTEST_STEMMED and piece.endswith(("s", "n", "e", "r")) and self.inflects(piece)

    def has_last(self, piece: str) -> bool:
        """Whether ``piece`` can end a compound, in any inflection."""
        return piece in self.words or (len(piece) >= SHORTEST_STEMMED and self.inflects(piece))

    def ends_unknown(self, piece: str) -> bool:
        """Whether ``piece`` can end a compound of which the rest is unknown: short words may be chance."""
        return piece in self.words or self.inflects(piece, SHORTEST_INFLECTED)

    def inflects(self, piece: str, shortest: int = 1) -> bool:
        """Whether ``piece`` is a known word with an ending; a common stem may be chance (elten, Eltern)."""
        bases = self.bases.get(stem(piece), ())
        if not bases:
            return False
        plain = _without_umlauts(piece)
        return any(len(base) >= shortest and plain.startswith(base) for base in bases)


def build_lexicon(words: Iterable[str]) -> Lexicon:
    """The lexicon of these words; a later one replaces an earlier one, bars part the pieces of a word."""
    given = {fold(word.replace(BAR, "")): word for word in words}
    bases: dict[str, tuple[str, ...]] = {}
    for word in sorted(given):
        if len(word) >= SHORTEST_STEMMED:
            bases[stem(word)] = (*bases.get(stem(word), ()), _without_umlauts(word).removesuffix("e"))
    return Lexicon(
        words=frozenset(given),
        bases=bases,
        spellings={key: word.replace(BAR, "").capitalize() for key, word in given.items()},
        pieces={
            stem(key): tuple(fold(piece) for piece in word.split(BAR))
            for key, word in given.items()
            if BAR in word
        },
    )


def _without_umlauts(folded: str) -> str:
    return folded.replace("ae", "a").replace("oe", "o").replace("ue", "u")


@lru_cache(maxsize=50_000)
def split(word: str, known: Lexicon) -> tuple[str, ...]:
    """The known pieces of a folded word; empty when it is no compound or stands in the lexicon as a whole."""
    if len(word) < SHORTEST_COMPOUND or not word.isalpha():
        return ()
    if given := known.pieces.get(stem(word)):
        return given
    if known.has_last(word):
        return ()
    endings = _split_endings(word, known)
    found = endings[0] or _split_loosely(word, endings, known)
    return tuple(each for piece in found for each in known.pieces.get(stem(piece), (piece,)))


def _split_endings(word: str, known: Lexicon) -> Sequence[tuple[str, ...]]:
    """For each place of ``word`` the fewest known pieces that make up all from there to its end.

    Of several ways that one comes first whose pieces need no ending. Empty where there is none, and
    where the whole rest is one piece.
    """
    size = len(word)
    best: list[tuple[int, int, tuple[str, ...]] | None] = [None] * (size + 1)
    best[size] = (0, 0, ())
    for start in range(size - 2, -1, -1):
        longest = size if known.begins(word[start:]) else min(size, start + SHORTEST_STEMMED - 1)
        for end in range(start + 2, longest + 1):
            rest = best[end]
            if rest is None:
                continue
            piece = word[start:end]
            if not (known.has_last(piece) if end == size else known.has_first(piece)):
                continue
            found = (rest[0] + 1, rest[1] + (piece not in known.words), (piece, *rest[2]))
            held = best[start]
            if held is None or found[:2] < held[:2]:
                best[start] = found
    return [found[2] if found and found[0] > 1 else () for found in best]


def _split_loosely(word: str, endings: Sequence[tuple[str, ...]], known: Lexicon) -> tuple[str, ...]:
    for start in range(SHORTEST_LOOSE - 1, len(word) - SHORTEST_LOOSE + 1):
        rest = word[start:]
        if _is_piece(word[:start]) and (known.ends_unknown(rest) or endings[start]):
            return (word[:start], *(endings[start] or (rest,)))
    for exact in (True, False):
        for end in range(len(word) - SHORTEST_LOOSE, SHORTEST_LOOSE - 2, -1):
            first, rest = word[:end], word[end:]
            fits = first in known.words if exact else len(first) > SHORTEST_LOOSE and known.has_first(first)
            linked = exact and rest[0] == "s" and first.endswith(_LINKED_BY_S)
            if fits and not linked and _is_piece(rest) and _ONSET.match(rest):
                return (first, rest)
    return ()


def _is_piece(piece: str) -> bool:
    return (
        len(piece) >= SHORTEST_LOOSE - 1 and not _VOWELS.isdisjoint(piece) and not piece.startswith(_ENDINGS)
    )
