"""Where sources lead in a real browser: to the quoted words, in view and marked; and how answers print."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from hub.documents import Viewer
from search.answers.service import answer_question
from tests.answers.attached_files import attached
from tests.browser.conftest import BROWSER, PATIENCE_MS
from tests.browser.test_digest import in_browser
from tests.search.attaching import PEER, reading
from tests.search.catalogue import make_document, publish, section
from tests.search.conftest import content, read_as
from tests.theme.entries import add_bodies

__all__ = ["content", "read_as"]

pytestmark = [*BROWSER, pytest.mark.django_db(transaction=True, serialized_rollback=True)]

BOARD = "Die Anzeigetafel am Parkhaus nennt freie Plätze."
CARE = ("Die Wartung der Tafeln übernimmt der Bauhof.", "Er prüft sie jeden Monat.")
FEE = "Die Parkgebühr beträgt zwei Euro je Stunde."
LONG = tuple(f"Absatz {number}: {'Davor stand vieles andere. ' * 12}" for number in range(30))


@pytest.fixture(autouse=True)
def corpus(content: Any, read_as: Any) -> None:
    """A long report whose last sections answer, and one with a long file of which the last line does."""
    expect.set_options(timeout=PATIENCE_MS)
    add_bodies()
    sections = (section("Vorgeschichte", *LONG), section("Ziel", BOARD), section("Betrieb", *CARE))
    publish(make_document("Parkleitsystem", sections=sections, origin=PEER), source="trier")
    read_as(reading("\n".join((*LONG, FEE))))
    attached(title="Satzung")
    answer_question("Anzeigetafel", Viewer.anonymous())  # the first one of a process takes its time


def follow(page: Page, address: str, wording: str) -> None:
    """Ask, and open the source that quotes this."""
    page.goto(address)
    source = page.locator("article.passage").filter(has=page.locator("blockquote", has_text=wording)).first
    source.locator(".passage-open a").click()
    page.wait_for_load_state()


def shown(page: Page) -> dict[str, Any]:
    """What the address aims at, once it is in view: its words, and whether it is set off."""
    target = page.locator(":target")
    expect(target).to_have_count(1)
    expect(target).to_be_in_viewport()
    return {
        "text": target.inner_text(),
        "marked": target.evaluate("element => getComputedStyle(element).boxShadow !== 'none'"),
        "scrolled": page.evaluate("scrollY > innerHeight"),
    }


def test_a_passage_of_a_document_is_in_view_and_marked(live_server: Any) -> None:
    def walk(page: Page) -> dict[str, Any]:
        follow(page, f"{live_server.url}/fragen/?q=Was nennt die Anzeigetafel am Parkhaus?", BOARD)
        seen = {"one": shown(page)}
        follow(page, f"{live_server.url}/fragen/?q=Wer übernimmt die Wartung der Tafeln?", CARE[0])
        for wording in CARE:
            expect(page.get_by_text(wording)).to_be_in_viewport()
        return {**seen, "more": page.evaluate("scrollY > innerHeight"), "anchor": page.url.partition("#")[2]}

    seen = in_browser(walk)
    assert seen.pop("anchor").partition(":~:")[0] == "betrieb-1"
    assert seen == {"one": {"text": BOARD, "marked": True, "scrolled": True}, "more": True}


def test_a_passage_of_a_file_is_in_view_and_marked(live_server: Any) -> None:
    def walk(page: Page) -> dict[str, Any]:
        follow(page, f"{live_server.url}/fragen/?q=Welche Parkgebühr gilt je Stunde?", FEE)
        expect(page.locator("mark")).to_be_in_viewport()
        return {**shown(page), "tag": page.locator(":target").evaluate("element => element.tagName")}

    seen = in_browser(walk)
    assert seen.pop("text").endswith(FEE)
    assert seen == {"tag": "MARK", "marked": True, "scrolled": True}


def test_on_paper_stand_question_and_sources_without_navigation(live_server: Any) -> None:
    question = "Was nennt die Anzeigetafel am Parkhaus?"

    def walk(page: Page) -> list[Any]:
        page.goto(f"{live_server.url}/fragen/?q={question}")
        places = (
            ".site-nav, .site-footer, .breadcrumb, .ask form, .passage-open, #hinweis",
            "article.passage .quoted, article.passage .passage-facts",
        )
        seen = []
        for media in ("screen", "print"):
            page.emulate_media(media=media)
            visible = [page.locator(place).locator("visible=true").count() > 0 for place in places]
            seen.append([*visible, page.locator(".ask-printed", has_text=question).first.is_visible()])
        return [*seen, page.locator(".quoted", has_text=BOARD).first.is_visible()]

    assert in_browser(walk) == [[True, True, False], [False, True, True], True]
