"""Tags for what a document leads to and holds; ``{% load theme %}`` has them too.

References of a document are read in one query, everything under the viewer of the page.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Literal
from urllib.parse import quote

from django import template
from django.template.context import Context
from django.utils.safestring import SafeString

from hub.catalogue.cards import licence_of
from hub.catalogue.models import CatalogueEntry
from hub.documents import Attachment, Block, Document, Relation
from theme import attachments
from theme.markup import clean_markup, referenced_ids
from theme.references import References, find_references
from theme.viewing import viewer_in

register = template.Library()
register.filter("licence_of", licence_of)
register.filter("loose_files", attachments.loose_files)
register.filter("placed_files", attachments.placed_files)


@register.simple_tag(takes_context=True)
def references(context: Context, document: Document) -> References:
    """What this instance holds of the documents that this one links or relates to, in one query."""
    ids = referenced_ids(document)
    return find_references(ids, viewer_in(context)) if ids else References()


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
def hex_digest(digest: str) -> str:
    """The checksum without the name of its algorithm."""
    return digest.partition(":")[2]


@register.simple_tag
def file_url(document: Document, attachment: Attachment) -> str:
    """Where this instance serves an attachment."""
    return f"/dateien/{document.uuid}/{hex_digest(attachment.digest)}/{quote(attachment.name, safe='')}"
