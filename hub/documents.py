"""The one document: what every shareable thing is, once it leaves its page.

Templates, search records, answer passages, feeds, calendars and federation read a
:class:`Document` and nothing else. The model is frozen and versioned. A minor version only
adds optional fields, which older readers ignore; that is why unknown fields are dropped here
and why the received bytes, not a re-serialised model, are what is stored and hashed.

Money is in whole euros, sizes in bytes, times are aware and serialised in UTC, days are ISO
dates, languages are BCP 47 tags.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterator
from enum import StrEnum
from typing import Any, Literal

import rfc8785
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from hub.errors import UnreadableDocument
from hub.instants import Instant, ZoneName

SCHEMA = "wissenshub/1.0"
"""Schema of documents built here: name, major version, minor version."""

MAJOR = 1
DEFAULT_LANGUAGE = "de"


class Audience(StrEnum):
    """Who may read: everybody, staff of any member body, or this instance alone."""

    PUBLIC = "public"
    MEMBERS = "members"
    INSTANCE = "instance"


class Part(BaseModel):
    """Base of every part of a document: frozen, unknown fields ignored."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class Viewer(Part):
    """On whose behalf something is read. Every query over the catalogue takes one."""

    audiences: frozenset[Audience] = frozenset({Audience.PUBLIC})

    @classmethod
    def anonymous(cls) -> Viewer:
        """The public."""
        return cls()

    @classmethod
    def member(cls) -> Viewer:
        """Signed-in staff of a member body, here or on another hub."""
        return cls(audiences=frozenset({Audience.PUBLIC, Audience.MEMBERS}))

    @classmethod
    def local(cls) -> Viewer:
        """Signed-in staff of this instance."""
        return cls(audiences=frozenset(Audience))

    def may_read(self, audience: str) -> bool:
        """Whether something of ``audience`` may be shown to this viewer."""
        return audience in self.audiences


class Block(Part):
    """One citable piece of a section: a paragraph, list, table, quotation, picture or heading.

    ``anchor`` is unique in its language and is the element's id on the page. ``html`` is the
    sanitised markup of a ``text`` block; ``text`` is its plain wording, which passages quote.
    A ``picture`` names its attachment by digest, and ``text`` is its alternative text.
    """

    anchor: str
    kind: str = "text"
    html: str = ""
    text: str = ""
    digest: str = ""
    caption: str = ""


class Section(Part):
    """A heading with its blocks, e.g. one of the eight questions of a case report."""

    anchor: str
    heading: str
    blocks: tuple[Block, ...] = ()


class Text(Part):
    """The wording of a document in one language."""

    title: str
    summary: str = ""
    sections: tuple[Section, ...] = ()

    def blocks(self) -> Iterator[tuple[Section, Block]]:
        """All blocks with their section, in reading order."""
        for section in self.sections:
            for block in section.blocks:
                yield section, block


class Contact(Part):
    """Who answers: a role with its address, never a person's own."""

    role: str
    email: str = ""
    phone: str = ""


class CostShare(Part):
    """What one partner body bears of the costs, in euros a year; None is „unbekannt“."""

    body: str
    yearly_eur: int | None = None


class Costs(Part):
    """What it costs, in whole euros. None means „unbekannt“, which is shown as such."""

    once_eur: int | None = None
    monthly_eur: int | None = None
    person_days: int | None = None
    shares: tuple[CostShare, ...] = ()
    note: str = ""


class Case(Part):
    """The facts of a case report. An empty string means „unbekannt“."""

    maturity: str = ""
    evidence: str = ""
    evidence_date: dt.date | None = None
    software: tuple[str, ...] = ()
    interfaces: str = ""
    skills: str = ""
    legal_basis: str = ""
    dpia: str = ""
    processor_contract: str = ""
    works_council: str = ""
    procurement: str = ""
    started: dt.date | None = None


class Module(Part):
    """What can be taken over: its kind, release and conditions. ``licence`` is an SPDX id."""

    module_type: str = ""
    version: str = ""
    released: dt.date | None = None
    licence: str = ""
    requirements: str = ""
    repository: str = ""


