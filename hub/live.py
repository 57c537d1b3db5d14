"""ASGI entry of the live process: ``uvicorn hub.live:application``. Long-lived streams only, no pages.

One connection listens to the database, one reads; no browser holds one. Who may listen is said by the
ticket that their page got (:mod:`events.live.tickets`).
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import sys
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor

import django
import structlog
from sse_starlette import EventSourceResponse, ServerSentEvent
from sse_starlette.sse import SendTimeoutError
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from hub.errors import ConfigurationError

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hub.settings.base")

try:
    django.setup()
except ConfigurationError as error:
    print(f"\n{error}\n", file=sys.stderr)  # noqa: T201 - there is no log before there are settings
    sys.exit(1)

from django.db import connection
from django.utils import timezone

from events.live.changes import Batch, read_changes
from events.live.channels import Channel, Channels, Full
from events.live.listening import Listener
from events.live.tickets import read_ticket
from hub.env import env

log = structlog.get_logger("hub.live")

PING_SECONDS = 15
SEND_SECONDS = 20.0
"""Whoever takes nothing for so long is dropped; they come back and resume."""

LOOK_SECONDS = 60.0
"""An event that was taken offline ends its streams within this time."""

AGAIN_MS = (1_000, 4_000)
"""Browsers come back within this time, not all at once."""

HEADERS = {"Access-Control-Allow-Origin": env.origin}

_reader = ThreadPoolExecutor(max_workers=1, thread_name_prefix="live-reader")


async def _read(desk: int, after: int | None) -> Batch:
    return await asyncio.get_running_loop().run_in_executor(_reader, _read_and_close, desk, after)


def _read_and_close(desk: int, after: int | None) -> Batch:
    try:
        return read_changes(desk, after, timezone.now())
    finally:
        connection.close()


channels = Channels(_read)
listener = Listener(env.database_url, channels.wake, channels.wake_all)


async def stream(request: Request) -> Response:
    """The changes of one board as server-sent events, after ``Last-Event-ID`` or else after ``after``.

    403 without a valid ticket, 204 while the board is not live (browsers then ask no more), 503 without the
    database or with too many listeners. Events: ``change``, ``reset`` (read the state anew), ``ping`` (with
    the server's time).
    """
    now = timezone.now()
    desk = read_ticket(request.query_params.get("ticket", ""), now)
    if desk is None:
        return PlainTextResponse("This ticket is not valid.", 403, HEADERS)
    try:
        channel = await channels.open(desk)
    except Full:
        return PlainTextResponse("As many listen as this process holds.", 503, HEADERS)
    except TimeoutError:
        return PlainTextResponse("The database does not answer.", 503, HEADERS)
    if not channel.is_live(now):
        channels.leave(channel)
        return Response(status_code=204, headers=HEADERS)
    said = request.headers.get("last-event-id") or request.query_params.get("after", "")
    after = int(said) if said.isascii() and said.isdigit() and len(said) < 19 else None
    return Stream(channel, after)


class Stream(EventSourceResponse):
    """The changes of a channel to one browser, who has left the channel when it ends, however it ends."""

    def __init__(self, channel: Channel, after: int | None) -> None:
        super().__init__(
            _tell(channel, after),
            headers=HEADERS,
            ping=PING_SECONDS,
            ping_message_factory=_ping,
            send_timeout=SEND_SECONDS,
        )
        self._channel = channel

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Tell until somebody ends it."""
        try:
            await super().__call__(scope, receive, send)
        except SendTimeoutError:
            log.info("live_listener_dropped", desk=self._channel.desk)
        finally:
            channels.leave(self._channel)


async def health(request: Request) -> Response:
    """200 while changes are heard of, else 503; with how many listen."""
    status = 200 if listener.is_listening else 503
    return JSONResponse({"listening": listener.is_listening, "listeners": channels.listeners}, status)


async def _tell(channel: Channel, after: int | None) -> AsyncIterator[ServerSentEvent]:
    yield ServerSentEvent(event="ping", data=_clock(), retry=random.randint(*AGAIN_MS))  # noqa: S311 - no secret
    async with contextlib.aclosing(channel.follow(after)) as changes:
        async for change in changes:
            if change is None:
                yield ServerSentEvent(event="reset", data=str(channel.head), id=str(channel.head))
            else:
                yield ServerSentEvent(event="change", data=change.data, id=str(change.number))


def _ping() -> ServerSentEvent:
    return ServerSentEvent(event="ping", data=_clock())


def _clock() -> str:
    return timezone.now().isoformat()


@contextlib.asynccontextmanager
async def _lifespan(app: Starlette) -> AsyncIterator[None]:
    tasks = [asyncio.create_task(work) for work in (listener.run(), channels.look_again(LOOK_SECONDS))]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


application = Starlette(
    routes=[Route("/live/", stream), Route("/live/health", health)],
    lifespan=_lifespan,
)
