"""The whole way: written in Koblenz, found, answered, downloaded, corrected and withdrawn everywhere.

How long each step takes is measured by ``make bench``; here it only has to happen.
"""

from __future__ import annotations

import hashlib
import re
import time
from collections.abc import Callable, Iterator
from typing import Any

import icalendar
import pytest
import requests
from playwright.sync_api import Browser, Page, expect

from fixtures.network.hubs import Hub
from fixtures.network.probing import is_free
from fixtures.network.running import Network
from tests.browser import editor
from tests.browser.conftest import BROWSER, PATIENCE_MS

pytestmark = BROWSER

TITLE = "Leerungssensoren an Altglascontainern"
SUMMARY = "Vierzig Container melden ihren Füllstand. Die Tour fährt seither nur noch volle Standorte an."
PITFALL = "Die Funkmodule verloren im Februar wegen vereister Deckel elf Tage lang jede Verbindung."
CORRECTION = "Korrigiert: Die Funkmodule verloren wegen vereister Deckel neunzehn Tage lang jede Verbindung."
MODULE = "KI-Leitlinie für Beschäftigte mit Textbausteinen zu Art. 50"
STARTED = "15.03.2025"
SECONDS = 20.0
SEARCHES = ("Leerungssensoren", "Leerungssensor", "Altglaskontainer")
QUESTION = "Warum verloren die Funkmodule an den Containern die Verbindung?"


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(locale="de-DE", viewport={"width": 1280, "height": 1000})
    context.set_default_timeout(PATIENCE_MS)
    yield context.new_page()
    context.close()


def read(hub: Hub, path: str) -> requests.Response:
    """Fetch a page of a hub; Python does not resolve ``*.localhost``, so the host goes in the header."""
    return requests.get(f"{hub.local}{path}", headers={"Host": hub.host}, timeout=10)


def address_on(hub: Hub, path: str, title: str) -> str | None:
    """Where ``title`` leads from a list of the hub, or None when it is not in the list."""
    for address, text in re.findall(r'<a href="([^"#]+)[^"]*"[^>]*>(.*?)</a>', read(hub, path).text, re.S):
        if title in re.sub(r"<[^>]+>", "", text):
            return address
    return None


def wait_for(what: Callable[[], Any], seconds: float = SECONDS) -> tuple[Any, float]:
    """Ask again and again until there is an answer; returns it with the seconds it took."""
    began = time.monotonic()
    while True:
        found = what()
        took = time.monotonic() - began
        if found or took > seconds:
            return found, took
        time.sleep(0.05)


def write_report(page: Page, hub: Hub) -> str:
    """Write and publish the report as an editor does; returns its page id."""
    section = editor.section_id(page, hub)
    page.goto(f"{hub.origin}/admin/pages/add/content/casereportpage/{section}/")
    page.locator("[name=title]").press_sequentially(TITLE)
    page.locator("[name=summary]").fill(SUMMARY)
    editor.type_into(page, "situation", "Zwei Wagen fuhren jeden Container an, ob er voll war oder nicht.")
    editor.open_tab(page, "Eckdaten")
    editor.type_date(page, "started", STARTED)
    editor.type_date(page, "evidence_date", "im Frühjahr 2025")
    editor.open_tab(page, "Kontakt")
    page.get_by_label("Smart City und Sensorik").check()
    page.locator("[name=contact_role]").fill("Stadtreinigung, Sensorik")
    editor.choose_related_page(page, "uses", MODULE)
    editor.publish_button(page).click()
    # Stolpersteine are mandatory: the editor says so, and keeps what was typed.
    expect(page.get_by_text(re.compile("„Stolpersteine“ ist noch nicht beantwortet")).first).to_be_attached()
    expect(page.locator("[name=summary]")).to_have_value(SUMMARY)
    # A date it cannot read is refused, and never replaced by today.
    expect(page.locator("[name=evidence_date]")).to_have_value("im Frühjahr 2025")
    editor.open_tab(page, "Eckdaten")
    editor.type_date(page, "evidence_date", "")
    editor.open_tab(page, "^Text")
    editor.type_into(page, "pitfalls", PITFALL)
    editor.publish(page)
    return editor.page_id_of(page, TITLE)


def test_from_koblenz_to_all_and_gone_again(network: Network, browser: Browser, page: Page) -> None:
    koblenz = network.hubs["koblenz"]
    peers = [hub for hub in network.hubs.values() if hub is not koblenz]
    editor.sign_in(page, koblenz)
    page_id = write_report(page, koblenz)

    # It stands in every list, attributed to Koblenz.
    addresses = {}
    for hub in peers:
        addresses[hub.slug], took = wait_for(lambda hub=hub: address_on(hub, "/wissen/", TITLE))
        assert addresses[hub.slug], f"{hub.slug} does not list it after {took:.1f} s"
        assert addresses[hub.slug].startswith("/von/koblenz/")

    # Every search finds it: as written, inflected, and with a typo.
    for hub in peers:
        for words in SEARCHES:
            found, _ = wait_for(lambda hub=hub, words=words: address_on(hub, f"/suche/?q={words}", TITLE))
            assert found == addresses[hub.slug], f"{hub.slug} does not find “{words}”"

    answer_opens_at_its_passage(browser, network.hubs["trier"])
    module_is_downloaded_with_its_checksum(browser, network.hubs["mainz"], addresses["mainz"])
    barcamp_is_subscribed_to(network)

    # Koblenz corrects it: all show the correction.
    correct(page, koblenz, page_id)
    for hub in peers:
        shown, took = wait_for(lambda hub=hub: "neunzehn Tage" in read(hub, addresses[hub.slug]).text)
        assert shown, f"{hub.slug} does not show the correction after {took:.1f} s"
        assert "elf Tage" not in read(hub, addresses[hub.slug]).text

    # Koblenz withdraws it: gone everywhere, 410 at its origin.
    home = address_on(koblenz, "/wissen/", TITLE)
    assert home
    assert home.startswith("/koblenz/")
    editor.unpublish(page, koblenz, page_id)
    assert read(koblenz, home).status_code == 410
    for hub in network.hubs.values():
        is_gone(hub, addresses.get(hub.slug))


