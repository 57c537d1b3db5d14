"""Many browsers that listen to a live board: each with its stream, and the number it has reached."""

from __future__ import annotations

import asyncio
import contextlib
import random
import threading
import time
from dataclasses import dataclass, field

from fixtures.network.hubs import LOOPBACK

AGAIN_SECONDS = (1.0, 4.0)
"""After which a browser whose stream ended comes back, as the server asks for."""


@dataclass
class Listening:
    """One browser: what it got and when (seconds since 1970), by number; and what went wrong."""

    reached: int
    got: dict[int, float] = field(default_factory=dict)
    doubled: int = 0
    resets: int = 0
    connections: int = 0
    is_connected: bool = False

    def take(self, event: str, number: int) -> None:
        """An event of the stream."""
        if event == "reset":
            self.resets += 1
        elif event == "change":
            self.doubled += number in self.got
            self.got.setdefault(number, time.time())
        self.reached = number


class Audience:
    """Browsers that listen in one thread until they are told to stop."""

    def __init__(self, port: int, host: str, ticket: str, count: int, after: int) -> None:
        self.listeners = [Listening(after) for _ in range(count)]
        self._port, self._host, self._ticket = port, host, ticket
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._listen()))

    def __enter__(self) -> Audience:
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._stopping.set()
        self._thread.join()

    def wait_until(self, number: int, seconds: float) -> bool:
        """Whether everybody is connected and has reached that number within ``seconds``."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if all(one.is_connected and one.reached >= number for one in self.listeners):
                return True
            time.sleep(0.05)
        return False

    async def _listen(self) -> None:
        tasks = [asyncio.create_task(self._follow(one)) for one in self.listeners]
        await asyncio.to_thread(self._stopping.wait)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _follow(self, one: Listening) -> None:
        while True:
            with contextlib.suppress(OSError, asyncio.IncompleteReadError, ValueError):
                await self._read(one)
            one.is_connected = False
            await asyncio.sleep(random.uniform(*AGAIN_SECONDS))

    async def _read(self, one: Listening) -> None:
        reader, writer = await asyncio.open_connection(LOOPBACK, self._port)
        try:
            path = f"/live/?ticket={self._ticket}&after={one.reached}"
            said = f"Host: {self._host}\r\nLast-Event-ID: {one.reached}\r\nAccept: text/event-stream"
            writer.write(f"GET {path} HTTP/1.1\r\n{said}\r\n\r\n".encode())
            status = (await reader.readline()).split(b" ")[1]
            if status != b"200":
                raise ValueError(status)
            one.connections += 1
            event, number = "", one.reached
            while line := await reader.readline():
                text = line.decode().strip()
                if text.startswith("event:"):
                    event = text.removeprefix("event:").strip()
                    one.is_connected = True
                elif text.startswith("id:"):
                    number = int(text.removeprefix("id:"))
                elif text.startswith("data:") and event in ("change", "reset"):
                    # sse-starlette sends id and event before the data
                    one.take(event, number)
        finally:
            writer.close()
