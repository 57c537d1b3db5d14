"""The pages of adoptions: the table on a document, the map, the form and what it refuses."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from content.models import AdoptionPage
from content.statements import services
from content.statements.services import AdoptionFacts
from hub.accounts.models import Role
from hub.accounts.roles import set_role
from hub.catalogue.models import CatalogueEntry
from hub.catalogue.settling import settle
from hub.documents import Adoption, Audience, Contact, Costs
from hub.municipalities.models import Body
from tests.factories.pages import add_module, add_section
from tests.factories.people import add_person
from tests.factories.statements import (
    KOBLENZ,
    TRIER,
    Town,
    add_town_here,
    entry_of,
    receive,
    received_document,
    received_statement,
)

pytestmark = pytest.mark.django_db
FORM = {"since": "2026-02-01", "version": "1.0", "costs_once": "12000", "costs_monthly": "95"}


@pytest.fixture
def trier() -> Town:
    return add_town_here(latitude=49.76, longitude=6.64, population=110_000)


@pytest.fixture
def target(db) -> CatalogueEntry:
    return receive(received_document(title="Sensorpaket"))


def address(entry: CatalogueEntry, rest: str = "") -> str:
    return f"/nachnutzung/{entry.uuid}/{rest}"


def page_of(client, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200
    return response.content.decode()


def test_a_document_shows_who_uses_it_at_what_cost_and_who_answers(client, trier, target):
    contact = Contact(role="Stabsstelle Digitales", email="digital@trier.example")
    costs = Costs(once_eur=11_000, monthly_eur=100)
    since = Adoption(version="1.2", since=dt.date(2026, 3, 1))
    receive(received_statement(target, body=TRIER, adoption=since, costs=costs, contact=contact))
    page = page_of(client, target.get_absolute_url())
    for shown in (
        "Wer nutzt das?",
        "Trier",
        "1.2",
        "seit 1. März 2026",
        "11.000",
        "0,10",
        "Stabsstelle Digitales",
    ):
        assert shown in page.replace("01.03.2026", "1. März 2026")
    assert "digital@trier.example" in page
    assert f'href="{address(target)}"' in page


def test_an_adoption_that_ran_out_is_shown_as_not_confirmed(client, trier, target):
    receive(received_statement(target, body=TRIER, days_ago=380))
    page = page_of(client, target.get_absolute_url())
    assert "nicht mehr bestätigt" in page
    assert "0 Kommunen nutzen das heute" in page
    assert "nicht mehr bestätigt" in page_of(client, address(target))


def test_a_document_nobody_uses_asks_guests_kindly(client, target):
    page = page_of(client, target.get_absolute_url())
    assert "Noch hat keine Kommune erklärt" in page
    assert f'href="{address(target, "erklaeren/")}"' in page
    assert "Noch hat keine Kommune erklärt" in page_of(client, address(target))


def test_the_map_page_has_dots_a_table_and_totals(client, trier, target):
    receive(received_statement(target, body=TRIER, costs=Costs(once_eur=500)))
    receive(received_statement(target, body="07314000", costs=Costs(once_eur=900)))
    page = page_of(client, address(target))
    assert "<svg" in page
    assert 'href="/kommunen/07211000/"' in page
    assert "110.000" in page
    assert "500 bis 900\xa0€" in page
    assert "07314000" in page


@pytest.mark.parametrize(("audience", "status"), [(Audience.PUBLIC, 200), (Audience.MEMBERS, 404)])
def test_the_map_of_what_may_not_be_read_is_not_there(client, audience, status):
    entry = receive(received_document(audience=audience))
    assert client.get(address(entry)).status_code == status


def test_what_cannot_be_taken_over_has_no_map(client):
    assert client.get(address(receive(received_document("news")))).status_code == 404


def test_the_pages_cost_the_same_for_one_adopter_as_for_thirty(client, target, django_assert_num_queries):
    for wave in (range(1), range(1, 30)):
        for number in wave:
            key = f"0799{number:04}"
            Body.objects.create(
                key=key, name=f"Ort {number}", kind=Body.Kind.TOWN, latitude=50 + number / 50, longitude=7
            )
            receive(received_statement(target, body=key))
        with django_assert_num_queries(4):
            page_of(client, address(target))
        with django_assert_num_queries(9):  # one reads how the exchange with its origin stands
            page_of(client, target.get_absolute_url())


def test_an_editor_states_that_the_town_uses_it(client, trier, target):
    client.force_login(trier.editor)
    assert "Wir nutzen das" in page_of(client, target.get_absolute_url())
    response = client.post(address(target, "erklaeren/"), {**FORM, "body": TRIER}, follow=True)
    assert "Danke." in response.content.decode()
    settle()
    page = page_of(client, target.get_absolute_url())
    assert "1 Kommune nutzt das heute" in page
    assert AdoptionPage.objects.get().costs_once == 12_000


def test_the_form_shows_what_was_stated_before(client, trier, target):
    services.adopt(trier.editor, trier.body, target, AdoptionFacts("3.1", note="Bleibt."))
    client.force_login(trier.editor)
    page = page_of(client, address(target, "erklaeren/"))
    assert 'value="3.1"' in page
    assert "Bleibt." in page


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("since", "", "Dieses Feld"),
        ("since", "gestern", "gültiges Datum"),
        ("since", "2199-01-01", "spätestens in zwölf Monaten"),
        ("until", "2026-01-31", "vor dem Beginn"),
        ("until", "2199-01-01", "spätestens in zehn Jahren"),
        ("costs_once", "-1", "größer"),
        ("costs_once", "viel", "nur volle Euro"),
        ("costs_once", "1.250,50", "nur volle Euro"),
        ("costs_monthly", "1000000001", "kleiner"),
        ("version", "x" * 41, "40"),
        ("note", "x" * 1001, "1000"),
        ("contact_email", "kein Postfach", "gültige E-Mail"),
        ("contact_role", "Digitalamt", "Ohne diese Einwilligung"),
        ("body", KOBLENZ, "gültige Auswahl"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_is_lost(client, trier, target, field, value, message):
    client.force_login(trier.editor)
    data = {**FORM, "body": TRIER, "costs_note": "Mein langer Text", field: value}
    response = client.post(address(target, "erklaeren/"), data)
    page = response.content.decode()
    assert response.status_code == 200
    assert message in page
    assert "Mein langer Text" in page
    assert not AdoptionPage.objects.exists()


def test_a_mailbox_needs_its_office(client, trier, target):
    client.force_login(trier.editor)
    data = {**FORM, "body": TRIER, "contact_email": "a@trier.example", "consent": "on"}
    assert "wessen Postfach" in client.post(address(target, "erklaeren/"), data).content.decode()


def test_what_was_withdrawn_while_one_wrote_is_refused_and_nothing_is_lost(client, trier):
    page = add_module(add_section("mainz"), "Vorlage")
    entry = entry_of(page)
    page.unpublish()
    settle()
    client.force_login(trier.editor)
    response = client.post(address(entry, "erklaeren/"), {**FORM, "body": TRIER, "note": "Mein Text"})
    assert "inzwischen zurückgezogen" in response.content.decode()
    assert "Mein Text" in response.content.decode()
    assert client.get(address(entry, "erklaeren/")).status_code == 404
    assert not AdoptionPage.objects.exists()


def test_who_speaks_for_several_towns_chooses_one(client, trier, target):
    other = add_town_here("07314000", "Ludwigshafen")
    set_role(trier.editor, other.body, Role.COORDINATOR)
    client.force_login(trier.editor)
    page = page_of(client, address(target, "erklaeren/"))
    assert "Für welche Kommune?" in page
    client.post(address(target, "erklaeren/"), {**FORM, "body": other.body.pk})
    assert AdoptionPage.objects.get().maker == other.body.pk


def test_guests_sign_in_first(client, target):
    response = client.get(address(target, "erklaeren/"))
    assert response["Location"].startswith("/konto/login/")


@pytest.mark.parametrize("role", [None, Role.MEMBER, Role.AUTHOR])
def test_others_learn_who_can_state_it(client, trier, target, role):
    person = add_person("x@trier.example", trier.body if role else None, role or Role.MEMBER)
    client.force_login(person)
    for data in (None, {**FORM, "body": TRIER}):
        path = address(target, "erklaeren/")
        response = client.get(path) if data is None else client.post(path, data)
        assert response.status_code == 403
        assert "Redaktion und Koordination" in response.content.decode()
    assert not AdoptionPage.objects.exists()


def test_the_owner_is_offered_no_adoption_of_its_own(client):
    town = add_town_here()
    entry = entry_of(add_module(town.section, "Eigenes"))
    client.force_login(town.editor)
    assert address(entry, "erklaeren/") not in page_of(client, entry.get_absolute_url())
    assert client.get(address(entry, "erklaeren/")).status_code == 403


def test_the_page_of_a_town_shows_what_it_uses_and_what_others_use_of_it(client, trier):
    section = add_section("mainz")
    entry = entry_of(add_module(section, "Vorlage"))
    services.adopt(trier.editor, trier.body, entry, AdoptionFacts(since=timezone.localdate()))
    settle()
    assert "Was Trier von anderen nutzt" in page_of(client, f"/kommunen/{TRIER}/")
    assert "Was andere von Koblenz nutzen" in page_of(client, f"/kommunen/{section.body_id}/")


def test_the_statement_itself_can_be_read_and_names_its_document(client, trier, target):
    services.adopt(trier.editor, trier.body, target, AdoptionFacts("1.0", costs_once=5))
    page = AdoptionPage.objects.get()
    settle()
    text = page_of(client, page.get_url())
    assert "Nachnutzung" in text
    assert "Sensorpaket" in text
    CatalogueEntry.objects.filter(pk=target.pk).update(hidden=True)
    assert "Sensorpaket" not in page_of(client, page.get_url())
