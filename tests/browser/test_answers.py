"""Questions in a real browser, with a model at the end of a real connection."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from hub.documents import Viewer
from search.answers.generation import streaming
from search.answers.models import AnswerLog
from search.answers.service import answer_question
from tests.browser.conftest import BROWSER, PATIENCE_MS
from tests.browser.test_accessibility import faults_of
from tests.browser.test_digest import in_browser
from tests.search.catalogue import make_document, publish, section
from tests.theme.entries import add_bodies
from tests.wire.model_server import Asked, ModelServer, Reply, claim, ending, failing, serve_model, words

pytestmark = [*BROWSER, pytest.mark.django_db(transaction=True, serialized_rollback=True)]

QUESTION = "Welcher Sensor meldet freie Parkplätze?"
ASKED = f"/fragen/?q={QUESTION}"


@pytest.fixture(autouse=True)
def corpus() -> None:
    expect.set_options(timeout=PATIENCE_MS)
    add_bodies()
    one, two = (
        "Der Sensor meldet freie Parkplätze am Bach.",
        "Freie Parkplätze meldet der Sensor auch im Winter.",
    )
    publish(make_document("Parkraumsensorik", sections=(section("Ziel", one), section("Betrieb", two))))
    publish(make_document("Bahnhof", "Ein Sensor meldet freie Parkplätze am Bahnhof."))
    answer_question(QUESTION, Viewer.anonymous())  # the first one of a process takes its time


@pytest.fixture
def model(monkeypatch: pytest.MonkeyPatch) -> Iterator[ModelServer]:
    """An endpoint that quotes what it is given, and the hub set up to use it."""
    with serve_model() as server:
        known = replace(streaming.env, answers_url=server.url, answers_model="scripted")
        monkeypatch.setattr(streaming, "env", known)
        yield server


def numbers(page: Page) -> list[str]:
    """The sources' numbers as they are read out."""
    return [" ".join(text.split()) for text in page.locator(".source-number").all_inner_texts()]


def held(server: ModelServer) -> None:
    """Let the model stop after its first claim until it is released."""

    def script(asked: Asked) -> Reply:
        def pieces() -> Iterator[bytes]:
            for number, text in sorted(asked.passages.items())[:2]:
                if number > 1:
                    server.release.wait()
                yield words(claim(text, (number, text)))
            yield from ending()

        return Reply(pieces())

    server.script = script


LISTEN = """() => {
    window.said = [];
    const status = document.querySelector("[data-status]");
    new MutationObserver(() => window.said.push(status.textContent)).observe(status, {childList: true});
}"""


def test_an_answer_comes_claim_by_claim_with_its_sources(live_server: Any, model: ModelServer) -> None:
    held(model)

    def walk(page: Page) -> dict[str, Any]:
        faults: list[str] = []
        page.on("console", lambda message: faults.append(message.text))
        page.goto(live_server.url + ASKED)
        page.evaluate(LISTEN)
        claims = page.locator(".claim")
        expect(claims).to_have_count(1)
        expect(page.get_by_role("button", name="Abbrechen")).to_be_visible()
        seen: dict[str, Any] = {"first": numbers(page), "working": faults_of(page, 360)}
        model.release.set()
        expect(claims).to_have_count(2)
        expect(page.get_by_role("button", name="Abbrechen")).to_be_hidden()
        expect(page.locator(".answer-unused summary")).to_be_visible()
        seen |= {"then": numbers(page), "said": page.evaluate("window.said"), "phone": faults_of(page, 360)}
        page.set_viewport_size({"width": 1440, "height": 900})
        seen["desk"] = faults_of(page, 1440)
        beside = [page.locator(place).bounding_box() for place in (".generated", ".source-number >> nth=0")]
        seen["beside"] = bool(
            beside[0] and beside[1] and beside[1]["x"] > beside[0]["x"] + beside[0]["width"]
        )
        claims.last.get_by_role("link").click()
        expect(page.locator("#quelle-2")).to_be_in_viewport()
        return {**seen, "console": faults}

    seen = in_browser(walk)
    assert seen.pop("said")[-1] == "Die Antwort ist fertig: 2 Aussagen mit Quellen."
    assert seen == {
        "first": ["Quelle 1"],
        "then": ["Quelle 1", "Quelle 2"],
        "working": [],
        "phone": [],
        "desk": [],
        "beside": True,
        "console": [],
    }


