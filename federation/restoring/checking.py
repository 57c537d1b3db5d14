"""Before the first append after a start: does any peer hold more of the own log than this instance?

Registered with :func:`hub.catalogue.guarding.guard_appending`. What is missing here is taken back by a job,
and publishing waits for it. A contradiction is an alarm that only an operator's ``new_epoch`` ends.

A peer that is silent may be the one that holds more, and so may one that claims to and cannot show it just
now. The worker, in which nobody waits, therefore gives them a minute from its start, and five if nobody else
answers; a command goes on once anybody else has answered. Without a signed change nobody delays it longer.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

import structlog
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from federation import peers
from federation.jobs import enqueue_recovery
from federation.models import Peer, PeerState
from federation.outgoing import own_head
from federation.restoring import alarms
from federation.restoring.held import Held, ask_all, fetch_page
from hub.catalogue import guarding
from hub.catalogue.models import CatalogueEntry, Change, LogHead, Setback
from hub.env import env
from hub.errors import FetchFailed, NotCurrent, RefusedMessage

logger = structlog.get_logger("federation")

PATIENCE_SECONDS = 300.0
"""How long after its start an instance waits for any peer to answer before it publishes all the same."""
SILENT_SECONDS = 60.0
"""How long the worker waits for those that do not answer when others do."""
ASK_AGAIN_SECONDS = 5.0
MOST_SECONDS = 60.0
"""The longest pause between two recoveries that fail."""


class Contradiction(NotCurrent):
    """A peer holds other entries of the own log than this instance: an operator has to begin a new epoch."""


@dataclass
class Claims:
    """What peers say to hold of the own log that is not here: ``proven`` by a signed change, furthest first;
    ``unclear`` is who could not be asked for the proof, or whose proof a compromised key alone has signed.
    """

    proven: dict[Peer, Held] = field(default_factory=dict)
    unclear: list[Peer] = field(default_factory=list)


class _Process:
    """What this process has found out: when it started, the answer of a moment ago and until when it stands,
    and how many recoveries have failed in a row.
    """

    started = time.monotonic()
    until = float("-inf")
    answer = ""
    failures = 0


def check_own_log() -> None:
    """Pass if no approved peer holds more of the own log, or another one, than this instance.

    Raises :class:`NotCurrent` while entries are missing or no peer answers, :class:`Contradiction` when a
    peer holds something else. Peers are not asked again within seconds, and after a recovery that failed not
    until its pause is over.
    """
    if time.monotonic() < _Process.until:
        raise NotCurrent(_Process.answer)
    try:
        _check()
    except NotCurrent as error:
        _Process.until, _Process.answer = time.monotonic() + ASK_AGAIN_SECONDS, str(error)
        # While the recovery fails, the reason for that says more.
        if not _Process.failures or isinstance(error, Contradiction):
            alarms.raise_alarm(str(error))
        raise
    _Process.failures = 0
    alarms.end_alarm()


@contextmanager
def held_up(reason: str) -> Iterator[None]:
    """While the block lasts, this process publishes nothing and asks nobody about it."""
    _Process.until, _Process.answer = float("inf"), reason
    try:
        yield
    except BaseException:
        _Process.until = float("-inf")
        raise
    forget()


def hold_off(reason: str) -> None:
    """A recovery has failed for this reason: raise the alarm; the next one comes after a growing pause."""
    _Process.failures += 1
    pause = min(ASK_AGAIN_SECONDS * 2**_Process.failures, MOST_SECONDS)
    _Process.until, _Process.answer = time.monotonic() + pause, reason
    alarms.raise_alarm(reason)


def forget(*, started: float | None = None) -> None:
    """Ask again at the next append; ``started`` is when the process is taken to have started."""
    _Process.until, _Process.answer, _Process.failures = float("-inf"), "", 0
    _Process.started = started if started is not None else _Process.started


def approved_peers() -> list[Peer]:
    """The peers that are asked."""
    return list(Peer.objects.filter(state=PeerState.APPROVED))


def claims_beyond(head: LogHead, answers: Mapping[Peer, Held]) -> dict[Peer, Held]:
    """Who holds more of the own log than ``head``, or something else, and can prove it; furthest first.

    A claim without a change that the own keys have signed is not believed.
    """
    return weigh_claims(head, answers).proven


def weigh_claims(head: LogHead, answers: Mapping[Peer, Held]) -> Claims:
    """The claims of those who do not agree with ``head``; one that is refuted is noted at its peer."""
    claims = Claims()
    suspicious = {peer: held for peer, held in answers.items() if not agrees(head, held)}
    furthest = sorted(suspicious.items(), key=lambda each: (each[1].epoch, each[1].seq), reverse=True)
    for peer, held in furthest:
        proven = _is_proven(peer, held)
        if proven:
            claims.proven[peer] = held
        elif proven is None:
            claims.unclear.append(peer)
    return claims


def unproven(peer: Peer) -> str:
    """The sentence about a peer whose claim is not proven."""
    return _(
        "%(name)s says that it holds other or more entries of this instance's log, but does not show them. "
        "Its claim is not believed. Ask its operator."
    ) % {"name": peer.name}


def contradiction(name: str) -> Contradiction:
    """The alarm for a peer of that name that holds another history."""
    return Contradiction(
        _(
            "%(name)s holds other entries of this instance's log than this instance itself: it went on after "
            "a restore, or its database exists twice. Nothing is published until that is settled. Compare "
            "with its operator, then run manage.py new_epoch --reason “…” on the instance that goes on."
        )
        % {"name": name}
    )


def _check() -> None:
    asked = approved_peers()
    if not asked and not unfinished().exists():
        return
    head = own_head()
    answers = ask_all(asked)
    claims = weigh_claims(head, answers)
    for peer, held in claims.proven.items():
        if (held.epoch, held.seq) <= (head.epoch, head.seq):
            logger.error("own log contradicted", peer=peer.slug, epoch=held.epoch, seq=held.seq)
            raise contradiction(peer.name)
    if claims.proven or unfinished().exists():
        _have_recovered()
    others = len(answers) > len(claims.unclear)
    if claims.unclear:
        _wait_for_proof(claims.unclear, others=others)
    if silent := [peer for peer in asked if peer not in answers]:
        _wait_for(silent, others=others)
    for peer in claims.unclear:
        logger.warning("publishing goes on without the proof of a claim about the own log", peer=peer.slug)
        peers.note_pull_failure(peer, unproven(peer))


def _have_recovered() -> None:
    enqueue_recovery()
    raise NotCurrent(
        _(
            "This instance was restored from a backup: what is missing is being fetched from the approved "
            "instances. Publishing waits until that is done."
        )
    )


def _is_patient(*, others: bool) -> bool:
    """Whether publishing waits for peers still; ``others`` is whether anybody else has answered."""
    running = time.monotonic() - _Process.started
    return guarding.is_worker() and running < SILENT_SECONDS if others else running < PATIENCE_SECONDS


def _wait_for_proof(unclear: Sequence[Peer], *, others: bool) -> None:
    """Give those time to show what they claim to hold."""
    if _is_patient(others=others):
        raise NotCurrent(
            _(
                "These approved instances say that they hold entries that are missing here, but do not show "
                "them yet: %(names)s. Publishing goes on by itself five minutes after the start at the "
                "latest; sooner if you pause them."
            )
            % {"names": ", ".join(peer.name for peer in unclear)}
        )


def _wait_for(silent: Sequence[Peer], *, others: bool) -> None:
    """Give the silent ones their time; ``others`` is whether anybody has answered."""
    if not others and _is_patient(others=False):
        raise NotCurrent(
            _(
                "No approved instance answers yet: whether entries are missing here is not known. Publishing "
                "goes on by itself five minutes after the start at the latest."
            )
        )
    if others and _is_patient(others=True):
        raise NotCurrent(
            _(
                "These approved instances do not answer yet, so entries may be missing here: %(names)s. "
                "Publishing goes on by itself a minute after the start at the latest."
            )
            % {"names": ", ".join(peer.name for peer in silent)}
        )
    logger.warning(
        "publishing goes on without knowing what these peers hold of the own log",
        peers=[peer.slug for peer in silent],
        others=others,
    )


def unfinished() -> QuerySet[CatalogueEntry]:
    """Own entries that were taken back and whose page has not followed yet."""
    stuck = Setback.objects.filter(consumer=alarms.RECOVERED).values("object_id")
    return CatalogueEntry.objects.filter(origin=env.origin, recovered=True).exclude(object_id__in=stuck)


def agrees(head: LogHead, held: Held) -> bool:
    """Whether what a peer holds is nothing, or the beginning or all of the own log."""
    if not held.seq or held.epoch < head.epoch:
        return True
    if held.epoch > head.epoch or held.seq > head.seq:
        return False
    known = Change.objects.filter(origin=env.origin, epoch=held.epoch, seq=held.seq)
    return not held.hash or known.values_list("hash", flat=True).first() == held.hash


def _is_proven(peer: Peer, held: Held) -> bool | None:
    """Whether the peer shows the signed change that its claim ends with; None if that is not known."""
    try:
        page = fetch_page(peer, held.seq - 1, limit=1)
    except FetchFailed as error:
        logger.warning("a claim about the own log cannot be looked into", peer=peer.slug, error=str(error))
        return None
    except RefusedMessage as error:
        peers.note_pull_failure(peer, peers.describe(peer, error))
        return False
    shown = [Held(change.epoch, change.seq, change.hash) for change in page.changes[:1]]
    if shown and shown[0] == Held(held.epoch, held.seq, held.hash or shown[0].hash):
        return True if page.sure else None
    logger.error("a claim about the own log is not proven", peer=peer.slug, epoch=held.epoch, seq=held.seq)
    return False
