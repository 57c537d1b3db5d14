"""Tags about a document in other forms and how it is cited: ``{% load exports %}``."""

from __future__ import annotations

from django import template
from django.template.context import Context
from django.utils import timezone

from content.templatetags.statements import statement_heading, statements_of
from hub.catalogue.cards import licence_of
from hub.catalogue.models import CatalogueEntry
from hub.documents import STATEMENTS, Document
from hub.site.exports.addresses import Form, forms_of
from theme import labels
from theme.citation import Citation
from theme.templatetags.bodies import body_name

register = template.Library()


@register.simple_tag(takes_context=True)
def citation_of(context: Context, entry: CatalogueEntry, document: Document, wording: str) -> Citation:
    """How the document shown is cited. No query beyond those of the page, which names its publishers too."""
    said = statements_of(context, entry)
    joint = [each.body for each in said.co_publications if each.state == "confirmed"]
    title = document.text(wording).title
    return Citation(
        publishers=tuple(body_name(context, key) for key in (*document.publishers, *joint)),
        title=statement_heading(context, document) if document.kind in STATEMENTS else title,
        kind=labels.label(labels.KINDS, document.kind),
        revision=entry.revision,
        day=timezone.localdate(entry.changed),
        licence=licence_of(document),
        address=entry.object_id,
        language=wording,
    )


@register.simple_tag
def export_forms(entry: CatalogueEntry, wording: str, asked: bool = False) -> list[Form]:
    """The other forms of a document with their addresses; in the wording shown where it was asked for."""
    return forms_of(entry, wording if asked else "")
