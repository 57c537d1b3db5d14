"""Jobs: pushes, pulls and files. They carry a name at most; what is due is read from the tables."""

from __future__ import annotations

from django.db.models import Q
from django.utils import timezone
from procrastinate.contrib.django import app

from federation import attachments, delivery, jobs, pull, quarantine, signatures
from federation.activitypub import examining, receiving
from federation.activitypub import following as fediverse
from federation.activitypub import sending as followers
from federation.comparing import comparing
from federation.members import checking, clients
from federation.messages import sending
from federation.models import Notice, Peer, PeerState
from federation.notices import following as following_notices
from federation.notices import receiving as fetching_notices
from federation.notices import sending as handing_over
from federation.notices import services as announcing
from federation.notices.queries import former_origins
from federation.peering import handovers, proposing
from federation.restoring import recovering, resync
from hub.messages.queries import queued_destinations

EVERY_TEN_SECONDS = "* * * * * */10"
"""Seconds stand last where a line has six fields."""
EVERY_FIVE_MINUTES = "*/5 * * * *"
EVERY_HOUR = "17 * * * *"
EVERY_HOUR_LATER = "43 * * * *"
SPREAD_SECONDS = 3_000
EVERY_NIGHT_AT_FOUR = "10 4 * * *"


@app.task(name="federation.push")
def push_peer(slug: str) -> None:
    """Push the own log to one peer."""
    if peer := Peer.objects.filter(slug=slug).first():
        delivery.push(peer)


@app.task(name="federation.pull")
def pull_peer(slug: str) -> None:
    """Pull one peer's log; if it had been out of reach, push to it at once. Once all of it is here for the
    first time, compare; should that fail, it is tried again every hour.
    """
    peer = Peer.objects.filter(slug=slug).first()
    if peer is None:
        return
    was_verified = peer.verified_seq
    pull.pull(peer)
    if not peer.last_error and peer.push_failures:
        jobs.enqueue_push(slug)
    if peer.verified_seq and not was_verified:
        jobs.enqueue_compare(slug)


@app.task(name="federation.compare")
def compare_peer(slug: str) -> None:
    """Compare all entries of one peer with what it says it publishes."""
    if peer := Peer.objects.filter(slug=slug).first():
        comparing.compare(peer)


@app.periodic(cron=EVERY_HOUR_LATER)
@app.task(name="federation.compare_due", queueing_lock="federation.compare_due", pass_context=False)
def compare_due(timestamp: int) -> None:
    """Enqueue a comparison, some time within the hour, with each peer whose last one is a day old."""
    for peer in comparing.due_peers():
        jobs.enqueue_compare(peer.slug, within=SPREAD_SECONDS)


@app.task(name="federation.fetch")
def fetch_files(slug: str) -> None:
    """Fetch one peer's attachments for a while; what is left waits until other peers had their turn."""
    peer = Peer.objects.filter(slug=slug).first()
    if peer and attachments.fetch_round(peer):
        jobs.enqueue_fetch(peer)


@app.task(name="federation.messages")
def deliver_messages(origin: str) -> None:
    """Hand over the directed messages that are queued for one hub."""
    sending.deliver(origin)


@app.task(name="federation.notices")
def deliver_notices(slug: str) -> None:
    """Hand the own notices over to one peer, if it is due; after a failure it is again after its delay."""
    if peer := handing_over.due_peers().filter(slug=slug).first():
        handing_over.deliver(peer)


@app.task(name="federation.carry_over")
def carry_over(number: int) -> None:
    """Do what the notice in this row still asks for: follow a move, and what has arrived of it."""
    if notice := Notice.objects.filter(pk=number, done=None).first():
        following_notices.carry_out(notice)


@app.task(name="federation.move")
def announce_move(old_origin: str) -> None:
    """Tell everybody that this instance has moved; once it is told, nothing."""
    if old_origin in former_origins():
        announcing.announce_move(old_origin)


@app.task(name="federation.fetch_notices")
def fetch_peer_notices(slug: str) -> None:
    """Read what a peer has announced while it was not listened to."""
    if peer := Peer.objects.filter(slug=slug, state__in=[PeerState.APPROVED, PeerState.PAUSED]).first():
        fetching_notices.catch_up(peer)


