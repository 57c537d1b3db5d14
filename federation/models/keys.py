"""The keys of this instance."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class InstanceKey(models.Model):
    """A key pair of this instance: Ed25519 for proofs, RSA for HTTP signatures; PEM, PKCS #8.

    It lies in the database because all state does; whoever can read the database can sign. A compromised
    one says where the own log ended when it was replaced: beyond that it has proved nothing.
    """

    ed25519_pem = models.TextField()
    rsa_pem = models.TextField()
    active = models.BooleanField(default=True)
    created = models.DateTimeField(auto_now_add=True)
    revoked = models.DateTimeField(null=True, blank=True)
    compromised_epoch = models.PositiveIntegerField(null=True, blank=True)
    compromised_seq = models.PositiveBigIntegerField(db_default=0, default=0)
    compromised_hash = models.CharField(max_length=64, blank=True, db_default="", default="")

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
