"""What ``/mcp`` makes of messages, headers and arguments that the package's client does not send."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from hub.catalogue.models import CatalogueEntry
from hub.documents import Audience
from hub.env import env
from hub.municipalities.models import Body
from hub.site.mcp import tools
from hub.site.tokens.services import make_token
from search.answers import limiting
from tests.factories.people import add_operator
from tests.search.catalogue import MAINZ, make_document, publish

pytestmark = pytest.mark.django_db

HOST = "mainz.localhost:8001"
NOBODY = "00000000-0000-4000-8000-000000000000"


@pytest.fixture
def report() -> CatalogueEntry:
    cache.clear()
    Body.objects.update_or_create(key=MAINZ, defaults={"name": "Mainz", "kind": "city"})
    return publish(make_document("Radwege", "Das Geoportal zeigt alle Unfälle."))


def send(client: Client, body: bytes, **headers: str) -> Any:
    usual = {"Accept": "application/json, text/event-stream", "Host": HOST}
    return client.post("/mcp", body, content_type="application/json", headers=usual | headers)


def ask(client: Client, method: str, params: dict[str, Any] | None = None, **headers: str) -> Any:
    message = {"jsonrpc": "2.0", "id": 1, "method": method, "params": params or {}}
    return send(client, json.dumps(message).encode(), **headers)


def call(client: Client, tool: str, arguments: dict[str, Any], **headers: str) -> Any:
    response = ask(client, "tools/call", {"name": tool, "arguments": arguments}, **headers)
    assert response.status_code == 200, response.content
    return response.json()["result"]


def fail(client: Client, tool: str, arguments: dict[str, Any]) -> str:
    result = call(client, tool, arguments)
    assert result["isError"]
    assert "structuredContent" not in result
    return str(result["content"][0]["text"])


@pytest.mark.parametrize(
    ("tool", "arguments", "told"),
    [
        ("search", {}, "q fehlt"),
        ("search", {"q": " "}, "q fehlt"),
        ("search", {"q": "x" * 401}, "q fehlt"),
        ("search", {"q": "Rad", "page": 0}, "page fehlt oder"),
        ("search", {"q": "Rad", "kind": "alles"}, "kind: „alles“"),
        ("search", {"q": "Rad", "topic": "gibt-es-nicht"}, "topic: „gibt-es-nicht“"),
        ("search", {"q": "Rad", "audience": "instance"}, "Den Parameter audience gibt es nicht"),
        ("read", {"record": "../../etc/passwd"}, "keine uuid"),
        ("read", {"record": ["a"]}, "record fehlt oder"),
        ("read", {"record": NOBODY}, "keinen solchen Beitrag"),
        ("read", {"record": NOBODY, "offset": -1}, "offset fehlt oder"),
        ("ask", {"q": 7}, "q fehlt"),
        ("ask", {"q": "Rad", "record": NOBODY}, "record: "),
        ("ask", {"q": "Rad", "like": "\x00"}, "like: "),
        ("ask", {"q": "Rad", "before": ["a"] * 4}, "before fehlt oder"),
        ("ask", {"q": "Rad", "language": "en"}, "Den Parameter language gibt es nicht"),
    ],
)
def test_wrong_arguments_are_told_for_the_assistant_to_mend(
    client: Client, report: CatalogueEntry, tool: str, arguments: dict[str, Any], told: str
) -> None:
    message = fail(client, tool, arguments)
    assert told in message
    assert "pydantic" not in message


def test_signs_that_no_database_takes_are_left_out(client: Client, report: CatalogueEntry) -> None:
    assert call(client, "search", {"q": "Geo\x00portal"})["structuredContent"]["total"] == 1
    assert call(client, "ask", {"q": "Was zeigt das Geo\x00portal?"})["structuredContent"]["passages"]


def test_what_fails_within_is_not_told(
    client: Client, report: CatalogueEntry, monkeypatch: pytest.MonkeyPatch
) -> None:
    def burst(*_arguments: object) -> None:
        raise RuntimeError("password=geheim at /srv/hub.py")

    monkeypatch.setitem(tools.TOOLS, "read", tools.Tool(**{**vars(tools.TOOLS["read"]), "run": burst}))
    message = fail(client, "read", {"record": str(report.uuid)})
    assert "geheim" not in message
    assert "Protokoll" in message


@pytest.mark.parametrize("version", ["2025-06-18", "2026-07-28"])
def test_what_fails_in_a_resource_is_not_told(
    client: Client, report: CatalogueEntry, monkeypatch: pytest.MonkeyPatch, version: str
) -> None:
    def burst(*_arguments: object) -> None:
        raise RuntimeError("password=geheim at /srv/hub.py")

    monkeypatch.setattr("hub.site.mcp.server.latest_contributions", burst)
    meta = {
        "io.modelcontextprotocol/protocolVersion": version,
        "io.modelcontextprotocol/clientCapabilities": {},
    }
    headers = {"MCP-Protocol-Version": version, "Mcp-Method": "resources/list"}
    told = ask(client, "resources/list", {"_meta": meta}, **headers).content.decode()
    assert "geheim" not in told
    assert "Protokoll" in told


def test_too_many_calls_are_told_to_wait(
    client: Client, report: CatalogueEntry, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(limiting.LIMITS, limiting.ASK, "1/m/key")
    call(client, "search", {"q": "Geoportal"})
    for tool, arguments in (("search", {"q": "Rad"}), ("read", {"record": NOBODY}), ("ask", {"q": "Rad"})):
        assert "Warte eine Minute" in fail(client, tool, arguments)
    address = f"{env.origin}/id/{report.uuid}"
    for method, params in (("resources/list", {}), ("resources/read", {"uri": address})):
        answer = ask(client, method, params).json()
        assert "result" not in answer
        assert "Warte eine Minute" in answer["error"]["message"]


@pytest.mark.parametrize("method", ["resources/list", "resources/read"])
def test_resources_count_as_calls_do(
    client: Client, report: CatalogueEntry, monkeypatch: pytest.MonkeyPatch, method: str
) -> None:
    monkeypatch.setitem(limiting.LIMITS, limiting.ASK, "1/m/key")
    params = {"uri": f"{env.origin}/id/{report.uuid}"} if method == "resources/read" else {}
    assert "result" in ask(client, method, params).json()
    assert "Warte eine Minute" in fail(client, "search", {"q": "Rad"})


def test_an_assistant_of_english_readers_is_told_in_english(client: Client, report: CatalogueEntry) -> None:
    told = ask(client, "tools/list", **{"Accept-Language": "en"}).json()["result"]["tools"]
    assert told[0]["title"] == "Search the Wissenshub"
    assert ask(client, "tools/list").json()["result"]["tools"][0]["title"] == "Im Wissenshub suchen"


def test_pages_of_others_may_not_ask_through_a_browser(client: Client, report: CatalogueEntry) -> None:
    assert ask(client, "tools/list").status_code == 200
    assert ask(client, "tools/list", Origin=env.origin).status_code == 200
    strange = ask(client, "tools/list", Origin="https://boese.example")
    assert strange.status_code == 403
    assert "Access-Control-Allow-Origin" not in strange
    for host in ("boese.example", "localhost.boese.example:80"):
        assert ask(client, "tools/list", Host=host).status_code in (400, 421)


def test_no_cookie_is_read_or_set(client: Client, report: CatalogueEntry) -> None:
    publish(make_document("Konzept", "Das Geheimregister beginnt im Mai.", audience=Audience.MEMBERS))
    operator = add_operator()
    client.force_login(operator)
    response = ask(client, "tools/call", {"name": "search", "arguments": {"q": "Geheimregister"}})
    found = response.json()["result"]["structuredContent"]
    assert (found["audience"], found["total"]) == ("public", 0)
    assert not response.cookies
    assert response["Cache-Control"] == "private, no-store"
    _token, key = make_token(operator, "Assistent", 30)
    found = call(client, "search", {"q": "Geheimregister"}, Authorization=f"Bearer {key}")
    found = found["structuredContent"]
    assert (found["audience"], found["total"]) == ("members", 1)


def test_forms_of_other_pages_need_no_token_against_forgery_and_get_nothing(report: CatalogueEntry) -> None:
    strict = Client(enforce_csrf_checks=True)
    assert ask(strict, "tools/list").status_code == 200
    form = strict.post("/mcp", {"method": "tools/list"}, headers={"Host": HOST, "Accept": "*/*"})
    assert form.status_code == 400


@pytest.mark.parametrize("method", ["GET", "DELETE", "PUT", "OPTIONS", "HEAD"])
def test_there_is_nothing_to_stream_and_no_session_to_end(client: Client, method: str) -> None:
    response = client.generic(method, "/mcp", headers={"Accept": "text/event-stream"})
    assert (response.status_code, response["Allow"]) == (405, "POST")


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"{", 400, -32700),
        (b"\xff\xfe", 400, -32700),
        (b"[]", 400, None),
        (b"null", 400, None),
        (b"[" * 5_000, 400, None),
        (b'{"jsonrpc": "2.0", "id": 1, "method": "tools/explode"}', 200, -32601),
        (b'{"jsonrpc": "2.0", "id": 1, "method": "subscriptions/listen", "params": {}}', 200, -32601),
        (b'{"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": 3}}', 200, -32602),
        (b'{"jsonrpc": "2.0", "method": "notifications/initialized"}', 202, None),
        (b'{"jsonrpc": "2.0", "id": 1, "result": {}}', 202, None),
        (b'{"a": "' + b"x" * 70_000 + b'"}', 413, None),
    ],
)
def test_messages_that_are_none_are_refused_plainly(
    client: Client, report: CatalogueEntry, body: bytes, status: int, code: int | None
) -> None:
    response = send(client, body)
    told = response.content.decode()
    assert response.status_code == status, told
    assert "Traceback" not in told
    if code is not None:
        assert response.json()["error"]["code"] == code


@pytest.mark.parametrize("version", ["1999-01-01", "ärger", "2025-03-26, 2025-06-18"])
def test_a_version_of_the_protocol_that_nobody_knows_is_refused(
    client: Client, report: CatalogueEntry, version: str
) -> None:
    response = ask(client, "tools/list", **{"MCP-Protocol-Version": version})
    assert response.status_code == 400
    assert "error" in response.json()


@pytest.mark.parametrize("accept", ["text/html", "application/xml"])
def test_what_cannot_be_told_as_json_is_refused(client: Client, report: CatalogueEntry, accept: str) -> None:
    assert ask(client, "tools/list", Accept=accept).status_code == 406
