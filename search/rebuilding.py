"""Building an index again: aside, in batches, and into the place of the old one only when it is whole.

A build keeps how far it is in :class:`search.models.SearchIndex` and goes on after a crash. Meanwhile the
old index answers and is fed as ever. For the last batch the consumer is held, so that nothing falls between
the two; then the new one answers and the consumer goes on with it.
"""

from __future__ import annotations

import datetime as dt
import gc
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import structlog
from django.db import connection, transaction
from django.utils import timezone

from hub.catalogue.consumers import BATCH, lock_cursor, set_back
from hub.catalogue.models import CatalogueEntry
from hub.catalogue.queries import newest_position
from hub.errors import HubError, Unavailable
from search import language
from search.models import LanguageVersion, SearchIndex
from search.targets import Target, targets

logger = structlog.get_logger("hub.search")

DEBOUNCE = dt.timedelta(seconds=30)
"""How long words and synonyms are left alone before an index is built by them."""

RESUMED_FOR = dt.timedelta(days=1)
"""Names and classes of bodies that a build has read are too old after that: it starts over."""

ADVISORY_LOCK = 7_100_200

COLLECTED_AFTER = 50_000
"""Objects that a build makes before Python looks for garbage: by itself it does after 700 and spends as much
time on that as the build takes without, though nearly all goes with its last reference."""


class RebuildRunning(HubError):
    """This index is being built already: wait for it; the search page of the admin shows how far it is."""


class Refused(HubError):
    """The engine does not take this item in: the message names the reason."""


@dataclass(frozen=True)
class Progress:
    """How many of the catalogue's entries a build has read."""

    name: str
    done: int
    total: int


@dataclass(frozen=True)
class Rebuilt:
    """What was built, of how many entries, and how long it took."""

    name: str
    entries: int
    seconds: float


Say = Callable[[Progress], None]


def rebuild(target: Target, say: Say = lambda progress: None) -> Rebuilt:
    """Build an index again, or go on with its last build.

    Raises :class:`RebuildRunning`, or :class:`hub.errors.Unavailable` where the engine does not answer: the
    build then goes on from there the next time.
    """
    started = time.monotonic()
    with alone(target.name), _collecting_seldom():
        try:
            number = _begin(target)
            _build(target, number, say)
            _catch_up(target, number)
            _put_into_place(target, number)
            _tidy(target)
        except Exception as error:
            SearchIndex.objects.filter(engine=target.name).update(error=_describe(error))
            raise
    return Rebuilt(target.name, CatalogueEntry.objects.count(), time.monotonic() - started)


def rebuild_due() -> None:
    """Build all that is due; what cannot be built now is due again."""
    for target in targets():
        if is_due(target):
            try:
                rebuild(target)
            except HubError as error:
                logger.warning("not built", index=target.name, reason=str(error)[:300])


def is_due(target: Target) -> bool:
    """Whether an index was never built, or not by the records and words of today, or not to the end."""
    row = SearchIndex.objects.filter(engine=target.name).first()
    if row is None or row.generation == 0 or row.building is not None or row.shape != target.shape:
        return True
    version = LanguageVersion.objects.first()
    if version is None or version.value == row.language:
        return version is None and row.language != 0
    return version.changed < timezone.now() - DEBOUNCE


def give_up(target: Target, generation: int) -> bool:
    """Note that the index that answered is no longer there, unless another answers or is built meanwhile."""
    rows = SearchIndex.objects.filter(engine=target.name, generation=generation, building__isnull=True)
    return rows.update(generation=0) > 0


@contextmanager
def alone(name: str) -> Iterator[None]:
    """Hold what only one build of this name can; it is let go with the connection at the latest."""
    key = f"hashtext('{ADVISORY_LOCK} ' || %s)"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT pg_try_advisory_lock({key})", [name])
        if not cursor.fetchone()[0]:
            raise RebuildRunning(name)
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT pg_advisory_unlock({key})", [name])


@contextmanager
def _collecting_seldom() -> Iterator[None]:
    """Look for garbage every :data:`COLLECTED_AFTER` objects meanwhile."""
    before = gc.get_threshold()
    gc.set_threshold(COLLECTED_AFTER, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)


