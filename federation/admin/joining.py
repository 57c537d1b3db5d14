"""Joining another instance: its address, its fingerprint compared by phone, its bodies, and approval."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from federation.admin.fingerprints import show
from federation.admin.permissions import can_change, may_change, may_view
from federation.identity import own_identity
from federation.jobs import begin_exchange
from federation.models import Peer, Proposal
from federation.peering import proposing
from federation.peering.identities import NoIdentity, spelt_out
from federation.peering.queries import offer_bodies, open_proposals
from federation.peers import ApprovalRefused


class AddressForm(forms.Form):
    """The address of another instance, as somebody types or pastes it."""

    address = forms.CharField(
        label=gettext_lazy("Address of the other instance"),
        max_length=300,
        help_text=gettext_lazy("As in the browser, such as wissenshub.example.de"),
        widget=forms.TextInput(attrs={"inputmode": "url", "autocapitalize": "none", "spellcheck": "false"}),
    )


@may_change
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """``/admin/peers/new/``: ask who is at an address, and tell them that this instance would like to."""
    form = AddressForm(request.POST or None)
    if form.is_valid():
        try:
            proposal = proposing.propose(form.cleaned_data["address"])
        except proposing.AlreadyPeer as error:
            messages.info(request, str(error))
            return redirect("federation_peer", error.peer.slug)
        except NoIdentity as error:
            form.add_error("address", str(error))
        else:
            return redirect("federation_proposal", proposal.pk)
    return render(request, "federation/admin/new.html", {"form": form})


@may_view
@require_GET
def proposal(request: HttpRequest, pk: int) -> HttpResponse:
    """``/admin/peers/proposals/<pk>/``: who it is, compared by phone, for which bodies."""
    return _answer(request, get_object_or_404(open_proposals(), pk=pk))


@may_change
@require_POST
def approve(request: HttpRequest, pk: int) -> HttpResponse:
    """Approve it with the fingerprint the page showed; what was ticked is kept if that is refused."""
    held = get_object_or_404(open_proposals(), pk=pk)
    bodies = request.POST.getlist("bodies")
    compared = request.POST.get("fingerprint", "")
    if held.identity is None or set(bodies) - set(held.identity["bodies"]):
        return HttpResponse(status=400)
    if request.POST.get("compared") != "yes":
        error = _("Please compare the fingerprint by phone first, and tick that you have done so.")
        return _answer(request, held, error, bodies)
    try:
        peer = proposing.approve_proposal(held, compared, bodies)
    except ApprovalRefused as refused:
        return _answer(request, held, str(refused), bodies)
    begin_exchange(peer)
    messages.success(
        request,
        _("%(name)s is approved. The first exchange begins as soon as both sides have approved.")
        % {"name": peer.name},
    )
    return redirect("federation_peer", peer.slug)


@may_change
@require_POST
def refresh(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask the other instance once more who it is."""
    held = get_object_or_404(open_proposals(), pk=pk)
    try:
        proposing.propose(held.origin)
    except (NoIdentity, proposing.AlreadyPeer) as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Asked anew. Compare the fingerprint as it is shown now."))
    return redirect("federation_proposal", held.pk)


@may_change
@require_POST
def reject(request: HttpRequest, pk: int) -> HttpResponse:
    """Say no to a proposal, or take the own one back."""
    held = get_object_or_404(open_proposals(), pk=pk)
    proposing.reject(held)
    messages.success(request, _("The proposal of %(origin)s is rejected.") % {"origin": held.origin})
    return redirect("federation_peers")


def _answer(
    request: HttpRequest, held: Proposal, error: str = "", bodies: list[str] | None = None
) -> HttpResponse:
    own = own_identity()
    context: dict[str, Any] = {
        "proposal": held,
        "identity": held.identity,
        "error": error,
        "spelt_out": spelt_out(held.origin),
        "own": own,
        "own_shown": show(own.fingerprint, own.origin, own.name),
        "may_change": can_change(request),
        "left": Peer.objects.filter(origin=held.origin).first(),
    }
    if held.identity:
        identity = held.identity
        context["shown"] = show(identity["fingerprint"], identity["origin"], identity["name"])
        context["bodies"] = offer_bodies(identity["bodies"], bodies, held.origin)
    return render(request, "federation/admin/proposal.html", context, status=422 if error else 200)
