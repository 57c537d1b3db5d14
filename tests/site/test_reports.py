"""Reports as a whole: who sees them, for which days, as page, PDF and CSV."""

from __future__ import annotations

import csv
import datetime as dt
import io
import threading
from typing import Any

import pytest
from django.http import QueryDict
from django.test import Client
from pypdf import PdfReader

from hub.accounts.models import Role
from hub.site.reports import views
from hub.site.reports.forms import ReportForm
from hub.site.reports.periods import Period, named_period, offer_periods, quarter_of
from hub.site.reports.sheets import report_rows
from hub.site.reports.tables import Report, Table, make_rows
from tests.factories.pages import add_report
from tests.factories.people import add_operator, add_person, page_of
from tests.factories.statements import Town, add_town_here, entry_of
from tests.site.reports import count, text_of
from theme import pdf
from theme.sheets import write_lines, write_value

pytestmark = pytest.mark.django_db

DAY = dt.date(2026, 11, 22)
PAGES = ("reichweite/", "fortschritt/", "verantwortung/")
FILES = (
    "reichweite.pdf",
    "reichweite.csv",
    "fortschritt.pdf",
    "fortschritt.csv",
    "verantwortung.csv",
)


@pytest.fixture
def town() -> Town:
    return add_town_here()


@pytest.mark.parametrize("address", ["", *PAGES, *FILES])
def test_guests_sign_in_first_and_come_back(client, address):
    response = client.get(f"/berichte/{address}?x=1")
    assert response.status_code == 302
    assert response["Location"] == f"/konto/login/?next=/berichte/{address}%3Fx%3D1"


@pytest.mark.parametrize("address", ["", *PAGES, *FILES])
def test_accounts_without_a_role_are_refused(client, address):
    client.force_login(add_person("konto@trier.example"))
    assert client.get(f"/berichte/{address}").status_code == 403


@pytest.mark.parametrize("address", ["", *PAGES, *FILES])
def test_members_of_every_role_and_operators_see_everything(client, town, address):
    for user in (add_person("mitglied@trier.example", town.body, Role.MEMBER), add_operator()):
        client.force_login(user)
        assert client.get(f"/berichte/{address}").status_code == 200


@pytest.mark.parametrize("address", ["", *PAGES, *FILES])
def test_nothing_is_sent_to_a_report(client, town, address):
    client.force_login(town.editor)
    assert client.post(f"/berichte/{address}").status_code == 405


def test_reports_are_a_link_away_from_my_area_and_the_desk(client, town):
    assert 'href="/berichte/"' in page_of(client, town.editor, "/mein/")
    assert 'href="/berichte/"' in page_of(client, town.editor, "/admin/")


@pytest.mark.parametrize(
    ("code", "first", "last", "before"),
    [
        ("2026-11", (2026, 11, 1), (2026, 11, 30), (2026, 10, 1)),
        ("2024-02", (2024, 2, 1), (2024, 2, 29), (2024, 1, 1)),
        ("2026-q1", (2026, 1, 1), (2026, 3, 31), (2025, 10, 1)),
        ("2026", (2026, 1, 1), (2026, 12, 31), (2025, 1, 1)),
    ],
)
def test_a_period_and_the_one_before(code, first, last, before):
    period = named_period(code)
    assert (period.first, period.last) == (dt.date(*first), dt.date(*last))
    assert (period.before.first, period.before.last) == (dt.date(*before), period.first - dt.timedelta(1))


@pytest.mark.parametrize("code", ["", "2026-13", "2026-q5", "1999", "2026-1", "２０２６", "frei", "2026-11 "])
def test_what_names_no_period_is_none(code):
    assert named_period(code) is None


def test_before_free_dates_lie_as_many_days():
    period = Period(dt.date(2026, 3, 1), dt.date(2026, 3, 10))
    assert (period.days, period.before.first, period.before.last) == (
        10,
        dt.date(2026, 2, 19),
        dt.date(2026, 2, 28),
    )


