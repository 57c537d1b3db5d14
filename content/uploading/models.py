"""Uploads on their way in."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from hub.files.models import DIGEST


class Upload(models.Model):
    """A file that somebody sends in pieces: of ``size`` bytes ``received`` are here.

    ``checksum`` is the SHA-256 the sender names, as ``sha256:<hex>``, empty if none; the whole file is
    held against it. ``collection`` is the part of the editors' library it is meant for, ``document`` the
    file there once it is complete.
    """

    key = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="uploads")
    name = models.CharField(max_length=255)
    size = models.PositiveBigIntegerField()
    received = models.PositiveBigIntegerField(default=0)
    checksum = models.CharField(max_length=71, blank=True)
    collection = models.ForeignKey(
        "wagtailcore.Collection", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    document = models.ForeignKey(
        "wagtaildocs.Document", null=True, blank=True, on_delete=models.CASCADE, related_name="uploads"
    )
    created = models.DateTimeField(auto_now_add=True)
    changed = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("upload")
        verbose_name_plural = _("uploads")
        constraints = [
            models.CheckConstraint(condition=Q(received__lte=F("size")), name="upload_not_over_its_size"),
            models.CheckConstraint(
                condition=Q(checksum="") | Q(checksum__regex=DIGEST), name="upload_checksum_is_sha256"
            ),
            models.CheckConstraint(
                condition=Q(document__isnull=True) | Q(received=F("size")), name="upload_whole_before_filed"
            ),
        ]
        indexes = [models.Index(fields=["changed"], name="upload_changed")]

    def __str__(self) -> str:
        return f"{self.name} {self.received}/{self.size}"
