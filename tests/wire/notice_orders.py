"""Orders to a hub beside the test about signed notices: to announce some, and to hand them over."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any

PATIENCE_SECONDS = 60.0


def work() -> dict[str, Any]:
    """What the worker does: settle, follow, notices, pushes and pulls; then how everything stands."""
    from federation import delivery, pull
    from federation.models import Notice, Peer
    from federation.notices import following, sending
    from hub.catalogue.consumers import run_consumers
    from hub.catalogue.models import Mark
    from hub.catalogue.settling import settle

    def follow() -> None:
        """Until nothing is left: publishing waits some seconds where a slow peer was asked in vain."""
        until = time.monotonic() + PATIENCE_SECONDS
        while settle() or run_consumers("federation.notices") or Mark.objects.exists():
            if time.monotonic() > until:
                raise AssertionError(f"not settled: {list(Mark.objects.values('key', 'error'))}")
            time.sleep(0.05)

    for _round in range(2):
        follow()
        for notice in following.open_notices():
            following.carry_out(notice)
        for peer in sending.due_peers():
            sending.deliver(peer)
        for peer in Peer.objects.all():
            delivery.push(peer)
            pull.pull(peer)
    follow()
    peers = Peer.objects.values("slug", "origin", "state", "fingerprint", "last_error")
    return {"peers": {peer.pop("slug"): peer for peer in peers}, "notices": Notice.objects.count()}


def rotate() -> str:
    """New keys; returns their fingerprint."""
    from federation.notices.services import rotate_keys

    return str(rotate_keys().document["fingerprint"])


def give(slug: str) -> list[int]:
    """Hand everything over to a peer; returns the numbers of the notices."""
    from federation.models import Peer
    from federation.notices.services import hand_over

    return [notice.number for notice in hand_over(Peer.objects.get(slug=slug))]


def accept() -> dict[str, str]:
    """Take over what is handed over to this hub; returns what waits, and why."""
    from federation.notices.queries import offered_to_us
    from federation.notices.taking_over import accept_handover

    return {key: why for notice in offered_to_us() for key, why in accept_handover(notice).waiting.items()}


def move(origin: str) -> None:
    """Have another address from now on, as after a start with another HUB_ORIGIN, and tell everybody."""
    import sys

    from federation.notices.services import announce_move
    from hub.env import env

    fresh = replace(env, origin=origin)
    for module in list(sys.modules.values()):
        if getattr(module, "env", None) is env:
            module.env = fresh  # type: ignore[attr-defined]
    announce_move(env.origin)


def go() -> None:
    """Leave."""
    from federation.notices.services import leave

    leave()


ORDERS = (work, rotate, give, accept, move, go)
