"""The text of a passage as the model sees it, and the way back from a quote to the exact wording."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

FEWEST_WORDS, FEWEST_CHARACTERS = 3, 15
"""What a quote must have to prove anything; a paragraph that is shorter may be quoted whole."""

LONGEST_SENT = 5_000
"""Characters of a text that a model is given."""

_QUOTATION = "\"“”„‟«»‹›'‘’‚‛`´"
_DASHES = "‐‑‒–—―−"
_VARIANTS = str.maketrans(
    dict.fromkeys(_QUOTATION, "'")  # no JSON that the model writes can break at one
    | dict.fromkeys(_DASHES, "-")
    | {"<": "(", ">": ")", "[": "(", "]": ")", "{": "(", "}": ")", "|": "/", "\\": "/"}
)
"""Signs that could pass for those of JSON, or of a model's own markup (``<|im_start|>``, ``[INST]``)."""

_FILLERS = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180e\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]"
)
_SHORTENED = (
    "abs", "abzgl", "allg", "apr", "art", "aug", "bes", "bspw", "bzw", "dez", "einschl", "etc", "evtl",
    "exkl", "feb", "gem", "ggf", "inkl", "insb", "insbes", "jan", "max", "min", "mind", "mio", "mrd", "nov",
    "okt", "sep", "sept", "sog", "std", "str", "tel", "tsd", "ungef", "usw", "vgl", "vorauss", "zzgl",
)  # fmt: skip
"""Of three letters or more, after which a sentence goes on. Shorter words and numbers never end one here, nor
does the end of a line, which in a PDF stands anywhere."""

_NO_SHORTENED = "".join(rf"(?<!\b(?i:{word}))" for word in _SHORTENED)
_SENTENCE_END = re.compile(
    rf"(?:(?:(?<=[^\W\d_]{{3}}){_NO_SHORTENED}\.|(?<=[)%€“”\"'’])\.|[!?])[)“”\"'’]*\s+|\n\s*\n)(?![\sa-zäöüß])"
)


@dataclass(frozen=True)
class Wording:
    """A text and how it is shown to the model.

    ``shown`` has single spaces, no invisible characters, and one sign each for quotation marks, dashes and
    brackets. Its character n stands for ``original[starts[n]:ends[n]]``.
    """

    original: str
    shown: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]

    def find(self, quote: str) -> str | None:
        """The exact wording that was quoted, in whole sentences, or None if it stands nowhere in the text.

        Letters and digits must be the same. A quote may not begin or end inside a word or a number, and one
        too short to prove anything is not found.
        """
        sought = as_shown(quote).strip("' ")
        if not sought:
            return None
        at = self.shown.find(sought)
        while at >= 0:
            end = at + len(sought)
            if not _is_inside(self.shown, at) and not _is_inside(self.shown, end):
                start, stop = self.starts[at], self.ends[end - 1]
                if _proves(sought) or self._is_paragraph(start, stop):
                    return _widen(self.original, start, stop)
            at = self.shown.find(sought, at + 1)
        return None

    def _is_paragraph(self, start: int, stop: int) -> bool:
        before, after = self.original[:start].rstrip(" \t"), self.original[stop:].lstrip(" \t")
        return before[-1:] in {"", "\n"} and after[:1] in {"", "\n"}


def read_wording(text: str) -> Wording:
    """How ``text`` is shown, with the way back."""
    shown: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for start, end in _clusters(text):
        for sign in _show(text[start:end]):
            if sign == " " and (not shown or shown[-1] == " "):
                continue
            shown.append(sign)
            starts.append(start)
            ends.append(end)
    return Wording(text, "".join(shown), tuple(starts), tuple(ends))


def cut_to_sentences(text: str) -> str:
    """As many whole sentences from the beginning as may be sent; empty if the first is too long."""
    if len(text) <= LONGEST_SENT:
        return text
    ends = [match.end() for match in _SENTENCE_END.finditer(text, 0, LONGEST_SENT)]
    return text[: ends[-1]] if ends else ""


def as_shown(text: str) -> str:
    """``text`` as it is shown to the model."""
    return read_wording(text).shown.rstrip()


def is_invisible(sign: str) -> bool:
    """Whether a character shows nothing: control, format, private and unassigned ones, and fillers."""
    return unicodedata.category(sign)[0] == "C" or bool(_FILLERS.match(sign))


def _clusters(text: str) -> list[tuple[int, int]]:
    """Bounds of each letter together with the marks on it."""
    found: list[tuple[int, int]] = []
    for at, sign in enumerate(text):
        if found and unicodedata.combining(sign):
            found[-1] = (found[-1][0], at + 1)
        else:
            found.append((at, at + 1))
    return found


def _show(cluster: str) -> str:
    if cluster.isspace():
        return " "
    visible = "".join(sign for sign in cluster if not is_invisible(sign))
    return unicodedata.normalize("NFC", visible).translate(_VARIANTS)


def _is_inside(text: str, at: int) -> bool:
    """Whether a cut at this place goes through a word or a number."""
    before, after = text[max(0, at - 2) : at], text[at : at + 2]
    if before[-1:].isalnum() and after[:1].isalnum():
        return True
    digit_and_sign = before[-1:] in set(".,:/") and before[:1].isdigit() and after[:1].isdigit()
    sign_and_digit = before[-1:].isdigit() and after[:1] in set(".,:/") and after[1:].isdigit()
    return (len(before) == 2 and digit_and_sign) or (len(after) == 2 and sign_and_digit)


def _proves(shown: str) -> bool:
    words = [word for word in shown.split() if any(sign.isalnum() for sign in word)]
    return len(words) >= FEWEST_WORDS and len(shown) >= FEWEST_CHARACTERS


def _widen(text: str, start: int, stop: int) -> str:
    """The whole sentences around a quote, however long they are, so that none loses its „nicht“."""
    begins = [match.end() for match in _SENTENCE_END.finditer(text, 0, start + 1)]
    ending = _SENTENCE_END.search(text, stop - 1)
    return text[begins[-1] if begins else 0 : ending.end() if ending else len(text)].strip()
