"""Beginning the own log anew, and following a peer that has begun its own anew: both by an operator alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import structlog
from django.utils import timezone
from django.utils.translation import gettext as _

from federation import multibase, strictjson
from federation.addresses import head_of
from federation.inbox import held_head
from federation.jobs import enqueue_pull
from federation.models import Peer, Quarantined
from federation.pull import pull
from federation.restoring import alarms, checking
from federation.restoring.held import ask_all
from federation.transport import read_head
from hub import fetching
from hub.catalogue import epochs, guarding
from hub.catalogue.models import LogHead
from hub.errors import FetchFailed, HubError

logger = structlog.get_logger("federation")

Say = Callable[[str], object]


class NoNewEpoch(HubError):
    """There is no new epoch to follow: the message says what the peer shows instead."""


@dataclass(frozen=True)
class Accepted:
    """Following a new epoch: its number, and how many entries have been applied so far.

    ``complete`` is false if the peer stopped answering; the rest follows by itself.
    """

    epoch: int
    applied: int
    complete: bool


def new_epoch(reason: str) -> LogHead:
    """Begin the own log anew and say why in the logs; returns its head.

    Peers refuse the new epoch until their operators accept it.
    """
    answers = ask_all(checking.approved_peers())
    head = epochs.begin_epoch(max((held.epoch for held in answers.values()), default=0))
    logger.error("new epoch of the own log", epoch=head.epoch, entries=head.seq, reason=reason)
    guarding.note_current()
    alarms.end_alarm()
    checking.forget()
    return head


def accept_epoch(peer: Peer, say: Say = lambda line: None) -> Accepted:
    """Follow the new epoch that a peer has begun, as :func:`follow_epoch`, and read its log at once."""
    epoch = follow_epoch(peer)
    fresh = Peer.objects.get(pk=peer.pk)
    applied = pull(fresh, say)
    return Accepted(epoch, applied, fresh.verified_at is not None)


def follow_epoch(peer: Peer) -> int:
    """Follow the new epoch that a peer has begun: a job reads its log from the first entry on.

    What the new epoch does not name is withdrawn here as soon as its end is reached. Returns its number.
    Raises :class:`NoNewEpoch` if the peer has begun none, and :class:`hub.errors.FetchFailed` or
    :class:`hub.errors.RefusedMessage` if it cannot be asked; then nothing was changed.
    """
    epoch, held = _shown_epoch(peer), held_head(peer)
    if not held.epoch or epoch <= held.epoch:
        raise NoNewEpoch(
            _("%(name)s has begun no new log: its epoch is %(shown)s, held here is %(held)s.")
            % {"name": peer.name, "shown": epoch, "held": held.epoch}
        )
    epochs.follow_epoch(peer.origin, epoch)
    Quarantined.objects.filter(peer=peer, epoch__lt=epoch).delete()
    facts = {"pull_etag": "", "verified_seq": 0, "verified_at": None, "last_error": "", "pull_failures": 0}
    Peer.objects.filter(pk=peer.pk).update(**facts)
    logger.warning("new epoch accepted", peer=peer.slug, old=held.epoch, new=epoch)
    enqueue_pull(peer.slug)
    return epoch


def _shown_epoch(peer: Peer) -> int:
    reply = fetching.fetch("GET", head_of(peer.origin))
    if reply.status != 200:
        raise FetchFailed(f"{peer.origin} does not show the end of its log (it answers {reply.status})")
    key = multibase.decode_key(peer.ed25519)
    return read_head(strictjson.loads_object(reply.body), peer.origin, key, timezone.now())[0]
