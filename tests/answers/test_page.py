"""The page of answers as readers get it: notice, quotations, sources, and what is never shown."""

from __future__ import annotations

import datetime as dt
import html
import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from hub.catalogue.models import CatalogueEntry
from hub.documents import Audience, Block, Event, Section, Viewer
from hub.municipalities.models import Body
from search.answers.service import answer_question
from tests.answers.chatbot import publish_report
from tests.search.catalogue import MAINZ, make_document, publish, withdraw

pytestmark = pytest.mark.django_db

WORDING = 'Der Chatbot wurde nach sieben Monaten abgeschaltet, weil "die Fehlerquote" <40 %> & mehr betrug.'


@pytest.fixture
def report() -> CatalogueEntry:
    publish(make_document("Radwege", "Das Geoportal zeigt Unfälle."))
    return publish_report(WORDING)


def get(client: Client, question: str = "") -> str:
    response = client.get("/fragen/", {"q": question} if question else {})
    assert response.status_code == 200
    return response.content.decode()


def test_the_empty_page_offers_questions_of_the_corpus_and_says_that_no_ai_answers(
    client: Client, report: CatalogueEntry
) -> None:
    page = get(client)
    assert "<strong>Keine KI:</strong> Sie sehen Textstellen im Wortlaut." in page
    assert 'aria-describedby="hinweis"' in page
    assert 'href="/fragen/so-funktioniert-es/"' in page
    assert html.escape("/fragen/?q=Was%20kostet%20ein%20Chatbot%3F") not in page  # no wording on costs
    for question in re.findall(r'<li><a href="(/fragen/[^"]+)"', page):
        assert "Wörtliche Fundstellen" in client.get(html.unescape(question)).content.decode()


def test_a_passage_stands_verbatim_with_its_source_and_opens_at_its_place(
    client: Client, report: CatalogueEntry
) -> None:
    page = get(client, "Warum wurde der Chatbot abgeschaltet?")
    assert "Wörtliche Fundstellen" in page
    quoted = re.search(r'<div class="quoted">(.*?)</div>', page, re.DOTALL)
    assert quoted is not None
    assert html.unescape(re.sub(r"</?(mark|p)>", "", quoted[1])) == WORDING
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
    publish(make_document("Pegel am Bach", "Achtzehn Pegel warnen die Feuerwehr vor Hochwasser."))
    page = get(client, "Wie viele Pegel am Bach nutzen Wasserstoff?")
    assert "Nur verwandte Stellen" in page
    assert '<a class="kern-btn kern-btn--primary" href="/fragen/an-die-community/?q=Wie%20viele' in page


def test_restricted_and_withdrawn_do_not_answer_anonymous_readers(
    client: Client, admin_client: Client, report: CatalogueEntry
) -> None:
    publish(make_document("Konzept", "Das Geheimregister beginnt im Mai.", audience=Audience.INSTANCE))
    assert "<blockquote" not in get(client, "Wann beginnt das Geheimregister?")
    assert "<blockquote" in get(admin_client, "Wann beginnt das Geheimregister?")
    withdraw(report, follow=False)
    assert "<blockquote" not in get(client, "Warum wurde der Chatbot abgeschaltet?")


def quote_of(client: Client, block: Block, question: str) -> str:
    part = Section(anchor="s", heading="Verlauf", blocks=(block,))
    publish(make_document("Sensoren", sections=(part,)))
    (quoted,) = re.findall(r"<blockquote.*?</blockquote>", get(client, question), re.DOTALL)
    return str(quoted)


def test_a_table_is_quoted_as_a_table(client: Client) -> None:
    markup = "<table><tbody><tr><td>Gateway &amp; Mast</td><td>31</td></tr></tbody></table><script>x</script>"
    quoted = quote_of(client, Block(anchor="a", html=markup, text="Gateway & Mast | 31"), "Gateway Mast")
    assert "<td><mark>Gateway</mark> &amp; <mark>Mast</mark></td>" in quoted
    assert "<script" not in quoted


def test_markup_that_says_something_else_than_the_wording_is_not_shown(client: Client) -> None:
    quoted = quote_of(client, Block(anchor="a", html="<p>Gateway 4711x</p>", text="Gateway 31"), "Gateway")
    assert "4711x" not in quoted
    assert "<mark>Gateway</mark> 31" in quoted


def test_the_rest_of_a_long_passage_stands_behind_a_summary(client: Client) -> None:
    publish(make_document("Sensoren", "Der Sensor meldet freie Plätze.", "Lang und breit. " * 40))
    page = get(client, "Welcher Sensor meldet freie Plätze?")
    assert page.index("freie") < page.index("Ganze Stelle zeigen") < page.index("Lang und breit.")


def test_an_event_shows_its_date_beside_that_of_the_change(client: Client) -> None:
    starts = dt.datetime(2027, 3, 12, 8, tzinfo=dt.UTC)
    event = Event(starts=starts, ends=starts + dt.timedelta(hours=8))
    publish(make_document("Barcamp 2027", "Offen.", kind="event", case=None, event=event))
    page = get(client, "Wann findet das Barcamp statt?")
    assert "<dt>Termin</dt><dd>Fr, 12. März 2027" in page
    assert "<dt>Stand</dt><dd>heute geändert (<time" in page


@pytest.mark.parametrize("address", ["/fragen/", "/suche/"])
@pytest.mark.parametrize(
    "text",
    ["Wort " * 800, "a" * 4_000, "§ 1 " * 1_000, "ü\u0308-" * 1_300, "'\\&|!():*<>" * 330, "\x00" * 4_000],
)
def test_a_very_long_question_is_answered(client: Client, address: str, text: str) -> None:
    assert client.get(address, {"q": text}).status_code == 200


def test_only_reading_is_allowed(client: Client) -> None:
    assert client.post("/fragen/").status_code == 405
    assert client.post("/fragen/antwort").status_code == 405
    assert client.post("/suche/").status_code == 405


LIMIT, LOG, TOPICS, NAMES, VECTORS = 12, 3, 1, 1, 1
"""Queries of a page beside those of answering: counting the sender, the log, the topics, names of bodies,
and who computes vectors."""


def test_the_number_of_queries_does_not_grow(client: Client, django_assert_num_queries: Any) -> None:
    Body.objects.update_or_create(key=MAINZ, defaults={"name": "Mainz", "kind": "city"})
    get(client, "Sensor")
    for number in range(1, 31):
        publish(make_document(f"Bericht {number}", "Der Sensor meldet freie Parkplätze."))
        if number in {1, 30}:
            with CaptureQueriesContext(connection) as answering:
                answer_question("Welcher Sensor meldet freie Parkplätze?", Viewer.anonymous())
            with django_assert_num_queries(len(answering) + LIMIT + LOG + TOPICS + NAMES + VECTORS):
                get(client, "Welcher Sensor meldet freie Parkplätze?")
