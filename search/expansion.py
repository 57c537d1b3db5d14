"""From what somebody typed to groups of terms: one group per meaning, with all its spellings.

A query matches where every group has one alternative present. Alternatives are the word's stem,
the parts of a compound together, and synonyms. Pure; see :mod:`search.engines.postgres` for the
alternatives that the indexed corpus adds.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from enum import Enum
from functools import lru_cache

from search.analysis import Token, analyse, read_list

LONGEST_QUERY = 400
"""Characters of a query that are read."""

MOST_GROUPS = 24
_LONGEST_PHRASE = 4
_MOST_ALTERNATIVES = 12


NEAR = 5
"""How many words apart the parts of a compound may stand: „Kitaplätze in einem Lauf vergeben“."""


class Order(Enum):
    """How the terms of an alternative must stand: in sequence, or each near the one before.

    Parts of one word share its place, so both hold inside „Open-Data-Portal“.
    """

    SEQUENCE = "sequence"
    NEAR = "near"


@dataclass(frozen=True, slots=True)
class Alternative:
    """Terms that must all be present, in their order."""

    terms: tuple[str, ...]
    order: Order = Order.NEAR


class Places:
    """Where each term of a text stands, by the number of its word."""

    def __init__(self, text: str) -> None:
        self._held: dict[str, list[int]] = {}
        for place, token in enumerate(analyse(text)):
            for term in token.terms:
                self._held.setdefault(term, []).append(place)

    def count(self, option: Alternative) -> int:
        """How often the alternative occurs: as often as the rarest of its terms does in its order."""
        return min(map(len, self._matching(option)), default=0)

    def find(self, option: Alternative) -> set[int]:
        """The words that take part in occurrences of the alternative."""
        return set().union(*self._matching(option))

    def _matching(self, option: Alternative) -> list[list[int]]:
        """For each term its places that have the neighbours they need; empty lists if there are none."""
        found = [self._held.get(term, []) for term in option.terms]
        back, forth = (0, 1) if option.order is Order.SEQUENCE else (-NEAR, NEAR)
        for number in range(1, len(found)):
            found[number] = _beside(found[number], found[number - 1], -forth, -back)
        for number in range(len(found) - 1, 0, -1):
            found[number - 1] = _beside(found[number - 1], found[number], back, forth)
        return found


def _beside(places: list[int], others: list[int], back: int, forth: int) -> list[int]:
    """Those of the ascending ``places`` with one of ``others`` from ``back`` to ``forth`` words away."""
    starts = ((place, bisect_left(others, place + back)) for place in places)
    return [place for place, start in starts if start < len(others) and others[start] <= place + forth]


@dataclass(frozen=True, slots=True)
class Group:
    """One meaning in a query: the words as typed, their plain term, and what may stand for them.

    ``parts`` are those of a compound. An ``exact`` group is an identifier. ``noun`` is false for a
    small-lettered word in a query that has capitals too, which in German is a verb, an adjective or
    the like: it says less about the topic and is not corrected.
    """

    word: str
    term: str
    alternatives: tuple[Alternative, ...]
    parts: tuple[str, ...] = ()
    exact: bool = False
    noun: bool = True

    def count_in(self, places: Places) -> int:
        """How often one of the alternatives occurs in a text, at most; 0 if none does."""
        return max((places.count(option) for option in self.alternatives), default=0)

    def widened(self, options: Iterable[Alternative]) -> Group:
        """The group with further alternatives."""
        return replace(self, alternatives=tuple(dict.fromkeys((*self.alternatives, *options))))


def read_query(text: str) -> tuple[Group, ...]:
    """The groups of a query or question, in order, without stop words and repetitions.

    Reads the first :data:`LONGEST_QUERY` characters and keeps :data:`MOST_GROUPS` groups.
    """
    text = text[:LONGEST_QUERY]
    tokens = [token for token in analyse(text) if token.term]
    capitals = {token.word for token in tokens if text[token.start].isupper()}
    groups: dict[str, Group] = {}
    for group in _read_groups(tokens):
        noun = group.exact or not capitals or not capitals.isdisjoint({group.word, *group.word.split()})
        groups.setdefault(group.term, replace(group, noun=noun))
    return tuple(groups.values())[:MOST_GROUPS]


def _read_groups(tokens: list[Token]) -> Iterator[Group]:
    start = 0
    while start < len(tokens):
        length = _phrase_length(tokens, start)
        yield _phrase_group(tokens[start : start + length]) if length > 1 else _word_group(tokens[start])
        start += length


def _phrase_length(tokens: list[Token], start: int) -> int:
    for length in range(min(_LONGEST_PHRASE, len(tokens) - start), 1, -1):
        if tuple(token.term for token in tokens[start : start + length]) in synonyms():
            return length
    return 1


def _phrase_group(tokens: list[Token]) -> Group:
    terms = tuple(token.term for token in tokens)
    options = (Alternative(terms, Order.SEQUENCE), *_synonyms_of(terms))
    return Group(" ".join(token.word for token in tokens), " ".join(terms), options)


def _word_group(token: Token) -> Group:
    options = [Alternative((token.term,)), *_synonyms_of((token.term,))]
    if token.complete:
        options.append(Alternative(token.parts))
        options.extend(_part_variants(token.parts))
    elif token.exact and token.parts:
        options.append(Alternative(token.parts, Order.SEQUENCE))
    unique = tuple(dict.fromkeys(options))[:_MOST_ALTERNATIVES]
    return Group(token.word, token.term, unique, token.parts, token.exact)


def _part_variants(parts: tuple[str, ...]) -> Iterator[Alternative]:
    for index, part in enumerate(parts):
        for option in _synonyms_of((part,)):
            yield Alternative((*parts[:index], *option.terms, *parts[index + 1 :]))


def _synonyms_of(terms: tuple[str, ...]) -> tuple[Alternative, ...]:
    return synonyms().get(terms, ())


@lru_cache(maxsize=1)
def synonyms() -> dict[tuple[str, ...], tuple[Alternative, ...]]:
    """For each spelling of the list, by its terms, the other spellings of the same meaning."""
    table: dict[tuple[str, ...], tuple[Alternative, ...]] = {}
    for line in read_list("synonyms.txt"):
        spellings = list(dict.fromkeys(_terms(spelling) for spelling in line.split("=")))
        for spelling in spellings:
            others = tuple(Alternative(other, Order.SEQUENCE) for other in spellings if other != spelling)
            table[spelling] = tuple(dict.fromkeys(table.get(spelling, ()) + others))
    return table


def _terms(spelling: str) -> tuple[str, ...]:
    return tuple(token.term for token in analyse(spelling) if token.term)
