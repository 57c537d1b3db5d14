"""What operators can do with one peer: a table of actions, and the one view that asks and does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from federation import jobs
from federation.admin.permissions import may_change
from federation.models import Peer, PeerState
from federation.peering import states
from federation.restoring.epochs import follow_epoch
from hub.errors import HubError


@dataclass(frozen=True)
class Action:
    """A button of the peer's page.

    ``asks`` says what will happen, on a page of its own before it does; without it the button does it at
    once. ``run`` returns what is said afterwards. ``states`` are those in which the button is there.
    """

    label: Promise
    run: Callable[[Peer], str]
    states: frozenset[PeerState]
    asks: Promise | None = None


def _pull(peer: Peer) -> str:
    jobs.enqueue_pull(peer.slug)
    return gettext("What is new at %(name)s is being fetched. Refresh this page in a moment.") % {
        "name": peer.name
    }


def _compare(peer: Peer) -> str:
    jobs.enqueue_compare(peer.slug)
    return gettext("Everything from %(name)s is being compared. Refresh this page in a moment.") % {
        "name": peer.name
    }


def _resync(peer: Peer) -> str:
    jobs.enqueue_resync(peer.slug)
    return gettext("The log of %(name)s is being read again. Its progress is shown on this page.") % {
        "name": peer.name
    }


def _accept_epoch(peer: Peer) -> str:
    follow_epoch(peer)
    return gettext("The new log of %(name)s is followed; what is missing is fetched by itself.") % {
        "name": peer.name
    }


ONLY_APPROVED = frozenset({PeerState.APPROVED})

ACTIONS: dict[str, Action] = {
    "pull": Action(label=_("Fetch what is new now"), run=_pull, states=ONLY_APPROVED),
    "compare": Action(label=_("Compare everything now"), run=_compare, states=ONLY_APPROVED),
    "resync": Action(
        label=_("Read the log again"),
        run=_resync,
        states=ONLY_APPROVED,
        asks=_(
            "The whole log of %(name)s is fetched again from its first entry and compared with what is held "
            "here. What is missing is added, what is damaged is mended, nothing is lost. Readers notice "
            "nothing. With many entries that takes a while; the progress is shown on the page."
        ),
    ),
    "epoch": Action(
        label=_("Follow a new log"),
        run=_accept_epoch,
        states=ONLY_APPROVED,
        asks=_(
            "Do this only if the people who run %(name)s have confirmed by phone that they have begun a new "
            "log. It is then read from its first entry. What it does not name any more is withdrawn here. "
            "If %(name)s has begun no new log, nothing happens."
        ),
    ),
    "pause": Action(label=_("Pause"), run=states.pause, states=states.FROM["pause"]),
    "resume": Action(label=_("Resume"), run=states.resume, states=states.FROM["resume"]),
    "block": Action(
        label=_("Block"),
        run=states.block,
        states=states.FROM["block"],
        asks=_(
            "From now on this instance refuses everything from %(name)s. All contributions from there are "
            "hidden here, and people who have signed in with an account from there are signed out. Nothing "
            "is deleted: if you lift the block, everything is shown again."
        ),
    ),
    "unblock": Action(
        label=_("Lift the block"),
        run=states.unblock,
        states=states.FROM["unblock"],
        asks=_(
            "The contributions of %(name)s that were hidden are shown again, and the exchange goes on "
            "at once."
        ),
    ),
}


@dataclass(frozen=True)
class Button:
    """An action as a page offers it: ``asks`` tells whether a page comes first."""

    name: str
    label: Promise
    asks: bool


def buttons_of(peer: Peer) -> list[Button]:
    """What can be done with it now."""
    state = PeerState(peer.state)
    return [
        Button(name, action.label, action.asks is not None)
        for name, action in ACTIONS.items()
        if state in action.states
    ]


@may_change
@require_http_methods(["GET", "POST"])
def act(request: HttpRequest, slug: str, action: str) -> HttpResponse:
    """``/admin/peers/<slug>/<action>/``: asked for, what will happen; sent, it does."""
    peer = get_object_or_404(Peer, slug=slug)
    chosen = ACTIONS.get(action)
    if chosen is None:
        raise Http404
    names = {"name": peer.name}
    if PeerState(peer.state) not in chosen.states:
        messages.error(
            request,
            gettext("That is not possible now: %(name)s is %(state)s.")
            % {**names, "state": peer.get_state_display()},
        )
        return redirect("federation_peer", peer.slug)
    if request.method == "GET":
        if chosen.asks is None:
            return redirect("federation_peer", peer.slug)
        context = {"peer": peer, "action": action, "label": chosen.label, "asks": chosen.asks % names}
        return render(request, "federation/admin/confirm.html", context)
    try:
        messages.success(request, chosen.run(peer))
    except HubError as error:
        messages.error(request, str(error))
    return redirect("federation_peer", peer.slug)
