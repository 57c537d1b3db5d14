"""The door to WeasyPrint: tagged, described, and reaching for nothing."""

from __future__ import annotations

import io
import shutil
import subprocess
from pathlib import Path

import pytest
from PIL import Image
from pypdf import PdfReader

from theme.pdf import make_pdf

PAGE = """<!doctype html><html lang="de"><head><meta charset="utf-8"><title>Straßenbeleuchtung</title>
<meta name="author" content="Koblenz, Trier"><meta name="keywords" content="Bericht, Energie">
<meta name="description" content="Kurz."></head><body data-page="Seite" data-of="von">
<article class="record" data-site="Wissenshub"><h1>Straßenbeleuchtung</h1><h2>Ausgangslage über alles</h2>
<p>Größere Änderungen, <a href="https://example.org/">Öffnung</a>.</p>
<table><caption>Kosten</caption><thead><tr><th scope="col">Jahr</th><th scope="col">Euro</th></tr></thead>
<tbody><tr><th scope="row">2026</th><td>12</td></tr></tbody></table>{more}</article></body></html>"""


def read(more: str = "", **arguments: object) -> PdfReader:
    return PdfReader(io.BytesIO(make_pdf(PAGE.replace("{more}", more), **arguments)))


def picture() -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (20, 10), "#4159D8").save(buffer, "PNG")
    return buffer.getvalue()


def test_a_pdf_is_tagged_and_names_its_language_and_title() -> None:
    pdf = read()
    catalogue = pdf.trailer["/Root"]
    assert catalogue["/MarkInfo"]["/Marked"]
    assert catalogue["/Lang"] == "de"
    assert catalogue["/StructTreeRoot"]["/K"][0].get_object()["/S"] == "/Document"
    assert catalogue["/ViewerPreferences"]["/DisplayDocTitle"]
    assert b"pdfuaid" in catalogue["/Metadata"].get_data()
    assert pdf.metadata is not None
    assert (pdf.metadata.title, pdf.metadata.author) == ("Straßenbeleuchtung", "Koblenz, Trier")


def test_its_text_can_be_copied_with_umlauts() -> None:
    text = read().pages[0].extract_text()
    assert "Größere Änderungen, Öffnung." in text
    assert "Seite\xa01\xa0von\xa01" in text


def test_headings_become_bookmarks() -> None:
    top, below = read().outline
    assert top["/Title"] == "Straßenbeleuchtung"
    assert [each["/Title"] for each in below] == ["Ausgangslage über alles"]


def test_table_cells_know_their_headers() -> None:
    pdf = read()
    tables = [each for each in elements(pdf) if each["/S"] == "/TD"]
    assert [len(each["/A"]["/Headers"]) for each in tables] == [2]


def test_a_picture_comes_from_whom_the_caller_names_and_has_its_description() -> None:
    asked: list[str] = []

    def pictures(address: str) -> tuple[bytes, str]:
        asked.append(address)
        return picture(), "image/png"

    pdf = read('<p><img src="/bild.png" alt="Balken"></p>', pictures=pictures)
    assert asked == ["https://print.invalid/bild.png"]
    assert [each["/Alt"] for each in elements(pdf) if each["/S"] == "/Figure"] == ["Balken"]


@pytest.mark.parametrize(
    "more",
    [
        '<img src="http://127.0.0.1:9/x.png" alt="Fremd">',
        '<img src="file:///etc/hostname" alt="Fremd">',
        '<img src="data:image/png;base64,AAAA" alt="Fremd">',
        '<link rel="stylesheet" href="http://127.0.0.1:9/x.css">',
        '<style>@import url("http://127.0.0.1:9/x.css");</style>',
        '<link rel="attachment" href="file:///etc/hostname">',
    ],
)
def test_nothing_is_fetched_from_anywhere(more: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_arguments: object, **_more: object) -> None:
        raise AssertionError("it opened something")

    read()  # style sheet and fonts are read once
    monkeypatch.setattr("urllib.request.OpenerDirector.open", refuse)
    pdf = read(more)
    assert "Größere Änderungen" in pdf.pages[0].extract_text()
    assert "/EmbeddedFiles" not in pdf.trailer["/Root"].get("/Names", {})


@pytest.mark.skipif(shutil.which("verapdf") is None, reason="verapdf is not on the PATH")
def test_verapdf_finds_it_accessible(tmp_path: Path) -> None:
    file = tmp_path / "x.pdf"
    file.write_bytes(
        make_pdf(PAGE.replace("{more}", '<p><img src="/b" alt="B"></p>'), lambda _: (picture(), "image/png"))
    )
    done = subprocess.run(
        ["verapdf", "--flavour", "ua1", "--format", "text", str(file)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.stdout.startswith("PASS"), done.stdout + done.stderr


def elements(pdf: PdfReader) -> list[dict]:
    """All elements of the structure, in reading order."""
    found: list[dict] = []

    def walk(node: object) -> None:
        node = node.get_object() if hasattr(node, "get_object") else node
        if isinstance(node, list):
            for each in node:
                walk(each)
        elif isinstance(node, dict):
            if "/S" in node:
                found.append(node)
            walk(node.get("/K", []))

    walk(pdf.trailer["/Root"]["/StructTreeRoot"]["/K"])
    return found
