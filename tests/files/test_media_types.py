"""What a file is: its ending says it, and its bytes have to agree."""

from __future__ import annotations

import io
import zipfile

import pytest

from hub.errors import UnreadableUpload
from hub.files.media_types import MEDIA_TYPES, examine, media_type_of

PAGE = b"<!DOCTYPE html><title>x</title><script>alert(1)</script>"
PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 20
PROGRAM = b"MZ\x90\0" + b"\0" * 60
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def archive(*names: str, mimetype: str = "") -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as made:
        if mimetype:
            made.writestr("mimetype", mimetype)
        for name in names:
            made.writestr(name, "<x/>" * 30)
    return buffer.getvalue()


DOCX = archive("[Content_Types].xml", "_rels/.rels", "word/document.xml")
XLSX = archive("[Content_Types].xml", "_rels/.rels", "xl/workbook.xml")


@pytest.mark.parametrize(
    ("name", "data", "media_type"),
    [
        ("a.pdf", PDF, "application/pdf"),
        ("a.PDF", b"\r\n\r\n" + PDF, "application/pdf"),
        ("a.png", PNG, "image/png"),
        ("a.docx", DOCX, WORD),
        ("verschluesselt.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, WORD),
        ("a.odt", archive("x", mimetype="application/vnd.oasis.opendocument.text"), MEDIA_TYPES[".odt"]),
        ("a.zip", DOCX, "application/zip"),
        ("a.zip", archive(), "application/zip"),
        ("a.tar.gz", b"\x1f\x8b\x08", "application/gzip"),
        ("a.csv", "Straße;Zahl\n".encode("cp1252"), "text/csv"),
        ("a.csv", "Straße;Zahl\n".encode("utf-16"), "text/csv"),
        ("a.html", PAGE, "text/html"),
        ("README.md", b"<h1 align=center>Paket</h1>", "text/markdown"),
        ("a.svg", b'<?xml version="1.0"?>\n<!-- x --><svg onload="alert(1)"/>', "image/svg+xml"),
        ("a.xml", b'<?xml version="1.0"?><xjustiz/>', "application/xml"),
        ("a.json", b"{}", "application/json"),
        ("skript.py", b"#!/usr/bin/env python\n", "text/x-python"),
        ("leer.txt", b"", "text/plain"),
        ("setup.exe", PROGRAM, "application/octet-stream"),
        ("abbild", b"\0\1\2", "application/octet-stream"),
    ],
)
def test_a_file_is_what_its_name_says(name, data, media_type):
    file = io.BytesIO(data)
    assert examine(file, name) == media_type
    assert file.tell() == 0


@pytest.mark.parametrize(
    ("name", "data", "found"),
    [
        ("a.pdf", PAGE, "eine Webseite"),
        ("a.pdf", b"<!-- %PDF- --> <HTML>", "eine Webseite"),
        ("a.pdf", PROGRAM, "ein Programm"),
        ("a.pdf", b"MZ %PDF-1.7", "ein Programm"),
        ("a.pdf", b"#!/bin/sh\nrm -rf /\n", "ein Programm"),
        ("a.pdf", b"nur Text", "reiner Text"),
        ("a.pdf", b"\0\1\2\3", "unbekannter Inhalt"),
        ("a.png", PAGE, "eine Webseite"),
        ("a.jpg", PNG, "image/png"),
        ("a.svg", PAGE, "eine Webseite"),
        ("a.svg", b"<html><svg/></html>", "eine Webseite"),
        ("a.docx", XLSX, "spreadsheetml"),
        ("a.docx", PDF, "application/pdf"),
        ("a.zip", PROGRAM, "ein Programm"),
        ("a.tar.gz", PAGE, "eine Webseite"),
        ("a.txt", PROGRAM, "ein Programm"),
        ("a.csv", DOCX, "wordprocessingml"),
        ("a.csv", b"\xef\xbb\xbf  <script>alert(1)</script>", "eine Webseite"),
        ("a.mp4", PAGE, "eine Webseite"),
        ("a.gpkg", b"x", "reiner Text"),
    ],
)
def test_a_file_that_is_something_else_is_refused_by_what_it_is(name, data, found):
    with pytest.raises(UnreadableUpload) as refused:
        examine(io.BytesIO(data), name)
    assert f"„{name}“" in str(refused.value)
    assert found in str(refused.value)


def test_the_ending_decides_whatever_its_case():
    assert media_type_of("PLAN.JPG") == "image/jpeg"
    assert media_type_of("ohne") == media_type_of("paket.unbekannt") == "application/octet-stream"


@pytest.mark.parametrize("skipped", [b"<!---->", b"<??>", b"<!-- a --> ", b"\n<!---->\t<? b ?>\n"])
def test_comments_in_great_number_are_skipped_once(skipped: bytes) -> None:
    many = skipped * (8000 // len(skipped))
    assert examine(io.BytesIO(many + b"x"), "a.csv") == "text/csv"
    with pytest.raises(UnreadableUpload):
        examine(io.BytesIO(many + b"<script>"), "a.csv")
