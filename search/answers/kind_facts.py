"""What the pages of other kinds than reports and events show as facts, as wording that can be quoted. Pure.

Each stands under the id of its line on the page. Figures become words here as they do there: a question
for a licence or a date finds none in a code.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from django.utils import translation
from django.utils.formats import date_format

from content.charts import format_value
from content.licences import licence_name
from content.templatetags.reuse import in_hours, total_minutes
from hub.documents import Document
from theme.labels import FREQUENCIES, label

Line = tuple[str, str]
"""The name of a fact, as in its id ``fakt-<name>``, and its wording."""

Names = Mapping[str, str]
"""Names of bodies by their keys: documents hold keys alone."""

# Headings belong to the passage and must not change with the interface's language.
_HEADINGS: Mapping[str, Mapping[str, str]] = {
    "licence": {"de": "Lizenz", "en": "Licence"},
    "requirements": {"de": "Voraussetzungen", "en": "Requirements"},
    "distributions": {"de": "Format der Daten", "en": "Format of the data"},
    "frequency": {"de": "Aktualisierung", "en": "Updates"},
    "area": {"de": "Gebiet", "en": "Area covered"},
    "newest": {"de": "Neuester Wert", "en": "Newest value"},
    "unit": {"de": "Einheit", "en": "Unit"},
    "formula": {"de": "Rechenweg", "en": "How it is worked out"},
    "source": {"de": "Quelle der Zahlen", "en": "Source of the figures"},
    "target-group": {"de": "Für wen: Zielgruppe", "en": "For whom: target group"},
    "time": {"de": "Dauer insgesamt", "en": "Time in total"},
    "prerequisites": {"de": "Was vorher nötig ist", "en": "What is needed before"},
    "result": {"de": "Ergebnis der Abstimmung", "en": "Result of the vote"},
    "decided": {"de": "Entschieden", "en": "Decided"},
    "seats": {"de": "Mitglieder", "en": "Members"},
    "rhythm": {"de": "Trifft sich", "en": "Meets"},
}
_UPDATED = {"de": "zuletzt am {}", "en": "last on {}"}


def kind_facts(document: Document, language: str, names: Names) -> Iterator[tuple[str, str, str]]:
    """The facts of a document as (anchor, heading, wording), empty ones left out."""
    spoken = language if language in _UPDATED else "de"
    with translation.override(spoken):
        lines = [line for read in _READERS for line in read(document, spoken, names)]
    for name, wording in lines:
        if wording.strip():
            yield f"fakt-{name}", _HEADINGS[name][spoken], wording


def _module(document: Document, language: str, names: Names) -> Iterator[Line]:
    if module := document.module:
        yield "licence", _licence(module.licence)
        yield "requirements", module.requirements


def _dataset(document: Document, language: str, names: Names) -> Iterator[Line]:
    if dataset := document.dataset:
        yield "licence", _licence(dataset.licence)
        yield "distributions", ", ".join(dict.fromkeys(each.format for each in dataset.distributions))
        often = label(FREQUENCIES, dataset.frequency) if dataset.frequency else ""
        day = _UPDATED[language].format(date_format(dataset.modified)) if dataset.modified else ""
        yield "frequency", _join(", ", often, day)
        yield "area", dataset.area


def _indicator(document: Document, language: str, names: Names) -> Iterator[Line]:
    if indicator := document.indicator:
        newest = indicator.measurements[-1] if indicator.measurements else None
        if newest:
            value = _join(" ", format_value(newest.value), indicator.unit, f"({newest.period})")
            yield "newest", _join("\n", value, newest.note)
        else:
            yield "unit", indicator.unit
        yield "formula", indicator.formula
        yield "source", indicator.source


def _training(document: Document, language: str, names: Names) -> Iterator[Line]:
    if training := document.training:
        yield "target-group", training.target_group
        minutes = total_minutes(document)
        yield "time", in_hours(minutes) if minutes else ""
        yield "prerequisites", training.prerequisites


def _motion(document: Document, language: str, names: Names) -> Iterator[Line]:
    if motion := document.motion:
        day = date_format(motion.decided) if motion.decided else ""
        decided = _join(", ", day, motion.committee)
        if motion.result.strip():
            yield "result", _join("\n", motion.result, decided)
        else:
            yield "decided", decided
        yield "licence", _licence(motion.licence)


def _group(document: Document, language: str, names: Names) -> Iterator[Line]:
    if group := document.group:
        seats = (_join(": ", names.get(seat.body, ""), seat.role) for seat in group.seats)
        yield "seats", _join("\n", *seats)
        yield "rhythm", group.rhythm


_READERS: tuple[Callable[[Document, str, Names], Iterator[Line]], ...] = (
    _module, _dataset, _indicator, _training, _motion, _group,
)  # fmt: skip


def _licence(identifier: str) -> str:
    name = licence_name(identifier)
    return identifier if name == identifier else f"{identifier} ({name})"


def _join(joint: str, *parts: str) -> str:
    return joint.join(part for part in parts if part.strip())
