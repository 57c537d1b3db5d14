"""The editor without a connection, signed out, and in two tabs: each order arrives once, or is told."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from events.models import Plan, PlanChange
from hub.accounts.models import User
from tests.browser.conftest import BROWSER
from tests.browser.live_day import in_database
from tests.browser.programme import (
    PHONE,
    TITLES,
    WIDE,
    add_day,
    add_organiser,
    card,
    cell,
    in_browser,
    open_context,
    open_editor,
    placed,
    places,
    wait_said,
)
from tests.browser.test_accessibility import faults_of

pytestmark = [*BROWSER, pytest.mark.django_db(transaction=True, serialized_rollback=True)]

KI, PARKEN, DATEN, ZWILLING = TITLES
NO_LOCKS = "delete Navigator.prototype.locks"
"""A browser that cannot let one tab alone send, as every browser without HTTPS."""


@pytest.fixture
def plan() -> Plan:
    return add_day()


@pytest.fixture
def programme(live_server: Any, plan: Plan) -> str:
    return f"{live_server.url}/veranstaltungen/{plan.desk.event.translation_key}/programm/"


def told(page: Page) -> Locator:
    return page.locator("[data-connection]")


def put(page: Page, title: str, room: str, clock: str) -> None:
    """From the tray of a wide page into a cell."""
    card(page, title).click()
    cell(page, room, clock).click()


def put_by_tapping(page: Page, title: str, room: str, clock: str) -> None:
    page.get_by_role("button", name=re.compile(r"^Ablage \(")).tap()
    card(page, title).tap()
    show_room(page, room)
    cell(page, room, clock).tap()


def show_room(page: Page, room: str) -> None:
    choice = page.get_by_role("combobox", name="Raum oder Zeit")
    choice.select_option(value=choice.get_by_role("option", name=re.compile(room)).get_attribute("value"))


def sign_in(page: Page, email: str) -> None:
    page.locator("input[name=login]").fill(email)
    page.locator("input[name=password]").fill("geheim-und-lang")
    page.locator("main form button[type=submit]").first.click()


def verbs() -> list[str]:
    return list(PlanChange.objects.order_by("number").values_list("verb", flat=True))


def test_who_is_signed_out_meanwhile_signs_in_again_and_nothing_is_lost(
    live_server: Any, plan: Plan, programme: str
) -> None:
    email = "team@mainz.demo.invalid"
    cookie = add_organiser(plan, email)

    def walk(browser: Browser) -> dict[str, list[str]]:
        context = open_context(browser, live_server.url, cookie, viewport=WIDE)
        page = open_editor(context, programme)
        context.clear_cookies(name=cookie["name"])
        put(page, PARKEN, "Raum 2", "10:00")
        expect(told(page)).to_have_text(re.compile("nicht mehr angemeldet.*1 Änderung wartet"))
        put(page, ZWILLING, "Raum 3", "10:00")
        expect(told(page)).to_contain_text("2 Änderungen warten")
        faults = {"signed out": faults_of(page, 1280)}
        with context.expect_page() as opened:
            page.get_by_role("link", name="Neu anmelden (neuer Tab)").click()
        sign_in(opened.value, email)
        expect(opened.value.locator("[data-grid]")).to_be_visible()
        opened.value.close()
        page.bring_to_front()
        expect(page.locator(".grid-session.waits")).to_have_count(0, timeout=15_000)
        expect(told(page)).to_be_hidden()
        return faults

    assert in_browser(walk) == {"signed out": []}
    assert places() == {KI: ("Raum 1", 0), PARKEN: ("Raum 2", 1), ZWILLING: ("Raum 3", 1)}
    assert verbs() == ["place", "place"]


def test_who_organises_nothing_any_more_is_told_so(live_server: Any, plan: Plan, programme: str) -> None:
    email = "team@mainz.demo.invalid"
    cookie = add_organiser(plan, email)

    def walk(browser: Browser) -> None:
        page = open_editor(open_context(browser, live_server.url, cookie, viewport=WIDE), programme)
        in_database(lambda: User.objects.get(email=email).groups.clear())
        expect(told(page)).to_have_text("Ihr Konto organisiert diese Veranstaltung nicht mehr.")
        expect(page.get_by_role("link", name="Neu anmelden (neuer Tab)")).to_be_hidden()
        put(page, PARKEN, "Raum 2", "10:00")
        expect(told(page)).to_contain_text("nicht mehr. 1 Änderung wartet auf diesem Gerät.")

    in_browser(walk)
    assert verbs() == []


def test_a_refused_token_is_no_reason_to_drop_an_order(live_server: Any, plan: Plan, programme: str) -> None:
    cookie = add_organiser(plan)

    def walk(browser: Browser) -> None:
        context = open_context(browser, live_server.url, cookie, viewport=WIDE)
        page = open_editor(context, programme)
        context.route("**/befehle/", lambda route: route.fulfill(status=403, body="CSRF"))
        put(page, PARKEN, "Raum 2", "10:00")
        expect(told(page)).to_contain_text("1 Änderung wartet")
        # It is told once, not again with each try.
        page.evaluate(
            """() => {
                window.changes = 0;
                const told = document.querySelector("[data-connection]");
                new MutationObserver(() => (window.changes += 1)).observe(told, { childList: true });
            }"""
        )
        with page.expect_response("**/befehle/", timeout=10_000):
            pass
        expect(page.get_by_role("link", name="Neu anmelden (neuer Tab)")).to_be_visible()
        assert page.evaluate("window.changes") == 0
        context.unroute("**/befehle/")
        expect(page.locator(".grid-session.waits")).to_have_count(0, timeout=15_000)

    in_browser(walk)
    assert places() == {KI: ("Raum 1", 0), PARKEN: ("Raum 2", 1)}


@pytest.mark.parametrize("script", ["", NO_LOCKS])
def test_two_tabs_send_what_both_have_done_once(
    live_server: Any, plan: Plan, programme: str, script: str
) -> None:
    cookie = add_organiser(plan)

    def walk(browser: Browser) -> None:
        context: BrowserContext = open_context(browser, live_server.url, cookie, viewport=WIDE)
        context.add_init_script(script or "0")
        first, second = open_editor(context, programme), open_editor(context, programme)
        context.set_offline(True)
        put(first, PARKEN, "Raum 2", "10:00")
        put(second, ZWILLING, "Raum 3", "10:00")
        put(first, DATEN, "Raum 2", "11:00")
        # What one tab has done the other one knows, and goes on from it.
        placed(second, PARKEN).click()
        cell(second, "Raum 3", "13:00").click()
        for page in (first, second):
            expect(told(page)).to_have_text("Ohne Verbindung: 4 Änderungen warten")
        context.set_offline(False)
        for page in (first, second):
            page.evaluate("dispatchEvent(new Event('online'))")
        for page in (first, second):
            expect(page.locator(".grid-session.waits")).to_have_count(0, timeout=15_000)
            expect(page.locator("[data-stuck]")).to_be_hidden()
            expect(cell(page, "Raum 3", "13:00")).to_contain_text(PARKEN, timeout=8_000)

    in_browser(walk)
    assert verbs() == ["place", "place", "place", "move"]
    assert places() == {
        KI: ("Raum 1", 0),
        PARKEN: ("Raum 3", 4),
        DATEN: ("Raum 2", 2),
        ZWILLING: ("Raum 3", 1),
    }


def test_tabs_that_write_at_the_same_moment_lose_no_order(
    live_server: Any, plan: Plan, programme: str
) -> None:
    cookie = add_organiser(plan)
    # As if another tab had put an order in between this tab's reading and its writing.
    between = """() => {
        const write = Storage.prototype.setItem;
        const order = { at: 1, key: crypto.randomUUID(), do: "remove", session: %s, seen: 0, note: "x" };
        const other = JSON.stringify(order);
        Storage.prototype.setItem = function (name, text) {
            Storage.prototype.setItem = write;
            write.call(this, name.split(":")[0] + ":zzz", other);
            write.call(this, name, text);
        };
    }"""

    def walk(browser: Browser) -> None:
        context = open_context(browser, live_server.url, cookie, viewport=WIDE)
        page = open_editor(context, programme)
        context.set_offline(True)
        session = placed(page, KI).get_attribute("data-session")
        card(page, PARKEN).click()
        page.evaluate(between % f'"{session}"')
        cell(page, "Raum 2", "10:00").click()
        expect(told(page)).to_have_text("Ohne Verbindung: 2 Änderungen warten")
        context.set_offline(False)
        expect(cell(page, "Raum 1", "09:00")).to_contain_text("frei")
        expect(page.locator(".grid-session.waits")).to_have_count(0, timeout=15_000)

    in_browser(walk)
    assert verbs() == ["remove", "place"]


def test_a_phone_places_swaps_and_undoes_offline_and_what_blocks_stays_until_it_is_seen(
    live_server: Any, plan: Plan, programme: str
) -> None:
    cookies = [add_organiser(plan, f"{name}@mainz.demo.invalid") for name in ("eins", "zwei")]

    def walk(browser: Browser) -> dict[str, list[str]]:
        context = open_context(
            browser, live_server.url, cookies[0], viewport=PHONE, has_touch=True, is_mobile=True
        )
        page = open_editor(context, programme)
        other = open_editor(open_context(browser, live_server.url, cookies[1], viewport=WIDE), programme)
        context.set_offline(True)
        put_by_tapping(page, PARKEN, "Raum 2", "10:00")
        placed(page, PARKEN).tap()
        show_room(page, "Raum 1")
        cell(page, "Raum 1", "09:00").tap()
        page.get_by_role("dialog").get_by_role("button", name="Tauschen").tap()
        put_by_tapping(page, ZWILLING, "Raum 3", "11:00")
        page.get_by_role("button", name="Rückgängig").tap()
        wait_said(page, "noch nicht gesendet")
        put_by_tapping(page, ZWILLING, "Raum 3", "13:00")
        expect(told(page)).to_have_text("Ohne Verbindung: 3 Änderungen warten")
        put(other, DATEN, "Raum 3", "13:00")
        wait_said(other, "Raum 3, 13:00")
        context.set_offline(False)
        stuck = page.locator("[data-stuck]")
        expect(stuck).to_contain_text(f"„{DATEN}“", timeout=15_000)
        expect(stuck).to_contain_text("belegt")
        page.reload()
        expect(stuck).to_contain_text(f"„{DATEN}“", timeout=15_000)
        show_room(page, "Raum 3")
        expect(page.locator(".grid-session.blocks")).to_contain_text(DATEN)
        faults = {"stuck": faults_of(page, 360)}
        stuck.get_by_role("button", name="Verwerfen").tap()
        expect(stuck).to_be_hidden()
        return faults

    assert in_browser(walk) == {"stuck": []}
    assert verbs() == ["place", "place", "swap"]  # the first by the other one
    assert places() == {PARKEN: ("Raum 1", 0), KI: ("Raum 2", 1), DATEN: ("Raum 3", 4)}