def test_periods_are_called_as_people_say_them():
    names = {code: name for _group, codes in offer_periods(DAY) for code, name in codes}
    assert names["2026-q4"] == "4. Quartal 2026"
    assert (names["2026-11"], names["2025-11"], names["2022"]) == ("November 2026", "November 2025", "2022")
    assert Period(DAY, DAY).wording == "22.11.2026 bis 22.11.2026"
    assert quarter_of(dt.date(2026, 3, 31)) == "2026-q1"


def read(query: str) -> ReportForm:
    return ReportForm(QueryDict(query), [], [], DAY)


@pytest.mark.parametrize(
    ("query", "field", "error"),
    [
        ("zeitraum=frei", "von", "Bitte geben Sie den Tag ein oder wählen Sie einen Zeitraum."),
        ("zeitraum=frei&von=2026-01-01", "bis", "Bitte geben Sie den Tag ein"),
        ("von=31.02.2026&bis=2026-03-01", "von", "Bitte geben Sie einen Tag wie 01.09.2026 ein."),
        ("von=2026-03-02&bis=2026-03-01", "bis", "Der letzte Tag liegt vor dem ersten."),
        ("von=1900-01-01&bis=2026-03-01", "von", "Für diese Tage wird nichts gezählt."),
        ("von=2026-01-01&bis=9999-12-31", "von", "Für diese Tage wird nichts gezählt."),
        ("von=2020-01-01&bis=2026-01-01", "bis", "Ein Bericht umfasst höchstens fünf Jahre."),
        ("von=0000-00-00&bis=%00", "von", "Bitte geben Sie einen Tag wie 01.09.2026 ein."),
        ("zeitraum=unsinn", "zeitraum", "ist keine gültige Auswahl"),
        ("kommune=99999999", "kommune", "ist keine gültige Auswahl"),
    ],
)
def test_days_that_cannot_be_are_named_with_what_to_do(query, field, error):
    form = read(query)
    assert not form.is_valid()
    assert error in " ".join(form.errors[field])


@pytest.mark.parametrize(
    ("query", "first", "last"),
    [
        ("", (2026, 10, 1), (2026, 12, 31)),
        ("fremd=1", (2026, 10, 1), (2026, 12, 31)),
        ("zeitraum=2021-02", (2021, 2, 1), (2021, 2, 28)),
        ("zeitraum=2026-09", (2026, 9, 1), (2026, 9, 30)),
        ("von=01.09.2026&bis=02.09.2026", (2026, 9, 1), (2026, 9, 2)),
        ("zeitraum=frei&von=2026-09-01&bis=2026-09-01", (2026, 9, 1), (2026, 9, 1)),
    ],
)
def test_days_are_read_as_people_type_them(query, first, last):
    form = read(query)
    assert not form.errors
    assert (form.period.first, form.period.last) == (dt.date(*first), dt.date(*last))


@pytest.mark.parametrize("name", ["reichweite", "fortschritt"])
def test_what_was_typed_wrongly_stays_and_no_file_is_made(client, town, name):
    query = "zeitraum=frei&von=2026-03-02&bis=2026-03-01"
    page = page_of(client, town.editor, f"/berichte/{name}/?{query}")
    assert 'value="2026-03-02"' in page
    assert 'href="#id_bis"' in page
    assert f"/berichte/{name}.pdf" not in page
    for form in ("pdf", "csv"):
        response = client.get(f"/berichte/{name}.{form}?{query}")
        assert (response.status_code, response["Location"]) == (302, f"/berichte/{name}/?{query}")


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("=1+1", "'=1+1"),
        ("+49 261", "'+49 261"),
        ("-2", "'-2"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t=1"),
        ("\r=1", "'\r=1"),
        ("  =1", "'  =1"),
        ("＝1", "'＝1"),
        ("a=1", "a=1"),
        ("–", "–"),
        (-2, "-2"),
        (1.5, "1,5"),
        (dt.date(2026, 11, 2), "02.11.2026"),
        (None, ""),
    ],
)
def test_no_field_of_a_sheet_is_a_formula(value, written):
    assert write_value(value) == written


