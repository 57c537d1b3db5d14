"""Confirming and changing a digest in a real browser, which says of each form where it comes from."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, sync_playwright

from hub.env import env
from hub.site.digest import links
from hub.site.digest.models import Subscription
from hub.site.digest.wishes import Wish
from tests.browser.conftest import BROWSER, CHROMIUM, QUIET
from tests.browser.test_accessibility import faults_of

pytestmark = [*BROWSER, pytest.mark.django_db(transaction=True, serialized_rollback=True)]

Walk = Callable[[Page], dict[str, Any]]


def in_browser(walk: Walk) -> dict[str, Any]:
    """What a reader sees on that way."""

    def run() -> dict[str, Any]:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
            page = browser.new_context(locale="de-DE", viewport={"width": 360, "height": 800}).new_page()
            page.set_default_timeout(10_000)
            seen = walk(page)
            browser.close()
            return seen

    with ThreadPoolExecutor(1) as pool:  # the browser's event loop and the database do not share a thread
        return pool.submit(run).result()


def subscribe(**fields: Any) -> Subscription:
    return Subscription.objects.create(email="digital@wittlich.example", asked=timezone.now(), **fields)


def test_a_digest_is_confirmed(live_server: Any) -> None:
    held = subscribe()
    url = links.confirm_url(links.Request(held.key, Wish(), held.asked))
    address = url.replace(env.origin, live_server.url)

    def walk(page: Page) -> dict[str, Any]:
        page.goto(address)
        faults = faults_of(page, 360)
        page.get_by_role("button", name="Bestätigen").click()
        return {"faults": faults, "heading": page.get_by_role("heading", level=1).inner_text()}

    assert in_browser(walk) == {"faults": [], "heading": "Mein Rundbrief"}
    assert Subscription.objects.get().confirmed is not None


def test_a_digest_is_changed(live_server: Any) -> None:
    held = subscribe(confirmed=timezone.now(), sent_until=timezone.now())
    address = links.manage_url(held).replace(env.origin, live_server.url)

    def walk(page: Page) -> dict[str, Any]:
        page.goto(address)
        faults = faults_of(page, 360)
        page.get_by_label("jeden Monat").check()
        page.get_by_role("button", name="Speichern").click()
        return {"faults": faults, "said": page.get_by_role("status").first.inner_text()}

    seen = in_browser(walk)
    assert seen["faults"] == []
    assert "gespeichert" in seen["said"]
    assert Subscription.objects.get().rhythm == "monthly"
