"""Drafts from Word and Markdown files: what goes where, and what is refused."""

from __future__ import annotations

import io
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image as Raster
from wagtail.images import get_image_model
from wagtail.models import Page

from content.drafting import word
from content.drafting.filling import find_question
from content.drafting.markdown import read_markdown
from content.drafting.services import draft_from_file
from content.drafting.word import MAX_ELEMENTS, MAX_PICTURES, MAX_UNPACKED, read_word
from content.models import BodyPage, CaseReportPage, ModulePage
from content.services import open_section
from hub.accounts.models import Role
from hub.errors import UnreadableUpload
from tests.content.word import PICTURE, paragraph, table, word_file
from tests.factories.people import add_person, add_town

pytestmark = pytest.mark.django_db

REPORT = """---
author: niemand
---
# Chatbot im Bürgerbüro

Wir haben einen Chatbot erprobt. Er blieb.

## Ausgangslage

Das Telefon war *ständig* besetzt.

| Jahr | Anrufe |
|---|---|
| 2025 | 12.000 |

## Technik

Ein Modell auf **eigener** Hardware.

## Probleme

1. Die Antworten waren zu lang.

```
temperatur: 0.2
```
"""


@pytest.fixture
def author(body, section):
    open_section(section)
    return add_person("autorin@koblenz.example", body, Role.AUTHOR)


def upload(text):
    return io.BytesIO(text.encode())


def draft(author, section, text, model=CaseReportPage, name="bericht.md"):
    return draft_from_file(author, section, model, upload(text), name)


def answer(page, field):
    return [(block.block_type, block.value) for block in getattr(page, field)]


def test_headings_of_a_report_find_their_questions(author, section):
    made = draft(author, section, REPORT)
    page = CaseReportPage.objects.get(pk=made.page.pk)
    assert (page.title, page.live, page.owner) == ("Chatbot im Bürgerbüro", False, author)
    assert page.summary == "Wir haben einen Chatbot erprobt. Er blieb."
    (text, rich), (_, cells) = answer(page, "situation")
    assert (text, rich.source) == ("paragraph", "<p>Das Telefon war <i>ständig</i> besetzt.</p>")
    assert [column["heading"] for column in cells.columns] == ["Jahr", "Anrufe"]
    assert [[str(cell.value) for cell in row] for row in cells.rows] == [["2025", "12.000"]]
    assert [kind for kind, _ in answer(page, "pitfalls")] == ["paragraph", "code"]
    assert answer(page, "pitfalls")[1][1] == "temperatur: 0.2"


def test_what_no_question_answers_to_stays_in_sight(author, section):
    made = draft(author, section, REPORT)
    assert made.unassigned == ("Technik",)
    ((_, rich),) = answer(made.page, "course")
    assert rich.source.startswith("<h3>Technik</h3><p>Ein Modell auf <b>eigener</b> Hardware.</p>")


def test_a_module_keeps_its_own_headings(author, section):
    made = draft(author, section, REPORT, ModulePage)
    page = ModulePage.objects.get(pk=made.page.pk)
    assert [block.value["heading"] for block in page.sections] == ["Ausgangslage", "Technik", "Probleme"]


@pytest.mark.parametrize(
    ("heading", "field"),
    [
        ("2. Ziel", "goal"),
        ("Stolpersteine:", "pitfalls"),
        ("HERAUSFORDERUNGEN", "pitfalls"),
        ("Förderliche Faktoren", "enablers"),
        ("Foerderliche Faktoren", "enablers"),
        ("What helped", "enablers"),
        ("Wetter", ""),
    ],
)
def test_headings_are_known_as_towns_write_them(heading, field):
    assert find_question(heading) == field


def test_a_word_file_brings_text_table_and_picture(author, section):
    picture = io.BytesIO()
    Raster.new("RGB", (40, 20), "#4159D8").save(picture, "PNG")
    file = word_file(
        paragraph("Parksensoren", "Titel"),
        paragraph("Ausgangslage", "berschrift1"),
        paragraph("Zu wenig &lt;Platz&gt; &amp; zu viel Suche."),
        table(("Jahr", "Plätze"), ("2026", "120")),
        PICTURE.format(alt="Ein Sensor im Boden"),
        picture=picture.getvalue(),
    )
    made = draft_from_file(author, section, CaseReportPage, file, "Bericht.docx")
    page = CaseReportPage.objects.get(pk=made.page.pk)
    assert (page.title, made.left_out) == ("Parksensoren", ())
    kinds = [kind for kind, _ in answer(page, "situation")]
    assert kinds == ["paragraph", "table", "picture"]
    assert answer(page, "situation")[0][1].source == "<p>Zu wenig &lt;Platz&gt; &amp; zu viel Suche.</p>"
    image = answer(page, "situation")[2][1]
    assert (image["alt"], image["image"].collection.name) == ("Ein Sensor im Boden", "Koblenz")


def test_a_broken_picture_is_left_out_and_named(author, section):
    file = word_file(
        paragraph("Ziel", "berschrift1"),
        paragraph("Ein Satz."),
        PICTURE.format(alt=""),
        picture=b"\x89PNG kaputt",
    )
    made = draft_from_file(author, section, CaseReportPage, file, "bericht.docx")
    assert made.left_out == ("das Bild „bild-1.png“, das sich nicht lesen lässt",)
    assert not get_image_model().objects.exists()
    assert made.page.title == "bericht"


def test_a_bomb_is_refused_before_it_is_unpacked():
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", "<a/>")
        archive.writestr("word/media/image1.png", bytes(MAX_UNPACKED + 1))
    assert file.tell() < 200_000
    with pytest.raises(UnreadableUpload, match="weit größer als ein Bericht"):
        read_word(file)


