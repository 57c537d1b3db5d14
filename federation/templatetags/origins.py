"""The origin of a received document in templates: how the exchange with it stands."""

from __future__ import annotations

import datetime as dt

from django import template
from django.db.models import OuterRef, Subquery
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from federation.models import Notice, NoticeType, Peer, PeerState
from hub.catalogue.models import CatalogueEntry

register = template.Library()


@register.simple_tag
def origin_state(entry: CatalogueEntry) -> str:
    """What readers have to know of the origin of a received document, in a sentence; empty while the
    exchange goes on and its log stands every check. One query.
    """
    leaving = Notice.objects.filter(origin=OuterRef("origin"), type=NoticeType.LEAVE).order_by("-number")
    known = Peer.objects.annotate(left=Subquery(leaving.values("created")[:1])).values(
        "name", "state", "left", "compare_error", "chain_alarm"
    )
    peer = known.filter(slug=entry.source).first()
    if peer is None:
        return ""
    if peer["state"] == PeerState.LEFT:
        return _ended(peer["name"], peer["left"])
    if peer["state"] == PeerState.PAUSED:
        return _("The exchange with %(name)s is paused at the moment.") % peer
    if peer["compare_error"] or peer["chain_alarm"]:
        return _("Taken over from %(name)s.") % peer
    return ""


def _ended(name: str, left: dt.datetime | None) -> str:
    """``left`` is when it said so; None where this instance has ended the exchange."""
    if left is None:
        return _("The exchange with %(name)s has ended.") % {"name": name}
    day = date_format(localtime(left), "DATE_FORMAT")
    return _("%(name)s left the network on %(day)s.") % {"name": name, "day": day}
