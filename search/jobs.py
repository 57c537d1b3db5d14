"""Enqueueing the jobs of :mod:`search.tasks`, by name, so that whatever causes one imports none."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

REBUILD_LOCK = "search.rebuild"


def enqueue_follow(consumer: str) -> None:
    """Bring the index of an engine that waits for a service up to date."""
    _enqueue("search.follow", f"search.follow.{consumer}", consumer=consumer)


def enqueue_rebuild(after: int = 0) -> None:
    """Build again what is due, after so many seconds."""
    _enqueue("search.rebuild", REBUILD_LOCK, after=after)


def enqueue_rebuild_of(name: str) -> None:
    """Build this index again, whether due or not."""
    _enqueue("search.rebuild_one", f"{REBUILD_LOCK}.{name}", REBUILD_LOCK, target=name)


def enqueue_reading() -> None:
    """One round of reading attached files, unless one is waiting already; two never run at once."""
    _enqueue("search.read_files", "search.read_files")


def enqueue_embedding() -> None:
    """One round of making vectors of passages, unless one is waiting already; two never run at once."""
    _enqueue("search.embed_passages", "search.embed_passages")


def _enqueue(task: str, name: str, lock: str = "", after: int = 0, **arguments: str) -> None:
    """Unless one of this ``name`` is waiting already."""
    later: dict[str, Any] = {"schedule_in": {"seconds": after}} if after else {}
    try:
        with transaction.atomic():
            app.configure_task(task, queueing_lock=name, lock=lock or name, **later).defer(**arguments)
    except AlreadyEnqueued:
        return
