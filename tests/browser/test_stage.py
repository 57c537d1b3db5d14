"""The day in the room on real phones: the wall by tap and tap, the hands, two helpers, a dead spot."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from events.models import EventPage, Pitch, Plan, Session
from events.people import KNOWN, write_token
from events.stage import services
from events.stage.queries import read_stage
from events.stage.services import Turn
from tests.browser.conftest import BROWSER
from tests.browser.programme import PHONE, TITLES, add_day, in_browser, open_context, places, wait_until
from tests.browser.test_accessibility import faults_of
from tests.events.stage.conftest import NOW, add_helper, new_key, phone_of
from tests.factories.events import add_participant, add_seat

pytestmark = [*BROWSER, pytest.mark.django_db(transaction=True, serialized_rollback=True)]

KI, PARKEN, DATEN, ZWILLING = TITLES
WALL_KEPT = """async () => {
    const kept = await (await caches.open("events-1")).keys();
    return kept.some((each) => each.url.endsWith("/wand/"));
}"""


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


def in_thread(work: Callable[[], object]) -> None:
    """What somebody else does meanwhile; the browser's event loop and the database do not share a thread."""

    def run() -> None:
        try:
            work()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        pool.submit(run).result()


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


def wait_until_kept(page: Page) -> None:
    """Until the worker holds this page and what it is made of."""
    wait_until(
        page,
        """async () => {
            const kept = await caches.open("events-1");
            const parts = "stage/taps stage/presses stage/drafts stage/waits grid/queue live".split(" ");
            const all = await Promise.all(parts.map((part) => kept.match(`/static/events/${part}.js`)));
            return all.every(Boolean) && Boolean(await kept.match(location.pathname, { ignoreVary: true }));
        }""",
    )


def write_card(page: Page, title: str) -> None:
    page.get_by_label("Titel auf der Karte").fill(title)
    page.get_by_role("button", name="In die Hand nehmen").tap()
    expect(page.get_by_label("Titel auf der Karte")).to_be_empty()


def stored(page: Page) -> str:
    return str(page.evaluate("JSON.stringify(Object.entries(localStorage))"))


def test_cards_written_in_a_dead_spot_survive_links_and_a_reload(
    live_server: Any, plan: Plan, day: str
) -> None:
    cookie = cookie_of(plan)

    def walk(browser: Browser) -> list[str]:
        page = open_phone(browser, live_server.url, cookie, f"{day}wand/")
        wait_until_kept(page)
        page.context.set_offline(True)
        write_card(page, "Vom ersten Zettel")
        said(page, "Keine Verbindung")
        # A link while it waits: the page that is kept opens, and what is written next is not lost either.
        page.get_by_role("link", name=re.compile(PARKEN)).tap()
        expect(page).to_have_url(re.compile("karte="))
        write_card(page, "Vom zweiten Zettel")
        page.get_by_label("Titel auf der Karte").fill("Noch nicht fertig")
        page.reload()
        waits = page.locator("[data-waits]")
        expect(waits).to_contain_text("Vom ersten Zettel")
        expect(waits).to_contain_text("Vom zweiten Zettel")
        expect(page.get_by_label("Titel auf der Karte")).to_have_value("Noch nicht fertig")
        faults = faults_of(page, 360)
        page.context.set_offline(False)
        expect(waits).to_be_hidden(timeout=20_000)
        # What is being written stays where it is.
        expect(page.get_by_label("Titel auf der Karte")).to_have_value("Noch nicht fertig")
        page.get_by_role("button", name="In die Hand nehmen").tap()
        expect(page.get_by_role("heading", name="Noch nicht fertig")).to_be_visible()
        assert "Zettel" not in stored(page)
        assert "fertig" not in stored(page)
        return faults

    assert in_browser(walk) == []
    titles = ["Noch nicht fertig", "Vom ersten Zettel", "Vom zweiten Zettel"]
    written = Session.objects.filter(title__in=titles).order_by("title")
    assert list(written.values_list("title", flat=True)) == titles


