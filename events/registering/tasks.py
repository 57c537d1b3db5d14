"""Jobs by the clock: the line moves on, and what nobody confirmed is deleted."""

from __future__ import annotations

from django.conf import settings
from django.db.models import Q
from django.utils import timezone, translation
from procrastinate.contrib.django import app

from events.models import EventDesk, Registration
from events.proposing.forgetting import forget_unconfirmed_proposals
from events.registering.forgetting import forget_unconfirmed
from events.registering.line import BATCH
from events.registering.services import fill_seats

EVERY_MINUTE = "* * * * *"
EVERY_NIGHT = "25 3 * * *"


@app.periodic(cron=EVERY_MINUTE)
@app.task(
    name="events.move_lines", lock="events.move_lines", queueing_lock="events.move_lines", pass_context=False
)
def move_lines(timestamp: int) -> None:
    """End offers whose time is over and offer what is free to those who wait next."""
    now = timezone.now()
    overdue = Q(
        people__registration__state=Registration.State.OFFERED, people__registration__offered_until__lte=now
    )
    to_come = Q(event__starts__gt=now) | ~Q(event__recurrence_rule="")  # one gets a seat until its last date
    waiting = Q(people__registration__state=Registration.State.WAITING) & to_come
    with translation.override(settings.LANGUAGE_CODE):
        for desk in EventDesk.objects.filter(overdue | waiting).distinct().order_by("pk"):
            while fill_seats(desk, now) >= BATCH:
                pass  # each batch by itself, so that others get at the desk in between


@app.periodic(cron=EVERY_NIGHT)
@app.task(name="events.forget_unconfirmed", queueing_lock="events.forget_unconfirmed", pass_context=False)
def forget_unconfirmed_people(timestamp: int) -> None:
    """Delete proposals and registrations that nobody confirmed."""
    forget_unconfirmed_proposals(timezone.now())
    forget_unconfirmed(timezone.now())
