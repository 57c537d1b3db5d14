"""German words and sentences for newsletter texts: numbers, lists, articles, kinds, costs.

These texts are German whatever language the site is read in, as the newsletter they are for is. So they stand
in the code: what is here are rules of one language, not wordings that could be exchanged for another's.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from hub.catalogue.cards import MONTHS

NUMBERS = ("zwei", "drei", "vier", "fünf", "sechs", "sieben", "acht", "neun", "zehn", "elf", "zwölf")
"""From two on."""

MONTH_NAMES = (
    "Januar", "Februar", "März", "April", "Mai", "Juni",
    "Juli", "August", "September", "Oktober", "November", "Dezember",
)  # fmt: skip
FEMININE = (
    "Verbandsgemeinde",
    "Stadt",
    "Gemeinde",
    "Ortsgemeinde",
    "Hochschule",
    "Universität",
    "Aufsichts-",
)
MASCULINE = ("Landkreis", "Kreis", "Zweckverband", "Städtetag")
ENDS = ".!?…:"


class KindWords(NamedTuple):
    """One and several of a kind, and what one publisher does with it, and several do."""

    one: str
    many: str
    does: str
    do: str


KINDS: Mapping[str, KindWords] = {
    "case_report": KindWords(
        "ein Erfahrungsbericht", "Erfahrungsberichte",
        "legt einen Erfahrungsbericht vor", "legen einen Erfahrungsbericht vor",
    ),
    "module": KindWords(
        "ein Baustein", "Bausteine",
        "stellt einen Baustein zur Nachnutzung bereit", "stellen einen Baustein zur Nachnutzung bereit",
    ),
    "motion": KindWords(
        "ein Ratsantrag", "Ratsanträge",
        "stellt einen Ratsantrag als Vorlage bereit", "stellen einen Ratsantrag als Vorlage bereit",
    ),
    "dataset": KindWords(
        "ein Datensatz", "Datensätze", "stellt einen Datensatz bereit", "stellen einen Datensatz bereit"
    ),
    "training": KindWords(
        "ein Lernpfad", "Lernpfade", "stellt einen Lernpfad bereit", "stellen einen Lernpfad bereit"
    ),
    "indicator": KindWords(
        "eine Kennzahl", "Kennzahlen", "legt eine Kennzahl vor", "legen eine Kennzahl vor"
    ),
    "focus_group": KindWords(
        "eine Fokusgruppe", "Fokusgruppen", "stellt eine Fokusgruppe vor", "stellen eine Fokusgruppe vor"
    ),
    "format": KindWords(
        "ein Wissensformat", "Wissensformate",
        "stellt ein Wissensformat vor", "stellen ein Wissensformat vor",
    ),
    "session_note": KindWords(
        "eine Sessionnotiz", "Sessionnotizen", "fasst eine Session zusammen", "fassen eine Session zusammen"
    ),
    "question": KindWords(
        "eine beantwortete Frage", "beantwortete Fragen",
        "beantwortet eine Frage", "beantworten eine Frage",
    ),
    "news": KindWords(
        "eine Meldung", "Meldungen", "gibt eine Neuigkeit bekannt", "geben eine Neuigkeit bekannt"
    ),
}  # fmt: skip
OTHER = KindWords("ein Beitrag", "Beiträge", "stellt einen Beitrag vor", "stellen einen Beitrag vor")
MATURITIES: Mapping[str, str] = {
    "idea": "Bisher ist es eine Idee.",
    "pilot": "Das Vorhaben wird erprobt.",
    "operation": "Das Vorhaben ist in Betrieb.",
    "ended": "Das Vorhaben ist beendet.",
}


def say_number(number: int) -> str:
    """A number before a noun in the plural, in words up to twelve."""
    return NUMBERS[number - 2] if 2 <= number < len(NUMBERS) + 2 else group_digits(number)


def group_digits(number: int) -> str:
    """A number with its thousands grouped."""
    return f"{number:,}".replace(",", ".")


def say_euro(amount: int) -> str:
    """An amount as running text has it."""
    return f"{group_digits(amount)}\u00a0Euro"


def join_words(words: Sequence[str]) -> str:
    """„a, b und c“."""
    return " und ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else "".join(words)


def quote(title: str) -> str:
    """A title in quotation marks; those it holds become single ones."""
    return f"„{title.replace('„', '‚').replace('“', '‘')}“"


def with_article(name: str) -> str:
    """A body's name as a subject within a sentence: districts and the like have an article, towns none."""
    first = name.split(" ")[0]
    if first in FEMININE:
        return f"die {name}"
    if first in MASCULINE or name.casefold().endswith("kreis"):
        return f"der {name}"
    return name


def capitalise(sentence: str) -> str:
    """The sentence with a capital first letter, the rest as it is."""
    return sentence[:1].upper() + sentence[1:]


def end_sentence(text: str) -> str:
    """The text with a full stop, unless it ends in a mark already."""
    return text if not text or text[-1] in ENDS else f"{text}."


def say_publishing(kind: str, towns: Sequence[str]) -> str:
    """Who published what kind of contribution, as a sentence; empty without a publisher."""
    if not towns:
        return ""
    words = KINDS.get(kind, OTHER)
    act = words.does if len(towns) == 1 else words.do
    return capitalise(f"{join_words([with_article(town) for town in towns])} {act}.")


def say_count(kind: str, number: int) -> str:
    """„ein Baustein“, „drei Bausteine“; of an unknown kind, and of none, contributions."""
    words = KINDS.get(kind, OTHER)
    return words.one if number == 1 else f"{say_number(number)} {words.many}"


def say_costs(once: int | None, monthly: int | None) -> str:
    """What it costs, as sentences; empty where nothing is known."""
    if once is None and monthly is None:
        return ""
    if not once and not monthly:
        known = once is not None and monthly is not None
        return "Es entstehen keine Kosten." if known else ""
    if not monthly:
        return f"Einmalig kostet es {say_euro(once or 0)}."
    first_year = say_euro((once or 0) + MONTHS * monthly)
    if not once:
        return f"Es kostet {say_euro(monthly)} im Monat, im ersten Jahr {first_year}."
    return (
        f"Einmalig kostet es {say_euro(once)}, dazu kommen {say_euro(monthly)} im Monat: "
        f"im ersten Jahr zusammen {first_year}."
    )


def say_users(number: int) -> str:
    """How many others use it; empty for none."""
    if not number:
        return ""
    if number == 1:
        return "Eine andere Kommune nutzt es bereits nach."
    return f"{capitalise(say_number(number))} andere Kommunen nutzen es bereits nach."
