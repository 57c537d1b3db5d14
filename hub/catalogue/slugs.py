"""Titles as parts of addresses and names of files."""

from __future__ import annotations

from django.utils.text import slugify

SPELT = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "ß": "ss", "ẞ": "SS"}
)
"""German letters as they are spelt where ASCII alone will do (DIN 5007-2); others lose their marks."""

LONGEST = 80


def slug_of(title: str, otherwise: str) -> str:
    """The title in lower-case ASCII with hyphens, at most 80 characters; ``otherwise`` if nothing is left."""
    return slugify(title.translate(SPELT))[:LONGEST].rstrip("-") or otherwise
