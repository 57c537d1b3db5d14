"""What statements say of themselves: their own pages, the buttons, and what is confirmed again."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.template import Context, Template
from django.test import Client, RequestFactory
from django.utils import translation

from content.models import AdoptionPage
from content.models.statement import StatementPage
from content.statements import services
from content.statements.services import AdoptionFacts
from content.writing import list_drafts
from hub.catalogue.models import CatalogueEntry
from hub.catalogue.settling import settle
from hub.documents import Adoption, Costs, Viewer
from tests.factories.statements import (
    TRIER,
    Town,
    add_town_here,
    entry_of,
    receive,
    received_document,
    received_statement,
)

pytestmark = pytest.mark.django_db
SINCE = dt.date(2026, 3, 1)
FACTS = AdoptionFacts(
    "1.2", SINCE, None, 18_000, 95, "Mit Schulung", "Amt 10", "amt10@trier.example", "Läuft."
)
STATED = (
    "1.2",
    "1. März 2026",
    "18.000\xa0€",
    "95\xa0€",
    "Mit Schulung",
    "Amt 10",
    "amt10@trier.example",
    "Läuft.",
)


@pytest.fixture
def trier(db: None) -> Town:
    return add_town_here(latitude=49.76, longitude=6.64, population=100_000)


@pytest.fixture
def client(trier: Town) -> Client:
    client = Client(headers={"accept-language": "de"})
    client.force_login(trier.editor)
    return client


@pytest.fixture
def target(db: None) -> CatalogueEntry:
    return receive(received_document(title="Sensorpaket", co_publishers=(TRIER,)))


def page_of(client: Client, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200, path
    return response.content.decode().partition("<main")[2].partition("</main>")[0]


def own_page(client: Client, page: StatementPage) -> str:
    return page_of(client, entry_of(page).get_absolute_url())


def table_of(page: str) -> str:
    return page.partition('<table class="adopters"')[2].partition("</table>")[0]


def test_the_own_page_of_an_adoption_begins_with_what_it_says(client, trier, target):
    page = own_page(client, services.adopt(trier.editor, trier.body, target, FACTS))
    assert "<h1>Trier nutzt: Sensorpaket</h1>" in page
    glance = page.partition('id="auf-einen-blick"')[2].partition("</section>")[0]
    for fact in STATED:
        assert fact in glance
    assert "Genutzt wird:" in glance
    assert "Wir interessieren uns" not in page


@pytest.mark.parametrize(
    ("kind", "readable", "heading"),
    [
        ("adoption", True, "Trier nutzt: Sensorpaket"),
        ("check", True, "Trier hat gegengelesen: Sensorpaket"),
        ("co_publication", True, "Trier gibt mit heraus: Sensorpaket"),
        ("adoption", False, "Nachnutzung durch Trier"),
        ("check", False, "Gegenlesung durch Trier"),
        ("co_publication", False, "Mitherausgabe durch Trier"),
    ],
)
def test_a_heading_names_only_what_may_be_read(trier, target, kind, readable, heading):
    said = received_statement(target, kind, TRIER)
    if not readable:
        target.delete()
    request = RequestFactory().get("/")
    context: dict[str, Any] = {"request": request, "viewer": Viewer.anonymous(), "document": said}
    with translation.override("de"):
        template = Template("{% load statements %}{% statement_heading document %}")
        assert template.render(Context(context)) == heading


def test_confirming_again_shows_what_is_confirmed_and_where_to_change_it(client, trier, target):
    page = services.adopt(trier.editor, trier.body, target, FACTS)
    shown = page_of(client, f"/erklaerungen/{page.translation_key}/bestaetigen/")
    for fact in STATED:
        assert fact in shown
    assert f'href="/nachnutzung/{target.uuid}/erklaeren/?kommune={TRIER}"' in shown


def test_confirming_a_check_again_shows_its_note_and_where_to_change_it(client, trier, target):
    page = services.check(trier.editor, trier.body, target, target.digest, "Zwei Tage mehr.")
    shown = page_of(client, f"/erklaerungen/{page.translation_key}/bestaetigen/")
    assert "Zwei Tage mehr." in shown
    assert f'href="/gegenlesen/{target.uuid}/"' in shown
    assert "Kosten" not in shown


def test_the_buttons_say_what_has_been_stated_already(client, trier, target):
    before = page_of(client, target.get_absolute_url())
    assert "Wir nutzen das" in before
    assert "Unsere Nachnutzung ändern" not in before
    services.adopt(trier.editor, trier.body, target, FACTS)
    services.check(trier.editor, trier.body, target, target.digest)
    settle()
    after = page_of(client, target.get_absolute_url())
    assert "Unsere Nachnutzung ändern" in after
    assert "Gegenlesung erneuern" in after
    assert ">Wir nutzen das<" not in after


def test_what_other_towns_stated_changes_no_button(client, target):
    receive(received_statement(target, body="07314000"))
    assert "Wir nutzen das" in page_of(client, target.get_absolute_url())


def test_a_statement_taken_back_is_no_draft(trier, target):
    page = services.adopt(trier.editor, trier.body, target, FACTS)
    services.withdraw(trier.editor, page)
    held = AdoptionPage.objects.get()
    assert held.has_unpublished_changes
    assert list_drafts(trier.editor) == []


@pytest.mark.parametrize(("kind", "asked"), [("module", True), ("case_report", False), ("training", False)])
def test_only_what_has_versions_is_asked_for_one(client, kind, asked):
    target = receive(received_document(kind, title="Etwas"))
    assert ("Welche Version?" in page_of(client, f"/nachnutzung/{target.uuid}/erklaeren/")) == asked
    receive(received_statement(target, body=TRIER, adoption=Adoption(since=SINCE), costs=Costs(once_eur=1)))
    table = table_of(page_of(client, f"/nachnutzung/{target.uuid}/"))
    assert ("Version" in table) == asked
    assert ("Version unbekannt" in table) == asked
    assert "Beginn" in table


def test_without_a_version_it_is_stated_all_the_same(client):
    target = receive(received_document("case_report"))
    data = {"body": TRIER, "since": "2026-03-01", "version": "9.9"}
    assert client.post(f"/nachnutzung/{target.uuid}/erklaeren/", data).status_code == 302
    assert AdoptionPage.objects.get().version == ""


def test_the_table_speaks_of_costs_in_one_way_and_of_nothing_not_per_head(client, target):
    receive(received_statement(target, body=TRIER, costs=Costs(once_eur=0, monthly_eur=1_000)))
    table = table_of(page_of(client, f"/nachnutzung/{target.uuid}/"))
    assert "Einmalig: 0\xa0€" in table
    assert "Monatlich: 1.000\xa0€" in table
    assert "0,12\xa0€ je Einwohner im Jahr" in table
    assert "0,00" not in table


def test_the_legend_of_the_map_says_that_its_dots_have_colours(client, target):
    receive(received_statement(target, body=TRIER))
    assert "farbig: nutzt es heute" in page_of(client, f"/nachnutzung/{target.uuid}/")


def test_hubs_are_called_hubs_in_the_forms(client, trier, target):
    page = services.adopt(trier.editor, trier.body, target, FACTS)
    form = page_of(client, f"/nachnutzung/{target.uuid}/erklaeren/")
    assert "Ihr Wissenshub unterschreibt die Erklärung, alle anderen zeigen sie" in form
    for action in ("bestaetigen", "beenden", "zurueckziehen"):
        assert "Instanz" not in page_of(client, f"/erklaerungen/{page.translation_key}/{action}/")
    assert "Instanz" not in form


def test_the_editor_names_the_button_as_it_is_called():
    with translation.override("de"):
        panels = AdoptionPage.edit_handler.children
        text = str(panels[0].content)
    assert "„Veröffentlichung aufheben“" in text
    assert "Depublizieren" not in text
