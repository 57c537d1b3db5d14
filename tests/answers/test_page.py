from __future__ import annotations

import html
import re
from typing import Any

import pytest
from django.test import Client

from hub.catalogue.models import CatalogueEntry
from hub.documents import Audience, Contact
from hub.municipalities.models import Body
from tests.search.catalogue import KOBLENZ, MAINZ, make_document, publish, section, withdraw

pytestmark = pytest.mark.django_db

WORDING = 'Der Chatbot wurde nach sieben Monaten abgeschaltet, weil "die Fehlerquote" <40 %> & mehr betrug.'


@pytest.fixture
def report() -> CatalogueEntry:
    Body.objects.update_or_create(key=KOBLENZ, defaults={"name": "Koblenz", "kind": "city"})
    publish(make_document("Radwege", "Das Geoportal zeigt Unfälle."))
    return publish(
        make_document(
            "Chatbot im Bürgerservice",
            sections=(section("Stolpersteine", WORDING, anchor="stolpersteine"),),
            origin="http://koblenz.example",
            publishers=(KOBLENZ,),
            contact=Contact(role="Servicecenter", email="service@koblenz.demo.invalid"),
        ),
        source="koblenz",
    )


def get(client: Client, question: str = "") -> str:
    response = client.get("/fragen/", {"q": question} if question else {})
    assert response.status_code == 200
    return response.content.decode()


def test_the_empty_page_offers_questions_of_the_corpus_and_says_that_no_ai_answers(
    client: Client, report: CatalogueEntry
) -> None:
    page = get(client)
    assert "Es antwortet keine KI" in page
    assert "/fragen/?q=Chatbot%20im%20B%C3%BCrgerservice%3A%20Stolpersteine" in page


def test_a_passage_stands_verbatim_with_its_source_and_opens_at_its_place(
    client: Client, report: CatalogueEntry
) -> None:
    page = get(client, "Warum wurde der Chatbot abgeschaltet?")
    assert "Wörtliche Fundstellen" in page
    quoted = re.search(r'<p class="quoted">(.*?)</p>', page, re.DOTALL)
    assert quoted is not None
    assert html.unescape(re.sub(r"</?mark>", "", quoted[1])) == WORDING
    assert "<mark>Chatbot</mark>" in quoted[1]
    assert f'href="{report.get_absolute_url()}#stolpersteine-1"' in page
    for wanted in (
        "Koblenz",
        "koblenz.example",
        "Servicecenter",
        "service@koblenz.demo.invalid",
        "Wer antwortet",
    ):
        assert wanted in page


def test_nothing_found_is_said_and_nothing_is_invented(client: Client, report: CatalogueEntry) -> None:
    page = get(client, "Wie backe ich einen Apfelkuchen <script>?")
    assert "Nichts gefunden" in page
    assert "<blockquote" not in page
    assert "Apfelkuchen <script>" not in page


def test_related_only_is_said(client: Client, report: CatalogueEntry) -> None:
    page = get(client, "Welche Lieblingsfarbe hat der Chatbot?")
    assert "Nur verwandte Stellen" in page


def test_restricted_and_withdrawn_do_not_answer_anonymous_readers(
    client: Client, admin_client: Client, report: CatalogueEntry
) -> None:
    publish(make_document("Konzept", "Das Geheimregister beginnt im Mai.", audience=Audience.INSTANCE))
    assert "<blockquote" not in get(client, "Wann beginnt das Geheimregister?")
    assert "<blockquote" in get(admin_client, "Wann beginnt das Geheimregister?")
    withdraw(report, follow=False)
    assert "<blockquote" not in get(client, "Warum wurde der Chatbot abgeschaltet?")


def test_only_reading_is_allowed(client: Client) -> None:
    assert client.post("/fragen/").status_code == 405
    assert client.post("/suche/").status_code == 405


def test_the_number_of_queries_does_not_grow(client: Client, django_assert_num_queries: Any) -> None:
    Body.objects.update_or_create(key=MAINZ, defaults={"name": "Mainz", "kind": "city"})
    get(client, "Sensor")
    for number in range(1, 31):
        publish(make_document(f"Bericht {number}", "Der Sensor meldet freie Parkplätze."))
        if number in {1, 30}:
            # answering 10 (see its test), examples, names of bodies
            with django_assert_num_queries(12):
                get(client, "Welcher Sensor meldet freie Parkplätze?")
