"""What a channel keeps and tells, with a database that answers as each test says."""

from __future__ import annotations

import asyncio
import datetime as dt
import json
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from django.utils import timezone

from events.live.changes import KEPT, Batch, Change
from events.live.channels import Channel, Channels, Full
from events.live.spans import Span

HOUR = dt.timedelta(hours=1)
DESK = 7


class Board:
    """A board with so many changes, of one ``thing`` if it has one; no answer while it is ``away``."""

    def __init__(self, head: int = 0) -> None:
        self.head = head
        self.thing = ""
        self.host = "Kim"
        self.is_live = True
        self.away = False
        self.readings = 0

    async def read(self, desk: int, after: int | None) -> Batch:
        self.readings += 1
        await asyncio.sleep(0)
        if self.away:
            raise ConnectionError("the database restarts")
        first = max((after or 0) + 1, self.head - KEPT + 1)
        now = timezone.now()
        told = tuple(
            Change(number, self.thing or f"{number}", f'{{"host": "{self.host}"}}')
            for number in range(first, self.head + 1)
        )
        return Batch(Span(now - HOUR, now + HOUR) if self.is_live else None, self.head, told)


def run(work: Callable[[Board, Channels], Awaitable[Any]], head: int = 0) -> Any:
    board = Board(head)
    return asyncio.run(asyncio.wait_for(work(board, Channels(board.read)), 10))


async def take(channel: Channel, after: int | None, count: int) -> list[int | None]:
    """The numbers of so many changes; None for a new beginning."""
    told = channel.follow(after)
    try:
        found = [await anext(told) for _ in range(count)]
    finally:
        await told.aclose()
    return [one and one.number for one in found]


def test_whoever_comes_while_the_last_one_leaves_is_told() -> None:
    """As on a reload: the new page asks before the old one's connection is seen to be closed."""

    async def work(board: Board, channels: Channels) -> list[int | None]:
        old = await channels.open(DESK)
        new = await channels.open(DESK)
        channels.leave(old)
        board.head = 1
        channels.wake(DESK)
        return await take(new, 0, 1)

    assert run(work) == [1]


def test_a_channel_ends_with_its_last_listener() -> None:
    async def work(board: Board, channels: Channels) -> None:
        opened = [await channels.open(DESK) for _ in range(3)]
        assert (channels.listeners, board.readings) == (3, 1)
        for channel in opened:
            channels.leave(channel)
        assert channels.listeners == 0
        channels.wake(DESK)
        assert await channels.open(DESK) is not opened[0]
        assert board.readings == 2

    run(work)


def test_a_burst_is_read_once_more_not_once_each() -> None:
    async def work(board: Board, channels: Channels) -> tuple[int, list[int | None]]:
        channel = await channels.open(DESK)
        before = board.readings
        for _ in range(50):
            board.head += 1
            channels.wake(DESK)
        told = await take(channel, 0, 50)
        return board.readings - before, told

    readings, told = run(work)
    assert readings <= 2
    assert told == list(range(1, 51))


def test_a_database_that_is_away_is_asked_again() -> None:
    async def work(board: Board, channels: Channels) -> list[int | None]:
        channel = await channels.open(DESK)
        board.away = True
        board.head = 3
        channels.wake(DESK)
        await asyncio.sleep(0.1)
        board.away = False
        return await take(channel, 0, 3)

    assert run(work) == [1, 2, 3]


def test_nobody_waits_for_ever_for_a_database_that_does_not_answer() -> None:
    async def work(board: Board, channels: Channels) -> None:
        board.away = True
        with pytest.raises(TimeoutError):
            await channels.open(DESK, seconds=0.05)
        assert channels.listeners == 0

    run(work)


HEAD = KEPT + 10
"""So many changes were made, of which the last 500 are kept."""


@pytest.mark.parametrize(
    ("after", "told"), [(9, None), (HEAD + 5, None), (10, 11), (HEAD, HEAD + 1), (None, HEAD + 1)]
)
def test_what_is_too_old_or_unknown_begins_anew(after: int | None, told: int | None) -> None:
    async def work(board: Board, channels: Channels) -> list[int | None]:
        channel = await channels.open(DESK)
        following = asyncio.create_task(take(channel, after, 1))
        await asyncio.sleep(0)
        board.head += 1
        channels.wake(DESK)
        return await following

    assert run(work, HEAD) == [told]


def test_more_changes_at_once_than_are_kept_begin_anew() -> None:
    async def work(board: Board, channels: Channels) -> list[int | None]:
        channel = await channels.open(DESK)
        board.head = KEPT * 2
        channels.wake(DESK)
        await asyncio.sleep(0.05)
        return await take(channel, 1, 1)

    assert run(work) == [None]


@pytest.mark.parametrize(("thing", "hosts"), [("session 1", ["Lou", "Lou"]), ("", ["Kim", "Lou"])])
def test_older_changes_of_a_thing_tell_how_it_is_now(thing: str, hosts: list[str]) -> None:
    """Whoever resumes is told no name that was taken out since."""

    async def work(board: Board, channels: Channels) -> list[dict[str, Any]]:
        board.thing = thing
        channel = await channels.open(DESK)
        board.head, board.host = 2, "Lou"
        channels.wake(DESK)
        await take(channel, 1, 1)
        told = channel.follow(0)
        return [json.loads(change.data) for change in [await anext(told), await anext(told)] if change]

    expected = [{"number": number, "host": host} for number, host in enumerate(hosts, 1)]
    assert run(work, head=1) == expected


def test_an_event_that_was_taken_offline_ends_its_streams() -> None:
    async def work(board: Board, channels: Channels) -> list[Change | None]:
        channel = await channels.open(DESK)
        looking = asyncio.create_task(channels.look_again(0.01))
        board.is_live = False  # and nothing tells of it
        told = [change async for change in channel.follow(None)]
        looking.cancel()
        return told

    assert run(work) == [None]


def test_more_listeners_than_it_holds_are_refused_until_one_leaves() -> None:
    async def work(board: Board, _channels: Channels) -> None:
        channels = Channels(board.read, at_most=2)
        first, _second = [await channels.open(number) for number in (1, 2)]
        with pytest.raises(Full):
            await channels.open(1)
        channels.leave(first)
        await channels.open(3)

    run(work)