def test_an_answer_is_cancelled_by_keyboard_and_asked_for_again(live_server: Any, model: ModelServer) -> None:
    held(model)

    def walk(page: Page) -> list[Any]:
        page.goto(live_server.url + ASKED)
        expect(page.locator(".claim")).to_have_count(1)
        button = page.get_by_role("button", name="Abbrechen")
        button.focus()
        page.keyboard.press("Enter")
        expect(page.locator("[data-status]")).to_have_text("Abgebrochen. Die Fundstellen bleiben stehen.")
        seen: list[Any] = [page.evaluate("document.activeElement.id"), numbers(page)]
        model.release.set()
        again = page.get_by_role("link", name="Noch einmal versuchen")
        again.focus()
        page.keyboard.press("Enter")
        expect(page.locator(".claim")).to_have_count(2)
        expect(page.locator(".answer-unused summary")).to_be_visible()
        return [*seen, numbers(page), page.url.partition("?")[0]]

    expected = ["antwort-titel", ["Quelle 1"], ["Quelle 1", "Quelle 2"], f"{live_server.url}/fragen/"]
    assert in_browser(walk) == expected


def test_a_model_that_fails_leaves_the_passages(live_server: Any, model: ModelServer) -> None:
    model.script = failing

    def walk(page: Page) -> list[Any]:
        page.goto(live_server.url + ASKED)
        expect(page.locator(".answer-end")).to_contain_text("Das Sprachmodell antwortet gerade nicht.")
        expect(page.get_by_role("link", name="Noch einmal versuchen")).to_be_visible()
        return [page.locator("article.passage").count(), numbers(page), faults_of(page, 360)]

    assert in_browser(walk) == [3, [], []]


def test_without_javascript_the_answer_is_a_link_away_and_can_be_judged(
    live_server: Any, model: ModelServer
) -> None:
    def walk(page: Page) -> dict[str, Any]:
        browser = page.context.browser
        assert browser is not None
        plain = browser.new_context(
            locale="de-DE", java_script_enabled=False, user_agent="Firefox"
        ).new_page()
        plain.goto(f"{live_server.url}/fragen/")
        plain.get_by_role("searchbox").fill(QUESTION)
        plain.get_by_role("searchbox").press("Enter")
        seen = {"before": plain.locator(".claim").count()}
        plain.get_by_role("link", name="Antwort formulieren").click()
        seen |= {"claims": plain.locator(".claim").count(), "numbers": numbers(plain)}
        plain.get_by_role("button", name="Ja", exact=True).click()
        seen["thanks"] = plain.get_by_role("heading", level=1).inner_text()
        plain.get_by_role("link", name="Zurück zur Antwort").click()
        seen["back"] = plain.get_by_role("searchbox").input_value()
        return seen

    assert in_browser(walk) == {
        "before": 0,
        "claims": 2,
        "numbers": ["Quelle 1", "Quelle 2"],
        "thanks": "Danke",
        "back": QUESTION,
    }


def test_what_one_thinks_is_said_without_leaving_the_page(live_server: Any) -> None:
    def walk(page: Page) -> list[Any]:
        browser = page.context.browser
        assert browser is not None
        page = browser.new_context(locale="de-DE", user_agent="Firefox").new_page()
        page.goto(live_server.url + ASKED)
        faults = faults_of(page, page.evaluate("innerWidth"))
        page.get_by_role("checkbox", name=re.compile("Wortlaut meiner Frage")).check()
        page.get_by_role("button", name="Nein", exact=True).click()
        expect(page.locator("[data-feedback-said]")).to_contain_text("mit dem Wortlaut Ihrer Frage")
        return [faults, page.locator("[data-feedback]").count(), page.url.partition("?")[0]]

    assert in_browser(walk) == [[], 0, f"{live_server.url}/fragen/"]
    row = AnswerLog.objects.get()
    assert (row.helpful, row.text) == (False, QUESTION)
