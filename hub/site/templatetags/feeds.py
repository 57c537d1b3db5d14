"""Tags for what programs read of a page: ``{% load feeds %}``."""

from __future__ import annotations

from functools import partial
from urllib.parse import urlencode

from django import template
from django.http import QueryDict
from django.template.context import Context
from django.utils.safestring import SafeString, mark_safe

from hub.catalogue.models import CatalogueEntry
from hub.documents import Document
from hub.env import env
from hub.municipalities.models import Body
from hub.site.feeds.embedding import EMBEDDED_KINDS, card_address, embed_code
from hub.site.feeds.json_ld import describe_body, describe_record, write_script
from hub.site.feeds.reading import feed_address, feed_query
from theme.templatetags.bodies import body_name
from theme.templatetags.theme import topic_name

register = template.Library()
register.simple_tag(card_address)
register.simple_tag(embed_code)


@register.simple_tag
def feed_of(form: str, params: QueryDict | None = None, **filters: str) -> str:
    """The address of the feed of a list with these parameters, or of a single filter."""
    return feed_address(form, feed_query(params) if params is not None else urlencode(filters))


@register.filter
def can_be_embedded(entry: CatalogueEntry) -> bool:
    """Whether other sites may show a card of it: what is public, published and a page of its own."""
    return bool(entry.position) and entry.audience == "public" and entry.kind in EMBEDDED_KINDS


@register.simple_tag
def oembed_address(entry: CatalogueEntry, form: str) -> str:
    """Where the card's description stands (oEmbed 1.0, section 4)."""
    query = urlencode({"url": f"{env.origin}{entry.get_absolute_url()}", "format": form})
    return f"{env.origin}/oembed?{query}"


@register.simple_tag(takes_context=True)
def record_json_ld(context: Context, entry: CatalogueEntry, document: Document, wording: str) -> SafeString:
    """The record in the words of schema.org; nothing of what is not public or not published."""
    if entry.audience != "public" or not entry.position:
        return SafeString()
    graph = describe_record(
        entry, document, wording, partial(body_name, context), partial(topic_name, context)
    )
    return _script(write_script(graph)) if graph else SafeString()


@register.simple_tag
def body_json_ld(body: Body) -> SafeString:
    """The body in the words of schema.org."""
    return _script(write_script(describe_body(body)))


def _script(content: str) -> SafeString:
    return mark_safe(f'<script type="application/ld+json">{content}</script>')  # noqa: S308 - write_script escapes
