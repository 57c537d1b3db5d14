"""A note in two browsers at once: nothing is lost, the caret stays, the connection may go."""

from __future__ import annotations

import json
import random
import re
import subprocess
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connections
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from events.models import Note, Plan, Registration, Session
from events.noting import services
from events.noting.merging import merge
from events.noting.services import open_note
from tests.browser.conftest import BROWSER
from tests.browser.programme import PHONE, TITLES, WIDE, add_day, in_browser, open_context
from tests.browser.test_accessibility import faults_of
from tests.factories.events import add_participant, add_seat
from tests.permissions.callers import add_account

pytestmark = [*BROWSER, pytest.mark.django_db(transaction=True, serialized_rollback=True)]

PATIENCE = 12_000


@pytest.fixture
def plan() -> Plan:
    return add_day()


@pytest.fixture
def note(plan: Plan) -> Note:
    return open_note(session=Session.objects.get(title=TITLES[0]))


@pytest.fixture
def address(live_server: Any, plan: Plan, note: Note) -> str:
    key = plan.desk.event.translation_key
    return f"{live_server.url}/veranstaltungen/{key}/notizen/{note.session_id}/"


def add_writer(plan: Plan, name: str) -> dict[str, Any]:
    """Somebody with a seat; returns the cookie of a session in which they are signed in."""
    email = f"{name.lower()}@trier.demo.invalid"
    user = add_account(email, first_name=name, last_name="Beispiel")
    add_seat(add_participant(plan.desk, name, user=user, email=email))
    client = Client()
    client.force_login(user, "django.contrib.auth.backends.ModelBackend")
    return {"name": settings.SESSION_COOKIE_NAME, "value": client.cookies[settings.SESSION_COOKIE_NAME].value}


def open_note_page(context: BrowserContext, address: str) -> Page:
    page = context.new_page()
    page.goto(address)
    expect(field(page)).to_be_visible()
    return page


def field(page: Page) -> Any:
    return page.get_by_role("textbox", name="Notiz")


def put_caret(page: Page, after: str) -> None:
    """Behind the first such words."""
    field(page).focus()
    field(page).evaluate(
        """(each, after) => {
            const at = each.value.indexOf(after) + after.length;
            each.setSelectionRange(at, at);
        }""",
        after,
    )


def before_caret(page: Page) -> str:
    """The line up to the caret."""
    text = field(page).evaluate("(each) => each.value.slice(0, each.selectionStart)")
    return str(text).split("\n")[-1]


def wait_text(page: Page, text: str) -> None:
    expect(field(page)).to_have_value(text, timeout=PATIENCE)


def test_two_write_at_once_and_the_caret_stays_where_it_was(
    live_server: Any, plan: Plan, address: str
) -> None:
    cookies = [add_writer(plan, name) for name in ("Kim", "Lou")]

    def walk(browser: Browser) -> dict[str, list[str]]:
        kim, lou = (
            open_note_page(open_context(browser, live_server.url, cookie, viewport=size), address)
            for cookie, size in zip(cookies, (WIDE, PHONE), strict=True)
        )
        field(kim).fill("## Anfang\n\n## Fragen\n\n## Ende")
        wait_text(lou, "## Anfang\n\n## Fragen\n\n## Ende")
        put_caret(lou, "## Fragen\n")
        lou.keyboard.type("Was kostet")
        put_caret(kim, "## Anfang\n")
        kim.keyboard.type("Mainz hat\nzwei Jahre\ngeprüft.")
        both = "## Anfang\nMainz hat\nzwei Jahre\ngeprüft.\n## Fragen\nWas kostet\n## Ende"
        wait_text(kim, both)
        wait_text(lou, both)
        # Three lines came in above; Lou goes on in the middle of the sentence.
        assert before_caret(lou) == "Was kostet"
        lou.keyboard.type(" das im Jahr?")
        wait_text(kim, both.replace("Was kostet", "Was kostet das im Jahr?"))
        assert before_caret(kim) == "geprüft."
        expect(kim.locator("[data-who]")).to_have_text("Lou Beispiel schreibt gerade", timeout=PATIENCE)
        expect(lou.locator("[data-said]")).to_have_text("Gespeichert", timeout=PATIENCE)
        faults = {"wide": faults_of(kim, 1280), "phone": faults_of(lou, 360)}
        lou.goto(f"{address}verlauf/?fassung=1")
        expect(lou.get_by_role("heading", level=1)).to_contain_text("zurückholen?")
        return faults | {"older": faults_of(lou, 360)}

    assert in_browser(walk) == {"wide": [], "phone": [], "older": []}
    assert Note.objects.get().text.endswith("Was kostet das im Jahr?\n## Ende")


