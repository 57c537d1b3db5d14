"""The feed of a search: its newest public results, as feed readers fetch them."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest
from defusedxml.ElementTree import fromstring
from django.test import Client
from django.utils import timezone

from hub.catalogue.models import Cursor
from hub.documents import Audience
from hub.env import env
from hub.site.searches import feed
from search.engines.base import EngineUnavailable
from tests.factories.people import add_operator
from tests.search.catalogue import KOBLENZ, make_document, publish, store, withdraw
from tests.theme.entries import add_bodies

pytestmark = pytest.mark.django_db

ATOM, JSON = "/suche/feed.atom", "/suche/feed.json"
NS = {"a": "http://www.w3.org/2005/Atom"}


@pytest.fixture
def client() -> Client:
    add_bodies()
    return Client(headers={"accept-language": "de"})


def titles(client: Client, query: str) -> list[str]:
    found = [item["title"] for item in json.loads(client.get(f"{JSON}?{query}").content)["items"]]
    root = fromstring(client.get(f"{ATOM}?{query}").content)
    assert [each.findtext("a:title", namespaces=NS) for each in root.findall("a:entry", NS)] == found
    return found


def test_the_feed_holds_the_newest_results_first(client: Client) -> None:
    now = timezone.now()
    publish(make_document("Wallbox alt", "Wallbox Wallbox Wallbox"), at=now - dt.timedelta(days=2))
    entry = publish(make_document("Wallboxen neu", publishers=(KOBLENZ,)), at=now)
    publish(make_document("Kitaplätze"), at=now)
    assert titles(client, "q=Wallbox") == ["Wallboxen neu", "Wallbox alt"]
    root = fromstring(client.get(f"{ATOM}?q=Wallbox&sortierung=titel&seite=2").content)
    assert root.findtext("a:title", namespaces=NS) == "Wissenshub Mainz: „Wallbox“"
    assert root.findtext("a:id", namespaces=NS) == f"{env.origin}/suche/feed.atom?q=Wallbox"
    links = {each.get("rel"): each.get("href") for each in root.findall("a:link", NS)}
    assert links["self"] == f"{env.origin}/suche/feed.atom?q=Wallbox"
    assert root.findtext("a:entry/a:id", namespaces=NS) == entry.object_id
    page = json.loads(client.get(f"{JSON}?q=Wallbox").content)["home_page_url"]
    assert page == f"{env.origin}/suche/?q=Wallbox&sortierung=neu"
    page = json.loads(client.get(JSON).content)["home_page_url"]
    assert page == f"{env.origin}/suche/?sortierung=neu"


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=Wallbox&kommune=07111000", ["Wallbox"]),
        ("q=Wallbox&kommune=07315000", []),
        ("q=Wallbox+Wasserstofftankstelle", []),
        ("q=und", []),
        ("q=&thema=gibtesnicht", []),
        ("", ["Wallbox"]),
    ],
)
def test_all_words_and_filters_hold(client: Client, query: str, found: list[str]) -> None:
    publish(make_document("Wallbox", publishers=(KOBLENZ,)))
    assert titles(client, query) == found


def test_nobody_gets_more_than_what_is_public(client: Client) -> None:
    publish(make_document("Wallbox Mitglieder", audience=Audience.MEMBERS))
    publish(make_document("Wallbox intern", audience=Audience.INSTANCE))
    withdraw(publish(make_document("Wallbox zurückgezogen")), follow=False)
    client.force_login(add_operator())
    assert titles(client, "q=Wallbox") == []
    response = client.get(f"{ATOM}?q=Wallbox")
    assert response["Cache-Control"] == "public, max-age=60"


def test_a_reader_that_has_everything_is_told_so(client: Client, django_assert_num_queries: Any) -> None:
    publish(make_document("Wallbox"))
    etag = client.get(f"{ATOM}?q=Wallbox")["ETag"]
    with django_assert_num_queries(4):
        response = client.get(f"{ATOM}?q=Wallbox", headers={"if-none-match": etag})
    assert response.status_code == 304
    publish(make_document("Wallbox zwei"))
    assert client.get(f"{ATOM}?q=Wallbox", headers={"if-none-match": etag}).status_code == 200


def test_what_is_not_indexed_yet_is_not_taken_for_read(client: Client) -> None:
    publish(make_document("Wallbox"))
    store(make_document("Wallbox zwei"))
    early = client.get(f"{ATOM}?q=Wallbox")
    assert "Wallbox zwei" not in early.content.decode()
    publish(make_document("Kitaplätze"))
    Cursor.objects.exclude(consumer="search").delete()
    late = client.get(f"{ATOM}?q=Wallbox", headers={"if-none-match": early["ETag"]})
    assert late.status_code == 200
    assert "Wallbox zwei" in late.content.decode()


@pytest.mark.parametrize("number", [1, 3])
def test_more_results_cost_no_more_queries(
    client: Client, django_assert_num_queries: Any, number: int
) -> None:
    for index in range(number):
        publish(make_document(f"Wallbox {index}", publishers=(KOBLENZ,)))
    client.get(f"{ATOM}?q=Wallbox")
    with django_assert_num_queries(13):
        client.get(f"{ATOM}?q=Wallbox")


def test_feed_readers_find_the_feed_of_a_search_by_its_page(client: Client) -> None:
    page = client.get("/suche/?q=Wallbox&seite=2").content.decode()
    link = 'type="application/atom+xml" title="Feed dieser Suche" href="/suche/feed.atom?q=Wallbox"'
    assert link in page
    assert 'href="/suche/feed.atom' not in client.get("/suche/").content.decode()


def test_an_engine_that_does_not_answer_asks_readers_to_come_back(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(query: Any) -> Any:
        raise EngineUnavailable("statement timeout")

    monkeypatch.setattr(feed, "search", away)
    response = client.get(f"{ATOM}?q=Wallbox")
    assert (response.status_code, response["Retry-After"]) == (503, "60")


@pytest.mark.parametrize(
    "query",
    ["q=" + "x" * 10_000, "q=%00%ff%fe", "q='\"%26|!():*<->", "seite=1000000000", "von=0001-01-01&bis=x",
     "sprache=xx&jahr=zwei", "q=%0b%0c", "kommune=" + "y" * 500],
)  # fmt: skip
def test_bad_input_never_fails(client: Client, query: str) -> None:
    publish(make_document("Wallbox"))
    for path in (ATOM, JSON):
        assert client.get(f"{path}?{query}").status_code == 200


def test_a_title_that_no_xml_may_hold_is_cleaned(client: Client) -> None:
    publish(make_document("Wallbox"))
    root = fromstring(client.get(f"{ATOM}?q=%0bWall%1fbox").content)
    assert (root.findtext("a:title", namespaces=NS) or "").startswith("Wissenshub Mainz")
