"""Reading a peer's whole log again, to be sure: what is missing or spoilt is mended."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import structlog
from django.core.cache import cache
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from federation import inbox, multibase, peers, strictjson
from federation.addresses import log_of
from federation.comparing.mending import rewrite
from federation.models import Peer, Quarantined
from federation.moderation.reviewing import reviewed_first
from federation.peers import check_approval
from federation.pull import PAGE_BYTES, PAGE_SECONDS
from federation.signatures import sign
from federation.transport import MAX_ENTRIES, read_head
from hub import fetching
from hub.catalogue import entries
from hub.catalogue.applying import logged
from hub.catalogue.erasing import forget_words, take_erased
from hub.catalogue.log import ReceivedChange, next_position
from hub.catalogue.models import CatalogueEntry, Change, ChangeType, LogHead, State
from hub.catalogue.tasks import wake_after_commit
from hub.documents import digest_of
from hub.errors import BrokenChain, FetchFailed, RefusedMessage

logger = structlog.get_logger("federation")

TOLD_EVERY = 1_000
KEPT_SECONDS = 7 * 24 * 3600
PROGRESS_SECONDS = 1800
"""How long what a job has told is believed, should it be killed before it tells more."""

Say = Callable[[str], object]


@dataclass
class Resynced:
    """What reading a log again led to: entries ``read``, those that were ``missing`` in the log here, and
    contributions that were ``mended``.
    """

    read: int = 0
    missing: int = 0
    mended: int = 0


def resync(peer: Peer, say: Say = lambda line: None) -> Resynced:
    """Read a peer's log again from its first entry to its end, and mend what is held of it.

    Raises :class:`hub.errors.BrokenChain`, naming the sequence, where it contradicts what is held; what was
    mended before stays. Raises :class:`hub.errors.FetchFailed` and :class:`hub.errors.RefusedMessage`.
    """
    done, before = Resynced(), ""
    while True:
        end, verified = _fetch(peer, done.read)
        changes = verified.changes
        if changes and changes[0].prev_hash != before:
            raise BrokenChain(f"{peer.origin} {changes[0].epoch}/{changes[0].seq} is not chained to the last")
        if not changes:
            break
        before = changes[-1].hash
        _take(peer, verified, done)
        told = done.read // TOLD_EVERY
        done.read = changes[-1].seq
        if done.read // TOLD_EVERY > told or done.read >= end:
            say(_progress(done, end))
    logger.info("log read again", peer=peer.slug, read=done.read, missing=done.missing, mended=done.mended)
    return done


def resync_in_sight(peer: Peer) -> None:
    """Do it as a job: how far it is, and how it ended, is shown at the peer."""

    def say(line: str, seconds: int = PROGRESS_SECONDS) -> None:
        cache.set(_key(peer), line, seconds)

    say(_("The log is being read again …"))
    try:
        done = resync(peer, say)
    except Exception as error:  # whatever it was, it is not being read any more
        logger.exception("log not read to its end", peer=peer.slug)
        reason = peers.describe(peer, error)
        say(_("It was not read to its end: %(reason)s") % {"reason": reason}, KEPT_SECONDS)
        return
    say(
        _("Read again on %(when)s: %(read)s entries, %(missing)s were missing, %(mended)s mended.")
        % {"when": f"{timezone.localtime():%d.%m.%Y %H:%M}", **vars(done)},
        KEPT_SECONDS,
    )


def resync_state(peer: Peer) -> str:
    """How far reading a peer's log again is, or how it ended last; empty if it was not done lately."""
    return str(cache.get(_key(peer), ""))


def _key(peer: Peer) -> str:
    return f"federation.resync.{peer.slug}"


def _progress(done: Resynced, end: int) -> str:
    return _("%(read)s of %(all)s entries read (%(percent)s %%), %(missing)s missing, %(mended)s mended") % {
        "all": end,
        "percent": 100 * done.read // max(end, 1),
        **vars(done),
    }


def _fetch(peer: Peer, after: int) -> tuple[int, inbox.Verified]:
    """The end of the log and its page after that sequence, verified."""
    url = fetching.prepared_url(f"{log_of(peer.origin)}?after={after}&limit={MAX_ENTRIES}")
    headers = sign("GET", url)
    reply = fetching.fetch("GET", url, headers=headers, max_bytes=PAGE_BYTES, seconds=PAGE_SECONDS)
    if reply.status != 200:
        raise FetchFailed(f"{peer.origin} does not give its log (it answers {reply.status})")
    page = strictjson.loads_object(reply.body)
    epoch, end, _hash = read_head(page, peer.origin, multibase.decode_key(peer.ed25519), timezone.now())
    held, found = inbox.held_head(peer), page.get("entries")
    if held.epoch and held.epoch != epoch:
        raise BrokenChain(
            _("%(name)s has begun a new log: accept it first, with manage.py accept_epoch %(slug)s.")
            % {"name": peer.name, "slug": peer.slug}
        )
    if not isinstance(found, list) or len(found) > MAX_ENTRIES or page.get("after") != after:
        raise RefusedMessage("the page of the log is not the one asked for")
    verified = inbox.verify(peer, found)
    if verified.changes and verified.changes[0].seq != after + 1:
        raise RefusedMessage("the page of the log is not the one asked for")
    return end, verified


