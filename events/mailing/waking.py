"""Waking the worker that sends letters."""

from __future__ import annotations

from django.db import connection, transaction
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

SEND = "events.send_letters"


def wake_after_commit() -> None:
    """Have letters sent once this transaction is committed; one waiting job is enough for all of them.

    A savepoint that is taken back takes its own hook along, so what was asked for in another one is no help.
    """
    here = set(connection.savepoint_ids)
    if not any(held[1] is _enqueue and held[0] <= here for held in connection.run_on_commit):
        transaction.on_commit(_enqueue, robust=True)


def _enqueue() -> None:
    try:
        with transaction.atomic():
            app.configure_task(SEND, queueing_lock=SEND).defer()
    except AlreadyEnqueued:
        return