def test_typing_without_a_pause_while_others_write_loses_no_key(
    live_server: Any, plan: Plan, address: str
) -> None:
    cookies = [add_writer(plan, name) for name in ("Kim", "Lou")]
    words = "Das ist ein langer Satz, der ohne Pause geschrieben wird, damit Antworten dazwischen kommen."

    def walk(browser: Browser) -> None:
        kim, lou = (
            open_note_page(open_context(browser, live_server.url, cookie, viewport=WIDE), address)
            for cookie in cookies
        )
        field(kim).fill("Oben\n\nUnten")
        wait_text(lou, "Oben\n\nUnten")
        put_caret(lou, "Unten")
        put_caret(kim, "Oben\n")
        for number, word in enumerate(words.split(" ")):
            kim.keyboard.type(word if number == 0 else f" {word}", delay=20)
            lou.keyboard.type(f"\n{number}")
            if number % 3 == 0:
                kim.wait_for_timeout(1_000)  # answers arrive while the next word is typed
        ends = "\n".join(str(number) for number in range(len(words.split(" "))))
        for page in (kim, lou):
            wait_text(page, f"Oben\n{words}\nUnten\n{ends}")

    in_browser(walk)


def test_without_a_connection_it_is_kept_and_merged_on_coming_back(
    live_server: Any, plan: Plan, address: str
) -> None:
    cookies = [add_writer(plan, name) for name in ("Kim", "Lou")]

    def walk(browser: Browser) -> dict[str, list[str]]:
        away = open_context(browser, live_server.url, cookies[0], viewport=PHONE)
        kim = open_note_page(away, address)
        lou = open_note_page(open_context(browser, live_server.url, cookies[1], viewport=WIDE), address)
        field(kim).fill("Kosten: ?\n\nFrist: ?")
        wait_text(lou, "Kosten: ?\n\nFrist: ?")
        away.set_offline(True)
        field(kim).fill("Kosten: 40 Euro\n\nFrist: ?\nOffline geschrieben")
        expect(kim.locator("[data-said]")).to_have_text(re.compile("Keine Verbindung"), timeout=PATIENCE)
        field(lou).fill("Kosten: 60 Euro\n\nFrist: zwei Wochen")
        expect(lou.locator("[data-said]")).to_have_text("Gespeichert", timeout=PATIENCE)
        # The phone's browser is closed and opened again before there is a connection.
        kept = kim.evaluate("Object.entries(localStorage)")
        kim.close()
        assert "Offline geschrieben" in json.dumps(kept)
        away.set_offline(False)
        kim = open_note_page(away, address)
        clash = "▼▼▼ Lou Beispiel\nKosten: 60 Euro\n◆◆◆ Kim Beispiel\nKosten: 40 Euro\n▲▲▲"
        merged = f"{clash}\n\nFrist: zwei Wochen\nOffline geschrieben"
        wait_text(kim, merged)
        wait_text(lou, merged)
        part = lou.locator("[data-clashes]")
        expect(part).to_contain_text("Zwei Fassungen derselben Stelle")
        faults = {"clash": faults_of(lou, 1280), "clash on a phone": faults_of(kim, 360)}
        part.get_by_role("button", name="Behalten: Kim Beispiel").click()
        expect(part).to_be_hidden()
        wait_text(kim, "Kosten: 40 Euro\n\nFrist: zwei Wochen\nOffline geschrieben")
        expect(kim.locator("[data-said]")).to_have_text("Gespeichert", timeout=PATIENCE)
        assert kim.evaluate("localStorage.length") == 0
        return faults

    assert in_browser(walk) == {"clash": [], "clash on a phone": []}


