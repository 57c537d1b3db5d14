"""The board in a browser, with the live process beside the site and without it."""

from __future__ import annotations

import datetime as dt
import re
from contextlib import ExitStack
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, expect

from events.live.notices import end_notice, write_notice
from events.models import EventPage, Notice, Placement, Plan, Room
from tests.browser.conftest import BROWSER
from tests.browser.live_day import (
    LIVE,
    SLOW,
    add,
    card,
    in_database,
    move,
    open_page,
    shoot,
)
from tests.browser.programme import PHONE, WIDE, in_browser
from tests.browser.test_accessibility import faults_of
from tests.events.live.conftest import place
from tests.events.live.process import free_port, live_process, wait_until
from tests.events.live.proxy import proxy
from tests.factories.events import add_session

pytestmark = [*BROWSER, pytest.mark.django_db(transaction=True, serialized_rollback=True)]

OFFLINE = re.compile(r"Stand von \d\d:\d\d, offline")
MARK = "window.sinceOpened = true"
IS_SAME_PAGE = "window.sinceOpened === true"


def test_whoever_has_the_board_open_sees_what_is_moved(live_base: str, day: Any) -> None:
    def walk(browser: Browser) -> list[str]:
        page = open_page(browser, f"{live_base}programm/", viewport=PHONE)
        expect(page.locator("[data-connection]")).to_have_text(LIVE)
        expect(page.locator("[data-now]")).to_contain_text("KI im Bürgerbüro")
        expect(page.locator("[data-next]")).to_contain_text("Offene Daten, offene Fragen")
        in_database(lambda: move("KI im Bürgerbüro"))
        expect(page.locator("[data-last]")).to_contain_text("„KI im Bürgerbüro“ ist jetzt hier: Raum 3")
        moved = card(page, "KI im Bürgerbüro")
        expect(moved.locator("[data-place]")).to_have_text("Raum 3")
        expect(moved.locator("[data-changed]")).to_contain_text("geändert um")
        expect(page.locator("[data-now]")).to_contain_text("Raum 3")
        in_database(lambda: add("Digitaler Zwilling"))
        added = card(page, "Digitaler Zwilling")
        expect(added).to_be_visible()
        assert "/00000000" not in (added.locator("form").get_attribute("action") or "")
        in_database(lambda: Placement.objects.filter(session__title="Parken ohne Schranke").delete())
        expect(card(page, "Parken ohne Schranke")).to_have_count(0)
        expect(page.locator("[data-last]")).to_contain_text("entfällt")
        in_database(lambda: write_notice(day, "Das Essen ist da.", None, None, timezone.now()))
        expect(page.locator("[data-notices]")).to_contain_text("Das Essen ist da.")
        in_database(lambda: end_notice(day, Notice.objects.get().pk, timezone.now()))
        expect(page.locator("[data-notices]")).to_be_hidden()
        shoot(page, "board_phone")
        return faults_of(page, PHONE["width"])

    assert in_browser(walk) == []


def test_without_a_live_process_the_board_asks(base: str) -> None:
    def walk(browser: Browser) -> None:
        page = open_page(browser, f"{base}programm/", viewport=WIDE)
        expect(page.locator("[data-connection]")).to_have_text(SLOW)
        in_database(lambda: move("KI im Bürgerbüro"))
        said = page.locator("[data-last]")
        expect(said).to_contain_text("„KI im Bürgerbüro“ ist jetzt hier: Raum 3", timeout=25_000)
        expect(page.locator("[data-now]")).to_contain_text("Raum 3")
        shoot(page, "board_wide")

    in_browser(walk)


def test_a_lost_connection_is_resumed_and_nothing_is_missing(live_base: str, day: Any) -> None:
    def walk(browser: Browser) -> None:
        page = open_page(browser, f"{live_base}programm/", viewport=PHONE)
        page.evaluate(MARK)
        expect(page.locator("[data-connection]")).to_have_text(LIVE)
        page.context.set_offline(True)
        expect(page.locator("[data-connection]")).to_contain_text(OFFLINE)
        in_database(lambda: move("KI im Bürgerbüro"))
        in_database(lambda: add("Digitaler Zwilling"))
        in_database(lambda: write_notice(day, "Das Essen ist da.", None, None, timezone.now()))
        in_database(lambda: Placement.objects.filter(session__title="Parken ohne Schranke").delete())
        page.context.set_offline(False)
        expect(page.locator("[data-connection]")).to_have_text(LIVE)
        expect(card(page, "KI im Bürgerbüro").locator("[data-place]")).to_have_text("Raum 3")
        expect(card(page, "Digitaler Zwilling")).to_be_visible()
        expect(card(page, "Parken ohne Schranke")).to_have_count(0)
        expect(page.locator("[data-notices]")).to_have_text("Das Essen ist da.")
        expect(page.locator("[data-last]")).to_contain_text("„Parken ohne Schranke“ entfällt")
        assert page.evaluate(IS_SAME_PAGE)

    in_browser(walk)


