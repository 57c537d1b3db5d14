"""A day to plan, and browsers in which its organisers are signed in."""

from __future__ import annotations

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from allauth.account.models import EmailAddress
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Locator, expect, sync_playwright
from playwright.sync_api import Page as BrowserPage
from wagtail.models import Locale, Page, Site

from content.models import BodyPage
from events.models import Interest, Placement, Plan, Room, Session
from hub.accounts.models import Role, User
from hub.municipalities.models import Body
from hub.site.models import HomePage
from tests.browser.conftest import CHROMIUM, QUIET
from tests.content.kinds import open_section
from tests.factories.events import (
    add_desk,
    add_event,
    add_host,
    add_participant,
    add_plan,
    add_session,
    put,
)

WIDE, PHONE = {"width": 1280, "height": 900}, {"width": 360, "height": 740}
TITLES = (
    "KI im Bürgerbüro",
    "Parken ohne Schranke",
    "Offene Daten, offene Fragen",
    "Digitaler Zwilling für kleine Städte",
)


def add_day(rooms: int = 3) -> Plan:
    """An event with a plan: one session placed, three in the tray, two of them by one host; one proposed."""
    german, _ = Locale.objects.get_or_create(language_code="de")
    home = Page.get_first_root_node().add_child(instance=HomePage(title="Start", slug="start", locale=german))
    Site.objects.update_or_create(is_default_site=True, defaults={"hostname": "localhost", "root_page": home})
    body, _ = Body.objects.get_or_create(key="07315000", defaults={"name": "Mainz", "kind": "city"})
    section = home.add_child(instance=BodyPage(title="Mainz", slug="mainz", body=body, summary="Mainz."))
    desk = add_desk(add_event(section))
    plan = add_plan(desk, rooms)
    alex, kim = add_host(plan, "Alex Beispiel"), add_host(plan, "Kim Muster")
    placed = add_session(plan, TITLES[0], alex)
    add_session(plan, TITLES[1], kim)
    add_session(plan, TITLES[2], alex)
    add_session(plan, TITLES[3])
    add_session(plan, "Noch ein Vorschlag", state=Session.State.PROPOSED)
    put(placed, Room.objects.filter(plan=plan)[0], 9, 10)
    Interest.objects.create(person=add_participant(desk), session=placed)
    return plan


def add_organiser(plan: Plan, email: str = "team@mainz.demo.invalid") -> dict[str, Any]:
    """Somebody who may publish the event; returns the cookie of a session in which they are signed in."""
    user = User.objects.create_user(email, "geheim-und-lang")
    EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
    section = plan.desk.event.get_parent().specific
    user.groups.add(open_section(section).groups[Role.EDITOR])
    client = Client()
    client.force_login(user)
    return {"name": settings.SESSION_COOKIE_NAME, "value": client.cookies[settings.SESSION_COOKIE_NAME].value}


def in_browser(walk: Callable[[Browser], Any]) -> Any:
    """What is seen there; the browser's event loop and the database do not share a thread."""

    def run() -> Any:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
            try:
                return walk(browser)
            finally:
                browser.close()

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(run).result()


def open_context(browser: Browser, origin: str, cookie: dict[str, Any], **options: Any) -> BrowserContext:
    """A browser of its own for one organiser."""
    context = browser.new_context(locale="de-DE", reduced_motion="reduce", **options)
    context.add_cookies([{**cookie, "url": origin}])
    context.set_default_timeout(5_000)
    return context


def open_editor(context: BrowserContext, programme: str) -> BrowserPage:
    """The editor, drawn."""
    page = context.new_page()
    page.goto(f"{programme}planen/")
    expect(page.locator("[data-grid]")).to_be_visible()
    return page


def wait_until(page: BrowserPage, holds: str, seconds: int = 20) -> None:
    """Until that asynchronous function of the page says so: the browser itself takes a promise for a yes."""
    for _ in range(seconds * 5):
        if page.evaluate(f"({holds})()"):
            return
        page.wait_for_timeout(200)
    raise AssertionError(holds)


def cell(page: BrowserPage, room: str, clock: str) -> Locator:
    """What stands in a cell."""
    return page.get_by_role("gridcell").get_by_role("button", name=re.compile(f"{room}, {clock}"))


def card(page: BrowserPage, title: str) -> Locator:
    """What lies in the tray."""
    return page.locator("[data-tray]").get_by_role("button", name=re.compile(title))


def wait_said(page: BrowserPage, text: str) -> None:
    """Until the bar says it."""
    expect(page.locator("[data-said]")).to_contain_text(text, timeout=8_000)


def places() -> dict[str, tuple[str, int]]:
    """Where the sessions are: the room, and the hours after the first."""
    rows = list(Placement.objects.select_related("session", "room").order_by("during"))

    def hours(one: Placement) -> int:
        return int((one.during.lower - rows[0].during.lower).total_seconds()) // 3600

    return {one.session.title: (one.room.name, hours(one)) for one in rows}


def placed(page: BrowserPage, title: str) -> Locator:
    """A session in the table."""
    return page.get_by_role("gridcell").get_by_role("button", name=re.compile(title))
