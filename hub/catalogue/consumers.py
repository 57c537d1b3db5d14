"""Consumers of the catalogue: each is a cursor and a handler, and nothing more.

Whatever follows the catalogue (search, answers, deliveries) registers a handler. It is handed the
entries changed since its cursor, in order of position, at most :data:`BATCH` at a time, in one
transaction with the cursor's advance. An entry that changed twice comes once, as it is now, also
when it is withdrawn; so a handler is idempotent and a lost wake-up costs nothing but time.

A handler that needs a service which does not answer raises :class:`hub.errors.Unavailable`: its cursor
stays where it is, and the same entries are handed over again later.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import structlog
from django.db import connection, transaction
from django.db.models import Max

from hub.catalogue.models import CatalogueEntry, Cursor, Setback
from hub.errors import Unavailable

logger = structlog.get_logger("hub.consumers")

BATCH = 100
Handler = Callable[[Sequence[CatalogueEntry]], None]
_handlers: dict[str, Handler] = {}
_apart: set[str] = set()


def register(name: str, handler: Handler, *, apart: bool = False) -> None:
    """Make ``handler`` follow the catalogue under ``name``, which also names its cursor.

    One that waits for a service runs ``apart``: only where it is named, so that it holds up no other.
    """
    _handlers[name] = handler
    _apart.discard(name)
    if apart:
        _apart.add(name)


def consumer_names() -> list[str]:
    """All registered consumers."""
    return sorted(_handlers)


def run_consumers(only: str | None = None) -> int:
    """Bring all consumers but those apart, or one, up to date; returns how many entries were handled.

    One consumer's failure does not hold up the others.
    """
    handled = 0
    for name in [only] if only else [name for name in _handlers if name not in _apart]:
        while count := _run_batch(name):
            handled += count
    return handled


def lock_cursor(name: str) -> Cursor:
    """A consumer's cursor, held until the end of the transaction: meanwhile it reads nothing."""
    Cursor.objects.bulk_create([Cursor(consumer=name)], ignore_conflicts=True)
    return Cursor.objects.select_for_update().get(consumer=name)


def lag() -> dict[str, int]:
    """How many positions each consumer is behind."""
    newest = CatalogueEntry.objects.aggregate(newest=Max("position"))["newest"] or 0
    held = dict(Cursor.objects.values_list("consumer", "position"))
    return {name: max(0, newest - held.get(name, 0)) for name in consumer_names()}


def hand_again(name: str, object_ids: Iterable[str]) -> None:
    """Hand these entries to a consumer once more, though they did not change.

    What it cannot take now becomes a setback and is so tried again. Those it has not read yet come anyway.
    """
    wanted = sorted(set(object_ids))
    for start in range(0, len(wanted), BATCH):
        with transaction.atomic():
            cursor = lock_cursor(name)
            some = wanted[start : start + BATCH]
            known = CatalogueEntry.objects.filter(object_id__in=some, position__lte=cursor.position)
            batch = list(known.order_by("position"))
            if not batch:
                continue
            try:
                with transaction.atomic():
                    _handlers[name](batch)
            except Exception as error:  # what each of them meets is said by its own setback
                if connection.needs_rollback:
                    raise
                logger.warning(
                    "handed again later", consumer=name, entries=len(batch), reason=str(error)[:300]
                )
                for entry in batch:
                    set_back(name, entry, error)


def retry_setbacks() -> int:
    """Try again what a consumer could not take; returns how many were taken now."""
    taken = 0
    unavailable: set[str] = set()
    for setback in Setback.objects.filter(consumer__in=_handlers):
        if setback.consumer in unavailable:
            continue
        try:
            taken += _retry(setback)
        except Unavailable:
            unavailable.add(setback.consumer)
    return taken


def _retry(setback: Setback) -> int:
    with transaction.atomic():
        # The cursor's lock keeps the consumer itself from reading a newer entry meanwhile.
        Cursor.objects.select_for_update().filter(consumer=setback.consumer).first()
        entry = CatalogueEntry.objects.filter(object_id=setback.object_id).first()
        return int(_handle_one(setback.consumer, entry)) if entry else setback.delete()[0]


def _run_batch(name: str) -> int:
    with transaction.atomic():
        cursor = lock_cursor(name)
        batch = list(CatalogueEntry.objects.filter(position__gt=cursor.position).order_by("position")[:BATCH])
        handled = _handle_batch(name, batch) if batch else 0
        if handled:
            cursor.position = batch[handled - 1].position
            cursor.save(update_fields=["position"])
    return handled


def _handle_batch(name: str, batch: Sequence[CatalogueEntry]) -> int:
    """How many of the batch are done with, from its beginning."""
    try:
        with transaction.atomic():
            _handlers[name](batch)
    except Unavailable as error:
        logger.warning("consumer waits", consumer=name, reason=str(error)[:300])
        return 0
    except Exception:  # one poisoned entry must not stop the rest: it is found one by one
        logger.exception("batch failed, going one by one", consumer=name)
        return _handle_each(name, batch)
    return len(batch)


def _handle_each(name: str, batch: Sequence[CatalogueEntry]) -> int:
    for number, entry in enumerate(batch):
        try:
            _handle_one(name, entry)
        except Unavailable:
            return number
    return len(batch)


def _handle_one(name: str, entry: CatalogueEntry) -> bool:
    try:
        with transaction.atomic():
            _handlers[name]([entry])
    except Unavailable:
        raise
    except Exception as error:  # recorded in sight and tried again
        if connection.needs_rollback:
            raise
        logger.exception("entry passed over", consumer=name, object_id=entry.object_id)
        set_back(name, entry, error)
        return False
    Setback.objects.filter(consumer=name, object_id=entry.object_id).delete()
    return True


def set_back(name: str, entry: CatalogueEntry, error: Exception) -> None:
    """Note that a consumer could not take an entry: it is tried again, and seen by those who run this."""
    Setback.objects.update_or_create(
        consumer=name,
        object_id=entry.object_id,
        defaults={"error": f"{type(error).__name__}: {error}"[:2000]},
    )
