"""Jobs about messages, by the clock."""

from __future__ import annotations

from django.utils import timezone
from procrastinate.contrib.django import app

from hub.catalogue.settling import settle
from hub.messages.services import forget_old, refresh_portraits

EVERY_NIGHT = "10 0 * * *"


@app.periodic(cron=EVERY_NIGHT)
@app.task(name="messages.nightly", queueing_lock="messages.nightly", pass_context=False)
def count_and_forget(timestamp: int) -> None:
    """A day has passed: times to answer are counted again, and old threads deleted."""
    forget_old(timezone.now())
    refresh_portraits()
    settle()
