"""What is new for saved searches: what was first published since they last told, as far as it is indexed.

New is told by positions in the log, not by times: what an instance that was away for a month sends late is
new here. A correction of what was there before is not.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from django.db.models import Min

from hub.catalogue.models import CatalogueEntry, Change, ChangeType, Cursor
from hub.catalogue.queries import cards, newest_position
from hub.documents import Viewer
from search.consumers import SEARCH
from search.engines.base import Query
from search.engines.postgres import PostgresEngine

MOST_READ = 2_000
"""How many entries are looked at: of an instance that joins with more, the search itself tells."""


@dataclass(frozen=True)
class Fresh:
    """An entry, and the position at which it was first published here."""

    entry: CatalogueEntry
    first: int


class News:
    """What came after position ``since``, up to :attr:`position`. Four queries, whoever asks, and those
    of each search."""

    def __init__(self, since: int) -> None:
        self.since = since
        self.position = indexed_position()

    def find(self, query: Query, told: int) -> list[CatalogueEntry]:
        """The results of a query that are new after ``told``, the newest first, for the query's viewer.

        The catalogue decides who may read what as it stands now. Raises
        :class:`search.engines.base.EngineUnavailable`.
        """
        new = {
            object_id: fresh.entry
            for object_id, fresh in self._fresh.items()
            if told < fresh.first <= self.position and query.viewer.may_read(fresh.entry.audience)
        }
        return [new[object_id] for object_id in PostgresEngine().find_among(query, new)]

    @cached_property
    def _fresh(self) -> Mapping[str, Fresh]:
        """Everything that changed since, for whoever may read it, with where it first appeared."""
        changed = cards(Viewer.local()).filter(position__gt=self.since).order_by("-position")[:MOST_READ]
        held = {entry.object_id: entry for entry in changed}
        published = Change.objects.filter(object_id__in=held, type=ChangeType.PUBLISH).order_by()
        first = dict(published.values_list("object_id").annotate(first=Min("position")))
        return {key: Fresh(entry, first.get(key, entry.position)) for key, entry in held.items()}


def indexed_position() -> int:
    """Up to where the catalogue is indexed: what comes later is not found yet. Two queries."""
    read = Cursor.objects.filter(consumer=SEARCH).values_list("position", flat=True).first()
    return min(newest_position(), read or 0)
