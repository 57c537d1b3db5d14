"""The board and the projector in a browser, with the live process beside the site."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.db import connection
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from events.live.notices import end_notice, write_notice
from events.models import Notice, Placement, Plan, Room, Session
from tests.browser.conftest import BROWSER
from tests.browser.programme import PHONE, WIDE, add_organiser, in_browser, open_context
from tests.browser.test_accessibility import faults_of
from tests.events.conftest import section  # noqa: F401 - a fixture
from tests.events.live.conftest import open_day, open_plan, place
from tests.events.live.process import live_process
from tests.events.live.proxy import proxy
from tests.factories.events import add_host, add_session

pytestmark = [*BROWSER, pytest.mark.django_db(transaction=True, serialized_rollback=True)]

SLOW = "Änderungen erscheinen innerhalb von 15 Sekunden."
LIVE = "Live: Änderungen erscheinen sofort."


@pytest.fixture
def day(section: Any) -> Any:  # noqa: F811 - the fixture
    """Two sessions now, one in three quarters of an hour, and one without a place."""
    desk = open_day(section)
    plan = open_plan(desk)
    first, second = Room.objects.filter(plan=plan)
    place(add_session(plan, "KI im Bürgerbüro", add_host(plan, "Alex Beispiel")), first, -15)
    place(add_session(plan, "Parken ohne Schranke", add_host(plan, "Kim Muster")), second, -15)
    place(add_session(plan, "Offene Daten, offene Fragen", summary="Was bleibt offen?"), first, 45)
    add_session(plan, "Digitaler Zwilling")
    return desk


@pytest.fixture
def base(live_server: Any, day: Any) -> str:
    """Without a live process."""
    return f"{live_server.url}/veranstaltungen/{day.event.translation_key}/"


@pytest.fixture
def live_base(live_server: Any, day: Any) -> Iterator[str]:
    """With one, behind the same address."""
    with live_process() as live, proxy(live_server.url, live) as address:
        yield f"{address}/veranstaltungen/{day.event.translation_key}/"


def open_page(browser: Browser, address: str, **options: Any) -> Page:
    """A page of a device of its own."""
    context = browser.new_context(locale="de-DE", **options)
    context.set_default_timeout(15_000)
    page = context.new_page()
    page.goto(address)
    return page


def in_database(work: Callable[[], Any]) -> Any:
    """The browser's thread has a loop of its own, in which Django asks no database."""

    def run() -> Any:
        try:
            return work()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(run).result()


def move(title: str) -> None:
    """Into a room that is new."""
    session = Session.objects.get(title=title)
    third = Room.objects.create(plan=session.plan, name="Raum 3", position=3)
    Placement.objects.filter(session=session).update(room=third)


def add(title: str) -> None:
    """Beside what comes next."""
    session = Session.objects.get(title=title)
    place(session, Room.objects.get(plan=session.plan, name="Raum 2"), 45)


def shoot(page: Page, name: str) -> None:
    """A picture, where somebody wants to look at it."""
    if folder := os.environ.get("SHOTS"):
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)


def test_whoever_has_the_board_open_sees_what_is_moved(live_base: str, day: Any) -> None:
    def walk(browser: Browser) -> list[str]:
        page = open_page(browser, f"{live_base}programm/", viewport=PHONE)
        expect(page.locator("[data-connection]")).to_have_text(LIVE)
        expect(page.locator("[data-now]")).to_contain_text("KI im Bürgerbüro")
        expect(page.locator("[data-next]")).to_contain_text("Offene Daten, offene Fragen")
        in_database(lambda: move("KI im Bürgerbüro"))
        expect(page.locator("[data-last]")).to_contain_text("„KI im Bürgerbüro“ ist jetzt hier: Raum 3")
        card = page.locator("[data-card]", has_text="KI im Bürgerbüro")
        expect(card.locator("[data-place]")).to_have_text("Raum 3")
        expect(card.locator("[data-changed]")).to_contain_text("geändert um")
        expect(page.locator("[data-now]")).to_contain_text("Raum 3")
        in_database(lambda: add("Digitaler Zwilling"))
        added = page.locator("[data-card]", has_text="Digitaler Zwilling")
        expect(added).to_be_visible()
        assert "/00000000" not in (added.locator("form").get_attribute("action") or "")
        in_database(lambda: Placement.objects.filter(session__title="Parken ohne Schranke").delete())
        expect(page.locator("[data-card]", has_text="Parken ohne Schranke")).to_have_count(0)
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
        expect(page.locator("[data-connection]")).to_have_text(
            "Änderungen erscheinen innerhalb von 15 Sekunden."
        )
        in_database(lambda: move("KI im Bürgerbüro"))
        expect(page.locator("[data-last], [data-now]").filter(has_text="Raum 3").first).to_be_visible(
            timeout=25_000
        )
        shoot(page, "board_wide")

    in_browser(walk)


