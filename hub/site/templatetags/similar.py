"""Tags about bodies like the reader's: ``{% load similar %}``."""

from __future__ import annotations

from dataclasses import dataclass

from django import template
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, QueryDict
from django.template.context import Context

from hub.accounts.belonging import own_bodies
from hub.accounts.models import User
from hub.catalogue.models import CatalogueEntry
from hub.documents import Viewer
from hub.site.similar.directory import OFFERED, Known, Town
from hub.site.similar.listing import Shown, SimilarListing, show_matches
from theme.topics import vocabulary_of

register = template.Library()
SHOWN = 3


@dataclass(frozen=True)
class LikeMine:
    """Who like the reader's ``town`` runs a document; no town for readers who have none here."""

    town: Town | None = None
    shown: tuple[Shown, ...] = ()
    total: int = 0


@register.simple_tag(takes_context=True)
def runs_like_mine(context: Context, entry: CatalogueEntry) -> LikeMine | None:
    """Who like the reader's own body runs ``entry``; None where that is no question.

    No query for guests; for others those of :func:`own_bodies`, then four, five where something has changed;
    asked once a page.
    """
    request, viewer = context.get("request"), context.get("viewer")
    if entry.kind not in OFFERED or request is None or not isinstance(viewer, Viewer):
        return None
    held: dict[str, LikeMine] = vars(request).setdefault("like_mine_held", {})
    if entry.object_id not in held:
        held[entry.object_id] = _like_mine(request, viewer, entry)
    return held[entry.object_id]


def _like_mine(request: HttpRequest, viewer: Viewer, entry: CatalogueEntry) -> LikeMine:
    user: User | AnonymousUser = getattr(request, "user", AnonymousUser())
    own = own_bodies(user)
    if not own:
        return LikeMine()
    known = Known.load(viewer)
    town = known.towns[own[0].key]
    listing = SimilarListing(town, QueryDict(), known, viewer, entry, vocabulary_of(request))
    shown = show_matches(known, town, listing.matches[:SHOWN], viewer, listing.subject)
    return LikeMine(town, tuple(shown), len(listing.matches))
