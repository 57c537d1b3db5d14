"""The shapes of answers. Money in whole euros, sizes in bytes, times in UTC, languages as BCP 47 tags.

What is not known is null. Fields are only ever added in version 1: readers ignore what they do not know.
"""

from __future__ import annotations

import datetime as dt

from pydantic import BaseModel, Field

from content.statements.rules import Standing
from hub.documents import (
    Case,
    Contact,
    Costs,
    Dataset,
    Group,
    Indicator,
    Module,
    Motion,
    Recording,
    Responses,
    Slot,
    Training,
)


class NamedBody(BaseModel):
    """A body by its official key; one this hub does not know is called by its key."""

    key: str
    name: str


class NamedTopic(BaseModel):
    """A topic by its code."""

    code: str
    name: str


class When(BaseModel):
    """When and where an event takes place. ``timezone`` is an IANA name."""

    starts: dt.datetime
    ends: dt.datetime
    timezone: str
    location: str | None
    cancelled: bool


class Record(BaseModel):
    """What a list says of a contribution."""

    id: str = Field(description="Its permanent identity at its origin; it never changes.")
    uuid: str = Field(description="The last part of the id; this API asks by it.")
    url: str = Field(description="Its page on this hub.")
    api_url: str = Field(description="All of it in this API.")
    origin: str = Field(description="The hub that publishes it.")
    kind: str
    title: str
    summary: str
    language: str = Field(description="The language of title and summary.")
    languages: list[str] = Field(description="All languages there are texts in.")
    publishers: list[NamedBody]
    topics: list[NamedTopic]
    licence: str | None = Field(description="SPDX identifier.")
    maturity: str | None
    once_eur: int | None
    monthly_eur: int | None
    first_year_eur: int | None = Field(description="Once and twelve months, as far as known.")
    event: When | None
    year: int | None = Field(description="The year of the matter.")
    revision: int
    published: dt.datetime
    changed: dt.datetime
    confirmed: dt.date | None = Field(description="When its owner last said that it still holds.")
    expires: dt.date | None = Field(description="The last day it is shown. Mirrors drop it after that.")
    demo: bool = Field(description="Made up, to show how the hub works.")
    hub_note: str | None = Field(description="What this hub remarks on a record of another hub.")


class Tombstone(BaseModel):
    """What was published and is no more: mirrors drop it."""

    id: str
    uuid: str
    kind: str
    origin: str
    changed: dt.datetime


class RecordPage(BaseModel):
    """Records in the order in which they changed on this hub, the longest unchanged first."""

    records: list[Record]
    withdrawn: list[Tombstone] = Field(description="Filled where changed_since was asked for.")
    next: str | None = Field(description="The address of what follows; null at the end.")
    resume: str = Field(description="The address to ask later for what changes after this page.")


class SectionText(BaseModel):
    """A section in plain words. ``part`` is ``documentation`` for what was taken over from files."""

    anchor: str = Field(description="The fragment of the section in the record's page.")
    heading: str
    level: int
    part: str
    text: str


class RelatedRecord(BaseModel):
    """A public record of this hub to which another leads."""

    type: str = Field(description="uses, led_to, derived_from, part_of, documents …")
    id: str
    kind: str
    title: str
    url: str


class SessionOf(BaseModel):
    """Which session a note is of."""

    event: str | None = Field(description="The id of the event's record, where it is public.")
    held: dt.date | None


class RecordDetail(Record):
    """All of a record. ``readable`` is false where it needs newer software than this hub has: then only its
    header is known."""

    readable: bool
    contact: Contact | None = None
    sections: list[SectionText] = []
    costs: Costs | None = None
    case: Case | None = None
    module: Module | None = None
    programme: list[Slot] = []
    group: Group | None = None
    recording: Recording | None = None
    session: SessionOf | None = None
    dataset: Dataset | None = None
    indicator: Indicator | None = None
    training: Training | None = None
    motion: Motion | None = None
    responses: Responses | None = None
    relations: list[RelatedRecord] = []
    statements_url: str
    files_url: str


class RecordFile(BaseModel):
    """A file to download. ``digest`` is ``sha256:<hex>`` of its bytes."""

    url: str
    name: str
    title: str
    media_type: str
    size: int
    digest: str


class RecordFiles(BaseModel):
    """The files of a record."""

    record: str
    files: list[RecordFile]


class AdoptionStatement(BaseModel):
    """A body states that it uses the record. ``current`` ones count as users today."""

    id: str
    body: NamedBody
    standing: Standing
    version: str | None
    since: dt.date | None
    until: dt.date | None
    confirmed: dt.date | None
    confirmed_until: dt.date | None
    once_eur: int | None
    monthly_eur: int | None
    contact: Contact | None
    note: str | None
    outdated: bool = Field(description="Said of an earlier revision of the record.")


class CheckStatement(BaseModel):
    """A second body has read the record against what it knows."""

    id: str
    body: NamedBody
    made: dt.date | None
    confirmed: dt.date | None
    note: str | None
    outdated: bool = Field(description="Said of an earlier revision of the record.")


class CoPublicationStatement(BaseModel):
    """A body the owner names as co-publisher: ``asked``, ``confirmed``, or ``changed`` since it confirmed."""

    body: NamedBody
    state: str


class RecordStatements(BaseModel):
    """What others say of a record."""

    record: str
    users: int = Field(description="How many bodies use it today.")
    adoptions: list[AdoptionStatement]
    checks: list[CheckStatement]
    co_publications: list[CoPublicationStatement]


class TopicInfo(NamedTopic):
    """A topic, how many public records there are, and codes that were merged into it."""

    records: int
    merged: list[str]
    url: str
    feed: str


class TopicList(BaseModel):
    """The shared vocabulary."""

    topics: list[TopicInfo]


class BodyInfo(NamedBody):
    """A body of the directory. ``region`` is the district it lies in, null for independent cities."""

    kind: str
    population: int | None
    population_date: dt.date | None
    area_ha: int | None
    region: NamedBody | None
    association: NamedBody | None = Field(description="The Verbandsgemeinde it belongs to.")
    latitude: float | None
    longitude: float | None
    website: str | None
    dissolved: dt.date | None
    successor: str | None = Field(description="Key of the body that took its place.")
    url: str
    api_url: str


class BodyDetail(BodyInfo):
    """The same with what it has published: public records by kind, and its own introduction."""

    records: dict[str, int]
    portrait: Record | None
    feed: str


class BodyPage(BaseModel):
    """Bodies by key."""

    bodies: list[BodyInfo]
    next: str | None = Field(description="The address of what follows; null at the end.")
