"""The editor of the plan in a real browser: by mouse, touch and keys alone, by two at once, and offline."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Browser, Route, expect

from events.models import Availability, Band, Host, Plan, Room, Session
from tests.browser.conftest import BROWSER
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
from tests.factories.events import at

pytestmark = [*BROWSER, pytest.mark.django_db(transaction=True, serialized_rollback=True)]

KI, PARKEN, DATEN, ZWILLING = TITLES


@pytest.fixture
def plan() -> Plan:
    return add_day()


@pytest.fixture
def programme(live_server: Any, plan: Plan) -> str:
    return f"{live_server.url}/veranstaltungen/{plan.desk.event.translation_key}/programm/"


def test_a_mouse_drags_sessions_to_cells_and_over_each_other(
    live_server: Any, plan: Plan, programme: str
) -> None:
    cookie = add_organiser(plan)

    def walk(browser: Browser) -> None:
        page = open_editor(open_context(browser, live_server.url, cookie, viewport=WIDE), programme)
        card(page, PARKEN).hover()
        page.mouse.down()
        target = cell(page, "Raum 2", "10:00").bounding_box()
        assert target
        page.mouse.move(target["x"] + 20, target["y"] + 20, steps=5)
        expect(cell(page, "Raum 2", "10:00")).to_contain_text("hierher")
        page.mouse.up()
        wait_said(page, "Raum 2, 10:00")
        cell(page, "Raum 1", "09:00").drag_to(cell(page, "Raum 2", "10:00"))
        page.get_by_role("dialog").get_by_role("button", name="Tauschen").click()
        expect(cell(page, "Raum 1", "09:00")).to_contain_text(PARKEN)
        wait_said(page, KI)
        page.keyboard.press("Control+z")
        expect(cell(page, "Raum 1", "09:00")).to_contain_text(KI)
        expect(page.locator(".grid-session.waits")).to_have_count(0)

    in_browser(walk)
    assert places() == {KI: ("Raum 1", 0), PARKEN: ("Raum 2", 1)}


def test_a_phone_places_by_tapping_a_session_and_then_a_cell(
    live_server: Any, plan: Plan, programme: str
) -> None:
    cookie = add_organiser(plan)

    def walk(browser: Browser) -> None:
        phone = open_context(browser, live_server.url, cookie, viewport=PHONE, has_touch=True, is_mobile=True)
        page = open_editor(phone, programme)
        page.get_by_role("button", name="Ablage (3)").tap()
        card(page, DATEN).tap()
        # Their host is in room 1 at nine: the cell says so, the choice of rooms counts without it.
        page.get_by_role("combobox", name="Raum oder Zeit").select_option(label="Raum 2 · 5 frei")
        expect(cell(page, "Raum 2", "09:00")).to_contain_text("Alex Beispiel ist dann in Raum 1")
        cell(page, "Raum 2", "11:00").tap()
        wait_said(page, "Raum 2, 11:00")
        page.get_by_role("button", name="Eine Zeit").tap()
        # The other way round: first the cell, then what belongs there.
        cell(page, "Raum 3", "09:00").tap()
        card(page, PARKEN).tap()
        wait_said(page, "Raum 3, 09:00")

    in_browser(walk)
    assert places() == {KI: ("Raum 1", 0), DATEN: ("Raum 2", 2), PARKEN: ("Raum 3", 0)}


def test_keys_alone_pick_up_put_down_and_let_go(live_server: Any, plan: Plan, programme: str) -> None:
    cookie = add_organiser(plan)

    def walk(browser: Browser) -> None:
        page = open_editor(open_context(browser, live_server.url, cookie, viewport=WIDE), programme)
        cell(page, "Raum 1", "09:00").focus()
        page.keyboard.press("Enter")
        wait_said(page, f"„{KI}“ ist in der Hand")
        page.keyboard.press("Escape")
        wait_said(page, "Nichts wurde geändert")
        expect(cell(page, "Raum 1", "09:00")).to_be_focused()
        page.keyboard.press("Enter")
        for key in ("ArrowRight", "ArrowDown", "ArrowDown", "ArrowDown"):  # over the break at noon
            page.keyboard.press(key)
        page.keyboard.press("Enter")
        wait_said(page, "Raum 2, 13:00")
        expect(cell(page, "Raum 2", "13:00")).to_be_focused()
        card(page, PARKEN).focus()
        page.keyboard.press("Enter")
        expect(cell(page, "Raum 1", "09:00")).to_be_focused()
        page.keyboard.press("Enter")
        wait_said(page, "Raum 1, 09:00")

    in_browser(walk)
    assert places() == {PARKEN: ("Raum 1", 0), KI: ("Raum 2", 4)}


def test_two_organisers_see_each_other_and_the_slower_one_is_told_what_blocks(
    live_server: Any, plan: Plan, programme: str
) -> None:
    cookies = [add_organiser(plan, f"{name}@mainz.demo.invalid") for name in ("eins", "zwei")]

    def walk(browser: Browser) -> None:
        first, second = (
            open_editor(open_context(browser, live_server.url, cookie, viewport=WIDE), programme)
            for cookie in cookies
        )
        card(second, DATEN).click()
        # The second one's view stands still, as in a moment between two questions to the server.
        second.route("**/stand.json", lambda route: route.fulfill(status=304))
        card(first, PARKEN).click()
        cell(first, "Raum 3", "10:00").click()
        wait_said(first, "Raum 3, 10:00")
        cell(second, "Raum 3", "10:00").click()
        second.unroute("**/stand.json")
        expect(second.locator("[data-alert]")).to_contain_text(f"„{PARKEN}“", timeout=8_000)
        expect(second.locator("[data-held]")).to_contain_text(DATEN)
        expect(second.locator(".grid-session.blocks")).to_contain_text(PARKEN)
        cell(second, "Raum 3", "11:00").click()
        card(second, ZWILLING).click()
        expect(cell(first, "Raum 3", "11:00")).to_contain_text(DATEN, timeout=8_000)
        expect(cell(first, "Raum 3", "11:00")).to_contain_text("gerade geändert")
        wait_said(first, "zwei@")
        # What is in a hand and was moved meanwhile is told, and stays in the hand.
        card(first, ZWILLING).click()
        cell(first, "Raum 2", "15:00").click()
        expect(second.locator("[data-alert]")).to_contain_text("Raum 2, 15:00", timeout=8_000)
        expect(second.locator("[data-held]")).to_contain_text(ZWILLING)

    in_browser(walk)
    assert places() == {
        KI: ("Raum 1", 0),
        PARKEN: ("Raum 3", 1),
        DATEN: ("Raum 3", 2),
        ZWILLING: ("Raum 2", 6),
    }


def test_what_was_done_offline_waits_and_is_sent_in_order_or_decided(
    live_server: Any, plan: Plan, programme: str
) -> None:
    cookies = [add_organiser(plan, f"{name}@mainz.demo.invalid") for name in ("eins", "zwei")]

    def walk(browser: Browser) -> None:
        context = open_context(browser, live_server.url, cookies[0], viewport=WIDE)
        page = open_editor(context, programme)
        other = open_editor(open_context(browser, live_server.url, cookies[1], viewport=WIDE), programme)
        context.set_offline(True)
        for title, clock in ((PARKEN, "10:00"), (PARKEN, "11:00"), (ZWILLING, "13:00"), (DATEN, "14:00")):
            (card if title != PARKEN or clock == "10:00" else placed)(page, title).click()
            cell(page, "Raum 2", clock).click()
        expect(page.locator("[data-connection]")).to_have_text("Ohne Verbindung: 4 Änderungen warten")
        expect(cell(page, "Raum 2", "11:00")).to_contain_text("noch nicht gesendet")
        card(other, ZWILLING).click()
        cell(other, "Raum 3", "14:00").click()
        wait_said(other, "Raum 3, 14:00")
        context.set_offline(False)
        stuck = page.locator("[data-stuck]")
        expect(stuck).to_contain_text(ZWILLING, timeout=8_000)
        # A page that is opened anew still knows what waits.
        page.reload()
        expect(stuck).to_contain_text("inzwischen", timeout=8_000)
        stuck.get_by_role("button", name="Verwerfen").click()
        expect(cell(page, "Raum 3", "14:00")).to_contain_text(ZWILLING, timeout=8_000)
        expect(page.locator(".grid-session.waits")).to_have_count(0)
        expect(stuck).to_be_hidden()

    in_browser(walk)
    assert places() == {
        KI: ("Raum 1", 0),
        PARKEN: ("Raum 2", 2),
        DATEN: ("Raum 2", 5),
        ZWILLING: ("Raum 3", 5),
    }


def test_a_cell_says_why_a_session_cannot_go_there_before_it_is_put(
    live_server: Any, plan: Plan, programme: str
) -> None:
    cookie = add_organiser(plan)
    alex, second = Host.objects.get(name="Alex Beispiel"), Room.objects.get(name="Raum 2")
    Availability.objects.create(host=alex, during=(at(9), at(11)))
    Availability.objects.create(host=alex, during=(at(11), at(12)))
    Availability.objects.create(room=second, during=(at(10), at(12)))
    Session.objects.filter(title=ZWILLING).update(minutes=90)

    def walk(browser: Browser) -> list[str]:
        page = open_editor(open_context(browser, live_server.url, cookie, viewport=WIDE), programme)
        faults = []
        card(page, DATEN).click()
        # At nine their host is busy, in the afternoon away: two times are left in three rooms.
        wait_said(page, "6 Felder sind dafür frei")
        expect(cell(page, "Raum 3", "09:00")).to_contain_text("Alex Beispiel ist dann in Raum 1")
        expect(cell(page, "Raum 3", "11:00")).to_contain_text("hierher")
        expect(cell(page, "Raum 3", "13:00")).to_contain_text("nur 09:00–11:00, 11:00–12:00 da")
        faults += faults_of(page, 1280)
        cell(page, "Raum 3", "13:00").click()
        expect(page.locator("[data-alert]")).to_contain_text("Alex Beispiel ist nur")
        page.keyboard.press("Escape")
        card(page, PARKEN).click()
        expect(cell(page, "Raum 2", "09:00")).to_contain_text("Raum 2 ist nur 10:00–12:00 offen")
        expect(cell(page, "Raum 1", "09:00")).to_contain_text("tauschen")
        page.keyboard.press("Escape")
        card(page, ZWILLING).click()
        expect(cell(page, "Raum 3", "11:00")).to_contain_text("in die Pause")
        expect(cell(page, "Raum 3", "15:00")).to_contain_text("hierher")
        return faults

    assert in_browser(walk) == []
    assert places() == {KI: ("Raum 1", 0)}


def test_what_the_page_does_not_know_the_server_decides(live_server: Any, plan: Plan, programme: str) -> None:
    cookie = add_organiser(plan)
    alex = Host.objects.get(name="Alex Beispiel")
    Availability.objects.create(host=alex, during=(at(9), at(12)))

    def forget(route: Route) -> None:
        stand = route.fetch().text()
        route.fulfill(body=re.sub(r'("availabilities": )\{.*?\}', r"\1{}", stand), content_type="text/html")

    def walk(browser: Browser) -> None:
        context = open_context(browser, live_server.url, cookie, viewport=WIDE)
        context.route("**/planen/", forget)
        context.route("**/stand.json", lambda route: route.fulfill(status=304))
        page = open_editor(context, programme)
        card(page, DATEN).click()
        cell(page, "Raum 3", "13:00").click()
        expect(page.locator("[data-alert]")).to_contain_text("Alex Beispiel ist nur", timeout=8_000)
        expect(page.locator("[data-held]")).to_contain_text(DATEN)

    in_browser(walk)
    assert places() == {KI: ("Raum 1", 0)}


def test_days_are_shown_one_at_a_time_and_reached_by_keys(
    live_server: Any, plan: Plan, programme: str
) -> None:
    cookie = add_organiser(plan)
    type(plan.desk.event).objects.filter(pk=plan.desk.event_id).update(ends=at(17, days=31))
    Band.objects.create(plan=plan, during=(at(9, days=31), at(10, days=31)))

    def walk(browser: Browser) -> dict[str, list[str]]:
        page = open_editor(open_context(browser, live_server.url, cookie, viewport=WIDE), programme)
        days = page.get_by_role("group", name="Tage").get_by_role("button")
        expect(days).to_have_count(2)
        expect(days.first).to_have_attribute("aria-pressed", "true")
        expect(page.get_by_role("row")).to_have_count(8)
        faults = {"first day": faults_of(page, 1280)}
        cell(page, "Raum 1", "09:00").focus()
        page.keyboard.press("Enter")
        page.keyboard.press("PageDown")
        expect(days.last).to_have_attribute("aria-pressed", "true")
        expect(page.get_by_role("row")).to_have_count(2)
        expect(cell(page, "Raum 1", "09:00")).to_be_focused()
        page.keyboard.press("PageDown")
        page.keyboard.press("ArrowRight")
        page.keyboard.press("Enter")
        expect(cell(page, "Raum 2", "09:00")).to_contain_text(KI)
        expect(page.locator("[data-said]")).to_contain_text("Raum 2", timeout=8_000)
        # Back by a click; what is dragged over a day shows it.
        days.first.click()
        expect(cell(page, "Raum 1", "09:00")).to_contain_text("frei")
        card(page, PARKEN).hover()
        page.mouse.down()
        for target in (days.last, cell(page, "Raum 3", "09:00")):
            box = target.bounding_box()
            assert box
            page.mouse.move(box["x"] + 20, box["y"] + 20, steps=5)
        page.mouse.up()
        expect(cell(page, "Raum 3", "09:00")).to_contain_text(PARKEN)
        expect(page.locator(".grid-session.waits")).to_have_count(0, timeout=8_000)
        phone = open_context(browser, live_server.url, cookie, viewport=PHONE, has_touch=True, is_mobile=True)
        page = open_editor(phone, programme)
        page.get_by_role("button", name="Eine Zeit").tap()
        expect(page.get_by_role("combobox", name="Raum oder Zeit").get_by_role("option")).to_have_count(6)
        page.get_by_role("group", name="Tage").get_by_role("button").last.tap()
        expect(page.get_by_role("combobox", name="Raum oder Zeit").get_by_role("option")).to_have_count(1)
        expect(cell(page, "Raum 2", "09:00")).to_contain_text(KI)
        faults["phone"] = faults_of(page, 360)
        return faults

    assert in_browser(walk) == {"first day": [], "phone": []}
    assert places() == {KI: ("Raum 2", 0), PARKEN: ("Raum 3", 0)}


@pytest.mark.parametrize(("width", "scheme"), [(320, "light"), (1440, "dark")])
def test_no_page_of_the_programme_has_a_known_barrier(
    live_server: Any, plan: Plan, programme: str, width: int, scheme: str
) -> None:
    cookie = add_organiser(plan)

    def walk(browser: Browser) -> dict[str, list[str]]:
        context = open_context(
            browser, live_server.url, cookie, viewport={"width": width, "height": 800}, color_scheme=scheme
        )
        page = open_editor(context, programme)
        faults = {"editor": faults_of(page, width)}
        if width < 400:
            page.get_by_role("button", name="Ablage (3)").click()
            faults["tray"] = faults_of(page, width)
        card(page, DATEN).click()
        faults["in hand"] = faults_of(page, width)
        cell(page, "Raum 1", "09:00").click()
        faults["swap"] = faults_of(page, width)
        for name in ("", "?ansicht=entwurf", "freigaben/", "verlauf/"):
            page.goto(f"{programme}{name}")
            faults[name] = faults_of(page, width)
        return faults

    seen = in_browser(walk)
    assert {name: found for name, found in seen.items() if found} == {}
