"""Another embedder takes the place of the one that answers: beside it, after crashes, and not at all."""

from __future__ import annotations

import math
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from search.answers import reembedding
from search.answers.embedding import EmbedderUnavailable
from search.answers.embedding.indexes import index_name
from search.answers.embedding.lsa import LEAST
from search.answers.embedding.standing import standing
from search.answers.models import Passage, PassageEmbedder
from search.answers.reembedding import (
    embed_round,
    is_embedding_due,
)
from search.answers.vectors import nearest, write_vectors
from tests.answers.embedders import add_passages, set_embedder
from tests.answers.reembedding.conftest import EVERYTHING, HASH, active, fail, finish, indexes, vectors

pytestmark = pytest.mark.django_db


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_another_setting_replaces_vectors_index_and_what_answers(
    passages: list[Passage], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert (vectors(), indexes()) == ({HASH: 5}, {index_name(HASH)})
    set_embedder(monkeypatch, f"local:{folder}")
    finish()
    row = active()
    assert row.name.startswith("local-modell-")
    assert (row.dimension, row.setting, row.error, row.retry) == (6, f"local:{folder}", "", None)
    assert vectors() == {row.name: 5}
    assert indexes() == {index_name(row.name)}
    assert PassageEmbedder.objects.count() == 1
    assert len(nearest("Platz", EVERYTHING, 9)) == 5


def test_the_old_one_answers_until_the_new_one_is_whole(
    passages: list[Passage], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_embedder(monkeypatch, f"local:{folder}")
    before = [passage.pk for passage, _ in nearest("Kita Platz 3", EVERYTHING, 5)]
    seen = []

    def say(progress: reembedding.Progress) -> None:
        assert active().name == HASH
        assert [passage.pk for passage, _ in nearest("Kita Platz 3", EVERYTHING, 5)] == before
        seen.append((progress.done, progress.total, standing().percent))

    embed_round(math.inf, say)
    assert seen == [(2, 5, 40), (4, 5, 80), (5, 5, 99)]
    assert active().name != HASH


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_a_round_that_breaks_off_is_gone_on_with(
    passages: list[Passage], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_embedder(monkeypatch, f"local:{folder}")
    made: list[int] = []
    original = reembedding.make_vectors

    def crash_later(row: PassageEmbedder, batch: Any) -> Any:
        if len(made) == 2:
            raise MemoryError
        made.append(len(batch))
        return original(row, batch)

    monkeypatch.setattr(reembedding, "make_vectors", crash_later)
    with pytest.raises(MemoryError):
        embed_round(math.inf)
    assert sorted(vectors().values()) == [4, 5]
    assert active().error.startswith("MemoryError")
    monkeypatch.setattr(
        reembedding, "make_vectors", lambda row, batch: made.append(len(batch)) or original(row, batch)
    )
    finish()
    assert made == [2, 2, 1], "nothing is made twice"
    assert vectors() == {active().name: 5}
    assert active().error == ""


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_what_a_crash_left_of_the_old_one_goes_with_the_next_round(
    passages: list[Passage], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_embedder(monkeypatch, f"local:{folder}")
    with monkeypatch.context() as crash:
        crash.setattr(reembedding, "drop_index", fail)
        with pytest.raises(EmbedderUnavailable):
            embed_round(math.inf)
    name = active().name
    assert (name != HASH, vectors()) == (True, {HASH: 5, name: 5})
    assert len(nearest("Platz", EVERYTHING, 9)) == 5
    finish()
    assert (vectors(), indexes()) == ({name: 5}, {index_name(name)})


def test_a_round_ends_in_time_and_says_that_some_is_left(
    passages: list[Passage], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_embedder(monkeypatch, f"local:{folder}")
    assert embed_round(0)
    assert vectors() == {HASH: 5}
    assert active().name == HASH


def test_what_comes_and_goes_meanwhile_is_as_it_should_be(
    passages: list[Passage], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_embedder(monkeypatch, f"local:{folder}")
    original = reembedding.make_vectors
    late: list[Passage] = []

    def change(row: PassageEmbedder, batch: Any) -> Any:
        made = original(row, batch)
        if not late:
            late.extend(add_passages(1, "radweg", number=100))
            write_vectors(late)
            Passage.objects.filter(pk=batch[0].pk).delete()
        return made

    monkeypatch.setattr(reembedding, "make_vectors", change)
    finish()
    assert vectors() == {active().name: 5}
    assert nearest("Radweg", EVERYTHING, 1)[0][0] == late[0]


def test_a_quick_one_gets_what_is_new_at_once_beside_the_old(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    old, new = add_passages(LEAST, "Kita und Radweg {}"), add_passages(1, "Pegel", number=1_000)
    write_vectors(old)
    set_embedder(monkeypatch, "lsa")
    coming = reembedding.learn_again()
    assert coming is not None
    write_vectors(new)
    assert vectors() == {HASH: LEAST + 1, coming.name: 1}
    finish()
    assert vectors() == {coming.name: LEAST + 1}


def test_lsa_waits_until_there_is_something_to_learn(monkeypatch: pytest.MonkeyPatch) -> None:
    set_embedder(monkeypatch, "lsa")
    write_vectors(add_passages(LEAST - 1))
    assert not is_embedding_due()
    assert not embed_round(math.inf)
    assert (active().name, active().error) == (HASH, "")
    write_vectors(add_passages(1))
    assert is_embedding_due()
    finish()
    assert active().name.startswith("lsa-")
    assert not is_embedding_due()


def test_lsa_learns_again_by_the_command_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    set_embedder(monkeypatch, "lsa")
    write_vectors(add_passages(LEAST, "Kita und Radweg {}"))
    finish()
    first = active().name
    write_vectors(add_passages(LEAST, "Pegel am Bach {}"))
    finish()
    assert active().name == first
    out = StringIO()
    call_command("embed_passages", learn=True, stdout=out)
    assert active().name != first
    assert vectors() == {active().name: 2 * LEAST}
    assert f"{active().name}: {2 * LEAST} of {2 * LEAST}" in out.getvalue()
    call_command("embed_passages", learn=True, stdout=out)
    assert "nothing new to learn" in out.getvalue()


def test_only_lsa_learns() -> None:
    with pytest.raises(CommandError, match="HUB_EMBEDDER=lsa"):
        call_command("embed_passages", learn=True)


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_what_was_begun_for_another_setting_goes(
    passages: list[Passage], folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_embedder(monkeypatch, f"local:{folder}")
    monkeypatch.setattr(reembedding, "make_index", fail)
    with pytest.raises(EmbedderUnavailable):
        embed_round(math.inf)
    assert len(vectors()) == 2
    set_embedder(monkeypatch, "hash")
    finish()
    assert (vectors(), indexes(), active().name) == ({HASH: 5}, {index_name(HASH)}, HASH)
