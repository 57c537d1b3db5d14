"""Trying to find without searching: what is offered while typing, and what is said to go with something."""

from __future__ import annotations

import hashlib
import json
from typing import IO
from unittest.mock import patch
from urllib.parse import quote

from search.reading import services
from search.reading.due import due_contents
from search.reading.running import FoundPage, Reading
from tests.permissions.probes import granted, probe, refusal
from tests.permissions.table import Case
from tests.permissions.world import Item, World
from tests.theme.entries import add_entry, make_document

BEYOND = 1_000_001
"""A position that no log has reached."""


@probe("beim Tippen vorgeschlagen bekommen")
def suggest(world: World, caller: str, case: Case) -> str:
    item = world.item(case)
    begun = item.word[:-1]
    response = world.people[caller].get(f"/suche/vorschlaege?q={quote(begun)}")
    offered = json.loads(response.content)["suggestions"]
    really = item.url in {each["url"] for each in offered}
    assert really == any(item.word in each["label"] for each in offered if not each["url"])
    return granted(really=really)


@probe("mit der Suche im Anhang finden")
def find_in_file(world: World, caller: str, case: Case) -> str:
    item = world.item(case)
    _read_file_of(item)
    page = world.text(caller, f"/suche/?q=Datei+{item.word}")
    inside = item.inner.decode().replace(item.word, f"<mark>{item.word}</mark>")
    return granted(really=inside in page.replace("<mark>Datei</mark>", "Datei"))


@probe("aus einer Datei zitiert bekommen")
def ask_for_file(world: World, caller: str, case: Case) -> str:
    item = world.item(case)
    _read_file_of(item)
    page = world.text(caller, f"/fragen/?q=Was+steht+nur+in+der+Datei+von+{item.word}%3F")
    return granted(really=f'href="/fragen/datei/{item.uuid}/' in page)


@probe("gelesenen Text einer Datei ansehen")
def read_text_of_file(world: World, caller: str, case: Case) -> str:
    item = world.item(case)
    _read_file_of(item)
    digest = hashlib.sha256(item.inner).hexdigest()
    response = world.people[caller].get(f"/fragen/datei/{item.uuid}/{digest}/1/")
    page = response.content.decode()
    if refused := refusal(response):
        assert item.word not in page, "the refusal itself names it"
        return refused
    return granted(really=item.inner.decode() in page)


def _read_file_of(item: Item) -> None:
    digest = "sha256:" + hashlib.sha256(item.inner).hexdigest()
    due = due_contents().filter(digest=digest)
    with patch.multiple(services, read_file=_read_text, due_contents=lambda: due.all()):
        services.read_round()


def _read_text(file: IO[bytes], media_type: str) -> Reading:
    """What stands in a text file, without a process for each of them."""
    return Reading((FoundPage(1, "", file.read().decode()),))


@probe("als passend zu einem anderen Beitrag finden")
def find_related(world: World, caller: str, case: Case) -> str:
    """A public report of C is on the same topic."""
    item = world.item(case)
    report = add_entry(
        make_document("Nachbar", publishers=(world.bodies["C"].pk,), topics=(item.topic,)), position=BEYOND
    )
    response = world.people[caller].get(f"/id/{report.uuid}")
    assert response.status_code == 200
    return granted(really=f'href="{item.url}"' in response.content.decode())
