"""An indicator: how a figure is defined and what it was."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, HelpPanel, MultiFieldPanel
from wagtail.fields import StreamField
from wagtail_localize.fields import SynchronizedField, TranslatableField

from content.blocks import MeasurementsBlock, SectionsBlock, repeated_periods
from content.media import Media
from content.models.contribution import ContributionPage
from content.sections import build_free_sections
from hub.documents import Indicator, Measurement, Section

FACTS = ("unit", "formula", "source", "measurements")


class IndicatorPage(ContributionPage):
    """A figure by which bodies compare themselves."""

    kind = "indicator"

    sections = StreamField(
        SectionsBlock(),
        verbose_name=_("sections"),
        blank=True,
        help_text=_(
            "What the figure tells and what it does not, for example under the heading “How to read it”."
        ),
    )
    unit = models.CharField(
        _("unit"),
        max_length=60,
        blank=True,
        help_text=_("In what it is counted, for example “%” or “applications per 1,000 inhabitants”."),
    )
    formula = models.TextField(
        _("how it is worked out"),
        blank=True,
        help_text=_(
            "So that another town arrives at the same figure, for example “applications made online "
            "divided by all applications of the year”."
        ),
    )
    source = models.CharField(
        _("source of the figures"),
        max_length=300,
        blank=True,
        help_text=_("For example “own records of the building office”. Empty is shown as “unknown”."),
    )
    measurements = StreamField(
        MeasurementsBlock(),
        verbose_name=_("measurements"),
        blank=True,
        help_text=_("The oldest first. From two values on a chart is drawn."),
    )

    override_translatable_fields: ClassVar[list[Any]] = [
        *ContributionPage.override_translatable_fields,
        TranslatableField("sections"),
        *(SynchronizedField(name) for name in FACTS),
    ]

    class Meta:
        verbose_name = _("indicator note")
        verbose_name_plural = _("indicator notes")

    def missing_answers(self, values: Mapping[str, Any]) -> dict[str, str]:
        """Adds what makes a figure comparable."""
        missing = super().missing_answers(values)
        if not (values.get("unit") or "").strip():
            missing["unit"] = gettext("“Unit” is missing: without it nobody can read the figure.")
        if not (values.get("formula") or "").strip():
            missing["formula"] = gettext(
                "“How it is worked out” is missing: only with it can another town compare itself."
            )
        measurements = values.get("measurements") or ()
        if any(child.value["value"] is None or not child.value["period"] for child in measurements):
            missing["measurements"] = gettext("Each measurement needs a period and a value.")
        elif repeated_periods(measurements):
            missing["measurements"] = gettext("Each period has one value.")
        return missing

    def build_sections(self, media: Media) -> tuple[Section, ...]:
        """Its freely headed sections."""
        return build_free_sections(self.sections, media)

    def build_facts(self, media: Media) -> dict[str, Any]:
        """Its definition and values; a measurement without a value, as drafts may hold, is left out."""
        measurements = (
            Measurement(
                period=child.value["period"] or "",
                value=format(child.value["value"], "f"),
                note=child.value["note"] or "",
            )
            for child in self.measurements
            if child.value["value"] is not None
        )
        indicator = Indicator(
            unit=self.unit, formula=self.formula, source=self.source, measurements=tuple(measurements)
        )
        return {"indicator": indicator}


_guide = _(
    "A figure by which towns compare themselves, for example the share of applications made online. It is "
    "worth as much as its definition: say how it is worked out so that others get the same."
)
_definition = [FieldPanel("unit"), FieldPanel("formula"), FieldPanel("source")]
IndicatorPage.edit_handler = IndicatorPage.assemble_tabs(
    text=[HelpPanel(_guide), FieldPanel("sections")],
    facts=[
        MultiFieldPanel(_definition, heading=_("Definition")),
        MultiFieldPanel([FieldPanel("measurements")], heading=_("Values")),
    ],
)
