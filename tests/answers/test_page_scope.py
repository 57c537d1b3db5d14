"""Where is asked, what was asked before, and how one gets from one to the other."""

from __future__ import annotations

import html
import re
import uuid
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.test import Client

from hub.accounts.models import Role
from hub.catalogue.models import CatalogueEntry
from hub.documents import Audience
from hub.municipalities.models import Body
from tests.factories.people import add_person
from tests.search.catalogue import make_document, publish

pytestmark = pytest.mark.django_db

QUESTION = "Welcher Sensor meldet freie Parkplätze?"
TEXT = "Der Sensor meldet freie Parkplätze."
NOT_HERE = "Den Beitrag, zu dem Sie fragen wollten, gibt es hier nicht."
NO_LIMIT = "Diese Eingrenzung gilt deshalb nicht."


def body(key: str, name: str, population: int | None, kind: str = "town") -> Body:
    return Body.objects.create(
        key=key, name=name, kind=kind, population=population, area_ha=4_000, search_name=name.lower()
    )


@pytest.fixture(autouse=True)
def towns() -> dict[str, CatalogueEntry]:
    """Two small towns and a city, each with a report that answers."""
    for row in (("07100", "Ahausen", 21_000), ("07200", "Behausen", 23_000)):
        body(*row)
    body("07300", "Großstadt", 220_000, "city")
    topics = {"07100": ("smart-city",), "07200": ("mobilitaet",), "07300": ("ki",)}
    return {
        key: publish(make_document(f"Parken {key}", TEXT, publishers=(key,), topics=codes))
        for key, codes in topics.items()
    }


def page_of(client: Client, **params: Any) -> str:
    response = client.get("/fragen/", {"q": QUESTION, **params})
    assert response.status_code == 200
    return str(response.content.decode())


def answering(page: str) -> set[str]:
    """The keys of the towns whose reports answer."""
    return set(re.findall(r"<h3>.*?Parken (\d{5})", page))


def links(page: str, path: str = "/fragen/") -> list[list[tuple[str, str]]]:
    """What the links to that page ask for."""
    found = (urlsplit(html.unescape(each)) for each in re.findall(r'href="([^"]+)"', page))
    return [parse_qsl(each.query) for each in found if each.path == path]


def test_one_document_is_asked_alone(client: Client, towns: dict[str, CatalogueEntry]) -> None:
    wanted = towns["07200"]
    page = page_of(client, **{"in": str(wanted.uuid)})
    assert answering(page) == {"07200"}
    assert "Diesen Beitrag befragen" in page
    assert f'<input type="hidden" name="in" value="{wanted.uuid}">' in page
    assert [("q", QUESTION)] in links(page)  # the limit can be taken away


def test_a_document_leads_to_its_questions(client: Client) -> None:
    entry = publish(make_document("Parken", TEXT, origin="http://koblenz.example"), source="koblenz")
    page = client.get(entry.get_absolute_url()).content.decode()
    assert f'href="/fragen/?in={entry.uuid}"' in page


def test_one_topic_is_asked_alone(client: Client) -> None:
    page = page_of(client, thema="mobilitaet")
    assert answering(page) == {"07200"}
    assert '<option value="mobilitaet" selected>' in page


@pytest.mark.parametrize("named", ["07100", "Ahausen", "ahausen"])
def test_towns_like_mine_are_asked_alone_and_mine_is_not(client: Client, named: str) -> None:
    page = page_of(client, aehnlich=named)
    assert answering(page) == {"07200"}
    assert "Kommunen wie Ahausen" in page
    assert '<input type="hidden" name="aehnlich" value="07100">' in page


def test_who_belongs_to_a_town_is_offered_those_like_it(client: Client) -> None:
    client.force_login(add_person("a@ahausen.example", Body.objects.get(pk="07100"), Role.AUTHOR))
    page = page_of(client)
    assert [("q", QUESTION), ("aehnlich", "07100")] in links(page, "")
    assert "Wie Ahausen" in page


def test_a_name_that_several_have_is_asked_back(client: Client) -> None:
    body("07400", "Ahausen am Rhein", 2_000, "municipality")
    body("07401", "Ahausen am See", 2_000, "municipality")
    page = page_of(client, aehnlich="Ahausen am", thema="ki")
    assert "Mehrere Kommunen passen zu „Ahausen am“." in page
    choices = [dict(params) for params in links(page) if ("aehnlich", "07401") in params]
    assert choices == [{"thema": "ki", "q": QUESTION, "aehnlich": "07401"}]
    assert answering(page) == {"07300"}


