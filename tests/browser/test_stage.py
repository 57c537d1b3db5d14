"""The day in the room on real phones: the wall by tap and tap, the hands, two helpers, a dead spot."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import Browser, Page, expect

from events.models import Pitch, Plan, Session
from events.stage import services
from events.stage.queries import read_stage
from events.stage.services import Turn
from tests.browser.conftest import BROWSER
from tests.browser.programme import PHONE, TITLES, add_day, in_browser, open_context, places
from tests.browser.test_accessibility import faults_of
from tests.events.stage.conftest import NOW, add_helper, new_key, phone_of

pytestmark = [*BROWSER, pytest.mark.django_db(transaction=True, serialized_rollback=True)]

KI, PARKEN, DATEN, ZWILLING = TITLES


@pytest.fixture
def plan() -> Plan:
    return add_day(rooms=2)


@pytest.fixture
def day(live_server: Any, plan: Plan) -> str:
    return f"{live_server.url}/veranstaltungen/{plan.desk.event.translation_key}/"


def cookie_of(plan: Plan, name: str = "Wand 1") -> dict[str, Any]:
    """The cookie of a phone that was handed the link of a helper."""
    client = phone_of(add_helper(plan.desk, name=name))
    return {"name": settings.SESSION_COOKIE_NAME, "value": client.cookies[settings.SESSION_COOKIE_NAME].value}


def open_phone(browser: Browser, origin: str, cookie: dict[str, Any], address: str) -> Page:
    context = open_context(browser, origin, cookie, viewport=PHONE, has_touch=True, is_mobile=True)
    page = context.new_page()
    page.goto(address)
    return page


def said(page: Page, text: str) -> None:
    expect(page.locator("[data-said]")).to_contain_text(text, timeout=8_000)


def spot(page: Page, time: str, room: str) -> Any:
    """The button of a room at a time."""
    return page.get_by_role("button", name=re.compile(f"^{time}.*{room}"))


def line_up(plan: Plan, *titles: str) -> list[Pitch]:
    return [
        services.queue_new(plan.pk, new_key(), title, Turn(f"Gast {number}"), NOW)
        for number, title in enumerate(titles, 1)
    ]


def test_a_helper_writes_down_the_wall_by_tap_and_tap(live_server: Any, plan: Plan, day: str) -> None:
    cookie = cookie_of(plan)

    def walk(browser: Browser) -> list[str]:
        page = open_phone(browser, live_server.url, cookie, f"{day}wand/")
        faults = faults_of(page, 360)
        page.get_by_label("Titel auf der Karte").fill("Vom Zettel")
        page.get_by_label("Wer sie").fill("Robin Beispiel")
        page.get_by_role("button", name="In die Hand nehmen").tap()
        expect(page.get_by_role("heading", name="Vom Zettel")).to_be_visible()
        faults += faults_of(page, 360)
        spot(page, "10:00", "Raum 2").tap()
        said(page, "Raum 2, 10:00")
        page.get_by_role("link", name=re.compile(PARKEN)).tap()
        spot(page, "09:00", "Raum 2").tap()
        said(page, "Raum 2, 09:00")
        # One that hangs is tapped, then another: both change places; undone by one tap.
        page.get_by_role("link", name=re.compile(KI)).tap()
        spot(page, "09:00", "Raum 2").tap()
        said(page, "getauscht")
        page.get_by_role("button", name=re.compile("Rückgängig")).tap()
        said(page, "Rückgängig")
        # Their host runs another session then: the card stays in the hand, and finds another place.
        page.get_by_role("link", name=re.compile(DATEN)).tap()
        spot(page, "09:00", "Raum 2").tap()
        expect(page.get_by_role("alert")).to_contain_text("Alex Beispiel")
        faults += faults_of(page, 360)
        spot(page, "11:00", "Raum 1").tap()
        said(page, "Raum 1, 11:00")
        return faults

    assert in_browser(walk) == []
    assert places() == {
        KI: ("Raum 1", 0),
        PARKEN: ("Raum 2", 0),
        "Vom Zettel": ("Raum 2", 1),
        DATEN: ("Raum 1", 2),
    }


def test_two_helpers_run_the_stage_and_see_each_other(live_server: Any, plan: Plan, day: str) -> None:
    cookies = [cookie_of(plan, name) for name in ("Wand 1", "Wand 2")]
    line_up(plan, "Eins", "Zwei", "Drei")

    def walk(browser: Browser) -> list[str]:
        one, two = (open_phone(browser, live_server.url, cookie, f"{day}buehne/") for cookie in cookies)
        one.get_by_role("button", name="Nächste aufrufen").tap()
        said(one, "Eins")
        expect(two.locator(".stage-title")).to_have_text("Eins", timeout=10_000)
        for _ in range(5):
            one.get_by_role("button", name="Eine Hand mehr").tap()
        one.get_by_role("button", name="Eine Hand weniger").tap()
        expect(two.locator("[data-count]")).to_have_text("4", timeout=10_000)
        # The second one's view stands still: who is slower sends nobody away.
        two.route("**/buehne/?stand=*", lambda route: route.fulfill(status=204))
        one.get_by_role("button", name="Beenden und nächste").tap()
        said(one, "Zwei")
        two.get_by_role("button", name="Beenden und nächste").tap()
        expect(two.get_by_role("alert")).to_contain_text("„Zwei“ ist inzwischen auf der Bühne")
        expect(two.locator(".stage-title")).to_have_text("Zwei")
        return faults_of(two, 360)

    assert in_browser(walk) == []
    assert read_stage(plan.pk)["on_stage"]["title"] == "Zwei"  # type: ignore[index]  # somebody is
    assert Pitch.objects.get(session__title="Eins").hands == 4
    assert Session.objects.get(title="Eins").state == Session.State.ACCEPTED


def test_taps_in_a_dead_spot_are_sent_once_when_it_is_over(live_server: Any, plan: Plan, day: str) -> None:
    cookie = cookie_of(plan)
    (pitch,) = line_up(plan, "Eins")
    services.call_next(plan.pk, new_key(), None, NOW)

    def walk(browser: Browser) -> None:
        page = open_phone(browser, live_server.url, cookie, f"{day}buehne/")
        page.context.set_offline(True)
        for _ in range(3):
            page.get_by_role("button", name="Eine Hand mehr").tap()
        said(page, "Keine Verbindung")
        expect(page.locator("[data-count]")).to_have_text("3")
        page.context.set_offline(False)
        expect(page.locator("[data-said]")).to_be_empty(timeout=10_000)
        # An answer that is lost on its way: the same press is sent again, and counts once.
        lost = []

        def lose(route: Any) -> None:
            if lost or route.request.method != "POST":
                route.continue_()
                return
            lost.append(route.fetch().status)
            route.abort()

        page.route("**/buehne/", lose)
        page.get_by_role("button", name="Eine Hand mehr").tap()
        said(page, "Keine Verbindung")
        expect(page.locator("[data-said]")).to_be_empty(timeout=10_000)
        assert lost == [200]

    in_browser(walk)
    pitch.refresh_from_db()
    assert pitch.hands == 4


def test_without_scripts_everything_works(live_server: Any, plan: Plan, day: str) -> None:
    cookie = cookie_of(plan)
    line_up(plan, "Eins")

    def walk(browser: Browser) -> None:
        context = open_context(
            browser, live_server.url, cookie, viewport=PHONE, has_touch=True, java_script_enabled=False
        )
        page = context.new_page()
        page.goto(f"{day}buehne/")
        page.get_by_role("button", name="Nächste aufrufen").tap()
        expect(page.locator(".messages")).to_contain_text("Eins")
        page.get_by_role("button", name="Eine Hand mehr").tap()
        expect(page.locator("[data-count]")).to_have_text("1")
        page.get_by_label("oder die Zahl").fill("12")
        page.get_by_role("button", name="Beenden").tap()
        expect(page.locator(".messages")).to_contain_text("12 Hände")
        page.goto(f"{day}wand/")
        page.get_by_role("link", name=re.compile("Eins")).tap()
        expect(page.get_by_role("heading", name="Eins")).to_be_visible()
        spot(page, "11:00", "Raum 2").tap()
        expect(page.locator(".messages")).to_contain_text("Raum 2, 11:00")

    in_browser(walk)
    assert places() == {KI: ("Raum 1", 0), "Eins": ("Raum 2", 2)}
    assert Pitch.objects.get().hands == 12


@pytest.mark.parametrize(("width", "scheme"), [(320, "light"), (1440, "dark")])
def test_no_page_has_a_known_barrier(live_server: Any, plan: Plan, day: str, width: int, scheme: str) -> None:
    cookie = cookie_of(plan)
    line_up(plan, "Eins", "Zwei")
    services.call_next(plan.pk, new_key(), None, NOW)
    session = Session.objects.get(title=KI)

    def walk(browser: Browser) -> dict[str, list[str]]:
        context = open_context(
            browser, live_server.url, cookie, viewport={"width": width, "height": 800}, color_scheme=scheme
        )
        page, faults = context.new_page(), {}
        for name in ("buehne/", "wand/", f"wand/?karte={session.pk}", f"karte/{session.pk}/"):
            page.goto(f"{day}{name}")
            faults[name] = faults_of(page, width)
        page.context.clear_cookies()
        for name in ("buehne/", f"karte/{session.pk}/"):
            page.goto(f"{day}{name}")
            faults[f"guest {name}"] = faults_of(page, width)
        return faults

    seen = in_browser(walk)
    assert {name: found for name, found in seen.items() if found} == {}
