"""How the search reads a text, word by word: for those who look after its words."""

from __future__ import annotations

from dataclasses import dataclass

from search.analysis import analyse
from search.expansion import Group, read_query
from search.language import current


@dataclass(frozen=True)
class Reading:
    """A word or phrase as the search reads it.

    ``term`` is its stem, or the identifier as written; ``parts`` are the stems of a compound's pieces,
    ``synonyms`` the other spellings that are sought with it. ``exact`` words are found as written only.
    """

    word: str
    term: str
    parts: tuple[str, ...]
    synonyms: tuple[str, ...]
    exact: bool


@dataclass(frozen=True)
class Explained:
    """The words of a text that are sought, and those that are passed over because they say nothing."""

    readings: tuple[Reading, ...]
    passed_over: tuple[str, ...]


def explain(text: str) -> Explained:
    """How a query is read by the words in force, before the corpus adds anything."""
    stops = (token.word for token in analyse(text) if not token.term)
    return Explained(tuple(_reading(group) for group in read_query(text)), tuple(dict.fromkeys(stops)))


def _reading(group: Group) -> Reading:
    return Reading(group.word, group.term, group.parts, _synonyms_of(group), group.exact)


def _synonyms_of(group: Group) -> tuple[str, ...]:
    """The spellings beside the group's own, as they were entered."""
    sought = {option.terms for option in group.alternatives}
    own = group.alternatives[0].terms
    found: dict[str, None] = {}
    for spellings in current().synonyms:
        terms = {each: tuple(token.term for token in analyse(each) if token.term) for each in spellings}
        if own in terms.values():
            found |= {each: None for each, read in terms.items() if read != own and read in sought}
    return tuple(found)
