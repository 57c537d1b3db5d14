"""The pages for words and synonyms of the search, in a browser on a phone."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import BROWSER
from tests.browser.test_accessibility import faults_of
from tests.browser.test_digest import in_browser
from tests.factories.people import PASSWORD, add_operator
from tests.search.catalogue import make_document, publish

pytestmark = [*BROWSER, pytest.mark.django_db(transaction=True, serialized_rollback=True)]

PAGES = "/admin/suche/woerter/"


def test_trying_out_adding_and_reading_in_on_a_small_phone(live_server: Any) -> None:
    publish(make_document("Kitaplatzvergabe in einem Lauf"))
    operator = add_operator()

    def walk(page: Page) -> dict[str, Any]:
        page.goto(f"{live_server.url}/konto/login/?next={PAGES}")
        page.locator("input[name=login]").fill(operator.email)
        page.locator("input[name=password]").fill(PASSWORD)
        page.locator("form", has=page.locator("input[name=password]")).get_by_role("button").first.click()
        page.get_by_label("Was jemand eingeben könnte").fill("Vergabe von Kitaplätzen")
        page.get_by_role("button", name="Wie wird das verstanden?").click()
        expect(page.get_by_text("kita · platz")).to_be_visible()
        faults = {"tried": faults_of(page, 360)}
        page.get_by_role("link", name="Einlesen").click()
        page.get_by_label("Wörter und Synonyme").fill("Bürger|koffer\nzwei Worte")
        page.get_by_role("button", name="Einlesen").click()
        expect(page.get_by_role("alert")).to_contain_text("Zeile 2")
        faults["refused"] = faults_of(page, 360)
        page.get_by_label("Wörter und Synonyme").fill("Bürger|koffer")
        page.get_by_role("button", name="Einlesen").click()
        expect(page).to_have_url(re.compile(PAGES + "$"))
        expect(page.get_by_text("1 Wort ist ergänzt.")).to_be_visible()
        return faults

    found = in_browser(walk)
    assert {name: each for name, each in found.items() if each} == {}
