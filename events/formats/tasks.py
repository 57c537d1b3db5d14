"""Jobs of formats, by the clock."""

from __future__ import annotations

from django.utils import timezone
from procrastinate.contrib.django import app

from events.formats.letters import OCCASIONS, tell_recordings, write_due

EVERY_FIVE_MINUTES = "*/5 * * * *"


@app.periodic(cron=EVERY_FIVE_MINUTES)
@app.task(
    name="events.write_about_dates",
    lock="events.write_about_dates",
    queueing_lock="events.write_about_dates",
    pass_context=False,
)
def write_about_dates(timestamp: int) -> None:
    """Remind of dates, ask for feedback after them, and tell of recordings that are out."""
    now = timezone.now()
    for occasion in OCCASIONS:
        write_due(occasion, now)
    tell_recordings(now)
