"""Trying to read as programs do: feeds, the API, sitemaps, cards. They know nobody, so all get the same."""

from __future__ import annotations

from hub.env import env
from tests.permissions.probes import granted, probe, refusal
from tests.permissions.table import Case
from tests.permissions.world import CODES, World


@probe("im Feed finden")
def find_in_feed(world: World, caller: str, case: Case) -> str:
    item = world.item(case)
    found = [
        item.word in world.text(caller, f"/feeds/wissen.{form}?art={CODES[case.kind]}")
        for form in ("atom", "json")
    ]
    assert len(set(found)) == 1, "one form tells more than the other"
    return granted(really=found[0])


@probe("in der Programmierschnittstelle finden")
def find_in_api(world: World, caller: str, case: Case) -> str:
    item = world.item(case)
    address = f"/api/v1/records?kind={CODES[case.kind]}&limit=200"
    found = [item.word in world.text(caller, address + more) for more in ("", "&changed_since=1970-01-01")]
    assert len(set(found)) == 1, "a mirror is told more"
    return granted(really=found[0])


@probe("über die Programmierschnittstelle lesen")
def read_by_api(world: World, caller: str, case: Case) -> str:
    item = world.item(case)
    answers = set()
    for rest in ("", "/statements", "/files"):
        response = world.people[caller].get(f"/api/v1/records/{item.uuid}{rest}")
        if refused := refusal(response):
            assert item.word not in response.content.decode(), "the refusal itself names it"
        answers.add(refused or granted(really=str(item.uuid) in response.content.decode()))
    assert len(answers) == 1
    return answers.pop()


@probe("in der Sitemap finden")
def find_in_sitemap(world: World, caller: str, case: Case) -> str:
    page = world.text(caller, "/sitemap-beitraege.xml")
    return granted(really=f"<loc>{env.origin}{world.item(case).url}</loc>" in page)


@probe("als Karte einbetten")
def embed_card(world: World, caller: str, case: Case) -> str:
    item = world.item(case)
    answers = set()
    for address in (f"/id/{item.uuid}/karte/", f"/oembed?url={env.origin}/id/{item.uuid}"):
        response = world.people[caller].get(address)
        if refused := refusal(response):
            assert item.word not in response.content.decode(), "the refusal itself names it"
        answers.add(refused or granted(really=item.word in response.content.decode()))
    assert len(answers) == 1
    return answers.pop()
