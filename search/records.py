"""From a document to what site search holds of it. Pure: compared by ``==`` in tests."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from hub.catalogue.cards import year_of
from hub.documents import Document, Text

LOCAL = "local"
"""The source of items written on this instance."""


@dataclass(frozen=True)
class Names:
    """What codes in documents are called, so that people find by the names they know."""

    bodies: Mapping[str, str] = field(default_factory=dict)
    topics: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Record:
    """One item as engines index it, in all its languages.

    ``titles``, ``leads``, ``bodies`` and ``extras`` are plain wordings of falling weight.
    ``year`` is that of the matter, None where only the publication is dated.
    """

    object_id: str
    audience: str
    kind: str
    title: str
    changed: dt.datetime
    source: str = LOCAL
    topics: tuple[str, ...] = ()
    publishers: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    maturity: str = ""
    year: int | None = None
    titles: tuple[str, ...] = ()
    leads: tuple[str, ...] = ()
    bodies: tuple[str, ...] = ()
    extras: tuple[str, ...] = ()


def build_record(document: Document, *, source: str, changed: dt.datetime, names: Names) -> Record:
    """The record of a document. ``source`` is the peer's short name, empty for own items."""
    texts = list(document.texts.values())
    return Record(
        object_id=document.id,
        audience=document.audience.value,
        kind=document.kind,
        title=document.text().title,
        changed=changed,
        source=source or LOCAL,
        topics=document.topics,
        publishers=document.publishers,
        languages=tuple(sorted(document.texts)),
        maturity=document.case.maturity if document.case else "",
        year=year_of(document),
        titles=tuple(text.title for text in texts),
        leads=tuple(_filled(_lead(texts, document, names))),
        bodies=tuple(_filled(wording for text in texts for wording in _wordings(text))),
        extras=tuple(_filled(_extras(document))),
    )


def _lead(texts: list[Text], document: Document, names: Names) -> Iterator[str]:
    yield from (text.summary for text in texts)
    yield from (names.topics.get(topic, topic) for topic in document.topics)
    yield from (names.bodies.get(key, "") for key in document.publishers)


def _wordings(text: Text) -> Iterator[str]:
    for section in text.sections:
        yield section.heading
        for block in section.blocks:
            yield block.text
            yield block.caption


def _extras(document: Document) -> Iterator[str]:
    if case := document.case:
        yield from case.software
        yield from (case.interfaces, case.skills, case.legal_basis, case.dpia)
        yield from (case.processor_contract, case.works_council, case.procurement)
    if module := document.module:
        yield from (module.licence, module.requirements, module.repository)
        yield from (module.version, *(release.version for release in module.releases))
        yield from (release.notes for release in module.releases)
    if training := document.training:
        yield from (training.target_group, training.prerequisites)
    if motion := document.motion:
        yield from (motion.committee, motion.result, motion.reference, motion.licence)
    if event := document.event:
        yield from (event.location, event.address)
        for slot in event.slots:
            yield from (slot.title, slot.summary, slot.room)
    yield from _group_and_recording(document)
    yield from _data(document)
    if document.costs:
        yield document.costs.note
    if document.contact:
        yield document.contact.role
    for attachment in document.attachments:
        yield from (attachment.title, attachment.name if attachment.role == "file" else "")


def _group_and_recording(document: Document) -> Iterator[str]:
    if group := document.group:
        yield group.rhythm
        yield from (seat.role for seat in group.seats)
    if recording := document.recording:
        yield recording.format


def _data(document: Document) -> Iterator[str]:
    if dataset := document.dataset:
        yield from (dataset.licence, dataset.area)
        for distribution in dataset.distributions:
            yield from (distribution.title, distribution.format)
    if indicator := document.indicator:
        yield from (indicator.unit, indicator.formula, indicator.source)
        yield from (measurement.note for measurement in indicator.measurements)


def _filled(wordings: Iterator[str]) -> Iterator[str]:
    return (wording for wording in wordings if wording.strip())
