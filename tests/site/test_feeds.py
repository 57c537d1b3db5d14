from __future__ import annotations

import datetime as dt
import json
from typing import Any
from xml.etree.ElementTree import Element

import pytest
from defusedxml.ElementTree import fromstring
from django.test import Client

from hub.documents import Audience, Text
from hub.env import env
from hub.site.cursors import encode_cursor
from tests.factories.people import add_operator
from tests.theme.entries import KOBLENZ, NOW, add_bodies, add_entry, make_document

pytestmark = pytest.mark.django_db

ATOM, JSON = "/feeds/wissen.atom", "/feeds/wissen.json"
NS = {"a": "http://www.w3.org/2005/Atom"}
LANG = "{http://www.w3.org/XML/1998/namespace}lang"
MAINZ = "07315000"


@pytest.fixture
def client() -> Client:
    add_bodies()
    return Client(headers={"accept-language": "de"})


def atom(client: Client, address: str = ATOM) -> Element:
    root: Element = fromstring(client.get(address).content)
    return root


def feed(client: Client, address: str = JSON) -> dict[str, Any]:
    read: dict[str, Any] = json.loads(client.get(address).content)
    return read


def text(element: Element, path: str) -> str:
    return element.findtext(path, namespaces=NS) or ""


def links(element: Element, relation: str) -> list[str]:
    return [each.get("href", "") for each in element.findall(f"a:link[@rel='{relation}']", NS)]


def titles(client: Client, query: str = "") -> list[str]:
    found = [item["title"] for item in feed(client, JSON + query)["items"]]
    assert [text(each, "a:title") for each in atom(client, ATOM + query).findall("a:entry", NS)] == found
    return found


def test_an_atom_entry_says_what_it_is_whose_and_when_it_changed(client: Client) -> None:
    entry = add_entry(make_document("A & <B>", publishers=(KOBLENZ, MAINZ)), path="/koblenz/a/")
    root = atom(client)
    assert root.get(LANG) == "de"
    assert text(root, "a:id") == f"{env.origin}/feeds/wissen.atom"
    assert text(root, "a:updated") == text(root, "a:entry/a:updated")
    found = root.find("a:entry", NS)
    assert found is not None
    assert text(found, "a:id") == entry.object_id
    assert text(found, "a:title") == "A & <B>"
    assert text(found, "a:summary") == "Kurz."
    assert dt.datetime.fromisoformat(text(found, "a:updated")) == entry.changed.replace(microsecond=0)
    assert dt.datetime.fromisoformat(text(found, "a:published")) == NOW
    assert [each.text for each in found.findall("a:author/a:name", NS)] == ["Koblenz", "Mainz"]
    assert [each.get("label") for each in found.findall("a:category", NS)] == [
        "Mobilität",
        "Erfahrungsbericht",
    ]
    assert found.find("a:link[@rel='alternate']", NS) is not None or links(found, "alternate")


def test_a_json_item_says_the_same(client: Client) -> None:
    entry = add_entry(path="/koblenz/parken/")
    read = feed(client)
    assert read["version"] == "https://jsonfeed.org/version/1.1"
    assert read["feed_url"] == env.origin + JSON
    assert read["home_page_url"] == f"{env.origin}/wissen/"
    (item,) = read["items"]
    assert item["id"] == entry.object_id
    assert item["url"] == f"{env.origin}/koblenz/parken/"
    assert item["content_text"] == item["summary"] == "Kurz."
    assert item["authors"] == [{"name": "Koblenz", "url": f"{env.origin}/kommunen/{KOBLENZ}/"}]
    assert item["tags"] == ["Erfahrungsbericht", "Mobilität"]
    assert "external_url" not in item


def test_what_another_hub_brought_keeps_its_id_and_leads_here_and_to_its_origin(client: Client) -> None:
    entry = add_entry(make_document(origin="https://wissen.mainz.invalid"), source="mainz")
    (item,) = feed(client)["items"]
    assert (item["id"], item["external_url"]) == (entry.object_id, entry.object_id)
    assert item["url"] == env.origin + entry.get_absolute_url()
    assert links(atom(client), "self") == [env.origin + ATOM]
    found = atom(client).find("a:entry", NS)
    assert found is not None
    assert links(found, "via") == [entry.object_id]