def test_a_projector_that_slept_for_an_hour_shows_what_is(live_base: str, day: Any) -> None:
    """Its timers stand still meanwhile, and its stream is gone; the device's clock jumps when it wakes."""

    def walk(browser: Browser) -> list[str]:
        page = open_page(browser, "about:blank", viewport={"width": 1440, "height": 810})
        page.clock.install()
        page.goto(f"{live_base}projektor/?licht=dunkel")
        expect(page.locator("[data-now]")).to_contain_text("KI im Bürgerbüro")
        clock = page.locator("[data-clock]").inner_text()
        page.context.set_offline(True)
        in_database(lambda: move("KI im Bürgerbüro"))
        page.clock.fast_forward("01:00:00")
        page.context.set_offline(False)
        page.clock.run_for(3000)
        expect(page.locator("[data-now]")).to_contain_text("Raum 3")
        expect(page.locator("[data-now]")).to_contain_text("KI im Bürgerbüro")
        assert abs(minutes(page.locator("[data-clock]").inner_text()) - minutes(clock)) <= 2
        in_database(lambda: write_notice(day, "Die Bühne ist offen.", None, None, timezone.now()))
        expect(page.locator("[data-notices]")).to_contain_text("Die Bühne ist offen.")
        shoot(page, "projector_dark")
        return faults_of(page, 1440)

    assert in_browser(walk) == []


def minutes(clock: str) -> int:
    hour, minute = clock.split(":")
    return int(hour) * 60 + int(minute)


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


def test_the_board_is_read_without_a_network(base: str) -> None:
    def walk(browser: Browser) -> None:
        page = open_page(browser, f"{base}programm/", viewport=PHONE)
        page.wait_for_function("navigator.serviceWorker.controller !== null")
        kept = (
            "async (path) => Boolean(await (await caches.open('events-1')).match(path, { ignoreVary: true }))"
        )
        for path in ("programm/", "tafel/stand.json"):
            page.wait_for_function(kept, arg=urlsplit(base).path + path)
        page.wait_for_timeout(2500)
        in_database(lambda: move("KI im Bürgerbüro"))
        page.reload()
        expect(page.locator("[data-now]")).to_contain_text("Raum 3")
        page.wait_for_timeout(3500)
        page.context.set_offline(True)
        page.reload()
        expect(page.locator("[data-connection]")).to_contain_text("Keine Verbindung")
        expect(page.locator("[data-card]", has_text="KI im Bürgerbüro")).to_contain_text("Raum 3")
        shoot(page, "board_offline")

    in_browser(walk)


def test_an_announcement_typed_on_a_phone_is_on_the_board(live_server: Any, base: str, day: Any) -> None:
    cookie = add_organiser(Plan.objects.get(desk=day))

    def walk(browser: Browser) -> list[str]:
        page = open_context(browser, live_server.url, cookie, viewport=PHONE).new_page()
        page.goto(f"{base}tagung/ansagen/")
        page.get_by_label("Ansage").fill("Das Essen ist da. Bitte den Hof nehmen.")
        page.get_by_role("button", name="Jetzt ansagen").click()
        expect(page.get_by_text("Angesagt.")).to_be_visible()
        faults = faults_of(page, PHONE["width"])
        shoot(page, "notices_phone")
        page.goto(f"{base}projektor/?licht=hell")
        expect(page.locator("[data-notices]")).to_contain_text("Bitte den Hof nehmen.")
        shoot(page, "projector_phone")
        return [*faults, *faults_of(page, PHONE["width"])]

    assert in_browser(walk) == []
