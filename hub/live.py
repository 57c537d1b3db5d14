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
from sse_starlette import EventSourceResponse, ServerSentEvent
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

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
from events.live.channels import Channel, Channels
from events.live.listening import Listener
from events.live.tickets import read_ticket
from hub.env import env

PING_SECONDS = 15
SEND_SECONDS = 20.0
"""Whoever takes nothing for so long is dropped; they come back and resume."""

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
    database. Events: ``change``, ``reset`` (read the state anew), ``ping`` (with the server's time).
    """
    now = timezone.now()
    desk = read_ticket(request.query_params.get("ticket", ""), now)
    if desk is None:
        return PlainTextResponse("This ticket is not valid.", 403, HEADERS)
    try:
        channel = await channels.open(desk)
    except TimeoutError:
        return PlainTextResponse("The database does not answer.", 503, HEADERS)
    if not channel.is_live(now):
        channels.leave(channel)
        return Response(status_code=204, headers=HEADERS)
    said = request.headers.get("last-event-id") or request.query_params.get("after", "")
    after = int(said) if said.isascii() and said.isdigit() and len(said) < 19 else None
    return respond(channel, after)


def respond(channel: Channel, after: int | None, send_seconds: float = SEND_SECONDS) -> Response:
    """The stream of a channel to one browser; ended when it takes nothing for ``send_seconds``."""
    return EventSourceResponse(
        _tell(channel, after),
        headers=HEADERS,
        ping=PING_SECONDS,
        ping_message_factory=_ping,
        send_timeout=send_seconds,
    )


async def health(request: Request) -> Response:
    """200 while changes are heard of, else 503; with how many listen."""
    status = 200 if listener.is_listening else 503
    return JSONResponse({"listening": listener.is_listening, "listeners": channels.listeners}, status)


async def _tell(channel: Channel, after: int | None) -> AsyncIterator[ServerSentEvent]:
    try:
        yield ServerSentEvent(event="ping", data=_clock(), retry=random.randint(*AGAIN_MS))  # noqa: S311 - no secret
        async with contextlib.aclosing(channel.follow(after)) as changes:
            async for change in changes:
                if change is None:
                    yield ServerSentEvent(event="reset", data=str(channel.head), id=str(channel.head))
                else:
                    yield ServerSentEvent(event="change", data=change.data, id=str(change.number))
    finally:
        channels.leave(channel)


def _ping() -> ServerSentEvent:
    return ServerSentEvent(event="ping", data=_clock())


def _clock() -> str:
    return timezone.now().isoformat()


@contextlib.asynccontextmanager
async def _lifespan(app: Starlette) -> AsyncIterator[None]:
    listening = asyncio.create_task(listener.run())
    try:
        yield
    finally:
        listening.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await listening


application = Starlette(
    routes=[Route("/live/", stream), Route("/live/health", health)],
    lifespan=_lifespan,
)
