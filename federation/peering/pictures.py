"""A fingerprint as a QR code (ISO/IEC 18004), for two operators who sit at one table."""

from __future__ import annotations

import io

import segno
from django.utils.safestring import SafeString, mark_safe


def draw_code(text: str, title: str) -> SafeString:
    """``text`` as an SVG to stand in a page; ``title`` is what a screen reader says of it."""
    code = segno.make(text, error="m", micro=False)
    svg = code.svg_inline(scale=4, border=4, dark="#000", light="#fff", title=title)
    return mark_safe(svg.replace("<svg ", '<svg role="img" ', 1))  # noqa: S308 - made here, the title escaped


def code_for_terminal(text: str) -> str:
    """``text`` as a QR code of letters, two rows of squares to a line."""
    lines = io.StringIO()
    segno.make(text, error="m", micro=False).terminal(lines, compact=True)
    return lines.getvalue()