def correct(page: Page, hub: Hub, page_id: str) -> None:
    """Replace the pitfall and publish again."""
    page.goto(f"{hub.origin}/admin/pages/{page_id}/edit/")
    expect(page.locator("[name=started]")).to_have_value(STARTED)
    editor.type_into(page, "pitfalls", CORRECTION)
    editor.publish(page)


def answer_opens_at_its_passage(browser: Browser, hub: Hub) -> None:
    """A question is answered verbatim, and the link opens with the passage in view."""
    found, took = wait_for(lambda: PITFALL in plain(read(hub, f"/fragen/?q={QUESTION}").text))
    assert found, f"no verbatim answer after {took:.1f} s"
    context = browser.new_context(locale="de-DE", viewport={"width": 390, "height": 800})
    reader = context.new_page()
    reader.goto(f"{hub.origin}/fragen/")
    reader.get_by_role("searchbox").fill(QUESTION)
    reader.get_by_role("searchbox").press("Enter")
    passage = reader.locator("article.passage", has_text=TITLE).first
    expect(passage.locator("blockquote")).to_contain_text(PITFALL)
    passage.get_by_role("heading").get_by_role("link").click()
    target = reader.locator(":target")
    expect(target).to_contain_text(PITFALL)
    expect(target).to_be_in_viewport()
    context.close()


def plain(markup: str) -> str:
    """The words of a page without its marks."""
    return re.sub(r"\s+", " ", re.sub(r"</?(mark|span|b)[^>]*>", "", markup))


def module_is_downloaded_with_its_checksum(browser: Browser, hub: Hub, report: str) -> None:
    """From the report to the module to its file, whose bytes match the checksum that is shown."""
    context = browser.new_context(locale="de-DE", accept_downloads=True)
    reader = context.new_page()
    reader.goto(f"{hub.origin}{report}")
    reader.get_by_role("link", name=MODULE).first.click()
    expect(reader.get_by_role("heading", level=1)).to_contain_text("Leitlinie")
    shown = reader.locator(".files code").first.text_content()
    link = reader.locator(".files a").first
    address = link.get_attribute("href")
    assert address
    fetched, took = wait_for(lambda: read(hub, address).status_code == 200)
    assert fetched, f"the file is still being fetched after {took:.1f} s"
    with reader.expect_download() as started:
        link.click()
    saved = started.value.path().read_bytes()
    assert hashlib.sha256(saved).hexdigest() == shown
    assert b"DEMO" in saved[:400]
    context.close()


def barcamp_is_subscribed_to(network: Network) -> None:
    """The barcamp of Mainz is a calendar, at home and on another hub, the same instants on both."""
    feeds = []
    for slug in ("mainz", "trier"):
        hub = network.hubs[slug]
        address = address_on(hub, "/termine/", "Barcamp")
        assert address
        link = re.search(r"/kalender/[0-9a-f-]{36}\.ics", read(hub, address).text)
        assert link
        response = read(hub, link.group())
        assert response.headers["Content-Type"].startswith("text/calendar")
        calendar = icalendar.Calendar.from_ical(response.content)
        events = calendar.walk("VEVENT")
        assert all(not component.errors for component in calendar.walk())
        feeds.append(sorted((str(event["UID"]), event.start, event.end) for event in events))
        again = requests.get(
            f"{hub.local}{link.group()}",
            headers={"Host": hub.host, "If-None-Match": response.headers["ETag"]},
            timeout=10,
        )
        assert again.status_code == 304
    assert feeds[0] == feeds[1]
    assert len(feeds[0]) > 10


def is_gone(hub: Hub, address: str | None) -> None:
    """No list, search, answer, feed or page of this hub still yields the report."""
    gone, took = wait_for(lambda: not address_on(hub, "/wissen/", TITLE))
    assert gone, f"{hub.slug} still lists it after {took:.1f} s"
    for words in (*SEARCHES, "neunzehn Tage"):
        assert TITLE not in plain(read(hub, f"/suche/?q={words}").text)
    assert "neunzehn Tage lang" not in plain(read(hub, f"/fragen/?q={QUESTION}").text)
    assert TITLE not in read(hub, "/").text
    if address:
        response = read(hub, address)
        assert response.status_code == 410
        assert TITLE not in response.text


def test_pages_may_hear_their_own_live_process_and_no_other(network: Network, page: Page) -> None:
    """It has an address of its own here: their policy and its answer have to allow it."""
    ask = "address => fetch(address).then((answer) => answer.status, () => 'not allowed')"
    mainz, trier = network.hubs["mainz"], network.hubs["trier"]
    for hub in (mainz, trier):
        assert wait_for(lambda hub=hub: not is_free(hub.live_port), 60)[0]
    page.goto(mainz.origin)
    address = "http://{0.slug}.localhost:{0.live_port}/live/?ticket=forged"
    assert page.evaluate(ask, address.format(mainz)) == 403
    assert page.evaluate(ask, address.format(trier)) == "not allowed"
