from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.test import Client
from django.utils.html import escape

from hub.documents import Audience
from hub.env import env
from hub.municipalities.models import Body
from search import asked
from search.budget import TimeUsedUp, budget
from search.engines.base import Query
from search.engines.postgres import time_limit
from search.views import FEW
from tests.search.catalogue import KOBLENZ, MAINZ, make_document, publish, withdraw

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def bodies() -> None:
    for key, name, population in ((MAINZ, "Mainz", 220_000), (KOBLENZ, "Koblenz", 115_000)):
        fields = {"name": name, "kind": "city", "population": population}
        Body.objects.update_or_create(key=key, defaults=fields)


def get(client: Client, **params: Any) -> str:
    response = client.get("/suche/", params)
    assert response.status_code == 200
    return response.content.decode()


def test_a_result_shows_its_wording_with_marks_escaped_first(client: Client) -> None:
    publish(
        make_document(
            "Bericht <b>eins</b>",
            'Vorher. <img src=x onerror=alert(1)> & "Sensorik" hilft <script>alert("Sensorik")</script>.',
            publishers=(KOBLENZ,),
            topics=("smart-city",),
        )
    )
    page = get(client, q="Sensoren")
    assert "&lt;img src=x onerror=alert(1)&gt; &amp; &quot;<mark>Sensorik</mark>&quot;" in page
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert "Koblenz" in page
    assert re.search(r'<h2 [^>]*id="treffer"[^>]*>1 Treffer für „Sensoren“</h2>', page)
    assert "<mark>" not in page.split("<title>")[1].split("</title>")[0]


def test_a_typo_is_named_and_answered(client: Client) -> None:
    publish(make_document("Kitaplatzvergabe", "Text"))
    page = get(client, q="Kitaplatzvergbae")
    assert '<a href="?q=Kitaplatzvergabe">Kitaplatzvergabe</a>' in page
    assert 'class="card-title"' in page


def test_nothing_found_says_what_to_do(client: Client) -> None:
    publish(make_document("Eins", "Sensorik", topics=("ki",)))
    page = get(client, q="Quantencomputer <script>")
    assert 'class="empty' in page
    assert escape("Quantencomputer <script>") in page
    filtered = get(client, q="Sensorik", thema="recht")
    assert '<a href="?q=Sensorik">' in filtered


def test_pages_keep_the_query(client: Client) -> None:
    for number in range(25):
        publish(make_document(f"Bericht {number}", "Sensorik"))
    page = get(client, q="Sensorik", seite=2)
    assert page.count('class="card-title"') == 5
    assert "q=Sensorik" in page.split('class="pagination"')[1]
    assert get(client, q="Sensorik", seite=10**9).count('class="card-title"') == 5


def test_nothing_found_offers_words_spelt_alike_topics_and_a_contact(client: Client) -> None:
    publish(make_document("Parkraumbewirtschaftung", "Text", topics=("mobilitaet",)))
    page = get(client, q="Parkbewirtung Xqz").split('class="empty')[1]
    assert '<a class="chip" href="?q=Parkraumbewirtschaftung">' in page
    assert '<a class="chip" href="?thema=mobilitaet">' in page
    assert "mailto:" in page
    assert '<a href="/fragen/?q=Parkbewirtung%20Xqz">' in page


def test_few_results_are_followed_by_what_goes_with_them(client: Client) -> None:
    publish(make_document("Parkraumsensorik", "Bodensensoren zählen", topics=("smart-city",)))
    publish(make_document("Bodensensoren im Winter", "Frost", topics=("smart-city",)))
    page = get(client, q="zählen")
    assert "Dazu passt" in page
    assert ">Bodensensoren im Winter</a>" in page


def test_a_part_holds_what_changes_and_no_trace_of_how_it_was_asked_for(client: Client) -> None:
    for number in range(25):
        publish(make_document(f"Bericht {number}", "Sensorik", topics=("ki",)))
    part = get(client, q="Sensorik", thema="ki", teil="treffer")
    whole = get(client, q="Sensorik", thema="ki")
    assert "<html" not in part
    assert 'id="filter"' in part
    assert 'id="ergebnis"' in part
    assert 'data-said="25 Treffer für „Sensorik“"' in part
    assert "teil=" not in part
    assert part.strip() in whole
    assert part.strip() in get(client, q="Sensorik", thema="ki", teil="alles").partition("<html")[2]


def test_a_day_that_cannot_be_read_is_told_and_given_back(client: Client) -> None:
    publish(make_document("Eins", "Sensorik"))
    page = get(client, q="Sensorik", von='31. "Dezember"', bis="31.12.2126")
    assert "Ein Tag war nicht zu lesen und wurde weggelassen." in page
    assert "Teil der Adresse" not in page
    assert 'name="von" value="31. &quot;Dezember&quot;"' in page
    assert 'name="bis" value="2126-12-31"' in page
    assert "war nicht zu lesen" not in get(client, q="Sensorik", bis="31.12.2126")


BROWSER: dict[str, Any] = {
    "HTTP_USER_AGENT": "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"
}


@pytest.fixture
def counted() -> Any:
    asked.buffer.take()
    yield lambda: {(key.shown, key.found): number for key, number in asked.buffer.take().items()}
    asked.buffer.take()


