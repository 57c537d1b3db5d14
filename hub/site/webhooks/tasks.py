"""Jobs of webhooks. They carry a key at most; what is due is read from the table."""

from __future__ import annotations

import datetime as dt
import uuid

from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from hub.site.webhooks.following import purge
from hub.site.webhooks.models import Delivery, DeliveryState
from hub.site.webhooks.sending import send_waiting

EVERY_MINUTE = "* * * * *"
EVERY_NIGHT = "25 4 * * *"
KEPT = dt.timedelta(days=90)


@app.task(name="webhooks.send")
def send(key: str) -> None:
    """Send what waits for one webhook; what is left gets another round behind other jobs."""
    with translation.override(settings.LANGUAGE_CODE):
        more = send_waiting(uuid.UUID(key))
    if more:
        enqueue_sending(uuid.UUID(key))


def enqueue_sending(key: uuid.UUID) -> None:
    """Let a worker send; one such job for each webhook at a time, another one waiting at most."""
    try:
        with transaction.atomic():
            send.configure(lock=f"webhooks.send.{key}", queueing_lock=f"webhooks.send.{key}").defer(
                key=str(key)
            )
    except AlreadyEnqueued:
        return


@app.periodic(cron=EVERY_MINUTE)
@app.task(name="webhooks.send_due", queueing_lock="webhooks.send_due", pass_context=False)
def send_due(timestamp: int) -> None:
    """Enqueue what is to be tried again."""
    due = Delivery.objects.filter(state=DeliveryState.WAITING, webhook__off="", due__lte=timezone.now())
    for key in due.order_by().values_list("webhook", flat=True).distinct():
        enqueue_sending(key)


@app.periodic(cron=EVERY_NIGHT)
@app.task(name="webhooks.purge", queueing_lock="webhooks.purge", pass_context=False)
def purge_nightly(timestamp: int) -> None:
    """Forget messages that are done and older than 90 days."""
    purge(timezone.now() - KEPT)
