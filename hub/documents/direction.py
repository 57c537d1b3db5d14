"""The direction of writing: what turns it has no place in a line that stands among the words of others."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator

TURNING = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
"""Embeddings, overrides and isolates (Unicode Standard Annex #9, sections 2.1 to 2.4): „fdp.exe“ after one
of them reads „exe.pdf“. The marks for single letters (section 2.6) stay, which Arabic and Hebrew need."""

_NOTHING = dict.fromkeys(map(ord, TURNING))


def keep_direction(text: str) -> str:
    """``text`` without the invisible signs that turn the direction of what follows them."""
    if text.isascii() or not any(sign in text for sign in TURNING):
        return text
    return text.translate(_NOTHING)


Line = Annotated[str, AfterValidator(keep_direction)]
"""A title, a name, a place: text within a line. Running text keeps these signs, for they end with their
paragraph; and so does the document as it was signed."""
