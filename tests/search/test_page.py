from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from django.utils.html import escape

from hub.documents import Audience, Text
from hub.municipalities.models import Body
from search.engines.base import Query
from search.expansion import read_query
from search.highlighting import SNIPPET_LENGTH, find_snippet, mark_words
from tests.search.catalogue import KOBLENZ, MAINZ, make_document, publish, section, withdraw

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def bodies() -> None:
    for key, name in ((MAINZ, "Mainz"), (KOBLENZ, "Koblenz")):
        Body.objects.update_or_create(key=key, defaults={"name": name, "kind": "city"})


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
    assert re.search(r'role="status" aria-live="polite">\s*1 ', page)


def test_facets_are_checkboxes_with_counts_and_state_in_the_address(client: Client) -> None:
    publish(make_document("Eins", "Sensorik", topics=("ki",), publishers=(MAINZ,)))
    publish(make_document("Zwei", "Sensorik", topics=("energie",), publishers=(KOBLENZ,)))
    page = get(client, q="Sensorik", thema="ki")
    assert re.search(r'name="thema" value="ki" checked', page)
    assert re.search(r'name="thema" value="energie">', page)
    assert "Eins" in page
    assert ">Zwei<" not in page
    both = get(client, q="Sensorik", thema=["ki", "energie"])
    assert ">Zwei<" in both


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


@pytest.mark.parametrize(
    "params",
    [
        {"q": "x" * 10_000},
        {"q": "wort " * 2_000},
        {"q": "'\"; DROP TABLE x; -- & | ! <-> :*"},
        {"q": "a\x00b", "thema": "k\x00i"},
        {"q": "100%s %(x)s {y}"},
        {"seite": "1000000000"},
        {"seite": "-1"},
        {"seite": "٣"},
        {"seite": "eins", "sortierung": "'; --", "jahr": "zwei", "art": "<b>"},
        {"thema": ["x"] * 500},
        {"reife": "y" * 5_000},
        {"unbekannt": "1", "q[]": "x"},
        {"sortierung": "titel"},
    ],
)
@pytest.mark.parametrize("path", ["/suche/", "/fragen/"])
def test_bad_input_never_fails(client: Client, path: str, params: dict[str, Any]) -> None:
    publish(make_document("Eins", "Sensorik"))
    assert client.get(path, params).status_code == 200


def test_broken_encoding_in_the_address_never_fails(client: Client) -> None:
    for path in ("/suche/", "/fragen/"):
        assert client.get(f"{path}?q=%ff%fe%00%ed%a0%80&thema=%c0%af").status_code == 200


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
        if number in {1, 30}:
            # engine 7 (see its test), entries, names of facets, names of bodies, names of topics
            with django_assert_num_queries(11):
                get(client, q="Sensorik")


def test_snippets_cut_at_words_around_the_first_match() -> None:
    long = "Anfang " * 60 + "die Parkraumsensorik zählt " + "Ende " * 60
    text = Text(title="T", summary="ohne", sections=(section("Verlauf", "kurz", long, anchor="v"),))
    snippet = find_snippet(text, read_query("Sensoren Parkraum"))
    plain = re.sub(r"</?mark>", "", snippet.html)
    assert snippet.anchor == "v-2"
    assert "<mark>Parkraumsensorik</mark>" in snippet.html
    assert plain.startswith("… Anfang ")
    assert plain.endswith(" …")
    assert len(plain) <= SNIPPET_LENGTH + 4
    assert find_snippet(text, read_query("nirgends")).html == "ohne"


def test_marks_keep_every_character() -> None:
    text = "a < b & „Straße“ Bür\u00adger"
    html = mark_words(text, read_query("strassen buerger"))
    assert html == "a &lt; b &amp; „<mark>Straße</mark>“ <mark>Bür\u00adger</mark>"


def test_a_part_of_a_compound_is_marked_only_where_the_others_are_near() -> None:
    groups = read_query("Online-Bauantrag")
    assert (
        mark_words("Der Onlinedienst wird vom Land bezahlt.", groups)
        == "Der Onlinedienst wird vom Land bezahlt."
    )
    assert (
        mark_words("Bauantrag, online gestellt", groups)
        == "<mark>Bauantrag</mark>, <mark>online</mark> gestellt"
    )


def test_a_query_has_an_anonymous_viewer_unless_told() -> None:
    assert Query().viewer.audiences == {Audience.PUBLIC}
