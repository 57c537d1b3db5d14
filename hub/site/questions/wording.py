"""What a question says as a letter, and how it is read again. All of it is German, as messages are.

A letter has one text. The first paragraph is the question, the others say what stands behind it; a last one
may allow the asking body to be named. Hubs read this from each other, so the sentences stay as they are.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

MAY_BE_NAMED = "Wird die Antwort veröffentlicht, darf unsere Kommune genannt werden."
PUBLISHED = "Die Antwort ist jetzt als Beitrag veröffentlicht:"

_GREETING = re.compile(
    r"^(sehr geehrte|guten (tag|morgen|abend)|hallo|moin|liebe[rs]? )[^\n]{0,80}?[,!]?$", re.IGNORECASE
)
_CLOSING = re.compile(
    r"^(mit (freundlichen|besten|kollegialen|herzlichen|vielen) grüßen|(freundliche|beste|viele|herzliche|"
    r"liebe|schöne) grüße|vielen dank und|mfg|vg|lg)\b",
    re.IGNORECASE,
)
_ADDRESS = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]+(\.[\w-]+)+")
_TELEPHONE = re.compile(r"(?<![\w/.])(\+49|0\d{2,5})[\s/()-]?[\d\s/()-]{4,30}\d\b")
_EMPTIED = re.compile(r"\(\s*\)|(?<![ \t])[ \t]+(?=[,.;:!?])")
_SPACES = re.compile(r"[ \t]{2,}")


@dataclass(frozen=True)
class Asked:
    """A question, what stands behind it, and whether whoever asks may be named."""

    question: str
    context: str = ""
    may_be_named: bool = False


def compose(asked: Asked) -> str:
    """The text of the letter."""
    parts = (asked.question, asked.context, MAY_BE_NAMED if asked.may_be_named else "")
    return "\n\n".join(part.strip() for part in parts if part.strip())


def read_question_of(text: str) -> Asked:
    """The parts of a letter that asks, also of one written freely, without greetings and who wrote it."""
    may_be_named = MAY_BE_NAMED in text
    paragraphs = impersonal(text.replace(MAY_BE_NAMED, "")).split("\n\n")
    question = " ".join(paragraphs[0].split())
    return Asked(question, "\n\n".join(paragraphs[1:]), may_be_named)


def impersonal(text: str) -> str:
    """A text without greeting and signature, addresses and telephone numbers; paragraphs by an empty line.

    What else may point to somebody is for whoever publishes it to see.
    """
    lines: list[str] = []
    is_greeted = False
    for line in text.splitlines():
        plain = line.strip()
        if _CLOSING.match(plain):
            break
        if _GREETING.match(plain):
            is_greeted = True
            continue
        if is_greeted and plain:  # after a greeting with its comma one goes on in small letters
            plain, is_greeted = plain[0].upper() + plain[1:], False
        lines.append(_TELEPHONE.sub("", _ADDRESS.sub("", plain)))
    cleaned = _SPACES.sub(" ", _EMPTIED.sub("", "\n".join(lines)))
    return "\n\n".join(part.strip() for part in re.split(r"\n{2,}", cleaned) if part.strip())
