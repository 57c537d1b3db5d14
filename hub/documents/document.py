"""The document itself, its bytes and their digest."""

from __future__ import annotations

import datetime as dt
import hashlib

from pydantic import Field, ValidationError

from hub.documents.access import Audience, Part
from hub.documents.facts import (
    Adoption,
    Attachment,
    Case,
    Contact,
    Costs,
    Dataset,
    Event,
    Group,
    Indicator,
    Motion,
    Recording,
    Relation,
    Responses,
    SessionNote,
    Statement,
    Term,
    Training,
)
from hub.documents.header import MAJOR, Header, major_of, version_of
from hub.documents.jcs import canonical
from hub.documents.modules import Module
from hub.documents.texts import Text
from hub.errors import UnknownMajor, UnreadableDocument

SCHEMA = "wissenshub/1.3"
"""Schema of documents built here: name, major version, minor version."""

DEFAULT_LANGUAGE = "de"

STATEMENTS = frozenset({"adoption", "check", "co_publication"})
"""Kinds that say something about another document. They are shown there, not in lists of their own."""

UNSEARCHED = STATEMENTS | {"topic"}
"""Kinds that neither search nor answers hold."""

UNLISTED = UNSEARCHED | {"body"}
"""Kinds that no list of contributions holds."""


class Document(Part):
    """The projection of one shareable thing. See the module's docstring for units.

    ``id`` is ``https://<origin>/id/<uuid>`` and never changes. ``kind`` is open: a kind this
    instance does not know is shown by its header alone. ``publishers`` are body keys, first the
    owner. No part is longer than what a page can show: a longer one is not read. ``co_publishers`` are
    named by the owner and count once they state so themselves. It holds
    no path and no other object's title.
    """

    schema_version: str = SCHEMA
    id: str
    kind: str
    audience: Audience = Audience.PUBLIC
    publishers: tuple[str, ...] = Field((), max_length=50)
    co_publishers: tuple[str, ...] = Field((), max_length=50)
    texts: dict[str, Text] = Field(max_length=50)
    topics: tuple[str, ...] = Field((), max_length=50)
    demo: bool = False
    contact: Contact | None = None
    costs: Costs | None = None
    case: Case | None = None
    module: Module | None = None
    event: Event | None = None
    group: Group | None = None
    recording: Recording | None = None
    session: SessionNote | None = None
    dataset: Dataset | None = None
    indicator: Indicator | None = None
    training: Training | None = None
    motion: Motion | None = None
    statement: Statement | None = None
    adoption: Adoption | None = None
    responses: Responses | None = None
    term: Term | None = None
    attachments: tuple[Attachment, ...] = Field((), max_length=2000)
    relations: tuple[Relation, ...] = Field((), max_length=500)
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

    @property
    def facts_language(self) -> str:
        """The language its facts are written in: German, else that of its first wording."""
        return DEFAULT_LANGUAGE if DEFAULT_LANGUAGE in self.texts else next(iter(self.texts))

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

        Raises :class:`UnknownMajor` for another major version, whatever its shape, and
        :class:`UnreadableDocument` for a wrong shape.
        """
        try:
            document = cls.model_validate_json(body)
        except (ValidationError, OverflowError) as error:
            _refuse_other_major(version_of(body))
            raise UnreadableDocument(str(error)) from error
        _refuse_other_major(document.schema_version)
        if not document.texts:
            raise UnreadableDocument("no text in any language")
        return document

    @classmethod
    def from_header(cls, body: bytes | str) -> Document:
        """The fixed header of a document of another major version, as a document that holds nothing else.

        Raises :class:`UnreadableDocument` for any other body.
        """
        header = Header.from_bytes(body)
        if major_of(header.schema_version) in {None, MAJOR}:
            raise UnreadableDocument(f"schema {header.schema_version} is not shown by its header")
        texts = {language: Text(title=text.title) for language, text in header.texts.items()}
        return cls(**{**header.model_dump(), "texts": texts})


def _refuse_other_major(version: str) -> None:
    if major_of(version) != MAJOR:
        raise UnknownMajor(f"schema {version}, this instance reads {SCHEMA}")


def digest_of(body: bytes, salt: str) -> str:
    """``sha256:<hex>`` over salt and body: after erasure it cannot be guessed from the wording."""
    return "sha256:" + hashlib.sha256(salt.encode("ascii") + b"\n" + body).hexdigest()
