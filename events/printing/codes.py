"""QR codes (ISO/IEC 18004) as pictures for paper."""

from __future__ import annotations

import io
from dataclasses import dataclass, field

import segno

PLACE = "https://print.invalid/code/"


@dataclass
class Codes:
    """The codes of one PDF: ``add`` gives the address of a picture, and calling it the picture itself."""

    drawn: dict[str, bytes] = field(default_factory=dict)
    known: dict[str, str] = field(default_factory=dict)

    def add(self, text: str) -> str:
        """The address, for the page, of a code with this text; the same text has the same."""
        if text not in self.known:
            drawing = io.BytesIO()
            code = segno.make(text, error="m", micro=False)
            code.save(drawing, kind="svg", border=2, xmldecl=False, omitsize=True, dark="#000", light=None)
            self.known[text] = f"{PLACE}{len(self.known) + 1}.svg"
            self.drawn[self.known[text]] = drawing.getvalue()
        return self.known[text]

    def __call__(self, address: str) -> tuple[bytes, str] | None:
        """The picture at an address of the page and its media type; None for any other."""
        drawing = self.drawn.get(address)
        return (drawing, "image/svg+xml") if drawing else None
