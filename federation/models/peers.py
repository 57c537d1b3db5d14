"""Peers: who they are, how far the exchange with each has come, and who would like to become one."""

from __future__ import annotations

import datetime as dt
import secrets

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from federation.addresses import actor_of
from hub.env import env

BACKOFF_SECONDS = (5, 15, 60, 300, 900)


class PeerState(models.TextChoices):
    """``paused``: nothing is exchanged for now. ``blocked``: refused, and approving again does not help.
    ``left``: it has ended the exchange, or this instance has; what it published stays readable.
    """

    APPROVED = "approved", pgettext_lazy("peer", "approved")
    PAUSED = "paused", _("paused")
    BLOCKED = "blocked", _("blocked")
    LEFT = "left", pgettext_lazy("peer", "left")


class Peer(models.Model):
    """Another instance, approved by its address, its pinned keys and the bodies it publishes for.

    ``slug`` is its short name in addresses here. ``pushed_*`` is how much of the own log it has
    acknowledged; how much of its log is held here is its ``LogHead``. ``verified_*`` is the last
    moment both ends were compared and equal. ``last_error`` is empty while all is well.

    ``compared_*`` is the last comparison of all its entries with its own buckets, ``mended`` how many
    entries that had to be mended ever since; ``compare_error`` is why the last one failed, until a
    comparison has come to its end. A peer of a version that cannot be compared yet has been asked, at
    sequence 0. ``review_first``: its new items are held until somebody
    here has released them. ``lazy_files``: its files are fetched when somebody asks for them.
    ``notices_sent`` is how many of the own notices it has acknowledged, ``notice_error`` why it has not taken
    the next one, which waits until ``notice_after``.

    ``admitted`` is whether it has approved this instance, as its last answer to a pull showed; None before
    the first. ``head_seq`` is where its log ended in that answer. ``chain_alarm`` is whether its log did not
    continue what is held of it, until it is read to its end again.
    """

    origin = models.CharField(max_length=200, unique=True)
    slug = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=120)
    state = models.CharField(max_length=10, choices=PeerState.choices, default=PeerState.APPROVED)
    bodies = ArrayField(models.CharField(max_length=20), default=list)
    ed25519 = models.CharField(max_length=80)
    rsa_pem = models.TextField()
    fingerprint = models.CharField(max_length=80)
    approved = models.DateTimeField(auto_now_add=True)

    pushed_epoch = models.PositiveIntegerField(default=0)
    pushed_seq = models.PositiveBigIntegerField(default=0)
    push_failures = models.PositiveIntegerField(default=0)
    push_after = models.DateTimeField(null=True, blank=True)
    pull_failures = models.PositiveIntegerField(default=0)
    pull_after = models.DateTimeField(null=True, blank=True)
    pull_etag = models.CharField(max_length=100, blank=True)
    verified_seq = models.PositiveBigIntegerField(default=0)
    verified_at = models.DateTimeField(null=True, blank=True)
    last_seen = models.DateTimeField(null=True, blank=True)
    last_error = models.TextField(blank=True)
    last_error_at = models.DateTimeField(null=True, blank=True)

    compared_seq = models.PositiveBigIntegerField(default=0, db_default=0)
    compared_at = models.DateTimeField(null=True, blank=True)
    compare_error = models.TextField(blank=True, default="", db_default="")
    mended = models.PositiveIntegerField(default=0, db_default=0)
    review_first = models.BooleanField(default=False, db_default=False)
    lazy_files = models.BooleanField(default=False, db_default=False)
    notices_sent = models.PositiveIntegerField(default=0, db_default=0)
    notice_failures = models.PositiveIntegerField(default=0, db_default=0)
    notice_after = models.DateTimeField(null=True, blank=True)
    notice_error = models.TextField(blank=True, default="", db_default="")
    admitted = models.BooleanField(null=True, blank=True)
    head_seq = models.PositiveBigIntegerField(default=0, db_default=0)
    chain_alarm = models.BooleanField(default=False, db_default=False)

    class Meta:
        verbose_name = _("peer")
        verbose_name_plural = _("peers")
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(condition=~Q(origin="") & ~Q(slug=""), name="peer_has_address_and_name"),
            models.CheckConstraint(condition=~Q(ed25519="") & ~Q(rsa_pem=""), name="peer_has_pinned_keys"),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.origin})"

    @property
    def actor(self) -> str:
        """Address of its actor."""
        return actor_of(self.origin)

    @property
    def is_comparable(self) -> bool:
        """Whether its version offers comparing, as far as is known."""
        return self.compared_at is None or self.compared_seq > 0

    @property
    def is_approved(self) -> bool:
        """Whether logs are exchanged with it."""
        return self.state == PeerState.APPROVED


def backoff(failures: int) -> dt.datetime:
    """When to try again after that many failures in a row: up to 15 minutes, with jitter."""
    seconds = BACKOFF_SECONDS[min(max(failures, 1), len(BACKOFF_SECONDS)) - 1]
    return timezone.now() + dt.timedelta(seconds=seconds * _jitter())


def next_pull() -> dt.datetime:
    """When to pull next after a success: ``HUB_PULL_SECONDS`` with jitter."""
    return timezone.now() + dt.timedelta(seconds=env.pull_seconds * _jitter())


def _jitter() -> float:
    """0.8 to 1.2, so that peers which failed together do not come back together."""
    return 0.8 + secrets.randbelow(401) / 1000


class Proposal(models.Model):
    """An instance that would like to become a peer, or that this one would like to have as a peer.

    ``identity`` is what was fetched from its own address, None until that worked; nothing of it is believed
    before an operator has compared the fingerprint. ``by_us`` and ``by_them`` say who has proposed; ``told``
    is when the other side has taken in that we have. ``rejected`` is when an operator here has said no: the
    row stays for a day, so that the same instance does not ask again at once.
    """

    origin = models.CharField(max_length=200, unique=True)
    identity = models.JSONField(null=True, blank=True)
    by_us = models.BooleanField(default=False)
    by_them = models.BooleanField(default=False)
    told = models.DateTimeField(null=True, blank=True)
    rejected = models.DateTimeField(null=True, blank=True)
    created = models.DateTimeField(auto_now_add=True)
    failures = models.PositiveIntegerField(default=0)
    retry_at = models.DateTimeField(null=True, blank=True)
    error = models.TextField(blank=True)

    class Meta:
        verbose_name = _("proposal")
        verbose_name_plural = _("proposals")
        ordering = ["-created"]

    def __str__(self) -> str:
        return self.origin
