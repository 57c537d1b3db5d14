"""``/mcp``: an assistant asks, by the package's own client over real connections."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, make_server

import anyio
import httpx2
import pytest
from django.core.cache import cache
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from mcp import Client, MCPError
from mcp.client.streamable_http import streamable_http_client

from hub.accounts.models import Role, User
from hub.accounts.roles import set_role
from hub.catalogue.models import CatalogueEntry
from hub.documents import Audience
from hub.env import env
from hub.municipalities.models import Body
from hub.site.mcp.reading import PIECE
from hub.site.tokens.services import make_token
from search.answers.models import AnswerLog
from tests.answers.chatbot import INNER, QUESTION, WORDING, publish_report
from tests.factories.people import add_person
from tests.search.catalogue import KOBLENZ, make_document, publish, section, withdraw

pytestmark = pytest.mark.django_db

INNER_QUESTION = "Wann beginnt das Geheimregister?"
ERAS = ("auto", "legacy")
"""How the client begins: by the protocol's present revision, or by the handshake of earlier ones."""


@pytest.fixture
def report() -> CatalogueEntry:
    cache.clear()
    publish(make_document("Konzept", INNER, audience=Audience.MEMBERS))
    publish(make_document("Akte", "Die Schattenliste hat 815 Zeilen.", audience=Audience.INSTANCE))
    return publish_report()


@pytest.fixture
def member(report: CatalogueEntry) -> User:
    return add_person("mitglied@koblenz.example", Body.objects.get(pk=KOBLENZ), Role.MEMBER)


class Handler(WSGIRequestHandler):
    """Without a line for each request."""

    def log_message(self, format: str, *args: Any) -> None:
        pass


class Hub:
    """This hub behind a real socket. It answers in the thread of the test, from the test's transaction."""

    def __init__(self) -> None:
        self._server = make_server("127.0.0.1", 0, WSGIHandler(), handler_class=Handler)
        self._server.timeout = 0.02
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def serve(self, visit: Callable[[], Any]) -> Any:
        """What somebody who visits it in another thread brings home."""
        with ThreadPoolExecutor(1) as elsewhere:
            visitor = elsewhere.submit(visit)
            while not visitor.done():
                self._server.handle_request()
        return visitor.result()

    def close(self) -> None:
        self._server.server_close()


@pytest.fixture
def hub() -> Iterator[Hub]:
    hub = Hub()
    for each in (request_started, request_finished):  # as Django's own client for tests does
        each.disconnect(close_old_connections)
    yield hub
    for each in (request_started, request_finished):
        each.connect(close_old_connections)
    hub.close()


def talk(hub: Hub, work: Callable[[Client], Awaitable[Any]], key: str = "", mode: str = "auto") -> Any:
    """What ``work`` makes of a conversation with the hub."""

    async def run() -> Any:
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        async with (
            httpx2.AsyncClient(headers=headers, timeout=30) as connection,
            Client(streamable_http_client(f"{hub.url}/mcp", http_client=connection), mode=mode) as client,
        ):
            try:
                return await work(client)
            except MCPError as error:  # by itself, where the connection would wrap it in groups
                return error

    said = hub.serve(lambda: anyio.run(run))
    if isinstance(said, MCPError):
        raise said
    return said


def call(hub: Hub, tool: str, key: str = "", mode: str = "auto", **arguments: Any) -> Any:
    """The structured result of one call, which is no error."""
    result = talk(hub, lambda client: client.call_tool(tool, arguments), key, mode)
    assert not result.is_error, result.content
    assert json.loads(result.content[0].text) == result.structured_content
    return result.structured_content


def fail(hub: Hub, tool: str, key: str = "", **arguments: Any) -> str:
    """What an assistant is told of a call that fails."""
    result = talk(hub, lambda client: client.call_tool(tool, arguments), key)
    assert result.is_error
    assert result.structured_content is None
    return str(result.content[0].text)


