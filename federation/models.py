"""Keys, peers, and what is kept to refuse replays and to show what could not be read."""

from __future__ import annotations

import datetime as dt
import secrets

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from federation.addresses import actor_of
from hub.env import env

BACKOFF_SECONDS = (5, 15, 60, 300, 900)


class InstanceKey(models.Model):
    """A key pair of this instance: Ed25519 for proofs, RSA for HTTP signatures; PEM, PKCS #8.

    It lies in the database because all state does; whoever can read the database can sign.
    """

    ed25519_pem = models.TextField()
    rsa_pem = models.TextField()
    active = models.BooleanField(default=True)
    created = models.DateTimeField(auto_now_add=True)
    revoked = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["active"], condition=Q(active=True), name="instance_key_one_active"
            ),
            models.CheckConstraint(
                condition=Q(active=True, revoked__isnull=True) | Q(active=False, revoked__isnull=False),
                name="instance_key_active_or_revoked",
            ),
        ]

    def __str__(self) -> str:
        return f"key of {self.created:%Y-%m-%d}"


class PeerState(models.TextChoices):
    """``paused``: nothing is exchanged for now. ``blocked``: refused, and approving again does not help."""

    APPROVED = "approved", _("approved")
    PAUSED = "paused", _("paused")
    BLOCKED = "blocked", _("blocked")


class Peer(models.Model):
    """Another instance, approved by its address, its pinned keys and the bodies it publishes for.

    ``slug`` is its short name in addresses here. ``pushed_*`` is how much of the own log it has
    acknowledged; how much of its log is held here is its ``LogHead``. ``verified_*`` is the last
    moment both ends were compared and equal. ``last_error`` is empty while all is well.
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


class Nonce(models.Model):
    """A nonce that was accepted once, kept until signatures of its time are too old anyway."""

    key_id = models.CharField(max_length=300)
    value = models.CharField(max_length=100)
    seen = models.DateTimeField(auto_now_add=True, db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["key_id", "value"], name="nonce_once")]

    def __str__(self) -> str:
        return self.value


class Quarantined(models.Model):
    """A verified entry that is not shown: raw as received, with the reason, tried again later."""

    peer = models.ForeignKey(Peer, on_delete=models.CASCADE, related_name="quarantined")
    epoch = models.PositiveIntegerField()
    seq = models.PositiveBigIntegerField()
    object_id = models.CharField(max_length=300)
    salt = models.CharField(max_length=64)
    body = models.TextField()
    reason = models.TextField()
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("quarantined entry")
        verbose_name_plural = _("quarantined entries")
        constraints = [models.UniqueConstraint(fields=["peer", "epoch", "seq"], name="quarantined_once")]

    def __str__(self) -> str:
        return f"{self.object_id}: {self.reason}"
