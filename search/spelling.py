"""How a German word is reduced to what its spellings and inflections share. Pure, the same everywhere.

Umlauts and ß are written out (ae, oe, ue, ss), then Snowball's German algorithm takes the ending. What
that does not know, Latin and Greek plurals above all (Gremium, Gremien), stands in ``forms.txt``.
"""

from __future__ import annotations

import re
import threading
import unicodedata
import zlib
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import Stemmer

GIVEN = "="
"""Stands in ``forms.txt`` before what is the stem itself."""

LISTS = ("forms.txt", "lexicon.txt", "stopwords.txt", "synonyms.txt")
"""What decides, beside the rules, which terms an index holds."""

_RANGES = (
    (0xAD, 0xAD), (0x34F, 0x34F), (0x61C, 0x61C), (0x180E, 0x180E), (0x200B, 0x200F), (0x202A, 0x202E),
    (0x2060, 0x2064), (0x2066, 0x2069), (0xFE00, 0xFE0F), (0xFEFF, 0xFEFF), (0xE0000, 0xE007F),
)  # fmt: skip
INVISIBLE = "".join(chr(code) for first, last in _RANGES for code in range(first, last + 1))
"""Characters within a word that nobody sees: soft hyphens, joiners, marks of direction, variants, tags."""

_WITHOUT_INVISIBLE = str.maketrans(dict.fromkeys(INVISIBLE))
_FOLD = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "æ": "ae", "œ": "oe", "ø": "oe"})
_VERBAL = re.compile(r"(?<=[a-z]{2}i)er(?:ung(?:en|s)?|t(?:e[mnrs]?)?)$")
"""The endings of Digitalisierung and digitalisiert, which Snowball keeps apart from digitalisieren."""

_FEMALE = re.compile(
    r"(?<=[a-z]{3}(?:ent|ant|ist|log|gog))in(?:nen)?$|(?<=[a-z]{3}or)in(?:nen)?$|(?<=[a-z]{4}at)innen$"
)
"""The endings of Referentin and Autorinnen; those of Bürgerin Snowball takes itself."""


class _Stemmers(threading.local):
    """One for each thread: two that use the same one at a time spoil each other's words."""

    def __init__(self) -> None:
        self.german = Stemmer.Stemmer("german")


_stemmers = _Stemmers()


def fold(word: str) -> str:
    """Lower case with umlauts and ß written out, without accents and invisible characters."""
    spelled = lower(word).translate(_FOLD)
    if spelled.isascii():
        return spelled
    return "".join(c for c in unicodedata.normalize("NFKD", spelled) if not unicodedata.combining(c))


def lower(word: str) -> str:
    """Lower case in one Unicode form, without invisible characters."""
    return unicodedata.normalize("NFKC", word.translate(_WITHOUT_INVISIBLE)).lower()


@lru_cache(maxsize=100_000)
def stem(folded: str) -> str:
    """The stem of a folded word: that of its plain form where the word is irregular, else by its ending."""
    folded = _irregular_forms().get(folded, folded)
    if folded.startswith(GIVEN):
        return folded.removeprefix(GIVEN)
    folded = _FEMALE.sub("", _VERBAL.sub("eren", folded))
    if len(folded) > 4 and folded[-1] == "s" and folded[-2] in "aiouy":
        folded = folded[:-1]  # the plural s after a vowel (Kitas)
    return str(_stemmers.german.stemWord(folded))


def read_list(name: str) -> Iterator[str]:
    """The lines of a word list beside this module, without comments and blank lines."""
    for line in (Path(__file__).parent / name).read_text(encoding="utf-8").splitlines():
        if line.strip() and not line.startswith("#"):
            yield line.strip()


def shape_with_lists(number: int) -> int:
    """A number for the shape of an index, at most 99, made another by any change of the lists of words."""
    lists = (Path(__file__).parent / name for name in LISTS)
    return zlib.crc32(b"".join(each.read_bytes() for each in lists)) % 10_000_000 * 100 + number


@lru_cache(maxsize=1)
def _irregular_forms() -> dict[str, str]:
    """For each form that no rule reaches its plain form, both folded."""
    table: dict[str, str] = {}
    for line in read_list("forms.txt"):
        plain, *forms = (fold(word) for word in line.split())
        table |= dict.fromkeys(forms, plain)
    return table
