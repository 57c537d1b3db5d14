"""Tags for what bodies state of a document: ``{% load statements %}``."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from django import template
from django.template.context import Context
from django.utils.translation import gettext as _

from content.statements.queries import Statements
from content.statements.queries import statements_of as read_statements
from content.statements.rules import ADOPTABLE, CHECKABLE, VERSIONED
from content.statements.said import Said
from hub.accounts.roles import ELEVATED, roles_of
from hub.accounts.viewer import viewer_of
from hub.catalogue.models import CatalogueEntry
from hub.catalogue.queries import find_entries
from hub.documents import STATEMENTS, Document, Viewer
from theme.templatetags.bodies import body_name

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
    """The document that a statement is about, if it may be read; one query a page."""
    if document.kind not in STATEMENTS or document.statement is None:
        return None
    about = document.statement.about
    holder = context.get("request") or context.render_context
    held: dict[str, CatalogueEntry | None] = vars(holder).setdefault("targets_held", {})
    if about not in held:
        held[about] = find_entries([about], _viewer(context)).get(about)
    return held[about]


@register.simple_tag(takes_context=True)
def statement_heading(context: Context, document: Document) -> str:
    """What a statement says, in a line: „Mainz nutzt: …“, without the title where it may not be read."""
    target = stated_of(context, document)
    return _say(context, document.kind, document.publishers, target.title if target else "")


@register.simple_tag(takes_context=True)
def listed_title(context: Context, entry: CatalogueEntry, titles: Mapping[str, str]) -> str:
    """The title of an entry of a list, of a statement what it says; ``titles`` by the id it is made of."""
    if entry.kind not in STATEMENTS:
        return entry.title
    return _say(context, entry.kind, entry.publishers, titles.get(entry.about, ""))


def _say(context: Context, kind: str, publishers: Sequence[str], title: str) -> str:
    values = {"body": body_name(context, publishers[0] if publishers else "")}
    if not title:
        without = {
            "adoption": _("Adoption by %(body)s"),
            "check": _("Check by %(body)s"),
            "co_publication": _("Joint publication of %(body)s"),
        }
        return without[kind] % values
    full = {
        "adoption": _("%(body)s uses: %(title)s"),
        "check": _("%(body)s has checked: %(title)s"),
        "co_publication": _("%(body)s co-publishes: %(title)s"),
    }
    return full[kind] % {**values, "title": title}


@register.filter
def has_versions(kind: str) -> bool:
    """Whether documents of a kind have versions that somebody may use."""
    return kind in VERSIONED


@register.filter
def all_said_by(said: Iterable[Said], keys: Collection[str]) -> bool:
    """Whether each of these bodies is among those who said it; False for none."""
    return bool(keys) and set(keys) <= {each.body for each in said}


def _viewer(context: Context) -> Viewer:
    viewer = context.get("viewer")
    if isinstance(viewer, Viewer):
        return viewer
    request = context.get("request")
    return viewer_of(request) if request is not None else Viewer.anonymous()
