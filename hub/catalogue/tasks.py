"""Jobs that wake consumers. They carry no data: the cursors know what is due."""

from __future__ import annotations

import structlog
from django.db import transaction
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from hub.catalogue import consumers

logger = structlog.get_logger("hub.jobs")


@app.task(name="catalogue.wake", queueing_lock="catalogue.wake", pass_context=False)
def wake() -> None:
    """Bring every consumer up to date."""
    consumers.run_consumers()


def wake_after_commit() -> None:
    """Wake the worker once this transaction is committed; one waiting wake-up is enough."""
    transaction.on_commit(_defer_wake, robust=True)


def _defer_wake() -> None:
    try:
        with transaction.atomic():
            wake.defer()
    except AlreadyEnqueued:
        return
