"""The one door to Meilisearch: its client, with every failure as an error of this project."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from meilisearch.errors import MeilisearchApiError, MeilisearchError
from meilisearch.models.task import Task, TaskInfo

from search.engines.base import EngineUnavailable
from search.engines.meili.client import (
    LOST,
    RejectedByServer,
    SessionClient,
    TooSlowForServer,
    find_search_key,
    read_error,
)
from search.engines.meili.parts import checksum, parts_of

__all__ = ["SEARCH_SECONDS", "RejectedByServer", "Server"]

SEARCH_SECONDS = 1.0
"""How long a search may take before PostgreSQL answers instead."""

WORK_SECONDS = 60
"""How long one request of indexing may take."""

TASK_SECONDS: float = 60
"""How long one task of indexing is waited for at a time."""

SETTLE_SECONDS = 600
"""How long all that is queued at the end of a build may take."""

MOST_QUEUED = 20
"""Batches of documents that wait in Meilisearch before the next is made."""

MOST_FAILED = 1_000
"""Tasks of a build that may fail, each of which is looked at."""

INDEXES_PER_PAGE = 1_000

_POLL_MS = 10
_ENDED = -1


@dataclass
class _Late:
    """A task whose end nobody has seen yet, and the documents it adds: their checksums by id."""

    task: int
    documents: dict[str, bytes] = field(default_factory=dict)


class Server:
    """A Meilisearch server. ``key`` is its admin key, empty where it asks for none.

    Searches are made with a key that can do nothing else, and nothing in indexes of other instances.
    Clients are kept by thread, with open connections.
    """

    def __init__(self, url: str, key: str = "", prefix: str = "") -> None:
        self.url, self.key, self.prefix = url, key, prefix
        self._search_key: str | None = None if key else ""
        self._threads = threading.local()
        self._queued: deque[int] = deque()
        self._unsettled: dict[int, tuple[str, ...]] = {}  # the keys of the documents of each queued task
        self._told: set[int] = set()  # tasks whose failure somebody knows
        self._late: dict[str, _Late] = {}

    def multi_search(
        self,
        queries: Sequence[dict[str, Any]],
        federation: dict[str, Any] | None = None,
        *,
        until: float | None = None,
    ) -> Any:
        """Several searches in one request, or one over all of them.

        Raises :class:`EngineUnavailable`, as :class:`TooSlowForServer` where there is no answer ``until``
        then (monotonic clock), and :class:`RejectedByServer` where the server does not read the queries.
        """
        seconds = SEARCH_SECONDS if until is None else until - time.monotonic()
        if seconds <= 0:
            raise TooSlowForServer("Meilisearch did not answer in time")
        return self._call(lambda: self._search({"queries": list(queries), "federation": federation}, seconds))

    def add_documents(self, index: str, documents: Sequence[dict[str, Any]]) -> None:
        """Add or replace documents, and wait until they are found.

        What was still being added when an earlier call ended is waited for and not added again.
        """
        self._require(index)
        added = self._wait_for_late(index)
        for part in parts_of(documents):
            missing = {key: each for key, each in part.items() if added.get(key) != checksum(each)}
            if missing:
                sums = {key: checksum(each) for key, each in missing.items()}
                self._run(index, partial(_add, index=index, encoded=missing.values()), sums)

    def queue_documents(self, index: str, documents: Sequence[dict[str, Any]]) -> None:
        """Add or replace documents some time: Meilisearch takes many queued tasks as one, which is faster.

        Waits only where much is queued already. Whoever reads the index first calls :meth:`settle`, which
        tells what was not taken.
        """
        self._require(index)
        client = self._worker()
        for part in parts_of(documents):
            while len(self._queued) >= MOST_QUEUED:
                ended = self._end_of(client, self._queued[0])
                task = self._queued.popleft()
                if ended and ended.status == "succeeded":
                    self._unsettled.pop(task, None)
            task = self._call(partial(_add, client, index, part.values())).task_uid
            self._queued.append(task)
            self._unsettled[task] = tuple(part)

    def queue_deletion(self, index: str, keys: Sequence[str]) -> None:
        """Delete documents by key after what is queued already, without waiting."""
        client, having = self._worker(), _among(keys)
        task = self._call(lambda: client.index(index).delete_documents(filter=having))
        self._queued.append(task.task_uid)

    def settle(self, index: str) -> None:
        """Wait until all that was queued is in. Raises :class:`RejectedByServer` where some was not taken."""
        for reason in self.find_refused(index).values():
            raise RejectedByServer(reason)

    def find_refused(self, index: str) -> dict[str, str]:
        """The same, but returns the reason for each key newly not taken; raises where it knows no keys."""
        about = {"indexUids": [index]}
        waiting = about | {"statuses": ["enqueued", "processing"], "limit": 1}
        client = self._worker()
        # Tasks are listed from the last to the first, and done from the first to the last.
        for task in self._call(lambda: client.get_tasks(waiting)).results:
            self._call(partial(_wait_for, client, task.uid, SETTLE_SECONDS))
        self._queued.clear()
        since = self._call(lambda: client.get_raw_index(index))["createdAt"]
        ended = about | {"statuses": ["failed", "canceled"], "afterEnqueuedAt": since, "limit": MOST_FAILED}
        return self._refused(self._call(lambda: client.get_tasks(ended)).results)

    def delete_documents(self, index: str, keys: Sequence[str]) -> None:
        """Delete documents by key, and wait until they are gone."""
        added, having = self._wait_for_late(index), _among(keys)
        self._run(index, lambda client: client.index(index).delete_documents(filter=having), {})
        # What is left of it is not added again by the batch that was too slow.
        if kept := {key: value for key, value in added.items() if key not in keys}:
            self._late[index] = _Late(_ENDED, kept)

    def create_index(self, index: str, settings: dict[str, Any]) -> None:
        """An empty index with these settings."""
        self._queued.clear()
        self._unsettled.clear()
        self._told.clear()
        self._late.pop(index, None)
        self._run(index, lambda client: client.create_index(index), {})
        self._run(index, lambda client: client.index(index).update_settings(settings), {})
        self._late.pop(index, None)

    def delete_index(self, index: str) -> None:
        """Delete an index if it is there."""
        if self.has_index(index):
            self._run(index, lambda client: client.delete_index(index), {})
        self._late.pop(index, None)

    def delete_others(self, kept: str) -> None:
        """Delete all indexes of this instance but one: older layouts and what broken builds left."""
        for index in list(self._indexes()):
            if index.startswith(self.prefix) and index != kept:
                self.delete_index(index)

    def has_index(self, index: str) -> bool:
        """Whether it is there. Raises :class:`EngineUnavailable` where nobody knows."""
        try:
            self._worker().get_raw_index(index)
        except (MeilisearchError, OSError) as error:
            if isinstance(error, MeilisearchApiError) and error.code in LOST:
                return False
            raise read_error(error) from error
        return True

    def _indexes(self) -> Iterator[str]:
        """The names of all indexes the key may see."""
        client, offset, total = self._worker(), 0, 1
        while offset < total:
            page = {"limit": INDEXES_PER_PAGE, "offset": offset}
            found: Any = self._call(partial(client.get_raw_indexes, page))
            yield from (each["uid"] for each in found["results"])
            offset, total = offset + INDEXES_PER_PAGE, found["total"]

    def _search(self, body: dict[str, Any], seconds: float) -> Any:
        if self._search_key is None:
            self._search_key = self._find_search_key()
        client = self._client("search", self._search_key, seconds)
        return client.http.post(client.config.paths.multi_search, body)

    def _worker(self) -> SessionClient:
        return self._client("work", self.key, WORK_SECONDS)

    def _client(self, name: str, key: str, seconds: float) -> SessionClient:
        client: SessionClient | None = getattr(self._threads, name, None)
        if client is None or client.config.api_key != (key or None):
            client = SessionClient(self.url, key)
            setattr(self._threads, name, client)
        client.config.timeout = seconds  # type: ignore[assignment]  # requests takes parts of a second, too
        return client

    def _find_search_key(self) -> str:
        return find_search_key(self._client("keys", self.key, SEARCH_SECONDS), self.prefix)

    def _require(self, index: str) -> None:
        if not self.has_index(index):  # Meilisearch would make one, without any settings
            raise EngineUnavailable(f"The index {index} is gone")

    def _run(self, index: str, start: Callable[[SessionClient], TaskInfo], sums: dict[str, bytes]) -> None:
        """Start a task and wait for its end; while nobody has seen it, it is remembered."""
        client = self._worker()
        number = self._call(lambda: start(client)).task_uid
        self._late[index] = _Late(number, sums)
        task = self._end_of(client, number)
        del self._late[index]
        if task is None:
            raise EngineUnavailable("Meilisearch has lost a task")
        self._check(task)

    def _wait_for_late(self, index: str) -> dict[str, bytes]:
        """Wait for a task that nobody saw end; the checksums of the documents it has added, by id."""
        late = self._late.get(index)
        if late is None:
            return {}
        task = None if late.task == _ENDED else self._end_of(self._worker(), late.task)
        del self._late[index]
        return late.documents if late.task == _ENDED or (task and task.status == "succeeded") else {}

    def _end_of(self, client: SessionClient, task: int) -> Task | None:
        """A task once it has ended; None where the server does not know it any more."""
        try:
            return _wait_for(client, task, TASK_SECONDS)
        except (MeilisearchError, OSError) as error:
            if isinstance(error, MeilisearchApiError) and error.code in LOST:
                return None
            raise read_error(error) from error

    def _refused(self, failed: Sequence[Task]) -> dict[str, str]:
        """Why the documents of tasks that failed were not taken, by key, where nobody was told yet."""
        found: dict[str, str] = {}
        for task in failed:
            if task.uid in self._told:
                continue
            of_documents = task.status == "failed" and (task.error or {}).get("type") != "system"
            if not of_documents or task.uid not in self._unsettled or len(failed) == MOST_FAILED:
                raise RejectedByServer(_why(task))
            found |= dict.fromkeys(self._unsettled[task.uid], _why(task))
            self._told.add(task.uid)
        self._unsettled.clear()
        return found

    def _check(self, task: Task) -> None:
        """Raise what a task that ended tells."""
        if task.status == "succeeded":
            return
        self._told.add(task.uid)
        error = task.error or {}
        if error.get("code") in LOST:
            raise EngineUnavailable(f"The index is gone: {_why(task)}")
        if error.get("type") == "system":
            raise EngineUnavailable(f"Meilisearch: {_why(task)}")
        raise RejectedByServer(_why(task))

    def _call(self, ask: Callable[[], Any]) -> Any:
        try:
            return ask()
        except (MeilisearchError, OSError) as error:
            if isinstance(error, MeilisearchApiError) and error.code == "invalid_api_key":
                self._search_key = None if self.key else ""
            raise read_error(error) from error


def _wait_for(client: SessionClient, task: int, seconds: float) -> Task:
    return client.wait_for_task(task, timeout_in_ms=int(seconds * 1_000), interval_in_ms=_POLL_MS)


def _among(keys: Sequence[str]) -> str:
    return f"id IN [{', '.join(keys)}]"


def _add(client: SessionClient, index: str, encoded: Iterable[bytes]) -> TaskInfo:
    return client.add_encoded(index, b"[" + b",".join(encoded) + b"]")


def _why(task: Task) -> str:
    return str((task.error or {}).get("message", task.status))[:500]
