"""Announcements of the organisers: written, shown until a time, ended."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet

from events.models import EventDesk, Notice


def list_notices(desk: EventDesk, now: dt.datetime) -> QuerySet[Notice]:
    """Those that are shown now, the newest first."""
    return desk.notices.filter(Q(until=None) | Q(until__gt=now)).order_by("-at", "-pk")


@transaction.atomic
def write_notice(
    desk: EventDesk, text: str, until: dt.datetime | None, user: Any, now: dt.datetime
) -> Notice:
    """Show it to everybody who looks at the board; the same words twice are one announcement.

    ``until`` None: until it is ended.
    """
    EventDesk.objects.select_for_update(no_key=True).get(pk=desk.pk)
    if shown := list_notices(desk, now).filter(text=text).first():
        shown.until = until
        shown.save(update_fields=["until"])
        return shown
    return Notice.objects.create(desk=desk, text=text, at=now, until=until, user=user)


def end_notice(desk: EventDesk, notice: int, now: dt.datetime) -> bool:
    """Take it off the board; whether it was there."""
    return bool(list_notices(desk, now).filter(pk=notice).update(until=now))
