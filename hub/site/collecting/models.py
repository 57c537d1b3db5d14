"""Collections that are being made into one PDF."""

from __future__ import annotations

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _


class PrintState(models.TextChoices):
    """Of a collection on its way to be a file."""

    WAITING = "waiting", _("waiting")
    READY = "ready", _("ready")
    FAILED = "failed", _("failed")


class PrintedCollection(models.Model):
    """A PDF of several records, made by the worker: ``done`` of its records are laid out.

    ``audiences`` are those of who asked for it, and only who may read as much gets it. ``digest`` names
    the file once it is ready. It is deleted after a day.
    """

    key = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    title = models.CharField(max_length=200)
    records = ArrayField(models.UUIDField())
    audiences = ArrayField(models.CharField(max_length=10))
    language = models.CharField(max_length=20, default="de")
    state = models.CharField(max_length=10, choices=PrintState.choices, default=PrintState.WAITING)
    done = models.PositiveIntegerField(default=0)
    digest = models.CharField(max_length=71, blank=True)
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("printed collection")
        verbose_name_plural = _("printed collections")

    def __str__(self) -> str:
        return f"{self.title} {self.state}"
