"""What the site's pages read, across apps. Each function says how many queries it costs."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from types import MappingProxyType

from django.db.models import Count, QuerySet

from federation.models import Peer
from hub.catalogue.dates import next_start
from hub.catalogue.models import CatalogueEntry
from hub.catalogue.publishing import all_publishers
from hub.catalogue.queries import cards, listed
from hub.documents import Viewer
from hub.env import env

Counts = dict[str, int]
"""Number of entries by value of a facet."""

BODY_KIND = "body"
EMPTY: Mapping[str, str] = MappingProxyType({})


def contributions(viewer: Viewer) -> QuerySet[CatalogueEntry]:
    """What bodies have published, without the pages about themselves and what they state of others'."""
    return listed(cards(viewer))


def latest_contributions(viewer: Viewer, limit: int) -> list[CatalogueEntry]:
    """The newest across all hubs; one query."""
    return list(contributions(viewer).filter(starts__isnull=True).order_by("-changed", "pk")[:limit])


def upcoming_events(viewer: Viewer, now: dt.datetime) -> QuerySet[CatalogueEntry]:
    """Events that have not ended, next first; of a series its next date counts."""
    return cards(viewer).filter(starts__isnull=False, ends__gte=now).order_by(next_start(now), "pk")


def past_events(viewer: Viewer, now: dt.datetime) -> QuerySet[CatalogueEntry]:
    """Events that have ended, latest first."""
    return cards(viewer).filter(starts__isnull=False, ends__lt=now).order_by("-starts", "pk")


def count_kinds_by_body(viewer: Viewer, successors: Mapping[str, str] = EMPTY) -> dict[str, Counts]:
    """How many of each kind every body has published, alone or with others; one query.

    What a key of ``successors`` published counts for the body it leads to, once for each entry.
    """
    rows = (
        contributions(viewer)
        .order_by()
        .values("kind", keys=all_publishers(viewer))
        .annotate(n=Count("pk"))
        .values_list("keys", "kind", "n")
    )
    counts: dict[str, Counts] = defaultdict(dict)
    for publishers, kind, number in rows:
        for key in {successors.get(publisher, publisher) for publisher in publishers}:
            counts[key][kind] = counts[key].get(kind, 0) + number
    return dict(counts)


def body_entries(viewer: Viewer, keys: Collection[str] | None = None) -> dict[str, CatalogueEntry]:
    """The page of each body about itself, by the body's key, or only those of ``keys``; one query."""
    found = cards(viewer).filter(kind=BODY_KIND).order_by("-source", "pk")
    if keys is not None:
        found = found.filter(publishers__overlap=list(keys))
    return {entry.publishers[0]: entry for entry in found if entry.publishers}


def name_hubs(origins: Iterable[str]) -> dict[str, str]:
    """What people call the hubs at these origins; of an unknown one its host. One query if any is another."""
    wanted = set(origins)
    names = {env.origin: env.name} if env.origin in wanted else {}
    if others := wanted - set(names):
        names |= dict(Peer.objects.filter(origin__in=others).values_list("origin", "name"))
    return {
        origin: f"Wissenshub {names[origin]}" if origin in names else origin.partition("://")[2] or origin
        for origin in wanted
    }
