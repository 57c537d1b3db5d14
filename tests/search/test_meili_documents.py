from __future__ import annotations

import datetime as dt
from dataclasses import replace
from urllib.parse import unquote

import pytest

from search.engines.base import FACETS
from search.engines.meili.asking import MOST_CHOICES, MOST_WORDS, Options, some_of, visible_filter
from search.engines.meili.documents import FIELDS, NEVER, SETTINGS, make_document, make_key, quote, read_key
from search.records import Record
from search.spelling import stem

RECORD = Record(
    object_id="https://mainz.example/id/ä-1",
    audience="public",
    kind="case_report",
    title="Ärger im Amt",
    changed=dt.datetime(2026, 3, 1, 23, 30, tzinfo=dt.UTC),
    topics=("ki", "Großes"),
    year=2025,
    titles=("Ärger im Amt",),
    files=("Seite eins", "Seite zwei"),
)


def test_a_record_becomes_a_document() -> None:
    document = make_document(RECORD)
    assert read_key(document["id"]) == RECORD.object_id
    assert document["titles"] == [f"{stem('aerger')} amt"]
    assert [len(text.split()) for text in document["files"]] == [2, 2]
    assert (document["kind"], document["year"], document["source"]) == ("case_report", "2025", "local")
    assert document["topics"] == ["ki", "%47ro%c3%9fes"]
    # Half past eleven at night in UTC is the next day here.
    assert document["day"] == dt.date(2026, 3, 2).toordinal()
    assert document["changed"] == int(RECORD.changed.timestamp() * 1_000_000)
    assert document["expires"] == NEVER
    assert document["sort_title"] == "aerger im amt"
    assert "maturity" not in document
    assert "publishers" not in document


def test_the_last_day_counts_as_shown() -> None:
    assert make_document(replace(RECORD, expires=dt.date(2026, 3, 1)))["expires"] == 739_676


def test_every_facet_and_text_of_a_record_is_in_the_settings() -> None:
    filterable = {name for rule in SETTINGS["filterableAttributes"] for name in rule["attributePatterns"]}
    assert filterable >= {"id", "audience", "day", "expires", *FACETS}
    assert SETTINGS["searchableAttributes"] == list(FIELDS)
    assert set(make_document(RECORD)) <= filterable | {*FIELDS, "changed", "sort_title"}


@pytest.mark.parametrize(
    "value", ['a" OR audience = "instance', "\\", '\\"', "'", "Ä ß", "\n", "KI", "%41", "a]b", ""]
)
def test_a_value_is_quoted_so_that_nothing_in_it_is_syntax_and_it_comes_back(value: str) -> None:
    assert unquote(quote(value)) == value
    assert not set(quote(value)) - set("abcdefghijklmnopqrstuvwxyz0123456789%-_.")


def test_values_that_differ_by_case_or_accent_differ_in_small_letters() -> None:
    assert len({quote(value).lower() for value in ("ki", "KI", "Ki", "kí")}) == 4


def test_a_lone_surrogate_is_quoted_as_a_question_mark() -> None:
    assert quote("\ud800") == "%3f"


@pytest.mark.parametrize("object_id", ["https://a.example/id/1", "x", "xy", "https://köln.example/id/ü?ß"])
def test_ids_become_keys_and_come_back(object_id: str) -> None:
    key = make_key(object_id)
    assert read_key(key) == object_id
    assert all(letter.isascii() and letter.isalnum() for letter in key)
    assert key == key.lower(), "Meilisearch filters ids without regard to case"


def test_the_filter_names_readable_audiences_the_day_and_what_is_gone() -> None:
    filters = visible_filter({"public", "members"}, ["https://a.example/id/1"])
    assert filters.startswith('audience IN ["members", "public"] AND expires >= ')
    assert filters.endswith(f' AND id NOT IN ["{make_key("https://a.example/id/1")}"]')


def single_words(words: str) -> list[Options]:
    return [Options([(word,)]) for word in words]


def test_some_of_the_words_weigh_by_their_rarity() -> None:
    groups = [Options([("a",)]), Options([("b",)]), Options([("a", "c")])]
    weights = {choice.words: choice.weight for choice in some_of(groups, [1.0, 0.5, 0.0])}
    assert weights == {
        ("a",): 4.0,
        ("b",): 2.0,
        ("a", "c"): 4.0,  # as the pair of the first and the last, which outweighs the last alone
        ("a", "b"): 8.0,
        ("b", "a", "c"): 2.0,
        ("a", "b", "c"): 8.0,
    }


def test_of_many_words_all_but_one_and_pairs_of_the_rare_are_asked_for() -> None:
    rarity = [1.0 - number / 10 for number in range(10)]
    choices = some_of(single_words("abcdefghij"), rarity)
    assert len(choices) <= 10 + MOST_CHOICES
    assert {len(choice.words) for choice in choices} == {1, 2, 7, 8}
    assert {letter for choice in choices if len(choice.words) > 1 for letter in choice.words} == set(
        "abcdefgh"
    )


def test_no_choice_has_more_words_than_are_read() -> None:
    groups = single_words("abcdefghijklmnopqrstuvwx")
    assert all(len(choice.words) <= MOST_WORDS for choice in some_of(groups, [1.0] * len(groups)))


def test_what_is_looked_for_in_whole_words_alone_stays_so_only_by_itself() -> None:
    groups = [Options([("a",)]), Options([("b",)], narrow=True)]
    narrow = {choice.words: choice.narrow for choice in some_of(groups, [1.0, 1.0])}
    assert narrow == {("a",): False, ("b",): True, ("a", "b"): False}
