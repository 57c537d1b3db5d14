"""The list of other instances and proposals."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.dateparse import parse_datetime
from django.views.decorators.http import require_GET

from federation.admin.permissions import can_change, may_view
from federation.models import Peer
from federation.peering.queries import open_proposals, tell_admission, tell_progress
from federation.queries import peer_health

PER_PAGE = 50
TIMES = ("verified_at", "compared_at", "last_seen", "last_error_at")


@may_view
@require_GET
def peers(request: HttpRequest) -> HttpResponse:
    """``/admin/peers/``: who exchanges contributions with this instance, and who would like to."""
    page = Paginator(Peer.objects.order_by("name", "pk"), PER_PAGE).get_page(request.GET.get("p"))
    context = {
        "rows": read_rows(page),
        "page": page,
        "proposals": open_proposals(),
        "may_change": can_change(request),
    }
    return TemplateResponse(request, "federation/admin/peers.html", context)


def read_rows(peers: Iterable[Peer]) -> list[dict[str, Any]]:
    """The rows of :func:`federation.queries.peer_health` of these peers, with the peer and times to show."""
    known = {peer.slug: peer for peer in peers}
    rows = {row["slug"]: row for row in peer_health(list(known))}
    return [prepare_row(rows[slug], peer) for slug, peer in known.items() if slug in rows]


def prepare_row(row: dict[str, Any], peer: Peer) -> dict[str, Any]:
    """A row with ``peer``, its times read, and the sentences about both directions."""
    times = {name: _time(row.get(name)) for name in TIMES}
    return {
        **row,
        **times,
        "peer": peer,
        "state_label": peer.get_state_display(),
        "admission": tell_admission(peer) if peer.is_approved else "",
        "progress": tell_progress(peer, row["seq"]),
    }


def _time(text: str | None) -> Any:
    return parse_datetime(text) if text else None
