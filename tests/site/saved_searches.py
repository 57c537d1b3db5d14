"""Saved searches and what their mails tell, for tests."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.core import mail

from hub.accounts.models import User
from hub.site.searches.models import Rhythm, SavedSearch

MONDAY = dt.datetime(2026, 11, 9, 6, 50, tzinfo=dt.UTC)
TUESDAY, NEXT_MONDAY = MONDAY + dt.timedelta(days=1), MONDAY + dt.timedelta(days=7)
BEFORE = dt.datetime(2026, 11, 4, 9, 0, tzinfo=dt.UTC)


def save(user: User, query: str = "q=Wallbox", **fields: Any) -> SavedSearch:
    values = {"name": "Wallboxen", "rhythm": Rhythm.DAILY, "sent_until": BEFORE, **fields}
    return SavedSearch.objects.create(user=user, query=query, **values)


def titles() -> list[str]:
    lines = [line for message in mail.outbox for line in message.body.splitlines()]
    return [line.removeprefix("* ") for line in lines if line.startswith("* ")]
