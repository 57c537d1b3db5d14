"""Archives of documentation for tests."""

from __future__ import annotations

import io
import zipfile

from PIL import Image

from content.documentation.gathering import Reading
from content.documentation.services import preview


def picture(kind: str = "PNG", size: tuple[int, int] = (40, 30)) -> bytes:
    """A picture of one colour."""
    out = io.BytesIO()
    Image.new("RGB", size, "#4159D8").save(out, kind)
    return out.getvalue()


def pack(files: dict[str, str | bytes]) -> io.BytesIO:
    """A ZIP of files by path."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, content in files.items():
            archive.writestr(path, content)
    out.seek(0)
    return out


def read_archive(files: dict[str, str | bytes]) -> Reading:
    """What is read of files by path."""
    return preview(pack(files), "docs.zip")


def notes(reading: Reading, sort: str) -> list[str]:
    """Notes of a sort as ``place: text``."""
    return [f"{note.place}: {note.text}" for note in reading.report.notes[sort]]  # type: ignore[index]


def markup(reading: Reading) -> str:
    """All markup, in order."""
    return "\n".join(
        block.get("html", "")
        for chapter in reading.chapters
        for section in chapter["sections"]
        for block in section["blocks"]
    )
