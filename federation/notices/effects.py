"""What follows here when a peer has new keys, has changed its domain or leaves."""

from __future__ import annotations

import structlog
from allauth.idp.oidc.models import Client
from django.db.models import Q

from federation import multibase
from federation.addresses import proof_key_of
from federation.identity import own_keys, public_halves
from federation.jobs import enqueue_carry_over
from federation.members.admitting import end_members
from federation.members.clients import keep_client
from federation.models import Notice, NoticeType, Peer, PeerState, Proposal, Quarantined
from federation.notices.documents import without_proof
from federation.notices.keys import check_keys
from federation.notices.queries import lineage
from federation.peers import set_state
from federation.proofs import verify_proof
from federation.signatures import load_rsa
from hub.accounts.models import HomeAccount
from hub.catalogue.models import CatalogueEntry, Change, LogHead
from hub.env import env
from hub.errors import RefusedMessage
from hub.messages.models import Message

logger = structlog.get_logger("federation")


def pin_new_keys(peer: Peer, notice: Notice) -> bool:
    """The new keys take the place of the pinned ones, which are refused from now on.

    Raises :class:`RefusedMessage` for keys that are weak, the same, used before, or somebody else's.
    """
    said = notice.document
    check_keys(said["ed25519"], said["rsa_pem"], said["fingerprint"])
    _check_new(peer, notice)
    logger.warning("peer key replaced", peer=peer.slug, old=peer.fingerprint, new=said["fingerprint"])
    peer.ed25519, peer.rsa_pem, peer.fingerprint = said["ed25519"], said["rsa_pem"], said["fingerprint"]
    peer.pull_etag = ""
    peer.push_after = peer.pull_after = None
    peer.save(update_fields=["ed25519", "rsa_pem", "fingerprint", "pull_etag", "push_after", "pull_after"])
    return True


def note_move(peer: Peer, notice: Notice) -> bool:
    """A job follows the peer once its keys answer at the new origin; until then it stays where it is.

    Raises :class:`RefusedMessage` for an origin that is known here as somebody else's.
    """
    _check_free(peer.origin, notice.document["to"])
    enqueue_carry_over(notice.pk)
    return False


def follow_domain(peer: Peer, notice: Notice) -> None:
    """The peer is at another origin from now on: slug, keys and approval stay, its log begins anew there.

    What was received from the old origin stays readable until it has arrived under its new id; the old log
    is kept as history. Members' accounts are carried over, and sign in anew. Its keys must have been seen at
    the new origin. Raises :class:`RefusedMessage` for one that is known here as somebody else's.
    """
    old, new = peer.origin, notice.document["to"]
    _check_free(old, new)
    _sign_members_out(peer)
    peer.origin = new
    peer.pull_etag, peer.pull_after, peer.push_after = "", None, None
    peer.verified_seq, peer.verified_at = 0, None
    peer.compared_seq, peer.compared_at = 0, None
    peer.save()
    Client.objects.filter(pk=old).delete()
    keep_client(peer)
    taken = HomeAccount.objects.filter(issuer=new).values("subject")
    HomeAccount.objects.filter(issuer=old).exclude(subject__in=taken).update(issuer=new)
    Message.objects.filter(origin=old).update(origin=new)
    Message.objects.filter(destination=old).update(destination=new)
    Quarantined.objects.filter(peer=peer).delete()  # it all comes once more, under its new ids
    Proposal.objects.filter(origin__in=[old, new]).delete()
    logger.warning("peer moved", peer=peer.slug, old=old, new=new)


def see_off(peer: Peer, notice: Notice) -> bool:
    """Nothing is exchanged any more; what it published stays readable, its bodies may go to others.

    Raises :class:`RefusedMessage` for a peer that is blocked: leaving does not lift a block.
    """
    if peer.state == PeerState.BLOCKED:
        raise RefusedMessage(f"{peer.origin} is blocked here")
    set_state(peer, PeerState.LEFT)
    return True


def _check_free(old: str, new: str) -> None:
    """Whoever was at an origin once is who it belongs to here: its log, its items, its members."""
    if new in lineage(env.origin) or new in lineage(old):
        raise RefusedMessage(f"{new} is this instance, or was the sender's address before")
    said = Notice.objects.filter(Q(origin=new) | Q(type=NoticeType.MOVE, document__to=new) & ~Q(origin=old))
    held = (Peer, LogHead, Change, CatalogueEntry)
    if said.exists() or any(model.objects.filter(origin=new).exists() for model in held):
        raise RefusedMessage(f"{new} is, or was, the address of another instance")


def _sign_members_out(peer: Peer) -> None:
    end_members(HomeAccount.objects.filter(issuer=peer.origin), "the peer has changed its domain")


def _check_new(peer: Peer, notice: Notice) -> None:
    said = notice.document
    pinned = (peer.ed25519, load_rsa(peer.rsa_pem))
    if said["ed25519"] == pinned[0] or load_rsa(said["rsa_pem"]) == pinned[1]:
        raise RefusedMessage("the new keys are not both new")
    others = set(Peer.objects.exclude(pk=peer.pk).values_list("ed25519", flat=True))
    if said["ed25519"] in others | {public_halves(own_keys())[0]}:
        raise RefusedMessage("the new keys are those of another instance")
    key = multibase.decode_key(said["ed25519"])
    earlier = Notice.objects.filter(origin__in=lineage(peer.origin)).exclude(pk=notice.pk)
    for each in earlier:
        held = each.document
        try:
            verify_proof(without_proof(held), held["proof"], key, proof_key_of(each.origin))
        except RefusedMessage:
            if each.type != NoticeType.ROTATION or held["ed25519"] != said["ed25519"]:
                continue
        raise RefusedMessage("the new keys were replaced before")
