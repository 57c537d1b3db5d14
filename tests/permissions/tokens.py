"""Trying to read as a program does that has a person's key, and to make and revoke such keys."""

from __future__ import annotations

import json
from typing import Any

from django.test import Client
from django.utils import timezone

from hub.accounts.models import HomeAccount, User
from hub.site.tokens.models import AccessToken
from hub.site.tokens.services import make_token
from tests.permissions.probes import granted, probe, refusal
from tests.permissions.table import Case
from tests.permissions.world import World

HOST = "mainz.localhost:8001"


@probe("von einem Programm mit Schlüssel zitiert bekommen")
def be_quoted(world: World, caller: str, case: Case) -> str:
    item = world.item(case)
    question = {"q": f"Wem hilft {item.word}?"}
    response = Client().get("/api/v1/answers", question, headers=_key_of(world, caller))
    if refused := refusal(response):
        assert item.word not in response.content.decode(), "the refusal itself names it"
        return refused
    return granted(really=any(item.word in each["text"] for each in response.json()["passages"]))


@probe("von einem Assistenten mit Schlüssel finden lassen")
def be_found(world: World, caller: str, case: Case) -> str:
    item = world.item(case)
    response = _call(world, caller, "search", q=item.word)
    if refused := refusal(response):
        return refused
    found = response.json()["result"]["structuredContent"]["records"]
    return granted(really=str(item.uuid) in {each["uuid"] for each in found})


@probe("von einem Assistenten mit Schlüssel lesen lassen")
def be_read(world: World, caller: str, case: Case) -> str:
    item = world.item(case)
    response = _call(world, caller, "read", record=str(item.uuid))
    if refused := refusal(response):
        return refused
    result = response.json()["result"]
    assert not (result["isError"] and item.word in json.dumps(result)), "the refusal itself names it"
    return granted(really=not result["isError"] and item.word in result["structuredContent"]["text"])


@probe("einen Schlüssel für Programme anlegen")
def make(world: World, caller: str, case: Case) -> str:
    """The home hub has just vouched for its people; the world may have been built some minutes ago."""
    HomeAccount.objects.update(asserted=timezone.now())
    response = world.people[caller].post("/mein/schluessel/", {"name": "Assistent", "days": "30"})
    return _effect(response, done=AccessToken.objects.exists())


@probe("den eigenen Schlüssel widerrufen")
def revoke_own(world: World, caller: str, case: Case) -> str:
    token, _key = make_token(world.people[caller].user or _somebody(), "Assistent", 30)
    response = world.people[caller].post(f"/mein/schluessel/{token.pk}/widerrufen/")
    return _effect(response, done=not AccessToken.objects.exists())


@probe("den Schlüssel einer anderen Person widerrufen")
def revoke_others(world: World, caller: str, case: Case) -> str:
    token, _key = make_token(_somebody(), "Geheimes Vorhaben", 30)
    assert "Geheimes Vorhaben" not in world.people[caller].get("/mein/schluessel/").content.decode()
    response = world.people[caller].post(f"/mein/schluessel/{token.pk}/widerrufen/")
    return _effect(response, done=not AccessToken.objects.exists())


def _call(world: World, caller: str, tool: str, **arguments: str) -> Any:
    params = {"name": tool, "arguments": arguments}
    message = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params}
    headers = {"Accept": "application/json, text/event-stream", "Host": HOST, **_key_of(world, caller)}
    return Client().post("/mcp", json.dumps(message), content_type="application/json", headers=headers)


def _key_of(world: World, caller: str) -> dict[str, str]:
    """The header of somebody's program; guests and other instances have no key here."""
    user = world.people[caller].user
    return {"Authorization": f"Bearer {make_token(user, 'Assistent', 30)[1]}"} if user else {}


def _somebody() -> User:
    return User.objects.create_user("jemand@anderswo.example", "geheim-und-lang")


def _effect(response: object, *, done: bool) -> str:
    refused = refusal(response)
    assert not (refused and done), "it was refused and done all the same"
    return refused or granted(really=done)
