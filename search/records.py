"""From a document to what site search holds of it. Pure: compared by ``==`` in tests."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain

from hub.catalogue.cards import first_year_costs, licence_of, year_of
from hub.documents import Document, Text
from search.spelling import shape_with_lists
from theme.bands import ASKED_OF, UNKNOWN, cost_band

SHAPE = shape_with_lists(3)
"""Counts the changes of what records hold: an index of another shape is built again by itself."""

LOCAL = "local"
"""The source of items written on this instance."""


@dataclass(frozen=True)
class Names:
    """What codes in documents are called, so that people find by the names they know."""

    bodies: Mapping[str, str] = field(default_factory=dict)
    topics: Mapping[str, str] = field(default_factory=dict)
    districts: Mapping[str, str] = field(default_factory=dict)
    """The region (a district's or city's key) of each body."""
    sizes: Mapping[str, str] = field(default_factory=dict)
    """The class of inhabitants (:mod:`hub.municipalities.bands`) of each body, empty if unknown."""


@dataclass(frozen=True)
class Record:
    """One item as engines index it, in all its languages.

    ``titles``, ``leads``, ``bodies``, ``extras`` and ``files`` are plain wordings of falling weight; the
    last are the pages of attached files. ``year`` is that of the matter, None where only the publication
    is dated. ``maturity``, ``costs`` (a band) and ``licence`` are :data:`theme.bands.UNKNOWN` where the kind
    is asked for them and the document does not say. ``expires`` is the last day it is shown,
    ``published`` when it was first published, None where it has not changed since.
    """

    object_id: str
    audience: str
    kind: str
    title: str
    changed: dt.datetime
    source: str = LOCAL
    topics: tuple[str, ...] = ()
    publishers: tuple[str, ...] = ()
    districts: tuple[str, ...] = ()
    sizes: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    maturity: str = ""
    licence: str = ""
    costs: str = ""
    year: int | None = None
    expires: dt.date | None = None
    published: dt.datetime | None = None
    titles: tuple[str, ...] = ()
    leads: tuple[str, ...] = ()
    bodies: tuple[str, ...] = ()
    extras: tuple[str, ...] = ()
    files: tuple[str, ...] = ()

    @property
    def wordings(self) -> Iterator[str]:
        """All of them, the weightiest first."""
        return chain(self.titles, self.leads, self.bodies, self.extras, self.files)


def build_record(
    document: Document,
    *,
    source: str,
    changed: dt.datetime,
    names: Names,
    files: tuple[str, ...] = (),
    published: dt.datetime | None = None,
) -> Record:
    """The record of a document. ``source`` is the peer's short name, empty for own items.

    ``files`` are the pages of its attached files.
    """
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
        districts=classes_of(document.publishers, names.districts),
        sizes=classes_of(document.publishers, names.sizes),
        languages=tuple(sorted(document.texts)),
        maturity=_or_unknown("maturity", document, document.case.maturity if document.case else ""),
        licence=_or_unknown("licence", document, licence_of(document)),
        costs=_or_unknown("costs", document, cost_band(first_year_costs(document.costs))),
        year=year_of(document),
        expires=document.expires,
        published=published,
        titles=tuple(text.title for text in texts),
        leads=tuple(_filled(_lead(texts, document, names))),
        bodies=tuple(_filled(wording for text in texts for wording in _wordings(text))),
        extras=tuple(_filled(_extras(document))),
        files=tuple(_filled(iter(files))),
    )


def classes_of(publishers: tuple[str, ...], of_key: Mapping[str, str]) -> tuple[str, ...]:
    """What publishers are counted under, each once; nothing for those of whom it is not known."""
    return tuple(dict.fromkeys(value for key in publishers if (value := of_key.get(key, ""))))


def _or_unknown(fact: str, document: Document, value: str) -> str:
    return value or (UNKNOWN if document.kind in ASKED_OF[fact] else "")


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
