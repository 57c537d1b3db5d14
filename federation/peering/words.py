"""A fingerprint as words, since those are easier to read out than letters and digits."""

from __future__ import annotations

import base64
import binascii
from functools import cache
from pathlib import Path

IN_A_LINE = 5
WORDS = Path(__file__).with_name("words.txt")


@cache
def word_list() -> tuple[str, ...]:
    """256 German nouns in their order: the word of byte 0 first."""
    return tuple(WORDS.read_text("utf-8").split())


def words_of(fingerprint: str) -> list[str]:
    """One word for each of its 20 bytes; no two fingerprints have the same words.

    ``fingerprint`` is Base32 in groups, as :func:`federation.identity.fingerprint_of` writes it. Raises
    ValueError for anything else.
    """
    try:
        number = base64.b32decode("".join(fingerprint.split()))
    except binascii.Error as error:
        raise ValueError(f"not a fingerprint: {fingerprint}") from error
    return [word_list()[byte] for byte in number]


def lines_of_words(fingerprint: str) -> list[str]:
    """:func:`words_of`, five to a line, as they are read out and ticked off."""
    words = words_of(fingerprint)
    return [" ".join(words[start : start + IN_A_LINE]) for start in range(0, len(words), IN_A_LINE)]
