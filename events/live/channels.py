"""One channel for each event that somebody listens to: what is new is read once and told to all."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections import deque
from collections.abc import AsyncGenerator, Awaitable, Callable
from dataclasses import replace

import structlog
from django.utils import timezone

from events.live.changes import KEPT, Batch, Change
from events.live.spans import Span

log = structlog.get_logger("hub.live")

AGAIN_SECONDS = 1.0
"""Until the database is asked again after it failed."""

LISTENERS_AT_MOST = 900
"""Of one process: systems commonly allow it 1,024 open files. Who is refused asks for the state instead."""

Read = Callable[[int, int | None], Awaitable[Batch]]
"""Reads the changes of a desk after a number; None: the last ones."""


class Full(Exception):
    """As many listen as this process holds: start another one if that happens often. Pages then ask."""


class Channel:
    """The last changes of one event, in order, and who waits for more.

    Older changes of a thing tell how it is now, too: who resumes is told no name that was taken out since.
    Nothing is kept for a listener but the number they have reached: one who is slow takes up no memory and
    holds nobody up, and one who falls behind all that is kept begins anew.
    """

    def __init__(self, desk: int, read: Read) -> None:
        self.desk = desk
        self.listeners = 0
        self.head = 0
        self.loaded = asyncio.Event()
        self._span: Span | None = None
        self._read = read
        self._kept: deque[Change] = deque(maxlen=KEPT)
        self._news = asyncio.Event()
        self._is_due = False
        self._reading: asyncio.Task[None] | None = None

    def is_live(self, now: dt.datetime) -> bool:
        """Whether its board shows the plan itself."""
        return self._span is not None and self._span.holds(now)

    def wake(self) -> None:
        """There may be something new. While it is being read, that is noted: a burst is one more reading."""
        self._is_due = True
        if self._reading is None or self._reading.done():
            self._reading = asyncio.create_task(self._catch_up())

    async def follow(self, after: int | None) -> AsyncGenerator[Change | None]:
        """The changes after that number (None: from now on) as they come.

        A None tells the listener to begin anew from the state, since what follows their number is no longer
        kept or the number is none of this event. It ends when the board is no longer live.
        """
        reached = self.head if after is None else after
        while True:
            news = self._news
            if not self.is_live(timezone.now()):
                yield None
                return
            if not self._oldest - 1 <= reached <= self.head:
                reached = self.head
                yield None
            for change in [one for one in self._kept if one.number > reached]:
                yield change
                reached = change.number
            await news.wait()

    @property
    def _oldest(self) -> int:
        """The number of the first change that is kept, or would be."""
        return self._kept[0].number if self._kept else self.head + 1

    async def _catch_up(self) -> None:
        while self._is_due:
            self._is_due = False
            try:
                batch = await self._read(self.desk, self.head if self.loaded.is_set() else None)
            except Exception as error:  # the database is away, or restarting: it comes back
                log.warning("live_not_read", desk=self.desk, error=repr(error))
                await asyncio.sleep(AGAIN_SECONDS)
                self._is_due = True
            else:
                self._take(batch)

    def _take(self, batch: Batch) -> None:
        self._span = batch.span
        self.head = max(self.head, batch.head)
        latest = {change.thing: change.told for change in batch.changes}
        told = [replace(one, told=latest.get(one.thing, one.told)) for one in self._kept]
        self._kept = deque([*told, *batch.changes], maxlen=KEPT)
        self.loaded.set()
        news, self._news = self._news, asyncio.Event()
        news.set()


class Channels:
    """The channels of this process, by desk; one begins with its first listener and ends with its last."""

    def __init__(self, read: Read, at_most: int = LISTENERS_AT_MOST) -> None:
        self._read = read
        self._at_most = at_most
        self._open: dict[int, Channel] = {}

    @property
    def listeners(self) -> int:
        """How many listen to any of them."""
        return sum(channel.listeners for channel in self._open.values())

    async def open(self, desk: int, seconds: float = 10) -> Channel:
        """The channel, read, with one listener more, who has to :meth:`leave` it.

        Raises ``TimeoutError`` if the database does not answer within ``seconds``, and :class:`Full`.
        """
        if self.listeners >= self._at_most:
            raise Full
        channel = self._open.get(desk)
        if channel is None:
            channel = self._open[desk] = Channel(desk, self._read)
            channel.wake()
        channel.listeners += 1
        try:
            await asyncio.wait_for(channel.loaded.wait(), seconds)
        except (TimeoutError, asyncio.CancelledError):
            self.leave(channel)
            raise
        return channel

    def leave(self, channel: Channel) -> None:
        """Somebody who opened it goes; a channel without listeners ends."""
        channel.listeners -= 1
        if not channel.listeners:
            del self._open[channel.desk]

    def wake(self, desk: int) -> None:
        """Something has changed there."""
        if channel := self._open.get(desk):
            channel.wake()

    def wake_all(self) -> None:
        """Nobody knows what has changed: read everything since the last numbers."""
        for channel in self._open.values():
            channel.wake()

    async def look_again(self, seconds: float) -> None:
        """Read everything so often, for ever: no change tells that an event was taken offline."""
        while True:
            await asyncio.sleep(seconds)
            self.wake_all()