def test_filters_are_those_of_the_list_and_narrow_each_other(client: Client) -> None:
    add_entry(make_document("A", topics=("ki",)))
    add_entry(make_document("B", topics=("ki", "recht"), publishers=(MAINZ,)))
    add_entry(make_document("C", topics=("recht",), kind="module", case=None))
    assert titles(client, "?thema=ki") == ["B", "A"]
    assert titles(client, f"?thema=ki&region={MAINZ}") == ["B"]
    assert titles(client, "?art=module&thema=recht") == ["C"]
    assert titles(client, f"?kommune={KOBLENZ}") == ["C", "A"]
    assert titles(client, "?ort=main") == ["B"]


def test_the_title_names_the_filters_and_the_home_is_the_list_with_them(client: Client) -> None:
    read = feed(client, f"{JSON}?thema=ki&kommune={KOBLENZ}&art=module&sortierung=titel&seite=3")
    assert read["title"] == f"Wissenshub {env.name}: Künstliche Intelligenz, Bausteine, Koblenz"
    assert read["home_page_url"] == f"{env.origin}/wissen/?thema=ki&art=module&kommune={KOBLENZ}"
    assert feed(client)["title"].endswith(": alle Beiträge")


def test_the_newest_stand_first_however_the_list_is_sorted(client: Client) -> None:
    for title in "ABC":
        add_entry(make_document(title))
    assert titles(client, "?sortierung=titel") == ["C", "B", "A"]


def test_only_what_is_public_is_told_whoever_asks(client: Client) -> None:
    add_entry(make_document("Offen"))
    add_entry(make_document("Mitglieder", audience=Audience.MEMBERS))
    add_entry(make_document("Intern", audience=Audience.INSTANCE))
    client.force_login(add_operator())
    assert titles(client) == ["Offen"]


def test_statements_topics_and_pages_of_bodies_are_not_in_it(client: Client) -> None:
    for kind in ("adoption", "topic", "body"):
        add_entry(make_document(kind, kind=kind, case=None))
    assert titles(client) == []


@pytest.mark.parametrize("form", [ATOM, JSON])
def test_further_pages_are_linked_and_hold_everything_once(client: Client, form: str) -> None:
    for number in range(120):
        add_entry(make_document(f"N{number}", topics=("ki",)))
    address, seen, pages = f"{form}?thema=ki", [], 0
    while address:
        pages += 1
        if form == JSON:
            read = feed(client, address)
            seen += [item["title"] for item in read["items"]]
            address = read.get("next_url", "")
        else:
            root = atom(client, address)
            assert links(root, "first") == [f"{env.origin}{ATOM}?thema=ki"]
            seen += [text(each, "a:title") for each in root.findall("a:entry", NS)]
            address = next(iter(links(root, "next")), "")
        address = address.removeprefix(env.origin)
    assert (pages, seen) == (3, [f"N{number}" for number in reversed(range(120))])


def test_what_is_published_meanwhile_moves_no_further_page(client: Client) -> None:
    for number in range(60):
        add_entry(make_document(f"N{number}"))
    following = feed(client)["next_url"].removeprefix(env.origin)
    before = titles(client, "?" + following.partition("?")[2])
    add_entry(make_document("Neu"))
    assert titles(client, "?" + following.partition("?")[2]) == before


def test_entries_changed_at_the_same_moment_are_all_told(client: Client) -> None:
    for number in range(70):
        add_entry(make_document(f"N{number}"), changed=NOW)
    first = feed(client)
    rest = feed(client, first["next_url"].removeprefix(env.origin))
    assert {item["title"] for item in first["items"] + rest["items"]} == {
        f"N{number}" for number in range(70)
    }


@pytest.mark.parametrize(
    "query",
    [
        "thema=%00",
        "jahr=abc",
        "groesse=viel",
        "vor=x",
        "vor=%F0%9F",
        "vor=" + "A" * 999,
        "seite=-1",
    ]
    + [
        "vor=" + encode_cursor("feed", *parts)
        for parts in [("2026-13-40T00:00:00+00:00", "1"), ("2026-01-01T00:00:00", "1"), ("x", "1"), ("x",)]
    ]
    + ["vor=" + encode_cursor("feed", "2026-01-01T00:00:00+00:00", "9" * 19)]
    + ["vor=" + encode_cursor("feed", "2026-01-01T00:00:00+00:00", "²")],
)
def test_what_cannot_be_meant_is_left_out_as_in_the_list(client: Client, query: str) -> None:
    add_entry()
    for address in (ATOM, JSON):
        assert client.get(f"{address}?{query}").status_code == 200
    assert titles(client, f"?{query}") == ["Parkraumsensorik"]