def test_what_was_written_when_it_was_closed_can_be_copied(
    live_server: Any, plan: Plan, note: Note, address: str
) -> None:
    cookie = add_writer(plan, "Kim")

    def walk(browser: Browser) -> dict[str, list[str]]:
        context = open_context(browser, live_server.url, cookie, viewport=PHONE)
        page = open_note_page(context, address)
        field(page).fill("Rechtzeitig")
        expect(page.locator("[data-said]")).to_have_text("Gespeichert", timeout=PATIENCE)
        context.set_offline(True)
        field(page).fill("Rechtzeitig\nZu spät, aber wichtig")
        close_in_thread(note)
        context.set_offline(False)
        kept = page.locator("[data-kept]")
        expect(kept).to_be_visible(timeout=PATIENCE)
        expect(kept.locator("textarea")).to_have_value("Rechtzeitig\nZu spät, aber wichtig")
        page.reload()
        expect(kept).to_be_visible()
        faults = {"closed": faults_of(page, 360)}
        kept.get_by_role("button", name="Erledigt, ausblenden").click()
        page.reload()
        expect(page.get_by_role("heading", name="Dürfen Ihre Zeilen veröffentlicht werden?")).to_be_visible()
        expect(kept).to_be_hidden()
        return faults

    assert in_browser(walk) == {"closed": []}
    assert Note.objects.get().text == "Rechtzeitig"


def close_in_thread(note: Note) -> None:
    in_thread(lambda: services.close(note.pk, "https://mainz.demo.invalid/", timezone.now()))


def in_thread(act: Callable[[], object]) -> None:
    """The browser's thread has an event loop, in which Django's ORM is not to be used."""

    def run() -> None:
        try:
            act()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        pool.submit(run).result()


COMPOSE = """(each, text) => {
    each.dispatchEvent(new CompositionEvent("compositionstart"));
    each.setRangeText(text, each.selectionStart, each.selectionEnd, "end");
    each.dispatchEvent(new InputEvent("input", { isComposing: true }));
}"""
COMPOSED = """(each, [old, text]) => {
    const at = each.selectionStart;
    each.setRangeText(text, at - old.length, at, "end");
    each.dispatchEvent(new InputEvent("input", { isComposing: true }));
    each.dispatchEvent(new CompositionEvent("compositionend", { data: text }));
}"""


def test_an_answer_waits_for_the_input_method(live_server: Any, plan: Plan, address: str) -> None:
    """While a word is composed, the text below it is not replaced: it would be torn, or stand there twice."""
    cookies = [add_writer(plan, name) for name in ("Kim", "Lou")]

    def walk(browser: Browser) -> None:
        kim, lou = (
            open_note_page(open_context(browser, live_server.url, cookie, viewport=PHONE), address)
            for cookie in cookies
        )
        field(kim).fill("Oben\n\nUnten")
        wait_text(lou, "Oben\n\nUnten")
        expect(kim.locator("[data-said]")).to_have_text("Gespeichert", timeout=PATIENCE)
        held: list[Route] = []
        kim.route(address, lambda route: held.append(route))
        put_caret(kim, "Unten")
        with kim.expect_request(lambda request: request.method == "POST"):
            kim.keyboard.type(" in")
        field(lou).fill("Oben\nVon Lou\nUnten")
        expect(lou.locator("[data-said]")).to_have_text("Gespeichert", timeout=PATIENCE)
        field(kim).evaluate(COMPOSE, "Shinj")
        with kim.expect_response(address) as answer:
            held[0].continue_()
        assert "Von Lou" in answer.value.json()["text"]
        kim.unroute(address)
        kim.wait_for_timeout(1_500)
        assert field(kim).input_value() == "Oben\n\nUnten inShinj"
        field(kim).evaluate(COMPOSED, ["Shinj", " 新宿"])
        for page in (kim, lou):
            wait_text(page, "Oben\nVon Lou\nUnten in 新宿")
        assert before_caret(kim) == "Unten in 新宿"

    in_browser(walk)


