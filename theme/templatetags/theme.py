"""Tags and filters of the templates: ``{% load theme %}``.

Bodies are read once a page, references of a document in one query, everything under the viewer of
the page (``viewer`` in the context, else that of the request).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from typing import Any, Literal
from urllib.parse import quote

from django import template
from django.core.paginator import Page
from django.template.context import Context
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

from hub.accounts.viewer import viewer_of
from hub.catalogue.models import CatalogueEntry
from hub.catalogue.publishing import published_by
from hub.catalogue.queries import cards
from hub.documents import UNLISTED, Attachment, Block, Document, Relation, Viewer
from hub.errors import UnreadableDocument
from hub.municipalities.models import Body
from theme import figures, labels
from theme.bodies import BodyDirectory
from theme.marks import accent_of
from theme.markup import clean_markup, referenced_ids
from theme.references import References, find_references
from theme.topics import Vocabulary, read_vocabulary

register = template.Library()

register.filter("file_size", figures.format_size)
register.filter("accent", accent_of)


Given = int | Literal[""] | None
"""A number from a document. Where its path leads nowhere, Django hands an empty string to filters."""


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
    holder = context.get("request") or context.render_context
    vocabulary: Vocabulary | None = vars(holder).get("vocabulary")
    if vocabulary is None:
        vocabulary = vars(holder)["vocabulary"] = read_vocabulary()
    return vocabulary.name(code)


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
    """When an event entry takes place, in the event's time zone."""
    if entry.starts is None or entry.ends is None:
        return ""
    return figures.format_span(entry.starts, entry.ends, entry.card.get("zone", "Europe/Berlin"))


@register.filter
def event_day(entry: CatalogueEntry) -> dt.date | None:
    """The day on which an event entry starts."""
    return figures.local_day(entry.starts) if entry.starts else None


@register.filter
def host(origin: str) -> str:
    """An origin without its scheme, as people read it."""
    return origin.partition("://")[2] or origin


@register.filter
def web_address(value: str) -> str:
    """An address from a document if it is one of the web, else nothing: it may come from anywhere."""
    return value if value.startswith(("https://", "http://")) else ""


@register.filter
def hex_digest(digest: str) -> str:
    """The checksum without the name of its algorithm."""
    return digest.partition(":")[2]


@register.filter
def per_inhabitant(amount: Given, body: Body | None) -> str:
    """An amount in euros divided by the body's inhabitants; empty if either is not known."""
    return figures.per_inhabitant(None if amount == "" else amount, body.population if body else None)


@register.filter
def yearly_per_inhabitant(monthly: Given, body: Body | None) -> str:
    """A monthly amount in euros as a yearly one per inhabitant; empty if either is not known."""
    return per_inhabitant(monthly * 12 if isinstance(monthly, int) else None, body)


@register.simple_tag
def city_mark(key: str) -> SafeString:
    """The sign of a body, hidden from screen readers: its name stands beside it."""
    accent = accent_of(key)
    return format_html(
        '<svg class="mark accent-{}" viewBox="0 0 24 24" aria-hidden="true" focusable="false">'
        '<use href="{}#{}"/></svg>',
        accent,
        static("theme/marks.svg"),
        accent,
    )


@register.simple_tag(takes_context=True)
def body(context: Context, key: str) -> Body | None:
    """The body with that key, or None."""
    return _directory(context).get(key)


@register.simple_tag(takes_context=True)
def know_bodies(context: Context, *named: Iterable[CatalogueEntry] | Document) -> str:
    """Read the publishers of these entries and documents at once, before a list names them."""
    keys: set[str] = set()
    for each in named:
        if isinstance(each, Document):
            keys.update(each.publishers, (share.body for share in each.costs.shares) if each.costs else ())
            keys.update(seat.body for seat in (each.group.seats if each.group else ()))
        else:
            keys.update(key for entry in each for key in entry.publishers)
    _directory(context).know(keys - {""})
    return ""


