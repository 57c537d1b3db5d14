"""What lies between the instances: it loses, repeats, holds back and parts, as the machine says."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from django.db import connection
from django.test import Client

from hub.env import env
from hub.errors import Unreachable
from hub.fetching import Reply
from tests.federation.machine.instances import Instance


class Crash(BaseException):
    """The process ends here: no handler runs, and an open transaction is gone."""


@dataclass
class Letter:
    """A request on its way."""

    source: str
    target: Instance
    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes | None


@dataclass
class Wires:
    """Stands in for :func:`hub.fetching.fetch`, and for nothing else: requests and answers are real ones.

    ``fate`` decides over each request in turn: ``deliver``, ``drop`` (it is lost), ``lose_answer``,
    ``twice`` or ``delay`` (the sender hears nothing; it arrives when the machine says so, in any order).
    """

    instances: Mapping[str, Instance]
    fate: Callable[[], str] = lambda: "deliver"
    parted: set[frozenset[str]] = field(default_factory=set)
    delayed: list[Letter] = field(default_factory=list)

    def fetch(self, method: str, url: str, **options: Any) -> Reply:
        """As the one outbound door, within this machine."""
        parts = urlsplit(url)
        target = self.instances[str(parts.hostname).removesuffix(".machine")]
        path = parts.path + (f"?{parts.query}" if parts.query else "")
        letter = Letter(env.slug, target, method, path, options.get("headers") or {}, options.get("body"))
        fate = self.fate()
        if frozenset({letter.source, target.slug}) in self.parted or fate == "drop":
            raise Unreachable(f"{target.slug} cannot be reached")
        if fate == "delay" and method == "POST":
            self.delayed.append(letter)
            raise Unreachable(f"{target.slug} answers too slowly")
        reply = self.deliver(letter)
        if fate == "twice":
            self.deliver(letter)
        if fate == "lose_answer":
            raise Unreachable(f"the answer of {target.slug} is lost")
        return reply

    def deliver(self, letter: Letter) -> Reply:
        """Let a request arrive; a crash there looks like a torn connection from here."""
        with letter.target.acting():
            headers = {
                name: value for name, value in letter.headers.items() if name.lower() != "content-type"
            }
            try:
                response = Client().generic(
                    letter.method,
                    letter.path,
                    letter.body or b"",
                    content_type=letter.headers.get("Content-Type", "application/octet-stream"),
                    headers=headers,
                )
            except Crash as error:
                raise Unreachable(f"{letter.target.slug} broke off") from error
        return Reply(response.status_code, response.headers, response.content)


class CrashAfter:
    """Ends the process at one of its next database statements, by ``connection.execute_wrapper``."""

    def __init__(self, statements: int) -> None:
        self.left = statements
        self.happened = False

    def __call__(self, execute: Any, sql: Any, params: Any, many: bool, context: Any) -> Any:
        text = str(sql)
        is_bookkeeping = "SAVEPOINT" in text or "search_path" in text
        if not self.happened and not is_bookkeeping:
            self.left -= 1
            if self.left < 0:
                self.happened = True
                raise Crash(text[:80])
        return execute(sql, params, many, context)


def crashing(statements: int) -> Any:
    """The context in which the process ends at its ``statements``-th statement, if it comes to that."""
    return connection.execute_wrapper(CrashAfter(statements))
