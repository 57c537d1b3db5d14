"""Embedders that fail, move or change: what answered goes on, and nothing is mixed or sent anywhere."""

from __future__ import annotations

import datetime as dt
import math
import threading
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from hub.documents import Audience
from search.answers import reembedding
from search.answers.embedding.hash import HashEmbedder
from search.answers.embedding.standing import standing
from search.answers.models import Passage, PassageEmbedder, PassageVector
from search.answers.reembedding import (
    FIRST_PAUSE,
    LONGEST_PAUSE,
    embed_round,
    embed_round_due,
    is_embedding_due,
)
from search.answers.vectors import nearest, write_vectors
from search.rebuilding import RebuildRunning, alone
from tests.answers.embedders import add_passages, set_embedder, write_model
from tests.answers.reembedding.conftest import EVERYTHING, HASH, active, finish, vectors
from tests.search.catalogue import make_document, publish
from tests.wire.embedding_server import Service

pytestmark = pytest.mark.django_db


def test_pauses_grow_while_an_embedder_cannot_be_used_and_end_with_it(
    passages: list[Passage], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_embedder(monkeypatch, f"local:{tmp_path / 'fehlt'}")
    pauses = []
    for _try in range(8):
        before = timezone.now()
        assert not embed_round_due()
        retry = active().retry
        assert retry is not None
        pauses.append(round((retry - before) / FIRST_PAUSE))
        assert not is_embedding_due()
        embed_round_due()
        assert active().failures == len(pauses), "not tried in the pause"
        PassageEmbedder.objects.update(retry=timezone.now() - dt.timedelta(seconds=1))
        assert is_embedding_due()
    assert pauses == [
        1,
        2,
        4,
        8,
        16,
        32,
        round(LONGEST_PAUSE / FIRST_PAUSE),
        round(LONGEST_PAUSE / FIRST_PAUSE),
    ]
    assert "fehlt, where tokenizer.json is missing" in active().error
    assert len(nearest("Platz", EVERYTHING, 9)) == 5, "the old one answers"
    write_model(tmp_path / "fehlt")
    assert embed_round_due()
    assert (active().error, active().failures, active().retry) == ("", 0, None)


def test_a_dead_service_that_answers_no_more_is_left_for_another_one(
    service: Service, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_embedder(monkeypatch, f"openai:{service.url}", "e5")
    add_passages(2, "kita {}")
    finish()
    add_passages(1, "radweg", number=9)
    service.ways = ["broken"] * 1_000
    monkeypatch.setattr("openai._base_client.INITIAL_RETRY_DELAY", 0.0)
    set_embedder(monkeypatch, f"local:{folder}")
    finish()
    assert vectors() == {active().name: 3}
    assert active().setting == f"local:{folder}"


def test_a_service_that_fails_leaves_words_to_answer(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_embedder(monkeypatch, f"openai:{service.url}", "e5")
    publish(make_document("Kita", "Platz am Bach"))
    finish()
    assert nearest("Bach", EVERYTHING, 5)
    service.ways = ["cut"]
    assert nearest("Bach", EVERYTHING, 5) == []


def test_what_not_everybody_may_read_is_sent_nowhere(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    for audience in Audience:
        write_vectors(add_passages(1, f"nur {audience}", audience=audience))
    set_embedder(monkeypatch, f"openai:{service.url}", "e5")
    finish()
    assert not any("nur members" in text or "nur instance" in text for text in service.texts)
    assert (vectors(), standing().missing) == ({active().name: 1}, 0)
    set_embedder(monkeypatch, f"openai:{service.url}", "e5", answers_members=True)
    finish()
    assert vectors() == {active().name: 2}
    assert not any("nur instance" in text for text in service.texts)


def test_a_service_whose_vectors_are_too_long_is_refused(
    passages: list[Passage], service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    service.dimension = 4_096
    set_embedder(monkeypatch, f"openai:{service.url}", "e5")
    with pytest.raises(CommandError, match="4096 numbers; at most 4000"):
        call_command("embed_passages")
    assert "4096" in active().error
    assert vectors() == {HASH: 5}


def test_the_same_model_in_another_folder_is_not_made_again(
    passages: list[Passage], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_embedder(monkeypatch, f"local:{folder}")
    finish()
    made = set(PassageVector.objects.values_list("pk", flat=True))
    moved = folder.parent / "umgezogen" / folder.name
    moved.parent.mkdir()
    folder.rename(moved)
    set_embedder(monkeypatch, f"local:{moved}")
    assert is_embedding_due()
    finish()
    assert set(PassageVector.objects.values_list("pk", flat=True)) == made
    assert active().setting == f"local:{moved}"
    assert not is_embedding_due()


def test_another_model_in_the_same_folder_is_noticed_and_never_mixed(
    passages: list[Passage], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_embedder(monkeypatch, f"local:{folder}")
    finish()
    before = active().name
    write_model(folder, dimension=7)
    set_embedder(monkeypatch, f"local:{folder}")
    assert nearest("Platz", EVERYTHING, 5) == []
    finish()
    assert active().name != before
    assert len(nearest("Platz", EVERYTHING, 5)) == 5


def test_a_question_between_two_embedders_is_answered_by_the_second(
    passages: list[Passage], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It has read who answers, then the other one takes the place and the old vectors go."""
    import search.answers.vectors as module

    set_embedder(monkeypatch, f"local:{folder}")
    original = module.embedder_of
    swapped: list[bool] = []

    def swap(row: PassageEmbedder) -> Any:
        if not swapped:
            swapped.append(True)
            finish()
        return original(row) if row.name != HASH else HashEmbedder()

    monkeypatch.setattr(module, "embedder_of", swap)
    assert len(nearest("Platz", EVERYTHING, 9)) == 5


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_two_never_make_vectors_at_once(passages: list[Passage]) -> None:
    entered, leave = threading.Event(), threading.Event()

    def hold() -> None:
        with alone(reembedding.LOCK):
            entered.set()
            leave.wait()
        connection.close()

    thread = threading.Thread(target=hold)
    thread.start()
    entered.wait()
    try:
        with pytest.raises(RebuildRunning):
            embed_round(math.inf)
        assert active().error == ""
        with pytest.raises(CommandError, match="already"):
            call_command("embed_passages")
        assert not embed_round_due()
    finally:
        leave.set()
        thread.join()
