"""The searchable fields of a document in Meilisearch, written from analysed texts.

Words stand in their order in a field of their own, so that what comes first ranks higher. All else by which
they are found (parts, pairs of parts, synonyms) stands in a second field, each once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import chain, pairwise, starmap
from typing import NamedTuple

from search.analysis import Token, analyse
from search.engines.meili.tokens import (
    Spelling,
    Spellings,
    encode,
    join_letter,
    pair,
    spellings,
    tokens_of,
)
from search.expansion import NEAR
from search.inside import words_inside

MOST_TOKENS = 8_000
"""Entries of a list that Meilisearch reads: it counts 65,535 places in a field, and eight for each entry."""

MOST_PAIRS = 4
"""How many times as many pairs are gathered, some of which the words hold already."""

OFTEN = 2


@dataclass
class Texts:
    """What some texts of one weight are found by."""

    words: list[str] = field(default_factory=list)
    """Each text as its tokens in order."""

    more: dict[str, None] = field(default_factory=dict)
    pairs: dict[tuple[str, str], None] = field(default_factory=dict)
    """Terms near each other, each two in one order."""

    times: Counter[str] = field(default_factory=Counter)
    """How often each token occurs, pairs only where they are one word."""

    inside: dict[str, None] = field(default_factory=dict)
    """Beginnings and ends of long words that the lexicon does not know (Drohnen of Drohnenbefliegung)."""

    @property
    def rest(self) -> list[str]:
        """Everything but the words themselves; where it is too much, pairs give way."""
        held = {token for text in self.words for token in text.split()}
        tokens = self.more | dict.fromkeys(starmap(pair, self.pairs))
        return [token for token in tokens if token not in held][:MOST_TOKENS]

    @property
    def often(self) -> list[str]:
        """What occurs so often that the texts are about it, the most frequent first."""
        often = {token: times for token, times in self.times.items() if times >= OFTEN}
        return sorted(often, key=often.__getitem__, reverse=True)[:MOST_TOKENS]


class _Word(NamedTuple):
    """What a word is found by, wherever it stands."""

    tokens: tuple[str, ...]
    terms: frozenset[str]
    inside: Mapping[str, None]


def read_texts(texts: Iterable[str]) -> Texts:
    """Analyse texts of one weight."""
    found = Texts()
    known = spellings()
    for text in texts:
        places, words = _places_of(text)
        read = [_read_word(Token(word.word, 0, 0, *word[3:]), known) for word in words]
        found.words.append(" ".join(chain.from_iterable(each.tokens for each in read)))
        terms = _terms_of(words, [each.terms for each in read], known, found)
        held = (
            dict.fromkeys((*each.tokens, *_encoded(here))) for each, here in zip(read, terms, strict=True)
        )
        found.times.update(chain.from_iterable(held))
        _add_pairs(dict(zip(places, terms, strict=True)), known.stems, found)
        for each in read:
            if len(found.inside) >= MOST_TOKENS:
                break
            found.inside |= each.inside
    return found


@lru_cache(maxsize=50_000)
def _read_word(word: Token, known: Spellings) -> _Word:
    inside = dict.fromkeys(map(encode, words_inside(word)))
    return _Word(tokens_of([word], known.stems), frozenset(word.terms), inside)


@lru_cache(maxsize=50_000)
def _encoded(terms: frozenset[str]) -> tuple[str, ...]:
    return tuple(map(encode, sorted(terms)))


@lru_cache(maxsize=50_000)
def _known(terms: frozenset[str], stems: frozenset[str]) -> tuple[str, ...]:
    return tuple(sorted(terms & stems))


def _places_of(text: str) -> tuple[list[int], list[Token]]:
    """The words that count, and where each stands among all words."""
    held = [(place, word) for place, word in enumerate(analyse(text)) if word.term]
    return [place for place, _ in held], [word for _, word in held]


def _terms_of(
    words: Sequence[Token], own: Iterable[frozenset[str]], known: Spellings, found: Texts
) -> list[frozenset[str]]:
    """The terms of each word with its one-word synonyms; the tokens of all synonyms go to ``found``."""
    terms = list(own)
    for place, (letter, word) in enumerate(pairwise(words)):
        if len(letter.word) == 1 and not word.exact:
            terms[place] |= {join_letter(letter, word)}
    for place, here in enumerate(terms):
        found.more.update(dict.fromkeys(_encoded(here)))
        if known.by_first.keys().isdisjoint(here):
            continue
        meant = list(_meant_at(place, terms, known))
        found.more |= dict.fromkeys(chain.from_iterable(spelling.tokens for spelling in meant))
        terms[place] |= {spelling.terms[0] for spelling in meant if len(spelling.terms) == 1}
    return terms


def _meant_at(place: int, terms: Sequence[frozenset[str]], known: Spellings) -> Iterator[Spelling]:
    for term in sorted(terms[place]):
        for sequence, meant in known.by_first.get(term, ()):
            if len(sequence) == 1 or _follows(terms, place, sequence[1:]):
                yield from meant


def _follows(terms: Sequence[frozenset[str]], place: int, rest: Sequence[str]) -> bool:
    """Whether these terms follow the one at a place, stop words aside; parts of one word share it."""
    for term in rest:
        if term not in terms[place]:
            place += 1
            if place >= len(terms) or term not in terms[place]:
                return False
    return True


def _add_pairs(terms: Mapping[int, frozenset[str]], stems: frozenset[str], found: Texts) -> None:
    """The pairs of all terms of the lexicon that stand at one place or near each other."""
    known = {place: _known(each, stems) for place, each in terms.items()}
    for place, here in known.items():
        if len(found.pairs) >= MOST_PAIRS * MOST_TOKENS:
            return
        if here:
            there = [term for near in range(place, place + NEAR + 1) for term in known.get(near, ())]
            pairs = [
                (first, second) if first < second else (second, first)
                for first in here
                for second in there
                if first != second
            ]
            found.pairs.update(dict.fromkeys(pairs))
