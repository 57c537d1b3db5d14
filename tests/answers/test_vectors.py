"""Vectors of one embedder are never compared with those of another, and are found by its index."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.db import DataError, IntegrityError, connection, transaction
from pgvector.django import CosineDistance

from search.answers import vectors
from search.answers.embedding import EmbedderUnavailable
from search.answers.embedding.base import MOST_NUMBERS
from search.answers.embedding.hash import HashEmbedder
from search.answers.embedding.indexes import drop_index, index_name, make_index
from search.answers.embedding.rows import kept_rows
from search.answers.models import Passage, PassageEmbedder, PassageVector
from search.answers.vectors import make_vectors, nearest, store_vectors, write_vectors
from tests.answers.embedders import add_passages, set_embedder, write_model

pytestmark = pytest.mark.django_db
EVERYTHING = Passage.objects.all()


def texts(found: Sequence[tuple[Passage, float]]) -> list[str]:
    return [passage.text for passage, _similarity in found]


def write(*wordings: str) -> list[Passage]:
    passages = [add_passages(1, wording, title="")[0] for wording in wordings]
    write_vectors(passages)
    return passages


def other(name: str = "other-512", dimension: int = 512, **fields: Any) -> PassageEmbedder:
    return PassageEmbedder.objects.create(name=name, dimension=dimension, **fields)


def unit(place: int, dimension: int = 512) -> Any:
    vector = np.zeros(dimension, dtype=np.float32)
    vector[place] = 1
    return vector


def test_the_first_embedder_needs_nothing_and_answers_at_once() -> None:
    assert nearest("Kitaplatz", EVERYTHING, 3) == []
    write("Kitaplätze in Mainz", "Radwege am Rhein")
    (row,) = PassageEmbedder.objects.all()
    assert (row.name, row.active, row.setting) == (HashEmbedder.name, True, "hash")
    found = nearest("Kitaplatz", EVERYTHING, 1)
    assert texts(found) == ["Kitaplätze in Mainz"]
    assert 0.2 < found[0][1] < 1


def test_the_same_is_at_one_and_only_what_is_asked_for_is_found() -> None:
    (kita, *_rest) = write("Kitaplätze in Mainz", "Kitaplätze in Trier", "Radwege")
    ((first, similarity), *_others) = nearest("Kitaplätze in Mainz", EVERYTHING, 5)
    assert (first, similarity) == (kita, pytest.approx(1, abs=1e-3))
    assert texts(nearest("Kitaplätze in Mainz", EVERYTHING.exclude(pk=kita.pk), 1)) == ["Kitaplätze in Trier"]


def test_a_passage_without_a_word_has_a_vector_and_is_never_found() -> None:
    write("und oder der", "Kitaplätze")
    assert PassageVector.objects.count() == 2
    assert texts(nearest("Kitaplatz", EVERYTHING, 5)) == ["Kitaplätze"]
    assert nearest("und oder der", EVERYTHING, 5) == []


def test_vectors_of_another_embedder_are_not_compared() -> None:
    (passage,) = write("Kitaplätze")
    PassageVector.objects.update(embedder="other-512")
    assert nearest("Kitaplätze", EVERYTHING, 5) == []
    store_vectors(other(), [passage], [unit(0)])
    assert nearest("Kitaplätze", EVERYTHING, 5) == []


def test_what_is_written_again_replaces_what_stood_there() -> None:
    (passage,) = write("Kitaplätze")
    passage.text = "Radwege"
    write_vectors([passage])
    assert PassageVector.objects.count() == 1
    assert nearest("Radwege", EVERYTHING, 1)[0][1] > 0.9


def test_what_is_made_ready_gets_vectors_as_well() -> None:
    write("Kitaplätze")
    coming = other(HashEmbedder.name + "x", 512)
    with pytest.raises(EmbedderUnavailable, match="no longer there"):
        make_vectors(coming, [])
    write("Radwege")
    assert not PassageVector.objects.filter(embedder=coming.name).exists(), "it cannot be made"
    assert texts(nearest("Radwege", EVERYTHING, 1)) == ["Radwege"]


class Wrong(HashEmbedder):
    """Makes vectors of another length or of no numbers."""

    def __init__(self, vectors: Any) -> None:
        self.vectors = vectors

    def embed_passages(self, texts: Sequence[str]) -> Any:
        return self.vectors

    def embed_question(self, text: str) -> Any:
        return self.vectors[0]


@pytest.mark.parametrize(
    "made", [np.zeros((1, 511)), np.zeros((2, 512)), np.zeros((512,)), np.full((1, 512), np.nan)]
)
def test_wrong_vectors_are_refused_before_they_are_written(
    monkeypatch: pytest.MonkeyPatch, made: Any
) -> None:
    row = kept_rows()[0]
    monkeypatch.setattr(vectors, "embedder_of", lambda row: Wrong(made))
    with pytest.raises(EmbedderUnavailable, match=row.name):
        make_vectors(row, add_passages(1))


def test_a_question_of_another_length_finds_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    write("Kitaplätze")
    monkeypatch.setattr(vectors, "embedder_of", lambda row: Wrong(np.ones((1, 100))))
    assert nearest("Kitaplätze", EVERYTHING, 5) == []


def test_the_database_refuses_a_vector_of_another_length() -> None:
    row = kept_rows()[0]
    (passage,) = add_passages(1)
    wrong = PassageVector(passage=passage, embedder=row.name, dimension=512, embedding=unit(0, 100))
    with pytest.raises(IntegrityError, match="vector_as_long_as_it_says"), transaction.atomic():
        wrong.save()
    wrong.dimension = 100
    with pytest.raises(DataError, match="expected 512 dimensions"), transaction.atomic():
        wrong.save()


def test_only_one_embedder_answers() -> None:
    kept_rows()
    with pytest.raises(IntegrityError), transaction.atomic():
        other(active=True)


def test_a_vector_too_long_for_an_index_is_refused_and_the_longest_is_not() -> None:
    with pytest.raises(EmbedderUnavailable, match=f"4001 numbers; at most {MOST_NUMBERS}"):
        make_index("long", MOST_NUMBERS + 1)
    make_index("long", MOST_NUMBERS)
    (passage,) = add_passages(1)
    store_vectors(other("long", MOST_NUMBERS), [passage], [unit(MOST_NUMBERS - 1, MOST_NUMBERS)])
    assert PassageVector.objects.get().dimension == MOST_NUMBERS


def indexes() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT indexname FROM pg_indexes WHERE tablename = 'search_passagevector'")
        return {name for (name,) in cursor.fetchall()}


def test_an_index_is_made_once_and_goes_with_its_embedder() -> None:
    name = "o'neill\"; DROP TABLE search_passage; --"
    for _twice in range(2):
        make_index(name, 3)
    assert index_name(name) in indexes()
    drop_index(name)
    assert index_name(name) not in indexes()
    assert not Passage.objects.exists()


def test_a_question_goes_through_the_index_of_its_embedder() -> None:
    """Also beside another embedder's vectors, and with what is read of each passage."""
    row, beside = kept_rows()[0], other(dimension=3)
    random = np.random.default_rng(5)
    passages = add_passages(1_000)
    store_vectors(row, passages, random.normal(size=(1_000, 512)).astype(np.float32))
    store_vectors(beside, passages, random.normal(size=(1_000, 3)).astype(np.float32))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE search_passagevector, search_passage")
    plan = plan_of_nearest("Kitaplätze")
    assert f"Index Scan using {index_name(row.name)}" in plan


