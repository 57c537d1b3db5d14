"""A barcamp that is going on, pages that follow it, and what happens to it meanwhile."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection
from playwright.sync_api import Browser, Locator, Page

from events.models import Placement, Room, Session
from tests.events.conftest import section
from tests.events.live.conftest import open_day, open_plan, place
from tests.events.live.process import live_process
from tests.events.live.proxy import proxy
from tests.factories.events import add_host, add_session

SLOW = "Änderungen erscheinen innerhalb von 15 Sekunden."
LIVE = "Live: Änderungen erscheinen sofort."

__all__ = ["base", "day", "live_base", "section"]
"""The fixtures."""


@pytest.fixture
def day(section: Any) -> Any:
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


def card(page: Page, title: str) -> Locator:
    """A session of the programme."""
    return page.locator("[data-card]", has_text=title)


def add(title: str) -> None:
    """Beside what comes next."""
    session = Session.objects.get(title=title)
    place(session, Room.objects.get(plan=session.plan, name="Raum 2"), 45)


def shoot(page: Page, name: str) -> None:
    """A picture, where somebody wants to look at it."""
    if folder := os.environ.get("SHOTS"):
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)
