"""What of proposals is not kept: what nobody confirmed, and what is personal once its time is over."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.db.models import QuerySet

from events.models import Person, Session

KEPT_FOR = dt.timedelta(days=7)
State = Session.State


@transaction.atomic
def forget_unconfirmed_proposals(now: dt.datetime) -> int:
    """Delete proposals nobody confirmed in a week, and those who did nothing else; how many proposals."""
    old = now - KEPT_FOR
    number, _rows = Session.objects.filter(state=State.UNCONFIRMED, created__lt=old).delete()
    Person.objects.filter(
        confirmed=None, created__lt=old, registration=None, proposals=None, hosts=None
    ).delete()
    return number


def forget_proposals(sessions: QuerySet[Session]) -> None:
    """Only what was accepted stays, as the programme names it: without remark, reason and times.

    For events whose time is over, and before somebody is deleted, with all they proposed.
    """
    sessions.exclude(state=State.ACCEPTED).delete()
    sessions.update(remark="", reason="", away=[])