@register.simple_tag(takes_context=True)
def know_targets(context: Context, relations: Iterable[tuple[Relation, CatalogueEntry]]) -> str:
    """The same for the documents that relations lead to."""
    return know_bodies(context, [target for _relation, target in relations])


@register.simple_tag(takes_context=True)
def body_name(context: Context, key: str) -> str:
    """The name of the body with that key, or the key."""
    return _directory(context).name(key)


@register.simple_tag(takes_context=True)
def body_link(context: Context, key: str) -> SafeString | str:
    """The name of the body with that key as a link to its page; the key alone where it is not known."""
    known = _directory(context).get(key)
    return format_html('<a href="/kommunen/{}/">{}</a>', known.key, known.name) if known else key


@register.simple_tag(takes_context=True)
def references(context: Context, document: Document) -> References:
    """What this instance holds of the documents that this one links or relates to, in one query."""
    ids = referenced_ids(document)
    return find_references(ids, _viewer(context)) if ids else References()


@register.simple_tag(takes_context=True)
def related_entries(
    context: Context, document: Document, without: Collection[str] = (), limit: int = 4
) -> list[CatalogueEntry]:
    """Others on the same topics, newest first; none that the document relates to already, or ``without``."""
    if not document.topics:
        return []
    shown = {document.id, *without, *(relation.target for relation in document.relations)}
    found = cards(_viewer(context)).filter(topics__overlap=list(document.topics))
    return list(
        found.exclude(object_id__in=shown)
        .exclude(kind__in=sorted(UNLISTED))
        .order_by("-changed", "pk")[:limit]
    )


@register.simple_tag(takes_context=True)
def entries_of(context: Context, key: str, limit: int = 50) -> list[CatalogueEntry]:
    """The newest of what a body has published, alone or with others, without its own page."""
    viewer = _viewer(context)
    found = cards(viewer).filter(published_by([key], viewer)).exclude(kind__in=sorted(UNLISTED))
    return list(found.order_by("-changed", "pk")[:limit])


@register.simple_tag
def readable_relations(
    document: Document, known: References, without: Collection[str] = ()
) -> list[tuple[Relation, CatalogueEntry]]:
    """Relations with the entries they lead to; neither those the viewer may not read nor ``without``."""
    found = {key: entry for key, entry in known.readable.items() if key not in without}
    return [(relation, found[relation.target]) for relation in document.relations if relation.target in found]


@register.simple_tag
def block_markup(block: Block, known: References | Literal[""] | None = None) -> SafeString:
    """The sanitised markup of a text block, links led to this instance; none to what may not be read."""
    held = known or References()
    return clean_markup(block.html, held.readable, held.withheld)


@register.simple_tag
def picture(document: Document, digest: str) -> Attachment | None:
    """The attachment that a picture block or the title picture names."""
    return document.attachment(digest) if digest else None


@register.filter
def loose_files(document: Document) -> list[Attachment]:
    """The files that stand in the list of files; those of a release stand with it."""
    releases = document.module.releases if document.module else ()
    held = {digest for release in releases for digest in release.files}
    return [file for file in document.files if file.digest not in held]


@register.simple_tag
def file_url(document: Document, attachment: Attachment) -> str:
    """Where this instance serves an attachment."""
    return f"/dateien/{document.uuid}/{hex_digest(attachment.digest)}/{quote(attachment.name, safe='')}"


@register.simple_tag
def elided_pages(page: Page[Any]) -> Iterable[int | str]:
    """Page numbers with gaps, as Django's paginator elides them."""
    return page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)


def _viewer(context: Context) -> Viewer:
    viewer = context.get("viewer")
    if isinstance(viewer, Viewer):
        return viewer
    request = context.get("request")
    if request is None:
        return Viewer.anonymous()
    return getattr(request, "viewer", None) or viewer_of(request)


def _directory(context: Context) -> BodyDirectory:
    """The directory of this page: kept at the request, or for this rendering where there is none."""
    holder = context.get("request") or context.render_context
    directory: BodyDirectory = vars(holder).setdefault("body_directory", BodyDirectory())
    return directory
