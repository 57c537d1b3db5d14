"""Followers, what is sent to them, and what strangers send."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _


class PublicObject(models.Model):
    """What the Fediverse knows of an own public document, by the document's ``uuid``.

    Others refuse to bring a deleted id back, so each life has an id of its own: ``life`` counts them from 1.
    ``digest`` is that of the wording last announced, empty while it is withdrawn.
    """

    uuid = models.UUIDField(primary_key=True)
    life = models.PositiveIntegerField(default=1)
    digest = models.CharField(max_length=80, blank=True)
    published = models.DateTimeField()
    updated = models.DateTimeField()

    class Meta:
        verbose_name = _("announced document")
        verbose_name_plural = _("announced documents")

    def __str__(self) -> str:
        return f"{self.uuid}, life {self.life}"


class Activity(models.Model):
    """An activity for followers, with its proof, exactly as it is sent; in the order of ``id``.

    ``publishers`` are the keys of the bodies whose followers get it, besides those of the instance.
    """

    type = models.CharField(max_length=10)
    object_uuid = models.UUIDField(db_index=True)
    publishers = ArrayField(models.CharField(max_length=20), default=list)
    body = models.TextField()
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("activity")
        verbose_name_plural = _("activities")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.type} {self.object_uuid}"


class Follower(models.Model):
    """Somebody in the Fediverse who follows this instance (``followed`` is empty) or a body of it (its key).

    ``cursor`` is the last activity that was delivered. ``older_signature`` is true once its server has
    shown that it only reads signatures of the older kind (draft-cavage-12). ``accept`` is the answer to its
    request that still has to be delivered. ``gone_since`` is when its inbox was first said to be gone, until
    it answers anything else.
    """

    actor = models.URLField(max_length=500)
    followed = models.CharField(max_length=20, blank=True)
    inbox = models.URLField(max_length=500)
    host = models.CharField(max_length=255, db_index=True)
    name = models.CharField(max_length=300, blank=True)
    since = models.DateTimeField(auto_now_add=True)
    accept = models.TextField(blank=True)
    cursor = models.BigIntegerField(default=0)
    older_signature = models.BooleanField(default=False)
    failures = models.PositiveIntegerField(default=0)
    failing_since = models.DateTimeField(null=True, blank=True)
    gone_since = models.DateTimeField(null=True, blank=True)
    retry_at = models.DateTimeField(null=True, blank=True)
    error = models.TextField(blank=True)

    class Meta:
        verbose_name = _("follower")
        verbose_name_plural = _("followers")
        ordering = ["-since"]
        constraints = [models.UniqueConstraint(fields=["actor", "followed"], name="follower_once")]

    def __str__(self) -> str:
        return self.actor


class StrangerMessage(models.Model):
    """A message from outside, unproved: kept as it came until a worker has fetched the key of its sender.

    ``host`` is that of the key, by which the number of fetches is limited; ``headers`` are those that the
    signature may cover.
    """

    host = models.CharField(max_length=255, db_index=True)
    method = models.CharField(max_length=10)
    url = models.URLField(max_length=1000)
    headers = models.JSONField()
    body = models.TextField()
    digest = models.CharField(max_length=64, unique=True)
    received = models.DateTimeField(auto_now_add=True)
    failures = models.PositiveIntegerField(default=0)
    retry_at = models.DateTimeField(null=True, blank=True)
    error = models.TextField(blank=True)

    class Meta:
        verbose_name = _("message of a stranger")
        verbose_name_plural = _("messages of strangers")
        ordering = ["received"]

    def __str__(self) -> str:
        return f"{self.host} at {self.received}"


class Report(models.Model):
    """Somebody in the Fediverse reports items of this instance (``Flag``); for moderators to look at."""

    actor = models.URLField(max_length=500)
    activity = models.URLField(max_length=500, unique=True)
    objects_named = ArrayField(models.URLField(max_length=500), default=list)
    content = models.TextField(blank=True)
    received = models.DateTimeField(auto_now_add=True)
    settled = models.DateTimeField(null=True, blank=True)
    settled_by = models.CharField(max_length=200, blank=True)

    class Meta:
        verbose_name = _("report")
        verbose_name_plural = _("reports")
        ordering = ["-received"]

    def __str__(self) -> str:
        return f"report of {self.actor}"
