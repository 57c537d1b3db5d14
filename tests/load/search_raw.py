"""What an engine is asked in the end: the statements and HTTP requests of a call, to be sent again alone.

Sent again they need no Python of ours: statements are finished text on an open connection, requests
finished bytes on one that is kept open; answers are read and not looked at.
"""

from __future__ import annotations

import http.client
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import psycopg
from django.db import connection
from urllib3.connectionpool import HTTPConnectionPool


@dataclass
class Call:
    """The requests and statements of one call, in their order."""

    statements: list[str] = field(default_factory=list)
    requests: list[tuple[str, str, bytes, dict[str, str]]] = field(default_factory=list)


@contextmanager
def recorded() -> Iterator[Call]:
    """What is asked of PostgreSQL and by HTTP within, with ``connection`` open already."""
    call = Call()
    send = HTTPConnectionPool.urlopen

    def record_request(
        pool: HTTPConnectionPool, method: str, url: str, body: Any = None, headers: Any = None, **more: Any
    ) -> Any:
        told = body.encode() if isinstance(body, str) else body or b""
        call.requests.append((method, url, told, dict(headers or {})))
        return send(pool, method, url, body, headers, **more)

    def record_statement(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        cursor = context["cursor"].cursor
        call.statements.append(cursor.mogrify(sql, params) if params is not None else sql)
        return execute(sql, params, many, context)

    HTTPConnectionPool.urlopen = record_request  # type: ignore[method-assign]
    try:
        with connection.execute_wrapper(record_statement):
            yield call
    finally:
        HTTPConnectionPool.urlopen = send  # type: ignore[method-assign]


class Wire:
    """Open connections to the database and to the engine's server, over which a call is sent again."""

    def __init__(self, database_url: str, server: str) -> None:
        self._database = psycopg.connect(database_url, autocommit=True)
        self._server = http.client.HTTPConnection(urlsplit(server).netloc) if server else None

    def ask_database(self, call: Call) -> None:
        """The statements of the call, in one transaction."""
        with self._database.transaction(), self._database.cursor() as cursor:
            for statement in call.statements:
                cursor.execute(statement.encode())
                if cursor.description:
                    cursor.fetchall()

    def ask_server(self, call: Call) -> None:
        """The HTTP requests of the call."""
        assert self._server
        for method, url, body, headers in call.requests:
            self._server.request(method, url, body, _plain(headers))
            answer = self._server.getresponse()
            answer.read()
            if answer.status != 200:
                raise RuntimeError(f"{url} answers {answer.status}")


def _plain(headers: Mapping[str, str]) -> dict[str, str]:
    """Without what would have the answer packed, which takes longer than it saves on one machine."""
    return {name: value for name, value in headers.items() if name.lower() != "accept-encoding"}
