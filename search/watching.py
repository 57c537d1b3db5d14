"""How each index stands: seen every ten seconds, mended where it can be, and shown in the admin."""

from __future__ import annotations

from dataclasses import dataclass

import structlog
from django.utils import timezone

from hub.catalogue import consumers
from hub.errors import HubError
from search.answers.reembedding import is_embedding_due
from search.jobs import enqueue_embedding, enqueue_follow, enqueue_rebuild
from search.models import SearchIndex
from search.rebuilding import give_up, is_due
from search.targets import Target, targets

logger = structlog.get_logger("hub.search")


@dataclass(frozen=True)
class Standing:
    """How an index stands. ``lag`` counts the changes of the catalogue it does not hold yet.

    ``percent`` says how far a build is, None without one.
    """

    name: str
    row: SearchIndex
    lag: int
    percent: int | None

    @property
    def ready(self) -> bool:
        """Whether it answers searches."""
        return self.row.generation > 0

    @property
    def seconds(self) -> int:
        """How long it has lagged, to ten seconds."""
        since = self.row.behind_since
        return int((timezone.now() - since).total_seconds()) if since and self.lag else 0


def standings() -> list[Standing]:
    """All indexes; in three queries."""
    behind = consumers.lag()
    rows = {row.engine: row for row in SearchIndex.objects.all()}
    return [_standing(target, rows.get(target.name), behind.get(target.consumer, 0)) for target in targets()]


def watch() -> None:
    """Wake what lags, note since when, and have built again what is old, broken off or lost."""
    behind = consumers.lag()
    due = False
    for target in targets():
        lag = behind.get(target.consumer, 0)
        _note_lag(target, lag)
        if _answers(target):
            due = is_due(target) or due
            if lag:
                enqueue_follow(target.consumer)
    if due:
        enqueue_rebuild()
    if is_embedding_due():
        enqueue_embedding()


def _standing(target: Target, row: SearchIndex | None, lag: int) -> Standing:
    row = row or SearchIndex(engine=target.name, generation=target.first)
    percent = None
    if row.building is not None and row.building != row.generation:
        percent = min(99, 100 * row.position // max(1, row.target))
    return Standing(target.name, row, lag, percent)


def _note_lag(target: Target, lag: int) -> None:
    rows = SearchIndex.objects.filter(engine=target.name)
    if lag:
        rows.filter(behind_since__isnull=True).update(behind_since=timezone.now())
    else:
        rows.filter(behind_since__isnull=False).update(behind_since=None)


def _answers(target: Target) -> bool:
    """Whether the engine does; an index that it has lost is given up, so that it is built again."""
    row = SearchIndex.objects.filter(engine=target.name).first()
    if row is None:
        return True
    try:
        if row.generation and not target.holds(row.generation) and give_up(target, row.generation):
            logger.error("the index is gone", index=target.name, generation=row.generation)
    except HubError as error:
        SearchIndex.objects.filter(pk=row.pk).update(error=str(error)[:500])
        return False
    if row.error and row.building is None:
        SearchIndex.objects.filter(pk=row.pk).update(error="")
    return True
