"""Outboxes and followers as collections (ActivityPub, sections 5.1 and 5.3).

An outbox holds what is public now, newest first: that of a body each ``Create``, that of the
instance an ``Announce`` of each.
"""

from __future__ import annotations

from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery

from federation.activitypub import activities, addresses
from federation.activitypub.contexts import STREAMS
from federation.activitypub.models import Follower, PublicObject
from federation.activitypub.objects import owner_of
from federation.identity import own_keys
from hub.catalogue.models import CatalogueEntry
from hub.catalogue.queries import entries
from hub.documents import UNLISTED, Viewer
from theme.topics import read_vocabulary

PAGE = 20


def public_entries(followed: str = "") -> QuerySet[CatalogueEntry]:
    """What a body, or this instance, has published and everybody may read now, as far as it is announced."""
    known = PublicObject.objects.filter(uuid=OuterRef("uuid")).exclude(digest="")
    shown = (
        entries(Viewer.anonymous())
        .filter(source="")
        .exclude(kind__in=UNLISTED)
        .annotate(life=Subquery(known.values("life")))
        .filter(life__isnull=False)
    )
    return shown.filter(publishers__0=followed) if followed else shown


def outbox(followed: str) -> dict[str, Any]:
    """The collection without its items. One query."""
    address = addresses.outbox(followed)
    return {
        "@context": STREAMS,
        "id": address,
        "type": "OrderedCollection",
        "totalItems": public_entries(followed).count(),
        "first": f"{address}?page=0",
    }


def outbox_page(followed: str, before: int) -> dict[str, Any]:
    """The items older than the entry of that number, or the newest for 0. Four queries."""
    address = addresses.outbox(followed)
    listed = public_entries(followed).order_by("-pk")
    found = list((listed.filter(pk__lt=before) if before else listed)[: PAGE + 1])
    known = PublicObject.objects.in_bulk([entry.uuid for entry in found])
    vocabulary, keys = read_vocabulary(), own_keys()
    items = []
    for entry in found[:PAGE]:
        if followed or not owner_of(entry):
            made = activities.publication(activities.CREATE, entry, known[entry.uuid], vocabulary, keys)
        else:
            made = activities.announcement(entry, known[entry.uuid], keys)
        items.append(made)
    page: dict[str, Any] = {
        "@context": STREAMS,
        "id": f"{address}?page={before}",
        "type": "OrderedCollectionPage",
        "partOf": address,
        "orderedItems": items,
    }
    if len(found) > PAGE:
        page["next"] = f"{address}?page={found[PAGE - 1].pk}"
    return page


def followers(followed: str) -> dict[str, Any]:
    """How many follow; who they are is nobody's business. One query."""
    return {
        "@context": STREAMS,
        "id": addresses.followers(followed),
        "type": "OrderedCollection",
        "totalItems": Follower.objects.filter(followed=followed).count(),
    }
