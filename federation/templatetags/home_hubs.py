"""Peers in templates."""

from __future__ import annotations

from django import template
from django.db.models import QuerySet
from django.utils.translation import gettext

from federation.models import Peer, PeerState

register = template.Library()


@register.simple_tag
def home_hubs() -> QuerySet[Peer]:
    """Instances whose accounts may sign in here, by name; one query when they are listed."""
    return Peer.objects.filter(state=PeerState.APPROVED).only("name", "slug")


@register.filter
def or_names(hubs: QuerySet[Peer]) -> str:
    """``Koblenz, Ludwigshafen or Trier``; no query if they are listed anyway."""
    names = [hub.name for hub in hubs]
    if len(names) < 2:
        return "".join(names)
    return gettext("%(names)s or %(last)s") % {"names": ", ".join(names[:-1]), "last": names[-1]}
