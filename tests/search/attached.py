"""Files as people attach them, made in memory: PDF, DOCX and ODT that say what a test wants."""

from __future__ import annotations

import io
import zipfile
import zlib
from xml.sax.saxutils import escape

from pypdf import PdfWriter

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
STYLES = (
    f'<w:styles xmlns:w="{W}"><w:style w:styleId="berschrift1"><w:name w:val="heading 1"/></w:style>'
    '<w:style w:styleId="Standard"><w:name w:val="Normal"/></w:style>'
    '<w:style w:styleId="Eigene"><w:name w:val="Unsere Kapitel"/><w:pPr><w:outlineLvl w:val="1"/></w:pPr>'
    "</w:style></w:styles>"
)


def pdf(*pages: str, stream: bytes | None = None) -> bytes:
    """A PDF with one page for each text, its lines below each other.

    ``stream`` stands in place of every page's content, already compressed.
    """
    objects = {1: b"<</Type/Catalog/Pages 2 0 R>>"}
    objects[3] = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>"
    for number, text in enumerate(pages):
        packed = stream or zlib.compress(_content(text))
        head = f"<</Length {len(packed)}/Filter/FlateDecode>>stream\n".encode()
        objects[4 + 2 * number] = (
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</Font<</F 3 0 R>>>>"
            + f"/Contents {5 + 2 * number} 0 R>>".encode()
        )
        objects[5 + 2 * number] = head + packed + b"\nendstream"
    kids = " ".join(f"{4 + 2 * number} 0 R" for number in range(len(pages)))
    objects[2] = f"<</Type/Pages/Count {len(pages)}/Kids[{kids}]>>".encode()
    return _assembled(objects)


def locked_pdf(text: str, password: str) -> bytes:
    """A PDF that opens with this password; an empty one opens it for anybody."""
    writer = PdfWriter(clone_from=io.BytesIO(pdf(text)))
    writer.encrypt(password, "anderes", algorithm="AES-256")
    written = io.BytesIO()
    writer.write(written)
    return written.getvalue()


def docx(*paragraphs: tuple[str, str] | str, body: str = "", **parts: str) -> bytes:
    """A DOCX of paragraphs, or of headings as ``(style, text)``; ``body`` is markup as it stands.

    Further ``parts`` are those below ``word/``, without their ending.
    """
    written = "".join(
        f'<w:p><w:pPr><w:pStyle w:val="{style}"/></w:pPr><w:r><w:t>{escape(text)}</w:t></w:r></w:p>'
        for style, text in (each if isinstance(each, tuple) else ("Standard", each) for each in paragraphs)
    )
    document = f'<w:document xmlns:w="{W}"><w:body>{written}{body}</w:body></w:document>'
    return package({"word/document.xml": document, "word/styles.xml": STYLES} | _below_word(parts))


def odt(content: str, **parts: str) -> bytes:
    """An ODT with this markup as its text; ``manifest`` may be what its table of contents says."""
    spaces = "".join(
        f' xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "text")
    )
    text = f"<office:document-content{spaces}>{content}</office:document-content>"
    named = {"META-INF/manifest.xml": parts["manifest"]} if "manifest" in parts else {}
    return package({"content.xml": text} | named)


def package(parts: dict[str, str | bytes]) -> bytes:
    """An archive of these parts."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return written.getvalue()


def _below_word(parts: dict[str, str]) -> dict[str, str]:
    return {f"word/{name}.xml": part for name, part in parts.items()}


def _content(text: str) -> bytes:
    lines = (line.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)") for line in text.split("\n"))
    shown = " ".join(f"({line}) Tj T*" for line in lines)
    return f"BT /F 11 Tf 14 TL 50 780 Td {shown} ET".encode("cp1252")


def _assembled(objects: dict[int, bytes]) -> bytes:
    """Objects by their number, with the table of where they lie (ISO 32000-1, 7.5.4)."""
    written, places = bytearray(b"%PDF-1.7\n"), []
    for number in sorted(objects):
        places.append(len(written))
        written += f"{number} 0 obj\n".encode() + objects[number] + b"\nendobj\n"
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    size = len(objects) + 1
    end = f"xref\n0 {size}\n0000000000 65535 f \n{table}trailer\n<</Size {size}/Root 1 0 R>>\nstartxref\n"
    return bytes(written) + f"{end}{len(written)}\n%%EOF\n".encode()
