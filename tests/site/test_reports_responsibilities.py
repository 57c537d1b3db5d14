"""Who answers for which record, and when it is due: one list of everything, for whoever has a role here."""

from __future__ import annotations

import csv
import datetime as dt
import io
from typing import Any

import pytest
from django.http import QueryDict
from django.utils import timezone

from content.models import CaseReportPage
from content.months import add_months
from hub.accounts.models import Role
from hub.accounts.roles import roles_of
from hub.documents import Audience, Case, Contact
from hub.site.reports.responsibilities import Record, Responsibilities
from tests.factories.days import in_days
from tests.factories.pages import add_report
from tests.factories.people import add_operator, add_person, page_of
from tests.factories.statements import (
    Town,
    add_town_here,
    entry_of,
    receive,
    received_document,
    received_statement,
)
from tests.site.reports import TODAY, text_of
from tests.theme.entries import KOBLENZ, add_bodies, add_entry, make_document

pytestmark = pytest.mark.django_db

TRIER = "07211000"
ADDRESS = "/berichte/verantwortung/"


def records(query: str = "", user: Any = None, today: dt.date | None = None) -> list[Record]:
    roles = roles_of(user) if user else []
    operates = bool(user and user.is_superuser)
    return Responsibilities(QueryDict(query), roles, today or TODAY(), operates=operates).records


def titles(query: str = "", **options: Any) -> list[str]:
    return [record.entry.title for record in records(query, **options)]


def add(title: str, days: int = 0, confirmed: int | None = None, **fields: Any) -> Any:
    day = None if confirmed is None else TODAY() - dt.timedelta(days=confirmed)
    changed = in_days(-days)
    case = fields.pop("case", Case(confirmed=day))
    return add_entry(make_document(title, case=case, **fields), changed=changed)


def test_every_record_is_in_the_list_the_one_due_first_on_top():
    add_bodies()
    add("Neu", 1)
    add("Alt", 500)
    add("Alt, doch bestätigt", 500, confirmed=10)
    add("Termin", 30, kind="event", case=None)
    add("Seite der Kommune", 3, kind="body", case=None)
    add_entry(make_document("Fremd", origin="http://x.localhost:8009"), source="x", changed=timezone.now())
    assert titles() == ["Alt", "Termin", "Alt, doch bestätigt", "Seite der Kommune", "Neu", "Fremd"]


def test_what_is_no_record_of_its_own_is_not():
    add_bodies()
    entry = add("Baustein", kind="module", case=None)
    receive(received_statement(entry, body=TRIER))
    receive(received_document("topic", "Thema"))
    add("Zurückgezogen")
    entry_gone = add("Weg")
    type(entry_gone).objects.filter(title__in=["Zurückgezogen", "Weg"]).update(state="withdrawn")
    assert titles() == ["Baustein"]


@pytest.mark.parametrize(
    ("day", "due"),
    [
        (dt.date(2025, 11, 22), dt.date(2026, 11, 22)),
        (dt.date(2024, 2, 29), dt.date(2025, 2, 28)),
        (dt.date(2024, 12, 31), dt.date(2025, 12, 31)),
    ],
)
def test_a_record_is_due_twelve_months_later_as_the_page_of_a_report_has_it(day, due):
    add_bodies()
    add_entry(make_document(case=Case(confirmed=day)))
    assert add_months(day, 12) == due
    for today, state in (
        (due, "überfällig"),
        (due - dt.timedelta(days=1), "innerhalb eines Monats fällig"),
        (due - dt.timedelta(days=32), ""),
    ):
        (record,) = records(today=today)
        assert (record.due, record.state) == (due, state)
        listed = {name: bool(titles(f"stand={name}", today=today)) for name in ("ueberfaellig", "bald")}
        assert listed == {"ueberfaellig": record.is_overdue, "bald": record.is_soon}


def test_records_without_anybody_to_ask_are_marked_and_found():
    add_bodies()
    add("Mit Adresse")
    add("Mit Telefon", contact=Contact(role="Amt", phone="0261 1"))
    add("Nur Amt", contact=Contact(role="Amt"))
    add("Niemand", contact=None)
    assert set(titles("stand=ohne")) == {"Nur Amt", "Niemand"}
    assert {record.entry.title for record in records() if not record.is_reachable} == {"Nur Amt", "Niemand"}


def test_filters_and_orders_are_those_of_the_address():
    add_bodies()
    add("B Bericht", 3)
    add("A Bericht", 1)
    add("Baustein", 2, kind="module", case=None, publishers=(TRIER, KOBLENZ))
    assert titles("art=module") == ["Baustein"]
    assert titles(f"kommune={TRIER}") == ["Baustein"]
    assert titles(f"kommune={KOBLENZ}&art=case_report&sortierung=titel") == ["A Bericht", "B Bericht"]
    assert titles("sortierung=geaendert") == ["A Bericht", "Baustein", "B Bericht"]


