"""A colleague from Koblenz signs in on Mainz with the account at home, in a browser, and out again."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from fixtures.network.hubs import Hub
from fixtures.network.running import Network
from tests.browser.conftest import BROWSER, PATIENCE_MS

pytestmark = BROWSER


@pytest.fixture(params=[True, False], ids=["with scripts", "without scripts"])
def page(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Page]:
    context = browser.new_context(
        locale="de-DE", viewport={"width": 360, "height": 800}, java_script_enabled=request.param
    )
    context.set_default_timeout(PATIENCE_MS)
    yield context.new_page()
    context.close()


def sign_in_at_home(page: Page, hub: Hub) -> None:
    page.locator("input[name=login]").fill(f"redaktion@{hub.slug}.demo.invalid")
    page.locator("input[name=password]").fill(f"demo-wissenshub-{hub.slug}")
    page.locator("form", has=page.locator("input[name=password]")).get_by_role("button").first.click()


def test_signing_in_with_the_account_at_home(network: Network, page: Page) -> None:
    koblenz, mainz = network.hubs["koblenz"], network.hubs["mainz"]
    page.goto(f"{mainz.origin}/konto/login/?next=/wissen/")
    page.get_by_role("link", name="Koblenz", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Mit Ihrem Konto von Koblenz anmelden")
    page.get_by_role("button", name="Weiter zu Koblenz").click()
    expect(page).to_have_url(re.compile(re.escape(koblenz.origin) + "/konto/login/"))
    sign_in_at_home(page, koblenz)
    expect(page).to_have_url(re.compile(re.escape(koblenz.origin) + "/identity/o/authorize"))
    expect(page.get_by_text("Mainz").first).to_be_visible()
    began = time.monotonic()
    page.locator("button[name=action][value=grant]").click()
    expect(page).to_have_url(f"{mainz.origin}/wissen/")
    assert time.monotonic() - began < 10
    page.goto(f"{mainz.origin}/konto/email/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Ihr Konto bei Koblenz")
    page.goto(f"{mainz.origin}/admin/")
    expect(page).to_have_url(f"{mainz.origin}/konto/instanz/")
    page.goto(f"{mainz.origin}/konto/logout/")
    page.locator("main form").get_by_role("button").click()
    expect(page.locator("header").get_by_role("link", name="Anmelden")).to_be_attached()
