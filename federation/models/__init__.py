"""Keys, peers, what is kept of the exchange with them, and the face toward the Fediverse."""

from federation.activitypub.models import Activity, Follower, PublicObject, Report, StrangerMessage
from federation.models.exchange import Nonce, Notice, NoticeType, Quarantined
from federation.models.keys import InstanceKey
from federation.models.peers import Peer, PeerState, Proposal, backoff, next_pull

__all__ = [
    "Activity",
    "Follower",
    "InstanceKey",
    "Nonce",
    "Notice",
    "NoticeType",
    "Peer",
    "PeerState",
    "Proposal",
    "PublicObject",
    "Quarantined",
    "Report",
    "StrangerMessage",
    "backoff",
    "next_pull",
]
