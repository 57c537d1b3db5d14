"""Where a quotation opens: at its anchor, and at its very words where that is not the same."""

from __future__ import annotations

import re
from urllib.parse import unquote

from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from hub.catalogue.models import CatalogueEntry
from hub.documents import Block, Document, Section, Text
from search.answers.models import Passage
from search.answers.opening import address_of
from search.answers.passages import cut_passages
from tests.search.catalogue import make_document, section

ID = "http://koblenz.example/id/0b6c1e3e-0000-4000-8000-000000000001"
PATH = "/wissen/steuern/"


def entry_of(document: Document) -> CatalogueEntry:
    entry = CatalogueEntry(object_id=document.id, path=PATH, uuid=document.uuid)
    entry.__dict__["document"] = document
    return entry


def address(*texts: str, number: int = 0, wording: str = "", language: str = "de", **fields: str) -> str:
    """Of the passage ``number`` of a document with one section of these blocks."""
    text = Text(title=fields.get("title", "Titel"), sections=(section("Verlauf", *texts),))
    return opened(make_document("", id=ID, texts={language: text}, case=None), number, wording)


def opened(document: Document, number: int = 0, wording: str = "") -> str:
    cut = cut_passages(document)[number]
    passage = Passage(
        language=cut.language, anchor=cut.anchor, text=cut.text, file=cut.file, object_id=document.id
    )
    with translation.override("de"):
        return address_of(entry_of(document), passage, wording)


def test_a_passage_of_one_block_opens_at_its_anchor_alone() -> None:
    assert address("Es kostet 42.000 €.") == f"{PATH}#verlauf-1"
    assert address("Es kostet 42.000 €.", wording="Es kostet 42.000 €.") == f"{PATH}#verlauf-1"


def test_a_passage_of_several_blocks_names_its_first_and_last_words() -> None:
    first = "Im Median wartete eine Familie 71 Tage."
    last = "Neun Kitas hatten 38 Plätze mündlich vergeben."
    assert address(first, "Dazwischen.", last) == (
        f"{PATH}#verlauf-1:~:text=Im%20Median%20wartete%20eine,38%20Pl%C3%A4tze%20m%C3%BCndlich%20vergeben."
    )


def test_words_within_a_block_are_named_and_open_at_that_block() -> None:
    told = "Der Punkt kostete vier Sitzungen; geblieben ist eine Härtefallregel."
    assert address("Zuerst.", told, wording="geblieben ist eine Härtefallregel.") == (
        f"{PATH}#verlauf-2:~:text=geblieben%20ist%20eine%20H%C3%A4rtefallregel."
    )
    assert address("Zuerst.", told, wording="steht nirgends").startswith(f"{PATH}#verlauf-1:~:text=Zuerst.,")


def test_the_three_signs_of_the_syntax_are_encoded() -> None:
    quoted = "E-Akte, DMS & mehr"
    directive = address("Davor.", quoted, wording=quoted).partition(":~:text=")[2]
    assert directive == "E%2DAkte%2C%20DMS%20%26%20mehr"


def test_a_directive_begins_with_more_words_where_the_first_ones_stand_before() -> None:
    title = "Die Stadt hat den Chatbot"
    directive = address("Die Stadt hat den Chatbot abgeschaltet.", "Danach.", title=title).partition(
        ":~:text="
    )[2]
    assert unquote(directive) == "Die Stadt hat den Chatbot abgeschaltet.,Danach."
    same = address("Gleich.", "Danach " + "weiter " * 20, title="Gleich.")
    assert same == f"{PATH}#verlauf-1"


def test_ends_that_stand_twice_are_longer() -> None:
    last = "Am Ende steht der Satz zum Ende steht der Satz"
    directive = address("Anfang des Berichts hier.", last).partition(":~:text=")[2]
    assert unquote(directive).endswith(",zum Ende steht der Satz")


def test_the_words_at_either_end_stand_in_one_cell_or_item() -> None:
    table = Block(anchor="t-1", html="<table></table>", text="Gateway | 31\nMast | 7")
    words = Block(anchor="t-2", text="Erster Punkt\nZweiter Punkt")
    part = Section(anchor="t", heading="Technik", blocks=(table, words))
    document = make_document("", id=ID, texts={"de": Text(title="T", sections=(part,))}, case=None)
    assert opened(document) == f"{PATH}#t-1:~:text=Gateway,Zweiter%20Punkt"


def test_the_page_opens_in_the_language_of_the_passage() -> None:
    assert address("Be faster.", language="en") == f"{PATH}?sprache=en#verlauf-1"


def test_facts_open_at_their_line() -> None:
    document = make_document("", id=ID, texts={"de": Text(title="T", summary="Kurz und gut.")})
    assert opened(document) == f"{PATH}#fakt-summary"
    assert opened(document, wording="Kurz") == f"{PATH}#fakt-summary"
    assert opened(document, number=1) == f"{PATH}#fakt-maturity"


@given(st.lists(st.text(alphabet="ab-,&|\n #%ä~:", min_size=1, max_size=40), min_size=1, max_size=4))
def test_whatever_is_quoted_the_directive_holds_no_sign_of_its_own(texts: list[str]) -> None:
    if not any(text.strip() for text in texts):
        return
    directive = address(*texts).partition(":~:text=")[2]
    assert re.fullmatch(
        r"(?:(?:[A-Za-z0-9_.~]|%[0-9A-F]{2})+(?:,(?:[A-Za-z0-9_.~]|%[0-9A-F]{2})+)?)?", directive
    )
