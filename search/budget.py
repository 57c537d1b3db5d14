"""How long all database work of one request may take together, whatever each statement may take."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.db import OperationalError, connection

_SHORTEN = """
SELECT set_config('statement_timeout', %s, true) FROM pg_settings
WHERE name = 'statement_timeout' AND (setting = '0' OR setting::int > %s)
"""
_OF_TRANSACTIONS = ("SAVEPOINT", "RELEASE", "ROLLBACK", "SET ")
"""Beginnings of statements that cost nothing, and without which no transaction can be ended."""

_until: ContextVar[float | None] = ContextVar("until", default=None)


class TimeUsedUp(OperationalError):
    """The request has used up its time. To whoever limits statements, one that took too long."""


@contextmanager
def budget(seconds: float) -> Iterator[None]:
    """Let the statements inside take ``seconds`` together.

    One that would begin later raises :class:`TimeUsedUp`. One that begins in a transaction after half of
    it takes no longer than what is left.
    """
    token = _until.set(time.monotonic() + seconds)
    try:
        with connection.execute_wrapper(_Clock(time.monotonic() + seconds, seconds / 2)):
            yield
    finally:
        _until.reset(token)


def within_budget(milliseconds: int) -> int:
    """A limit for statements, or what is left of the request's time if that is less."""
    until = _until.get()
    return (
        milliseconds if until is None else max(1, min(milliseconds, int((until - time.monotonic()) * 1_000)))
    )


class _Clock:
    """Looks at the time before each statement (a wrapper of ``connection.execute_wrapper``)."""

    def __init__(self, until: float, urgent: float) -> None:
        self._until, self._urgent = until, urgent

    def __call__(
        self, execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: dict[str, Any]
    ) -> Any:
        if str(sql).startswith(_OF_TRANSACTIONS):
            return execute(sql, params, many, context)
        left = self._until - time.monotonic()
        if left <= 0:
            raise TimeUsedUp("The time of this request is used up")
        if left < self._urgent and connection.in_atomic_block and not many:
            milliseconds = max(1, int(left * 1_000))
            execute(_SHORTEN, [str(milliseconds), milliseconds], False, context)
        return execute(sql, params, many, context)