def _take(peer: Peer, verified: inbox.Verified, done: Resynced) -> None:
    """Compare one page with what is held, then apply what lies beyond that."""
    with transaction.atomic():
        # The order of applying: the log head, then the entries, then the position.
        head = LogHead.objects.select_for_update().filter(origin=peer.origin).first()
        check_approval(peer)
        known = [change for change in verified.changes if head and change.seq <= head.seq]
        held = _locked_entries(known)
        done.missing += _restore_changes(peer, known)
        done.mended += _mend_entries(peer, known, held)
    done.missing += inbox.apply(peer, inbox.Verified(verified.changes[len(known) :], verified.suspects))


def _locked_entries(known: Sequence[ReceivedChange]) -> dict[str, CatalogueEntry]:
    """What is held of these objects, by id."""
    ids = {change.object_id for change in known}
    held = CatalogueEntry.objects.select_for_update().filter(object_id__in=ids).order_by("pk")
    return {entry.object_id: entry for entry in held}


def _restore_changes(peer: Peer, known: Sequence[ReceivedChange]) -> int:
    """Add changes that the log here has lost. Raises :class:`BrokenChain` on a contradiction."""
    if not known:
        return 0
    span = {"epoch": known[0].epoch, "seq__gte": known[0].seq, "seq__lte": known[-1].seq}
    held = dict(Change.objects.filter(origin=peer.origin, **span).values_list("seq", "hash"))
    for change in known:
        if held.get(change.seq, change.hash) != change.hash:
            raise BrokenChain(
                _("Entry %(seq)s of %(name)s is another one than the one held here. Ask its operator.")
                % {"seq": change.seq, "name": peer.name}
            )
    lost = [change for change in known if change.seq not in held]
    for change in lost:
        logged(change, next_position()).save(force_insert=True)
    return len(lost)


def _mend_entries(peer: Peer, known: Sequence[ReceivedChange], found: Mapping[str, CatalogueEntry]) -> int:
    """Write again what differs from the last change of its object; what rightly waits in quarantine stays."""
    ids = {change.object_id for change in known}
    newest = Change.objects.filter(origin=peer.origin, object_id__in=ids).order_by("epoch", "seq")
    last = {change.object_id: change for change in newest}
    aside = {row.object_id: row for row in Quarantined.objects.filter(peer=peer, object_id__in=ids)}
    final = [change for change in known if last[change.object_id].hash == change.hash]
    spoilt = [
        change
        for change in final
        if not _is_sound(found.get(change.object_id), aside.get(change.object_id), change)
    ]
    forget_words([change.object_id for change in final if change.type == ChangeType.ERASE])
    with reviewed_first(peer, {change.object_id for change in spoilt}):
        for change in spoilt:
            _mend(peer, change, found.get(change.object_id), last[change.object_id])
    if spoilt:
        wake_after_commit()
    return len(spoilt)


def _mend(peer: Peer, change: ReceivedChange, entry: CatalogueEntry | None, last: Change) -> None:
    if change.type == ChangeType.PUBLISH:
        rewrite(peer, change, entry, last)
        return
    Quarantined.objects.filter(peer=peer, object_id=change.object_id).delete()
    if _is_sound(entry, None, change):
        return
    if entry is not None and change.type == ChangeType.ERASE:
        take_erased(entry, change.revision, change.created, next_position())
    elif entry is not None:
        entries.take_offline(entry, State.WITHDRAWN, change.revision, change.created, next_position())


def _is_sound(entry: CatalogueEntry | None, waiting: Quarantined | None, change: ReceivedChange) -> bool:
    """Whether an entry is what the change says, its stored text included; superseded ones say nothing.

    ``waiting`` is what lies in quarantine of the same object.
    """
    if change.type == ChangeType.ERASE:
        return waiting is None and (entry is None or _says_nothing(entry))
    if change.type == ChangeType.WITHDRAW:
        return waiting is None and (entry is None or entry.state != State.LIVE)
    if change.body is None:
        return True
    if waiting is not None:
        return _is_rightly_aside(entry, waiting, change)
    if entry is None or entry.state != State.LIVE or entry.digest != change.object_digest:
        return False
    return digest_of(entry.body.encode(), entry.salt) == change.object_digest


def _says_nothing(entry: CatalogueEntry) -> bool:
    """Whether nothing but that there was something is left of an erased entry."""
    words = (entry.title, entry.summary, entry.body, entry.salt, entry.digest)
    return entry.state == State.ERASED and not any(words)


def _is_rightly_aside(entry: CatalogueEntry | None, waiting: Quarantined, change: ReceivedChange) -> bool:
    """Whether quarantine holds just what the change says, and no older wording is shown meanwhile."""
    held = (waiting.epoch, waiting.seq, waiting.salt, waiting.body)
    if held != (change.epoch, change.seq, change.salt, change.body):
        return False
    if entry is None or entry.state != State.LIVE or entry.hidden:
        return True
    # By its header alone, with the text as received.
    return (entry.digest, entry.salt, entry.body) == (change.object_digest, change.salt, change.body)
