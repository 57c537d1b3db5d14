"""The list of messages, and what other pages say about requests and answers."""

from __future__ import annotations

import pytest
from django.template import Context, Template

from hub.catalogue.models import CatalogueEntry
from hub.catalogue.settling import settle
from hub.documents import Viewer
from hub.env import env
from hub.messages import services
from hub.messages.models import Message, MessageType
from hub.site.messages import queries
from hub.site.questions.wording import read_question_of
from tests.factories.messages import add_answer, add_request
from tests.factories.people import add_person, add_town, page_of
from tests.site.messages.asking import read
from tests.wire.foreign import KOBLENZ

pytestmark = pytest.mark.django_db


def test_an_empty_list_helps_on(client, author):
    page = read(client, author, "/nachrichten/")
    assert "Beiträge anderer finden" in page


def test_without_a_role_the_list_says_who_reads_messages(client):
    assert "Nachrichten gehen von Kommune zu Kommune" in read(
        client, add_person("neu@x.example"), "/nachrichten/"
    )


def test_the_list_shows_what_waits_first_and_for_how_long(client, editor, entry):
    add_town(KOBLENZ, "Zehausen")
    add_answer(add_request(entry, KOBLENZ, days=5), days=3)
    add_request(entry, KOBLENZ, days=3)
    page = read(client, editor, "/nachrichten/")
    assert "Zehausen fragt: Sensoren auf Parkplätzen" in page
    assert 0 < page.index("offen seit 3 Tagen") < page.index("beantwortet nach 2 Tagen")


def test_what_a_row_asks_is_read_once(client, editor, entry, monkeypatch):
    asked = add_request(entry, KOBLENZ, days=3)
    Message.objects.filter(pk=asked.pk).update(type=MessageType.QUESTION, text="Wie lange dauert das?")
    read_texts = []

    def noting(text):
        read_texts.append(text)
        return read_question_of(text)

    monkeypatch.setattr(queries, "read_question_of", noting)
    assert "Wie lange dauert das?" in read(client, editor, "/nachrichten/")
    assert read_texts == ["Wie lange dauert das?"]


@pytest.mark.parametrize("number", [1, 30])
def test_the_list_takes_the_same_queries_however_long(
    client, editor, entry, django_assert_num_queries, number
):
    for n in range(number):
        add_answer(add_request(entry, add_town(f"073390{n:02}", f"Dorf {n}").key, days=3))
    client.force_login(editor)
    client.get("/nachrichten/")
    with django_assert_num_queries(10):
        page = client.get("/nachrichten/").content.decode()
    assert page.count("beantwortet nach") == min(number, 20)


@pytest.mark.parametrize("number", [1, 30])
def test_the_line_about_answers_takes_one_query(client, entry, django_assert_num_queries, number):
    for _ in range(number):
        add_answer(add_request(entry, KOBLENZ, days=5), days=2)
    services.refresh_portraits()
    settle()
    template = Template('{% include "content/responses.html" %}')
    context = Context({"document": entry.document, "viewer": Viewer.anonymous()})
    with django_assert_num_queries(1):
        page = template.render(context)
    assert "Antwortet meist innerhalb von 3 Tagen" in page


@pytest.mark.parametrize(
    ("asked", "answered", "said"),
    [
        ([30], [], "Hat eine Anfrage der letzten zwölf Monate noch nicht beantwortet."),
        ([30, 40], [], "Hat von 2 Anfragen der letzten zwölf Monate noch keine beantwortet."),
        ([30], [30], "Antwortet meist am selben Tag (1 von 1 Anfrage)"),
        ([30], [29], "Antwortet meist innerhalb von 1 Tag (1 von 1 Anfrage)"),
        ([30, 40], [27], "Antwortet meist innerhalb von 3 Tagen (1 von 2 Anfragen)"),
    ],
)
def test_what_the_owner_makes_of_requests_stands_on_its_documents_and_its_page(
    client, entry, asked, answered, said
):
    requests = [add_request(entry, KOBLENZ, days=days) for days in asked]
    for request, days in zip(requests, answered, strict=False):
        add_answer(request, days=days)
    services.refresh_portraits()
    settle()
    portrait = CatalogueEntry.objects.get(kind="body")
    for address in (entry.get_absolute_url(), portrait.get_absolute_url(), f"/kommunen/{env.body}/"):
        assert said in " ".join(client.get(address).content.decode().split()), address


def test_a_town_nobody_asked_has_no_such_line(client, entry):
    assert "fakt-responses" not in client.get(entry.get_absolute_url()).content.decode()


def test_the_start_page_says_how_many_wait(client, editor, entry):
    assert "warten auf Antwort" not in read(client, editor, "/mein/")
    add_request(entry, KOBLENZ)
    assert "Eine Anfrage einer anderen Kommune wartet auf Antwort" in read(client, editor, "/mein/")
    add_request(entry, KOBLENZ)
    assert "2 Anfragen anderer Kommunen warten auf Antwort" in read(client, editor, "/mein/")


def test_an_editor_without_second_factor_reads_no_messages(client, editor, entry, settings):
    settings.SECOND_FACTOR_REQUIRED = True
    client.force_login(editor)
    assert client.get("/nachrichten/")["Location"].startswith("/konto/2fa/")


def test_pages_of_the_list_lead_on(client, editor, entry):
    for _ in range(21):
        add_request(entry, KOBLENZ)
    assert "seite=2" in read(client, editor, "/nachrichten/")
    assert page_of(client, editor, "/nachrichten/?seite=2").count("offen seit heute") == 1
