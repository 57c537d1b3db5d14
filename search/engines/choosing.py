"""Which engine answers: Meilisearch where there is one and it answers in time, else PostgreSQL.

Nobody has to do anything when Meilisearch is down: after a failure PostgreSQL answers for
:data:`PAUSE_SECONDS`, then one search tries again, and when it is answered, all go there again. One query
that takes too long says nothing about the server; several in a row do.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from functools import lru_cache

import structlog

from hub.env import env
from search.engines.base import Engine, EngineUnavailable, Query, Results
from search.engines.meili.client import RejectedByServer, TooSlowForServer
from search.engines.meili.engine import MeiliEngine, NotForThisEngine
from search.engines.meili.server import Server
from search.engines.postgres import PostgresEngine

logger = structlog.get_logger("hub.search")

PAUSE_SECONDS = 10.0

MOST_SLOW = 3
"""So many different queries in a row without an answer in time are a failure of the engine."""


class Breaker:
    """Whether an engine is asked at all: not for a while after it failed, then once, to see."""

    def __init__(self, pause: float = PAUSE_SECONDS, clock: Callable[[], float] = time.monotonic) -> None:
        self.pause = pause
        self._clock = clock
        self._lock = threading.Lock()
        self._again = 0.0
        self._slow: set[str] = set()

    def allows(self) -> bool:
        """Whether this search may ask the engine. Of those that come after a pause one does."""
        with self._lock:
            now = self._clock()
            if now < self._again:
                return False
            if self._again:
                self._again = now + self.pause
            return True

    def note_answer(self) -> None:
        """It answered: from now on all may ask."""
        with self._lock:
            self._again = 0.0
            self._slow.clear()

    def note_slow(self, text: str) -> None:
        """It did not answer this query in time, which may be the fault of the query."""
        with self._lock:
            if len(self._slow) < MOST_SLOW:
                self._slow.add(text)
            if len(self._slow) >= MOST_SLOW:
                self._again = self._clock() + self.pause

    def note_failure(self) -> None:
        """It did not: nobody asks for a while."""
        with self._lock:
            self._again = self._clock() + self.pause


_breaker = Breaker()


def search(query: Query) -> Results:
    """Answer a query by the best engine that does; ``engine`` of the results names it.

    Raises :class:`search.engines.base.EngineUnavailable` when not even PostgreSQL answers in time.
    """
    engine = meilisearch()
    if engine is not None and _breaker.allows():
        try:
            results = engine.search(query)
        except NotForThisEngine as error:
            logger.debug("search by postgres", reason=str(error))
        except RejectedByServer as error:
            logger.error("meilisearch does not read a query", reason=str(error)[:300])
        except TooSlowForServer as error:
            logger.warning("meilisearch is too slow", reason=str(error)[:300])
            _breaker.note_slow(query.text)
        except EngineUnavailable as error:
            logger.warning("meilisearch does not answer", reason=str(error)[:300])
            _breaker.note_failure()
        else:
            _breaker.note_answer()
            return results
    return PostgresEngine().search(query)


def engines() -> list[Engine]:
    """The engines this instance keeps an index for."""
    engine = meilisearch()
    return [PostgresEngine()] if engine is None else [PostgresEngine(), engine]


def meilisearch() -> MeiliEngine | None:
    """The engine over the server that ``MEILI_URL`` names, if there is one."""
    return MeiliEngine(_server(env.meili_url, env.meili_key, env.slug)) if env.meili_url else None


@lru_cache(maxsize=4)
def _server(url: str, key: str, slug: str) -> Server:
    """Kept for its connections and its search key. Slugs have no underscore: no two share a prefix."""
    return Server(url, key, prefix=f"{slug}_")
