"""The client of Meilisearch over a session of this project, and what its errors mean here."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from meilisearch import Client
from meilisearch._httprequests import HttpRequests
from meilisearch.errors import (
    MeilisearchApiError,
    MeilisearchCommunicationError,
    MeilisearchTimeoutError,
)
from meilisearch.index import Index
from meilisearch.models.task import TaskInfo

from hub.errors import HubError
from hub.fetching import open_service_session
from search.engines.base import EngineUnavailable

LOST = frozenset({"index_not_found", "task_not_found"})
"""Codes of what a server says whose disk was lost."""

_PASSING = frozenset(
    {
        HTTPStatus.UNAUTHORIZED,
        HTTPStatus.FORBIDDEN,
        HTTPStatus.REQUEST_TIMEOUT,
        HTTPStatus.TOO_MANY_REQUESTS,
    }
)
_KEYS = uuid.UUID("6d1f4b0e-5c0e-4f0e-9d7a-1f2b6d0c8a11")
_OF_THE_MACHINE = "system"
"""The type of errors such as a full disk, whatever their status."""


class RejectedByServer(HubError):
    """Meilisearch does not take something, now or later: the message names the reason."""


class TooSlowForServer(EngineUnavailable):
    """Meilisearch has not answered in time: it may be busy, or what it was asked too expensive."""


class _Requests(HttpRequests):
    """Requests that keep their connection, follow nobody elsewhere, and use no proxy of the environment."""

    def __init__(self, client: Client) -> None:
        super().__init__(client.config)
        self._session = open_service_session()
        # Packed, an answer comes in pieces, the last of which waits for an acknowledgement of the first.
        self._session.headers["Accept-Encoding"] = "identity"
        self._session.hooks["response"] = [_refuse_redirect]

    def send_request(self, http_method: Callable[..., Any], *arguments: Any, **options: Any) -> Any:
        """The client names functions of ``requests``, each of which opens a connection of its own."""
        return super().send_request(getattr(self._session, http_method.__name__), *arguments, **options)


class SessionClient(Client):
    """A client all of whose requests go through one session."""

    def __init__(self, url: str, key: str) -> None:
        super().__init__(url, key or None)
        self.http = self.task_handler.http = _Requests(self)

    def index(self, uid: str) -> Index:
        """An index over the same session."""
        index = super().index(uid)
        index.http = index.task_handler.http = self.http
        return index

    def create_index(self, uid: str, *_unused: object, **_options: object) -> TaskInfo:
        """An empty index, by the session as well."""
        return TaskInfo(**self.http.post(self.config.paths.index, {"uid": uid, "primaryKey": "id"}))

    def add_encoded(self, uid: str, documents: bytes) -> TaskInfo:
        """Add or replace documents that are JSON already."""
        path = f"{self.config.paths.index}/{uid}/{self.config.paths.document}?primaryKey=id"
        return TaskInfo(**self.http.post(path, documents))


def find_search_key(client: Client, prefix: str) -> str:
    """The key for searching the indexes whose names begin like that; made where it is missing."""
    known = str(uuid.uuid5(_KEYS, prefix))
    try:
        return str(client.get_key(known).key)
    except MeilisearchApiError as error:
        if error.code != "api_key_not_found":
            raise
    wanted = {
        "uid": known,
        "name": f"Search of {prefix}",
        "actions": ["search"],
        "indexes": [f"{prefix}*"],
        "expiresAt": None,
    }
    return str(client.create_key(wanted).key)


def read_error(error: Exception) -> HubError:
    """What an error of the client is here.

    :class:`EngineUnavailable` where it may pass: no connection, no answer, a wrong key, an index that is
    gone, a server in trouble. All else would be said to the same request for ever.
    """
    reason = _reason(error)
    if isinstance(error, MeilisearchTimeoutError):
        return TooSlowForServer(reason)
    if isinstance(error, MeilisearchApiError) and not _passes(error):
        return RejectedByServer(reason)
    return EngineUnavailable(reason)


def _passes(error: MeilisearchApiError) -> bool:
    status = error.status_code
    return (
        status >= HTTPStatus.INTERNAL_SERVER_ERROR
        or status in _PASSING
        or error.code in LOST
        or error.type == _OF_THE_MACHINE
    )


def _reason(error: Exception) -> str:
    if isinstance(error, MeilisearchTimeoutError):
        return "Meilisearch did not answer in time"
    return f"Meilisearch: {getattr(error, 'message', '') or error}"[:500]


def _refuse_redirect(response: Any, *_unused: object, **_options: object) -> None:
    if response.is_redirect:
        raise MeilisearchCommunicationError("The server leads to another address: name that one in MEILI_URL")
