"""Jobs: pushes, pulls and files. They carry a name at most; what is due is read from the tables."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued
from procrastinate.tasks import Task

from federation import attachments, delivery, pull, quarantine, signatures
from federation.members import checking, clients
from federation.messages import sending
from federation.models import Peer, PeerState
from hub.messages.queries import queued_destinations

EVERY_TEN_SECONDS = "*/10 * * * * *"
EVERY_FIVE_MINUTES = "*/5 * * * *"
EVERY_HOUR = "17 * * * *"
FETCH_LANES = 2


@app.task(name="federation.push")
def push_peer(slug: str) -> None:
    """Push the own log to one peer."""
    if peer := Peer.objects.filter(slug=slug).first():
        delivery.push(peer)


@app.task(name="federation.pull")
def pull_peer(slug: str) -> None:
    """Pull one peer's log; if it had been out of reach, push to it at once."""
    peer = Peer.objects.filter(slug=slug).first()
    if peer is None:
        return
    pull.pull(peer)
    if not peer.last_error and peer.push_failures:
        enqueue_push(slug)


@app.task(name="federation.fetch")
def fetch_files(slug: str) -> None:
    """Fetch one peer's attachments for a while; what is left waits until other peers had their turn."""
    peer = Peer.objects.filter(slug=slug).first()
    if peer and attachments.fetch_round(peer):
        enqueue_fetch(peer)


@app.task(name="federation.messages")
def deliver_messages(origin: str) -> None:
    """Hand over the directed messages that are queued for one hub."""
    sending.deliver(origin)


@app.periodic(cron=EVERY_TEN_SECONDS)
@app.task(name="federation.exchange_due", queueing_lock="federation.exchange_due", pass_context=False)
def exchange_due(timestamp: int) -> None:
    """Enqueue what is due: pulls, pushes after a failure, files, directed messages."""
    for peer in pull.due_peers():
        enqueue_pull(peer.slug)
    failed = Peer.objects.filter(state=PeerState.APPROVED, push_failures__gt=0)
    for slug in failed.filter(Q(push_after__isnull=True) | Q(push_after__lte=timezone.now())).values_list(
        "slug", flat=True
    ):
        enqueue_push(slug)
    for peer in attachments.due_peers():
        enqueue_fetch(peer)
    for origin in queued_destinations(timezone.now()):
        enqueue_messages(origin)


@app.periodic(cron=EVERY_HOUR)
@app.task(name="federation.tidy", queueing_lock="federation.tidy", pass_context=False)
def tidy(timestamp: int) -> None:
    """Forget old nonces; push and pull whatever the cursors still show."""
    signatures.forget_old_nonces()
    at_start()


@app.periodic(cron=EVERY_FIVE_MINUTES)
@app.task(name="federation.check_members", queueing_lock="federation.check_members", pass_context=False)
def check_members(timestamp: int) -> None:
    """Ask the home hubs of everybody who is signed in from elsewhere."""
    clients.align_clients()
    checking.check_members()


def at_start() -> None:
    """When a worker starts: pull from and push to every peer, and try quarantined entries again."""
    for slug in Peer.objects.filter(state=PeerState.APPROVED).values_list("slug", flat=True):
        enqueue_pull(slug)
        enqueue_push(slug)
    quarantine.retry_quarantined()


def enqueue_push(slug: str) -> None:
    """One push to this peer, unless one is waiting already."""
    _enqueue(push_peer, f"federation.push.{slug}", slug=slug)


def enqueue_pull(slug: str) -> None:
    """One pull from this peer, unless one is waiting already."""
    _enqueue(pull_peer, f"federation.pull.{slug}", slug=slug)


def enqueue_messages(origin: str) -> None:
    """One round of handing messages over to this hub, unless one is waiting already."""
    _enqueue(deliver_messages, f"federation.messages.{origin}", origin=origin)


def enqueue_fetch(peer: Peer) -> None:
    """One round of fetching this peer's files, unless one is waiting already.

    Rounds take turns in a few lanes, so that slow peers never take all of a worker's places from the
    pushes. A peer keeps its lane, so none of its files is fetched twice at once.
    """
    lane = f"federation.fetch.lane-{peer.pk % FETCH_LANES}"
    _enqueue(fetch_files, f"federation.fetch.{peer.slug}", lane, slug=peer.slug)


def _enqueue(task: Task[Any, Any, Any], name: str, lock: str = "", **arguments: str) -> None:
    try:
        with transaction.atomic():
            task.configure(queueing_lock=name, lock=lock or name).defer(**arguments)
    except AlreadyEnqueued:
        return
