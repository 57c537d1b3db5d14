"""Enqueueing the jobs of :mod:`federation.tasks`, by name, so that whatever causes one imports none."""

from __future__ import annotations

import secrets
from typing import Any

from django.db import transaction
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob
from procrastinate.exceptions import AlreadyEnqueued

from federation.models import Peer

FETCH_LANES = 2


def begin_exchange(peer: Peer) -> None:
    """After an approval: read its log, and send it the own one."""
    enqueue_pull(peer.slug)
    enqueue_push(peer.slug)


def enqueue_take_over(number: int) -> None:
    """Take this handover over, unless that is waiting already."""
    _enqueue("federation.take_over", f"federation.take_over.{number}", number=number)


def enqueue_host(host: str) -> None:
    """One round of telling the followers at this host, unless one is waiting already."""
    _enqueue("federation.followers", f"federation.followers.{host}", host=host)


def enqueue_proposals() -> None:
    """One round of looking into proposals, unless one is waiting already."""
    _enqueue("federation.proposals", "federation.proposals")


def enqueue_notices(slug: str) -> None:
    """One round of handing notices over, unless one is waiting already."""
    _enqueue("federation.notices", f"federation.notices.{slug}", slug=slug)


def enqueue_move(old_origin: str) -> None:
    """Announce that this instance has moved, unless that is waiting already."""
    _enqueue("federation.move", "federation.move", old_origin=old_origin)


def enqueue_carry_over(number: int, after: int = 0) -> None:
    """Do what the notice in this row still asks for, after so many seconds, unless that waits already."""
    _enqueue("federation.carry_over", f"federation.carry_over.{number}", after=after, number=number)


def enqueue_fetching_notices(slug: str) -> None:
    """One look for missed notices of this peer, unless one is waiting already."""
    _enqueue("federation.fetch_notices", f"federation.fetch_notices.{slug}", slug=slug)


def enqueue_push(slug: str) -> None:
    """One push to this peer, unless one is waiting already."""
    _enqueue("federation.push", f"federation.push.{slug}", slug=slug)


def enqueue_pull(slug: str) -> None:
    """One pull from this peer, unless one is waiting already."""
    _enqueue("federation.pull", f"federation.pull.{slug}", slug=slug)


def enqueue_compare(slug: str, within: int = 0) -> None:
    """One comparison with this peer, ``within`` seconds, unless one is waiting already."""
    seconds = secrets.randbelow(within) if within else 0
    _enqueue("federation.compare", f"federation.compare.{slug}", after=seconds, slug=slug)


def enqueue_recovery() -> None:
    """One recovery of the own log, unless one is waiting already."""
    _enqueue("federation.recover", "federation.recover")


def enqueue_resync(slug: str) -> None:
    """Read this peer's log again, unless that is waiting already; never while it is being pulled."""
    _enqueue("federation.resync", f"federation.resync.{slug}", f"federation.pull.{slug}", slug=slug)


def enqueue_messages(origin: str) -> None:
    """One round of handing messages over to this hub, unless one is waiting already."""
    _enqueue("federation.messages", f"federation.messages.{origin}", origin=origin)


def enqueue_strangers() -> None:
    """One round of looking at what strangers have sent, unless one is waiting already."""
    _enqueue("federation.strangers", "federation.strangers")


def enqueue_fetch(peer: Peer) -> None:
    """One round of fetching this peer's files, unless one is waiting already.

    Rounds take turns in a few lanes, so that slow peers never take all of a worker's places from the
    pushes. A peer keeps its lane, so none of its files is fetched twice at once.
    """
    lane = f"federation.fetch.lane-{peer.pk % FETCH_LANES}"
    _enqueue("federation.fetch", f"federation.fetch.{peer.slug}", lane, slug=peer.slug)


def enqueue_retry(slug: str, *, everything: bool = True) -> None:
    """One try to show what is quarantined of this peer, or of it what more bodies would not help; in a row
    with those of other peers, so that long ones never take all of a worker's places.
    """
    name = f"federation.retry_quarantined.{slug}" + ("" if everything else ".rest")
    _enqueue(
        "federation.retry_quarantined", name, "federation.retry_quarantined", slug=slug, everything=everything
    )


def is_under_way(name: str) -> bool:
    """Whether a job of this name is being done, which keeps no other from being queued behind it."""
    return ProcrastinateJob.objects.filter(queueing_lock=name, status="doing").exists()


def _enqueue(task: str, name: str, lock: str = "", after: int = 0, **arguments: str | int) -> None:
    """Unless one of this ``name`` is waiting already; after so many seconds."""
    later: dict[str, Any] = {"schedule_in": {"seconds": after}} if after else {}
    try:
        with transaction.atomic():
            app.configure_task(task, queueing_lock=name, lock=lock or name, **later).defer(**arguments)
    except AlreadyEnqueued:
        return
