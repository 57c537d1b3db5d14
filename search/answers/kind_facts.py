"""What the pages of other kinds than reports and events show as facts, as wording that can be quoted. Pure.

Each stands under the id of its line on the page. Figures become words here as they do there: a question
for a licence or a date finds none in a code. What a focus group decided and still asks, the steps of a
training and what was said in a session are sections of the wording; the summaries and titles of what came
out of a group are those of other documents, with passages of their own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from django.utils import translation
from django.utils.formats import date_format

from content.charts import format_value
from content.licences import licence_name
from content.templatetags.knowledge import duration
from content.templatetags.reuse import in_hours, releases_of, total_minutes
from hub.documents import Document
from theme.labels import FREQUENCIES, label

Line = tuple[str, str]
"""The name of a fact and its wording. Its id is ``fakt-<name>``, if :data:`_PLACES` does not say another."""

Names = Mapping[str, str]
"""Names of bodies by their keys: documents hold keys alone."""

# Headings belong to the passage and must not change with the interface's language.
_HEADINGS: Mapping[str, Mapping[str, str]] = {
    "version": {"de": "Aktuelle Version", "en": "Current version"},
    "licence": {"de": "Lizenz", "en": "Licence"},
    "requirements": {"de": "Voraussetzungen", "en": "Requirements"},
    "distributions": {"de": "Format der Daten", "en": "Format of the data"},
    "frequency": {"de": "Aktualisierung", "en": "Updates"},
    "area": {"de": "Gebiet", "en": "Area covered"},
    "period": {"de": "Zeitraum der Daten", "en": "Time the data tell of"},
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
    "held": {"de": "Fand statt am", "en": "Held on"},
    "minutes": {"de": "Dauer", "en": "Length"},
}
_PLACES = {"seats": "mitglieder"}
_UPDATED = {"de": "zuletzt am {}", "en": "last on {}"}
_RELEASED = {"de": "veröffentlicht am {}", "en": "released on {}"}
_NEW = {"de": "Neu in Version {}", "en": "New in version {}"}


def kind_facts(document: Document, language: str, names: Names) -> Iterator[tuple[str, str, str]]:
    """The facts of a document as (anchor, heading, wording), empty ones left out."""
    spoken = language if language in _UPDATED else "de"
    with translation.override(spoken):
        lines = [line for read in _READERS for line in read(document, spoken, names)]
    for name, wording in lines:
        if wording.strip():
            yield _PLACES.get(name, f"fakt-{name}"), _HEADINGS[name][spoken], wording
    for item in releases_of(document):
        if item.release.notes.strip():
            yield item.anchor, _NEW[spoken].format(item.release.version), item.release.notes


def _module(document: Document, language: str, names: Names) -> Iterator[Line]:
    if module := document.module:
        day = _RELEASED[language].format(date_format(module.released)) if module.released else ""
        yield "version", _join(", ", module.version, day) if module.version.strip() else ""
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
        yield "period", _join(" – ", *(date_format(day) for day in (dataset.starts, dataset.ends) if day))


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


def _session(document: Document, language: str, names: Names) -> Iterator[Line]:
    if document.session and document.session.held:
        yield "held", date_format(document.session.held)


def _recording(document: Document, language: str, names: Names) -> Iterator[Line]:
    if recording := document.recording:
        yield "held", date_format(recording.held) if recording.held else ""
        yield "minutes", duration(recording.minutes)


_READERS: tuple[Callable[[Document, str, Names], Iterator[Line]], ...] = (
    _module, _dataset, _indicator, _training, _motion, _group, _session, _recording,
)  # fmt: skip


def _licence(identifier: str) -> str:
    name = licence_name(identifier)
    return identifier if name == identifier else f"{identifier} ({name})"


def _join(joint: str, *parts: str) -> str:
    return joint.join(part for part in parts if part.strip())