def _begin(target: Target) -> int:
    """The number of the generation to build: that of the last build where it can be gone on with."""
    version = language.refresh().version
    row, _new = SearchIndex.objects.get_or_create(engine=target.name, defaults={"generation": target.first})
    if row.building is not None and row.building == row.generation:
        _tidy(target)
    elif row.building is not None and _can_go_on(target, row, version):
        return row.building
    number = row.generation + 1
    target.create(number)
    SearchIndex.objects.filter(pk=row.pk).update(
        building=number,
        building_language=version,
        building_shape=target.shape,
        position=0,
        target=newest_position(),
        started=timezone.now(),
        error="",
    )
    return number


def _can_go_on(target: Target, row: SearchIndex, version: int) -> bool:
    same = (row.building_language, row.building_shape) == (version, target.shape)
    recent = row.started is not None and row.started > timezone.now() - RESUMED_FOR
    return same and recent and target.holds(row.building or 0)


def _build(target: Target, number: int, say: Say) -> None:
    """Read the catalogue up to its end, each batch for itself."""
    total = CatalogueEntry.objects.count()
    position = SearchIndex.objects.values_list("position", flat=True).get(pk=target.name)
    done = CatalogueEntry.objects.filter(position__lte=position).count()
    say(Progress(target.name, done, total))
    while count := _build_batch(target, number):
        done += count
        say(Progress(target.name, min(done, total), total))
        if count < BATCH:
            return


def _build_batch(target: Target, number: int) -> int:
    with transaction.atomic():
        row = SearchIndex.objects.select_for_update().get(pk=target.name)
        batch = list(CatalogueEntry.objects.filter(position__gt=row.position).order_by("position")[:BATCH])
        if batch:
            _feed(target, number, batch)
            row.position = batch[-1].position
            row.target = max(row.target, row.position)
            row.save(update_fields=["position", "target"])
    return len(batch)


def _feed(target: Target, number: int, batch: Sequence[CatalogueEntry]) -> None:
    """One entry that cannot be indexed does not stop the others: it is a setback of the consumer."""
    try:
        with transaction.atomic():
            target.feed(number, batch)
    except Exception as error:
        if isinstance(error, Unavailable) or connection.needs_rollback:
            raise
        if len(batch) == 1:
            logger.exception("entry passed over", index=target.name, object_id=batch[0].object_id)
            set_back(target.consumer, batch[0], error)
            return
        for entry in batch:
            _feed(target, number, [entry])


def _catch_up(target: Target, number: int) -> None:
    """Come so near to the end that the consumer has to wait for less than a batch."""
    _settle(target, number)
    target.prepare(number)
    while _build_batch(target, number) >= BATCH:
        _settle(target, number)


def _settle(target: Target, number: int) -> None:
    """Have all taken in. What the engine refused together is fed once more, each for itself.

    One that is refused then, too, is a setback of the consumer: it does not stop the others.
    """
    refused = target.settle(number)
    for entry in CatalogueEntry.objects.filter(object_id__in=refused).order_by("position"):
        with transaction.atomic():
            _feed(target, number, [entry])
            reason = target.settle(number).get(entry.object_id)
            if reason:
                logger.warning("entry refused", index=target.name, object_id=entry.object_id, reason=reason)
                set_back(target.consumer, entry, Refused(reason))


def _put_into_place(target: Target, number: int) -> None:
    """Read what is left while the consumer waits, and let the new generation answer."""
    with transaction.atomic():
        cursor = lock_cursor(target.consumer)
        while _build_batch(target, number):
            continue
        _settle(target, number)
        target.swap(number)
        row = SearchIndex.objects.select_for_update().get(pk=target.name)
        row.generation, row.building, row.built = number, number, timezone.now()
        row.language, row.shape, row.error = row.building_language, row.building_shape, ""
        row.save()
        cursor.position = max(cursor.position, row.position)
        cursor.save(update_fields=["position"])


def _tidy(target: Target) -> None:
    """Delete all but the generation that answers: the end of a build."""
    row = SearchIndex.objects.get(pk=target.name)
    target.keep_only(row.generation)
    SearchIndex.objects.filter(pk=row.pk).update(building=None)


def _describe(error: Exception) -> str:
    text = str(error) if isinstance(error, HubError) else f"{type(error).__name__}: {error}"
    return text[:500]
