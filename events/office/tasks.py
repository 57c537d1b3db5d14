"""Jobs of the office, by the clock."""

from __future__ import annotations

from django.utils import timezone
from procrastinate.contrib.django import app

from events.office.forgetting import forget_circle_members, forget_leavers, forget_people

EVERY_NIGHT = "25 2 * * *"


@app.periodic(cron=EVERY_NIGHT)
@app.task(
    name="events.forget_people",
    lock="events.forget_people",
    queueing_lock="events.forget_people",
    pass_context=False,
)
def forget_people_nightly(timestamp: int) -> None:
    """Delete participants of events and members of focus groups whose retention is over."""
    now = timezone.now()
    forget_leavers(now)
    forget_people(now)
    forget_circle_members(now)
