"""A collection by keyboard, and the page that waits for its PDF, in a real browser."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from django.db import connections
from playwright.sync_api import Page, expect

from hub.site.collecting.tasks import print_one
from tests.browser.conftest import BROWSER
from tests.browser.test_accessibility import faults_of
from tests.browser.test_digest import in_browser
from tests.theme.entries import add_bodies, add_entry, make_document
from tests.wire.content import use_storage

pytestmark = [*BROWSER, pytest.mark.django_db(transaction=True, serialized_rollback=True)]


def print_elsewhere(key: str) -> None:
    """The worker's part, in a thread of its own as the browser's has an event loop."""

    def work() -> None:
        print_one(key)
        connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        pool.submit(work).result()


def test_a_collection_is_put_in_order_by_keyboard_and_printed(
    live_server: Any, tmp_path: Path, settings: Any
) -> None:
    use_storage(settings, tmp_path)
    add_bodies()
    entries = [add_entry(make_document(title)) for title in ("Erster", "Zweiter", "Dritter")]
    addresses = [f"{live_server.url}{entry.get_absolute_url()}" for entry in entries]

    def walk(page: Page) -> dict[str, Any]:
        for address in addresses:
            page.goto(address)
            page.get_by_role("button", name="In die Sammlung").click()
            page.wait_for_url("**#mitnehmen")
        faults = {"document": faults_of(page, 360)}
        page.locator("#mitnehmen").get_by_role("link", name="Zur Sammlung").click()
        page.get_by_role("button", name=re.compile("Nach oben.*Dritter")).press("Enter")
        page.wait_for_url("**/sammlung/#beitrag-*")
        moved = page.evaluate("document.activeElement.innerText")
        page.get_by_role("button", name=re.compile("Entfernen.*Dritter")).press("Enter")
        page.wait_for_url(f"**/sammlung/#beitrag-{entries[1].uuid}")
        faults["collection"] = faults_of(page, 360)
        page.get_by_role("button", name="Ein PDF erstellen").click()
        page.wait_for_url("**/sammlung/druck/*/")
        faults["waiting"] = faults_of(page, 360)
        print_elsewhere(page.url.split("/")[-2])
        expect(page.get_by_role("status")).to_contain_text("Das PDF ist fertig.", timeout=20_000)
        faults["ready"] = faults_of(page, 360)
        link = page.get_by_role("link", name="PDF herunterladen").count()
        return {"faults": faults, "moved": "Dritter" in moved, "links": link}

    seen = in_browser(walk)
    assert {name: found for name, found in seen["faults"].items() if found} == {}
    assert (seen["moved"], seen["links"]) == (True, 1)
