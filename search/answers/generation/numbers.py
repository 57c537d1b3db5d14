"""The numbers of a German text: what models invent first, and what a quote can be held against."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal

_ONES = {
    "ein": 1, "zwei": 2, "zwo": 2, "drei": 3, "vier": 4, "fünf": 5, "sechs": 6, "sieben": 7, "acht": 8,
    "neun": 9,
}  # fmt: skip
_TENS = {
    "zwanzig": 20, "dreißig": 30, "vierzig": 40, "fünfzig": 50, "sechzig": 60, "siebzig": 70, "achtzig": 80,
    "neunzig": 90,
}  # fmt: skip
_TEENS = {
    "zehn": 10, "elf": 11, "zwölf": 12, "dreizehn": 13, "vierzehn": 14, "fünfzehn": 15, "sechzehn": 16,
    "siebzehn": 17, "achtzehn": 18, "neunzehn": 19,
}  # fmt: skip
_MONTHS = (
    "januar", "februar", "märz", "april", "mai", "juni", "juli", "august", "september", "oktober", "november",
    "dezember",
)  # fmt: skip
_POWERS = (("tausend", 1_000), ("hundert", 100))

_SCALES = {"t": 1_000, "mi": 1_000_000, "mr": 1_000_000_000}
_SCALE = r"Tsd\b\.?|Tausend\b|Mio\b\.?|Million(?:en)?\b|Mrd\b\.?|Milliarden?\b"
_UNITS = {
    "pp": r"Prozentpunkte?n?\b", "%": r"%|Prozent\w*|v\.\s?H\.", "€": r"€|EUR\b|Euro\b",
    "d": r"Tage?[ns]?\b", "w": r"Wochen?\b", "m": r"Monat(?:e[ns]?|s)?\b", "y": r"Jahr(?:e[ns]?|s)?\b",
    "h": r"Std\b|Stunden?\b", "min": r"Min\b|Minuten?\b",
}  # fmt: skip
_UNIT = "|".join(_UNITS.values())
_DERIVED_UNITS = {
    "jähr": "Jahre", "monat": "Monate", "wöch": "Wochen", "täg": "Tage", "stünd": "Stunden",
    "minüt": "Minuten",
}  # fmt: skip
_WORD = re.compile(r"[^\W\d_]+")
_DERIVED = re.compile(r"(?:(jähr|monat|wöch|täg|stünd|minüt|stuf|köpf|teil)ig|fach|mal)\w*$")
_ORDINAL = re.compile(r"((?:zwei|drit|vier|fünf|sechs|sieb|ach|neun|zehn)t)(?:e[nrsm]?|el[ns]?)$")
_SHARE = re.compile(
    r"(hälfte|halb|dutzend|hundert|tausend|million|milliarde|doppel|verdoppel|halbier|verdreifach)"
)
_SINGLE = re.compile(rf"\bein(?:e[nmrs]?|s)?(?=\s(?:{_SCALE}|{_UNIT}))", re.IGNORECASE)
_WIDE_THOUSANDS = re.compile(r"(?<=\d)[\u00a0\u2009\u202f](?=\d{3}(?!\d))")
_DATE = re.compile(
    rf"\b(?P<day>\d{{1,2}})\.\s?(?:(?P<month>0?[1-9]|1[0-2])\.|(?P<name>{'|'.join(_MONTHS)})\b)"
    r"(?:\s?(?P<year>\d{4})\b)?"
    r"|\b(?P<iso_year>\d{4})-(?P<iso_month>\d\d)-(?P<iso_day>\d\d)\b",
    re.IGNORECASE,
)
_AMOUNT = re.compile(
    rf"(?:(?P<before>€|EUR)\s?)?(?P<sign>(?<![^\s(])[-−])?(?P<digits>\d+(?:[.,:/]\d+)*)"
    rf"(?:\s?(?P<scale>{_SCALE}))?(?:\s?(?P<unit>{_UNIT}))?",
    re.IGNORECASE,
)
_PLAIN = re.compile(r"\d{1,3}(?:\.\d{3})+(?:,\d+)?|\d+(?:,\d+)?")


def numbers_needed(claim: str) -> frozenset[str]:
    """What a text must have beside it to be believed: its numbers with their units, dates and shares."""
    return _read(claim, loosely=False)


def numbers_held(quote: str) -> frozenset[str]:
    """What a text proves: the same, and each number also without its unit, each date also in parts."""
    return _read(quote, loosely=True)


def is_number_word(word: str) -> bool:
    """Whether a word is a number, or a unit or scale of numbers, and so compared as one."""
    is_unit = re.fullmatch(f"{_SCALE}|{_UNIT}", word, re.IGNORECASE) is not None
    return word[:1].isdigit() or is_unit or _value(word.lower()) is not None


def _read(text: str, *, loosely: bool) -> frozenset[str]:
    text = unicodedata.normalize("NFKC", _WIDE_THOUSANDS.sub("", text))
    text = _WORD.sub(_in_digits, _SINGLE.sub("1", text))
    found = {token for match in _DATE.finditer(text) for token in _date(match, loosely=loosely)}
    text = _DATE.sub(" ", text)
    found |= {token for match in _WORD.finditer(text) if (token := _written(match))}
    for match in _AMOUNT.finditer(text):
        number = _amount(match)
        found.add(number + _unit(match["unit"] or match["before"]))
        if loosely:
            found.add(number)
    return frozenset(found)


def _in_digits(match: re.Match[str]) -> str:
    """A number word in digits; any other word as it is."""
    word, before = match[0].lower(), match.string[: match.start()]
    stem = _DERIVED.sub("", word)
    value = None if stem in {"", "ein"} or re.search(r"\d\s?$", before) else _value(stem)
    derived = _DERIVED.search(word)
    unit = _DERIVED_UNITS.get(derived[1] or "", "") if derived else ""
    return match[0] if value is None else f"{value} {unit}".rstrip()


def _written(match: re.Match[str]) -> str:
    """What a word says of number without being one: a month, an ordinal, a share."""
    word = match[0].lower()
    if word in _MONTHS:
        return f"month {_MONTHS.index(word) + 1}"
    if re.fullmatch(_SCALE, word, re.IGNORECASE) and re.search(r"\d\s?$", match.string[: match.start()]):
        return ""
    found = _ORDINAL.match(word) or _SHARE.match(word)
    return found[1] if found else ""


def _value(word: str) -> int | None:
    for name, factor in _POWERS:
        if name in word:
            head, _, tail = word.partition(name)
            many, rest = _value(head) if head else 1, _value(tail.removeprefix("und")) if tail else 0
            return None if many is None or rest is None else many * factor + rest
    one, joint, ten = word.partition("und")
    if joint and one in _ONES and ten in _TENS:
        return _ONES[one] + _TENS[ten]
    return _ONES.get(word) or _TEENS.get(word) or _TENS.get(word)


def _date(match: re.Match[str], *, loosely: bool) -> set[str]:
    day, year = int(match["day"] or match["iso_day"]), match["year"] or match["iso_year"] or ""
    name = (match["name"] or "").lower()
    month = _MONTHS.index(name) + 1 if name else int(match["month"] or match["iso_month"])
    if not loosely:
        return {f"date {day}.{month}.{year}"}
    parts = {str(day), f"month {month}", f"date {day}.{month}.", f"date {day}.{month}.{year}"}
    return parts | ({year} if year else set())


def _amount(match: re.Match[str]) -> str:
    digits, sign = match["digits"], "-" if match["sign"] else ""
    if not _PLAIN.fullmatch(digits):
        return sign + re.sub(r"\b0+(?=\d)", "", digits)
    scale = (match["scale"] or "").lower()
    factor = next((many for start, many in _SCALES.items() if scale.startswith(start)), 1)
    value = Decimal(digits.replace(".", "").replace(",", ".")) * factor
    return sign + f"{value.normalize():f}"


def _unit(written: str | None) -> str:
    found = (name for name, unit in _UNITS.items() if written and re.fullmatch(unit, written, re.IGNORECASE))
    return f" {name}" if (name := next(found, "")) else ""
