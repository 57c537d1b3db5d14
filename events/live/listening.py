"""The one connection on which PostgreSQL announces changes of boards."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import psycopg
import structlog

log = structlog.get_logger("hub.live")

CHANNEL = "events_live"
QUIET_SECONDS = 20.0
"""A connection that is silent for so long is asked whether it still is one."""

ANSWER_SECONDS = 10.0
"""Until a connection that does not answer is given up: a server that lost its power says no goodbye."""

PAUSES = (0.2, 0.5, 1.0, 2.0, 5.0)
"""Seconds before it is tried again, one after the other; the last one stays."""


class Listener:
    """Listens for ever; what was missed while the connection was lost is for ``on_connected`` to read."""

    def __init__(self, url: str, on_change: Callable[[int], None], on_connected: Callable[[], None]) -> None:
        self._url = url
        self._on_change = on_change
        self._on_connected = on_connected
        self.is_listening = False

    async def run(self) -> None:
        """Until it is cancelled."""
        failures = 0
        while True:
            try:
                async with await self._connect() as connection:
                    failures = 0
                    await self._listen(connection)
            except Exception as error:  # whatever it was: a process that no longer listens is deaf for ever
                log.warning("live_connection_lost", error=repr(error))
            finally:
                self.is_listening = False
            await asyncio.sleep(PAUSES[min(failures, len(PAUSES) - 1)])
            failures += 1

    async def _connect(self) -> psycopg.AsyncConnection[tuple[object, ...]]:
        return await psycopg.AsyncConnection.connect(
            self._url, autocommit=True, application_name=CHANNEL, connect_timeout=5
        )

    async def _listen(self, connection: psycopg.AsyncConnection[tuple[object, ...]]) -> None:
        await connection.execute(f"LISTEN {CHANNEL}")
        self.is_listening = True
        self._on_connected()
        while True:
            async for notice in connection.notifies(timeout=QUIET_SECONDS):
                desk, _, _number = notice.payload.partition(" ")
                self._on_change(int(desk))
            async with asyncio.timeout(ANSWER_SECONDS):
                await connection.execute("SELECT 1")
