"""Blocks of facts: releases, seats, decisions, distributions, measurements, steps."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.blocks.stream_block import StreamBlockValidationError
from wagtail.blocks.struct_block import StructBlockValidationError
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.rich_text import RichText

from content.blocks.text import PREVIEW, ParagraphBlock
from hub.municipalities.chooser import BodyChooserBlock

BRIEF_FEATURES = ["bold", "italic", "link", "document-link", "ol", "ul"]


class SeatBlock(blocks.StructBlock):
    """A seat in a focus group."""

    body = BodyChooserBlock(label=_("municipality or other body"))
    role = blocks.CharBlock(
        label=_("office"),
        required=False,
        max_length=200,
        help_text=_("The office that comes, never a person's name, for example “geodata office”."),
    )

    def render_basic(self, value: Any, context: Any = None) -> SafeString:
        """Markup for the preview."""
        name = value["body"] or gettext("municipality or other body")
        return format_html("<p><strong>{}</strong><br>{}</p>", name, value["role"] or gettext("unknown"))

    class Meta:
        label = _("Seat")
        icon = "group"
        description = _("A municipality that takes part, and with which office.")
        preview_value = {"body": None, "role": "Stabsstelle Digitalisierung"}
        preview_template = PREVIEW


class DecisionBlock(blocks.StructBlock):
    """Something a group decided."""

    decided = blocks.DateBlock(
        label=_("decided on"), required=False, help_text=_("Empty is shown as “undated”.")
    )
    text = ParagraphBlock(
        label=_("decision"),
        features=BRIEF_FEATURES,
        help_text=_("One decision in one or two sentences, for example “We share one sensor network.”"),
    )

    def render_basic(self, value: Any, context: Any = None) -> SafeString:
        """Markup for the preview."""
        day = date_format(value["decided"], "DATE_FORMAT") if value["decided"] else gettext("undated")
        return format_html("<h3>{}</h3>{}", day, value["text"])

    class Meta:
        label = _("Decision")
        icon = "check"
        description = _("What was decided, and when.")
        preview_value = {
            "decided": dt.date(2026, 5, 12),
            "text": RichText("<p>Die Städte betreiben ein <b>gemeinsames</b> Sensornetz.</p>"),
        }
        preview_template = PREVIEW


class OpenQuestionBlock(ParagraphBlock):
    """Something a group does not know yet."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"features": BRIEF_FEATURES, **kwargs})

    class Meta:
        label = _("Open question")
        icon = "help"
        description = _("What the group still looks for an answer to.")
        preview_value = RichText("<p>Wer haftet, wenn ein Sensor falsch misst?</p>")
        preview_template = PREVIEW


class DistributionBlock(blocks.StructBlock):
    """One form in which data can be had."""

    title = blocks.CharBlock(
        label=_("title"),
        required=False,
        max_length=200,
        help_text=_("For example “All parking spaces, one row each”. Empty: the title of the file."),
    )
    format = blocks.CharBlock(
        label=_("format"),
        required=False,
        max_length=40,
        help_text=_("For example CSV or GeoJSON. Empty: as the file's name says."),
    )
    address = blocks.URLBlock(
        label=_("web address"),
        required=False,
        help_text=_("Where the data can be had, for example https://daten.example.de/parken.csv."),
    )
    document = DocumentChooserBlock(
        label=_("file"), required=False, help_text=_("Instead of an address: the data themselves.")
    )

    def clean(self, value: Any) -> Any:
        """Exactly one of address and file is given, unless a draft is saved."""
        cleaned = super().clean(value)
        if not self.is_deferred_validation and not is_obtainable(cleaned):
            message = gettext("Give either a web address or a file.")
            raise StructBlockValidationError(block_errors={"address": ValidationError(message)})
        return cleaned

    def render_basic(self, value: Any, context: Any = None) -> SafeString:
        """Markup for the preview."""
        return format_html(
            "<p><strong>{}</strong> ({})<br>{}</p>",
            value["title"],
            value["format"],
            value["address"] or value["document"] or "",
        )

    class Meta:
        label = _("Distribution")
        icon = "download"
        description = _("A file or an address where the data can be had.")
        label_format = "{format} {title}"
        preview_value = {
            "title": "Alle Parkplätze",
            "format": "CSV",
            "address": "https://daten.example.de/parken.csv",
            "document": None,
        }
        preview_template = PREVIEW


class MeasurementBlock(blocks.StructBlock):
    """The value of an indicator for a period."""

    period = blocks.CharBlock(label=_("period"), max_length=40, help_text=_("For example 2026 or 2026-Q3."))
    value = blocks.DecimalBlock(
        label=_("value"), max_digits=18, decimal_places=6, help_text=_("Only the figure, without its unit.")
    )
    note = blocks.CharBlock(
        label=_("note"),
        required=False,
        max_length=300,
        help_text=_("What must be known to read the value, for example “from March only”."),
    )

    def render_basic(self, value: Any, context: Any = None) -> SafeString:
        """Markup for the preview."""
        return format_html(
            "<p>{}: <strong>{}</strong><br>{}</p>", value["period"], value["value"], value["note"]
        )

    class Meta:
        label = _("Measurement")
        icon = "order"
        description = _("A value and the period it holds for.")
        label_format = "{period}: {value}"
        preview_value = {"period": "2026", "value": "38.5", "note": "Januar bis September"}
        preview_template = PREVIEW


class SeatsBlock(blocks.StreamBlock):
    """The seats of a focus group."""

    seat = SeatBlock()

    class Meta:
        max_num = 300


class DecisionsBlock(blocks.StreamBlock):
    """The decisions of a focus group."""

    decision = DecisionBlock()


class OpenQuestionsBlock(blocks.StreamBlock):
    """The open questions of a focus group."""

    question = OpenQuestionBlock()


class DistributionsBlock(blocks.StreamBlock):
    """The forms of a dataset."""

    distribution = DistributionBlock()

    class Meta:
        max_num = 500


class MeasurementsBlock(blocks.StreamBlock):
    """The values of an indicator, oldest first."""

    measurement = MeasurementBlock()

    def clean(self, value: Any) -> Any:
        """No period has two values, unless a draft is saved."""
        cleaned = super().clean(value)
        if not self.is_deferred_validation and (twice := repeated_periods(cleaned)):
            message = gettext("“%(period)s” has a value already: each period has one.")
            errors = {n: ValidationError(message % {"period": period}) for n, period in twice.items()}
            raise StreamBlockValidationError(block_errors=errors)
        return cleaned


class BodiesBlock(blocks.StreamBlock):
    """Some bodies."""

    body = BodyChooserBlock(label=_("municipality or other body"))

    class Meta:
        max_num = 50


def is_obtainable(distribution: Any) -> bool:
    """Whether a distribution names exactly one of address and file."""
    return bool(distribution["address"]) != bool(distribution["document"])


def repeated_periods(measurements: Any) -> dict[int, str]:
    """Periods that an earlier measurement has already, by position."""
    seen: set[str] = set()
    twice = {}
    for n, child in enumerate(measurements):
        period = (child.value["period"] or "").strip()
        if period in seen:
            twice[n] = period
        seen.add(period)
    return twice
