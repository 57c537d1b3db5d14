from __future__ import annotations

import datetime as dt

import pytest
from django.utils import translation

from theme import figures


@pytest.mark.parametrize(
    ("amount", "text"),
    [(96_400, "96.400\u00a0€"), (0, "0\u00a0€"), (None, "unbekannt"), (1_250_000, "1.250.000\u00a0€")],
)
def test_euro(amount: int | None, text: str) -> None:
    with translation.override("de"):
        assert figures.format_euro(amount) == text


def test_euro_in_english() -> None:
    with translation.override("en"):
        assert figures.format_euro(96_400) == "96,400\u00a0€"


def test_per_inhabitant_has_cents() -> None:
    with translation.override("de"):
        assert figures.per_inhabitant(96_400, 115_298) == "0,84\u00a0€"


@pytest.mark.parametrize(("amount", "population"), [(None, 100), (100, None), (100, 0), (0, 100)])
def test_per_inhabitant_is_empty_when_unknown_or_nothing(amount: int | None, population: int | None) -> None:
    assert figures.per_inhabitant(amount, population) == ""


@pytest.mark.parametrize(
    ("days", "text"), [(1, "1 Personentag"), (90, "90 Personentage"), (None, "unbekannt")]
)
def test_days(days: int | None, text: str) -> None:
    with translation.override("de"):
        assert figures.format_days(days) == text


@pytest.mark.parametrize(
    ("size", "text"),
    [(0, "0 B"), (999, "999 B"), (8_600, "8,6 kB"), (250_000, "250 kB"), (3_000_000_000, "3,0 GB")],
)
def test_size(size: int, text: str) -> None:
    with translation.override("de"):
        assert figures.format_size(size).replace("\u00a0", " ") == text


def test_span_of_one_day_is_in_the_zone_of_the_event() -> None:
    starts = dt.datetime(2027, 3, 12, 8, 0, tzinfo=dt.UTC)
    with translation.override("de"):
        text = figures.format_span(starts, starts + dt.timedelta(hours=8))
    assert text == "Fr, 12. März 2027, 09:00–17:00 Uhr"


def test_span_over_days_names_both() -> None:
    starts = dt.datetime(2027, 3, 12, 8, 0, tzinfo=dt.UTC)
    with translation.override("de"):
        text = figures.format_span(starts, starts + dt.timedelta(days=1))
    assert text == "Fr, 12. März 2027 bis Sa, 13. März 2027"


def test_unknown_zone_falls_back_to_the_site() -> None:
    moment = dt.datetime(2027, 3, 12, 23, 30, tzinfo=dt.UTC)
    assert figures.local_day(moment, "Mars/Olympus") == dt.date(2027, 3, 13)


@pytest.mark.parametrize("zone", ["Europe", "a" * 300, "../etc", "\x00", ""])
def test_no_zone_name_breaks_a_page(zone: str) -> None:
    moment = dt.datetime(2027, 3, 12, 23, 30, tzinfo=dt.UTC)
    assert figures.local_day(moment, zone) == dt.date(2027, 3, 13)


def test_a_moment_at_the_end_of_the_calendar_is_shown_as_it_is() -> None:
    last = dt.datetime(9999, 12, 31, 23, 30, tzinfo=dt.UTC)
    assert figures.local_day(last) == dt.date(9999, 12, 31)
    assert figures.local_day(last, "Mars/Olympus") == dt.date(9999, 12, 31)
    with translation.override("de"):
        assert "9999" in figures.format_span(last, last)


def test_numbers_of_any_length_are_shown() -> None:
    assert figures.per_inhabitant(10**400, 7) == ""
    assert figures.format_size(10**400).endswith("GB")
