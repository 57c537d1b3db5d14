"""What tests of replacing an embedder share: small steps, a model, a service, passages, and how it stands."""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from procrastinate.contrib.django.models import ProcrastinateJob

from search.answers import reembedding
from search.answers.embedding import EmbedderUnavailable, lsa
from search.answers.embedding.hash import HashEmbedder
from search.answers.models import Passage, PassageEmbedder, PassageVector
from search.answers.reembedding import (
    embed_round,
)
from search.answers.vectors import write_vectors
from tests.answers.embedders import add_passages, write_model
from tests.wire.embedding_server import Service, serve_embeddings

HASH = HashEmbedder.name
EVERYTHING = Passage.objects.all()


@pytest.fixture(autouse=True)
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reembedding, "BATCH", 2)
    monkeypatch.setattr(lsa, "FEATURES", 1_024)


@pytest.fixture(autouse=True)
def nothing_left(db: None) -> None:
    """Tests with transactions of their own leave indexes and jobs."""
    ProcrastinateJob.objects.all().delete()
    with connection.cursor() as cursor:
        for name in indexes():
            cursor.execute(f"DROP INDEX {name}")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_model(tmp_path / "modell")


@pytest.fixture
def service() -> Iterator[Service]:
    with serve_embeddings() as running:
        yield running


@pytest.fixture
def passages() -> list[Passage]:
    """Five, with vectors of ``hash``."""
    made = add_passages(5, "kita platz {}")
    write_vectors(made)
    return made


def active() -> PassageEmbedder:
    return PassageEmbedder.objects.get(active=True)


def vectors() -> dict[str, int]:
    """How many there are, by embedder."""
    names = PassageVector.objects.values_list("embedder", flat=True)
    return {name: list(names).count(name) for name in set(names)}


def indexes() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT indexname FROM pg_indexes WHERE tablename = 'search_passagevector'"
            " AND indexname LIKE 'passage_vector_%%'"
        )
        return {name for (name,) in cursor.fetchall()}


def finish() -> int:
    """Rounds until nothing is left; returns how many."""
    for number in range(1, 50):
        if not embed_round(math.inf):
            return number
    raise AssertionError("it never ends")


def fail(*args: Any) -> Any:
    raise EmbedderUnavailable("away <b>")


def jobs() -> int:
    return ProcrastinateJob.objects.filter(task_name="search.embed_passages").count()