@app.task(name="federation.proposals")
def look_into_proposals() -> None:
    """Fetch who has proposed itself as a peer, and tell those whom this instance would like to have."""
    for proposal in proposing.due_proposals():
        proposing.look_into(proposal)


@app.task(name="federation.take_over")
def take_over(number: int) -> None:
    """Publish here what the notice in this row hands over to this instance."""
    handovers.take_over_in_sight(number)


@app.task(name="federation.strangers")
def examine_strangers() -> None:
    """Look at what strangers have sent for a while; what is left waits for its turn."""
    if examining.examine_round():
        jobs.enqueue_strangers()


@app.task(name="federation.followers")
def tell_followers(host: str) -> None:
    """Tell the followers at one host what is new; the next round comes when others had their turn."""
    if followers.deliver_host(host):
        jobs.enqueue_host(host)


@app.task(name="federation.recover")
def recover_own_log() -> None:
    """Take back what peers hold of the own log and this instance, restored from a backup, does not."""
    recovering.recover()


@app.task(name="federation.resync")
def resync_peer(slug: str) -> None:
    """Read one peer's whole log again; how far it has come is shown at the peer."""
    if peer := Peer.objects.filter(slug=slug).first():
        resync.resync_in_sight(peer)


@app.task(name="federation.retry_quarantined")
def retry_quarantined(slug: str, everything: bool) -> None:
    """Try to show what is quarantined of one peer; not ``everything``: without what waits for more bodies."""
    quarantine.retry_of_peer(slug, everything=everything)


@app.periodic(cron=EVERY_TEN_SECONDS)
@app.task(name="federation.exchange_due", queueing_lock="federation.exchange_due", pass_context=False)
def exchange_due(timestamp: int) -> None:
    """Enqueue what is due: pulls, pushes after a failure, files, directed messages."""
    for peer in pull.due_peers():
        jobs.enqueue_pull(peer.slug)
    failed = Peer.objects.filter(state=PeerState.APPROVED, push_failures__gt=0)
    for slug in failed.filter(Q(push_after__isnull=True) | Q(push_after__lte=timezone.now())).values_list(
        "slug", flat=True
    ):
        jobs.enqueue_push(slug)
    for peer in attachments.due_peers():
        jobs.enqueue_fetch(peer)
    for peer in handing_over.due_peers():
        if not jobs.is_under_way(f"federation.notices.{peer.slug}"):
            jobs.enqueue_notices(peer.slug)
    for origin in queued_destinations(timezone.now()):
        jobs.enqueue_messages(origin)
    if proposing.due_proposals().exists():
        jobs.enqueue_proposals()
    if examining.due().exists():
        jobs.enqueue_strangers()
    followers.enqueue_followers()


@app.periodic(cron=EVERY_HOUR)
@app.task(name="federation.tidy", queueing_lock="federation.tidy", pass_context=False)
def tidy(timestamp: int) -> None:
    """Forget old nonces and reports; follow notices to their end; push and pull what the cursors show."""
    signatures.forget_old_nonces()
    receiving.forget_old_reports()
    fediverse.withdraw_expired()
    proposing.forget_old_proposals()
    for number in following_notices.open_notices().values_list("pk", flat=True):
        jobs.enqueue_carry_over(number)
    at_start()


@app.periodic(cron=EVERY_NIGHT_AT_FOUR)
@app.task(name="federation.let_go_files", queueing_lock="federation.let_go_files", pass_context=False)
def let_go_files(timestamp: int) -> None:
    """Delete files of other instances that no document needs any more, or for which there is no room."""
    attachments.let_go()


@app.periodic(cron=EVERY_FIVE_MINUTES)
@app.task(name="federation.check_members", queueing_lock="federation.check_members", pass_context=False)
def check_members(timestamp: int) -> None:
    """Ask the home hubs of everybody who is signed in from elsewhere."""
    clients.align_clients()
    checking.check_members()


def at_start() -> None:
    """When a worker starts: pull from and push to every peer, and try quarantined entries again."""
    for slug in Peer.objects.filter(state=PeerState.APPROVED).values_list("slug", flat=True):
        jobs.enqueue_pull(slug)
        jobs.enqueue_push(slug)
    quarantine.enqueue_worthwhile()
