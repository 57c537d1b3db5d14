"""How often documents were read and downloaded here, by day. Nobody's address, agent or session is held."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _


class Measure(models.TextChoices):
    """What is counted."""

    VIEW = "view", _("view")
    DOWNLOAD = "download", _("download")


class DayCount(models.Model):
    """How often a document was viewed, or its files downloaded, on one day on this instance.

    ``uuid`` is the document's; ``digest`` the file's for downloads, empty for views and for documents
    handed out whole (``form`` then says as what: ``pdf``, ``md``, ``json``).
    """

    day = models.DateField()
    uuid = models.UUIDField()
    measure = models.CharField(max_length=10, choices=Measure.choices)
    digest = models.CharField(max_length=71, blank=True)
    form = models.CharField(max_length=10, blank=True)
    count = models.PositiveBigIntegerField(default=0)

    class Meta:
        verbose_name = _("count of a day")
        verbose_name_plural = _("counts by day")
        ordering: ClassVar[list[str]] = ["day", "uuid"]
        constraints = [
            models.UniqueConstraint(
                fields=["uuid", "day", "measure", "digest", "form"], name="day_count_once"
            ),
            models.CheckConstraint(condition=models.Q(count__gte=1), name="day_count_from_one"),
        ]
        indexes = [models.Index(fields=["day"], name="day_count_day")]

    def __str__(self) -> str:
        return f"{self.day} {self.measure} {self.uuid}: {self.count}"
