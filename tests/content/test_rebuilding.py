"""From a document back to what an editor wrote: pieces whose reverse is not obvious."""

from __future__ import annotations

import datetime as dt
import hashlib
from typing import Any

import pytest
from django.utils import translation
from django.utils.formats import date_format
from wagtail.models import Collection

from content.rebuilding.documentation import keep_documentation
from content.rebuilding.kinds import read_day
from content.rebuilding.pages import listed_files
from content.rebuilding.shelf import Shelf
from content.rebuilding.texts import Writer
from hub.documents import Attachment, Block, Document, Text
from hub.errors import FileWithheld

ID = "http://mainz.localhost:8001/id/5b7ad9e6-4d1a-4e57-9a14-58f8a9c1a111"


def file(name: str) -> Attachment:
    digest = "sha256:" + hashlib.sha256(name.encode()).hexdigest()
    return Attachment(url=f"http://x/{name}", name=name, media_type="text/csv", size=1, digest=digest)


def document(*attachments: Attachment, html: str = "") -> Document:
    from hub.documents import Section

    section = Section(anchor="s-x", heading="X", blocks=(Block(anchor="s-x-1", html=html, text="x"),))
    return Document(
        id=ID, kind="news", texts={"de": Text(title="X", sections=(section,))}, attachments=attachments
    )


def writer() -> Writer:
    def withheld(attachment: Attachment) -> Any:
        raise FileWithheld("not here")

    return Writer(Shelf(document(), Collection(pk=1), withheld, {}))


def kinds_of(*html: str) -> list[str]:
    blocks = [Block(anchor=f"a-{n}", html=each, text="x") for n, each in enumerate(html)]
    return [part["type"] for part in writer().answer(blocks)]


@pytest.mark.parametrize("language", ["de", "en"])
@pytest.mark.parametrize("day", [dt.date(2026, 5, 12), dt.date(2024, 2, 29), dt.date(1999, 12, 1)])
def test_a_day_is_read_as_it_was_written(day, language):
    with translation.override(language):
        text = date_format(day, "DATE_FORMAT")
    assert read_day(text, language) == day


@pytest.mark.parametrize("text", ["Ohne Datum", "", "31. Februar 2026", "12. Mai", "1. 2. 3.", "0. Mai 2026"])
def test_what_is_no_day_is_none(text):
    assert read_day(text, "de") is None


def test_neighbouring_text_is_one_part_and_others_stand_alone():
    assert kinds_of("<p>a</p>", "<h3>b</h3>", "<pre><code>c</code></pre>", "<p>d</p>") == [
        "paragraph", "code", "paragraph",
    ]  # fmt: skip


def test_what_the_editor_could_not_have_written_stays_running_text():
    """A quotation without a source, a table without a head, cells that a table block cannot hold."""
    assert kinds_of("<blockquote>Nur so</blockquote>") == ["paragraph"]
    assert kinds_of("<table><tbody><tr><td>1</td></tr></tbody></table>") == ["paragraph"]
    uneven = (
        '<table><thead><tr><th scope="col">A</th></tr></thead>'
        "<tbody><tr><td>1</td><td>2</td></tr></tbody></table>"
    )
    assert kinds_of(uneven) == ["paragraph"]


def test_a_transcript_is_cut_at_its_headings():
    blocks = [
        Block(anchor="t-1", html="<p>Vorweg</p>", text="Vorweg"),
        Block(anchor="t-2", html="<h3>Fragen</h3>", text="Fragen"),
        Block(anchor="t-3", html="<p>Ja</p>", text="Ja"),
    ]
    chapters = writer().chapters(blocks)
    assert [chapter["value"]["heading"] for chapter in chapters] == ["", "Fragen"]


def test_files_of_text_and_facts_were_not_necessarily_listed():
    linked, listed, released = file("a.csv"), file("b.csv"), file("c.csv")
    found = document(
        linked, listed, released, html=f'<p><a href="http://x/dateien/u/{linked.digest[7:]}/a.csv">a</a></p>'
    )
    assert listed_files(found, [released.digest]) == [listed.digest]
    assert listed_files(found, [released.digest, listed.digest]) == [listed.digest]
    assert listed_files(found, []) == [listed.digest, released.digest]
    assert listed_files(found, [listed.digest, released.digest]) == []


def test_a_document_without_documentation_keeps_none():
    assert keep_documentation(document(), writer().shelf) == {}