@pytest.mark.parametrize(
    "query",
    [
        "art=unsinn&stand=x&kommune=99&sortierung=pk",
        "seite=abc",
        "seite=-1",
        "seite=99999999999",
        "art=topic",
    ],
)
def test_what_an_address_names_that_there_is_not_is_passed_over(client, query):
    add_bodies()
    add("Bericht")
    client.force_login(add_operator())
    response = client.get(f"{ADDRESS}?{query}")
    assert response.status_code == 200
    assert "Bericht" in text_of(response)


@pytest.fixture
def town() -> Town:
    return add_town_here()


def overdue_report(town: Town) -> CaseReportPage:
    page = add_report(town.section, "Parkraumsensorik", confirmed_on=TODAY() - dt.timedelta(days=400))
    entry_of(page)
    return page


def test_whoever_may_publish_confirms_from_the_list_and_comes_back(client, town):
    page = overdue_report(town)
    html = page_of(client, town.editor, f"{ADDRESS}?stand=ueberfaellig")
    assert f'action="/admin/bestaetigen/{page.translation_key}/"' in html
    assert f'href="/admin/pages/{page.pk}/edit/"' in html
    data = {"next": f"{ADDRESS}?stand=ueberfaellig"}
    response = client.post(f"/admin/bestaetigen/{page.translation_key}/", data)
    assert response["Location"] == f"{ADDRESS}?stand=ueberfaellig"
    entry_of(page)
    assert titles("stand=ueberfaellig") == []


def test_offers_are_made_to_those_alone_who_may_take_them(town):
    overdue_report(town)
    other = add_town_here("07315000", "Mainz")
    people = {
        "Betrieb": add_operator(),
        "Redaktion": town.editor,
        "Autor": add_person("autor@trier.example", town.body, Role.AUTHOR),
        "Mitglied": add_person("mitglied@trier.example", town.body, Role.MEMBER),
        "andere": other.editor,
    }
    offers = {}
    for name, user in people.items():
        (record,) = records("stand=ueberfaellig", user=user)
        offers[name] = (record.may_confirm, bool(record.edit))
    assert offers == {
        "Betrieb": (True, True),
        "Redaktion": (True, True),
        "Autor": (False, True),
        "Mitglied": (False, False),
        "andere": (False, False),
    }


def test_nothing_is_offered_for_records_of_other_hubs():
    add_bodies()
    entry = receive(received_document("case_report", "Fremd", publishers=(KOBLENZ,)))
    type(entry).objects.update(changed=timezone.now() - dt.timedelta(days=500))
    (record,) = records(user=add_operator())
    assert record.is_overdue
    assert (record.may_confirm, record.edit) == (False, "")


def test_the_sheet_holds_all_records_of_the_choice_and_all_pages_of_them(client):
    add_bodies()
    for number in range(60):
        add(f"Bericht {number:02}", 60 - number)
    add("Baustein", kind="module", case=None, audience=Audience.INSTANCE)
    client.force_login(add_operator())
    page = text_of(client.get(f"{ADDRESS}?art=case_report&seite=2"))
    assert 'href="/berichte/verantwortung.csv?art=case_report"' in page
    assert "60 Einträge" in page
    response = client.get("/berichte/verantwortung.csv?art=case_report&seite=2")
    rows = list(csv.reader(io.StringIO(text_of(response).removeprefix("\ufeff")), delimiter=";"))
    assert rows[0][:3] == ["Eintrag", "Art", "Kommune"]
    assert [row[0] for row in rows[1:]] == [f"Bericht {number:02}" for number in range(60)]
    changed = TODAY() - dt.timedelta(days=60)
    due = add_months(changed, 12)
    assert rows[1][1:7] == [
        "Erfahrungsbericht",
        "Koblenz",
        "diese Instanz",
        "Verkehrsplanung",
        "verkehr@koblenz.demo.invalid",
        "",
    ]
    assert rows[1][7:11] == [f"{changed:%d.%m.%Y}", "", f"{due:%d.%m.%Y}", ""]


def test_an_empty_list_says_what_to_do(client):
    client.force_login(add_operator())
    assert "Hier ist noch nichts veröffentlicht." in text_of(client.get(ADDRESS))
    chosen = text_of(client.get(f"{ADDRESS}?stand=bald"))
    assert "Kein Eintrag passt zu dieser Auswahl." in chosen
    assert f'<a href="{ADDRESS}">Alle anzeigen</a>' in chosen


@pytest.mark.parametrize("number", [1, 60])
def test_the_list_costs_as_much_for_one_as_for_many(client, django_assert_num_queries, number):
    add_bodies()
    for index in range(number):
        add(f"Bericht {index}", index)
    client.force_login(add_operator())
    client.get(ADDRESS)
    with django_assert_num_queries(7):
        client.get(ADDRESS)
    with django_assert_num_queries(5):
        text_of(client.get("/berichte/verantwortung.csv"))
