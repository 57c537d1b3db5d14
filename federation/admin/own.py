"""This instance as others see it, and what it announces to all of them: new keys, a move, leaving."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods

from federation.admin.fingerprints import show
from federation.admin.permissions import can_change, may_change, may_view
from federation.identity import own_identity
from federation.jobs import enqueue_move
from federation.models import Follower
from federation.notices.queries import former_origins, own_notices
from federation.notices.services import check_move, leave, replace_keys, rotate_keys
from federation.outgoing import own_head
from federation.peering.queries import name_bodies
from federation.restoring.alarms import RECOVERED, why_publishing_waits
from hub.catalogue.models import CatalogueEntry, Setback
from hub.env import env
from hub.errors import HubError

SHOWN = 50


@dataclass(frozen=True)
class OwnAction:
    """Something that concerns all other instances; ``asks`` says on a page of its own what will happen."""

    label: Promise | str
    run: Callable[[], object]
    done: Promise | str
    asks: Promise | str


OWN_ACTIONS: dict[str, OwnAction] = {
    "rotate": OwnAction(
        label=_("Make new keys"),
        run=rotate_keys,
        done=_("New keys are in use. The other instances are told, and this instance has a new fingerprint."),
        asks=_(
            "This instance gets new keys and a new fingerprint. The approved instances are told, signed with "
            "the old key, and follow by themselves; the exchange goes on. Make a backup of the keys "
            "afterwards (federation_keys --export)."
        ),
    ),
    "replace": OwnAction(
        label=_("The keys are in wrong hands"),
        run=replace_keys,
        done=_("New keys are in use. Now call every other instance and have them compare the fingerprint."),
        asks=_(
            "This instance gets new keys at once, without telling anybody: whoever has the old ones could "
            "have said the same. Until they approve the new fingerprint after a phone call, the other "
            "instances refuse everything from here."
        ),
    ),
    "leave": OwnAction(
        label=_("Leave the network"),
        run=leave,
        done=_("The exchange with all other instances has ended."),
        asks=_(
            "The exchange with all other instances ends. What was exchanged stays readable here and there, "
            "but nothing new arrives, and people from there cannot sign in here any more. To come back, "
            "both sides have to approve each other again by phone."
        ),
    ),
}


def _actions() -> dict[str, OwnAction]:
    """What can be announced now: a move only while something still lives at another address."""
    former = former_origins()
    return {**OWN_ACTIONS, "move": _moving(former[0])} if former else OWN_ACTIONS


def _moving(old: str) -> OwnAction:
    said = {"old": old, "new": env.origin}

    def run() -> None:
        check_move(old)
        enqueue_move(old)

    return OwnAction(
        label=gettext("Announce the move from %(old)s") % said,
        run=run,
        done=gettext("The move is being announced. It stands below as soon as that is done."),
        asks=gettext(
            "Everything of this instance is published at %(new)s anew, and the other instances are told that "
            "it lived at %(old)s until now. They follow by themselves. Let the old address lead to the new "
            "one, so that links go on working. This cannot be taken back."
        )
        % said,
    )


@may_view
@require_GET
def own(request: HttpRequest) -> HttpResponse:
    """``/admin/peers/self/``"""
    identity = own_identity()
    followers = Follower.objects.aggregate(all=Count("pk"), failing=Count("pk", filter=Q(failures__gt=0)))
    recovered = CatalogueEntry.objects.filter(origin=env.origin, recovered=True)
    context: dict[str, Any] = {
        "identity": identity,
        "shown": show(identity.fingerprint, identity.origin, identity.name),
        "bodies": name_bodies(identity.bodies),
        "head": own_head(),
        "alarm": why_publishing_waits(),
        "followers": followers,
        "sees_followers": request.user.has_perm("federation.view_follower"),
        "recovered": recovered.count(),
        "unmade": Setback.objects.filter(consumer=RECOVERED).order_by("-at")[:SHOWN],
        "notices": own_notices().order_by("-number")[:SHOWN],
        "may_change": can_change(request),
        "actions": [(name, action.label) for name, action in _actions().items()],
    }
    return render(request, "federation/admin/self.html", context)


@may_change
@require_http_methods(["GET", "POST"])
def act(request: HttpRequest, action: str) -> HttpResponse:
    """``/admin/peers/self/<action>/``: asked for, what will happen; sent, it does."""
    chosen = _actions().get(action)
    if chosen is None:
        raise Http404
    if request.method == "GET":
        context = {"action": action, "label": chosen.label, "asks": chosen.asks}
        return render(request, "federation/admin/confirm_own.html", context)
    try:
        chosen.run()
    except HubError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, str(chosen.done))
    return redirect("federation_self")
