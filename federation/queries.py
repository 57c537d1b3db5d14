"""How the exchange with each peer stands."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.db.models import Count

from federation.models import Peer, PeerState
from federation.outgoing import own_head
from hub.catalogue.models import LogHead
from hub.files.queries import withheld_files


def peer_health() -> list[dict[str, Any]]:
    """One row per peer: state, ``seq`` held of its log, ``lag`` (own entries it has not acknowledged),
    last contact and error, numbers of quarantined entries and withheld files. Times are ISO 8601.
    """
    head = own_head()
    held = dict(LogHead.objects.values_list("origin", "seq"))
    withheld = Counter(withheld_files().values_list("origin", flat=True))
    return [
        {
            "slug": peer.slug,
            "name": peer.name,
            "origin": peer.origin,
            "state": peer.state,
            "seq": held.get(peer.origin, 0),
            "pushed_seq": peer.pushed_seq,
            "lag": head.seq - (peer.pushed_seq if peer.pushed_epoch == head.epoch else 0),
            "verified_seq": peer.verified_seq,
            "verified_at": peer.verified_at.isoformat() if peer.verified_at else None,
            "last_seen": peer.last_seen.isoformat() if peer.last_seen else None,
            "last_error": peer.last_error if peer.state == PeerState.APPROVED else "",
            "quarantined": peer.held_back,
            "withheld_files": withheld[peer.origin],
            "fingerprint": peer.fingerprint,
            "bodies": peer.bodies,
        }
        for peer in Peer.objects.annotate(held_back=Count("quarantined"))
    ]