def test_a_part_of_many_million_characters_is_refused():
    with pytest.raises(UnreadableUpload, match="weit größer als ein Bericht"):
        read_word(word_file(paragraph("a" * 21_000_000)))


def test_parts_are_too_large_together_and_whatever_they_are_called():
    file = word_file(paragraph("Kurz."))
    with zipfile.ZipFile(file, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/a.xml", f"<a>{'a' * 1_600_000}</a>")
        archive.writestr("word/b.png", f"<a>{'a' * 1_600_000}</a>")
    with pytest.raises(UnreadableUpload, match="weit größer als ein Bericht"):
        read_word(file)


def test_few_bytes_of_very_many_elements_are_refused():
    with pytest.raises(UnreadableUpload, match="weit größer als ein Bericht"):
        read_word(word_file("<w:p/>" * (MAX_ELEMENTS + 1)))


def test_a_picture_shown_often_is_kept_once(author, section):
    picture = io.BytesIO()
    Raster.new("RGB", (40, 20), "#4159D8").save(picture, "PNG")
    shown = [PICTURE.format(alt=f"Logo {n}") for n in range(MAX_PICTURES + 5)]
    file = word_file(paragraph("Ziel", "berschrift1"), *shown, picture=picture.getvalue())
    outline = read_word(file)
    assert (list(outline.pictures), outline.left_out) == (["bild-1.png"], ())
    file.seek(0)
    made = draft_from_file(author, section, CaseReportPage, file, "bericht.docx")
    values = [value for _, value in answer(made.page, "goal")]
    assert [value["alt"] for value in values] == [f"Logo {n}" for n in range(MAX_PICTURES + 5)]
    assert get_image_model().objects.count() == 1


@pytest.mark.parametrize(("limit", "size"), [("MAX_PICTURE_BYTES", 1000), ("MAX_READ", 500)])
def test_pictures_are_refused_where_they_are_too_large_together(monkeypatch, limit, size):
    monkeypatch.setattr(word, limit, 999)
    with pytest.raises(UnreadableUpload, match="weit größer als ein Bericht"):
        read_word(word_file(*[PICTURE.format(alt="")] * 2, picture=bytes(size)))


def test_entities_that_multiply_are_refused():
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
    with pytest.raises(UnreadableUpload, match="lässt sich nicht lesen"):
        read_word(word_file(paragraph("&b;"), prolog=bomb))


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "ohne Kennwort"),
        (b"kein Archiv", "lässt sich nicht lesen"),
        (b"PK\x03\x04abgeschnitten", "lässt sich nicht lesen"),
    ],
)
def test_what_is_no_word_file_is_refused_with_what_to_do(data, message):
    with pytest.raises(UnreadableUpload, match=message):
        read_word(io.BytesIO(data))


def test_another_archive_is_no_word_file():
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("xl/workbook.xml", "<a/>")
    with pytest.raises(UnreadableUpload, match="keine Word-Datei"):
        read_word(file)


def test_script_in_markdown_stays_text(author, section):
    made = draft(author, section, "## Ziel\n\n<script>alert(1)</script> [klick](javascript:alert(2))")
    ((_, rich),) = answer(made.page, "goal")
    assert "<script" not in rich.source
    assert "href" not in rich.source


@pytest.mark.parametrize("data", [b"\xff\xfe\x00w", b"a\x00b", "Gr\u00fc\u00dfe".encode("latin-1")])
def test_markdown_must_be_utf_8(data):
    with pytest.raises(UnreadableUpload, match="UTF-8"):
        read_markdown(io.BytesIO(data))


def test_markdown_of_more_than_500_kilobytes_is_refused():
    assert read_markdown(upload("a" * 500_000)).chapters
    with pytest.raises(UnreadableUpload, match="länger als 500 Kilobyte"):
        read_markdown(upload("a" * 500_001))


@pytest.mark.parametrize(("name", "text"), [("a.md", ""), ("a.md", "   \n"), ("a.exe", "x"), ("a", "x")])
def test_nothing_is_made_of_nothing(author, section, name, text):
    with pytest.raises(UnreadableUpload):
        draft(author, section, text, name=name)
    assert not Page.objects.child_of(section).exists()


@pytest.fixture
def client(author):
    client = Client()
    client.force_login(author)
    return client


def hand_in(client, section, name, data, kind="case_report"):
    file = SimpleUploadedFile(name, data)
    return client.post("/admin/entwurf/", {"file": file, "kind": kind, "section": section.pk}, follow=True)


def test_an_author_hands_in_a_file_and_goes_on_in_the_editor(client, section):
    answer = hand_in(client, section, "bericht.md", REPORT.encode())
    made = CaseReportPage.objects.child_of(section).get()
    assert answer.redirect_chain == [(f"/admin/pages/{made.pk}/edit/", 302)]
    page = answer.content.decode()
    assert "Der Entwurf ist angelegt." in page
    assert "Technik" in page


def test_a_file_that_cannot_be_read_is_answered_at_its_field(client, section):
    answer = hand_in(client, section, "bericht.docx", b"\xd0\xcf\x11\xe0" + bytes(100))
    assert answer.status_code == 422
    assert "ohne Kennwort" in answer.content.decode()
    assert not Page.objects.child_of(section).exists()


def test_nobody_makes_drafts_in_the_section_of_another_body(client, section):
    other = BodyPage(title="Trier", slug="trier", body=add_town("07211000", "Trier"), summary="x")
    section.get_parent().add_child(instance=other)
    answer = hand_in(client, other, "bericht.md", REPORT.encode())
    assert answer.status_code == 422
    assert not Page.objects.child_of(other).exists()
