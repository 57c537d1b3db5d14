"""The other way round: what could leak is there, and nobody who may not read it meets a trace of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from tests.permissions.addresses import walk_addresses
from tests.permissions.callers import Caller
from tests.permissions.table import KINDS, PLACES
from tests.permissions.world import CODES, COMMON, Item, World

pytestmark = pytest.mark.django_db

SEES = {
    "Gast": ("öffentlich",),
    "Konto": ("öffentlich",),
    "Heimat alt": ("öffentlich",),
    "Peer": ("öffentlich",),
    "Heimat": ("öffentlich", "Mitglieder"),
}
"""Those who do not read everything, and what they read."""

FOR_PEERS = {"/federation/log", "/federation/held/log"}
"""Where peers read what is for members; its own table says so."""


def _hidden(world: World, caller: str) -> list[Item]:
    """What the caller may not read, drafts included."""
    return [item for item in world.items.values() if item.content not in SEES[caller]]


def _traces(item: Item) -> tuple[str, ...]:
    """Words of its title and file, its topic, its identity and its address: none may be told."""
    return item.word, item.inner.decode(), item.topic, str(item.uuid), item.url


def _secrets(world: World, caller: str) -> set[str]:
    drafts = {word for page in world.drafts.values() for word in page.title.split()}
    return {trace for item in _hidden(world, caller) for trace in _traces(item)} | drafts


def _body(response: Any) -> str:
    data = b"".join(response.streaming_content) if response.streaming else response.content
    return str(data.decode(errors="replace")) + str(dict(response.headers))


def _plain_addresses() -> list[str]:
    """Every address outside the admin that can be asked for as it stands, and what makes lists show more."""
    found = [each.path for each in walk_addresses() if each.is_plain and not each.in_admin]
    lists = ["/wissen/", "/termine/", "/kommunen/", "/suche/", "/fragen/"]
    queries = [f"?q={COMMON}", "?seite=2", "?sortierung=titel", *(f"?art={code}" for code in CODES.values())]
    return [*dict.fromkeys(found), "/", *(path + query for path in lists for query in queries)]


@pytest.mark.parametrize("caller", SEES)
def test_no_address_tells_a_word_of_what_is_hidden(world: World, caller: str) -> None:
    secrets = _secrets(world, caller)
    assert len(secrets) > 50
    told = {}
    for address in _plain_addresses():
        if caller == "Peer" and address in FOR_PEERS:
            continue
        text = _body(world.people[caller].get(address))
        if found := [secret for secret in secrets if secret.casefold() in text.casefold()]:
            told[address] = found
    assert told == {}


@pytest.mark.parametrize("caller", SEES)
def test_no_address_of_something_hidden_tells_a_word_of_it(world: World, caller: str) -> None:
    for item in _hidden(world, caller):
        for address in _addresses_of(item):
            text = _body(world.people[caller].get(address))
            asked = {trace for trace in _traces(item) if trace in address}  # what was asked may be repeated
            told = {trace for trace in _traces(item) if trace in text} - asked
            assert told == set(), address


def _addresses_of(item: Item) -> Iterator[str]:
    """Besides those that the table of reading tries."""
    yield f"/von/koblenz/{item.uuid}/"
    yield f"/wissen/?thema={item.topic}"
    yield f"/suche/?q={COMMON}&thema={item.topic}"


@pytest.mark.parametrize("caller", SEES)
def test_a_typo_is_not_corrected_to_a_hidden_word(world: World, caller: str) -> None:
    for item in _hidden(world, caller):
        slip = item.word[:-2] + item.word[-1] + item.word[-2]
        for path in (f"/suche/?q={slip}", f"/fragen/?q=Was+hilft+gegen+{slip}%3F"):
            assert item.word.casefold() not in world.text(caller, path).casefold(), path


@pytest.mark.parametrize("caller", SEES)
def test_a_search_for_a_hidden_word_finds_nothing(world: World, caller: str) -> None:
    for item in _hidden(world, caller):
        page = world.text(caller, f"/suche/?q={item.word}")
        assert _visible(world, caller, page) == set()


def _visible(world: World, caller: str, page: str) -> set[str]:
    hidden = {item.url for item in _hidden(world, caller)} | {item.topic for item in _hidden(world, caller)}
    return {trace for trace in hidden if trace in page}


@pytest.mark.parametrize("caller", [*SEES, "Mitglied", "Betrieb"])
def test_counts_are_of_what_may_be_read(world: World, caller: str) -> None:
    """Numbers of the home page, the filters, the headings and the directory, worked out from the world."""
    mine = SEES.get(caller, ("öffentlich", "Mitglieder", "Instanz"))
    readable = [item for item in world.items.values() if item.content in mine]
    works = [item for item in readable if item.kind != "Kommune"]
    by_kind = {CODES[kind]: sum(item.kind == kind for item in works) for kind in KINDS if kind != "Kommune"}
    by_body = {world.bodies[place].pk: sum(item.place == place for item in works) for place in PLACES}
    knowledge, home = world.text(caller, "/wissen/"), world.text(caller, "/")
    assert _filter(knowledge, "art") == by_kind
    assert _filter(knowledge, "kommune") == by_body
    assert _figures(home) == by_kind
    everything = {**by_kind, "body": len(readable) - len(works)}
    assert _filter(world.text(caller, f"/suche/?q={COMMON}"), "art") == everything
    directory = world.text(caller, "/kommunen/")
    assert {key: _published(directory, key) for key in by_body} == by_body


def _filter(page: str, name: str) -> dict[str, int]:
    """The counts of a filter by its values."""
    option = rf'name="{name}" value="([^"]+)".*?class="facet-count">(\d+)'
    return {value: int(count) for value, count in re.findall(option, page, re.DOTALL)}


def _figures(page: str) -> dict[str, int]:
    found = re.findall(r'href="/wissen/\?art=(\w+)">[^<]*</a></dt><dd class="figure">(\d+)', page)
    return {kind: int(count) for kind, count in found}


def _published(page: str, key: str) -> int:
    """How much the directory says a body has published."""
    entry = page.partition(f'href="/kommunen/{key}/">')[2].partition("</li>\n")[0].partition("body-name")[0]
    return sum(int(count) for count in re.findall(r'<span class="muted">(\d+)</span>', entry))


def test_those_who_may_read_meet_every_word(world: World) -> None:
    """The counterpart: were nothing there to be told, the tests above would pass for nothing."""
    pages = "".join(_everything(world.people["Betrieb"]))
    for item in world.items.values():
        assert item.word in pages, item
        assert item.url in pages, item


def _everything(caller: Caller) -> Iterator[str]:
    for code in CODES.values():
        yield _body(caller.get(f"/suche/?q={COMMON}&art={code}"))
