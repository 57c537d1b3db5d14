"""What is kept of the exchange: nonces against replays, entries that could not be shown, signed notices."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from federation.models.peers import Peer


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


class NoticeType(models.TextChoices):
    """What an instance tells its peers about itself, beside its log."""

    ROTATION = "rotation", _("new keys")
    MOVE = "move", _("new domain")
    HANDOVER = "handover", _("items handed over")
    LEAVE = "leave", _("leaving")


class Notice(models.Model):
    """A notice that an instance signed, its own or a peer's: numbered from 1 for each origin, kept for good.

    ``document`` is the notice as signed, with its proof by the key that was valid before it took effect.
    ``done`` is when what follows from it was done here.
    """

    origin = models.CharField(max_length=200)
    number = models.PositiveIntegerField()
    type = models.CharField(max_length=10, choices=NoticeType.choices)
    document = models.JSONField()
    created = models.DateTimeField()
    done = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        ordering = ["origin", "number"]
        constraints = [models.UniqueConstraint(fields=["origin", "number"], name="notice_once")]

    def __str__(self) -> str:
        return f"{self.origin} {self.number}: {self.type}"
