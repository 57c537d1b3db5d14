"""Tags and filters of the templates: ``{% load theme %}``, with those of ``bodies`` and ``references``.

Here stand figures and labels.
"""

from __future__ import annotations

import datetime as dt
import shlex
from collections.abc import Iterable
from typing import Any
from urllib.parse import quote

from django import template
from django.core.paginator import Page
from django.template.context import Context
from django.utils import timezone

from hub.catalogue.dates import next_span
from hub.catalogue.models import CatalogueEntry
from hub.documents import Document
from hub.errors import UnreadableDocument
from hub.files.names import plain_name
from theme import figures, labels
from theme.figures import Given
from theme.templatetags import bodies, references
from theme.topics import vocabulary_of

register = template.Library()

for part in (bodies, references):
    register.tags.update(part.register.tags)
    register.filters.update(part.register.filters)

register.filter("file_size", figures.format_size)


@register.filter
def euro(amount: Given) -> str:
    """An amount in euros, or „unbekannt“."""
    return figures.format_euro(None if amount == "" else amount)


@register.filter
def days(number: Given) -> str:
    """Person-days, or „unbekannt“."""
    return figures.format_days(None if number == "" else number)


@register.filter
def count(number: Given) -> str:
    """A number with its thousands grouped, or „unbekannt“."""
    return figures.format_count(None if number == "" else number)


@register.filter
def kind_label(code: str) -> str:
    """What a kind of document is called."""
    return labels.label(labels.KINDS, code)


@register.filter
def kind_url(code: str) -> str:
    """The list in which documents of a kind stand."""
    return {"body": "/kommunen/", "event": "/termine/"}.get(code, f"/wissen/?art={quote(code)}")


@register.simple_tag(takes_context=True)
def topic_name(context: Context, code: str) -> str:
    """What a topic is called; the vocabulary is read once a page."""
    return vocabulary_of(context.get("request") or context.render_context).name(code)


@register.filter
def maturity_label(code: str) -> str:
    """What a maturity is called."""
    return labels.label(labels.MATURITIES, code)


@register.filter
def evidence_label(code: str) -> str:
    """What a grade of evidence is called."""
    return labels.label(labels.EVIDENCE, code)


@register.filter
def module_type_label(code: str) -> str:
    """What a type of module is called."""
    return labels.label(labels.MODULE_TYPES, code)


@register.filter
def format_label(code: str) -> str:
    """What a format of exchange is called."""
    return labels.label(labels.FORMATS, code)


@register.filter
def iso_day(day: str) -> dt.date:
    """The day of an ISO date in a card."""
    return dt.date.fromisoformat(day)


@register.filter
def relation_label(code: str) -> str:
    """What a relation is called, read from this document to the other."""
    return labels.label(labels.RELATIONS, code)


@register.filter
def readable_document(entry: CatalogueEntry) -> Document | None:
    """The entry's document; None if it needs a newer version of this software, so lists stay whole."""
    try:
        return entry.document
    except UnreadableDocument:
        return None


@register.filter
def event_span(entry: CatalogueEntry) -> str:
    """When an event entry takes place, or a series next, in the event's time zone."""
    span = next_span(entry, timezone.now())
    return figures.format_span(*span, entry.card.get("zone", "Europe/Berlin")) if span else ""


@register.filter
def event_day(entry: CatalogueEntry) -> dt.date | None:
    """The day on which an event entry starts, or a series is next."""
    span = next_span(entry, timezone.now())
    return figures.local_day(span.starts) if span else None


@register.filter
def host(origin: str) -> str:
    """An origin without its scheme, as people read it."""
    return origin.partition("://")[2] or origin


@register.filter
def web_address(value: str) -> str:
    """An address from a document if it is one of the web, else nothing: it may come from anywhere."""
    return value if value.startswith(("https://", "http://")) else ""


@register.filter
def shell_word(name: str) -> str:
    """A file's name as it is saved, as one word of a command that people copy: it may come from anywhere."""
    saved = plain_name(name)
    return shlex.quote(f"./{saved}" if saved.startswith("-") else saved)


@register.simple_tag
def elided_pages(page: Page[Any]) -> Iterable[int | str]:
    """Page numbers with gaps, as Django's paginator elides them."""
    return page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