def test_several_presses_wait_and_what_is_refused_stays_to_be_read(
    live_server: Any, plan: Plan, day: str
) -> None:
    cookie = cookie_of(plan)
    first, _second = line_up(plan, "Eins", "Zwei")
    services.call_next(plan.pk, new_key(), None, NOW)

    def walk(browser: Browser) -> None:
        page = open_phone(browser, live_server.url, cookie, f"{day}buehne/")
        wait_until_kept(page)
        page.context.set_offline(True)
        page.get_by_role("button", name="Eine Hand mehr").tap()
        page.get_by_role("button", name="Beenden und nächste").tap()
        page.get_by_role("button", name="Beenden und nächste").tap()  # twice is once
        page.get_by_role("button", name="Eine Hand mehr").tap()  # for somebody who has ended by then
        page.get_by_label("Titel einer neuen Session").fill("Drei")
        page.get_by_label("Name, der").fill("Gast 3")
        page.get_by_role("button", name="In die Reihe stellen").tap()
        page.reload()
        expect(page.locator("[data-waits] li")).to_have_count(3)
        page.context.set_offline(False)
        expect(page.locator(".stage-title")).to_have_text("Zwei", timeout=20_000)
        refused = page.locator("[data-waits]")
        expect(refused).to_contain_text("„Zwei“ ist inzwischen auf der Bühne")
        # Each button says what it is about; by keyboard one goes on from where the list was.
        refused.get_by_role("button", name=re.compile("Verwerfen.*Eine Hand mehr")).press("Enter")
        expect(refused).to_be_hidden()
        expect(page.locator("[data-said]")).to_be_focused()

    in_browser(walk)
    first.refresh_from_db()
    assert (first.state, first.hands) == (Pitch.State.DONE, 1)
    stage = read_stage(plan.pk)
    assert stage["on_stage"]["title"] == "Zwei"  # type: ignore[index]  # somebody is
    assert [each["title"] for each in stage["waiting"]] == ["Drei"]


def test_an_end_too_early_the_order_and_a_number_are_put_right_by_a_tap(
    live_server: Any, plan: Plan, day: str
) -> None:
    cookie = cookie_of(plan)
    line_up(plan, "Eins", "Zwei", "Drei")
    services.call_next(plan.pk, new_key(), None, NOW)

    def walk(browser: Browser) -> list[str]:
        page = open_phone(browser, live_server.url, cookie, f"{day}buehne/")
        page.get_by_role("button", name=re.compile("Nach vorn.*Drei")).tap()
        said(page, "„Drei“ kommt als Nächstes dran.")
        page.get_by_role("button", name="Beenden und nächste").tap()
        expect(page.locator(".stage-title")).to_have_text("Drei")
        page.get_by_role("button", name="Zu früh beendet: „Eins“").tap()
        said(page, "Wieder auf der Bühne: „Eins“.")
        page.get_by_role("button", name="Beenden", exact=True).tap()
        said(page, "ist vorgestellt")
        page.locator(".stage-mend summary").tap()
        page.get_by_label("Gehobene Hände").fill("21")
        page.evaluate("document.activeElement.blur()")
        in_thread(lambda: line_up(plan, "Vier"))
        expect(page.locator(".stage-line")).to_contain_text("Vier", timeout=10_000)
        expect(page.get_by_label("Gehobene Hände")).to_have_value("21")
        expect(page.get_by_label("Gehobene Hände")).to_be_visible()
        faults = faults_of(page, 360)
        page.get_by_role("button", name=re.compile("Korrigieren.*Eins")).tap()
        said(page, "Für „Eins“ sind 21 Hände notiert.")
        return faults

    assert in_browser(walk) == []
    assert Pitch.objects.get(session__title="Eins").hands == 21
    assert [each["title"] for each in read_stage(plan.pk)["waiting"]] == ["Drei", "Zwei", "Vier"]


def test_a_press_that_the_device_cannot_keep_is_sent_by_the_form_itself(
    live_server: Any, plan: Plan, day: str
) -> None:
    cookie = cookie_of(plan)
    line_up(plan, "Eins")
    full = """() => {
        const keep = Storage.prototype.setItem;
        Storage.prototype.setItem = function (name, text) {
            if (name.startsWith("stage:")) throw new DOMException("voll", "QuotaExceededError");
            keep.call(this, name, text);
        };
    }"""

    def walk(browser: Browser) -> None:
        page = open_phone(browser, live_server.url, cookie, f"{day}buehne/")
        page.evaluate(full)
        page.get_by_role("button", name="Nächste aufrufen").tap()
        expect(page.locator(".stage-title")).to_have_text("Eins")

    in_browser(walk)
    assert read_stage(plan.pk)["on_stage"]["title"] == "Eins"  # type: ignore[index]  # somebody is


