"""Handing items over to another instance, and taking over what it hands over to this one."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from federation.admin.permissions import may_change
from federation.identity import own_identity
from federation.jobs import enqueue_take_over
from federation.models import Peer
from federation.notices.queries import open_questions
from federation.notices.services import hand_over
from hub.errors import HubError
from hub.municipalities.models import Body


@may_change
@require_http_methods(["GET", "POST"])
def give(request: HttpRequest, slug: str) -> HttpResponse:
    """``/admin/peers/<slug>/handover/``: choose bodies and read what will happen; sent, it does."""
    peer = get_object_or_404(Peer, slug=slug)
    own = own_identity().bodies
    chosen = [key for key in request.POST.getlist("bodies") if key in own]
    error = ""
    if request.method == "POST":
        error = _hand_over(peer, chosen)
        if not error:
            messages.success(
                request,
                _("The items are announced to %(name)s. They move as soon as they are taken over there.")
                % {"name": peer.name},
            )
            return redirect("federation_peer", slug)
    names = Body.objects.in_bulk(own)
    bodies = [(key, names[key].name if key in names else key, key in chosen) for key in own]
    context = {"peer": peer, "bodies": bodies, "error": error}
    return render(request, "federation/admin/handover.html", context, status=422 if error else 200)


@may_change
@require_POST
def take(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Take over what a notice of the peer hands over to this instance; the page shows how far that is."""
    peer = get_object_or_404(Peer, slug=slug)
    if not any(question.to_us and question.notice.pk == pk for question in open_questions(peer)):
        messages.error(request, _("There is nothing (any more) to be taken over with this."))
        return redirect("federation_peer", slug)
    enqueue_take_over(pk)
    messages.success(request, _("It is being taken over. The progress is shown on this page."))
    return redirect("federation_peer", slug)


def _hand_over(peer: Peer, chosen: list[str]) -> str:
    """Why nothing was handed over, or ``""``."""
    if not chosen:
        return _("Please choose at least one municipality.")
    try:
        hand_over(peer, chosen)
    except HubError as refused:
        return str(refused)
    return ""
