"""The search by keyboard, on a phone and while typing, in a real browser."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import BROWSER
from tests.browser.test_accessibility import faults_of
from tests.browser.test_digest import in_browser
from tests.search.catalogue import make_document, publish
from tests.theme.entries import add_bodies

pytestmark = [*BROWSER, pytest.mark.django_db(transaction=True, serialized_rollback=True)]

HITS = "#ergebnis .card-title"


@pytest.fixture(autouse=True)
def corpus() -> None:
    add_bodies()
    publish(make_document("Parkraumsensorik", "Sensoren zählen Autos", topics=("smart-city",)))
    publish(make_document("Parkausweis online", "Antrag", topics=("digitale-dienste",)))
    publish(make_document("Kitaplatzvergabe", "Eltern", topics=("digitale-dienste",)))


def active_option(page: Page) -> str:
    """The text of the option that the field says is active; empty if it says none."""
    return str(
        page.evaluate(
            "() => { const id = document.activeElement.getAttribute('aria-activedescendant');"
            " return id ? document.getElementById(id).textContent : '' }"
        )
    )


def test_results_follow_the_typing_and_the_address_follows_them(live_server: Any) -> None:
    def walk(page: Page) -> dict[str, Any]:
        counted: list[str] = []
        page.on(
            "request", lambda request: counted.append(request.url) if "teil=gesucht" in request.url else None
        )
        page.goto(f"{live_server.url}/suche/")
        before = page.evaluate("history.length")
        field = page.get_by_role("combobox", name="Suche")
        field.press_sequentially("Kitaplatz", delay=30)
        expect(page.locator(HITS)).to_have_text(["Kitaplatzvergabe"])
        expect(page.get_by_role("status").first).to_have_text("1 Treffer für „Kitaplatz“")
        seen = {
            "address": page.url,
            "history": page.evaluate("history.length") - before,
            "title": page.title().split(" – ")[0],
            "focus": page.evaluate("document.activeElement.id"),
            "typed": field.input_value(),
        }
        page.wait_for_timeout(3_200)
        seen["settled"] = len(counted)
        field.press_sequentially("vergabe", delay=30)
        expect(page.get_by_role("status").first).to_have_text("1 Treffer für „Kitaplatzvergabe“")
        with page.expect_response(re.compile("teil=gesucht")):
            field.press("Enter")
        return {**seen, "counted": [re.findall(r"q=(\w+)", url)[0] for url in counted]}

    assert in_browser(walk) == {
        "address": f"{live_server.url}/suche/?q=Kitaplatz",
        "history": 0,
        "title": "Suche: Kitaplatz",
        "focus": "suchwort",
        "typed": "Kitaplatz",
        "settled": 1,
        "counted": ["Kitaplatz", "Kitaplatzvergabe"],
    }


def test_suggestions_are_walked_by_arrows_and_left_by_escape(live_server: Any) -> None:
    def walk(page: Page) -> list[Any]:
        page.goto(f"{live_server.url}/suche/")
        field = page.get_by_role("combobox", name="Suche")
        field.press_sequentially("Park", delay=30)
        listbox = page.get_by_role("listbox", name="Vorschläge")
        expect(listbox).to_be_visible()
        seen: list[Any] = [field.get_attribute("aria-expanded"), active_option(page)]
        field.press("ArrowDown")
        first = active_option(page)
        field.press("ArrowUp")
        seen += [bool(first), active_option(page)]
        field.press("ArrowUp")
        last = active_option(page)
        seen += [bool(last) and last != first, listbox.locator("a").count()]
        field.press("Escape")
        expect(listbox).to_be_hidden()
        seen += [field.get_attribute("aria-expanded"), field.input_value(), active_option(page)]
        field.press("ArrowDown")
        expect(listbox).to_be_visible()
        field.press("ArrowDown")
        chosen = active_option(page)
        field.press("Enter")
        expect(listbox).to_be_hidden()
        expect(field).to_have_value(chosen)
        expect(page.locator("#treffer")).to_contain_text(chosen)
        return [*seen, page.evaluate("document.activeElement.id")]

    assert in_browser(walk) == ["true", "", True, "", True, 0, "false", "Park", "", "suchwort"]


def test_a_suggested_title_opens_its_page(live_server: Any) -> None:
    def walk(page: Page) -> str:
        page.goto(f"{live_server.url}/suche/")
        field = page.get_by_role("combobox")
        field.press_sequentially("Parkausw", delay=30)
        page.get_by_role("option", name=re.compile("Parkausweis online")).click()
        page.wait_for_url("**/wissen/*/")
        return page.url

    assert "/wissen/" in in_browser(walk)


def test_keys_lead_to_the_search_and_the_single_one_can_be_switched_off(live_server: Any) -> None:
    def walk(page: Page) -> list[str]:
        page.set_viewport_size({"width": 1280, "height": 800})
        focus = "document.activeElement.id"
        page.goto(f"{live_server.url}/impressum/")
        page.keyboard.press("Control+k")
        page.wait_for_url("**/suche/#suchwort")
        page.goto(f"{live_server.url}/suche/")
        page.keyboard.press("/")
        seen = [page.evaluate(focus)]
        page.keyboard.type("a/b")
        seen.append(page.get_by_role("combobox").input_value())
        page.get_by_role("button", name="Taste / abschalten").click()
        page.goto(f"{live_server.url}/suche/")
        page.keyboard.press("/")
        seen.append(page.evaluate(focus))
        page.keyboard.press("Control+k")
        seen.append(page.evaluate(focus))
        seen.append(page.get_by_role("button", name="Taste / einschalten").inner_text())
        return seen

    assert in_browser(walk) == ["suchwort", "a/b", "", "suchwort", "Taste / einschalten"]


def test_a_filter_is_applied_where_it_stands_and_taken_back_by_going_back(live_server: Any) -> None:
    def walk(page: Page) -> dict[str, Any]:
        page.set_viewport_size({"width": 1280, "height": 900})
        page.goto(f"{live_server.url}/suche/?q=Park")
        expect(page.locator(HITS)).to_have_count(2)
        box = page.locator("input[name=thema][value=smart-city]")
        box.focus()
        page.keyboard.press("Space")
        expect(page.locator(HITS)).to_have_text(["Parkraumsensorik"])
        seen = {"address": page.url, "focus": page.evaluate("document.activeElement.value")}
        page.go_back()
        expect(page.locator(HITS)).to_have_count(2)
        seen["back"] = page.url
        page.get_by_role("link", name="Nach Titel").click()
        page.wait_for_url("**sortierung=titel**")
        expect(page.locator(HITS)).to_have_text(["Parkausweis online", "Parkraumsensorik"])
        seen["heading"] = page.evaluate("document.activeElement.id")
        page.locator("#von").fill("2031-01-01")
        page.get_by_role("combobox").focus()
        expect(page.locator("#treffer")).to_contain_text("0 Treffer")
        seen["sorted"] = "sortierung=titel" in page.url and "von=2031-01-01" in page.url
        return seen

    assert in_browser(walk) == {
        "address": f"{live_server.url}/suche/?q=Park&thema=smart-city",
        "focus": "smart-city",
        "back": f"{live_server.url}/suche/?q=Park",
        "heading": "treffer",
        "sorted": True,
    }


def test_a_search_that_fails_while_typing_keeps_what_is_there(live_server: Any) -> None:
    def walk(page: Page) -> list[Any]:
        page.goto(f"{live_server.url}/suche/?q=Park")
        page.route(re.compile("teil="), lambda route: route.fulfill(status=503, body="fort"))
        field = page.get_by_role("combobox")
        field.press("End")
        field.press_sequentially("raum")
        expect(page.get_by_role("status").first).to_contain_text("antwortet gerade nicht")
        seen = [page.locator(HITS).count(), field.input_value()]
        page.unroute_all()
        field.press("Enter")
        expect(page.locator(HITS)).to_have_text(["Parkraumsensorik"])
        return seen

    assert in_browser(walk) == [2, "Parkraum"]


@pytest.mark.parametrize(
    "path", ["/suche/?q=Park", "/suche/?q=Quastenflosser", "/suche/?q=Park&thema=recht", "/suche/"]
)
def test_the_page_has_no_known_barrier_on_a_small_phone(live_server: Any, path: str) -> None:
    def walk(page: Page) -> dict[str, Any]:
        page.goto(f"{live_server.url}{path}")
        faults = {"closed": faults_of(page, 360)}
        page.locator(".facets > summary").click()
        faults["filters"] = faults_of(page, 360)
        field = page.get_by_role("combobox")
        field.fill("")
        field.press_sequentially("Park", delay=30)
        expect(page.get_by_role("listbox")).to_be_visible()
        field.press("ArrowDown")
        faults["suggestions"] = faults_of(page, 360)
        return faults

    found = in_browser(walk)
    assert {name: each for name, each in found.items() if each} == {}
