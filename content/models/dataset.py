"""A dataset: what it holds, where it can be had and under which licence."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, HelpPanel, MultiFieldPanel
from wagtail.fields import StreamField
from wagtail_localize.fields import SynchronizedField, TranslatableField

from content.blocks import DistributionsBlock, SectionsBlock, is_obtainable
from content.media import Media
from content.models.contribution import ContributionPage
from content.models.fields import licence_field
from content.sections import build_free_sections
from hub.documents import Dataset, Distribution, Section
from theme import labels

FACTS = ("licence", "frequency", "area", "starts", "ends", "modified", "distributions")
FORMAT_NAMES = {".geojson": "GeoJSON", ".gpkg": "GeoPackage"}
"""What formats are called where the ending of a file's name does not say it."""


class DatasetPage(ContributionPage):
    """Data that others may use. Without a licence and a way to get them they are none."""

    kind = "dataset"

    sections = StreamField(
        SectionsBlock(),
        verbose_name=_("sections"),
        blank=True,
        help_text=_(
            "What a row means, which columns there are, how the data came about and where they fall short, "
            "for example under the heading “Columns”."
        ),
    )
    licence = licence_field()
    frequency = models.CharField(
        _("updated"),
        max_length=20,
        choices=list(labels.FREQUENCIES.items()),
        blank=True,
        help_text=_("How often new data come. Empty is shown as “unknown”."),
    )
    area = models.CharField(
        _("area covered"),
        max_length=200,
        blank=True,
        help_text=_("For example “city centre and Lützel”. Empty is shown as “unknown”."),
    )
    starts = models.DateField(
        _("data from"), null=True, blank=True, help_text=_("The first day the data tell of.")
    )
    ends = models.DateField(
        _("data until"), null=True, blank=True, help_text=_("The last day. Empty while data keep coming.")
    )
    modified = models.DateField(
        _("last updated on"),
        null=True,
        blank=True,
        help_text=_("When the data last changed, not when this page did."),
    )
    distributions = StreamField(
        DistributionsBlock(),
        verbose_name=_("distributions"),
        blank=True,
        help_text=_("The same data in each format in which they can be had. At least one is needed."),
    )

    override_translatable_fields: ClassVar[list[Any]] = [
        *ContributionPage.override_translatable_fields,
        TranslatableField("sections"),
        *(SynchronizedField(name) for name in FACTS),
    ]

    class Meta:
        verbose_name = _("dataset")
        verbose_name_plural = _("datasets")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends__isnull=True)
                | models.Q(starts__isnull=True)
                | models.Q(ends__gte=models.F("starts")),
                name="dataset_ends_not_before_start",
                violation_error_message=_("The data cannot end before they start."),
            )
        ]

    def clean(self) -> None:
        """The span of time runs forwards, in drafts as well."""
        super().clean()
        if self.starts and self.ends and self.ends < self.starts:
            raise ValidationError({"ends": gettext("The data cannot end before they start.")})

    def missing_answers(self, values: Mapping[str, Any]) -> dict[str, str]:
        """Adds the licence and ways to get the data."""
        missing = super().missing_answers(values)
        if not values.get("licence"):
            missing["licence"] = gettext("“Licence” is missing: without one nobody may use the data.")
        distributions = values.get("distributions")
        if not distributions:
            missing["distributions"] = gettext(
                "“Distributions” is missing: add at least one file or web address with the data."
            )
        elif not all(is_obtainable(child.value) for child in distributions):
            missing["distributions"] = gettext("Each distribution needs either a web address or a file.")
        return missing

    def build_sections(self, media: Media) -> tuple[Section, ...]:
        """Its freely headed sections."""
        return build_free_sections(self.sections, media)

    def build_facts(self, media: Media) -> dict[str, Any]:
        """The description of the data."""
        dataset = Dataset(
            licence=self.licence,
            frequency=self.frequency,
            area=self.area,
            starts=self.starts,
            ends=self.ends,
            modified=self.modified,
            distributions=tuple(_build_distribution(child.value, media) for child in self.distributions),
        )
        return {"dataset": dataset}


def _build_distribution(value: Any, media: Media) -> Distribution:
    title, name = value["title"] or "", value["format"] or ""
    document = value["document"]
    if document is None:
        return Distribution(title=title, url=value["address"] or "", format=name)
    attachment = media.attach(document, title)
    ending = PurePosixPath(attachment.name).suffix.lower()
    return Distribution(
        title=title or attachment.title,
        digest=attachment.digest,
        format=name or FORMAT_NAMES.get(ending, ending.lstrip(".").upper()),
    )


_guide = _(
    "For data that others may use: parking spaces, measured values, a list of playgrounds. Say in words "
    "somebody from another office understands what is in them and what is not."
)
_span = [FieldPanel(name) for name in ("area", "starts", "ends")]
_currency = [FieldPanel("frequency"), FieldPanel("modified")]
DatasetPage.edit_handler = DatasetPage.assemble_tabs(
    text=[HelpPanel(_guide), FieldPanel("sections")],
    facts=[
        HelpPanel(_("A licence and one way to get the data are needed. The rest as far as you know it.")),
        MultiFieldPanel([FieldPanel("licence"), FieldPanel("distributions")], heading=_("How to get it")),
        MultiFieldPanel(_span, heading=_("What it covers")),
        MultiFieldPanel(_currency, heading=_("How current it is")),
    ],
)
