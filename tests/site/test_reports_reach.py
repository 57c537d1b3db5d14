"""The reach report: exact numbers of what was read, downloaded, taken over and asked."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from hub.catalogue.models import CatalogueEntry
from hub.documents import Adoption
from hub.municipalities.models import Body
from hub.site.reach.folding import kept_by_day_since
from hub.site.reports.periods import Period
from hub.site.reports.reach import reach_report
from hub.site.reports.scope import Scope
from tests.factories.messages import add_answer, add_request
from tests.factories.people import add_town
from tests.factories.statements import receive, received_statement
from tests.site.reports import TODAY, count, figures_of, text_of, values_of
from tests.site.test_files import attach
from tests.theme.entries import add_bodies, add_entry, make_document

pytestmark = pytest.mark.django_db

TRIER, KOBLENZ, MAINZ = "07211000", "07111000", "07315000"
FILE = attach(b"x", "Leitfaden.pdf", "application/pdf")
HERE = (KOBLENZ, TRIER)


@pytest.fixture
def module(db: None) -> CatalogueEntry:
    add_bodies()
    return add_entry(make_document("Baustein", kind="module", case=None, costs=None, attachments=(FILE,)))


def period_of(days: int = 10) -> Period:
    return Period(TODAY() - dt.timedelta(days=days), TODAY())


def report(keys: Any = (KOBLENZ,), period: Period | None = None) -> Any:
    return reach_report(Scope(keys, HERE, "Koblenz"), period or period_of(), TODAY())


def test_views_and_downloads_are_summed_up_within_the_period(module):
    other = add_entry(make_document("Bericht"))
    for days, number in ((0, 1), (10, 2), (11, 4), (-1, 8)):
        count(module, number, TODAY() - dt.timedelta(days=days))
    count(other, 16)
    count(module, 32, measure="download", digest=FILE.digest)
    count(module, 64, measure="download", digest="sha256:" + "0" * 64)
    count(other, 128, measure="download", form="pdf")
    found = report()
    glance = figures_of(found, "auf-einen-blick")
    assert (glance["Seitenaufrufe"], glance["Downloads"]) == ((19,), (224,))
    assert values_of(found, "formen") == [("ganzer Beitrag als PDF", 128), ("angehängte Dateien", 96)]
    assert values_of(found, "gelesen") == [("Bericht", "Erfahrungsbericht", 16), ("Baustein", "Baustein", 3)]
    assert values_of(found, "heruntergeladen") == [
        ("Bericht", "ganzer Beitrag als PDF", 128),
        ("Baustein", "eine frühere Datei", 64),
        ("Baustein", "Leitfaden.pdf", 32),
    ]
    assert sum(row[1] for row in values_of(found, "verlauf")) == 19
    assert found.sentences[0] == "Im Zeitraum gezählte Seitenaufrufe: 19. Downloads: 224."


def test_what_a_body_has_confirmed_to_publish_jointly_counts_for_it(module):
    joint = [
        add_entry(make_document(title, kind="module", publishers=(KOBLENZ,), co_publishers=(TRIER,)))
        for title in ("Bestätigt", "Nur genannt")
    ]
    for entry in joint:
        count(entry, 4)
        add_entry(received_statement(entry, body="07315000"), source="trier")
    add_entry(received_statement(joint[0], "co_publication", body=TRIER), source="trier")
    found = report((TRIER,))
    assert values_of(found, "gelesen") == [("Bestätigt", "Baustein", 4)]
    assert values_of(found, "nachgenutzt")[0][0] == "Bestätigt"
    assert len(values_of(found, "nachgenutzt")) == 1


def test_each_body_sees_its_own_and_the_instance_all(module):
    trier = add_entry(make_document("Von Trier", publishers=(TRIER,)))
    foreign = add_entry(make_document("Fremd", origin="http://x.localhost:8009"), source="x")
    for entry, number in ((module, 1), (trier, 2), (foreign, 4)):
        count(entry, number)
    views = [
        figures_of(report(keys), "auf-einen-blick")["Seitenaufrufe"][0]
        for keys in ((KOBLENZ,), (TRIER,), (KOBLENZ, TRIER), None)
    ]
    assert views == [1, 2, 3, 3]
    assert figures_of(report(None), "andere") == {"Seitenaufrufe": (4,), "Downloads": (0,)}
    assert "andere" not in {table.key for table in report().tables}


def test_long_spans_and_what_is_kept_by_month_go_by_month(module):
    today = TODAY()
    count(module, 5, today)
    assert report(period=period_of(99)).tables[1].title == "Verlauf nach Wochen"
    by_month = report(period=period_of(100))
    assert values_of(by_month, "verlauf") == [(f"{today.month:02}/{today.year}", 5, 0)]
    old = kept_by_day_since(today) - dt.timedelta(days=1)
    assert report(period=Period(old, old)).tables[1].title == "Verlauf nach Monaten"


def test_a_chart_stands_beside_a_table_of_the_same_numbers(module):
    for weeks in range(4):
        count(module, 10 + weeks, TODAY() - dt.timedelta(weeks=weeks))
    table = next(table for table in report(period=period_of(30)).tables if table.key == "verlauf")
    assert table.chart is not None
    assert len(table.chart.bars) == len(table.rows) == 4


def test_adoptions_are_new_current_or_ended(module):
    day = TODAY()
    bodies = [f"0713{number:04}" for number in range(4)]
    for key in bodies:
        add_town(key, f"Ort {key}")
    facts = [
        {},
        {"adoption": Adoption(until=day - dt.timedelta(days=3))},
        {"adoption": Adoption(since=day + dt.timedelta(days=30))},
        {},
    ]
    for key, fields in zip(bodies, facts, strict=True):
        receive(received_statement(module, body=key, **fields))
    CatalogueEntry.objects.filter(publishers=[bodies[3]]).update(
        first_published=dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
    )
    glance = figures_of(report(), "auf-einen-blick")
    assert glance["Neue Nachnutzungen"] == (3,)
    assert glance["Beendete Nachnutzungen"] == (1,)
    assert glance["Heute bestehende Nachnutzungen"] == (2,)
    assert values_of(report(), "nachgenutzt") == [("Baustein", "Baustein", 2)]


def test_what_bodies_say_of_their_own_counts_for_nothing(module):
    receive(received_statement(module, body=KOBLENZ))
    assert values_of(report(), "nachgenutzt") == []


def test_adopters_are_counted_by_district(module):
    district = add_town("07131", "Ahrweiler", kind=Body.Kind.DISTRICT)
    for key, fields in (("07131001", {"district": district}), ("07131002", {"district": district})):
        add_town(key, f"Ort {key}", **fields)
        receive(received_statement(module, body=key))
    receive(received_statement(module, body=TRIER))
    receive(received_statement(module, body="99999999"))
    assert values_of(report(), "regionen") == [("Ahrweiler", 2), ("99999999", 1), ("Trier", 1)]


def test_requests_and_answer_times_are_those_of_the_period(module):
    for days, answered in ((1, 0), (5, 2), (8, None), (40, 39)):
        first = add_request(module, TRIER, days=days)
        if answered is not None:
            add_answer(first, days=answered)
    glance = figures_of(report(), "auf-einen-blick")
    assert glance["Anfragen anderer Kommunen"] == (3,)
    assert glance["davon beantwortet"] == (2,)
    assert glance["Tage bis zur Antwort (Median)"] == (3,)
    assert figures_of(report((TRIER,)), "auf-einen-blick")["Anfragen anderer Kommunen"] == (0,)
    assert figures_of(report((TRIER,)), "auf-einen-blick")["Tage bis zur Antwort (Median)"] == ("–",)


def test_what_was_withdrawn_is_counted_and_named_as_it_was(module):
    count(module, 3)
    CatalogueEntry.objects.filter(pk=module.pk).update(state="withdrawn")
    assert values_of(report(), "gelesen") == [("Baustein", "Baustein", 3)]


@pytest.mark.parametrize("number", [1, 12])
@pytest.mark.parametrize(("keys", "queries"), [((KOBLENZ,), 12), (None, 13)])
def test_the_report_costs_as_much_for_one_as_for_many(
    module, django_assert_num_queries, number, keys, queries
):
    for index in range(number):
        entry = add_entry(make_document(f"Bericht {index}", kind="module", attachments=(FILE,)))
        count(entry, index + 1)
        count(entry, index + 1, measure="download", digest=FILE.digest)
        receive(received_statement(entry, body=TRIER))
        add_request(entry, TRIER)
    with django_assert_num_queries(queries):
        found = report(keys)
    assert len(values_of(found, "gelesen")) == min(number, 10)


def test_the_page_says_what_is_counted_and_where(client, module):
    from tests.factories.people import add_person

    count(module, 1234)
    client.force_login(add_person("a@koblenz.example", Body.objects.get(pk=KOBLENZ)))
    page = text_of(client.get("/berichte/reichweite/?kommune=meine"))
    assert '<td class="number">1.234</td>' in page
    assert "Gezählt wird nur, was auf dieser Instanz geschieht." in page
    assert "keine Adresse, kein Cookie, keine Sitzung" in page
    sheet = text_of(client.get("/berichte/reichweite.csv?kommune=meine"))
    assert ";Auf einen Blick;Seitenaufrufe;;Anzahl;1234\r\n" in sheet
