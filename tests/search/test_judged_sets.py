"""Judged sets: the frozen one over the demo, and those that are refused."""

from __future__ import annotations

import hashlib
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from fixtures.sources import MUNICIPALITIES, Sources, translation_key
from hub.documents import Viewer
from search.evaluation.judged import JudgedSet
from search.evaluation.sets import UnreadableSet, key_of, read_file
from tests.search.judged import DEMO, KITA, SMALL, changed, small, with_query, write

FROZEN = "02ce33c099c2bca929df828d6ccc54fa716f5ae37fd723e9595ac71b60833f84"
"""Whoever changes the set changes what earlier figures mean: raise its version then, and say why."""


ADDED_SINCE = {
    "koblenz/frage-schneepflug",
    "ludwigshafen/fokusgruppe-e-akte",
    "mainz/fokusgruppe-zusammenarbeit",
}
"""Demo content that came after the set was written: no query is about it."""


def test_the_set_is_the_one_that_was_written_before_any_tuning() -> None:
    assert hashlib.sha256(DEMO.read_bytes()).hexdigest() == FROZEN


def test_the_set_has_enough_queries_and_half_of_each_stratum_is_held_out() -> None:
    judged = read_file(DEMO, JudgedSet)
    assert len(judged.queries) >= 120
    assert len(judged.of_half("train")) == len(judged.of_half("held-out"))
    train = Counter(query.stratum for query in judged.of_half("train"))
    held_out = Counter(query.stratum for query in judged.of_half("held-out"))
    assert set(train) == set(held_out)
    assert min(*train.values(), *held_out.values()) >= 6
    assert len({query.text for query in judged.queries}) == len(judged.queries)


def test_the_set_names_every_item_of_the_demo_that_search_holds_and_uses_each() -> None:
    judged = read_file(DEMO, JudgedSet)
    demo = {
        f"{city.slug}/{slug}" for city in MUNICIPALITIES for slug in ("_city", *Sources(city.slug).documents)
    }
    demo -= ADDED_SINCE
    assert judged.documents == {name: str(translation_key(name)) for name in judged.documents}
    assert set(judged.documents) == demo
    assert {name for query in judged.queries for name in query.grades} == demo


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "set: Input should be a valid dictionary"),
        (["a"], "set: Input should be a valid dictionary"),
        (changed(title=""), "title: String should have at least 1 character"),
        (changed(queries=[]), "queries: Tuple should have at least 1 item"),
        (changed(colour="red"), "colour: Extra inputs are not permitted"),
        (changed(audience="instance"), "audience: Input should be 'public' or 'members'"),
        (changed(documents={"kita": "https://mainz.example/kita"}), "ends in no uuid"),
        (changed(documents={"kita": KITA, "radweg": KITA.upper()}), "names an item twice"),
        (changed(queries=[*SMALL["queries"], SMALL["queries"][0]]), "wort-1 is there twice"),
        (with_query(half="test"), "queries.0.half: Input should be 'train' or 'held-out'"),
        (with_query(text=None), "queries.0.text: Input should be a valid string"),
        (with_query(need=""), "queries.0.need: String should have at least 1 character"),
        (with_query(grades={"kita": 4}), "queries.0.grades.kita: Input should be less than or equal to 3"),
        (with_query(grades={"kita": 3, "radweg": 0}), "queries.0.grades.radweg: Input should be greater"),
        (with_query(grades={"bus": 3}), "wort-1 names unknown documents: ['bus']"),
        (with_query(grades={"kita": 1}), "wort-1 has no item of grade 2 or 3"),
        (with_query(grades={}), "wort-1 has no item of grade 2 or 3"),
    ],
)
def test_a_set_that_is_wrong_is_refused_with_the_place(tmp_path: Path, content: Any, said: str) -> None:
    with pytest.raises(UnreadableSet, match="is no such set") as refused:
        read_file(write(tmp_path, content), JudgedSet)
    assert said in str(refused.value)


def test_of_many_faults_only_the_first_are_listed(tmp_path: Path) -> None:
    queries = [{"id": f"q{n}"} for n in range(4)]
    with pytest.raises(UnreadableSet) as refused:
        read_file(write(tmp_path, changed(queries=queries)), JudgedSet)
    assert str(refused.value).count("\n") == 6
    assert "and 12 more" in str(refused.value)


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b"queries: [", b"a: b: c"])
def test_a_file_that_is_no_yaml_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "set.yaml"
    path.write_bytes(content)
    with pytest.raises(UnreadableSet, match="is no YAML in UTF-8"):
        read_file(path, JudgedSet)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(UnreadableSet, match=r"nowhere\.yaml cannot be opened"):
        read_file(tmp_path / "nowhere.yaml", JudgedSet)


def test_a_set_searches_for_the_public_unless_it_says_members() -> None:
    assert small().viewer == Viewer.anonymous()
    assert JudgedSet.model_validate(changed(audience="members")).viewer == Viewer.member()


def test_an_item_is_known_by_the_uuid_at_the_end_of_its_id() -> None:
    assert key_of(f"https://mainz.example/id/{KITA}") == key_of(KITA) == KITA
