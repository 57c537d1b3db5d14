"""What is read out of PDF, DOCX, ODT, Markdown and plain text."""

from __future__ import annotations

import io

import pytest

from search.reading import DOCX, MARKDOWN, ODT, PDF, PLAIN
from search.reading.kinds import kind_of
from search.reading.pdf import join_divided
from search.reading.running import FoundPage, Reading, read_file
from tests.search.attached import W, docx, locked_pdf, odt, pdf


def read(data: bytes, media_type: str) -> Reading:
    """The file as the process of its own reads it."""
    return read_file(io.BytesIO(data), media_type)


def sections(*found: tuple[str, str]) -> Reading:
    """A whole reading of sections with these headings and texts."""
    return Reading(tuple(FoundPage(number, *each) for number, each in enumerate(found, 1)))


def test_a_pdf_is_read_by_its_pages() -> None:
    found = read(pdf("Kitaplätze\nwerden (neu) vergeben", "", "§ 5 Gebühren"), PDF)
    assert found == Reading(
        (FoundPage(1, "", "Kitaplätze\nwerden (neu) vergeben"), FoundPage(3, "", "§ 5 Gebühren"))
    )


def test_a_pdf_that_anybody_may_open_is_read_though_it_is_encrypted() -> None:
    assert read(locked_pdf("offen für alle", ""), PDF) == sections(("", "offen für alle"))


@pytest.mark.parametrize(
    ("written", "joined"),
    [
        ("Verwaltungs-\ndigitalisierung", "Verwaltungsdigitalisierung"),
        ("Verwaltungs\u00ad\n  digitalisierung", "Verwaltungsdigitalisierung"),
        ("Open-\nData", "Open-Data"),
        ("Haupt-\nund Nebenamt", "Haupt-\nund Nebenamt"),
        ("Undine-\nunden", "Undineunden"),
        ("2026-\n27", "2026-\n27"),
        ("o\ufb03ziell", "offiziell"),
    ],
)
def test_words_divided_at_the_end_of_a_line_are_whole_again(written: str, joined: str) -> None:
    assert join_divided(written) == joined


def test_a_docx_is_read_by_its_headings_whatever_language_its_styles_have() -> None:
    data = docx("Vorweg", ("berschrift1", "Ausgangslage"), "Wohngeld & mehr", ("Eigene", "Ergebnis"), "Gut")
    assert read(data, DOCX) == sections(
        ("", "Vorweg"), ("Ausgangslage", "Wohngeld & mehr"), ("Ergebnis", "Gut")
    )


def test_a_docx_says_neither_what_was_deleted_nor_what_was_commented_nor_anything_twice() -> None:
    body = (
        "<w:p><w:r><w:t>bleibt</w:t><w:tab/><w:t>stehen</w:t></w:r>"
        "<w:del><w:r><w:delText>gestrichen</w:delText></w:r></w:del></w:p>"
        '<mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006">'
        "<mc:Choice><w:p><w:r><w:t>Kasten</w:t></w:r></w:p></mc:Choice>"
        "<mc:Fallback><w:p><w:r><w:t>Kasten</w:t></w:r></w:p></mc:Fallback></mc:AlternateContent>"
        "<w:tbl><w:tr><w:tc><w:p><w:r><w:t>Zelle</w:t></w:r></w:p></w:tc></w:tr></w:tbl>"
    )
    note = f'<w:footnotes xmlns:w="{W}"><w:p><w:r><w:t>Fußnote</w:t></w:r></w:p></w:footnotes>'
    comment = f'<w:comments xmlns:w="{W}"><w:p><w:r><w:t>intern</w:t></w:r></w:p></w:comments>'
    found = read(docx(body=body, footnotes=note, comments=comment), DOCX)
    assert found == sections(("", "bleibt stehen\nKasten\nZelle"), ("", "Fußnote"))


def test_an_odt_is_read_by_its_headings_without_comments_and_deletions() -> None:
    data = odt(
        "<text:tracked-changes><text:p>gestrichen</text:p></text:tracked-changes>"
        '<text:h text:outline-level="1">Aus<text:s/>gangslage</text:h>'
        "<text:p>Erst<text:span>e Zeile</text:span><text:line-break/>und Rest"
        "<office:annotation><text:p>intern</text:p></office:annotation>"
        "<text:note><text:note-citation>7</text:note-citation><text:note-body><text:p>Fußnote</text:p>"
        "</text:note-body></text:note></text:p>"
    )
    assert read(data, ODT) == sections(("Aus gangslage", "Fußnote\nErste Zeile\nund Rest"))


def test_markdown_is_read_by_its_headings_without_markup_and_addresses() -> None:
    data = (
        b"---\ntitle: Kopf\n---\nVorweg [hier](https://geheim.example/)\n\n# Die *Lage*\n\n"
        b"Kitaplatz**vergabe**\nl\xc3\xa4uft\n\n| Spalte | `Code` |\n|---|---|\n| a | b |\n\n"
        b"```\nAufruf\n```\n![Bild vom Amt](x.png)\n"
    )
    assert read(data, MARKDOWN) == sections(
        ("", "Vorweg hier"),
        ("Die Lage", "Kitaplatzvergabe läuft\nSpalte\nCode\na\nb\nAufruf\nBild vom Amt"),
    )


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_plain_text_is_read_in_the_encodings_people_save_it_in(encoding: str) -> None:
    assert read("Gebühren für Straßen\r\nändern".encode(encoding), PLAIN) == sections(
        ("", "Gebühren für Straßen\nändern")
    )


def test_long_plain_text_is_divided_between_its_paragraphs() -> None:
    found = read("\n\n".join(["Wort " * 2_000] * 5).encode() + b"\f" + b"Neue Seite", PLAIN)
    assert [len(page.text) for page in found.pages] == [19_999, 19_999, 9_999, 10]
    assert found.pages[-1].text == "Neue Seite"


def test_a_file_without_text_is_read_and_holds_none() -> None:
    assert read(pdf("", ""), PDF) == Reading()
    assert read(b"", PLAIN) == Reading()


@pytest.mark.parametrize("announced", [PLAIN, MARKDOWN, DOCX, PDF])
def test_a_file_is_read_as_what_it_is_whatever_its_sender_calls_it(announced: str) -> None:
    assert read(pdf("Kitaplätze"), announced) == sections(("", "Kitaplätze"))
    data = b"\r\n" + pdf("Kitaplätze")
    assert read(data, announced) == sections(("", "Kitaplätze"))


@pytest.mark.parametrize("announced", [DOCX, ODT, PLAIN, PDF])
def test_archives_of_office_programs_are_told_apart(announced: str) -> None:
    assert read(docx(("", "Wohngeld")), announced) == sections(("", "Wohngeld"))


def test_an_archive_whose_first_file_names_its_type_is_of_that_type() -> None:
    head = b"PK\x03\x04" + bytes(26) + b"mimetypeapplication/vnd.oasis.opendocument.text"
    assert kind_of(head, DOCX) == ODT
    assert kind_of(b"PK\x03\x04" + bytes(26) + b"content.xml", ODT) == ODT


def test_a_text_about_pdf_files_is_still_a_text() -> None:
    text = "Jede Datei beginnt mit %PDF-1.7, Größe egal."
    assert read(text.encode(), PLAIN) == sections(("", text))
    assert kind_of(text.encode(), MARKDOWN) == MARKDOWN
    assert kind_of(text.encode(), PDF) == PLAIN
