"""What is known of each file and who brought it. Its bytes lie in the ``content`` storage."""

from __future__ import annotations

import datetime as dt
import hashlib
from typing import Any

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from hub.files.signals import content_stored

DIGEST = r"^sha256:[0-9a-f]{64}$"
RETRY_MINUTES = (1, 5, 15, 60, 240)


class FileState(models.TextChoices):
    """``missing`` waits for its first fetch; ``withheld`` failed and is fetched again at ``retry_at``;
    ``refused`` was found harmful by the scanner and is not fetched again.
    """

    MISSING = "missing", _("missing")
    STORED = "stored", _("stored")
    WITHHELD = "withheld", _("withheld")
    REFUSED = "refused", _("refused")


class StoredFile(models.Model):
    """A file by its digest ``sha256:<hex>`` and the origin that brought it; ``size`` in bytes.

    ``origin`` is empty for what was stored here. Several origins may bring the same bytes: each has a
    row of its own, because naming a digest must not open a file that somebody else brought, and the
    bytes are kept once. ``source`` is where a received file is fetched, ``reason`` why it is withheld.
    ``wanted`` is false for a file of a peer that is fetched only when somebody asks for it; ``used`` is when
    a received file was last asked for, by which those that were not are let go.
    """

    digest = models.CharField(max_length=71, validators=[RegexValidator(DIGEST)])
    origin = models.CharField(max_length=200, blank=True)
    size = models.PositiveBigIntegerField()
    media_type = models.CharField(max_length=150)
    state = models.CharField(max_length=10, choices=FileState.choices, default=FileState.MISSING)
    source = models.URLField(max_length=1000, blank=True)
    reason = models.TextField(blank=True)
    attempts = models.PositiveIntegerField(default=0)
    retry_at = models.DateTimeField(null=True, blank=True)
    wanted = models.BooleanField(default=True, db_default=True)
    used = models.DateTimeField(null=True, blank=True)
    created = models.DateTimeField(auto_now_add=True)
    changed = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("stored file")
        verbose_name_plural = _("stored files")
        constraints = [
            models.UniqueConstraint(fields=["digest", "origin"], name="file_once_per_origin"),
            models.CheckConstraint(
                condition=~Q(origin="") | (Q(source="") & ~Q(state=FileState.MISSING)),
                name="file_local_is_not_fetched",
            ),
            models.CheckConstraint(condition=Q(digest__regex=DIGEST), name="file_digest_is_sha256"),
            models.CheckConstraint(
                condition=~Q(state=FileState.WITHHELD) | ~Q(reason=""), name="file_withheld_has_reason"
            ),
        ]
        indexes = [models.Index(fields=["retry_at"], condition=~Q(state="stored"), name="file_due")]

    def __str__(self) -> str:
        return f"{self.digest[:19]}… {self.state}"

    @property
    def hex(self) -> str:
        """The digest without its algorithm."""
        return self.digest.removeprefix("sha256:")

    @property
    def name(self) -> str:
        """Its name in the storage: ``sha256/ab/cdef…``."""
        return storage_name(self.digest)

    @property
    def partial_name(self) -> str:
        """Under which it comes in, one for each origin: nobody goes on with what somebody else has begun."""
        return "fetch-" + hashlib.sha256(f"{self.origin} {self.digest}".encode()).hexdigest()

    @property
    def is_received(self) -> bool:
        """Whether another instance brought it."""
        return self.origin != ""

    def withhold(self, reason: str) -> None:
        """Note a failed attempt and when the next one is due; saves."""
        delay = RETRY_MINUTES[min(self.attempts, len(RETRY_MINUTES) - 1)]
        self._note(
            state=FileState.WITHHELD,
            reason=reason.replace("\0", "")[:1000] or "unknown",
            attempts=self.attempts + 1,
            retry_at=timezone.now() + dt.timedelta(minutes=delay),
        )

    def settle(self) -> None:
        """Note that the bytes are stored; saves."""
        self._note(state=FileState.STORED, reason="", retry_at=None)
        content_stored.send(StoredFile, digest=self.digest, media_type=self.media_type)

    def refuse(self, reason: str) -> None:
        """Note that the bytes are harmful and not wanted again; saves."""
        self._note(state=FileState.REFUSED, reason=reason[:1000], retry_at=None)

    def await_fetch(self, *, wanted: bool) -> None:
        """Note that the bytes are not here; a ``wanted`` file is fetched as soon as possible. Saves."""
        self._note(state=FileState.MISSING, reason="", attempts=0, retry_at=None, wanted=wanted)

    def _note(self, **facts: Any) -> None:
        """A row that was let go meanwhile stays gone."""
        for name, value in facts.items():
            setattr(self, name, value)
        StoredFile.objects.filter(pk=self.pk).update(**facts, changed=timezone.now())


class FileReference(models.Model):
    """That a live document needs a file: what nothing refers to any more is let go.

    ``object_id`` is the document's id, ``origin`` its origin as in :class:`StoredFile` (empty for own ones).
    """

    digest = models.CharField(max_length=71, validators=[RegexValidator(DIGEST)])
    origin = models.CharField(max_length=200, blank=True)
    object_id = models.URLField(max_length=300)

    class Meta:
        verbose_name = _("file reference")
        verbose_name_plural = _("file references")
        constraints = [
            models.UniqueConstraint(fields=["object_id", "digest"], name="file_reference_once"),
        ]
        indexes = [models.Index(fields=["digest", "origin"], name="file_referenced")]

    def __str__(self) -> str:
        return f"{self.object_id} needs {self.digest[:19]}…"


class Examination(models.Model):
    """What was found in stored bytes, worked out once: ``examiner`` names who looked and in which version.

    A parts list or an archive of hundreds of megabytes is not read again whenever its page is saved.
    """

    digest = models.CharField(max_length=71, validators=[RegexValidator(DIGEST)])
    examiner = models.CharField(max_length=40)
    result = models.JSONField()
    at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("examination")
        verbose_name_plural = _("examinations")
        constraints = [
            models.UniqueConstraint(fields=["digest", "examiner"], name="examination_once"),
            models.CheckConstraint(condition=Q(digest__regex=DIGEST), name="examination_digest_is_sha256"),
        ]

    def __str__(self) -> str:
        return f"{self.digest[:19]}… {self.examiner}"


def storage_name(digest: str) -> str:
    """``sha256/ab/cdef…`` for ``sha256:abcdef…``; 256 folders keep each one small."""
    hexadecimal = digest.removeprefix("sha256:")
    return f"sha256/{hexadecimal[:2]}/{hexadecimal[2:]}"
