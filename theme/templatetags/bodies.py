"""Tags that name bodies and what they publish; ``{% load theme %}`` has them too.

Bodies are read once a page.
"""

from __future__ import annotations

from collections.abc import Iterable

from django import template
from django.template.context import Context
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

from hub.catalogue.models import CatalogueEntry
from hub.catalogue.publishing import published_by
from hub.catalogue.queries import cards, listed
from hub.documents import Document, Relation
from hub.municipalities.models import Body
from theme import figures
from theme.bodies import BodyDirectory, directory_of
from theme.figures import Given
from theme.marks import accent_of
from theme.viewing import viewer_in

register = template.Library()

register.filter("accent", accent_of)


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
            keys.update(each.publishers, each.co_publishers)
            keys.update(share.body for share in (each.costs.shares if each.costs else ()))
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
def entries_of(context: Context, key: str, limit: int = 50) -> list[CatalogueEntry]:
    """The newest of what a body has published, alone or with others, without its own page."""
    viewer = viewer_in(context)
    found = listed(cards(viewer)).filter(published_by([key], viewer))
    return list(found.order_by("-changed", "pk")[:limit])


def _directory(context: Context) -> BodyDirectory:
    """The directory of this page: kept at the request, or for this rendering where there is none."""
    return directory_of(context.get("request") or context.render_context)
