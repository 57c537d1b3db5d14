"""Telling followers: each in order, from where it last took something.

A host that does not answer waits with all its followers and holds up no other. A follower that takes nothing
for a week is no longer one; after a day of answers that its inbox is gone, and no other answer between.
"""

from __future__ import annotations

import datetime as dt
import json
import secrets
import time
from collections.abc import Mapping
from typing import Any

import structlog
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from federation.activitypub import activities, addresses, older_signatures
from federation.activitypub.models import Activity, Follower
from federation.jobs import enqueue_host
from federation.notices.keys import hold_keys
from federation.signatures import sign
from hub import fetching
from hub.errors import FetchFailed, HubError, Unreachable

logger = structlog.get_logger("federation")

DELAYS = (30, 120, 600, 3600, 4 * 3600)
"""Seconds until the next attempt, by the number of failures."""
PATIENCE = dt.timedelta(days=7)
PATIENCE_WITH_GONE = dt.timedelta(days=1)
TURN = 20
"""Activities one follower gets before the next of its host has its turn."""
ROUND_SECONDS = 30.0
POST_SECONDS = 10.0
REPLY_BYTES = 64_000
TAKEN = frozenset({200, 201, 202, 204})
SIGNATURE_REFUSED = frozenset({400, 401, 403})
GONE = frozenset({404, 410})
UNWANTED = frozenset({413, 422})
"""Understood, and not wanted: to send it again would not change that."""


class NotTaken(HubError):
    """An inbox answers, but does not take what is sent to it. ``status`` is its answer."""

    def __init__(self, status: int) -> None:
        super().__init__(f"the inbox answers {status}")
        self.status = status

    @property
    def is_of_host(self) -> bool:
        """Whether the server as a whole cannot take anything now."""
        return self.status == 429 or self.status >= 500


def newest_activity() -> int:
    """The number of the last activity, from which on a new follower is told; 0 before the first."""
    return Activity.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


def accept(follower: Follower, follow_activity: Mapping[str, Any]) -> None:
    """Answer a follower's verified request, and tell it what is published from now on.

    ``follow_activity`` names at least ``actor``. A request sent once more is answered once more.
    """
    with transaction.atomic():
        hold_keys(alone=False)
        answer = activities.acceptance(follow_activity, follower.followed, timezone.now())
        _update(follower, accept=activities.as_text(answer), retry_at=None)
        enqueue_host(follower.host)


def due_followers() -> QuerySet[Follower]:
    """Those that something is to be sent to now, the longest waiting first."""
    waiting = Q(cursor__lt=newest_activity()) | ~Q(accept="")
    return Follower.objects.filter(
        waiting, Q(retry_at__isnull=True) | Q(retry_at__lte=timezone.now())
    ).order_by("cursor", "pk")


def due_hosts() -> list[str]:
    """The hosts of :func:`due_followers`."""
    return list(due_followers().order_by("host").values_list("host", flat=True).distinct())


def enqueue_followers() -> None:
    """A round of telling followers for each host where somebody is to be told."""
    for host in due_hosts():
        enqueue_host(host)


def deliver_host(host: str) -> bool:
    """Tell the followers of one host in turns, for a while; returns whether some are left."""
    end = time.monotonic() + ROUND_SECONDS
    while followers := list(due_followers().filter(host=host)[:TURN]):
        for listed in followers:
            if time.monotonic() >= end:
                return True
            # Another of the same inbox may have been told for it, or it has left.
            if follower := Follower.objects.filter(pk=listed.pk).first():
                deliver(follower)
                if not due_followers().filter(host=host).exists():
                    return False
    return False


def deliver(follower: Follower) -> int:
    """Send one follower what is next, a turn's worth; returns how much it took.

    A failure is noted at the follower, or at all of its host, and never raised.
    """
    taken = 0
    try:
        if follower.accept:
            taken += _send(follower, follower.accept, follower.followed)
            _update(follower, accept="")
        newest = newest_activity()
        pending = list(_pending(follower)[:TURN])
        for activity in pending:
            taken += _send(follower, activity.body, _sender(activity))
            _move_on(follower, activity.pk)
        if len(pending) < TURN:
            _move_on(follower, max(newest, follower.cursor))
    except (FetchFailed, NotTaken) as error:
        _note_failure(follower, error)
    except Exception as error:  # noted and tried again, or the follower would wait in silence
        logger.exception("a follower cannot be told", host=follower.host)
        _note_failure(follower, error)
    else:
        if follower.failures:
            _update(follower, failures=0, failing_since=None, gone_since=None, retry_at=None, error="")
    return taken


