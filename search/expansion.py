"""From what somebody typed to groups of terms: one group per meaning, with all its spellings.

A query matches where every group has one alternative present. Alternatives are the word's stem,
the parts of a compound together, and synonyms. Pure; see :mod:`search.engines.vocabulary` for the
alternatives that the indexed corpus adds.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import Enum
from functools import lru_cache

from search.analysis import Token, analyse, fold, stem
from search.inside import stands_for_parts
from search.language import Language, current

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
        if any(term not in self._held for term in option.terms):
            return 0
        return min(map(len, self._matching(option)), default=0)

    def find(self, option: Alternative) -> set[int]:
        """The words that take part in occurrences of the alternative."""
        return set().union(*self._matching(option))

    def of_term(self, term: str) -> set[int]:
        """The words that a term stands in."""
        return set(self._held.get(term, ()))

    def beginning(self, beginning: str) -> set[int]:
        """The words with a term that begins so."""
        return {n for term, places in self._held.items() if term.startswith(beginning) for n in places}

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

    def find_in(self, places: Places) -> set[int]:
        """The words of a text that take part in occurrences."""
        return set().union(*(places.find(option) for option in self.alternatives))

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
    table = _synonym_table(current())
    start = 0
    while start < len(tokens):
        length = _phrase_length(tokens, start, table)
        if length > 1:
            yield _phrase_group(tokens[start : start + length], table)
        elif len(tokens[start].word) == 1 and start + 1 < len(tokens) and not tokens[start + 1].exact:
            yield _lettered_group(tokens[start], tokens[start + 1], table)
            length = 2
        else:
            yield _word_group(tokens[start], table)
        start += length


def loosened(groups: Iterable[Group]) -> tuple[Group, ...]:
    """The groups, and each part of a compound as one of its own, for texts that hold some of them.

    What is told apart there ranks texts with a part of „Bauantragsverfahren“, which nobody wrote.
    """
    found = {group.term: group for group in groups}
    table = _synonym_table(current())
    for group in list(found.values()):
        if is_compound(group):
            for part in group.parts:
                own = (Alternative((part,)), *table.get((part,), ()))
                found.setdefault(part, Group(part, part, tuple(dict.fromkeys(own))))
    return tuple(found.values())[:MOST_GROUPS]


def is_compound(group: Group) -> bool:
    """Whether it is one word whose parts together mean the same."""
    return len(group.parts) > 1 and not group.exact


_Table = Mapping[tuple[str, ...], tuple[Alternative, ...]]
"""For each spelling of a group of synonyms, by its terms, itself and the others of the same meaning."""


def _phrase_length(tokens: list[Token], start: int, table: _Table) -> int:
    for length in range(min(_LONGEST_PHRASE, len(tokens) - start), 1, -1):
        if tuple(token.term for token in tokens[start : start + length]) in table:
            return length
    return 1


def _phrase_group(tokens: list[Token], table: _Table) -> Group:
    terms = tuple(token.term for token in tokens)
    return Group(" ".join(token.word for token in tokens), " ".join(terms), table[terms])


def _lettered_group(letter: Token, token: Token, table: _Table) -> Group:
    """„E Akte“, meant as „E-Akte“."""
    terms = (letter.term, token.term)
    joined = (stem(fold(letter.word + token.word)),)
    options = (Alternative(joined), Alternative(terms, Order.SEQUENCE), *table.get(joined, ()))
    return Group(f"{letter.word} {token.word}", " ".join(terms), options)


def _word_group(token: Token, table: _Table) -> Group:
    options = [Alternative((token.term,)), *table.get((token.term,), ())]
    if re.fullmatch(r"\w-\w{2,}", token.word):
        options.append(Alternative((token.word[0], stem(fold(token.word[2:]))), Order.SEQUENCE))
    if stands_for_parts(token):
        options.append(Alternative(token.parts))
        options.extend(_part_variants(token.parts, table))
    unique = tuple(dict.fromkeys(options))[:_MOST_ALTERNATIVES]
    return Group(token.word, token.term, unique, token.parts, token.exact)


def _part_variants(parts: tuple[str, ...], table: _Table) -> Iterator[Alternative]:
    for index, part in enumerate(parts):
        for option in table.get((part,), ()):
            yield Alternative((*parts[:index], *option.terms, *parts[index + 1 :]))


@lru_cache(maxsize=2)
def _synonym_table(language: Language) -> _Table:
    table: dict[tuple[str, ...], tuple[Alternative, ...]] = {}
    for group in language.synonyms:
        spellings = dict.fromkeys(option for each in group if (option := _alternative(each)).terms)
        for own in spellings:
            table[own.terms] = tuple(dict.fromkeys((*table.get(own.terms, (own,)), *spellings)))
    return table


def _alternative(spelling: str) -> Alternative:
    """A spelling as it is sought: words in sequence, or near each other where stop words stand between."""
    tokens = list(analyse(spelling))
    terms = tuple(token.term for token in tokens if token.term)
    in_sequence = len(terms) > 1 and len(terms) == len(tokens)
    return Alternative(terms, Order.SEQUENCE if in_sequence else Order.NEAR)
