from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

import pytest
from defusedxml.ElementTree import fromstring
from django.test import Client

from hub.documents import Audience
from hub.env import env
from hub.site.feeds.sitemaps import Records
from tests.theme.entries import KOBLENZ, add_bodies, add_entry, make_document

pytestmark = pytest.mark.django_db

NS = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
MAINZ = "07315000"


@pytest.fixture
def client() -> Client:
    add_bodies()
    return Client(headers={"accept-language": "de"})


def locations(client: Client, address: str) -> list[str]:
    response = client.get(address)
    assert response.status_code == 200
    assert response["Content-Type"].startswith("application/xml")
    return [each.text or "" for each in fromstring(response.content).iter(f"{NS}loc")]


def everything(client: Client) -> list[str]:
    return [
        address
        for part in locations(client, "/sitemap.xml")
        for address in locations(client, part.removeprefix(env.origin))
    ]


def test_pages_at_home_here_are_told_and_no_others(client: Client) -> None:
    add_entry(make_document("A"), path="/koblenz/a/")
    add_entry(make_document("B", origin="https://wissen.mainz.invalid", publishers=(MAINZ,)), source="mainz")
    add_entry(make_document("C", audience=Audience.MEMBERS), path="/koblenz/c/")
    add_entry(make_document("D", kind="adoption", case=None), path="/koblenz/d/")
    add_entry(make_document("E"), path="/koblenz/e/", state="withdrawn")
    found = {address.removeprefix(env.origin) for address in everything(client)}
    assert {"/koblenz/a/", f"/kommunen/{KOBLENZ}/", "/", "/wissen/", "/wissen/?thema=ki", "/api/"} <= found
    assert not {"/koblenz/c/", "/koblenz/d/", "/koblenz/e/", f"/kommunen/{MAINZ}/"} & found
    assert not any(address.startswith("/von/") for address in found)


def test_every_address_told_is_there_and_calls_itself_canonical(client: Client) -> None:
    entry = add_entry()
    found = everything(client)
    assert f"{env.origin}/id/{entry.uuid}" in found
    for address in found:
        assert address.startswith(f"{env.origin}/")
        parts = urlsplit(address)
        response = client.get(f"{parts.path}?{parts.query}")
        assert response.status_code == 200 or parts.path == "/", address
        canonical = re.search(r'<link rel="canonical" href="([^"]*)"', response.content.decode())
        assert canonical is None or canonical[1].replace("&amp;", "&") == address


def test_records_say_when_they_changed(client: Client) -> None:
    entry = add_entry(path="/a/")
    root = fromstring(client.get("/sitemap-beitraege.xml").content)
    assert [each.text for each in root.iter(f"{NS}lastmod")] == [entry.changed.date().isoformat()]
    index = fromstring(client.get("/sitemap.xml").content)
    assert [(each.text or "")[:10] for each in index.iter(f"{NS}lastmod")] == [
        entry.changed.date().isoformat()
    ]


def test_many_records_stand_on_several_pages(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Records, "limit", 2)
    for number in range(5):
        add_entry(make_document(f"N{number}"), path=f"/n{number}/")
    parts = [part for part in locations(client, "/sitemap.xml") if "beitraege" in part]
    assert [part.partition("?")[2] for part in parts] == ["", "p=2", "p=3"]
    found = [address for part in parts for address in locations(client, part.removeprefix(env.origin))]
    assert found == [f"{env.origin}/n{number}/" for number in range(5)]


@pytest.mark.parametrize(
    "address", ["/sitemap-nichts.xml", "/sitemap-beitraege.xml?p=9", "/sitemap-beitraege.xml?p=x"]
)
def test_there_are_no_other_sitemaps(client: Client, address: str) -> None:
    assert client.get(address).status_code == 404


