"""An archive opens from a folder: no server, no network, no JavaScript."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, sync_playwright

from tests.browser.conftest import BROWSER, CHROMIUM, QUIET
from tests.site.archive_world import archive_into, furnish
from tests.wire.content import use_storage

pytestmark = [*BROWSER, pytest.mark.django_db]


def in_browser(archive: Path) -> dict[str, Any]:
    """What a reader sees on the way from the entrance to a report and its English text."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        page = browser.new_context(java_script_enabled=False, offline=True).new_page()
        page.set_default_timeout(10_000)
        failed: list[str] = []
        page.on("requestfailed", lambda request: failed.append(request.url))
        seen = _walk(page, archive)
        browser.close()
    return seen | {"failed": failed}


def _walk(page: Page, archive: Path) -> dict[str, Any]:
    page.goto((archive / "index.html").as_uri())
    page.get_by_role("link", name="Erfahrungsberichte").click()
    page.get_by_role("link", name="Parken").click()
    heading = page.get_by_role("heading", level=1)
    seen: dict[str, Any] = {"german": heading.inner_text()}
    seen["picture"] = page.get_by_role("img", name="Ein grüner Platz").bounding_box()
    seen["font"] = heading.evaluate("element => getComputedStyle(element).fontFamily")
    page.get_by_role("link", name="English").click()
    seen["english"] = heading.inner_text()
    return seen


def test_a_reader_finds_a_report_its_picture_and_its_languages(tmp_path: Path, settings: Any) -> None:
    use_storage(settings, tmp_path / "content")
    settings.MEDIA_ROOT = tmp_path / "media"
    furnish()
    archive = archive_into(tmp_path / "archiv")
    with ThreadPoolExecutor(1) as pool:  # the browser's event loop and the database do not share a thread
        seen = pool.submit(in_browser, archive).result()
    assert (seen["german"], seen["english"], seen["failed"]) == ("Parken", "Parking", [])
    assert seen["picture"]["width"] > 100
    assert "Fira Sans" in seen["font"]
