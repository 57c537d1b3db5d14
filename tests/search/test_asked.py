"""What was sought and not found: counted without persons, shown to editors, forgotten in time."""

from __future__ import annotations

import datetime as dt
import time
from typing import Any

import pytest
from django.core.signals import request_finished
from django.db import DatabaseError, connection
from django.test import Client
from django.utils import timezone

from content.services import open_section
from hub.accounts.models import Role, User
from search import asked
from search.asked import buffer, flush, forget, known_terms, note
from search.models import SearchTerm
from tests.factories.pages import add_section
from tests.factories.people import add_operator, add_person
from tests.search.catalogue import make_document, publish

pytestmark = pytest.mark.django_db

FIREFOX = {"user-agent": "Mozilla/5.0 (X11; Linux x86_64; rv:144.0) Gecko/20100101 Firefox/144.0"}
MONDAY = dt.date(2026, 11, 16)
REPORT, SHEET = "/admin/suche/gesucht/", "/admin/suche/gesucht.csv"


@pytest.fixture(autouse=True)
def nothing_held() -> None:
    buffer.take()


def on(day: dt.date, text: str, total: int = 0, times: int = 1) -> None:
    """Be somebody who sought that on a day, so often."""
    shown = " ".join(text.split())
    buffer.add(asked.Key(day, asked.fold(shown), shown, total > 0), times)


def rows() -> list[tuple[str, int, int, int]]:
    found = SearchTerm.objects.order_by("week", "text")
    return list(found.values_list("shown", "times", "without_results", "days"))


def test_spellings_of_one_text_are_counted_together_and_shown_as_one_of_them(
    django_assert_num_queries: Any,
) -> None:
    for text, total in (("Wärmeplanung", 0), ("waermeplanung", 3), ("  WÄRMEPLANUNG ", 0), ("Kita", 1)):
        note(text, total)
    with django_assert_num_queries(3):  # the counts, between the beginning and the end of their savepoint
        assert flush() == 2
    with django_assert_num_queries(0):
        assert flush() == 0
    assert rows() == [("Kita", 1, 0, 1), ("WÄRMEPLANUNG", 3, 2, 1)]


def test_days_and_weeks_are_told_apart_and_add_up() -> None:
    for day in (MONDAY, MONDAY, MONDAY + dt.timedelta(days=2), MONDAY + dt.timedelta(days=7)):
        on(day, "Wallbox")
        flush()
    assert rows() == [("Wallbox", 3, 3, 2), ("Wallbox", 1, 1, 1)]
    assert list(SearchTerm.objects.order_by("week").values_list("week", "last_day")) == [
        (MONDAY, MONDAY + dt.timedelta(days=2)),
        (MONDAY + dt.timedelta(days=7), MONDAY + dt.timedelta(days=7)),
    ]


def test_days_of_one_write_are_counted_one_by_one() -> None:
    on(MONDAY, "Wallbox")
    on(MONDAY + dt.timedelta(days=1), "Wallbox", 1)
    assert flush() == 2
    assert rows() == [("Wallbox", 2, 1, 2)]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a",
        "erika@koblenz.de",
        "erika(at)koblenz.de",
        "https://intern.example/?token=1",
        "0261 129-4711",
        "Bescheid 123456",
        "DE12 3456 7890",
        "Akte 12.34.56/7",
        "x" * 61,
        "a\x00b",
        "zeile\ud800kaputt",
    ],
)
def test_what_may_name_a_person_or_is_no_search_is_not_even_held(text: str) -> None:
    note(text, 0)
    assert not buffer.take()


@pytest.mark.parametrize("text", ["§ 13b UStG", "OZG 2.0", "Haushalt 2026", "DIN 66398", "ü" * 60])
def test_numbers_of_laws_and_years_are_no_numbers_of_persons(text: str) -> None:
    note(text, 1)
    assert flush() == 1


def test_what_could_not_be_written_is_kept(monkeypatch: pytest.MonkeyPatch, caplog: Any) -> None:
    monkeypatch.setattr(asked, "EVERY_SECONDS", 0)
    on(MONDAY, "Wallbox")
    on(MONDAY + dt.timedelta(days=1), "Wallbox")
    with connection.execute_wrapper(_refuse_second_day):
        asked.flush_when_due()
        with pytest.raises(DatabaseError):
            flush()
    assert "counts could not be written" in caplog.text
    assert rows() == []
    flush()
    assert rows() == [("Wallbox", 2, 2, 2)]


