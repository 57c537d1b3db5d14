"""What can be built again: the index of each engine, and the passages that answers quote."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from django.db import connection

from hub.catalogue.consumers import lock_cursor
from hub.catalogue.models import CatalogueEntry
from search.answers import indexing
from search.consumers import PASSAGES, consumer_of, feed, follow_passages
from search.engines.base import Engine, EngineUnavailable
from search.engines.choosing import engines
from search.engines.generations import FIRST, POSTGRES
from search.engines.meili.client import RejectedByServer
from search.engines.meili.documents import read_key
from search.engines.meili.engine import MeiliEngine, uid_of
from search.models import SearchRecord, VocabularyWord
from search.records import SHAPE


class Target(Protocol):
    """Something that is built from the catalogue in numbered generations.

    ``name`` is that of its row in :class:`search.models.SearchIndex`, ``shape`` that of what it holds now,
    ``first`` the generation that stands before any build, 0 if none does.
    """

    @property
    def name(self) -> str:
        """See above."""

    @property
    def consumer(self) -> str:
        """The consumer that keeps it in step."""

    @property
    def shape(self) -> int:
        """See above."""

    @property
    def first(self) -> int:
        """See above."""

    def create(self, generation: int) -> None:
        """Begin with nothing."""

    def feed(self, generation: int, batch: Sequence[CatalogueEntry]) -> None:
        """Take entries in, or out."""

    def holds(self, generation: int) -> bool:
        """Whether it is there."""

    def settle(self, generation: int) -> Mapping[str, str]:
        """Wait until all that it was fed with is in it.

        Returns the reason for each item that was not taken in, alone or because of others beside it.
        """

    def prepare(self, generation: int) -> None:
        """What takes a while before it can answer, and does not change what is in it."""

    def swap(self, generation: int) -> None:
        """Let it answer."""

    def keep_only(self, generation: int) -> None:
        """Delete all others."""


@dataclass(frozen=True)
class EngineTarget:
    """The index of an engine."""

    engine: Engine
    shape: int = SHAPE

    @property
    def name(self) -> str:
        """That of the engine."""
        return self.engine.name

    @property
    def consumer(self) -> str:
        """The one that feeds the engine."""
        return consumer_of(self.engine.name)

    @property
    def first(self) -> int:
        """PostgreSQL is read and written before any build."""
        return FIRST if self.engine.name == POSTGRES else 0

    def create(self, generation: int) -> None:
        """An empty index aside."""
        self.engine.create(generation)

    def feed(self, generation: int, batch: Sequence[CatalogueEntry]) -> None:
        """Index the live ones and remove the others."""
        feed(self.engine.aside(generation), batch)

    def holds(self, generation: int) -> bool:
        """Whether the engine has it."""
        return self.engine.holds(generation)

    def settle(self, generation: int) -> Mapping[str, str]:
        """Wait where the engine queues; one of which nobody knows what it did not take is dropped."""
        if not isinstance(self.engine, MeiliEngine):
            return {}
        try:
            refused = self.engine.server.find_refused(uid_of(self.engine.server, generation))
        except RejectedByServer as error:
            self.engine.drop(generation)
            raise EngineUnavailable(f"The index was not built: {error}") from error
        return {read_key(key): reason for key, reason in refused.items()}

    def prepare(self, generation: int) -> None:
        """Tell PostgreSQL's planner what the tables hold now; by itself it would look only after a minute."""
        if self.engine.name == POSTGRES:
            with connection.cursor() as cursor:
                for model in (SearchRecord, VocabularyWord):
                    cursor.execute(f"ANALYZE {connection.ops.quote_name(model._meta.db_table)}")

    def swap(self, generation: int) -> None:
        """Let it answer."""
        self.engine.swap(generation)

    def keep_only(self, generation: int) -> None:
        """Delete the one before, and of a server that others may have written to, all others."""
        self.engine.drop(generation - 1)
        if isinstance(self.engine, MeiliEngine):
            self.engine.server.delete_others(uid_of(self.engine.server, generation))


@dataclass(frozen=True)
class PassageTarget:
    """The passages, which are replaced in place, each document's at once; so generations say nothing."""

    name: str = PASSAGES
    consumer: str = PASSAGES
    shape: int = indexing.SHAPE
    first: int = FIRST

    def create(self, generation: int) -> None:
        """Nothing to begin with."""

    def feed(self, generation: int, batch: Sequence[CatalogueEntry]) -> None:
        """Cut these again, while the consumer waits."""
        lock_cursor(PASSAGES)
        follow_passages(batch)

    def holds(self, generation: int) -> bool:
        """Always."""
        return True

    def settle(self, generation: int) -> Mapping[str, str]:
        """Nothing is queued."""
        return {}

    def prepare(self, generation: int) -> None:
        """They are in use already."""

    def swap(self, generation: int) -> None:
        """Drop what no entry has."""
        indexing.drop_orphans()

    def keep_only(self, generation: int) -> None:
        """There are no others."""


def targets() -> list[Target]:
    """All of them, the engines first."""
    return [*(EngineTarget(engine) for engine in engines()), PassageTarget()]
