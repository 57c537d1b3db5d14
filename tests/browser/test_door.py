"""The check-in on a phone whose network goes: nothing is lost, nothing counts twice."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from events.door.badges import badge_address
from events.door.helper_links import draw_code
from events.helping import write_helper_link
from events.models import CheckIn, EventDesk, EventPage, Helper, Registration
from tests.browser.conftest import BROWSER
from tests.browser.programme import PHONE, add_day, in_browser, open_context, wait_until
from tests.browser.test_accessibility import faults_of
from tests.factories.events import add_desk, add_event, add_participant, add_seat

pytestmark = [*BROWSER, pytest.mark.django_db(transaction=True, serialized_rollback=True)]

NAMES_KEPT = "Object.keys(localStorage).filter((each) => each.endsWith(':people'))"
DOORS_KEPT = """async () => {
    const kept = await (await caches.open("events-1")).keys();
    return kept.some((each) => each.url.endsWith("/einlass/"));
}"""
NAMES = ("Alex", "Kim", "Robin", "Sascha")


@pytest.fixture
def desk() -> EventDesk:
    desk = add_day().desk
    now = timezone.now()
    times = {"starts": now - dt.timedelta(hours=1), "ends": now + dt.timedelta(hours=8)}
    EventPage.objects.filter(pk=desk.event_id).update(**times)
    return EventDesk.objects.select_related("event").get(pk=desk.pk)


@pytest.fixture
def guests(desk: EventDesk) -> dict[str, Registration]:
    found = {name: add_seat(add_participant(desk, f"{name}e", given_name=name)) for name in NAMES}
    found["Toni"] = add_seat(add_participant(desk, "Toni"), Registration.State.WAITING)
    return found


def add_phone(desk: EventDesk, name: str) -> dict[str, Any]:
    """The cookie of a phone that opened the link of a helper of that name."""
    until = timezone.now() + dt.timedelta(hours=8)
    helper = Helper.objects.create(desk=desk, task=Helper.Task.DOOR, name=name, until=until)
    client = Client()
    client.post(urlsplit(write_helper_link(helper)).path)
    name = settings.SESSION_COOKIE_NAME
    return {"name": name, "value": client.cookies[name].value}


def open_door(
    browser: Browser, url: str, cookie: dict[str, Any], desk: EventDesk
) -> tuple[BrowserContext, Page]:
    context = open_context(browser, url, cookie, viewport=PHONE, has_touch=True, is_mobile=True)
    page = context.new_page()
    page.goto(f"{url}/veranstaltungen/{desk.event.translation_key}/einlass/")
    wait_until(
        page,
        """async () => {
            const kept = await caches.open("events-1");
            const parts = "held page queue people server show words clock camera offline".split(" ");
            const all = await Promise.all(parts.map((part) => kept.match(`/static/events/door/${part}.js`)));
            return all.every(Boolean) && Boolean(await kept.match(location.pathname, { ignoreVary: true }));
        }""",
    )
    return context, page


def type_in(page: Page, text: str) -> None:
    page.get_by_role("searchbox").fill(text)
    page.get_by_role("button", name="Suchen").tap()


def result(page: Page) -> Locator:
    return page.locator("[data-result-text]")


def told(page: Page) -> Locator:
    return page.locator("[data-connection]")


def standing() -> list[str]:
    found = CheckIn.objects.filter(undone=None, repeats=False)
    return sorted(found.values_list("registration__person__given_name", flat=True))


def test_scans_survive_a_dead_spot_and_a_reload_without_network(
    live_server: Any, desk: EventDesk, guests: dict[str, Registration], section_of_others: EventDesk
) -> None:
    phones = [add_phone(desk, "Eingang 1"), add_phone(desk, "Eingang 2")]
    codes = {name: badge_address(guest.badge) for name, guest in guests.items()}
    foreign = badge_address(add_seat(add_participant(section_of_others, "Fremd")).badge)

    def walk(browser: Browser) -> dict[str, list[str]]:
        context, page = open_door(browser, live_server.url, phones[0], desk)
        other_context, other = open_door(browser, live_server.url, phones[1], desk)
        type_in(page, codes["Alex"])
        expect(result(page)).to_have_text("Alex B. ist jetzt da. Willkommen!")
        expect(page.locator("[data-door-counts]")).to_have_text("1 von 4 sind da")
        for each in (context, other_context):
            each.set_offline(True)
        type_in(page, codes["Kim"])
        expect(result(page)).to_have_text(re.compile("Kim B. ist notiert."))
        type_in(page, "robin")
        expect(page.locator("[data-found-text]")).to_contain_text("nur Vornamen")
        page.get_by_role("button", name=re.compile("Einlassen")).tap()
        expect(result(page)).to_contain_text("Robin B. ist notiert.")
        type_in(page, codes["Toni"])
        expect(result(page)).to_contain_text("Toni B. steht auf der Warteliste.")
        type_in(page, codes["Kim"])
        expect(result(page)).to_have_text("Kim B. ist schon da.")
        type_in(page, foreign)
        expect(result(page)).to_contain_text("Notiert.")
        expect(told(page)).to_contain_text("5 Scans warten auf diesem Gerät.")
        type_in(other, codes["Kim"])
        faults = {"offline": faults_of(page, 360)}
        page.reload()
        expect(told(page)).to_contain_text("5 Scans warten auf diesem Gerät.")
        expect(page.locator("[data-log]")).to_contain_text("Robin B. ist notiert.")
        type_in(page, codes["Sascha"])
        expect(told(page)).to_contain_text("6 Scans warten auf diesem Gerät.")
        context.set_offline(False)
        expect(told(page)).to_be_hidden(timeout=20_000)
        expect(page.locator("[data-door-counts]")).to_have_text("4 von 4 sind da")
        expect(page.locator("[data-log]")).to_contain_text("gehört zu einer anderen Veranstaltung")
        other_context.set_offline(False)
        expect(result(other)).to_have_text(
            re.compile(r"Kim B\. ist schon da, seit (?:\w\w, )?\d\d:\d\d Uhr \(Eingang 1\)\."), timeout=20_000
        )
        faults["online"] = faults_of(page, 360)
        return faults

    assert in_browser(walk) == {"offline": [], "online": []}
    assert standing() == ["Alex", "Kim", "Robin", "Sascha"]
    kim = CheckIn.objects.filter(registration=guests["Kim"])
    assert sorted(kim.values_list("helper__name", "repeats")) == [
        ("Eingang 1", False),
        ("Eingang 1", True),
        ("Eingang 2", True),
    ]


@pytest.fixture
def section_of_others(desk: EventDesk) -> EventDesk:
    """Another event of the same place."""
    return add_desk(add_event(desk.event.get_parent().specific, "Ein anderes Treffen"))


def test_what_waits_is_sent_by_a_new_link_when_the_old_one_was_ended(
    live_server: Any, desk: EventDesk, guests: dict[str, Registration]
) -> None:
    cookie = add_phone(desk, "Eingang 1")
    token = guests["Kim"].badge
    code = badge_address(token)
    until = timezone.now() + dt.timedelta(hours=8)
    new = Helper.objects.create(desk=desk, task=Helper.Task.DOOR, name="Eingang 2", until=until)
    link = urlsplit(write_helper_link(new)).path

    def walk(browser: Browser) -> list[str]:
        context, page = open_door(browser, live_server.url, cookie, desk)
        page.wait_for_function(f"() => {NAMES_KEPT}.length === 1", timeout=20_000)
        context.clear_cookies(name=cookie["name"])
        type_in(page, code)
        expect(told(page)).to_contain_text("darf niemanden mehr einlassen")
        expect(told(page)).to_contain_text("1 Scan wartet auf diesem Gerät.")
        wait_until(page, f"async () => !(await ({DOORS_KEPT})())")
        left = page.evaluate(NAMES_KEPT)
        assert not any(told in page.evaluate("JSON.stringify(localStorage)") for told in ("Kim", token))
        again = context.new_page()
        again.goto(f"{live_server.url}{link}")
        again.get_by_role("button", name="Los geht’s").tap()
        expect(again.locator("[data-door-counts]")).to_have_text("1 von 4 sind da", timeout=20_000)
        return list(left)

    assert in_browser(walk) == []  # names of guests are gone with the link
    assert CheckIn.objects.get().registration == guests["Kim"]


@pytest.mark.parametrize("ending", ["link ended", "event over"])
def test_no_name_stays_on_a_phone_whose_link_is_over(
    live_server: Any, desk: EventDesk, guests: dict[str, Registration], ending: str
) -> None:
    cookie = add_phone(desk, "Eingang 1")
    code = badge_address(guests["Kim"].badge)
    later = "(() => { const now = Date.now; Date.now = () => now() + 3 * 86_400_000; })()"

    def walk(browser: Browser) -> str:
        context, page = open_door(browser, live_server.url, cookie, desk)
        type_in(page, code)
        expect(result(page)).to_have_text("Kim B. ist jetzt da. Willkommen!")
        assert "Kim" in page.evaluate("JSON.stringify(localStorage)")
        if ending == "link ended":
            context.clear_cookies(name=cookie["name"])
            page.goto(page.url)
            expect(page).to_have_url(re.compile("/konto/login/"))
        else:
            context.set_offline(True)
            page.add_init_script(later)
            page.reload()
        wait_until(page, f"async () => !(await ({DOORS_KEPT})())")
        return str(page.evaluate("JSON.stringify(Object.keys(localStorage))"))

    assert "door:" not in in_browser(walk)


def test_taken_back_before_and_after_it_was_sent(
    live_server: Any, desk: EventDesk, guests: dict[str, Registration]
) -> None:
    cookie = add_phone(desk, "Eingang 1")
    codes = {name: badge_address(guest.badge) for name, guest in guests.items()}

    def walk(browser: Browser) -> None:
        context, page = open_door(browser, live_server.url, cookie, desk)
        back = page.get_by_role("button", name="Zurücknehmen")
        context.set_offline(True)
        type_in(page, codes["Kim"])
        expect(result(page)).to_contain_text("Kim B. ist notiert.")
        back.tap()
        expect(result(page)).to_have_text("Zurückgenommen: Kim B. ist nicht da.")
        context.set_offline(False)
        type_in(page, codes["Alex"])
        expect(result(page)).to_contain_text("Alex B. ist jetzt da.", timeout=20_000)
        back.tap()
        expect(result(page)).to_have_text("Zurückgenommen: Alex B. ist nicht da.")
        type_in(page, codes["Alex"])
        expect(result(page)).to_contain_text("Alex B. ist jetzt da.")

    in_browser(walk)
    assert standing() == ["Alex"]
    assert CheckIn.objects.filter(registration=guests["Kim"]).count() == 0


def test_a_clock_that_is_set_while_scans_wait_does_not_spoil_them(
    live_server: Any, desk: EventDesk, guests: dict[str, Registration]
) -> None:
    cookie = add_phone(desk, "Eingang 1")
    code = badge_address(guests["Kim"].badge)
    hours = 3 * 3600 * 1000
    jump = f"(() => {{ const now = Date.now; Date.now = () => now() + {hours}; }})()"

    def walk(browser: Browser) -> None:
        context, page = open_door(browser, live_server.url, cookie, desk)
        context.set_offline(True)
        type_in(page, code)
        expect(told(page)).to_contain_text("1 Scan wartet")
        page.evaluate(jump)
        page.wait_for_timeout(1500)
        context.set_offline(False)
        expect(told(page)).to_be_hidden(timeout=20_000)

    before = timezone.now()
    in_browser(walk)
    assert before - dt.timedelta(seconds=5) < CheckIn.objects.get().at < timezone.now()


def test_a_clock_that_jumps_far_ahead_leaves_the_list_on_the_device(
    live_server: Any, desk: EventDesk, guests: dict[str, Registration]
) -> None:
    cookie = add_phone(desk, "Eingang 1")
    jump = "(() => { const now = Date.now; Date.now = () => now() + 3 * 86_400_000; })()"

    def walk(browser: Browser) -> None:
        context, page = open_door(browser, live_server.url, cookie, desk)
        page.wait_for_function(f"() => {NAMES_KEPT}.length === 1", timeout=20_000)
        context.set_offline(True)
        expect(told(page)).to_contain_text("Ohne Verbindung")
        page.evaluate(jump)
        page.wait_for_timeout(9500)  # the list is looked at every eight seconds
        page.add_init_script(jump)
        page.reload()
        page.wait_for_timeout(1000)
        assert page.evaluate(NAMES_KEPT)
        assert page.evaluate(f"({DOORS_KEPT})()")
        type_in(page, "robin")
        expect(page.get_by_role("button", name=re.compile("Einlassen"))).to_be_visible()

    in_browser(walk)


def test_taking_back_reaches_the_server_though_the_answer_was_lost(
    live_server: Any, desk: EventDesk, guests: dict[str, Registration]
) -> None:
    cookie = add_phone(desk, "Eingang 1")
    codes = {name: badge_address(guest.badge) for name, guest in guests.items()}

    losing = [True]

    def lose(route: Any) -> None:
        if not losing[0]:
            return route.continue_()
        route.fetch()
        return route.abort()

    def walk(browser: Browser) -> None:
        _context, page = open_door(browser, live_server.url, cookie, desk)
        page.route("**/einlass/eingaenge/", lose)
        type_in(page, codes["Kim"])
        expect(result(page)).to_contain_text("Kim B. ist notiert.")
        page.get_by_role("button", name="Zurücknehmen").tap()
        expect(result(page)).to_contain_text("Der Einlass von Kim B. ist zurückgenommen.")
        type_in(page, codes["Kim"])  # and is there after all: a scan of its own
        expect(told(page)).to_contain_text("2 Scans warten")
        page.get_by_role("button", name="Zurücknehmen").tap()
        type_in(page, codes["Alex"])
        losing[0] = False
        expect(told(page)).to_be_hidden(timeout=20_000)
        expect(page.locator("[data-door-counts]")).to_have_text("1 von 4 sind da")

    in_browser(walk)
    assert standing() == ["Alex"]
    assert CheckIn.objects.filter(registration=guests["Kim"], undone=None).count() == 0


def test_a_scan_that_the_server_cannot_read_holds_nobody_up(
    live_server: Any, desk: EventDesk, guests: dict[str, Registration]
) -> None:
    cookie = add_phone(desk, "Eingang 1")
    codes = {name: badge_address(guests[name].badge) for name in ("Kim", "Alex")}
    refused: list[str] = []

    def refuse(route: Any) -> None:
        keys = [each["key"] for each in route.request.post_data_json["scans"]]
        refused[:] = refused or keys[:1]
        if refused[0] in keys:
            route.fulfill(status=400, json={"text": "unlesbar"})
        else:
            route.continue_()

    def walk(browser: Browser) -> None:
        _context, page = open_door(browser, live_server.url, cookie, desk)
        page.route("**/einlass/eingaenge/", refuse)
        type_in(page, codes["Kim"])
        type_in(page, codes["Alex"])
        expect(page.locator("[data-log]")).to_contain_text("Alex B. ist jetzt da.", timeout=25_000)
        expect(page.locator("[data-log]")).to_contain_text("Kim B.: Der Server hat das nicht angenommen.")
        expect(told(page)).to_be_hidden()

    in_browser(walk)
    assert standing() == ["Alex"]


def test_the_camera_reads_a_code_from_its_picture(
    live_server: Any, desk: EventDesk, guests: dict[str, Registration]
) -> None:
    """By jsQR: the browser's own detector is not there on this system, or taken away."""
    cookie = add_phone(desk, "Eingang 1")
    code = draw_code(badge_address(guests["Robin"].badge))
    film = """(code) => {
        delete globalThis.BarcodeDetector;
        const canvas = document.createElement("canvas");
        [canvas.width, canvas.height] = [400, 400];
        const picture = new Image();
        picture.src = code;
        const draw = () => canvas.getContext("2d").drawImage(picture, 0, 0, 400, 400);
        setInterval(draw, 100);
        navigator.mediaDevices.getUserMedia = async () => canvas.captureStream(10);
    }"""

    def walk(browser: Browser) -> None:
        _, page = open_door(browser, live_server.url, cookie, desk)
        page.evaluate(film, code)
        page.get_by_role("button", name="Mit der Kamera scannen").tap()
        expect(result(page)).to_have_text("Robin B. ist jetzt da. Willkommen!")
        page.get_by_role("button", name="Kamera aus").tap()
        expect(page.get_by_role("button", name="Mit der Kamera scannen")).to_be_visible()

    in_browser(walk)
    assert standing() == ["Robin"]