@pytest.mark.parametrize("mode", ERAS)
def test_the_tools_say_in_german_what_they_are_for_and_that_they_only_read(
    hub: Hub, report: CatalogueEntry, mode: str
) -> None:
    listed = talk(hub, lambda client: client.list_tools(), mode=mode)
    assert [tool.name for tool in listed.tools] == ["search", "read", "ask"]
    for tool in listed.tools:
        assert tool.annotations.read_only_hint
        assert tool.annotations.destructive_hint is not True
        assert "Quelle" in tool.description
        assert tool.input_schema["additionalProperties"] is False
        assert all(each["description"] for each in tool.input_schema["properties"].values())
        assert tool.output_schema["type"] == "object"


@pytest.mark.parametrize("mode", ERAS)
def test_a_question_is_answered_by_passages_with_their_sources(
    hub: Hub, report: CatalogueEntry, mode: str
) -> None:
    said = call(hub, "ask", q=QUESTION, mode=mode)
    assert (said["verdict"], said["audience"], said["formulated"]) == ("verbatim", "public", None)
    (passage,) = said["passages"]
    assert passage["text"] == WORDING
    assert passage["url"] == f"{env.origin}{report.get_absolute_url()}#stolpersteine-1"
    assert passage["publishers"] == [{"key": KOBLENZ, "name": "Koblenz"}]
    assert AnswerLog.objects.get().channel == "mcp"


def test_nothing_found_is_a_result_and_no_error(hub: Hub, report: CatalogueEntry) -> None:
    said = call(hub, "ask", q="Wie backe ich einen Apfelkuchen?")
    assert (said["verdict"], said["passages"]) == ("nothing", [])


def test_what_is_searched_can_be_read(hub: Hub, report: CatalogueEntry) -> None:
    found = call(hub, "search", q="Fehlerquote", kind="case_report", topic="ki", body=KOBLENZ)
    assert (found["total"], found["page"], found["audience"]) == (1, 1, "public")
    (record,) = found["records"]
    assert record["excerpt"] == WORDING
    assert record["url"] == f"{env.origin}{report.get_absolute_url()}"
    read = call(hub, "read", record=record["uuid"])
    assert read["text"] == f"Chatbot im Bürgerservice\n\nStolpersteine\n\n{WORDING}"
    assert (read["next_offset"], read["audience"], read["kind"]) == (None, "public", "case_report")
    assert call(hub, "read", record=report.object_id) == read


def test_a_long_record_is_read_piece_by_piece(hub: Hub, report: CatalogueEntry) -> None:
    paragraphs = tuple(f"{number}. Absatz. " + "Lang und breit. " * 60 for number in range(40))
    long = publish(make_document("Lang", sections=(section("Verlauf", *paragraphs),)))
    pieces, offset = [], 0
    while offset is not None:
        read = call(hub, "read", record=str(long.uuid), offset=offset)
        assert 0 < len(read["text"]) <= PIECE
        pieces.append(read["text"])
        offset = read["next_offset"]
    assert len(pieces) > 2
    assert "".join(pieces) == "\n\n".join(["Lang", "Verlauf", *paragraphs])
    beyond = call(hub, "read", record=str(long.uuid), offset=9_000_000)
    assert (beyond["text"], beyond["next_offset"]) == ("", None)


def test_texts_come_plain(hub: Hub, report: CatalogueEntry) -> None:
    publish(make_document("<b>Fett</b>", "Text mit <script>alert(1)</script> und Kleinschrift & mehr."))
    (record,) = call(hub, "search", q="Kleinschrift")["records"]
    assert record["excerpt"] == "Text mit <script>alert(1)</script> und Kleinschrift & mehr."
    assert "&lt;" not in json.dumps(record)
    assert "<mark>" not in json.dumps(record)


def test_a_key_adds_what_members_read(hub: Hub, member: User) -> None:
    _token, key = make_token(member, "Assistent", 30)
    inner = CatalogueEntry.objects.get(title="Konzept")
    assert call(hub, "search", q="Geheimregister")["total"] == 0
    assert call(hub, "ask", q=INNER_QUESTION)["passages"] == []
    assert "keinen solchen Beitrag" in fail(hub, "read", record=str(inner.uuid))
    assert call(hub, "search", key, q="Geheimregister")["records"][0]["audience"] == "members"
    assert call(hub, "ask", key, q=INNER_QUESTION)["passages"][0]["text"] == INNER
    assert INNER in call(hub, "read", key, record=str(inner.uuid))["text"]


