"""The text forms of PostgreSQL's ``tsvector`` and ``tsquery``, written from analysed terms.

Stemming and splitting happen in :mod:`search.analysis` alone, so the database needs no German
dictionary; it holds and matches terms. Lexemes are always quoted: nothing typed becomes syntax.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from search.analysis import Token, analyse
from search.expansion import NEAR, Alternative, Group, Order

FIELD_GAP = 20
LAST_POSITION = 16_383
"""PostgreSQL counts all later positions as this one."""

MOST_BYTES = 1_000_000
"""What a ``tsvector`` may hold of terms and positions is a little more: 1,048,575 bytes."""

TERM_OVERHEAD = 4
"""The number of a term's positions, and what is added so that they lie at even addresses."""

MOST_POSITIONS = 200
"""Positions kept per term; PostgreSQL drops what goes beyond 255."""


def write_vector(fields: Iterable[tuple[str, str, str]]) -> str:
    """A ``tsvector`` of texts, each with the weight of its words and that of their parts.

    Fields are ``(text, word weight, part weight)`` with weights A to D; between two of them lies a
    gap, so that words of different fields are never adjacent.
    """
    return write_tokens(
        (analyse(text), word_weight, part_weight) for text, word_weight, part_weight in fields
    )


def write_tokens(fields: Iterable[tuple[Iterable[Token], str, str]]) -> str:
    """The same of texts that are analysed already."""
    found: dict[str, dict[int, str]] = {}
    position = 0
    for tokens, word_weight, part_weight in fields:
        for token in tokens:
            position = min(position + 1, LAST_POSITION)
            if token.term:
                _note(found, token.term, position, word_weight)
                for part in token.parts:
                    _note(found, part, position, part_weight)
        position = min(position + FIELD_GAP, LAST_POSITION)
    return " ".join(
        f"{quote(term)}:{','.join(f'{place}{weight}' for place, weight in places.items())}"
        for term, places in _fitting(found)
    )


def _note(found: dict[str, dict[int, str]], term: str, position: int, weight: str) -> None:
    places = found.setdefault(term, {})
    if len(places) < MOST_POSITIONS:
        places[position] = min(weight, places.get(position, weight))


def _fitting(found: dict[str, dict[int, str]]) -> Iterator[tuple[str, dict[int, str]]]:
    """Terms as far as PostgreSQL takes them: those found first; the end of a very long text is left out."""
    used = 0
    for term, places in found.items():
        used += len(term.encode()) + 2 * len(places) + TERM_OVERHEAD
        if used > MOST_BYTES:
            return
        yield term, places


def match_all(groups: Sequence[Group], weights: str = "") -> str:
    """A ``tsquery`` for texts where every group occurs, in words of these ``weights`` (any if empty)."""
    return " & ".join(match_group(group, weights) for group in groups)


def match_any(groups: Sequence[Group]) -> str:
    """A ``tsquery`` for texts where at least one group occurs."""
    return " | ".join(match_group(group) for group in groups)


def rank_by(groups: Sequence[Group], *, relaxed: bool) -> str:
    """A ``tsquery`` to rank what :func:`match_all`, or relaxed :func:`match_any`, finds.

    It does not say how the terms of an alternative must stand: rank counts how near they are by itself,
    and for the many places of a compound's parts it would take ten times as long.
    """
    ranked = (
        " | ".join(f"({' & '.join(map(quote, option.terms))})" for option in group.alternatives)
        for group in groups
    )
    return (" | " if relaxed else " & ").join(f"({each})" for each in ranked)


def match_group(group: Group, weights: str = "") -> str:
    """A ``tsquery`` for one group."""
    return f"({' | '.join(_match_alternative(option, weights) for option in group.alternatives)})"


def quote(term: str) -> str:
    """A lexeme as both text forms take it."""
    return "'" + term.replace("\\", "\\\\").replace("'", "''") + "'"


def _match_alternative(option: Alternative, weights: str) -> str:
    lexemes = [quote(term) + (f":{weights}" if weights else "") for term in option.terms]
    if len(lexemes) == 1:
        return lexemes[0]
    forth, back = (1, 0) if option.order is Order.SEQUENCE else (NEAR, NEAR)
    return f"({' & '.join(_match_pair(first, second, forth, back) for first, second in pairwise(lexemes))})"


def _match_pair(first: str, second: str, forth: int, back: int) -> str:
    """Both, the second at most ``forth`` words after or ``back`` before the first, or in one word."""
    after = [f"{first} <{distance}> {second}" for distance in range(forth + 1)]
    before = [f"{second} <{distance}> {first}" for distance in range(1, back + 1)]
    return f"({' | '.join(after + before)})"
