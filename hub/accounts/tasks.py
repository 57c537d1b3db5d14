"""Jobs about people, by the clock."""

from __future__ import annotations

from procrastinate.contrib.django import app

from hub.accounts.reminding import remind

EVERY_MORNING = "10 6 * * *"


@app.periodic(cron=EVERY_MORNING)
@app.task(name="accounts.remind", queueing_lock="accounts.remind", pass_context=False)
def remind_deciders(timestamp: int) -> None:
    """Remind those who decide of requests that wait for days."""
    remind()
