"""How the exchange with each peer stands, and where this instance itself is."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import Any

from django.db.models import Count, QuerySet
from django.utils import timezone

from federation.models import Follower, Peer, PeerState, Quarantined
from federation.notices.queries import own_ends
from federation.outgoing import own_head
from hub.catalogue.models import LogHead, Mark
from hub.env import env
from hub.files.models import FileState
from hub.files.queries import received_bytes, withheld_files

OVERDUE = dt.timedelta(days=3)
"""After this time without a comparison something is wrong: there is one each day."""
FIRST_OVERDUE = dt.timedelta(days=2)
"""The same of a peer that was never compared, since its approval."""

ENDED = frozenset({PeerState.BLOCKED, PeerState.LEFT})


def peer_health(slugs: Collection[str] | None = None) -> list[dict[str, Any]]:
    """One row per peer, of all or of these ``slugs``, in six queries however many. Times are ISO 8601.

    ``epoch`` and ``seq`` are held of its log, ``ahead`` how many of its entries are known and not yet here;
    ``lag`` are own entries, ``notices_pending`` own notices that it has not acknowledged, ``notice_error``
    why it did not take the next one. ``compared_seq`` is how far all its entries were found equal at
    ``compared_at``; a peer that is not ``comparable`` runs a version that offers no comparing. ``needs``
    names what somebody has to look at, see :func:`needs_of`.
    """
    head = own_head()
    peers = Peer.objects.annotate(held_back=Count("quarantined"))
    found = list(peers if slugs is None else peers.filter(slug__in=slugs))
    origins = [peer.origin for peer in found]
    held = {row.origin: row for row in LogHead.objects.filter(origin__in=origins)}
    files = _files_not_here(origins)
    announced, left = own_ends()
    ends: dict[str, int] = {PeerState.BLOCKED: 0, PeerState.LEFT: left}
    rows = []
    for peer in found:
        theirs = held.get(peer.origin) or LogHead(origin=peer.origin, epoch=0)
        row = {
            "slug": peer.slug,
            "name": peer.name,
            "origin": peer.origin,
            "state": peer.state,
            "admitted": peer.admitted,
            "epoch": theirs.epoch,
            "seq": theirs.seq,
            "ahead": max(0, peer.head_seq - theirs.seq),
            "pushed_epoch": peer.pushed_epoch,
            "pushed_seq": peer.pushed_seq,
            "lag": head.seq - (peer.pushed_seq if peer.pushed_epoch == head.epoch else 0),
            "notices_pending": (pending := max(0, ends.get(peer.state, announced) - peer.notices_sent)),
            "notice_error": peer.notice_error if pending else "",
            "verified_seq": peer.verified_seq,
            "verified_at": _iso(peer.verified_at),
            "comparable": peer.is_comparable,
            "compared_seq": peer.compared_seq,
            "compared_at": _iso(peer.compared_at),
            "compare_error": peer.compare_error,
            "mended": peer.mended,
            "last_seen": _iso(peer.last_seen),
            "last_error": peer.last_error if peer.is_approved else "",
            "last_error_at": _iso(peer.last_error_at),
            "quarantined": peer.held_back,
            "withheld_files": sum(files.get(peer.origin, {}).values()),
            "refused_files": files.get(peer.origin, {}).get(FileState.REFUSED, 0),
            "fingerprint": peer.fingerprint,
            "bodies": peer.bodies,
        }
        rows.append({**row, "needs": needs_of(peer, row)})
    return rows


def needs_of(peer: Peer, row: dict[str, Any]) -> list[str]:
    """What of a peer somebody has to look at: ``error``, ``quarantined``, ``compare_error``,
    ``not_compared``, ``refused_files``, ``notices``. Nothing of one that is blocked or has left.
    """
    if peer.state in ENDED:
        return []
    found = {
        "error": row["last_error"],
        "quarantined": row["quarantined"],
        "compare_error": row["compare_error"],
        "not_compared": peer.is_approved and _is_overdue(peer),
        "refused_files": row["refused_files"],
        "notices": row["notice_error"],
    }
    return [name for name, value in found.items() if value]


def _is_overdue(peer: Peer) -> bool:
    """Whether its last comparison, or its approval without one, is too long ago; of an empty log there is
    none.
    """
    age = timezone.now() - (peer.compared_at or peer.approved)
    if peer.compared_at:
        return age > OVERDUE
    return age > FIRST_OVERDUE and not (peer.admitted and peer.head_seq == 0)


def own_health() -> dict[str, Any]:
    """This instance: end of its log, pages that wait to be settled and those of them that fail, followers,
    and how many bytes of other instances lie here, of how many that may (0: no limit).
    """
    head = own_head()
    marks = Mark.objects.aggregate(waiting=Count("key", distinct=True))
    return {
        "origin": env.origin,
        "epoch": head.epoch,
        "seq": head.seq,
        "head_hash": head.head_hash,
        "waiting_marks": marks["waiting"],
        "failing_marks": Mark.objects.exclude(error="").values("key").distinct().count(),
        "followers": Follower.objects.count(),
        "received_bytes": received_bytes(),
        "quota_bytes": env.attachment_quota_mb * 1024 * 1024,
    }


def quarantined_entries() -> QuerySet[Quarantined]:
    """What was received and is not shown, with its peer, in the order it came; without the documents."""
    return Quarantined.objects.select_related("peer").defer("body").order_by("peer__slug", "epoch", "seq")


def _files_not_here(origins: Collection[str]) -> dict[str, dict[str, int]]:
    """How many files of each of these origins are withheld or refused."""
    files = withheld_files().filter(origin__in=origins)
    rows = files.order_by().values_list("origin", "state").annotate(count=Count("pk"))
    found: dict[str, dict[str, int]] = {}
    for origin, state, count in rows:
        found.setdefault(origin, {})[state] = count
    return found


def _iso(moment: dt.datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def name_peers(slugs: Collection[str]) -> dict[str, str]:
    """What the peers with these short names are called; one query. Blocked ones are named to nobody."""
    named = Peer.objects.filter(slug__in=slugs).exclude(state=PeerState.BLOCKED)
    return dict(named.values_list("slug", "name"))
