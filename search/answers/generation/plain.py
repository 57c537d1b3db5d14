"""The text of a claim as plain text, or not at all."""

from __future__ import annotations

import re
import unicodedata

from search.answers.generation.wording import is_invisible

LONGEST_CLAIM = 400
"""Characters; who writes more has not said one thing."""

_ADDRESS = re.compile(
    r"(?i:[a-z][a-z0-9+.-]*://|//\w|\b(?:javascript|data|mailto|tel|file|vbscript):|\bwww\.)|@"
    r"|\b[\w-]{2,}(?:\.[\w-]+)*\.(?:[a-z]{2,24}|[A-Z]{2,24})\b"
)
_MARKUP = re.compile(r"\]\s*[(:\[]|!\[|</?[a-z!?]|&(?:#\w+|[a-z]+);", re.IGNORECASE)
_REFERENCE = re.compile(r"\s*(?:\[\d{1,2}(?:,\s?\d{1,2})*\]|\((?:Quellen?|Passage)\s[^()]{1,30}\))")
_LEADING = re.compile(r"^(?:[#>*•·–-]+\s+|\d{1,2}[.)]\s+(?=[A-ZÄÖÜ]))+")
_EMPHASIS = re.compile(r"\*+|`+|__+|~~|(?<!\w)_|_(?!\w)")


def plain_text(text: str) -> str | None:
    """The text without invisible characters, references and marks of emphasis, on one line.

    None for what no reader should be shown: nothing, too much, markup, and addresses of any kind. Whoever
    wants to lead a reader elsewhere, or to load something from there, needs one.
    """
    text = unicodedata.normalize(
        "NFC", "".join(sign for sign in text if sign.isspace() or not is_invisible(sign))
    )
    text = " ".join(text.split())
    if len(text) > LONGEST_CLAIM:
        return None
    text = " ".join(_EMPHASIS.sub("", _LEADING.sub("", _REFERENCE.sub("", text))).split())
    compatible = unicodedata.normalize("NFKC", text)
    if not any(sign.isalpha() for sign in text) or _MARKUP.search(compatible) or _ADDRESS.search(compatible):
        return None
    return text