@pytest.mark.parametrize("number", [1, 30])
def test_a_sitemap_costs_the_same_for_one_and_for_many(
    client: Client, django_assert_num_queries: Any, number: int
) -> None:
    for count in range(number):
        add_entry(make_document(), path=f"/n{count}/")
    with django_assert_num_queries(4):
        client.get("/sitemap.xml")
    with django_assert_num_queries(2):
        client.get("/sitemap-beitraege.xml")


def _is_open(rules: list[tuple[str, str]], path: str) -> bool:
    """RFC 9309, section 2.2.2: of the rules that match, the longest counts."""

    def matches(rule: str) -> bool:
        pattern = re.escape(rule).replace(r"\*", ".*")
        return re.match(pattern.removesuffix(r"\$") + ("$" if rule.endswith("$") else ""), path) is not None

    fitting = [(len(rule), verb == "Allow") for verb, rule in rules if matches(rule)]
    return max(fitting, default=(0, True))[1]


def test_robots_may_read_what_is_for_everybody_and_nothing_else(client: Client) -> None:
    response = client.get("/robots.txt")
    assert response["Content-Type"] == "text/plain; charset=utf-8"
    text = response.content.decode()
    assert f"\nSitemap: {env.origin}/sitemap.xml\n" in text
    rules = [(verb, path) for verb, path in re.findall(r"^(Allow|Disallow): (\S+)$", text, re.MULTILINE)]
    for path in (
        "/",
        "/wissen/?thema=ki",
        "/koblenz/parken/",
        "/koblenz/parken.md",
        "/dateien/1/2/plan.pdf",
        "/feeds/wissen.atom",
        "/api/v1/records",
        "/kommunen/07111000/",
        "/llms.txt",
        "/suche/",
    ):
        assert _is_open(rules, path), path
    for path in (
        "/admin/pages/",
        "/konto/login/",
        "/mein/",
        "/fragen/?q=x",
        "/fragen/antwort?q=x",
        "/suche/?q=x",
        "/wissen/?thema=ki&art=module",
        "/wissen/?sortierung=titel",
        "/koblenz/parken.pdf",
        "/sammlung/",
        "/uebernehmen/1/",
        "/interesse/1/",
    ):
        assert not _is_open(rules, path), path


def test_language_models_are_told_what_this_is_and_how_to_read_it(client: Client) -> None:
    response = Client(headers={"accept-language": "en"}).get("/llms.txt")
    text = response.content.decode()
    assert response["Content-Type"] == "text/plain; charset=utf-8"
    assert text.startswith(f"# Wissenshub {env.name}\n\n> ")
    assert f"[Künstliche Intelligenz]({env.origin}/wissen/?thema=ki)" in text
    assert "`.md`" in text
    for address in re.findall(rf"\]\({re.escape(env.origin)}([^)]*)\)", text):
        assert client.get(address).status_code == 200, address


def test_every_page_leads_to_the_feed_of_everything_and_lists_to_their_own(client: Client) -> None:
    entry = add_entry(make_document("Parken", origin="https://wissen.mainz.invalid"), source="mainz")
    everywhere = (
        '<link rel="alternate" type="application/atom+xml" title="Alle Beiträge" href="/feeds/wissen.atom">'
    )
    for address in ("/wissen/", "/termine/", "/impressum/", f"/id/{entry.uuid}", "/nichts/"):
        assert everywhere in client.get(address, follow=True).content.decode() or address.startswith("/id/")
    page = client.get("/wissen/?thema=mobilitaet&sortierung=titel").content.decode()
    address = f"{env.origin}/feeds/wissen.atom?thema=mobilitaet"
    assert f'<link rel="alternate" type="application/atom+xml" title="Diese Liste" href="{address}">' in page
    assert f'<a href="{address}" type="application/atom+xml">Atom</a>' in page
    body = client.get(f"/kommunen/{KOBLENZ}/").content.decode()
    assert body.count(f"{env.origin}/feeds/wissen.atom?kommune={KOBLENZ}") == 2
