"""The operator's page: how the exchange with each peer stands, and pausing or blocking it."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from federation.identity import own_identity
from federation.models import Peer, PeerState, Quarantined
from federation.peers import ApprovalRefused, set_state
from federation.queries import peer_health
from federation.tasks import enqueue_pull, enqueue_push
from hub.files.queries import withheld_files

SHOWN = 50
ACTIONS = {"resume": PeerState.APPROVED, "pause": PeerState.PAUSED, "block": PeerState.BLOCKED}


@permission_required("federation.view_peer", raise_exception=True)
@require_GET
def peers(request: HttpRequest) -> HttpResponse:
    """All peers with their state, and what is held back of theirs."""
    rows = peer_health()
    for row in rows:
        row["verified_at"] = parse_datetime(row["verified_at"]) if row["verified_at"] else None
        row["last_seen"] = parse_datetime(row["last_seen"]) if row["last_seen"] else None
        row["state_label"] = PeerState(row["state"]).label
    context = {
        "identity": own_identity(),
        "peers": rows,
        "quarantined": Quarantined.objects.select_related("peer").order_by("-created")[:SHOWN],
        "withheld": withheld_files()[:SHOWN],
        "may_change": request.user.has_perm("federation.change_peer"),
    }
    return TemplateResponse(request, "federation/admin_peers.html", context)


@permission_required("federation.change_peer", raise_exception=True)
@require_POST
def change_state(request: HttpRequest, slug: str) -> HttpResponse:
    """Pause, block or resume a peer; a resumed one is brought up to date at once."""
    peer = get_object_or_404(Peer, slug=slug)
    state = ACTIONS.get(request.POST.get("action", ""))
    if state is None:
        return HttpResponse(status=400)
    try:
        set_state(peer, state)
    except ApprovalRefused as error:
        messages.error(request, str(error))
        return redirect("federation_peers")
    if state == PeerState.APPROVED:
        enqueue_pull(peer.slug)
        enqueue_push(peer.slug)
    messages.success(request, _("%(name)s is now: %(state)s.") % {"name": peer.name, "state": state.label})
    return redirect("federation_peers")