def test_no_key_opens_what_is_for_the_instance(hub: Hub, member: User) -> None:
    member.is_superuser = True
    member.save()
    _token, key = make_token(member, "Assistent", 30)
    akte = CatalogueEntry.objects.get(title="Akte")
    assert call(hub, "search", key, q="Schattenliste")["total"] == 0
    assert call(hub, "ask", key, q="Wie viele Zeilen hat die Schattenliste?")["passages"] == []
    missing = fail(hub, "read", key, record="00000000-0000-4000-8000-000000000000")
    assert fail(hub, "read", key, record=str(akte.uuid)) == missing


def test_a_revoked_key_opens_nothing_not_even_what_is_public(hub: Hub, member: User) -> None:
    token, key = make_token(member, "Assistent", 30)
    call(hub, "ask", key, q=INNER_QUESTION)
    token.delete()
    with pytest.raises(ExceptionGroup, match="TaskGroup"):  # as the client puts a connection that is refused
        call(hub, "ask", key, q=QUESTION)
    response = post(hub, "tools/list", Authorization=f"Bearer {key}")
    assert response.status_code == 401
    assert "invalid_token" in response.headers["WWW-Authenticate"]


def test_a_key_is_worth_what_its_owner_is_now(hub: Hub, member: User) -> None:
    _token, key = make_token(member, "Assistent", 30)
    assert call(hub, "ask", key, q=INNER_QUESTION)["audience"] == "members"
    set_role(member, Body.objects.get(pk=KOBLENZ), None)
    said = call(hub, "ask", key, q=INNER_QUESTION)
    assert (said["audience"], said["passages"]) == ("public", [])
    member.is_active = False
    member.save()
    response = post(hub, "tools/list", Authorization=f"Bearer {key}")
    assert response.status_code == 401


def test_what_is_withdrawn_is_gone_at_once(hub: Hub, report: CatalogueEntry) -> None:
    withdraw(report, follow=False)
    assert call(hub, "search", q="Fehlerquote")["records"] == []
    assert call(hub, "ask", q=QUESTION)["passages"] == []
    assert "zurückgezogen" in fail(hub, "read", record=str(report.uuid))
    with pytest.raises(MCPError, match="zurückgezogen"):
        read_resource(hub, f"{env.origin}/id/{report.uuid}")


def test_an_unknown_tool_is_an_error_of_the_protocol(hub: Hub, report: CatalogueEntry) -> None:
    with pytest.raises(MCPError) as refused:
        talk(hub, lambda client: client.call_tool("delete_everything", {}))
    assert refused.value.code == -32602


@pytest.mark.parametrize("mode", ERAS)
def test_records_are_resources_too(hub: Hub, report: CatalogueEntry, mode: str) -> None:
    listed = talk(hub, lambda client: client.list_resources(), mode=mode).resources
    assert [str(each.uri) for each in listed] == [f"{env.origin}/id/{report.uuid}"]
    templates = talk(hub, lambda client: client.list_resource_templates(), mode=mode).resource_templates
    assert [each.uri_template for each in templates] == [f"{env.origin}/id/{{uuid}}"]
    (held,) = read_resource(hub, str(listed[0].uri), mode).contents
    assert held.text.startswith(f"{env.origin}{report.get_absolute_url()}\n\nChatbot im Bürgerservice")
    with pytest.raises(MCPError):
        read_resource(hub, "file:///etc/passwd", mode)


def read_resource(hub: Hub, uri: str, mode: str = "auto") -> Any:
    return talk(hub, lambda client: client.read_resource(uri), mode=mode)


def post(hub: Hub, method: str, **headers: str) -> httpx2.Response:
    """One message without parameters, past the package's client."""
    content = json.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": {}}).encode()
    usual = {"Content-Type": "application/json", "Accept": "application/json, text/event-stream"}

    def visit() -> httpx2.Response:
        with httpx2.Client(timeout=30) as connection:
            return connection.post(f"{hub.url}/mcp", content=content, headers=usual | headers)

    return hub.serve(visit)
