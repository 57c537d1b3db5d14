"""Which reports are to be confirmed again, and when."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from wagtail.models import Locale

from content.models import BodyPage, CaseReportPage
from content.queries import reports_due
from tests.factories.pages import add_body, add_module, add_report, add_section

pytestmark = pytest.mark.django_db

KOBLENZ, TRIER = "07111000", "07211000"
BERLIN = ZoneInfo("Europe/Berlin")


def at(day: str, time: str = "12:00") -> dt.datetime:
    return dt.datetime.fromisoformat(f"{day}T{time}").replace(tzinfo=BERLIN)


@pytest.fixture
def section() -> BodyPage:
    return add_section("koblenz", add_body(KOBLENZ))


def add(section: BodyPage, title: str, when: str, time: str = "12:00", **fields: object) -> CaseReportPage:
    page = add_report(section, title, **fields)
    CaseReportPage.objects.filter(pk=page.pk).update(last_published_at=at(when, time))
    return page


def titles(now: str, *keys: str) -> list[str]:
    return [report.page.title for report in reports_due(keys or (KOBLENZ,), at(now))]


@pytest.mark.parametrize(
    ("now", "found", "overdue"),
    [
        ("2026-02-09", False, False),
        ("2026-02-10", True, False),
        ("2026-03-09", True, False),
        ("2026-03-10", True, True),
        ("2027-03-10", True, True),
    ],
)
def test_reports_are_announced_after_eleven_months_and_overdue_after_twelve(
    section: BodyPage, now: str, found: bool, overdue: bool
) -> None:
    add(section, "Bericht", "2025-03-10")
    due = reports_due([KOBLENZ], at(now))
    assert [report.overdue for report in due] == ([overdue] if found else [])
    assert all(report.due == dt.date(2026, 3, 10) for report in due)


@pytest.mark.parametrize(
    ("confirmed", "announced", "due"),
    [("2024-02-29", "2025-01-29", "2025-02-28"), ("2025-03-31", "2026-02-28", "2026-03-31")],
)
def test_months_of_different_lengths_are_minded(
    section: BodyPage, confirmed: str, announced: str, due: str
) -> None:
    add(section, "Bericht", confirmed)
    before = (dt.date.fromisoformat(announced) - dt.timedelta(days=1)).isoformat()
    assert titles(before) == []
    (report,) = reports_due([KOBLENZ], at(announced))
    assert report.due == dt.date.fromisoformat(due)


def test_days_are_those_of_the_town_hall(section: BodyPage) -> None:
    add(section, "Kurz nach Mitternacht", "2025-03-10", "00:30")
    (report,) = reports_due([KOBLENZ], at("2026-03-10", "00:10"))
    assert report.confirmed == dt.date(2025, 3, 10)
    assert report.overdue


def test_the_oldest_comes_first_and_only_published_reports_of_these_bodies_count(section: BodyPage) -> None:
    other = add_section("trier", add_body(TRIER, "Trier"))
    add(section, "Älter", "2024-05-01")
    add(section, "Ältester", "2024-01-01")
    add(section, "Entwurf", "2024-01-01", live=False)
    add(other, "Trierer", "2024-03-01")
    add_module(section, "Baustein")
    assert titles("2026-01-01") == ["Ältester", "Älter"]
    assert titles("2026-01-01", KOBLENZ, TRIER) == ["Ältester", "Trierer", "Älter"]
    assert {report.body for report in reports_due([TRIER], at("2026-01-01"))} == {TRIER}


def test_without_bodies_or_sections_nothing_is_due() -> None:
    add_body(KOBLENZ)
    assert reports_due([], at("2026-01-01")) == []
    assert titles("2026-01-01") == []


def test_publishing_again_confirms(section: BodyPage) -> None:
    page = add(section, "Bericht", "2020-01-01")
    assert titles("2026-01-01") == ["Bericht"]
    CaseReportPage.objects.get(pk=page.pk).save_revision().publish()
    page.refresh_from_db()
    assert reports_due([KOBLENZ], page.last_published_at + dt.timedelta(days=300)) == []


def test_of_translations_only_the_first_language_counts(section: BodyPage) -> None:
    english, _ = Locale.objects.get_or_create(language_code="en")
    page = add(section, "Bericht", "2024-01-01")
    copy = page.copy_for_translation(english, copy_parents=True, alias=False)
    copy.title = "Report"
    copy.save_revision().publish()
    CaseReportPage.objects.filter(pk=copy.pk).update(last_published_at=at("2023-01-01"))
    assert titles("2026-01-01") == ["Bericht"]
    CaseReportPage.objects.get(pk=page.pk).unpublish()
    assert titles("2026-01-01") == ["Report"]
