"""Jobs that wake consumers. They carry no data: the cursors know what is due."""

from __future__ import annotations

import structlog
from django.db import transaction
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued
from procrastinate.tasks import Task

from hub.catalogue import consumers, topics

logger = structlog.get_logger("hub.jobs")


@app.task(name="catalogue.wake", queueing_lock="catalogue.wake", pass_context=False)
def wake() -> None:
    """Bring every consumer up to date."""
    consumers.run_consumers()


@app.task(name="catalogue.topics", queueing_lock="catalogue.topics", pass_context=False)
def resolve_topics() -> None:
    """Follow merges of topics in every entry."""
    if topics.resolve_everywhere():
        consumers.run_consumers()


def resolve_topics_after_commit() -> None:
    """Have merges followed once this transaction is committed; one waiting job is enough."""
    transaction.on_commit(lambda: _defer(resolve_topics), robust=True)


def wake_after_commit() -> None:
    """Wake the worker once this transaction is committed; one waiting wake-up is enough."""
    transaction.on_commit(lambda: _defer(wake), robust=True)


def _defer(task: Task[[], None, []]) -> None:
    try:
        with transaction.atomic():
            task.defer()
    except AlreadyEnqueued:
        return
