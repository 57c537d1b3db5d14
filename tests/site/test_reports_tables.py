"""Tables of reports: how they stand on the page, and as one long table in a sheet."""

from __future__ import annotations

import datetime as dt

import pytest

from hub.site.reports.periods import named_period
from hub.site.reports.sheets import report_rows
from hub.site.reports.tables import NONE, Report, Table, make_rows
from tests.factories.pages import add_report
from tests.factories.people import page_of
from tests.factories.statements import Town, add_town_here, entry_of
from theme.sheets import write_lines

pytestmark = pytest.mark.django_db

DAY = dt.date(2026, 11, 22)


@pytest.fixture
def town() -> Town:
    return add_town_here()


def test_each_figure_of_a_sheet_has_a_line_that_says_what_it_is_of() -> None:
    head = ("Beitrag", "Datei", "neu", "über\u00adarbeitet")
    rows = make_rows([("A", "x.pdf", 1, NONE), ("B", "y.pdf", "zu wenige", 2)])
    report = Report("Bericht", "Trier", "2026", (), (Table("t", "Tabelle", head, rows),))
    lines = "".join(write_lines(report_rows(report, DAY))).splitlines()[1:]
    assert [line.removeprefix("2026;22.11.2026;Trier;Tabelle;") for line in lines] == [
        "A;x.pdf;neu;1",
        "A;x.pdf;überarbeitet;",
        "B;y.pdf;neu;zu wenige",
        "B;y.pdf;überarbeitet;2",
    ]


@pytest.mark.parametrize(
    ("today", "wording"),
    [
        (dt.date(2026, 9, 30), "4. Quartal 2026"),
        (dt.date(2026, 10, 1), "4. Quartal 2026 (bis 01.10.)"),
        (DAY, "4. Quartal 2026 (bis 22.11.)"),
        (dt.date(2026, 12, 31), "4. Quartal 2026"),
    ],
)
def test_a_period_that_is_not_over_says_up_to_when_it_is_told(today, wording):
    period = named_period("2026-q4")
    assert period is not None
    assert period.worded(today) == wording


def test_a_table_and_its_section_are_told_apart_by_their_names(client, town):
    page = page_of(client, town.editor, "/berichte/fortschritt/")
    assert 'aria-label="Tabelle: Überblick und Vergleich"' in page


def test_a_town_stands_once_above_its_kinds(client, town):
    for number in range(2):
        entry_of(add_report(town.section, f"Bericht {number}"))
    page = page_of(client, town.editor, "/berichte/fortschritt/")
    start = page.index('id="arten"')
    table = page[start : page.index("</section>", start)]
    assert table.count(f">{town.body.name}<") == 1
    assert 'scope="rowgroup"' in table
