"""Tags for what bodies state of a document: ``{% load statements %}``."""

from __future__ import annotations

from dataclasses import dataclass

from django import template
from django.template.context import Context

from content.statements.queries import Statements
from content.statements.queries import statements_of as read_statements
from content.statements.rules import ADOPTABLE, CHECKABLE
from hub.accounts.roles import ELEVATED, roles_of
from hub.accounts.viewer import viewer_of
from hub.catalogue.models import CatalogueEntry
from hub.catalogue.queries import find_entries
from hub.documents import STATEMENTS, Document, Viewer

register = template.Library()


@dataclass(frozen=True)
class Offers:
    """What can be stated of a document, and by whom.

    ``keys`` are the bodies the person speaks for, without the document's owners; ``asked`` those of them
    that its owner names as co-publishers.
    """

    adopt: bool
    check: bool
    keys: tuple[str, ...] = ()
    asked: tuple[str, ...] = ()

    @property
    def any(self) -> bool:
        """Whether there is anything to offer at all."""
        return self.adopt or self.check or bool(self.asked)


@register.simple_tag(takes_context=True)
def statements_of(context: Context, entry: CatalogueEntry) -> Statements:
    """What others say of the document on this page; one query, however often it is asked."""
    holder = context.get("request") or context.render_context
    held: dict[str, Statements] = vars(holder).setdefault("statements_held", {})
    if entry.object_id not in held:
        held[entry.object_id] = read_statements(entry, _viewer(context))
    return held[entry.object_id]


@register.simple_tag(takes_context=True)
def statement_offers(context: Context, entry: CatalogueEntry) -> Offers:
    """What may be stated of the document; one query a page, none for guests."""
    holder = context.get("request") or context.render_context
    held: dict[str, Offers] = vars(holder).setdefault("offers_held", {})
    if entry.object_id not in held:
        held[entry.object_id] = _offers(context, entry)
    return held[entry.object_id]


def _offers(context: Context, entry: CatalogueEntry) -> Offers:
    user = context.get("user")
    roles = roles_of(user) if user is not None and user.is_authenticated else []
    keys = tuple(row.body_id for row in roles if row.role in ELEVATED and row.body_id not in entry.publishers)
    asked = tuple(key for key in keys if key in entry.co_publishers)
    return Offers(entry.kind in ADOPTABLE, entry.kind in CHECKABLE, keys, asked)


@register.simple_tag(takes_context=True)
def stated_of(context: Context, document: Document) -> CatalogueEntry | None:
    """The document that a statement is about, if it may be read; one query."""
    if document.kind not in STATEMENTS or document.statement is None:
        return None
    about = document.statement.about
    return find_entries([about], _viewer(context)).get(about)


def _viewer(context: Context) -> Viewer:
    viewer = context.get("viewer")
    if isinstance(viewer, Viewer):
        return viewer
    request = context.get("request")
    return viewer_of(request) if request is not None else Viewer.anonymous()
