"""Tables of site search. They hold nothing that could not be built again from the catalogue."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import F, Q

from search.answers.models import Passage

__all__ = ["Passage", "SearchRecord", "VocabularyWord"]


class SearchRecord(models.Model):
    """One item in the PostgreSQL engine. See :class:`search.records.Record` for the columns.

    ``words`` lists what the item adds to the vocabulary, to be taken back when it goes.
    """

    object_id = models.URLField(max_length=300, unique=True)
    audience = models.CharField(max_length=10)
    kind = models.CharField(max_length=40)
    source = models.CharField(max_length=40)
    topics = ArrayField(models.CharField(max_length=60), default=list)
    publishers = ArrayField(models.CharField(max_length=20), default=list)
    languages = ArrayField(models.CharField(max_length=20), default=list)
    maturity = models.CharField(max_length=20, blank=True)
    year = models.SmallIntegerField(null=True)
    sort_title = models.CharField(max_length=300)
    changed = models.DateTimeField()
    terms = SearchVectorField()
    words = ArrayField(models.TextField(), default=list)

    class Meta:
        indexes = [
            GinIndex(fields=["terms"], name="record_terms"),
            models.Index(fields=["-changed"], name="record_newest"),
        ]

    def __str__(self) -> str:
        return self.object_id


class VocabularyWord(models.Model):
    """A word of the indexed items, counted per audience so that suggestions leak nothing.

    ``folded`` is its folded spelling, ``word`` how it was first written, ``term`` its stem.
    """

    audience = models.CharField(max_length=10)
    folded = models.CharField(max_length=100)
    word = models.CharField(max_length=100)
    term = models.CharField(max_length=100)
    documents = models.IntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["audience", "folded"], name="vocabulary_word_once"),
            models.CheckConstraint(condition=Q(documents__gte=0), name="vocabulary_counts_up"),
        ]
        indexes = [
            GinIndex(OpClass(F("folded"), name="gin_trgm_ops"), name="vocabulary_trigrams"),
            models.Index(fields=["term"], name="vocabulary_term"),
        ]

    def __str__(self) -> str:
        return self.word
