"""Vectors of passages: writing them, and finding the nearest by those of the active embedder."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache

import numpy as np
import structlog
from django.db import transaction
from django.db.models import Exists, F, OuterRef, QuerySet
from django.db.models.functions import Cast
from pgvector.django import CosineDistance, HalfVectorField

from search.answers.embedding import EmbedderUnavailable, Vector, Vectors
from search.answers.embedding.rows import active_row, embedder_of, kept_rows, setting_of
from search.answers.models import Passage, PassageEmbedder, PassageVector
from search.engines.choosing import Breaker
from search.jobs import enqueue_embedding

logger = structlog.get_logger("hub.search")


def write_vectors(passages: Sequence[Passage]) -> None:
    """Make and store the vectors of stored passages; what stood there for them is replaced.

    Of an embedder that takes its time, or cannot make them now, a job does after this transaction.
    """
    PassageVector.objects.filter(passage__in=passages).delete()
    left = False
    for row in kept_rows():
        try:
            if setting_of(row).at_once:
                store_vectors(row, passages, make_vectors(row, passages))
            else:
                left = True
        except EmbedderUnavailable as error:
            logger.warning("vectors are made later", embedder=row.name, reason=str(error)[:300])
            left = True
    if left:
        transaction.on_commit(enqueue_embedding, robust=True)


def make_vectors(row: PassageEmbedder, passages: Sequence[Passage]) -> Vectors:
    """Their vectors; raises :class:`EmbedderUnavailable`, also for such as do not fit its others."""
    vectors = embedder_of(row).embed_passages([text_of(passage) for passage in passages])
    if vectors.shape != (len(passages), row.dimension) or not np.isfinite(vectors).all():
        raise EmbedderUnavailable(f"{row.name} made {vectors.shape} numbers, not {row.dimension} each")
    return vectors


def text_of(passage: Passage) -> str:
    """What of a passage its vector is made of."""
    return f"{passage.title}\n{passage.heading}\n{passage.text}"


def store_vectors(row: PassageEmbedder, passages: Sequence[Passage], vectors: Iterable[Vector]) -> None:
    """Store the vectors of passages that have none of this embedder."""
    PassageVector.objects.bulk_create(
        [
            PassageVector(passage=passage, embedder=row.name, dimension=row.dimension, embedding=vector)
            for passage, vector in zip(passages, vectors, strict=True)
        ],
        ignore_conflicts=True,
    )


def nearest(text: str, among: QuerySet[Passage], limit: int) -> list[tuple[Passage, float]]:
    """The passages of ``among`` nearest to ``text``, each with its cosine similarity, 1 for the same.

    None where the embedder cannot make a vector of the text now: words have to do then.
    """
    row = active_row()
    while row is not None:
        vector = _embed(row, text)
        found = [] if vector is None or not vector.any() else _find(row, vector, among, limit)
        # Where none is left, another embedder may have taken this one's place in between.
        now = row if found else active_row()
        if now is None or now.name == row.name:
            return found
        row = now
    return []


@lru_cache(maxsize=4)
def breaker(embedder: str) -> Breaker:
    """An embedder that does not answer is not asked by every visitor."""
    return Breaker(pause=30.0)


def _embed(row: PassageEmbedder, text: str) -> Vector | None:
    if not breaker(row.name).allows():
        return None
    try:
        vector = embedder_of(row).embed_question(text)
    except EmbedderUnavailable as error:
        logger.warning("no vector of a question", embedder=row.name, reason=str(error)[:300])
        breaker(row.name).note_failure()
        return None
    if vector.shape != (row.dimension,):
        logger.error("a question's vector has another length", embedder=row.name, numbers=len(vector))
        return None
    breaker(row.name).note_answer()
    return vector


def _find(
    row: PassageEmbedder, vector: Vector, among: QuerySet[Passage], limit: int
) -> list[tuple[Passage, float]]:
    """By the very expression that the embedder's index holds."""
    distance = CosineDistance(Cast("embedding", HalfVectorField(dimensions=row.dimension)), vector)
    rows = PassageVector.objects.filter(embedder=row.name).filter(
        Exists(among.filter(pk=OuterRef("passage_id")))
    )
    found = rows.annotate(distance=distance).order_by("distance", F("passage_id"))[:limit]
    return [
        (each.passage, 1.0 - each.distance)
        for each in found.select_related("passage").defer("embedding")
        if each.distance == each.distance  # that of a vector of zeros is not a number
    ]