def test_texts_are_in_the_language_asked_for_and_so_is_the_feed(client: Client) -> None:
    texts = {"de": Text(title="Parken", summary="Kurz."), "en": Text(title="Parking", summary="Short.")}
    add_entry(make_document(texts=texts))
    add_entry(make_document("Nur deutsch"))
    read = feed(client, f"{JSON}?sprache=en")
    (item,) = read["items"]
    assert (item["title"], item["language"], item["tags"][0]) == ("Parking", "en", "Case report")
    assert (read["language"], read["title"]) == ("en", f"Wissenshub {env.name}: all contributions")
    assert {item["title"] for item in feed(client)["items"]} == {"Parken", "Nur deutsch"}
    found = atom(client, f"{ATOM}?sprache=en").find("a:entry", NS)
    assert found is not None
    assert found.get(LANG) == "en"


def test_the_language_of_the_browser_changes_nothing(client: Client) -> None:
    add_entry()
    german = client.get(JSON).content
    assert Client(headers={"accept-language": "en"}).get(JSON).content == german


def test_characters_that_xml_may_not_hold_are_left_out(client: Client) -> None:
    add_entry(make_document("Lam\x08pen\ufffe \U0001f4a1"))
    assert text(atom(client), "a:entry/a:title") == "Lampen \U0001f4a1"


def test_an_empty_feed_is_a_feed(client: Client) -> None:
    assert text(atom(client), "a:updated") == "1970-01-01T00:00:00+00:00"
    assert text(atom(client), "a:author/a:name") == f"Wissenshub {env.name}"
    assert feed(client)["items"] == []


@pytest.mark.parametrize("address", [ATOM, JSON])
def test_a_reader_that_has_it_is_told_so_until_something_changes(client: Client, address: str) -> None:
    entry = add_entry()
    first = client.get(address)
    assert first["Last-Modified"]
    assert first["Cache-Control"] == "public, max-age=60"
    assert "Cookie" not in first.get("Vary", "")
    again = client.get(address, headers={"if-none-match": first["ETag"]})
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])
    entry.state, entry.position = "withdrawn", entry.position + 1000
    entry.save()
    changed = client.get(address, headers={"if-none-match": first["ETag"]})
    assert (changed.status_code, changed["ETag"] != first["ETag"]) == (200, True)


def test_each_feed_has_a_tag_of_its_own(client: Client) -> None:
    tags = {client.get(address)["ETag"] for address in (ATOM, JSON, f"{ATOM}?thema=ki", f"{JSON}?thema=ki")}
    assert len(tags) == 4


@pytest.mark.parametrize("number", [1, 30])
@pytest.mark.parametrize("address", [ATOM, JSON])
def test_a_feed_costs_four_queries(
    client: Client, django_assert_num_queries: Any, address: str, number: int
) -> None:
    for _ in range(number):
        add_entry(make_document(publishers=(KOBLENZ, MAINZ)))
    with django_assert_num_queries(4):
        response = client.get(f"{address}?thema=mobilitaet")
    with django_assert_num_queries(1):
        client.get(f"{address}?thema=mobilitaet", headers={"if-none-match": response["ETag"]})


@pytest.mark.parametrize("number", [1, 30])
def test_another_language_costs_one_more(client: Client, django_assert_num_queries: Any, number: int) -> None:
    texts = {"de": Text(title="Parken"), "en": Text(title="Parking")}
    for _ in range(number):
        add_entry(make_document(texts=texts))
    with django_assert_num_queries(5):
        client.get(f"{ATOM}?sprache=en")


@pytest.mark.parametrize("form", ["atom", "json"])
def test_short_addresses_lead_to_the_feed(client: Client, form: str) -> None:
    response = client.get(f"/feeds/thema/ki.{form}")
    assert (response.status_code, response["Location"]) == (
        301,
        f"{env.origin}/feeds/wissen.{form}?thema=ki",
    )
    assert client.get(f"/feeds/kommune/{KOBLENZ}.{form}")["Location"].endswith(f"?kommune={KOBLENZ}")
    assert client.get(f"/feeds/reife/pilot.{form}").status_code == 404


def test_feeds_are_read_and_nothing_else(client: Client) -> None:
    assert client.post(ATOM).status_code == 405
