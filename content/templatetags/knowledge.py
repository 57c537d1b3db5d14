"""Tags of the templates of focus groups, formats, datasets and indicators: ``{% load knowledge %}``."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlsplit

from django import template
from django.utils.translation import ngettext

from content.charts import Chart, draw_bars, format_value
from hub.catalogue.models import CatalogueEntry
from hub.documents import Indicator, Measurement, Relation, Section, Text
from theme import labels
from theme.figures import format_count

register = template.Library()
register.filter("measured", format_value)


@register.filter
def format_label(code: str) -> str:
    """What a format of exchange is called."""
    return labels.label(labels.FORMATS, code)


@register.filter
def frequency_label(code: str) -> str:
    """How often data are updated."""
    return labels.label(labels.FREQUENCIES, code)


@register.filter
def duration(minutes: int | None) -> str:
    """A length in minutes; empty where it is not known."""
    if not minutes:
        return ""
    return ngettext("%(count)s minute", "%(count)s minutes", minutes) % {"count": format_count(minutes)}


@register.filter
def hostname(address: str) -> str:
    """The name of the site an address leads to; empty where there is none."""
    try:
        return urlsplit(address).hostname or ""
    except ValueError:
        return ""


@register.simple_tag
def section_of(text: Text, anchor: str) -> Section | None:
    """The section with that anchor."""
    return next((section for section in text.sections if section.anchor == anchor), None)


@register.filter
def without_section(text: Text, anchor: str) -> Text:
    """The wording without the section of that anchor, which is then shown elsewhere."""
    return text.model_copy(
        update={"sections": tuple(section for section in text.sections if section.anchor != anchor)}
    )


@register.filter
def outputs(relations: list[tuple[Relation, CatalogueEntry]]) -> list[CatalogueEntry]:
    """Of relations with their entries, what the document led to."""
    return [entry for relation, entry in relations if relation.type == "led_to"]


@register.filter
def any_noted(measurements: Iterable[Measurement]) -> bool:
    """Whether one of the values has a note, so that a column of nothing is not shown."""
    return any(measurement.note for measurement in measurements)


@register.simple_tag
def bar_chart(indicator: Indicator) -> Chart | None:
    """The chart of an indicator's values, if there is something to draw."""
    return draw_bars(indicator.measurements)
