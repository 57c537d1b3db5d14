"""Trying to read: pages, lists, counts, search, answers, files and calendars."""

from __future__ import annotations

import re
from typing import Any

from hub.env import env
from tests.permissions.probes import granted, probe, refusal
from tests.permissions.table import Case
from tests.permissions.world import CODES, COMMON, World
from tests.theme.entries import KOBLENZ, add_entry, make_document


@probe("Seite lesen")
def read_page(world: World, caller: str, case: Case) -> str:
    item = world.item(case)
    response = world.look(caller, item.url)
    return _refused_silently(response, item.word) or granted(really=item.word in response.content.decode())


@probe("über die feste Adresse lesen")
def read_by_id(world: World, caller: str, case: Case) -> str:
    item = world.item(case)
    response = world.look(caller, f"/id/{item.uuid}")
    return _refused_silently(response, item.url) or granted(really=response["Location"] == item.url)


@probe("unter Wissen finden")
def list_knowledge(world: World, caller: str, case: Case) -> str:
    page = world.text(caller, f"/wissen/?art={CODES[case.kind]}")
    return granted(really=_links(page, world.item(case).url))


@probe("unter Wissen gezählt werden")
def count_knowledge(world: World, caller: str, case: Case) -> str:
    return granted(really=_counts(world.text(caller, "/wissen/"), world.item(case).topic))


@probe("auf der Startseite gezählt werden")
def count_home(world: World, caller: str, case: Case) -> str:
    return granted(really=f"/wissen/?thema={world.item(case).topic}" in world.text(caller, "/"))


@probe("auf der Seite der Kommune finden")
def list_body(world: World, caller: str, case: Case) -> str:
    key = world.bodies[case.place].pk
    return granted(really=_links(world.text(caller, f"/kommunen/{key}/"), world.item(case).url))


@probe("unter Termine finden")
def list_events(world: World, caller: str, case: Case) -> str:
    return granted(really=_links(world.text(caller, "/termine/"), world.item(case).url))


@probe("mit der Suche finden")
def search(world: World, caller: str, case: Case) -> str:
    page = world.text(caller, f"/suche/?q={COMMON}&art={CODES[case.kind]}")
    return granted(really=_links(page, world.item(case).url))


@probe("in der Suche gezählt werden")
def count_search(world: World, caller: str, case: Case) -> str:
    return granted(really=_counts(world.text(caller, f"/suche/?q={COMMON}"), world.item(case).topic))


@probe("in Antworten zitiert bekommen")
def ask(world: World, caller: str, case: Case) -> str:
    item = world.item(case)
    page = world.text(caller, f"/fragen/?q=Wem+hilft+{item.word}%3F")
    return granted(really=f'href="{item.url}#' in page)


@probe("als Grund, jemanden zu fragen, finden")
def see_as_reason(world: World, caller: str, case: Case) -> str:
    """Its publisher has a page about itself, or could not be asked."""
    item = world.item(case)
    add_entry(make_document("Wer wir sind", kind="body", publishers=(KOBLENZ,), case=None, costs=None))
    page = world.text(caller, f"/fragen/an-die-community/?q=Wem+hilft+{item.word}%3F")
    return granted(really=f'href="{item.url}"' in page)


@probe("Datei herunterladen")
def download(world: World, caller: str, case: Case) -> str:
    item = world.item(case)
    response = world.people[caller].get(item.file_url)
    if response.status_code != 200:
        return _refused_silently(response, item.inner.decode())
    return granted(really=b"".join(response.streaming_content) == item.inner)


@probe("Datei unter fremdem Beitrag erfragen")
def download_elsewhere(world: World, caller: str, case: Case) -> str:
    """The file's checksum under the address of a public report."""
    item, public = world.item(case), world.items["Bericht", "C", "öffentlich"]
    digest = item.file_url.split("/")[3]
    response = world.people[caller].get(f"/dateien/{public.uuid}/{digest}/x.txt")
    if response.status_code != 200:
        return _refused_silently(response, item.inner.decode())
    return granted(really=b"".join(response.streaming_content) == item.inner)


@probe("Kalender eines Termins abonnieren")
def calendar_event(world: World, caller: str, case: Case) -> str:
    item = world.item(case)
    response = world.look(caller, f"/kalender/{item.uuid}.ics")
    return _refused_silently(response, item.word) or granted(really=item.word in response.content.decode())


@probe("im Kalender aller Instanzen finden")
def calendar_all(world: World, caller: str, case: Case) -> str:
    return granted(really=world.item(case).word in world.text(caller, "/kalender/alle.ics"))


@probe("im Kalender einer Instanz finden")
def calendar_source(world: World, caller: str, case: Case) -> str:
    source = world.peer.slug if case.place == "C" else env.slug
    return granted(really=world.item(case).word in world.text(caller, f"/kalender/{source}.ics"))


@probe("Kalender eines Themas abonnieren")
def calendar_topic(world: World, caller: str, case: Case) -> str:
    item = world.item(case)
    response = world.look(caller, f"/kalender/thema/{item.topic}.ics")
    return _refused_silently(response, item.word) or granted(really=item.word in response.content.decode())


def _refused_silently(response: Any, secret: str) -> str:
    """The refusal, which must not name what it refuses."""
    if refused := refusal(response):
        assert secret not in response.content.decode(), "the refusal itself names it"
    return refused


def _links(page: str, url: str) -> bool:
    return f'href="{url}"' in page or f'href="{url}#' in page


def _counts(page: str, topic: str) -> bool:
    """Whether a filter offers the topic, which only one item has."""
    return re.search(rf'name="thema" value="{topic}"', page) is not None
