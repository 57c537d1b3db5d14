"""The facts of a document, one part for each kind of thing and those that several share.

Units are those of :mod:`hub.documents`.
"""

from __future__ import annotations

import datetime as dt

from pydantic import Field

from hub.documents.access import Part
from hub.documents.direction import Line
from hub.instants import Instant, ZoneName

TERM = r"^[a-z0-9]+(-[a-z0-9]+)*$"
"""How the code of a topic is written."""


class Contact(Part):
    """Who answers: a role with its address, never a person's own."""

    role: Line
    email: Line = ""
    phone: Line = ""


class CostShare(Part):
    """What one partner body bears of the costs, in euros a year; None is „unbekannt“."""

    body: str
    yearly_eur: int | None = None


class Costs(Part):
    """What it costs, in whole euros. None means „unbekannt“, which is shown as such."""

    once_eur: int | None = None
    monthly_eur: int | None = None
    person_days: int | None = None
    shares: tuple[CostShare, ...] = Field((), max_length=100)
    note: str = ""


class Case(Part):
    """The facts of a case report. An empty string means „unbekannt“."""

    maturity: str = ""
    evidence: str = ""
    evidence_date: dt.date | None = None
    software: tuple[Line, ...] = Field((), max_length=200)
    interfaces: str = ""
    skills: str = ""
    legal_basis: str = ""
    dpia: str = ""
    processor_contract: str = ""
    works_council: str = ""
    procurement: str = ""
    started: dt.date | None = None
    confirmed: dt.date | None = None


class Slot(Part):
    """One entry of a programme, as of the release the event's document was built from.

    ``online_url`` is how to follow it from afar, if that is another way than for the whole event.
    """

    uid: str
    title: Line
    starts: Instant
    ends: Instant
    room: Line = ""
    hosts: tuple[Line, ...] = ()
    summary: str = ""
    online_url: str = ""


class Occurrence(Part):
    """One date of an event that repeats which is otherwise: it is cancelled, or takes place as said here.

    ``at`` is when it would begin by the rule. None and the empty string mean: as always.
    """

    at: Instant
    cancelled: bool = False
    starts: Instant | None = None
    ends: Instant | None = None
    location: Line = ""


class Recurrence(Part):
    """How an event repeats: ``rule`` is an RRULE (RFC 5545, section 3.3.10), read in the event's zone.

    The event's own start is the first date. See :mod:`hub.documents.series`.
    """

    rule: str = Field(max_length=200)
    exceptions: tuple[Occurrence, ...] = Field((), max_length=500)


class Event(Part):
    """When and where something happens. ``timezone`` is an IANA name, ``sequence`` is RFC 5545's.

    ``status`` is ``tentative``, ``confirmed`` or ``cancelled``; a newer version may add to them.
    """

    starts: Instant
    ends: Instant
    timezone: ZoneName = "Europe/Berlin"
    location: Line = ""
    address: Line = ""
    online_url: str = ""
    registration_url: str = ""
    status: str = Field("confirmed", max_length=40)
    sequence: int = 0
    recurrence: Recurrence | None = None
    slots: tuple[Slot, ...] = Field((), max_length=5000)


class Seat(Part):
    """A seat in a focus group: the body and the office that comes, never a person."""

    body: str
    role: Line = ""


class Group(Part):
    """A focus group: who sits in it and how often it meets.

    What it decided and still asks are sections of its wording; what came out of it are documents of
    their own, which it ``led_to``.
    """

    seats: tuple[Seat, ...] = Field((), max_length=300)
    rhythm: str = ""


class Recording(Part):
    """An exchange of knowledge that took place and can be watched again.

    ``format`` is a code of its kind (webinar, workshop …), ``minutes`` its length. ``captions`` and
    ``slides`` are digests of attachments; the transcript is the document's wording.
    """

    format: str = ""
    held: dt.date | None = None
    url: str = ""
    minutes: int | None = None
    captions: str = ""
    slides: str = ""


class SessionNote(Part):
    """Which session a note is of: the event's document, the slot's uid in its programme, the day."""

    event: str = ""
    slot: str = ""
    held: dt.date | None = None


class Distribution(Part):
    """One form of a dataset: an address elsewhere, or an attachment by digest. ``format`` as „CSV“."""

    title: Line = ""
    url: str = ""
    digest: str = ""
    format: Line = ""


class Dataset(Part):
    """Description of data (DCAT-AP.de 3.0): ``licence`` is an SPDX id, ``frequency`` a code of ours.

    ``starts`` and ``ends`` are the span of time the data tell of, ``area`` the region in words.
    """

    licence: Line = ""
    frequency: str = ""
    area: str = ""
    starts: dt.date | None = None
    ends: dt.date | None = None
    modified: dt.date | None = None
    distributions: tuple[Distribution, ...] = Field((), max_length=500)


class Measurement(Part):
    """The value of an indicator for a period, a decimal written as a string so that no digit is lost."""

    period: Line
    value: Line
    note: str = ""


class Indicator(Part):
    """How a figure is defined, in which unit and from which source, and its values, oldest first."""

    unit: Line = ""
    formula: str = ""
    source: str = ""
    measurements: tuple[Measurement, ...] = Field((), max_length=5000)


class Training(Part):
    """For whom a training path is and what it asks for.

    Its steps are the sections of its wording; ``step_minutes`` is how long each takes, in their order.
    """

    target_group: str = ""
    prerequisites: str = ""
    step_minutes: tuple[int | None, ...] = Field((), max_length=1000)


class Motion(Part):
    """A council motion to reuse: which committee decided what, when and under which number."""

    committee: Line = ""
    decided: dt.date | None = None
    result: str = ""
    reference: Line = ""
    licence: Line = ""


class Statement(Part):
    """What a body says of a document, its own or another's: it uses, has read or co-publishes it.

    ``about`` is that document's id, ``digest`` that of the revision it was said of. ``made`` is the day
    it was first said, ``confirmed`` the last. Only the body that says it can take it back.
    """

    about: str
    digest: str = ""
    made: dt.date | None = None
    confirmed: dt.date | None = None
    note: str = ""


class Adoption(Part):
    """How a body uses what it states to have taken over: which version, from when, until when."""

    version: str = ""
    since: dt.date | None = None
    until: dt.date | None = None


class Responses(Part):
    """How a body answers requests of other towns, over the last twelve months, in full days."""

    asked: int = 0
    answered: int = 0
    median_days: int | None = None


class Term(Part):
    """A topic of the shared vocabulary: its code in documents, and the code it was merged into."""

    code: str = Field(max_length=60, pattern=TERM)
    merged_into: str = Field("", max_length=60, pattern=rf"^$|{TERM}")


class Attachment(Part):
    """A file of the document, named by its content.

    ``digest`` is ``sha256:<hex>`` of the bytes, ``size`` their number. ``role`` is ``file`` for
    what is downloaded and ``picture`` for what is shown in the text.
    """

    url: str
    name: Line
    media_type: Line
    size: int = Field(ge=0)
    digest: str = Field(pattern=r"^sha256:[0-9a-f]{64}$")
    title: Line = ""
    role: str = "file"


class Relation(Part):
    """A link to another document by its id, e.g. ``uses`` or ``derived_from``."""

    type: str
    target: str
