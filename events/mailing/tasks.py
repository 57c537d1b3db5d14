"""Jobs that send letters. They carry no data: the table says what is due."""

from __future__ import annotations

from django.utils import timezone
from procrastinate.contrib.django import app

from events.calendars.telling import tell_changes
from events.mailing.sending import send_letters
from events.mailing.waking import SEND
from events.planning.live_letters import tell_moves

EVERY_MINUTE = "* * * * *"


@app.task(name=SEND, queueing_lock=SEND, pass_context=False)
def send() -> None:
    """Send what was written just now."""
    send_letters(timezone.now())


@app.periodic(cron=EVERY_MINUTE)
@app.task(name="events.send_due", queueing_lock="events.send_due", pass_context=False)
def send_due(timestamp: int) -> None:
    """Tell everybody who has a seat what changed, and hosts what moved on the day; send what is due."""
    now = timezone.now()
    tell_changes(now)
    tell_moves(now)
    send_letters(now)
