"""axe on every kind of page, in light and dark, on a phone and on a desk; and nothing scrolls sideways."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page

from fixtures.network.hubs import PROJECT
from fixtures.network.running import Network
from tests.browser.conftest import BROWSER
from tests.browser.editor import sign_in
from tests.browser.test_network import address_on, wait_for

pytestmark = BROWSER

AXE = PROJECT / "node_modules" / "axe-core" / "axe.min.js"
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
SETUPS = {
    "phone": (320, "light"),
    "phone, dark": (360, "dark"),
    "desk": (1440, "light"),
    "desk, dark": (1440, "dark"),
}
FIXED = {
    "home": "/",
    "list": "/wissen/",
    "filtered list": "/wissen/?thema=ki&art=case_report",
    "empty list": "/wissen/?thema=beteiligung&reife=idea",
    "events": "/termine/",
    "bodies": "/kommunen/",
    "one of them": "/kommunen/07111000/",
    "search": "/suche/?q=Sensoren",
    "nothing found": "/suche/?q=Quastenflosser",
    "question": "/fragen/?q=Was kostet die Parkraumsensorik?",
    "no answer": "/fragen/?q=Wie wird das Wetter in Australien?",
    "how answers are made": "/fragen/so-funktioniert-es/",
    "sign-in": "/konto/login/",
    "legal notice": "/impressum/",
    "privacy": "/datenschutz/",
    "accessibility": "/barrierefreiheit/",
    "not found": "/gibt-es-nicht/",
    "module": "/mainz/barcamp-handbuch/",
    "event": "/mainz/barcamp-2027/",
    "body": "/mainz/",
    "own report": "/mainz/website-relaunch/",
    "collection": "/sammlung/",
    "digest": "/rundbrief/",
    "interface": "/api/",
}
WRITERS = {
    "home": "/",
    "my area": "/mein/",
    "teams": "/konto/team/",
    "messages": "/nachrichten/",
    "statements": "/erklaerungen/",
    "reports": "/berichte/",
    "reach": "/berichte/reichweite/",
    "progress": "/berichte/fortschritt/",
    "responsibilities": "/berichte/verantwortung/",
    "newsletter": "/berichte/newsletter/",
    "question to the community": "/fragen/an-die-community/?q=Wer hat Parkraumsensorik?",
    "keys": "/mein/schluessel/",
    "saved searches": "/mein/suchen/",
    "save a search": "/mein/suchen/neu/?q=Parkraumsensorik&thema=mobilitaet",
}
COORDINATORS = {
    "webhooks": "/mein/webhooks/",
    "new webhook": "/mein/webhooks/neu/",
}
HIDDEN = """() => [...document.querySelectorAll(".account-nav a")].some(
    (link) => link.getBoundingClientRect().right > document.documentElement.clientWidth
)"""
OVERLAPS = """() => {
    const name = document.querySelector(".site-name-text").getBoundingClientRect();
    const links = [...document.querySelectorAll(".site-account a")];
    const boxes = links.map((link) => link.getBoundingClientRect());
    return boxes.some((box) => box.width && box.left < name.right && box.top < name.bottom);
}"""


def faults_of(page: Page, width: int) -> list[str]:
    """What axe finds on the page shown, and whether it is wider than the window."""
    page.evaluate(AXE.read_text())
    found = page.evaluate("rules => axe.run(document, rules)", RULES)["violations"]
    wide = page.evaluate("document.documentElement.scrollWidth")
    faults = [f"{item['id']}: {item['nodes'][0]['html'][:120]}" for item in found]
    return [*faults, f"is {wide} pixels wide"] if wide > width else faults


@pytest.mark.parametrize("setup", SETUPS)
def test_no_page_has_a_known_barrier(network: Network, browser: Browser, setup: str) -> None:
    width, scheme = SETUPS[setup]
    hub = network.hubs["mainz"]
    # Whoever comes first waits until four new hubs have told each other all they have.
    received, _ = wait_for(lambda: address_on(hub, "/wissen/?kommune=07111000", "Parkraumsensorik"), 180)
    assert received
    context = browser.new_context(
        locale="de-DE", viewport={"width": width, "height": 900}, color_scheme=scheme, reduced_motion="reduce"
    )
    page = context.new_page()
    faults = {}
    for name, path in {**FIXED, "received report": received}.items():
        page.goto(f"{hub.origin}{path}")
        faults[name] = faults_of(page, width)
    context.close()
    assert {name: found for name, found in faults.items() if found} == {}


@pytest.mark.parametrize(("role", "pages"), [("redaktion", WRITERS), ("koordination", COORDINATORS)])
def test_who_may_write_has_a_header_that_fits_on_the_smallest_phone(
    network: Network, browser: Browser, role: str, pages: dict[str, str]
) -> None:
    hub = network.hubs["ludwigshafen"]  # the longest name of the four
    context = browser.new_context(
        locale="de-DE", viewport={"width": 320, "height": 900}, reduced_motion="reduce"
    )
    page = context.new_page()
    sign_in(page, hub, role)
    faults = {}
    for name, path in pages.items():
        response = page.goto(f"{hub.origin}{path}")
        assert response is not None
        assert response.status == 200, path
        faults[name] = faults_of(page, 320)
        if page.evaluate(OVERLAPS):
            faults[name].append("has links over the name of the site")
        if page.evaluate(HIDDEN):
            faults[name].append("has links of the own area out of sight")
    page.goto(f"{hub.origin}/mein/")
    page.get_by_role("link", name="Zur Redaktion").click()
    page.wait_for_url(f"{hub.origin}/admin/")
    context.close()
    assert {name: found for name, found in faults.items() if found} == {}


def test_the_way_to_a_report_goes_by_keyboard_alone(network: Network, browser: Browser) -> None:
    hub = network.hubs["mainz"]
    context = browser.new_context(
        locale="de-DE", viewport={"width": 1280, "height": 900}, java_script_enabled=False
    )
    page = context.new_page()
    page.goto(f"{hub.origin}/suche/")
    page.keyboard.press("Tab")
    assert page.locator(":focus").get_attribute("href") == "#inhalt"
    page.get_by_role("textbox", name="Suche", exact=True).focus()
    page.keyboard.type("Lichtmasten Radweg")
    page.keyboard.press("Enter")
    page.wait_for_url("**/suche/?*q=Lichtmasten*")
    hits = page.get_by_role("article").get_by_role("heading").get_by_role("link")
    hits.first.focus()
    page.keyboard.press("Enter")
    page.wait_for_load_state()
    assert page.get_by_role("heading", level=1).inner_text()
    assert "/suche/" not in page.url
    context.close()
