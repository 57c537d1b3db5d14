from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from hub.documents import Event
from tests.theme.entries import KOBLENZ, add_bodies, add_entry, make_document

pytestmark = pytest.mark.django_db

TRIER = "07211000"


@pytest.fixture
def client() -> Client:
    add_bodies()
    return Client(headers={"accept-language": "de"})


def titles(response: Any) -> list[str]:
    return [entry.title for entry in response.context["page"]]


def add_event(title: str, starts: dt.datetime) -> None:
    event = Event(starts=starts, ends=starts + dt.timedelta(hours=2), location="Rathaus")
    add_entry(make_document(title, kind="event", event=event, case=None, costs=None))


def test_card_answers_who_and_what_it_costs(client: Client) -> None:
    add_entry()
    page = client.get("/wissen/").content.decode()
    for wording in (
        "Parkraumsensorik",
        "Koblenz",
        "Erfahrungsbericht",
        "96.400\u00a0€",
        "1.180\u00a0€",
        "Im Betrieb",
        "Mobilität",
    ):
        assert wording in page


def test_unknown_cost_is_said(client: Client) -> None:
    add_entry(make_document(costs=None))
    assert "unbekannt" in client.get("/wissen/").content.decode()


def test_filters_narrow_and_values_of_one_filter_are_alternatives(client: Client) -> None:
    add_entry(make_document("A", topics=("ki",)))
    add_entry(make_document("B", topics=("ki", "recht"), publishers=(TRIER,)))
    add_entry(make_document("C", topics=("recht",), kind="module", case=None))
    assert titles(client.get("/wissen/?thema=ki&sortierung=titel")) == ["A", "B"]
    assert titles(client.get("/wissen/?thema=ki&thema=recht&sortierung=titel")) == ["A", "B", "C"]
    assert titles(client.get(f"/wissen/?thema=ki&kommune={TRIER}")) == ["B"]
    assert titles(client.get("/wissen/?art=module")) == ["C"]
    assert titles(client.get("/wissen/?reife=operation&sortierung=titel")) == ["A", "B"]


def test_facet_counts_under_the_other_filters(client: Client) -> None:
    add_entry(make_document("A", topics=("ki",)))
    add_entry(make_document("B", topics=("recht",), publishers=(TRIER,)))
    facets = {facet.name: facet for facet in client.get(f"/wissen/?kommune={KOBLENZ}").context["facets"]}
    assert {option.value: option.count for option in facets["thema"].options} == {"ki": 1}
    assert {option.label: option.count for option in facets["kommune"].options} == {"Koblenz": 1, "Trier": 1}


def test_chosen_filter_is_shown_and_can_be_taken_back(client: Client) -> None:
    add_entry()
    page = client.get("/wissen/?thema=mobilitaet&art=case_report").content.decode()
    assert 'class="chip" href="?art=case_report"' in page


@pytest.mark.parametrize(
    "query", ["thema=%00", "art=x'--", "seite=abc", "seite=999", "sortierung=x", "kommune=" + "9" * 500]
)
def test_odd_addresses_are_answered(client: Client, query: str) -> None:
    add_entry()
    assert client.get(f"/wissen/?{query}").status_code == 200


def test_document_of_a_newer_schema_does_not_break_the_list(client: Client) -> None:
    entry = add_entry()
    entry.body = entry.body.replace("wissenshub/1.3", "wissenshub/2.0")
    entry.save()
    add_entry(make_document("Lesbar"))
    response = client.get("/wissen/")
    assert response.status_code == 200
    assert {"Parkraumsensorik", "Lesbar"} <= set(titles(response))


def test_empty_list_helps_on(client: Client) -> None:
    page = client.get("/wissen/?thema=energie").content.decode()
    assert "Alle Filter entfernen" in page
    assert "/suche/" in page


def test_empty_list_names_the_filter_to_drop_and_what_it_would_show(client: Client) -> None:
    add_entry(make_document("A", topics=("ki",)))
    add_entry(make_document("B", topics=("ki",)))
    add_entry(make_document("C", topics=("recht",), kind="module", case=None))
    response = client.get("/wissen/?thema=ki&art=module&seite=2")
    ways = [(way.label, way.count, way.query) for way in response.context["listing"].relaxations]
    assert ways == [
        ("Art: Bausteine", 2, "?thema=ki"),
        ("Thema: Künstliche Intelligenz", 1, "?art=module"),
    ]
    assert "Ohne „Art: Bausteine“: 2 Beiträge" in response.content.decode()


def test_twenty_a_page(client: Client) -> None:
    for number in range(21):
        add_entry(make_document(f"Bericht {number:02}"))
    response = client.get("/wissen/?thema=mobilitaet&sortierung=titel")
    assert len(titles(response)) == 20
    assert "thema=mobilitaet&amp;sortierung=titel&amp;seite=2" in response.content.decode()
    assert titles(client.get("/wissen/?seite=2&sortierung=titel")) == ["Bericht 20"]


@pytest.mark.parametrize("number", [1, 3])
def test_list_costs_the_same_queries_however_long(
    client: Client, django_assert_num_queries: Any, number: int
) -> None:
    for index in range(number):
        add_entry(make_document(f"Bericht {index}", publishers=((KOBLENZ, TRIER)[index % 2],)))
    with django_assert_num_queries(5):
        client.get("/wissen/")


def test_members_and_hidden_entries_are_in_no_list_or_count(client: Client) -> None:
    add_entry(make_document("Intern", audience="members"))
    add_entry(make_document("Verborgen"), hidden=True)
    add_entry(make_document("Abgelaufen", expires=dt.date(2020, 1, 1)))
    page = client.get("/wissen/").content.decode()
    for title in ("Intern", "Verborgen", "Abgelaufen", "Koblenz"):
        assert title not in page.partition("<main")[2].partition("</main>")[0]


def test_events_to_come_stand_before_those_that_were(client: Client) -> None:
    now = timezone.now()
    add_event("Bald", now + dt.timedelta(days=2))
    add_event("Später", now + dt.timedelta(days=20))
    add_event("Damals", now - dt.timedelta(days=20))
    response = client.get("/termine/")
    assert [entry.title for entry in response.context["upcoming"]] == ["Bald", "Später"]
    assert titles(response) == ["Damals"]
    assert "/kalender/alle.ics" in response.content.decode()