def test_a_sheet_opens_in_office_programs_here():
    table = Table("t", "Tabelle", ("A", "B"), make_rows([("x;y", 1), ('"Zitat"', None)]))
    report = Report("Bericht", "Trier", "2026", (), (table,))
    text = "".join(write_lines(report_rows(report, DAY)))
    lines = [
        "Berichtszeitraum;Stand;Auswahl;Abschnitt;Zeile;Merkmal;Kennzahl;Wert",
        '2026;22.11.2026;Trier;Tabelle;"x;y";;B;1',
        '2026;22.11.2026;Trier;Tabelle;"""Zitat""";;B;',
        "",
    ]
    assert text == "\ufeff" + "\r\n".join(lines)


def test_a_title_that_is_a_formula_does_nothing_in_the_sheets(client, town):
    entry = entry_of(add_report(town.section, '=HYPERLINK("http://x","y")'))
    count(entry, 3)
    client.force_login(town.editor)
    for name in ("reichweite", "verantwortung"):
        response = client.get(f"/berichte/{name}.csv")
        assert response["Content-Type"] == "text/csv; charset=utf-8"
        fields = [field for row in csv.reader(io.StringIO(text_of(response)), delimiter=";") for field in row]
        assert any(field.startswith("'=HYPERLINK(") for field in fields)
        assert not any(field.startswith("=") for field in fields)


@pytest.mark.parametrize("name", ["reichweite", "fortschritt"])
def test_the_paper_holds_what_the_page_holds(client, town, name):
    count(entry_of(add_report(town.section, "Parkraumsensorik")), 7)
    client.force_login(town.editor)
    response = client.get(f"/berichte/{name}.pdf")
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"].startswith(f'attachment; filename="{name}')
    reader = PdfReader(io.BytesIO(response.content))
    text = " ".join(" ".join(page.extract_text() for page in reader.pages).split())
    wanted = {"reichweite": "Parkraumsensorik", "fortschritt": "Fortschrittsbericht"}
    for each in (wanted[name], "Was gezählt wird und was nicht", "Wissenshub Mainz"):
        assert each in text
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]


@pytest.mark.parametrize("name", ["reichweite", "fortschritt"])
def test_a_report_of_nothing_says_so_everywhere(client, town, name):
    page = page_of(client, town.editor, f"/berichte/{name}/?zeitraum=2025-12")
    assert "In diesem Zeitraum wurde nichts" in page
    assert "Was gezählt wird und was nicht" in page
    assert "None" not in page


def test_the_address_of_a_file_carries_the_choice(client, town):
    page = page_of(client, town.editor, "/berichte/reichweite/?zeitraum=2026&kommune=alle")
    assert 'href="/berichte/reichweite.pdf?zeitraum=2026&amp;kommune=alle"' in page
    assert 'href="/berichte/reichweite.csv?zeitraum=2026&amp;kommune=alle"' in page


def test_what_an_address_leaves_open_is_shown_as_it_was_filled_in(client, town):
    page = page_of(client, town.editor, "/berichte/fortschritt/?zeitraum=2025")
    assert '<option value="alle" selected>alle Instanzen zusammen</option>' in page
    assert "2025, alle Instanzen zusammen" in page
    page = page_of(client, town.editor, "/berichte/reichweite/?kommune=alle&bis=2026-11-01&von=2026-11-01")
    assert '<option value="frei" selected>' in page
    assert "01.11.2026 bis 01.11.2026, alle dieser Instanz" in page


def test_reports_are_kept_by_no_cache(client: Client, town: Town) -> None:
    client.force_login(town.editor)
    response: Any = client.get("/berichte/reichweite/")
    assert "no-store" in response["Cache-Control"]


@pytest.mark.parametrize("name", ["reichweite", "fortschritt"])
def test_a_report_waits_its_turn_among_the_pdfs(client, town, name, monkeypatch):
    client.force_login(town.editor)
    monkeypatch.setattr(views, "LARGEST_PAGE", 10)
    assert client.get(f"/berichte/{name}.pdf").status_code == 503
    monkeypatch.undo()
    monkeypatch.setattr(pdf, "_admitted", threading.BoundedSemaphore(1))
    with pdf._admitted:
        response = client.get(f"/berichte/{name}.pdf?zeitraum=2026")
    assert (response.status_code, response["Retry-After"]) == (503, "20")
    assert f'href="/berichte/{name}/?zeitraum=2026"' in response.content.decode()
    assert client.get(f"/berichte/{name}.pdf").status_code == 200
