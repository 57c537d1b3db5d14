"""Requests to join that wait for too long: a reminder to those who decide, then a word to the operators."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict

from django.db import transaction
from django.utils import timezone

from hub.accounts import mails
from hub.accounts.joining import Step, take
from hub.accounts.models import JoinRequest, RequestState
from hub.accounts.roles import deciders_for, operators

REMIND_AFTER = dt.timedelta(days=3)
ESCALATE_AFTER = dt.timedelta(days=10)


def remind(now: dt.datetime | None = None) -> tuple[int, int]:
    """Remind of what waits since more than three days, escalate after ten, each request once.

    Returns how many requests were reminded of and escalated. Deciders get one mail for all of a body.
    """
    now = now or timezone.now()
    with transaction.atomic():
        overdue = _take_due(Step.ESCALATE, "escalated", now - ESCALATE_AFTER, now)
        due = _take_due(Step.REMIND, "reminded", now - REMIND_AFTER, now)
        by_body: dict[str, list[JoinRequest]] = defaultdict(list)
        for request in due:
            by_body[request.body_id].append(request)
        url = mails.whole_url("accounts:requests")
        for requests in by_body.values():
            body = requests[0].body
            facts = {"requests": requests, "body": body, "url": url, "now": now}
            mails.post_to_deciders("reminder", deciders_for(body), **facts)
        if overdue:
            mails.post_to_deciders("escalation", operators(), requests=overdue, url=url, now=now)
    return len(due), len(overdue)


def _take_due(step: Step, field: str, before: dt.datetime, now: dt.datetime) -> list[JoinRequest]:
    """Lock and stamp the requests made before a moment that have no stamp of this kind yet."""
    waiting = JoinRequest.objects.filter(
        state=RequestState.PENDING, created__lt=before, **{f"{field}__isnull": True}
    )
    due = [held for request in waiting if (held := take(request, step)) is not None]
    due = [held for held in due if getattr(held, field) is None]
    for held in due:
        setattr(held, field, now)
        held.save(update_fields=[field])
    return due
