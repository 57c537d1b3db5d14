"""axe on every page of the office, and on an event's page in each of its phases, narrow and wide."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.cache import cache
from playwright.sync_api import Browser, Page, expect

from events.models import Plan
from tests.browser.conftest import BROWSER
from tests.browser.office import OFFICE, STANDS, fill_office
from tests.browser.programme import add_day, add_organiser, in_browser, open_context
from tests.browser.test_accessibility import faults_of

pytestmark = [*BROWSER, pytest.mark.django_db(transaction=True, serialized_rollback=True)]

SIZES = ({"width": 360, "height": 800}, {"width": 1440, "height": 900})


@pytest.fixture(autouse=True)
def one_factor(settings: Any) -> None:
    settings.SECOND_FACTOR_REQUIRED = False
    cache.clear()


@pytest.fixture
def plan() -> Plan:
    return add_day()


def look(page: Page, name: str, width: int) -> list[str]:
    """What is wrong with the page that is shown."""
    return [f"{name}, {width} px: {fault}" for fault in faults_of(page, width)]


def test_every_page_of_the_office_is_for_everybody(live_server: Any, plan: Plan) -> None:
    pages = {**OFFICE, **fill_office(plan)}
    cookie = add_organiser(plan)
    office = f"{live_server.url}/veranstaltungen/{plan.desk.event.translation_key}/tagung/"

    def walk(browser: Browser) -> list[str]:
        faults = []
        for size in SIZES:
            page = open_context(browser, live_server.url, cookie, viewport=size, bypass_csp=True).new_page()
            for name, tail in pages.items():
                response = page.goto(office + tail)
                assert response
                assert response.status == 200, name
                faults += look(page, name, size["width"])
        return faults

    assert in_browser(walk) == []


@pytest.mark.parametrize("stand", STANDS)
def test_the_panel_of_an_event_is_for_everybody(live_server: Any, plan: Plan, stand: str) -> None:
    bring_about, said = STANDS[stand]
    bring_about(plan.desk)
    address = f"{live_server.url}/id/{plan.desk.event.translation_key}"

    def walk(browser: Browser) -> list[str]:
        faults = []
        for size in SIZES:
            page = browser.new_context(locale="de-DE", viewport=size, bypass_csp=True).new_page()
            page.goto(address)
            expect(page.locator(".take-part")).to_contain_text(said)
            faults += look(page, stand, size["width"])
        return faults

    assert in_browser(walk) == []