def test_a_town_of_which_too_little_is_known_says_so(client: Client) -> None:
    body("07500", "Unbekanntheim", None)
    page = page_of(client, aehnlich="Unbekanntheim")
    assert "Über Unbekanntheim ist zu wenig bekannt" in page
    assert answering(page) == {"07100", "07200", "07300"}


@pytest.mark.parametrize(
    ("params", "said"),
    [
        ({"in": "x"}, NOT_HERE),
        ({"in": "\x00"}, NOT_HERE),
        ({"in": str(uuid.uuid4())}, NOT_HERE),
        ({"thema": "gibt-es-nicht"}, "Dieses Thema gibt es nicht."),
        ({"thema": "\x00'"}, "Dieses Thema gibt es nicht."),
        ({"aehnlich": "Nirgendwo<b>"}, "Eine Kommune „Nirgendwo&lt;b&gt;“ gibt es hier nicht."),
        ({"aehnlich": "\x00%"}, "gibt es hier nicht."),
    ],
)
def test_what_the_address_cannot_mean_is_said_and_limits_nothing(
    client: Client, params: dict[str, str], said: str
) -> None:
    page = page_of(client, **params)
    assert said in page
    assert NO_LIMIT in page
    assert answering(page) == {"07100", "07200", "07300"}


def test_a_document_one_may_not_read_is_as_one_that_is_not_there(
    client: Client, admin_client: Client
) -> None:
    secret = publish(make_document("Geheimbericht", TEXT, audience=Audience.INSTANCE))
    guest, member = (page_of(each, **{"in": str(secret.uuid)}) for each in (client, admin_client))
    assert NOT_HERE in guest
    assert "Geheimbericht" not in guest
    assert "Geheimbericht" in member


def test_nothing_found_within_a_limit_leads_to_everything(client: Client) -> None:
    page = page_of(client, thema="recht")
    assert "Dort steht dazu nichts." in page
    assert [("q", QUESTION)] in links(page)


def test_a_follow_up_question_carries_the_last_three_and_the_limits(client: Client) -> None:
    page = page_of(client, zuvor=["Eins?", "Zwei?", "Drei?", "Vier?"], thema="ki")
    form = page.split('class="search-box ask-further"')[1].split("</form>")[0]
    fields = re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form)
    assert fields == [("zuvor", "Drei?"), ("zuvor", "Vier?"), ("zuvor", QUESTION), ("thema", "ki")]


def test_a_conversation_is_a_thread_of_links(client: Client) -> None:
    page = page_of(client, zuvor=["Was ist ein Sensor?", "Was kostet der?"])
    thread = page.split('class="ask-thread"')[1].split("</nav>")[0]
    assert links(thread) == [
        [("q", "Was ist ein Sensor?")],
        [("q", "Was kostet der?"), ("zuvor", "Was ist ein Sensor?")],
        [("q", QUESTION)],
    ]
    assert [] in links(page)  # „Neue Frage“


def test_a_follow_up_is_understood_with_what_was_asked_before(client: Client) -> None:
    publish(make_document("Pegel", "Der Pegel am Bach kostet 900 Euro."))
    page = client.get("/fragen/", {"q": "Und was kostet er?", "zuvor": "Was macht der Pegel am Bach?"})
    assert "Zusammen mit Ihrer vorigen Frage verstanden: " in page.content.decode()


def test_the_address_is_what_is_shared_and_no_search_engine_keeps_it(client: Client) -> None:
    page = page_of(client, zuvor="Eins?", antwort="ja")
    assert '<meta name="robots" content="noindex, follow">' in page
    assert 'rel="canonical" href="http://mainz.localhost:8001/fragen/"' in page
    shared = html.unescape(re.findall(r'data-copy-address="([^"]+)"', page)[0])
    assert parse_qsl(urlsplit(shared).query) == [("q", QUESTION), ("zuvor", "Eins?")]
    mail = html.unescape(re.findall(r'href="(mailto:[^"]+)"', page)[0])
    assert dict(parse_qsl(urlsplit(mail).query)) == {"subject": QUESTION, "body": shared}


def test_the_empty_box_may_be_indexed(client: Client) -> None:
    assert 'name="robots"' not in client.get("/fragen/").content.decode()
