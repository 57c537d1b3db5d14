"""What hangs on the wall in a browser: the projector, announcements on it, and the stage."""

from __future__ import annotations

import re
import uuid
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, expect

from events.live.notices import write_notice
from events.models import Plan, Room
from events.stage.services import Turn, queue_new
from tests.browser.conftest import BROWSER
from tests.browser.live_day import (
    in_database,
    move,
    open_page,
    shoot,
)
from tests.browser.programme import PHONE, add_organiser, in_browser, open_context
from tests.browser.test_accessibility import faults_of
from tests.events.live.conftest import place
from tests.factories.events import add_host, add_session

pytestmark = [*BROWSER, pytest.mark.django_db(transaction=True, serialized_rollback=True)]


def test_a_full_house_fits_on_the_wall(live_base: str, day: Any) -> None:
    """Eight rooms, long titles, an announcement and somebody on stage, on the sizes that projectors have."""
    plan = Plan.objects.get(desk=day)
    for number in range(4, 10):
        room = Room.objects.create(plan=plan, name=f"Sitzungssaal {number}", position=number)
        for start, word in ((-15, "Jetzt"), (45, "Gleich")):
            title = f"{word} Nummer {number}: Was kleine Gemeinden voneinander lernen können"
            place(add_session(plan, title, add_host(plan, f"Person {word} {number}")), room, start)
    write_notice(day, "Das Essen ist da. Bitte nehmen Sie den Weg über den Hof.", None, None, timezone.now())
    queue_new(plan.pk, uuid.uuid4(), "Ein Vorschlag von der Bühne", Turn("Robin"), timezone.now())

    def walk(browser: Browser) -> list[str]:
        page = open_page(
            browser, f"{live_base}projektor/?licht=hell", viewport={"width": 1920, "height": 1080}
        )
        heights = []
        for width, height in ((1920, 1080), (1440, 900), (1280, 720), (1024, 768)):
            page.set_viewport_size({"width": width, "height": height})
            expect(page.locator("[data-stage]")).to_contain_text("Ein Vorschlag von der Bühne")
            page.wait_for_timeout(300)
            heights.append(page.evaluate("document.documentElement.scrollHeight - innerHeight"))
            shoot(page, f"projector_full_{width}")
        assert max(heights) <= 0, heights
        return faults_of(page, 1024)

    assert in_browser(walk) == []


def test_a_projector_that_slept_for_an_hour_shows_what_is(live_base: str, day: Any) -> None:
    """Its timers stand still meanwhile, and its stream is gone; the device's clock jumps when it wakes."""

    def walk(browser: Browser) -> list[str]:
        page = open_page(browser, "about:blank", viewport={"width": 1440, "height": 810})
        page.clock.install()
        page.goto(f"{live_base}projektor/?licht=dunkel")
        expect(page.locator("[data-now]")).to_contain_text("KI im Bürgerbüro")
        clock = page.locator("[data-clock]")
        expect(clock).to_have_text(re.compile(r"\d\d:\d\d"))
        soon = "|".join(later(clock.inner_text(), minutes) for minutes in range(3))
        page.context.set_offline(True)
        in_database(lambda: move("KI im Bürgerbüro"))
        page.clock.fast_forward("01:00:00")
        page.context.set_offline(False)
        page.clock.run_for(3000)
        expect(page.locator("[data-now]")).to_contain_text("Raum 3")
        expect(page.locator("[data-now]")).to_contain_text("KI im Bürgerbüro")
        expect(clock).to_have_text(re.compile(soon))
        in_database(lambda: write_notice(day, "Die Bühne ist offen.", None, None, timezone.now()))
        expect(page.locator("[data-notices]")).to_contain_text("Die Bühne ist offen.")
        shoot(page, "projector_dark")
        return faults_of(page, 1440)

    assert in_browser(walk) == []


def later(clock: str, minutes: int) -> str:
    """What a clock shows so many minutes later."""
    hour, minute = map(int, clock.split(":"))
    total = (hour * 60 + minute + minutes) % (24 * 60)
    return f"{total // 60:02}:{total % 60:02}"


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


def test_whoever_watches_the_stage_is_told_at_once(live_base: str, day: Any) -> None:
    """By asking alone it would take them 15 seconds."""
    plan = Plan.objects.get(desk=day)

    def line_up(title: str) -> None:
        queue_new(plan.pk, uuid.uuid4(), title, Turn("Robin"), timezone.now())

    def walk(browser: Browser) -> None:
        with_stream = re.compile(r"/live/\?ticket=")
        context = browser.new_context(locale="de-DE", viewport=PHONE)
        page = context.new_page()
        with page.expect_request(with_stream):
            page.goto(f"{live_base}buehne/")
        page.wait_for_timeout(1000)
        in_database(lambda: line_up("Zuerst"))
        expect(page.locator(".stage-line")).to_contain_text("Zuerst", timeout=8_000)
        in_database(lambda: line_up("Danach"))
        expect(page.locator(".stage-line")).to_contain_text("Danach", timeout=8_000)

    in_browser(walk)
