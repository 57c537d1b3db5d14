"""What this instance announces about itself: each verb keeps its notice and has it handed over to peers."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any
from urllib.parse import urlsplit

import structlog
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.models import Site

from federation.addresses import proof_key_of
from federation.identity import KeyPairs, fingerprint_of, load_keys, new_keys, own_keys, public_halves
from federation.jobs import enqueue_notices
from federation.models import InstanceKey, Notice, NoticeType, Peer, PeerState
from federation.notices import moving
from federation.notices.documents import MAX_ITEMS, is_origin
from federation.notices.keys import hold_keys, note_compromised, switch_keys
from federation.notices.queries import held_number, lineage, own_notices, own_number
from federation.peers import set_bodies, set_state
from federation.proofs import attach_proof
from hub.catalogue.guarding import note_current
from hub.catalogue.log import timestamp
from hub.catalogue.models import CatalogueEntry, LogHead, Mark, State
from hub.catalogue.settling import settle
from hub.documents import Audience
from hub.env import env
from hub.errors import HubError
from hub.messages.models import Message

logger = structlog.get_logger("federation")


class CannotAnnounce(HubError):
    """This cannot be announced like this: the message says what is in the way. Nothing was changed."""


def rotate_keys() -> Notice:
    """New keys take the place of the own ones; peers that have the notice, by the old key, pin them."""
    with transaction.atomic():
        hold_keys(alone=True)
        old, fresh = own_keys(), new_keys()
        ed25519, rsa_pem = public_halves(load_keys(fresh.ed25519_pem, fresh.rsa_pem))
        said = {"ed25519": ed25519, "rsa_pem": rsa_pem, "fingerprint": fingerprint_of(ed25519, rsa_pem)}
        notice = _announce(NoticeType.ROTATION, said, old)
        switch_keys(fresh)
    logger.warning("own keys rotated", fingerprint=said["fingerprint"])
    return notice


def replace_keys(fresh: InstanceKey | None = None) -> str:
    """New keys without a word to anybody, since the old ones are in wrong hands; returns the fingerprint.

    Every peer has to approve this instance anew, by phone. What was announced before and has not arrived
    is part of what it approves then. The old keys count for the own log up to its end now, no further.
    """
    with transaction.atomic():
        hold_keys(alone=True)
        fresh = fresh or new_keys()
        note_compromised()
        switch_keys(fresh)
        Peer.objects.update(notices_sent=own_number())
    fingerprint = fingerprint_of(*public_halves(load_keys(fresh.ed25519_pem, fresh.rsa_pem)))
    logger.warning("own keys replaced", fingerprint=fingerprint)
    return fingerprint


def announce_move(old_origin: str) -> Notice:
    """After ``HUB_ORIGIN`` was changed: tell everybody, and publish everything under its new id.

    The old log is kept as history; a new one begins. Raises :class:`CannotAnnounce`.
    """
    check_move(old_origin)
    with transaction.atomic():
        hold_keys(alone=True)
        notice = _announce(NoticeType.MOVE, {"to": env.origin}, own_keys(), old_origin)
        Peer.objects.update(pushed_epoch=0, pushed_seq=0)
        Message.objects.filter(origin=old_origin).update(origin=env.origin)
        _rename_site()
        own = _own_live(old_origin).exclude(page_id=None)
        Mark.objects.bulk_create([Mark(key=key) for key in own.values_list("uuid", flat=True)])
    note_current()  # a log that begins now is held by nobody
    settle()
    moving.carry_over(notice)
    _forget_old_places(old_origin)
    Notice.objects.filter(pk=notice.pk).update(done=timezone.now())
    notice.refresh_from_db()
    return notice


def hand_over(peer: Peer, body_keys: Collection[str] | None = None) -> list[Notice]:
    """Hand the items of these bodies, or of all that publish here, over to another hub.

    The other hub may publish for them here from now on. Each item is withdrawn here, and its addresses lead
    there, as soon as it has arrived from there. Items for this instance alone stay. Raises
    :class:`CannotAnnounce`, and :class:`federation.peers.ApprovalRefused`.
    """
    if not peer.is_approved:
        raise CannotAnnounce(_("%(name)s is not approved at the moment.") % {"name": peer.name})
    items = _own_live(env.origin).exclude(audience=Audience.INSTANCE)
    if body_keys is not None:
        items = items.filter(publishers__contained_by=list(body_keys))
    rows = list(items.order_by("pk").values_list("uuid", "publishers"))
    named = {key for notice in own_notices() for key in notice.document.get("uuids", ())}
    rows = [(key, publishers) for key, publishers in rows if str(key) not in named]
    if not rows:
        raise CannotAnnounce(_("There is nothing to hand over: nothing is published for these bodies."))
    with transaction.atomic():
        hold_keys(alone=True)
        notices = [
            _announce(
                NoticeType.HANDOVER,
                {
                    "to": peer.origin,
                    "uuids": [str(key) for key, _publishers in chunk],
                    "bodies": sorted({body for _key, publishers in chunk for body in publishers}),
                },
                own_keys(),
            )
            for chunk in (rows[start : start + MAX_ITEMS] for start in range(0, len(rows), MAX_ITEMS))
        ]
        given = {body for notice in notices for body in notice.document["bodies"]}
        set_bodies(peer, {*peer.bodies, *given})
    logger.warning("items handed over", peer=peer.slug, items=len(rows), bodies=sorted(given))
    return notices


def leave() -> Notice:
    """End the exchange with everybody. What was exchanged stays readable on both sides.

    Coming back takes approvals anew, on both sides.
    """
    with transaction.atomic():
        hold_keys(alone=True)
        notice = _announce(NoticeType.LEAVE, {}, own_keys())
        staying = Peer.objects.filter(state__in=[PeerState.APPROVED, PeerState.PAUSED])
        Peer.objects.exclude(pk__in=staying.values("pk")).update(notices_sent=notice.number)
        for peer in staying:
            set_state(peer, PeerState.LEFT)
    logger.warning("left the federation")
    return notice


def _announce(kind: NoticeType, said: Mapping[str, Any], keys: KeyPairs, origin: str = "") -> Notice:
    """Keep a notice and have it handed over; the keys are held, so numbers stay gapless."""
    origin = origin or env.origin
    now = timezone.now()
    number = held_number(origin) + 1
    created = timestamp(now)
    document = {"type": str(kind), "origin": origin, "number": number, "created": created, **said}
    proved = attach_proof(document, keys.ed25519, proof_key_of(origin), created)
    notice = Notice.objects.create(
        origin=origin,
        number=number,
        type=kind,
        document=proved,
        created=now,
        done=None if kind in moving.MOVING else now,
    )
    transaction.on_commit(_hand_out)
    return notice


def _hand_out() -> None:
    from federation.notices.sending import due_peers

    for peer in due_peers():
        enqueue_notices(peer.slug)


def _own_live(origin: str) -> QuerySet[CatalogueEntry]:
    return CatalogueEntry.objects.filter(source="", origin=origin, state=State.LIVE, moved_to="")


def check_move(old_origin: str) -> None:
    """Raise :class:`CannotAnnounce` if nothing can be said to have moved from there."""
    if not is_origin(old_origin) or old_origin == env.origin:
        raise CannotAnnounce(
            _("%(old)s is not the former address: change HUB_ORIGIN first, and name the one before.")
            % {"old": old_origin}
        )
    if Peer.objects.filter(origin__in=[old_origin, env.origin]).exists():
        raise CannotAnnounce(_("One of the two addresses is that of another instance approved here."))
    if not LogHead.objects.filter(origin=old_origin).exists() and not _own_live(old_origin).exists():
        raise CannotAnnounce(
            _("This instance has never published anything under %(old)s.") % {"old": old_origin}
        )
    if old_origin in lineage(env.origin):
        raise CannotAnnounce(_("The move from %(old)s is announced already.") % {"old": old_origin})


def _rename_site() -> None:
    parts = urlsplit(env.origin)
    for site in Site.objects.filter(is_default_site=True):
        site.hostname, site.port = env.host, parts.port or (443 if env.secure else 80)
        site.save()


def _forget_old_places(old_origin: str) -> None:
    """The pages stand where they stood, below the new address: the old entries lead there by id alone."""
    old = CatalogueEntry.objects.filter(origin=old_origin, source="")
    old.exclude(moved_to="").update(page_id=None, path="")
