"""Consumers of the catalogue: each is a cursor and a handler, and nothing more.

Whatever follows the catalogue (search, answers, deliveries) registers a handler. It is handed the
entries changed since its cursor, in order of position, at most :data:`BATCH` at a time, in one
transaction with the cursor's advance. An entry that changed twice comes once, as it is now, also
when it is withdrawn; so a handler is idempotent and a lost wake-up costs nothing but time.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import structlog
from django.db import connection, transaction
from django.db.models import Max

from hub.catalogue.models import CatalogueEntry, Cursor, Setback

logger = structlog.get_logger("hub.consumers")

BATCH = 100
Handler = Callable[[Sequence[CatalogueEntry]], None]
_handlers: dict[str, Handler] = {}


def register(name: str, handler: Handler) -> None:
    """Make ``handler`` follow the catalogue under ``name``, which also names its cursor."""
    _handlers[name] = handler


def consumer_names() -> list[str]:
    """All registered consumers."""
    return sorted(_handlers)


def run_consumers(only: str | None = None) -> int:
    """Bring all consumers, or one, up to date; returns how many entries were handled.

    One consumer's failure does not hold up the others.
    """
    handled = 0
    for name in [only] if only else list(_handlers):
        while count := _run_batch(name):
            handled += count
    return handled


def rewind(name: str) -> None:
    """Let a consumer read everything again from the start."""
    Cursor.objects.update_or_create(consumer=name, defaults={"position": 0})


def lag() -> dict[str, int]:
    """How many positions each consumer is behind."""
    newest = CatalogueEntry.objects.aggregate(newest=Max("position"))["newest"] or 0
    held = dict(Cursor.objects.values_list("consumer", "position"))
    return {name: max(0, newest - held.get(name, 0)) for name in consumer_names()}


def retry_setbacks() -> int:
    """Try again what a consumer could not take; returns how many were taken now."""
    taken = 0
    for setback in Setback.objects.filter(consumer__in=_handlers):
        with transaction.atomic():
            # The cursor's lock keeps the consumer itself from reading a newer entry meanwhile.
            Cursor.objects.select_for_update().filter(consumer=setback.consumer).first()
            entry = CatalogueEntry.objects.filter(object_id=setback.object_id).first()
            taken += _handle_one(setback.consumer, entry) if entry else setback.delete()[0]
    return taken


def _run_batch(name: str) -> int:
    with transaction.atomic():
        Cursor.objects.bulk_create([Cursor(consumer=name)], ignore_conflicts=True)
        cursor = Cursor.objects.select_for_update().get(consumer=name)
        batch = list(CatalogueEntry.objects.filter(position__gt=cursor.position).order_by("position")[:BATCH])
        if not batch:
            return 0
        try:
            with transaction.atomic():
                _handlers[name](batch)
        except Exception:  # one poisoned entry must not stop the rest: it is found one by one
            logger.exception("batch failed, going one by one", consumer=name)
            for entry in batch:
                _handle_one(name, entry)
        cursor.position = batch[-1].position
        cursor.save(update_fields=["position"])
    return len(batch)


def _handle_one(name: str, entry: CatalogueEntry) -> bool:
    try:
        with transaction.atomic():
            _handlers[name]([entry])
    except Exception as error:  # recorded in sight and tried again
        if connection.needs_rollback:
            raise
        logger.exception("entry passed over", consumer=name, object_id=entry.object_id)
        Setback.objects.update_or_create(
            consumer=name,
            object_id=entry.object_id,
            defaults={"error": f"{type(error).__name__}: {error}"[:2000]},
        )
        return False
    Setback.objects.filter(consumer=name, object_id=entry.object_id).delete()
    return True
