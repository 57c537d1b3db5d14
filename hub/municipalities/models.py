"""Bodies: municipalities, Verbandsgemeinden, districts and others, each by its official key."""

from __future__ import annotations

from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _


class Body(models.Model):
    """A public body.

    The key is the AGS (8 digits) of a municipality, the five-digit key of a district, the
    nine-digit regional key of a Verbandsgemeinde (the AGS does not tell those apart), or an own
    key with a letter first for others.
    """

    class Kind(models.TextChoices):
        CITY = "city", _("independent city")
        TOWN = "town", _("town")
        MUNICIPALITY = "municipality", _("municipality")
        VERBANDSGEMEINDE = "verbandsgemeinde", _("Verbandsgemeinde")
        DISTRICT = "district", _("district")
        OTHER = "other", _("other body")

    key = models.CharField(
        max_length=20,
        primary_key=True,
        validators=[RegexValidator(r"^(\d{5}|\d{8}|\d{9}|[a-z][a-z0-9-]{1,19})$")],
    )
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=20, choices=Kind.choices)
    population = models.PositiveIntegerField(null=True, blank=True)
    population_date = models.DateField(null=True, blank=True)
    latitude = models.FloatField(null=True, blank=True)
    longitude = models.FloatField(null=True, blank=True)

    class Meta:
        verbose_name = _("body")
        verbose_name_plural = _("bodies")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
