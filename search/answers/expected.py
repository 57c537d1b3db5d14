"""What a question expects: an amount, a number, a day. A passage without one does not answer it. Pure."""

from __future__ import annotations

import re

_NUMBERS = (
    r"\d|\b(?:null|eine?[rnms]?|zwei|drei|vier|fünf|sechs|sieben|acht|neun|zehn|elf|zwölf|dutzend|"
    r"\w*(?:zehn|zig|hundert|tausend)|hälfte|halb\w*|doppel\w*|drittel|viertel|fünftel|kein\w*|alle[rns]?|"
    r"jede\w*|täglich|wöchentlich|monatlich|jährlich|einmal|zweimal|dreimal)\b"
)
_DAYS = (
    r"\d|\b(?:januar|februar|märz|april|mai|juni|juli|august|september|oktober|november|dezember|"
    r"montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonntag|frühjahr|frühling|sommer|herbst|winter|"
    r"nach|vor|sobald|sofort|wenn|seit|während|jahr\w*|monat\w*|woche\w*|tag\w*|quartal\w*)\b"
)
_MONEY = r"€|\b(?:euro|eur|cent|kostenlos|kostenfrei|gebührenfrei|unentgeltlich|umsonst|keine kosten)\b"

_EXPECTED = tuple(
    (re.compile(asked, re.IGNORECASE), re.compile(held, re.IGNORECASE))
    for asked, held in (
        (
            r"\b(?:was|wie ?viel|welche[nr]?) (?:kosten|kostet|kostete)\b|\bwie teuer\b|\bwelchen preis\b",
            _MONEY,
        ),
        (r"\bwie ?viele?\b|\bwie (?:hoch|lange|oft|groß|weit|häufig|alt)\b|\bwelchen? anteil\b", _NUMBERS),
        (r"\bwann\b|\b(?:an|in) welche[mnr] (?:tag|tagen|jahr|jahren|monat|monaten)\b", _DAYS),
    )
)


def holds_expected(question: str, text: str) -> bool:
    """Whether a text holds what the question expects; true where it expects nothing of the kind."""
    return all(held.search(text) for asked, held in _EXPECTED if asked.search(question))