def _pending(follower: Follower) -> QuerySet[Activity]:
    later = Activity.objects.filter(pk__gt=follower.cursor).order_by("pk")
    return later.filter(publishers__contains=[follower.followed]) if follower.followed else later


def _sender(activity: Activity) -> str:
    """Whose activity it is: only by the key of its actor do others take it."""
    return addresses.followed_of(json.loads(activity.body)["actor"]) or ""


def _send(follower: Follower, body: str, sender: str) -> bool:
    """Post by the kind of signature that its server read last, else by the other, which is then remembered.

    Returns whether it was taken; False for what the server does not want. Raises :class:`NotTaken`.
    """
    status = _post(follower, body, sender, older=follower.older_signature)
    if status in SIGNATURE_REFUSED:
        other = not follower.older_signature
        second = _post(follower, body, sender, older=other)
        if second in TAKEN:
            _update(follower, older_signature=other)
        status = second if second in TAKEN else status
    if follower.gone_since and status not in GONE:
        _update(follower, gone_since=None)
    if status in TAKEN:
        return True
    if status in UNWANTED:
        logger.warning("activity not wanted", host=follower.host, status=status)
        return False
    raise NotTaken(status)


def _post(follower: Follower, body: str, sender: str, *, older: bool) -> int:
    url, content, key = fetching.prepared_url(follower.inbox), body.encode(), addresses.signature_key(sender)
    signed = (
        older_signatures.sign_older("POST", url, content, key) if older else sign("POST", url, content, key)
    )
    headers = {"Content-Type": addresses.ACTIVITY_JSON, **signed}
    return fetching.fetch(
        "POST", url, headers=headers, body=content, max_bytes=REPLY_BYTES, seconds=POST_SECONDS
    ).status


def _move_on(follower: Follower, number: int) -> None:
    """Note what it has; also for those at the same inbox that were as far: their server has it now."""
    alike = Follower.objects.filter(
        inbox=follower.inbox, followed=follower.followed, cursor=follower.cursor, accept=""
    )
    alike.exclude(pk=follower.pk).update(cursor=number)
    _update(follower, cursor=number)


def _note_failure(follower: Follower, error: Exception) -> None:
    now = timezone.now()
    since = follower.failing_since or now
    is_gone = isinstance(error, NotTaken) and error.status in GONE
    gone_since = (follower.gone_since or now) if is_gone else None
    if now - since > PATIENCE or (gone_since and now - gone_since > PATIENCE_WITH_GONE):
        logger.warning("follower given up", actor=follower.actor, error=str(error))
        follower.delete()
        return
    later = _retry_time(follower.failures + 1)
    logger.info("follower waits", host=follower.host, error=str(error))
    _update(
        follower,
        failures=follower.failures + 1,
        failing_since=since,
        gone_since=gone_since,
        retry_at=later,
        error=f"{error}"[:1000],
    )
    if _is_of_host(error):
        waiting = Follower.objects.filter(host=follower.host).exclude(retry_at__gt=later)
        waiting.exclude(pk=follower.pk).update(retry_at=later)


def _is_of_host(error: Exception) -> bool:
    return isinstance(error, Unreachable) or (isinstance(error, NotTaken) and error.is_of_host)


def _retry_time(failures: int) -> dt.datetime:
    seconds = DELAYS[min(failures, len(DELAYS)) - 1]
    return timezone.now() + dt.timedelta(seconds=seconds * (0.8 + secrets.randbelow(401) / 1000))


def _update(follower: Follower, **values: Any) -> None:
    Follower.objects.filter(pk=follower.pk).update(**values)
    for name, value in values.items():
        setattr(follower, name, value)
