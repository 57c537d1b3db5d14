"""Jobs of results, by the clock."""

from __future__ import annotations

from django.utils import timezone
from procrastinate.contrib.django import app

from events.results.final import release_final_programmes

EVERY_FIVE_MINUTES = "*/5 * * * *"


@app.periodic(cron=EVERY_FIVE_MINUTES)
@app.task(
    name="events.release_final_programmes",
    lock="events.release_final_programmes",
    queueing_lock="events.release_final_programmes",
    pass_context=False,
)
def release_final_programmes_job(timestamp: int) -> None:
    """Release programmes of events that have just ended."""
    release_final_programmes(timezone.now())
