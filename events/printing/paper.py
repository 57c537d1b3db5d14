"""Pages of this room as PDF, one at a time, and never so long that others wait for it."""

from __future__ import annotations

import hashlib
from typing import Any

from django.core.cache import caches
from django.template.loader import render_to_string
from django.utils.translation import get_language

from events.printing.codes import Codes
from hub.documents import DEFAULT_LANGUAGE
from hub.env import env
from hub.errors import Overloaded
from theme.pdf import LARGEST_PAGE, in_turn, make_pdf, style_version

STYLES = "events/printing/paper.css"
LARGEST_KEPT = 5_000_000


class Sheets:
    """What is to be printed. ``tag`` is the same for the same bytes."""

    def __init__(self, template: str, codes: Codes, **context: Any) -> None:
        spoken = (get_language() or DEFAULT_LANGUAGE).split("-")[0]
        about = {"language": spoken, "hub": env.name, **context}
        self.codes = codes
        self.page = render_to_string(f"events/printing/{template}.html", about)
        said = (style_version(STYLES), self.page, *codes.known)
        self.tag = hashlib.sha256("\0".join(said).encode()).hexdigest()

    def print(self) -> bytes:
        """The PDF. Raises :class:`Overloaded` while others are waiting, and for what is too long."""
        if len(self.page) > LARGEST_PAGE:
            raise Overloaded("nobody is let wait for so long a PDF")
        with in_turn():
            return make_pdf(self.page, self.codes, more_styles=STYLES)

    def print_once(self) -> bytes:
        """The same, kept for whoever asks next: for what is public, and nothing else."""
        shelf = caches["rendered"]
        if (kept := shelf.get(self.tag)) is not None:
            return bytes(kept)
        made = self.print()
        if len(made) <= LARGEST_KEPT:
            shelf.set(self.tag, made)
        return made