@pytest.mark.parametrize("is_gone", [True, False], ids=["gone", "refused"])
def test_who_may_write_no_more_is_told_why_and_keeps_the_text(
    live_server: Any, plan: Plan, note: Note, address: str, is_gone: bool
) -> None:
    cookie = add_writer(plan, "Kim")
    sessions, seats = Session.objects.filter(pk=note.session_id), Registration.objects.all()
    words = "Diese Session gibt es nicht mehr." if is_gone else "Sie dürfen hier nicht mehr schreiben."

    def allow(*, may: bool) -> None:
        if is_gone:
            sessions.update(state=Session.State.ACCEPTED if may else Session.State.WITHDRAWN)
        else:
            seats.update(state=Registration.State.CONFIRMED if may else Registration.State.CANCELLED)

    def walk(browser: Browser) -> dict[str, list[str]]:
        page = open_note_page(open_context(browser, live_server.url, cookie, viewport=PHONE), address)
        field(page).fill("Gespeichert")
        expect(page.locator("[data-said]")).to_have_text("Gespeichert", timeout=PATIENCE)
        in_thread(lambda: allow(may=False))
        field(page).fill("Gespeichert\nUnd noch getippt")
        problem = page.get_by_role("alert").filter(has_text=words)
        expect(problem).to_contain_text("Kopieren Sie ihn", timeout=PATIENCE)
        expect(page.locator("[data-said]")).to_have_text("")
        expect(field(page)).to_have_value("Gespeichert\nUnd noch getippt")
        expect(field(page)).to_have_attribute("readonly", "")
        field(page).select_text()
        assert page.evaluate("() => String(getSelection()) || document.activeElement.value").endswith(
            "getippt"
        )
        assert "Und noch getippt" in page.evaluate("() => JSON.stringify(localStorage)")
        faults = {words: faults_of(page, 360)}
        # It was a slip, and put right: what was typed meanwhile is saved.
        in_thread(lambda: allow(may=True))
        expect(page.locator("[data-said]")).to_have_text("Gespeichert", timeout=PATIENCE)
        expect(problem).to_be_hidden()
        field(page).press_sequentially("!")
        return faults

    assert in_browser(walk) == {words: []}
    assert "Und noch getippt" in Note.objects.get().text


def test_who_lost_the_token_alone_signs_in_again(live_server: Any, plan: Plan, address: str) -> None:
    cookie = add_writer(plan, "Kim")

    def walk(browser: Browser) -> None:
        context = open_context(browser, live_server.url, cookie, viewport=PHONE)
        page = open_note_page(context, address)
        context.clear_cookies(name=settings.CSRF_COOKIE_NAME)
        field(page).fill("Getippt")
        expect(page.locator("[data-said]")).to_contain_text("nicht mehr angemeldet", timeout=PATIENCE)
        with context.expect_page() as other:
            page.get_by_role("link", name="Neu anmelden").click()
        other.value.wait_for_load_state()
        expect(page.locator("[data-said]")).to_have_text("Gespeichert", timeout=PATIENCE)

    in_browser(walk)
    assert Note.objects.get().text == "Getippt"


def test_merging_in_the_browser_makes_what_the_server_makes(tmp_path: Path) -> None:
    """The same rules hold for any texts: run by Node, which runs the same module."""
    root = Path(__file__).resolve().parents[2]
    check = Path(__file__).with_name("merging_check.mjs")
    module = root / "events" / "static" / "events" / "noting" / "merging.js"
    cases = tmp_path / "cases.json"
    cases.write_text(json.dumps([*list_cases(400, 9), *list_cases(8, 400)]), encoding="utf-8")
    done = subprocess.run(
        ["node", str(check), str(module), str(cases)], capture_output=True, text=True, check=False
    )
    assert done.stdout.strip() == "3000 merges", done.stderr


def list_cases(number: int, longest: int) -> list[tuple[str, str, str, str]]:
    """Texts of at most so many lines, some of which repeat themselves, and what the server merges."""
    dice = random.Random(longest)

    def text() -> str:
        words = ["", "a", "b", "Kosten", *(f"Zeile {each}" for each in range(longest // 3))]
        return "\n".join(dice.choices(words, k=dice.randint(1, longest)))

    texts = [(text(), text(), text()) for _ in range(number)]
    return [(*each, merge(*each, names=("Kim", "Lou"))) for each in texts]
