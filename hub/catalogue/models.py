"""The catalogue and its log: what is published here and on every approved peer.

Invariants stand in the database: one entry per id, one gapless sequence per origin and epoch, one
position per change. Rows are written by :mod:`hub.catalogue.settling` and
:mod:`hub.catalogue.log` alone.
"""

from __future__ import annotations

from functools import cached_property
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from hub.catalogue.slugs import slug_of
from hub.documents import Audience, Document


class State(models.TextChoices):
    """Withdrawal is a state and can be undone; erasure is final."""

    LIVE = "live"
    WITHDRAWN = "withdrawn"
    ERASED = "erased"


class Overlay(models.TextChoices):
    """What this instance alone does with a received item, whatever its origin says."""

    HIDDEN = "hidden", _("hidden here")
    HELD = "held", _("held for review")


class ChangeType(models.TextChoices):
    """What a change did to its object."""

    PUBLISH = "publish"
    WITHDRAW = "withdraw"
    ERASE = "erase"


def _audiences() -> list[tuple[str, str]]:
    return [(audience.value, audience.value) for audience in Audience]


class CatalogueEntry(models.Model):
    """The current document of one item, local or received; lists and searches read this.

    ``body`` is the document's canonical JSON as built or received, ``digest`` is over salt and
    body. The columns from ``kind`` on are projections of the body for filters and cards: ``about`` is
    the document a statement is made of, ``related`` the targets of relations, ``first_year_eur`` what
    the first year costs, ``card`` the facts a list shows. ``topics`` are
    where the ``stated_topics`` of the document lead today.
    ``source`` is the peer's short name, empty for local items. ``hidden`` is set by a database
    trigger the moment the page goes offline, before the entry is settled.

    What its origin says nothing of: ``overlay`` and ``label`` are this instance's own moderation of a
    received item and survive its updates; ``recovered`` marks an own item that was brought back from a
    peer and has no page; ``moved_to`` is the id under which the item lives since its origin handed it over
    or changed its domain.
    """

    object_id = models.URLField(max_length=300, unique=True)
    uuid = models.UUIDField()
    origin = models.CharField(max_length=200)
    source = models.CharField(max_length=40, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.LIVE)
    hidden = models.BooleanField(default=False)
    revision = models.PositiveIntegerField()
    digest = models.CharField(max_length=80, blank=True)
    salt = models.CharField(max_length=64, blank=True)
    body = models.TextField(blank=True)
    position = models.BigIntegerField(unique=True)
    page_id = models.IntegerField(null=True, blank=True)
    path = models.CharField(max_length=1000, blank=True)
    first_published = models.DateTimeField()
    changed = models.DateTimeField()

    kind = models.CharField(max_length=40)
    audience = models.CharField(max_length=10, choices=_audiences())
    title = models.CharField(max_length=300)
    summary = models.TextField(blank=True)
    publishers = ArrayField(models.CharField(max_length=20), default=list)
    topics = ArrayField(models.CharField(max_length=60), default=list)
    stated_topics = ArrayField(models.CharField(max_length=60), default=list)
    languages = ArrayField(models.CharField(max_length=20), default=list)
    maturity = models.CharField(max_length=20, blank=True)
    starts = models.DateTimeField(null=True, blank=True)
    ends = models.DateTimeField(null=True, blank=True)
    expires = models.DateField(null=True, blank=True)
    co_publishers = ArrayField(models.CharField(max_length=20), default=list)
    about = models.URLField(max_length=300, blank=True)
    related = ArrayField(models.URLField(max_length=300), default=list)
    licence = models.CharField(max_length=60, blank=True)
    first_year_eur = models.BigIntegerField(null=True, blank=True)
    year = models.PositiveSmallIntegerField(null=True, blank=True)
    confirmed = models.DateField(null=True, blank=True)
    card = models.JSONField(default=dict)

    overlay = models.CharField(max_length=10, choices=Overlay.choices, blank=True, default="", db_default="")
    label = models.CharField(max_length=200, blank=True, default="", db_default="")
    recovered = models.BooleanField(default=False, db_default=False)
    moved_to = models.URLField(max_length=300, blank=True, default="", db_default="")

    class Meta:
        verbose_name_plural = "catalogue entries"
        constraints = [
            models.UniqueConstraint(fields=["origin", "uuid"], name="entry_once_per_origin"),
            models.CheckConstraint(condition=Q(revision__gte=1), name="entry_revision_from_one"),
            models.CheckConstraint(
                condition=~Q(state=State.LIVE) | (~Q(body="") & ~Q(digest="")), name="entry_live_has_body"
            ),
            models.CheckConstraint(
                condition=~Q(audience=Audience.INSTANCE) | Q(source=""), name="entry_instance_is_local"
            ),
            models.CheckConstraint(
                condition=Q(overlay="", label="") | ~Q(source=""), name="entry_overlay_is_of_received"
            ),
            models.CheckConstraint(
                condition=Q(recovered=False) | Q(source=""), name="entry_recovered_is_own"
            ),
        ]
        indexes = [
            models.Index(fields=["-changed"], condition=Q(state="live"), name="entry_newest"),
            models.Index(
                fields=["position"], condition=Q(hidden=True, source="", state="live"), name="entry_hidden"
            ),
            models.Index(fields=["path"], name="entry_path"),
            models.Index(fields=["page_id"], name="entry_page"),
            models.Index(fields=["title", "id"], condition=Q(state="live"), name="entry_title"),
            models.Index(fields=["first_year_eur", "id"], condition=Q(state="live"), name="entry_costs"),
            GinIndex(fields=["topics"], name="entry_topics"),
            GinIndex(fields=["publishers"], name="entry_publishers"),
            GinIndex(fields=["related"], name="entry_related"),
            GinIndex(fields=["co_publishers"], name="entry_co_publishers"),
            models.Index(fields=["first_published"], condition=Q(kind="topic"), name="entry_topic"),
            models.Index(fields=["about"], condition=~Q(about=""), name="entry_about"),
            models.Index(fields=["origin", "uuid"], condition=~Q(overlay=""), name="entry_overlay"),
            models.Index(fields=["moved_to"], condition=~Q(moved_to=""), name="entry_moved_to"),
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.object_id})"

    def get_absolute_url(self) -> str:
        """Its address on this instance."""
        if self.is_local:
            return self.path or f"/id/{self.uuid}"
        return f"/von/{self.source}/{self.uuid}/{slug_of(self.title, 'dokument')}/"

    @cached_property
    def document(self) -> Document:
        """The parsed body. Raises :class:`hub.errors.UnreadableDocument` for a newer schema."""
        return Document.from_bytes(self.body)

    @property
    def is_local(self) -> bool:
        """Whether it was written here."""
        return not self.source