def test_a_search_is_counted_once_and_by_what_it_finds_without_filters(client: Client, counted: Any) -> None:
    publish(make_document("Eins", "Sensorik"))
    client.get("/suche/", {"q": "Sensorik", "thema": "recht"}, **BROWSER)
    client.get("/suche/", {"q": "Quantencomputer"}, **BROWSER)
    assert counted() == {("Sensorik", True): 1, ("Quantencomputer", False): 1}


def test_letters_pages_and_programs_are_not_counted(client: Client, counted: Any) -> None:
    publish(make_document("Eins", "Sensorik"))
    for params in ({"q": "Senso", "teil": "treffer"}, {"q": "Sensorik", "seite": "2"}, {"q": ""}):
        client.get("/suche/", params, **BROWSER)
    client.get("/suche/", {"q": "Sensorik"}, HTTP_USER_AGENT="Beispielbot/1.0 (crawler)")
    client.get("/suche/", {"q": "Sensorik"}, HTTP_SEC_PURPOSE="prefetch", **BROWSER)
    assert counted() == {}
    response = client.get("/suche/", {"q": "Sensorik", "teil": "gesucht"}, **BROWSER)
    assert (response.status_code, response.content) == (204, b"")
    assert counted() == {("Sensorik", True): 1}


def test_who_sees_to_the_index_is_told_that_the_database_stood_in(
    client: Client, admin_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(make_document("Eins", "Sensorik"))
    away = replace(env, meili_url="http://127.0.0.1:9", meili_key="k" * 32)
    monkeypatch.setattr("search.engines.choosing.env", away)
    said = "Diesmal hat die Datenbank statt des Suchservers geantwortet."
    page = get(admin_client, q="Sensorik")
    assert said in page
    assert 'href="/admin/suche/"' in page.split(said)[1]
    page = get(client, q="Sensorik")
    assert "1 Treffer" in page
    assert said not in page
    monkeypatch.undo()
    assert said not in get(admin_client, q="Sensorik")


def test_a_search_can_be_kept_and_followed(client: Client) -> None:
    publish(make_document("Eins", "Sensorik", topics=("ki",)))
    page = get(client, q="Sensorik", thema="ki", seite="1", fremd="x")
    assert 'href="/mein/suchen/neu/?q=Sensorik&amp;thema=ki"' in page
    assert 'href="/suche/feed.atom?q=Sensorik&amp;thema=ki"' in page
    assert "feed.atom" not in get(client).split("<main")[1]


def test_members_only_is_for_members_only(client: Client, admin_client: Client) -> None:
    publish(
        make_document(
            "Vertrauliches Konzept", "Geheimsache", audience=Audience.INSTANCE, publishers=(KOBLENZ,)
        )
    )
    page = get(client, q="Geheimsache")
    assert "Vertrauliches" not in page
    assert "Koblenz" not in page.split("<main")[1].split("</main>")[0]
    assert "Vertrauliches" in get(admin_client, q="Geheimsache")


def test_withdrawn_is_gone_at_once(client: Client) -> None:
    entry = publish(make_document("Abgelaufen", "Sensorik"))
    withdraw(entry, follow=False)
    assert "Abgelaufen" not in get(client, q="Sensorik")


def test_the_number_of_queries_does_not_grow(client: Client, django_assert_num_queries: Any) -> None:
    for number in range(1, 31):
        publish(make_document(f"Bericht {number}", "Sensorik", topics=("ki",)))
        if number in {1, 4, 30}:
            # words in force, engine 6 (see its test), entries, bodies, topics, who computes vectors;
            # what goes with few
            with django_assert_num_queries(11 if number > FEW else 16):
                get(client, q="Sensorik")


def test_a_query_has_an_anonymous_viewer_unless_told() -> None:
    assert Query().viewer.audiences == {Audience.PUBLIC}


def test_words_that_stand_everywhere_say_so(client: Client) -> None:
    publish(make_document("Bericht", "und oder aber"))
    page = get(client, q="und oder")
    assert "Diese Wörter stehen in fast jedem Text und finden allein nichts: und, oder." in page
    assert "Es wurde nichts gefunden" not in page


def test_how_many_hold_all_words_is_said(client: Client) -> None:
    publish(make_document("Sensorik im Park", "Text"))
    publish(make_document("Park am Rhein", "Text"))
    page = get(client, q="Sensorik Park")
    assert "Alle Wörter kommen in 1 Beitrag vor; danach folgen Beiträge mit den meisten davon." in page


def test_a_request_that_has_used_up_its_time_is_told_what_to_do(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(make_document("Eins", "Sensorik"))
    monkeypatch.setattr("search.views.PAGE_SECONDS", 0.0)
    response = client.get("/suche/", {"q": "Sensorik"})
    assert response.status_code == 503
    assert "Sensorik" in response.content.decode()


def test_statements_share_the_time_of_a_request() -> None:
    with budget(0.2), pytest.raises(OperationalError), time_limit(5_000), connection.cursor() as cursor:
        cursor.execute("SELECT pg_sleep(3)")
    with budget(0.0), pytest.raises(TimeUsedUp), connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        assert cursor.fetchone() == (1,)
