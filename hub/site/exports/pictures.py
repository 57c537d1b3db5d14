"""Pictures for paper: from the content storage alone, and only those the printed documents name."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable

from PIL import Image, UnidentifiedImageError

from content.svg import UnsafeSvg, check_svg
from hub.catalogue.models import CatalogueEntry
from hub.errors import FileWithheld, UnreadableDocument
from hub.files.queries import find_file
from hub.files.services import open_content

ADDRESS = re.compile(r"/dateien/(?P<uuid>[0-9a-f-]{36})/(?P<hex>[0-9a-f]{64})/[^/]+$")
LARGEST_BYTES = 30_000_000
LARGEST_PIXELS = 60_000_000
LARGEST_DRAWING = 3_000_000
"""Bytes of an SVG: how long it takes to draw grows with them."""

DRAWN = "image/svg+xml"


class StoredPictures:
    """Finds the picture of an address among the attachments of these entries; one query for each."""

    def __init__(self, entries: Iterable[CatalogueEntry]) -> None:
        self.entries = {str(entry.uuid): entry for entry in entries}
        self.missing = False

    def __call__(self, address: str) -> tuple[bytes, str] | None:
        """Bytes and media type; None where it is not theirs, not here, or must not be drawn.

        ``missing`` says that something was left out which may be here the next time.
        """
        return self._find(address)

    def _find(self, address: str) -> tuple[bytes, str] | None:
        found = ADDRESS.search(address)
        entry = self.entries.get(found["uuid"]) if found else None
        if found is None or entry is None:
            return None
        digest = f"sha256:{found['hex']}"
        try:
            attachment = entry.document.attachment(digest)
        except UnreadableDocument:
            return None
        record = find_file(digest, "" if entry.is_local else entry.origin)
        if attachment is None or (record is not None and record.size > LARGEST_BYTES):
            return None
        if record is None:
            self.missing = True
            return None
        try:
            with open_content(record) as content:
                picture = content.read()
        except FileWithheld:
            self.missing = True
            return None
        media_type = attachment.media_type.partition(";")[0].strip().lower()
        is_fit = _is_harmless if media_type == DRAWN else _is_drawable
        return (picture, media_type) if is_fit(picture) else None


def _is_harmless(drawing: bytes) -> bool:
    """Whether it may be drawn: what other hubs send was not looked at when it came in."""
    try:
        check_svg(io.BytesIO(drawing))
    except UnsafeSvg:
        return False
    return len(drawing) <= LARGEST_DRAWING


def _is_drawable(picture: bytes) -> bool:
    try:
        width, height = Image.open(io.BytesIO(picture)).size
    except (UnidentifiedImageError, OSError, Image.DecompressionBombError):
        return False
    return width * height <= LARGEST_PIXELS
