"""The table of citable passages."""

from __future__ import annotations

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from pgvector.django import HnswIndex, VectorField

DIMENSION = 512


class Passage(models.Model):
    """A piece of a document that is quoted as it stands.

    ``text`` is exactly the plain wording of consecutive blocks of one section, joined by
    :data:`search.answers.passages.JOINT`; ``anchor`` is the id of the first of them on the page.
    ``kind``, ``audience`` and ``publishers``, their names, are the document's. ``embedder`` names
    what made ``embedding``: vectors of different embedders are never compared.
    """

    object_id = models.URLField(max_length=300)
    revision = models.PositiveIntegerField()
    language = models.CharField(max_length=20)
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=40)
    publishers = models.TextField(blank=True)
    anchor = models.TextField()
    title = models.TextField()
    heading = models.TextField()
    text = models.TextField()
    audience = models.CharField(max_length=10)
    terms = SearchVectorField()
    embedding = VectorField(dimensions=DIMENSION)
    embedder = models.CharField(max_length=60)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["object_id", "language", "number"], name="passage_once"),
        ]
        indexes = [
            GinIndex(fields=["terms"], name="passage_terms"),
            HnswIndex(fields=["embedding"], name="passage_nearest", opclasses=["vector_cosine_ops"]),
        ]

    def __str__(self) -> str:
        return f"{self.object_id}#{self.anchor}"
