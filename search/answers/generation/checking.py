"""Believing a claim: only by quotes that stand in its passages, and by its own words and numbers in them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from search.analysis import analyse, terms_of
from search.answers.generation.claims import Claim, Quote
from search.answers.generation.numbers import is_number_word, numbers_held, numbers_needed
from search.answers.generation.plain import plain_text
from search.answers.generation.wording import Wording, cut_to_sentences, read_wording
from search.answers.models import Passage

MOST_QUOTES = 4
LONGEST_QUOTE = 1_200

SUPPORT = 0.5
"""Share of a claim's content words that must stand in the passages it quotes."""


@dataclass(frozen=True)
class Source:
    """A passage as one of those given to the model; ``citation`` is its place in ``Answer.retrieved``."""

    citation: int
    passage: Passage

    @cached_property
    def wording(self) -> Wording:
        """As much of its text as is sent, and how it is shown; nothing is quoted from the rest."""
        return read_wording(cut_to_sentences(self.passage.text))

    @cached_property
    def terms(self) -> frozenset[str]:
        """The terms of what is sent of it and of what stands above it."""
        return terms_of(f"{self.passage.title}\n{self.passage.heading}\n{self.wording.original}")


def check_claim(said: dict[str, Any], sources: Sequence[Source]) -> Claim | None:
    """The claim with those of its quotes that are true, or None if it must not be shown.

    ``said`` is an object as the model wrote it; its ``passage`` numbers count the sources from 1.
    """
    text = plain_text(said["claim"]) if isinstance(said.get("claim"), str) else None
    quotes = list(_true_quotes(said.get("quotes"), sources))
    if text is None or not quotes:
        return None
    quoted = {quote.citation for quote in quotes}
    used = [source for source in sources if source.citation in quoted]
    if not _holds_numbers(text, quotes) or not _is_about(text, used):
        return None
    return Claim(text, tuple(quotes))


def _true_quotes(said: object, sources: Sequence[Source]) -> Iterable[Quote]:
    seen: set[Quote] = set()
    for one in said[:MOST_QUOTES] if isinstance(said, list) else ():
        quote = _true_quote(one, sources) if isinstance(one, dict) else None
        if quote and quote not in seen:
            seen.add(quote)
            yield quote


def _true_quote(said: dict[str, Any], sources: Sequence[Source]) -> Quote | None:
    number, quote = said.get("passage"), said.get("quote")
    if not isinstance(quote, str) or len(quote) > LONGEST_QUOTE:
        return None
    if type(number) is not int or not 1 <= number <= len(sources):  # True would be an int, too
        return None
    source = sources[number - 1]
    wording = source.wording.find(quote)
    return Quote(source.citation, wording) if wording else None


def _holds_numbers(text: str, quotes: Iterable[Quote]) -> bool:
    held: set[str] = set()
    for quote in quotes:
        held |= numbers_held(quote.wording)
    return numbers_needed(text) <= held


def _is_about(text: str, sources: Iterable[Source]) -> bool:
    """Whether the claim speaks of what its passages speak of. Only German ones can be compared by words."""
    given = list(sources)
    if not any(source.passage.language.startswith("de") for source in given):
        return True
    terms = frozenset().union(*(source.terms for source in given))
    words = [token for token in analyse(text) if token.term and not is_number_word(token.word)]
    if not words:
        return bool(numbers_needed(text))
    return sum(not terms.isdisjoint(word.terms) for word in words) >= SUPPORT * len(words)
