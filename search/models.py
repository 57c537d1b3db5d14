"""Tables of site search. But for words, saved counts and file texts they can be built again any time."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _

from search.answers.models import AnswerLog, Passage, PassageEmbedder, PassageTerm, PassageVector

__all__ = [
    "AnswerLog",
    "FilePage",
    "FileText",
    "LanguageVersion",
    "LexiconWord",
    "Passage",
    "PassageEmbedder",
    "PassageTerm",
    "PassageVector",
    "SearchIndex",
    "SearchRecord",
    "SearchTerm",
    "SynonymGroup",
    "TextState",
    "VocabularyWord",
]


class SearchIndex(models.Model):
    """How the index of one engine stands.

    ``generation`` numbers the index that answers; 0 is none yet. While ``building`` is set, that one is
    built aside: it has read the catalogue up to ``position`` of ``target``. ``language`` is the
    :class:`LanguageVersion` by which the answering index was analysed, ``shape`` the
    :data:`search.records.SHAPE` of its records; ``building_language`` and ``building_shape`` are those of
    the one that is being built.
    """

    engine = models.CharField(max_length=20, primary_key=True)
    generation = models.PositiveIntegerField(default=0)
    language = models.PositiveIntegerField(default=0)
    shape = models.PositiveIntegerField(default=0)
    built = models.DateTimeField(null=True)
    building = models.PositiveIntegerField(null=True)
    building_language = models.PositiveIntegerField(default=0)
    building_shape = models.PositiveIntegerField(default=0)
    position = models.BigIntegerField(default=0)
    target = models.BigIntegerField(default=0)
    started = models.DateTimeField(null=True)
    behind_since = models.DateTimeField(null=True)
    """When it was first seen that the index does not hold all of the catalogue; empty while it does."""
    error = models.TextField(blank=True)
    """Why the engine does not answer or the last build ended; empty where all is well."""

    def __str__(self) -> str:
        return f"{self.engine} {self.generation}"


class SearchRecord(models.Model):
    """One item in the PostgreSQL engine. See :class:`search.records.Record` for the columns.

    ``words`` lists what the item adds to the vocabulary, to be taken back when it goes. ``heads`` are the
    terms of titles and summaries alone, short enough to stand in the row.
    """

    generation = models.PositiveIntegerField(default=1)
    object_id = models.URLField(max_length=300)
    audience = models.CharField(max_length=10)
    kind = models.CharField(max_length=40)
    source = models.CharField(max_length=40)
    topics = ArrayField(models.CharField(max_length=60), default=list)
    publishers = ArrayField(models.CharField(max_length=20), default=list)
    districts = ArrayField(models.CharField(max_length=20), default=list)
    sizes = ArrayField(models.CharField(max_length=20), default=list)
    languages = ArrayField(models.CharField(max_length=20), default=list)
    maturity = models.CharField(max_length=20, blank=True)
    licence = models.CharField(max_length=60, blank=True)
    costs = models.CharField(max_length=20, blank=True)
    year = models.SmallIntegerField(null=True)
    sort_title = models.CharField(max_length=300)
    changed = models.DateTimeField()
    terms = SearchVectorField()
    heads = models.GeneratedField(
        expression=Func(F("terms"), template="ts_filter(%(expressions)s, '{a,b}')"),
        output_field=SearchVectorField(),
        db_persist=True,
    )
    words = ArrayField(models.TextField(), default=list)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["generation", "object_id"], name="record_once")]
        indexes = [
            GinIndex(fields=["terms"], name="record_terms"),
            models.Index(fields=["generation", "-changed"], name="record_newest"),
        ]

    def __str__(self) -> str:
        return self.object_id


class VocabularyWord(models.Model):
    """A word of the indexed items, counted per audience so that suggestions leak nothing.

    ``folded`` is its folded spelling, ``word`` how it was first written, ``term`` its stem. ``inside`` are
    the stems of the words that it may begin or end with (:func:`search.inside.words_inside`).
    """

    generation = models.PositiveIntegerField(default=1)
    audience = models.CharField(max_length=10)
    folded = models.CharField(max_length=100)
    word = models.CharField(max_length=100)
    term = models.CharField(max_length=100)
    documents = models.IntegerField()
    inside = ArrayField(models.TextField(), default=list)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["generation", "audience", "folded"], name="vocabulary_word_once"),
            models.CheckConstraint(condition=Q(documents__gte=0), name="vocabulary_counts_up"),
        ]
        indexes = [
            GinIndex(OpClass(F("folded"), name="gin_trgm_ops"), name="vocabulary_trigrams"),
            GinIndex(fields=["inside"], name="vocabulary_inside"),
            models.Index(fields=["term"], name="vocabulary_term"),
            models.Index(OpClass(F("folded"), name="text_pattern_ops"), name="vocabulary_beginning"),
        ]

    def __str__(self) -> str:
        return self.word


class LexiconWord(models.Model):
    """A word of administration that this instance adds to the lexicon of :mod:`search.compounds`.

    ``parts`` says how a compound is split, its pieces parted by bars (``Kita|platz|vergabe``); empty for a
    word that others are made of.
    """

    word = models.CharField(_("word"), max_length=80, unique=True)
    parts = models.CharField(_("parts"), max_length=160, blank=True)
    note = models.CharField(_("remark"), max_length=200, blank=True)
    changed = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("word of the search")
        verbose_name_plural = _("words of the search")
        ordering = ["word"]

    def __str__(self) -> str:
        return self.word


class SynonymGroup(models.Model):
    """Spellings of one meaning, one to a line: a search for one of them finds all."""

    spellings = models.TextField(_("spellings"))
    note = models.CharField(_("remark"), max_length=200, blank=True)
    changed = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("group of synonyms")
        verbose_name_plural = _("groups of synonyms")
        ordering = ["spellings"]

    def __str__(self) -> str:
        return " = ".join(self.spellings.split("\n"))


class LanguageVersion(models.Model):
    """One row: counts every change of words and synonyms, so that processes know theirs are old."""

    singleton = models.BooleanField(primary_key=True, default=True)
    value = models.PositiveIntegerField(default=0)
    changed = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(singleton=True), name="one_language_version")]

    def __str__(self) -> str:
        return str(self.value)


class TextState(models.TextChoices):
    """What came of reading an attached file."""

    WAITING = "waiting", _("not yet read")
    READ = "read", _("read")
    EMPTY = "empty", _("without text")
    UNREADABLE = "unreadable", _("not readable")


class FileText(models.Model):
    """The text of one content, read once for all documents that attach it.

    ``digest`` is ``sha256:<hex>`` of the bytes. ``reason`` says why it is not readable, ``cut`` that it is
    longer than what is searched. ``language`` is the :class:`LanguageVersion` by which its pages were
    analysed.
    """

    digest = models.CharField(max_length=80, primary_key=True)
    state = models.CharField(max_length=12, choices=TextState.choices, default=TextState.WAITING)
    reason = models.CharField(max_length=300, blank=True)
    cut = models.BooleanField(default=False)
    tries = models.PositiveSmallIntegerField(default=0)
    read = models.DateTimeField(null=True)
    language = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return self.digest


class FilePage(models.Model):
    """One page of a file, or one section of a file without pages (``heading`` then names it)."""

    file = models.ForeignKey(FileText, on_delete=models.CASCADE, related_name="pages")
    number = models.PositiveIntegerField()
    heading = models.CharField(max_length=300, blank=True)
    text = models.TextField()
    terms = SearchVectorField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["file", "number"], name="file_page_once")]
        ordering = ["file", "number"]

    def __str__(self) -> str:
        return f"{self.file_id} {self.number}"


class SearchTerm(models.Model):
    """How often something was sought in a week, without who: ``text`` is folded, ``shown`` as typed once.

    ``days`` counts the days on which it was sought: what was not sought on several is shown to nobody
    and goes after a while (:mod:`search.asked`).
    """

    week = models.DateField()
    text = models.CharField(max_length=100)
    shown = models.CharField(max_length=100)
    times = models.PositiveIntegerField(default=0)
    without_results = models.PositiveIntegerField(default=0)
    days = models.PositiveSmallIntegerField(default=0)
    last_day = models.DateField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["week", "text"], name="search_term_once")]

    def __str__(self) -> str:
        return self.shown