class Change(models.Model):
    """One entry of a log. ``(origin, epoch, seq)`` is gapless; ``position`` orders all of them here.

    ``hash`` is SHA-256 over the envelope, which contains ``prev_hash``, the hash before it. The
    ``proof`` is added by the federation, since keys live there.
    """

    position = models.BigIntegerField(primary_key=True)
    origin = models.CharField(max_length=200)
    epoch = models.PositiveIntegerField()
    seq = models.PositiveBigIntegerField()
    prev_hash = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64)
    object_id = models.URLField(max_length=300)
    revision = models.PositiveIntegerField()
    type = models.CharField(max_length=10, choices=ChangeType.choices)
    object_digest = models.CharField(max_length=80, blank=True)
    created = models.DateTimeField()
    proof = models.JSONField(null=True, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["origin", "epoch", "seq"], name="change_seq_once"),
            models.CheckConstraint(condition=Q(seq__gte=1), name="change_seq_from_one"),
            models.CheckConstraint(
                condition=~Q(type=ChangeType.PUBLISH) | ~Q(object_digest=""), name="change_publish_has_digest"
            ),
        ]
        indexes = [models.Index(fields=["object_id", "position"], name="change_object")]

    def __str__(self) -> str:
        return f"{self.origin} {self.epoch}/{self.seq} {self.type}"


class ModerationAct(models.Model):
    """The audit log of moderation: who did what to which received item, and why. Rows are only added."""

    class Action(models.TextChoices):
        """``hold`` is also what a peer that is reviewed first gets by itself; ``by`` is then empty."""

        HIDE = "hide", _("hide")
        HOLD = "hold", _("hold")
        RELEASE = "release", _("release")
        LABEL = "label", _("label")
        UNLABEL = "unlabel", _("remove label")

    object_id = models.URLField(max_length=300, db_index=True)
    title = models.CharField(max_length=300, blank=True)
    revision = models.PositiveIntegerField()
    action = models.CharField(max_length=10, choices=Action.choices)
    label = models.CharField(max_length=200, blank=True)
    reason = models.TextField(blank=True)
    by = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField(auto_now_add=True, db_index=True)

    class Meta:
        verbose_name = _("moderation act")
        verbose_name_plural = _("moderation acts")
        ordering: ClassVar[list[str]] = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.action} {self.object_id}"


class LogHead(models.Model):
    """The end of one origin's log as held here; its row is the lock for appending.

    ``confirmed`` is when the worker last knew that nobody holds more of the own log; empty for others.
    """

    origin = models.CharField(max_length=200, primary_key=True)
    epoch = models.PositiveIntegerField(default=1)
    seq = models.PositiveBigIntegerField(default=0)
    head_hash = models.CharField(max_length=64, blank=True)
    confirmed = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.origin} {self.epoch}/{self.seq}"


class Position(models.Model):
    """The last position given out on this instance: one row, locked last."""

    singleton = models.BooleanField(primary_key=True, default=True)
    value = models.BigIntegerField(default=0)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(singleton=True), name="position_one_row")]

    def __str__(self) -> str:
        return str(self.value)


class Cursor(models.Model):
    """How far a consumer has read."""

    consumer = models.CharField(max_length=80, primary_key=True)
    position = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.consumer} at {self.position}"


class Setback(models.Model):
    """An entry a consumer could not take: passed over in sight, and tried again."""

    consumer = models.CharField(max_length=80)
    object_id = models.URLField(max_length=300)
    error = models.TextField()
    at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["consumer", "object_id"], name="setback_once")]

    def __str__(self) -> str:
        return f"{self.consumer}: {self.object_id}"


class Mark(models.Model):
    """A page to be read again, by translation key. Written by triggers, in the page's own transaction.

    After a failure ``not_before`` delays the next try and ``error`` says why.
    """

    key = models.UUIDField(db_index=True)
    not_before = models.DateTimeField(null=True, blank=True)
    failures = models.PositiveIntegerField(default=0, db_default=0)
    error = models.TextField(blank=True, default="", db_default="")

    def __str__(self) -> str:
        return str(self.key)
