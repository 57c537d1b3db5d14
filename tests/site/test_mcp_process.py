"""``/mcp`` of a hub as it runs in a town hall: gunicorn in a process of its own, several asking at once."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import anyio
import httpx2
import pytest
from django.db import connection
from mcp import Client
from mcp.client.streamable_http import streamable_http_client

from hub.accounts.models import Role
from hub.documents import Audience
from hub.site.tokens.services import make_token
from tests.conftest import PROJECT
from tests.factories.people import add_person, add_town
from tests.search.catalogue import MAINZ, make_document, publish, withdraw

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)

QUESTION = "Wann beginnt das Geheimregister?"
STARTING_SECONDS = 90


@pytest.fixture
def hub() -> Iterator[str]:
    """The address of the running hub, which shares the database of the test."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    database = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{connection.settings_dict['NAME']}")
    command = [sys.executable, "-m", "gunicorn", "hub.wsgi:application", "--bind", f"127.0.0.1:{port}"]
    manner = ["--worker-class", "gthread", "--threads", "6", "--no-control-socket", "--log-level", "warning"]
    environment = {
        **os.environ,
        "DATABASE_URL": database.geturl(),
        "DJANGO_SETTINGS_MODULE": "hub.settings.test",
    }
    process = subprocess.Popen([*command, *manner], cwd=PROJECT, env=environment)
    try:
        wait_for(f"http://127.0.0.1:{port}/health/live", process)
        yield f"http://127.0.0.1:{port}/mcp"
    finally:
        process.terminate()
        process.wait(30)


def wait_for(url: str, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + STARTING_SECONDS
    while time.monotonic() < until and process.poll() is None:
        try:
            if httpx2.get(url).status_code == 200:
                return
        except httpx2.TransportError:
            time.sleep(0.2)
    raise RuntimeError("the hub does not start")


async def ask(url: str, key: str = "") -> dict[str, Any]:
    """The answer to one question in a conversation of its own."""
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    async with (
        httpx2.AsyncClient(headers=headers, timeout=60) as http,
        Client(streamable_http_client(url, http_client=http)) as client,
    ):
        assert [tool.name for tool in (await client.list_tools()).tools] == ["search", "read", "ask"]
        result = await client.call_tool("ask", {"q": QUESTION})
    assert not result.is_error, result.content
    return dict(result.structured_content)


def ask_all(url: str, keys: list[str]) -> list[tuple[str, int]]:
    """Audience and number of passages of each answer; all ask at once."""
    said: dict[int, tuple[str, int]] = {}

    async def one(number: int, key: str) -> None:
        answer = await ask(url, key)
        said[number] = answer["audience"], len(answer["passages"])

    async def run() -> None:
        async with anyio.create_task_group() as group:
            for number, key in enumerate(keys):
                group.start_soon(one, number, key)

    anyio.run(run)
    return [said[number] for number in range(len(keys))]


def test_many_ask_at_once_and_each_gets_what_is_theirs(hub: str) -> None:
    entry = publish(make_document("Konzept", "Das Geheimregister beginnt im Mai.", audience=Audience.MEMBERS))
    member = add_person("mitglied@mainz.example", add_town(MAINZ, "Mainz"), Role.MEMBER)
    _token, key = make_token(member, "Assistent", 30)
    assert ask_all(hub, [key, ""] * 5) == [("members", 1), ("public", 0)] * 5
    withdraw(entry, follow=False)
    assert ask_all(hub, [key]) == [("members", 0)]