def plan_of_nearest(text: str) -> str:
    """How PostgreSQL looks for the nearest passages."""
    with connection.execute_wrapper(Explaining()):
        try:
            nearest(text, EVERYTHING.filter(audience="public"), 10)
        except Explained as plan:
            return str(plan)
    raise AssertionError("nothing was sought by distance")


class Explained(Exception):
    """Holds the plan."""


class Explaining:
    """Asks for the plan of a search by distance in place of its result."""

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if CosineDistance.arg_joiner not in sql:
            return execute(sql, params, many, context)
        execute(f"EXPLAIN {sql}", params, many, context)
        raise Explained("\n".join(line for (line,) in context["cursor"].fetchall()))


def test_an_embedder_that_fails_is_not_asked_by_everybody(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write("Kitaplätze")
    tried: list[str] = []

    def fail(row: PassageEmbedder) -> Any:
        tried.append(row.name)
        raise EmbedderUnavailable("away")

    vectors.breaker.cache_clear()
    monkeypatch.setattr(vectors, "embedder_of", fail)
    assert [nearest("Kitaplätze", EVERYTHING, 5) for _visitor in range(3)] == [[], [], []]
    assert tried == [HashEmbedder.name]
    write("Radwege")
    assert PassageVector.objects.count() == 1, "its vector is made later"
    vectors.breaker.cache_clear()


def test_a_model_in_a_folder_answers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = write_model(tmp_path / "m")
    set_embedder(monkeypatch, f"local:{folder}")
    from search.answers.embedding.choosing import configured, load

    embedder = load(configured())
    PassageEmbedder.objects.create(name=embedder.name, dimension=6, active=True, setting=configured().text)
    row = kept_rows()[0]
    passages = add_passages(2, "kita {}") + add_passages(1, "radweg")
    store_vectors(row, passages, make_vectors(row, passages))
    assert texts(nearest("Radweg", EVERYTHING, 1)) == ["radweg"]