def test_the_sign_in_leaves_what_a_helper_typed_and_a_link_that_is_over_does_not(
    live_server: Any, plan: Plan, day: str
) -> None:
    cookie = cookie_of(plan)

    def walk(browser: Browser) -> tuple[str, str]:
        page = open_phone(browser, live_server.url, cookie, f"{day}wand/")
        wait_until_kept(page)
        page.get_by_label("Titel auf der Karte").fill("Noch nicht fertig")
        page.goto(f"{live_server.url}/konto/login/")
        wait_until(page, f"async () => !(await ({WALL_KEPT})())")
        signing_in = stored(page)
        page.goto(f"{live_server.url}/veranstaltungen/helfen/vorbei/")
        expect(page.get_by_role("heading", level=1)).to_contain_text("Link")
        wait_until(page, "() => !JSON.stringify(Object.entries(localStorage)).includes('fertig')")
        return signing_in, stored(page)

    signing_in, over = in_browser(walk)
    assert "Noch nicht fertig" in signing_in
    assert "Noch nicht fertig" not in over


def test_a_guest_whose_session_ended_reads_how_what_waits_is_sent(
    live_server: Any, plan: Plan, day: str
) -> None:
    now = timezone.now()
    times = {"starts": now - dt.timedelta(hours=1), "ends": now + dt.timedelta(hours=8)}
    EventPage.objects.filter(pk=plan.desk.event_id).update(**times)
    person = add_participant(plan.desk, "Lou")
    add_seat(person)
    client = Client()
    session = client.session
    session[KNOWN] = {str(plan.desk_id): write_token(person)}
    session.save()
    cookie = {"name": settings.SESSION_COOKIE_NAME, "value": session.session_key}

    def walk(browser: Browser) -> None:
        page = open_phone(browser, live_server.url, cookie, f"{day}buehne/")
        page.context.clear_cookies(name=cookie["name"])
        page.get_by_label("Titel einer neuen Session").fill("Meine Session")
        page.locator("[data-tap='write'] button[type=submit]").tap()
        said(page, "Dieser Browser kennt Sie nicht mehr.")
        expect(page.get_by_role("link", name="Meinen Link noch einmal senden")).to_be_visible()
        expect(page.locator("[data-waits]")).to_contain_text("Meine Session")
        page.context.add_cookies([{**cookie, "url": live_server.url}])
        page.reload()
        expect(page.locator(".stage-line")).to_contain_text("Meine Session")
        assert "Meine Session" not in stored(page)

    in_browser(walk)
    assert Pitch.objects.get().person == person


def test_nothing_stays_on_a_phone_whose_link_has_ended(live_server: Any, plan: Plan, day: str) -> None:
    cookie = cookie_of(plan)

    def walk(browser: Browser) -> str:
        page = open_phone(browser, live_server.url, cookie, f"{day}wand/")
        wait_until_kept(page)
        page.context.set_offline(True)
        write_card(page, "Zu spät")
        said(page, "Keine Verbindung")
        page.context.clear_cookies(name=cookie["name"])
        page.context.set_offline(False)
        said(page, "Dieses Telefon darf das nicht mehr")
        expect(page.locator("[data-waits]")).to_contain_text("Zu spät")
        expect(page.locator("[data-waits]")).to_contain_text("bitte notieren")
        wait_until(
            page,
            """async () => {
                const kept = await caches.open("events-1");
                return !(await kept.match(location.pathname, { ignoreVary: true }));
            }""",
        )
        return stored(page)

    assert "Zu sp" not in in_browser(walk)
    assert not Session.objects.filter(title="Zu spät").exists()


def test_what_is_chosen_for_the_line_stays_while_others_count(live_server: Any, plan: Plan, day: str) -> None:
    cookie = cookie_of(plan)
    line_up(plan, "Eins")
    first = services.call_next(plan.pk, new_key(), None, NOW)
    assert first is not None

    def walk(browser: Browser, count: Any) -> None:
        page = open_phone(browser, live_server.url, cookie, f"{day}buehne/")
        page.get_by_label("Welche Session").select_option(label=KI)
        page.get_by_label("oder die Zahl").fill("7")
        page.get_by_role("heading", level=1).tap()
        page.evaluate("document.activeElement.blur()")
        count()
        expect(page.locator("[data-count]")).to_have_text("1", timeout=10_000)
        expect(page.get_by_label("Welche Session").locator("option:checked")).to_have_text(KI)
        expect(page.get_by_label("oder die Zahl")).to_have_value("7")

    def count() -> None:
        in_thread(lambda: services.count_hands(plan.pk, new_key(), first.pk, 1, NOW))

    in_browser(lambda browser: walk(browser, count))


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
