"""The words that questions are made of rather than about."""

from __future__ import annotations

from functools import lru_cache

from search.analysis import read_list, terms_of
from search.expansion import Group
from search.language import Language, current


def is_content(group: Group) -> bool:
    """Whether a word says what a question is about."""
    return group.noun and group.term not in light_terms()


def light_terms() -> frozenset[str]:
    """Their terms."""
    return _light_terms(current())


@lru_cache(maxsize=2)
def _light_terms(_language: Language) -> frozenset[str]:
    return frozenset(term for line in read_list("lightwords.txt") for term in terms_of(line))
