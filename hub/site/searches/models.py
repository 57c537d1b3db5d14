"""Searches that people keep."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import MD5
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from hub.site.mailing import MOST_REFUSALS


class Rhythm(models.TextChoices):
    """How often new results of a saved search come by mail."""

    NONE = "none", pgettext_lazy("rhythm", "no mails")
    DAILY = "daily", _("every working day, if there is anything new")
    WEEKLY = "weekly", _("on Mondays, if there is anything new")


class SavedSearch(models.Model):
    """A search that somebody keeps. ``query`` is its query string in one order (:mod:`.wording`).

    New is what was first published in the catalogue after position ``told``; ``sent_until`` is when that
    was last looked for, or mails were switched on. ``refused`` are the days on which the mail server refused
    the address, since the last mail that went through.
    """

    key = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="saved_searches"
    )
    name = models.CharField(_("Name"), max_length=80)
    query = models.TextField()
    rhythm = models.CharField(_("Mails"), max_length=10, choices=Rhythm.choices, default=Rhythm.WEEKLY)
    told = models.BigIntegerField(default=0)
    sent_until = models.DateTimeField()
    created = models.DateTimeField(auto_now_add=True)
    refused = ArrayField(models.DateField(), default=list, blank=True)

    class Meta:
        verbose_name = _("saved search")
        verbose_name_plural = _("saved searches")
        ordering: ClassVar[list[str]] = ["name", "created"]
        constraints = [models.UniqueConstraint("user", MD5("query"), name="saved_search_once")]
        indexes = [models.Index(fields=["sent_until"], condition=~Q(rhythm="none"), name="saved_search_due")]

    def __str__(self) -> str:
        return self.name

    @property
    def was_given_up(self) -> bool:
        """Whether its mails ended because the address was refused time after time."""
        return self.rhythm == Rhythm.NONE and len(self.refused) >= MOST_REFUSALS
