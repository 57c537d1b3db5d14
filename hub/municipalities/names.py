"""Names of bodies: as the directory of bodies shows them, and as its search compares them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

LETTERS = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "æ": "ae", "œ": "oe", "ø": "oe", "ł": "l", "đ": "d", "ð": "d"}
)
SEPARATORS = re.compile(r"[\W_]+")
SLASH = re.compile(r"\s*/\s*")
SPACES = re.compile(r"\s+")
SELF_EXPLANATORY = re.compile("kreis|region|verband", re.IGNORECASE)
DISTRICT_WORDS: Mapping[str, str] = {"43": "Kreis", "44": "Landkreis"}
ASSOCIATION_WORDS: Mapping[str, str] = {
    "51": "Amt",
    "52": "Samtgemeinde",
    "53": "Verbandsgemeinde",
    "54": "Verwaltungsgemeinschaft",
    "55": "Kirchspielslandgemeinde",
    "56": "Verwaltungsverband",
}
# The directory's own abbreviations, which stand for the word.
ABBREVIATED = re.compile(r"^(VVG|GVV|VG|VV)\b")
COMMUNITY = " (VGem)"


def normalise_name(text: str) -> str:
    """The text as words of plain letters: „Mülheim-Kärlich“ is ``muelheim kaerlich``.

    Umlauts become ae, oe and ue, ß becomes ss, other accents go, and whatever is no letter or digit
    parts words.
    """
    composed = unicodedata.normalize("NFC", text).casefold()
    decomposed = unicodedata.normalize("NFKD", composed.translate(LETTERS))
    plain = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    return SEPARATORS.sub(" ", plain).strip()


def search_words(name: str) -> str:
    """What the search compares with: the normalised name, „St.“ written out as „Sankt“."""
    return " ".join("sankt" if word == "st" else word for word in normalise_name(name).split())


def municipality_name(official: str) -> str:
    """The name without what follows a comma there: „Kiel, Landeshauptstadt“ is Kiel."""
    return _tidy(official.partition(",")[0])


def district_name(official: str, text_code: str) -> str:
    """„Landkreis Ahrweiler“ for „Ahrweiler“; „Westerwaldkreis“ already says what it is."""
    name = _tidy(official)
    return name if SELF_EXPLANATORY.search(name) else f"{DISTRICT_WORDS.get(text_code, 'Kreis')} {name}"


def association_name(official: str, text_code: str) -> str:
    """„Verbandsgemeinde Adenau“ for „Adenau“; other states' associations by their own word."""
    name = _tidy(official.removesuffix(COMMUNITY))
    word = ASSOCIATION_WORDS[text_code]
    return name if ABBREVIATED.match(name) or name.startswith(word) else f"{word} {name}"


def _tidy(name: str) -> str:
    return SLASH.sub("/", SPACES.sub(" ", name)).strip()
