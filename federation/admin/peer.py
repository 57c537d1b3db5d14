"""The page of one peer: how the exchange stands, and what can be decided about it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from federation.admin.actions import buttons_of
from federation.admin.fingerprints import show
from federation.admin.listing import prepare_row
from federation.admin.permissions import can_change, may_change, may_view
from federation.attachments import set_lazy
from federation.jobs import begin_exchange, enqueue_fetch, enqueue_retry
from federation.models import Peer, PeerState
from federation.notices.queries import notices_of, open_questions
from federation.peering.handovers import handover_state
from federation.peering.identities import NoIdentity, fetch_identity, spelt_out
from federation.peering.queries import explain_state, name_bodies, offer_bodies
from federation.peers import ApprovalRefused, approve, set_bodies
from federation.quarantine import retry_quarantined
from federation.queries import peer_health
from federation.restoring.resync import resync_state
from hub.files import receiving
from hub.files.queries import files_of, withheld_files

SHOWN = 50


@may_view
@require_GET
def peer(request: HttpRequest, slug: str) -> HttpResponse:
    """``/admin/peers/<slug>/``"""
    held = get_object_or_404(Peer, slug=slug)
    rows = peer_health([slug])
    if not rows:
        raise Http404
    context: dict[str, Any] = {
        "peer": held,
        "row": prepare_row(rows[0], held),
        "state_explained": explain_state(held),
        "spelt_out": spelt_out(held.origin),
        "shown": show(held.fingerprint, held.origin, held.name),
        "bodies": name_bodies(held.bodies),
        "quarantined": held.quarantined.order_by("-created")[:SHOWN],
        "files": files_of(held.origin),
        "withheld": withheld_files().filter(origin=held.origin)[:SHOWN],
        "notices": notices_of(held)[:SHOWN],
        "questions": [
            (question, handover_state(question.notice.pk) if question.to_us else "")
            for question in open_questions(held)
        ],
        "resync_state": resync_state(held),
        "may_change": can_change(request),
        "buttons": buttons_of(held),
    }
    return render(request, "federation/admin/peer.html", context)


@may_change
@require_POST
def settings(request: HttpRequest, slug: str) -> HttpResponse:
    """Whether its files are fetched only when somebody asks for them."""
    held = get_object_or_404(Peer, slug=slug)
    set_lazy(held, request.POST.get("lazy_files") == "yes")
    messages.success(request, _("The settings for %(name)s are saved.") % {"name": held.name})
    return redirect("federation_peer", slug)


@may_change
@require_POST
def retry(request: HttpRequest, slug: str) -> HttpResponse:
    """Try quarantined entries of the peer again: the one named at once, or all by the worker."""
    held = get_object_or_404(Peer, slug=slug)
    entry = request.POST.get("entry", "")
    if not entry.isdecimal():
        enqueue_retry(slug)
        text = _("All quarantined entries of %(name)s are tried again; that runs in the background.")
        messages.success(request, text % {"name": held.name})
    elif retry_quarantined(held.quarantined.filter(pk=int(entry[:18]))):
        messages.success(request, _("The entry is shown now."))
    else:
        messages.warning(request, _("Nothing could be shown yet. The reasons are below."))
    return redirect("federation_peer", slug)


@may_change
@require_POST
def retry_file(request: HttpRequest, slug: str) -> HttpResponse:
    """Have a withheld or refused file of the peer fetched and scanned once more."""
    held = get_object_or_404(Peer, slug=slug)
    named = request.POST.get("file", "")
    files = withheld_files().filter(origin=held.origin, pk=int(named[:18]) if named.isdecimal() else 0)
    if record := files.first():
        receiving.retry(record)
        enqueue_fetch(held)
        messages.success(request, _("The file is fetched once more; that runs in the background."))
    else:
        messages.warning(request, _("This file is no longer withheld."))
    return redirect("federation_peer", slug)


@may_change
@require_http_methods(["GET", "POST"])
def bodies(request: HttpRequest, slug: str) -> HttpResponse:
    """``/admin/peers/<slug>/bodies/``: for whom it may publish, of those it names and those it has."""
    held = get_object_or_404(Peer, slug=slug)
    named, notice = _named_bodies(held)
    chosen, error = list(held.bodies), ""
    if request.method == "POST":
        chosen = [key for key in request.POST.getlist("bodies") if key in {*named, *held.bodies}]
        try:
            set_bodies(held, chosen)
        except ApprovalRefused as refused:
            error = str(refused)
        else:
            begin_exchange(held)
            messages.success(request, _("Saved for whom %(name)s may publish.") % {"name": held.name})
            return redirect("federation_peer", slug)
    context = {
        "peer": held,
        "bodies": offer_bodies({*named, *held.bodies}, chosen, held.origin),
        "notice": notice,
        "error": error,
    }
    return render(request, "federation/admin/bodies.html", context, status=422 if error else 200)


@may_change
@require_http_methods(["GET", "POST"])
def replace_key(request: HttpRequest, slug: str) -> HttpResponse:
    """``/admin/peers/<slug>/key/``: pin the keys the peer shows now, once compared by phone."""
    held = get_object_or_404(Peer, slug=slug)
    try:
        identity = fetch_identity(held.origin)
    except NoIdentity as unknown:
        messages.error(request, str(unknown))
        return redirect("federation_peer", slug)
    error = ""
    if request.method == "POST":
        error = _replace(request, held, identity)
        if not error:
            messages.success(request, _("The new keys of %(name)s are pinned.") % {"name": held.name})
            return redirect("federation_peer", slug)
    context = {
        "peer": held,
        "shown": show(identity["fingerprint"], held.origin, held.name),
        "identity": identity,
        "same": identity["fingerprint"] == held.fingerprint,
        "error": error,
    }
    return render(request, "federation/admin/key.html", context, status=422 if error else 200)


def _replace(request: HttpRequest, held: Peer, identity: dict[str, Any]) -> str:
    """Why nothing was replaced, or ``""``."""
    if request.POST.get("compared") != "yes":
        return _("Please compare the fingerprint by phone first, and tick that you have done so.")
    if request.POST.get("fingerprint") != identity["fingerprint"]:
        return _("The keys have changed once more since you compared them. Nothing is replaced.")
    if held.state != PeerState.APPROVED:
        return _("Keys are replaced for approved instances only.")
    try:
        begin_exchange(approve(identity, held.bodies, new_key=identity["fingerprint"]))
    except ApprovalRefused as refused:
        return str(refused)
    return ""


def _named_bodies(held: Peer) -> tuple[list[str], str]:
    """The keys of the bodies it names at this moment, or none and the reason why that is not known."""
    try:
        identity = fetch_identity(held.origin)
    except NoIdentity as error:
        return [], str(error)
    if identity["fingerprint"] != held.fingerprint:
        return [], _("%(name)s shows other keys than the approved ones.") % {"name": held.name}
    return identity["bodies"], ""