def test_a_live_process_that_ends_and_comes_back_leaves_no_gap(live_server: Any, day: Any) -> None:
    port = free_port()
    with ExitStack() as first, proxy(live_server.url, f"http://127.0.0.1:{port}") as address:
        first.enter_context(live_process(port))

        def walk(browser: Browser) -> None:
            page = open_page(browser, f"{address}/veranstaltungen/{day.event.translation_key}/programm/")
            page.evaluate(MARK)
            expect(page.locator("[data-connection]")).to_have_text(LIVE)
            first.close()
            expect(page.locator("[data-connection]")).to_have_text(SLOW)
            in_database(lambda: move("KI im Bürgerbüro"))
            with live_process(port):
                expect(page.locator("[data-connection]")).to_have_text(LIVE, timeout=45_000)
                expect(card(page, "KI im Bürgerbüro").locator("[data-place]")).to_have_text("Raum 3")
                in_database(lambda: add("Digitaler Zwilling"))
                expect(card(page, "Digitaler Zwilling")).to_be_visible(timeout=5_000)
                assert page.evaluate(IS_SAME_PAGE)

        in_browser(walk)


def test_days_and_cards_far_in_the_past_stay_where_they_belong(live_base: str, day: Any) -> None:
    """A barcamp of two days, and a card that was hung on last year's date by mistake."""
    EventPage.objects.filter(pk=day.event_id).update(ends=timezone.now() + dt.timedelta(days=1))
    ago, tomorrow = -365 * 24 * 60, 24 * 60

    def hang(title: str, room: str, minutes: int) -> None:
        plan = Plan.objects.get(desk=day)
        place(add_session(plan, title), Room.objects.get(plan=plan, name=room), minutes)

    hang("Voriges Jahr", "Raum 2", ago)

    def walk(browser: Browser) -> list[str]:
        page = open_page(browser, f"{live_base}programm/", viewport=PHONE)
        expect(page.locator("[data-connection]")).to_have_text(LIVE)
        for name in ("now", "next"):
            expect(page.locator(f"[data-{name}]")).not_to_contain_text("Voriges Jahr")
        in_database(lambda: hang("Zweiter Tag", "Raum 2", tomorrow))
        expect(page.locator("[data-last]")).to_contain_text(
            re.compile(r"„Zweiter Tag“, Raum 2, \w\w\.?, \d+\. \w+, \d\d:\d\d")
        )
        expect(page.locator(".programme-day")).to_have_count(3)
        expect(page.locator("[data-card]").first).to_contain_text("Voriges Jahr")
        expect(page.locator("[data-card]").last).to_contain_text("Zweiter Tag")
        page.goto(f"{live_base}programm/?nach=raum")
        expect(page.locator("[data-connection]")).to_have_text(LIVE)
        expect(page.locator(".programme-day")).to_have_count(3)
        shoot(page, "board_days")
        return faults_of(page, PHONE["width"])

    assert in_browser(walk) == []


def test_what_runs_now_is_said_by_the_servers_clock(base: str) -> None:
    """A phone whose clock is hours wrong, and is set right while the page is open."""

    def walk(browser: Browser) -> None:
        page = open_page(browser, "about:blank", viewport=PHONE)
        page.clock.set_system_time("2001-01-01T03:00:00Z")
        page.goto(f"{base}programm/")
        expect(page.locator("[data-connection]")).not_to_be_empty()
        page.wait_for_timeout(6000)
        expect(page.locator("[data-now]")).to_contain_text("KI im Bürgerbüro")
        page.clock.set_system_time("2040-01-01T03:00:00Z")
        page.wait_for_timeout(6000)
        expect(page.locator("[data-now]")).to_contain_text("KI im Bürgerbüro")

    in_browser(walk)


@pytest.mark.parametrize("path", ["programm/", "programm/?nach=raum", "projektor/?licht=dunkel"])
def test_it_is_read_without_a_network(base: str, path: str) -> None:
    """As it was last, not as it was when the page was kept; and it says of which minute that is."""
    kept = "async (path) => Boolean(await (await caches.open('events-1')).match(path, { ignoreVary: true }))"

    def walk(browser: Browser) -> None:
        page = open_page(browser, f"{base}{path}", viewport=PHONE)
        for each in (path, "tafel/stand.json"):
            wait_until(lambda each=each: page.evaluate(kept, urlsplit(base).path + each))
        page.wait_for_timeout(2500)
        in_database(lambda: move("KI im Bürgerbüro"))
        page.reload()
        expect(page.locator("[data-now]")).to_contain_text("Raum 3")
        page.wait_for_timeout(3500)
        page.context.set_offline(True)
        page.reload()
        expect(page.locator("[data-connection]")).to_contain_text(OFFLINE)
        expect(page.locator("[data-now]")).to_be_visible()
        expect(page.locator("[data-now]")).to_contain_text("Raum 3")
        shoot(page, f"offline_{path.split('/')[0]}")

    in_browser(walk)
