"""Formats of exchange: page in, document out; what publishing needs; the page others read."""

from __future__ import annotations

import datetime as dt
import hashlib

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from wagtail.documents import get_document_model

from content.models import KnowledgeFormatPage
from hub.documents import Attachment, Block, Document, Recording, Section, Text
from search.records import Names, build_record
from tests.content.conftest import stream
from tests.content.received import (
    ATTACK,
    ORIGIN,
    QUERIES,
    add_page,
    assert_harmless,
    attacked,
    ids_of,
    local_page,
    publish,
    received_entry,
    received_page,
    section_of,
)
from tests.theme.entries import NOW

VIDEO = "https://video.koblenz.example/w/parken"


@pytest.fixture
def captions(db):
    document = get_document_model()(
        title="Untertitel",
        file=ContentFile(b"WEBVTT\n\n00:00.000 --> 00:02.000\nGuten Tag\n", name="parken.vtt"),
    )
    document.save()
    return document


def add_format(section, **fields) -> KnowledgeFormatPage:
    return add_page(
        section, KnowledgeFormatPage, **{"format": "webinar", "held": dt.date(2026, 3, 4), **fields}
    )


def chapters(*parts: tuple[str, str]) -> str:
    return stream(
        *(
            ("section", {"heading": heading, "content": [{"type": "paragraph", "value": html, "id": "p"}]})
            for heading, html in parts
        )
    )


def test_a_page_becomes_a_document(section, captions, table_file):
    page = add_format(
        section,
        sections=section_of("Ergebnis", "<p>Wir machen weiter.</p>"),
        transcript=chapters(
            ("00:00 Begrüßung", "<p>Guten Tag.</p>"),
            ("12:30 Fragen & mehr", "<p>Was kostet es?</p><p>Wenig.</p>"),
        ),
        recording_url=VIDEO,
        minutes=45,
        captions=captions,
        slides=table_file,
    )
    key = page.translation_key
    transcript = (
        Block(anchor="transkript-1", html="<h3>00:00 Begrüßung</h3>", text="00:00 Begrüßung"),
        Block(anchor="transkript-2", html="<p>Guten Tag.</p>", text="Guten Tag."),
        Block(anchor="transkript-3", html="<h3>12:30 Fragen &amp; mehr</h3>", text="12:30 Fragen & mehr"),
        Block(anchor="transkript-4", html="<p>Was kostet es?</p>", text="Was kostet es?"),
        Block(anchor="transkript-5", html="<p>Wenig.</p>", text="Wenig."),
    )
    result = Block(anchor="s-ergebnis-1", html="<p>Wir machen weiter.</p>", text="Wir machen weiter.")

    def attachment(document, media_type: str) -> Attachment:
        content = document.file.open("rb").read()
        digest = hashlib.sha256(content).hexdigest()
        return Attachment(
            url=f"{ORIGIN}/dateien/{key}/{digest}/{document.filename}",
            name=document.filename,
            media_type=media_type,
            size=len(content),
            digest=f"sha256:{digest}",
            title=document.title,
        )

    files = (attachment(captions, "text/vtt"), attachment(table_file, "text/csv"))
    assert page.to_document() == Document(
        id=f"{ORIGIN}/id/{key}",
        kind="format",
        publishers=("07111000",),
        texts={
            "de": Text(
                title="Parken",
                summary="Kurz.",
                sections=(
                    Section(anchor="s-ergebnis", heading="Ergebnis", blocks=(result,)),
                    Section(anchor="transkript", heading="Transkript", blocks=transcript),
                ),
            )
        },
        recording=Recording(
            format="webinar",
            held=dt.date(2026, 3, 4),
            url=VIDEO,
            minutes=45,
            captions=files[0].digest,
            slides=files[1].digest,
        ),
        attachments=files,
    )


def test_an_empty_chapter_leaves_no_heading_behind(section):
    page = add_format(section, transcript=chapters(("Leer", "<p> </p>")))
    assert page.to_document().text().sections == ()


@pytest.mark.parametrize(
    ("fields", "message"), [({"format": ""}, "„Format“ fehlt"), ({"held": None}, "„Tag“ fehlt")]
)
def test_a_format_appears_only_with_what_and_when(section, fields, message):
    page = add_format(section, live=False, **fields)
    with pytest.raises(ValidationError) as caught:
        publish(page)
    assert list(caught.value.message_dict) == list(fields)
    assert message in str(caught.value)


@pytest.mark.django_db
def test_a_length_of_nothing_is_refused():
    with pytest.raises(ValidationError, match="Lassen Sie die Länge leer"):
        KnowledgeFormatPage(title="x", minutes=0).clean()


@pytest.mark.parametrize("address", ["javascript:alert(1)", "video", "https://"])
def test_a_recording_has_a_web_address(address):
    with pytest.raises(ValidationError):
        KnowledgeFormatPage._meta.get_field("recording_url").clean(address, None)


@pytest.mark.parametrize("source", ["local", "received"])
def test_readers_are_told_where_the_recording_leads_and_how_long_it_is(section, captions, table_file, source):
    page = add_format(
        section,
        recording_url=VIDEO,
        minutes=45,
        captions=captions,
        slides=table_file,
        transcript=chapters(("Beginn", "<p>Guten Tag.</p>")),
    )
    html = local_page(page) if source == "local" else received_page(page.to_document())
    assert f'<a class="recording" href="{VIDEO}" rel="noopener noreferrer">Aufzeichnung öffnen</a>' in html
    assert "45 Minuten; führt von hier weg, zu video.koblenz.example." in html
    assert "Webinar" in html
    assert '<details class="transcript" open>' in html, "what is open is printed and found"
    assert html.count("Guten Tag.") == 1
    assert {"transkript", "transkript-2", "fakt-slides", "fakt-captions", "fakt-held"} <= ids_of(html)


def test_what_is_missing_is_said(section):
    html = local_page(add_format(section))
    assert "Es gibt keine Aufzeichnung." in html
    assert "keines" in html
    assert "unbekannt" in html, "the length"
    assert 'id="transkript"' not in html


def test_a_received_document_cannot_smuggle_markup_or_addresses(section):
    document = add_format(section, transcript=chapters(("A", "<p>a</p>"))).to_document()
    facts = {
        "format": ATTACK,
        "url": "javascript:alert(1)",
        "captions": ATTACK,
        "slides": ATTACK,
        "minutes": -1,
    }
    assert_harmless(received_page(attacked(document, "recording", facts)))


def test_a_received_format_without_its_part_is_shown(section):
    document = add_format(section).to_document().model_copy(update={"recording": None})
    assert "unbekannt" in received_page(document)


def test_search_finds_what_was_said(section):
    page = add_format(section, transcript=chapters(("Beginn", "<p>Guten Tag.</p>")))
    record = build_record(page.to_document(), source="", changed=NOW, names=Names())
    assert {"Transkript", "Beginn", "Guten Tag."} <= set(record.bodies)


@pytest.mark.parametrize("count", [1, 30])
def test_the_page_needs_as_many_queries_with_many_chapters_as_with_one(
    section, client, django_assert_num_queries, count
):
    transcript = chapters(*((f"Kapitel {n}", "<p>Text</p>") for n in range(count)))
    address = received_entry(add_format(section, transcript=transcript).to_document()).get_absolute_url()
    with django_assert_num_queries(QUERIES):
        client.get(address)
