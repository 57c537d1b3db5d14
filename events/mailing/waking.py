"""Waking the worker that sends letters."""

from __future__ import annotations

from django.db import transaction
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

SEND = "events.send_letters"


def wake_after_commit() -> None:
    """Have letters sent once this transaction is committed; one waiting job is enough."""
    transaction.on_commit(_enqueue, robust=True)


def _enqueue() -> None:
    try:
        with transaction.atomic():
            app.configure_task(SEND, queueing_lock=SEND).defer()
    except AlreadyEnqueued:
        return
