"""Bodies: municipalities, Verbandsgemeinden, districts and others, each by its official key."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Self

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from hub.municipalities.names import search_words


class BodyQuerySet(models.QuerySet["Body"]):
    """Keeps what the search compares with in step, also where many are written at once."""

    def bulk_create(self, objs: Iterable[Body], *args: Any, **kwargs: Any) -> list[Body]:
        """As ever, the search name filled in."""
        bodies = [body.fill_search_name() for body in objs]
        return super().bulk_create(bodies, *args, **kwargs)


class Body(models.Model):
    """A public body.

    The key is the AGS (8 digits) of a municipality, the five-digit key of a district, the
    nine-digit regional key of a Verbandsgemeinde (the AGS does not tell those apart), or an own
    key with a letter first for others.

    ``district`` is the Landkreis, ``association`` the Verbandsgemeinde a municipality belongs to; both
    are empty for independent cities. ``area_ha`` is in hectares, the place is the centre or, for what
    has no centre of its own, the seat of its administration (WGS 84). ``source`` and ``as_of`` say where
    the facts are from and of which day. A body that was merged or renumbered stays, with the day it was
    ``dissolved`` and its ``successor``. ``search_name`` is what the directory's search compares with.
    """

    class Kind(models.TextChoices):
        CITY = "city", _("independent city")
        TOWN = "town", _("town")
        MUNICIPALITY = "municipality", _("municipality")
        VERBANDSGEMEINDE = "verbandsgemeinde", _("Verbandsgemeinde")
        DISTRICT = "district", _("district")
        OTHER = "other", _("other body")

    key = models.CharField(
        _("key"),
        max_length=20,
        primary_key=True,
        validators=[RegexValidator(r"^(\d{5}|\d{8}|\d{9}|[a-z][a-z0-9-]{1,19})$")],
    )
    name = models.CharField(_("name"), max_length=120)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices)
    population = models.PositiveIntegerField(_("population"), null=True, blank=True)
    population_date = models.DateField(_("population on"), null=True, blank=True)
    area_ha = models.PositiveIntegerField(_("area in hectares"), null=True, blank=True)
    latitude = models.FloatField(_("latitude"), null=True, blank=True)
    longitude = models.FloatField(_("longitude"), null=True, blank=True)
    seat = models.CharField(_("seat"), max_length=120, blank=True)
    postcode = models.CharField(_("postcode"), max_length=5, blank=True)
    website = models.URLField(_("website"), blank=True)
    district = models.ForeignKey(
        "self",
        verbose_name=_("district"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="parts",
    )
    association = models.ForeignKey(
        "self",
        verbose_name=_("association"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="members",
    )
    source = models.CharField(_("source"), max_length=200, blank=True)
    as_of = models.DateField(_("as of"), null=True, blank=True)
    dissolved = models.DateField(_("dissolved on"), null=True, blank=True)
    successor = models.ForeignKey(
        "self",
        verbose_name=_("successor"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="predecessors",
    )
    search_name = models.CharField(max_length=240, blank=True, db_index=True)

    objects = BodyQuerySet.as_manager()

    class Meta:
        verbose_name = _("body")
        verbose_name_plural = _("bodies")
        ordering = ["name", "key"]
        constraints = [
            models.CheckConstraint(
                condition=Q(successor__isnull=True) | Q(dissolved__isnull=False),
                name="body_successor_of_a_dissolved_one",
            ),
            models.CheckConstraint(condition=~Q(successor=F("key")), name="body_succeeds_another"),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save it, found by the name it has now."""
        self.fill_search_name()
        if kwargs.get("update_fields") is not None:
            kwargs["update_fields"] = {*kwargs["update_fields"], "search_name"}
        super().save(*args, **kwargs)

    def fill_search_name(self) -> Self:
        """Set ``search_name`` from the name; returns the body itself."""
        self.search_name = search_words(self.name)[:240]
        return self

    @property
    def density(self) -> int | None:
        """Inhabitants per square kilometre, rounded; None where either is unknown."""
        if not self.population or not self.area_ha:
            return None
        return round(self.population * 100 / self.area_ha)
