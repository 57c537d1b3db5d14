"""Publishing, the watch and the sweep wake the job that makes vectors, and the admin page tells of it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from procrastinate.contrib.django.models import ProcrastinateJob

from search import tasks, watching
from search.answers import reembedding
from search.answers.embedding.lsa import LEAST
from search.answers.embedding.standing import standing
from search.answers.models import Passage, PassageVector
from search.answers.reembedding import (
    embed_round_due,
)
from search.answers.vectors import write_vectors
from search.rebuilding import rebuild
from search.targets import PassageTarget
from tests.answers.embedders import add_passages, set_embedder
from tests.answers.reembedding.conftest import HASH, active, fail, finish, jobs, vectors
from tests.search.catalogue import make_document, publish, store
from tests.wire.embedding_server import Service

pytestmark = pytest.mark.django_db


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_publishing_never_calls_a_service_and_its_vectors_come_by_a_job(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_embedder(monkeypatch, f"openai:{service.url}", "e5")
    finish()
    ProcrastinateJob.objects.all().delete()
    asked = len(service.asked)
    publish(make_document("Kita", "Platz am Bach"))
    first = Passage.objects.count()
    assert first > 0
    assert (len(service.asked), PassageVector.objects.count(), jobs()) == (asked, 0, 1)
    service.ways = ["broken"] * 1_000
    publish(make_document("Radweg", "Asphalt"))
    assert (Passage.objects.count() > first, jobs()) == (True, 1)
    service.ways = []
    tasks.embed_passages()
    assert vectors() == {active().name: Passage.objects.count()}


def test_another_setting_is_seen_by_the_watch(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_vectors(add_passages(1))
    watching.watch()
    assert jobs() == 0
    set_embedder(monkeypatch, f"local:{folder}")
    for _twice in range(2):
        watching.watch()
    assert jobs() == 1
    tasks.embed_passages()
    assert active().setting == f"local:{folder}"


def test_vectors_that_were_missed_are_made_by_the_sweep(passages: list[Passage]) -> None:
    PassageVector.objects.filter(passage=passages[2]).delete()
    assert standing().missing == 1
    tasks.sweep_vectors(0)
    assert jobs() == 1
    tasks.embed_passages()
    assert standing().missing == 0


def test_rebuilding_passages_keeps_what_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    set_embedder(monkeypatch, "lsa")
    for number in range(3):
        store(make_document(f"Bericht {number}", "Sensorik am Rhein"))
    rebuild(PassageTarget())
    assert vectors() == {HASH: Passage.objects.count()}
    add_passages(LEAST, "Kita und Radweg {}")
    finish()
    name = active().name
    rebuild(PassageTarget())
    assert vectors()[name] == Passage.objects.count()


def test_the_page_says_how_vectors_stand(
    admin_client: Client, passages: list[Passage], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = admin_client.get("/admin/suche/").content.decode()
    assert f"{HASH}, je 512 Zahlen" in page
    assert "Eingestellt" not in page
    set_embedder(monkeypatch, f"local:{folder}")
    monkeypatch.setattr(reembedding, "make_index", fail)
    assert not embed_round_due()
    page = admin_client.get("/admin/suche/").content.decode()
    assert '<progress max="100" value="99" aria-labelledby="progress-vectors"' in page
    assert "<dt>Eingestellt</dt><dd>local" in page
    assert "away &lt;b&gt;" in page
    assert "Zurzeit lassen sich keine Vektoren bilden" in page


def test_how_vectors_stand_costs_the_same_however_many(
    django_assert_num_queries: Callable[..., Any],
) -> None:
    for count in (1, 3):
        write_vectors(add_passages(count))
        with django_assert_num_queries(3):
            assert (standing().missing, standing.__module__) == (0, "search.answers.embedding.standing")
