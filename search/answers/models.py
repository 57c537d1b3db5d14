"""The tables of citable passages, of their vectors, and of what was answered from them."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import Func, Q
from django.utils import timezone
from pgvector.django import VectorField


class Passage(models.Model):
    """A piece of a document, or of a file attached to it, that is quoted as it stands.

    ``text`` is exactly the plain wording of consecutive blocks of one section, joined by
    :data:`search.answers.passages.JOINT`; ``anchor`` is the id of the first of them on the page. Of a
    file it is part of the text of one page: ``file`` is its digest, ``page`` counts from 1 (None for a file
    without pages), and ``anchor`` says where in it (:class:`search.answers.file_passages.FilePlace`).
    ``kind``, ``audience`` and ``publishers``, the names of the publishing bodies, are the document's.
    """

    object_id = models.URLField(max_length=300)
    revision = models.PositiveIntegerField()
    language = models.CharField(max_length=20)
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=40)
    publishers = models.TextField(blank=True)
    anchor = models.TextField(blank=True)
    file = models.CharField(max_length=71, blank=True)
    page = models.PositiveIntegerField(null=True)
    title = models.TextField()
    heading = models.TextField()
    text = models.TextField()
    audience = models.CharField(max_length=10)
    terms = SearchVectorField()

    class Meta:
        constraints = [
            # Checked after each statement, not after each row: one statement numbers passages anew.
            models.UniqueConstraint(
                fields=["object_id", "language", "number"],
                name="passage_once",
                deferrable=models.Deferrable.IMMEDIATE,
            ),
        ]
        indexes = [
            GinIndex(fields=["terms"], name="passage_terms"),
            models.Index(fields=["file"], condition=~Q(file=""), name="passage_file"),
        ]

    def __str__(self) -> str:
        return f"{self.object_id}#{self.anchor}"


class PassageTerm(models.Model):
    """How many passages of an audience hold a term; the empty term counts all of them. Kept by triggers."""

    audience = models.CharField(max_length=10)
    term = models.TextField()
    passages = models.IntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["audience", "term"], name="passage_term_once")]

    def __str__(self) -> str:
        return f"{self.term} {self.passages}"


class PassageEmbedder(models.Model):
    """A way to make vectors of passages, and how far it has come.

    At most one is ``active``: its vectors answer. Another one is made ready beside it, passage by passage, up
    to the id ``done``, and then takes its place. ``name`` says method, model and version; ``data`` is what
    a method has learned from the passages, empty for others. Vectors of two embedders are never compared.
    ``setting`` and ``model`` are the environment's by which it is made again. What went wrong in making
    vectors stands with the active one: the message, how often in a row, and when it is tried again.
    """

    name = models.CharField(max_length=120, primary_key=True)
    dimension = models.PositiveIntegerField()
    active = models.BooleanField(default=False)
    setting = models.TextField(default="hash")
    model = models.TextField(blank=True)
    done = models.BigIntegerField(default=0)
    started = models.DateTimeField(auto_now_add=True)
    error = models.TextField(blank=True)
    failures = models.PositiveIntegerField(default=0)
    retry = models.DateTimeField(null=True)
    data = models.BinaryField(blank=True, default=bytes)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["active"], condition=Q(active=True), name="one_active_embedder"),
        ]

    def __str__(self) -> str:
        return self.name


class PassageVector(models.Model):
    """The vector of a passage, of length 1, with what made it.

    ``embedding`` has as many numbers as ``dimension`` says; each embedder has an index of its own.
    """

    passage = models.ForeignKey(Passage, models.CASCADE, related_name="vectors")
    embedder = models.CharField(max_length=120)
    dimension = models.PositiveIntegerField()
    embedding = VectorField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["passage", "embedder"], name="one_vector_per_embedder"),
            models.CheckConstraint(
                condition=Q(
                    dimension=Func("embedding", function="vector_dims", output_field=models.IntegerField())
                ),
                name="vector_as_long_as_it_says",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.passage_id} {self.embedder}"


class AnswerLog(models.Model):
    """One question that was answered, or not: how, and from what; nothing of who asked it.

    ``role`` is ``guest`` or ``member``, ``channel`` the page, the interface for programs or that for
    assistants (``page``, ``api``, ``mcp``). ``position`` is that of the catalogue, so the state of the
    sources; ``embedder`` and ``model`` are names, the latter empty where none formulated. ``passages`` are
    addresses of what was cited, ``https://…/id/<uuid>@<revision>#<anchor>``. ``text`` is the question, kept
    only where that was asked for, and not for long.
    """

    key = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    at = models.DateTimeField(default=timezone.now, db_index=True)
    role = models.CharField(max_length=10)
    channel = models.CharField(max_length=10)
    verdict = models.CharField(max_length=10)
    position = models.BigIntegerField()
    embedder = models.CharField(max_length=120, blank=True)
    model = models.CharField(max_length=200, blank=True)
    outcome = models.CharField(max_length=10, blank=True)
    passages = ArrayField(models.TextField(), default=list)
    milliseconds = models.PositiveIntegerField()
    prompt_tokens = models.PositiveIntegerField(null=True)
    completion_tokens = models.PositiveIntegerField(null=True)
    helpful = models.BooleanField(null=True)
    text = models.TextField(blank=True)

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.verdict}"