class Slot(Part):
    """One entry of a programme, as of the release the event's document was built from."""

    uid: str
    title: str
    starts: Instant
    ends: Instant
    room: str = ""
    hosts: tuple[str, ...] = ()
    summary: str = ""


class Event(Part):
    """When and where something happens. ``timezone`` is an IANA name, ``sequence`` is RFC 5545's."""

    starts: Instant
    ends: Instant
    timezone: ZoneName = "Europe/Berlin"
    location: str = ""
    address: str = ""
    online_url: str = ""
    registration_url: str = ""
    status: Literal["tentative", "confirmed", "cancelled"] = "confirmed"
    sequence: int = 0
    slots: tuple[Slot, ...] = ()


class Attachment(Part):
    """A file of the document, named by its content.

    ``digest`` is ``sha256:<hex>`` of the bytes, ``size`` their number. ``role`` is ``file`` for
    what is downloaded and ``picture`` for what is shown in the text.
    """

    url: str
    name: str
    media_type: str
    size: int = Field(ge=0)
    digest: str = Field(pattern=r"^sha256:[0-9a-f]{64}$")
    title: str = ""
    role: str = "file"


class Relation(Part):
    """A link to another document by its id, e.g. ``uses`` or ``derived_from``."""

    type: str
    target: str


class Document(Part):
    """The projection of one shareable thing. See the module's docstring for units.

    ``id`` is ``https://<origin>/id/<uuid>`` and never changes. ``kind`` is open: a kind this
    instance does not know is shown by its header alone. ``publishers`` are body keys, first the
    owner. It holds no path and no other object's title.
    """

    schema_version: str = SCHEMA
    id: str
    kind: str
    audience: Audience = Audience.PUBLIC
    publishers: tuple[str, ...] = ()
    texts: dict[str, Text]
    topics: tuple[str, ...] = ()
    demo: bool = False
    contact: Contact | None = None
    costs: Costs | None = None
    case: Case | None = None
    module: Module | None = None
    event: Event | None = None
    attachments: tuple[Attachment, ...] = ()
    relations: tuple[Relation, ...] = ()
    picture: str = ""
    expires: dt.date | None = None

    @property
    def origin(self) -> str:
        """Scheme and host of the instance that publishes it."""
        return self.id.split("/id/", 1)[0]

    @property
    def uuid(self) -> str:
        """The last part of the id."""
        return self.id.rsplit("/", 1)[-1]

    def text(self, language: str = DEFAULT_LANGUAGE) -> Text:
        """The wording in ``language``, else in German, else in whichever there is."""
        return self.texts.get(language) or self.texts.get(DEFAULT_LANGUAGE) or next(iter(self.texts.values()))

    def attachment(self, digest: str) -> Attachment | None:
        """The attachment with that digest, if the document has it."""
        return next((a for a in self.attachments if a.digest == digest), None)

    @property
    def files(self) -> tuple[Attachment, ...]:
        """What can be downloaded."""
        return tuple(a for a in self.attachments if a.role == "file")

    def to_bytes(self) -> bytes:
        """Canonical JSON (RFC 8785), empty fields left out: what is stored, hashed and sent."""
        return canonical(self.model_dump(mode="json", exclude_none=True, exclude_defaults=False))

    @classmethod
    def from_bytes(cls, body: bytes | str) -> Document:
        """Read a stored or received document.

        Raises :class:`UnreadableDocument` for an unknown major version or a wrong shape.
        """
        try:
            document = cls.model_validate_json(body)
        except (ValidationError, OverflowError) as error:
            raise UnreadableDocument(str(error)) from error
        major = document.schema_version.partition("/")[2].split(".")[0]
        if major != str(MAJOR):
            raise UnreadableDocument(f"schema {document.schema_version}, this instance reads {SCHEMA}")
        if not document.texts:
            raise UnreadableDocument("no text in any language")
        return document


def canonical(value: Any) -> bytes:
    """Canonical JSON after RFC 8785 (JCS), UTF-8."""
    return rfc8785.dumps(value)


def digest_of(body: bytes, salt: str) -> str:
    """``sha256:<hex>`` over salt and body: after erasure it cannot be guessed from the wording."""
    return "sha256:" + hashlib.sha256(salt.encode("ascii") + b"\n" + body).hexdigest()
