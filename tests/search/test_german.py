"""German done right: by the analyser alone, and by each engine over a corpus of all texts of a group."""

from __future__ import annotations

import pytest

from search.expansion import Places, read_query
from tests.search import german
from tests.search.asking import Search, titles
from tests.search.catalogue import let_follow, make_document, store

FOUND = [case for cases in german.FOUND.values() for case in cases]
BY_ENGINES = {**german.FOUND, "typos": german.TYPOS, "unknown words": german.UNKNOWN_WORDS}
NOT_FOUND = {"near misses": german.NEAR_MISSES, "not corrected": german.UNCORRECTED}


def holds(query: str, text: str) -> bool:
    """Whether a query, read by itself, is answered by a text."""
    groups, places = read_query(query), Places(text)
    return bool(groups) and all(group.count_in(places) for group in groups)


def fill(cases: german.Cases) -> dict[str, str]:
    """A contribution for each text, which is its body; the titles by text, of letters that say nothing."""
    names = {text: f"x{number}y" for number, text in enumerate(dict.fromkeys(text for _, text in cases))}
    for text, name in names.items():
        store(make_document(name, text))
    let_follow()
    return names


def found_by(search: Search, query: str) -> set[str]:
    """The titles of what holds every word of a query."""
    results = search(query, size=50)
    return set(titles(results)[: results.whole])


@pytest.mark.parametrize(("query", "text"), FOUND, ids=str)
def test_the_analyser_finds(query: str, text: str) -> None:
    assert holds(query, text)


@pytest.mark.parametrize(
    ("query", "text"), [*german.NEAR_MISSES, *german.NO_PARTS, *german.UNCORRECTED], ids=str
)
def test_the_analyser_does_not_find(query: str, text: str) -> None:
    assert not holds(query, text)


@pytest.mark.django_db
@pytest.mark.parametrize("group", BY_ENGINES)
def test_each_engine_finds(search: Search, group: str) -> None:
    cases = BY_ENGINES[group]
    names = fill(cases)
    missed = [(query, text) for query, text in cases if names[text] not in found_by(search, query)]
    assert missed == []


@pytest.mark.django_db
@pytest.mark.parametrize("group", NOT_FOUND)
def test_no_engine_finds_what_only_looks_alike(search: Search, group: str) -> None:
    cases = NOT_FOUND[group]
    names = fill(cases)
    wrong = [(query, text) for query, text in cases if names[text] in found_by(search, query)]
    assert wrong == []