def _refuse_second_day(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
    if "search_searchterm" in sql and params[0] and params[-1][0] != MONDAY:
        raise DatabaseError("away")
    return execute(sql, params, many, context)


def test_counts_are_written_at_most_every_ten_seconds(
    monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: Any
) -> None:
    clock = [start := time.monotonic() + 1]
    monkeypatch.setattr(time, "monotonic", lambda: clock[0])
    on(MONDAY, "Kita")
    flush()
    on(MONDAY, "Wallbox")
    for moment, written in ((9.9, 1), (10.1, 2)):
        clock[0] = start + moment
        asked.flush_when_due()
        assert SearchTerm.objects.count() == written


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_a_search_is_counted_after_its_response_and_costs_no_query(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(asked, "EVERY_SECONDS", 0)
    publish(make_document("Kitaplätze", "Kitaplätze werden zentral vergeben."))
    request_finished.connect(asked.flush_when_due, dispatch_uid="asked.flush")
    try:
        Client().get("/suche/?q=Kitaplatz", headers=FIREFOX)
        Client().get("/suche/?q=Wasserstofftankstelle", headers=FIREFOX)
    finally:
        request_finished.disconnect(dispatch_uid="asked.flush")
    assert rows() == [("Kitaplatz", 1, 0, 1), ("Wasserstofftankstelle", 1, 1, 1)]


@pytest.mark.parametrize(
    ("address", "headers"),
    [
        ("/suche/?q=Kita", {"user-agent": "Googlebot/2.1"}),
        ("/suche/?q=Kita", {"user-agent": "curl/8.1"}),
        ("/suche/?q=Kita", {**FIREFOX, "sec-purpose": "prefetch"}),
        ("/suche/?q=Kita&seite=2", FIREFOX),
        ("/suche/?q=Kita&teil=treffer", FIREFOX),
        ("/suche/", FIREFOX),
    ],
)
def test_machines_further_pages_and_half_typed_words_do_not_count(
    client: Client, address: str, headers: dict[str, str]
) -> None:
    assert client.get(address, headers=headers).status_code == 200
    assert not buffer.take()


def test_results_that_only_filters_take_away_were_found(client: Client) -> None:
    publish(make_document("Kitaplätze", "Kitaplätze werden zentral vergeben."))
    client.get("/suche/?q=Kitaplatz&jahr=1999", headers=FIREFOX)
    flush()
    assert rows() == [("Kitaplatz", 1, 0, 1)]


def test_results_with_some_of_the_words_alone_were_not_what_was_sought(client: Client) -> None:
    publish(make_document("Kitaplätze", "Kitaplätze werden zentral vergeben."))
    client.get("/suche/?q=Kitaplatz+Wasserstofftankstelle", headers=FIREFOX)
    flush()
    assert rows() == [("Kitaplatz Wasserstofftankstelle", 1, 1, 1)]


def test_what_was_sought_on_one_day_only_is_shown_to_nobody() -> None:
    on(MONDAY, "Erika Mustermann", times=40)
    on(MONDAY, "Wallbox")
    on(MONDAY - dt.timedelta(days=7), "Wallbox")
    flush()
    assert {row.shown for row in known_terms()} == {"Wallbox"}


def test_what_was_sought_on_one_day_goes_after_four_weeks_and_everything_after_a_year() -> None:
    today = MONDAY + dt.timedelta(days=4)
    for weeks, text in ((3, "Neulich"), (5, "Einmal"), (5, "Zweimal"), (20, "Zweimal"), (53, "Zweimal")):
        on(today - dt.timedelta(weeks=weeks), text)
    flush()
    assert forget(today) == 2
    found = SearchTerm.objects.order_by("-last_day").values_list("shown", "last_day")
    assert list(found) == [
        ("Neulich", today - dt.timedelta(weeks=3)),
        ("Zweimal", today - dt.timedelta(weeks=5)),
        ("Zweimal", today - dt.timedelta(weeks=20)),
    ]


@pytest.fixture
def editor(client: Client) -> Client:
    client.force_login(add_writer(Role.EDITOR))
    return client


def add_writer(role: Role) -> User:
    """Somebody of a body that has its section, and so somebody who uses the admin."""
    section = add_section()
    open_section(section)
    return add_person("erika@koblenz.example", section.body, role)


@pytest.fixture
def sought() -> None:
    today = timezone.localdate()
    for days in (1, 8, 40):
        on(today - dt.timedelta(days=days), "Wasserstofftankstelle", times=2)
        on(today - dt.timedelta(days=days), "Kita", total=3, times=9)
    on(today, "=HYPERLINK(1)")
    on(today - dt.timedelta(days=1), "=HYPERLINK(1)")
    on(today, "Erika Mustermann")
    flush()


@pytest.mark.usefixtures("sought")
def test_editors_see_what_was_not_found(editor: Client) -> None:
    page = editor.get(REPORT).content.decode()
    assert "Was gesucht und nicht gefunden wurde" in page
    assert '<a href="/suche/?q=Wasserstofftankstelle">' in page
    assert "Erika" not in page
    assert ">Kita<" not in page
    everything = editor.get(f"{REPORT}?zeige=alle&sortierung=oft").content.decode()
    assert everything.index(">Kita<") < everything.index(">Wasserstofftankstelle<")
    assert "Erika" not in everything


@pytest.mark.usefixtures("sought")
def test_who_looks_after_the_words_adds_a_synonym_from_the_list(editor: Client) -> None:
    link = "/admin/suche/woerter/synonyme/new/?spellings=Wasserstofftankstelle"
    assert link not in editor.get(REPORT).content.decode()
    editor.force_login(add_operator())
    assert link in editor.get(REPORT).content.decode()
    assert "Wasserstofftankstelle</textarea>" in editor.get(link).content.decode()


@pytest.mark.usefixtures("sought")
@pytest.mark.parametrize(("weeks", "times"), [("4", 4), ("12", 6)])
def test_the_period_decides_what_is_summed_up(editor: Client, weeks: str, times: int) -> None:
    response = editor.get(f"{REPORT}?wochen={weeks}")
    (row,) = (each for each in response.context["page"] if each["wording"] == "Wasserstofftankstelle")
    assert (row["all_times"], row["without"]) == (times, times)


@pytest.mark.usefixtures("sought")
def test_the_table_has_a_line_for_each_week_and_no_formulas(editor: Client) -> None:
    response = editor.get(f"{SHEET}?zeige=alle")
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    lines = text.splitlines()
    assert lines[0] == "Woche ab;Gesucht;Wie oft;davon ohne Treffer"
    assert len([line for line in lines if ";Kita;9;0" in line]) == 3
    assert any(";'=HYPERLINK(1);" in line for line in lines)
    assert "Erika" not in text


@pytest.mark.parametrize("query", ["wochen=99&zeige=x&sortierung=';--", "p=1000000000", "p=-1", "p=%00"])
def test_what_cannot_be_meant_shows_the_usual_report(editor: Client, query: str) -> None:
    page = editor.get(f"{REPORT}?{query}")
    assert page.status_code == 200
    assert page.context["chosen"]["wochen"] == "12"
    assert "gibt es nichts zu zeigen" in page.content.decode()


@pytest.mark.parametrize("number", [1, 3])
def test_more_texts_cost_no_more_queries(editor: Client, django_assert_num_queries: Any, number: int) -> None:
    today = timezone.localdate()
    for index in range(number):
        for days in (0, 1):
            on(today - dt.timedelta(days=days), f"Wort {chr(97 + index)}")
    flush()
    editor.get(REPORT)
    with django_assert_num_queries(15):
        editor.get(REPORT)


def test_authors_do_not_see_the_report(client: Client) -> None:
    client.force_login(add_writer(Role.AUTHOR))
    assert client.get("/admin/").status_code == 200
    assert client.get(REPORT)["Location"] == client.get(SHEET)["Location"] == "/admin/"
    client.force_login(add_operator())
    assert client.get(REPORT).status_code == 200
