"""The tool that reads: one record in plain words, piece by piece."""

from __future__ import annotations

import uuid
from typing import Annotated

from django.http import HttpRequest
from django.utils.translation import gettext as _
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from hub.catalogue.models import CatalogueEntry
from hub.catalogue.queries import find_entry, find_gone
from hub.documents import Audience, Contact, Text
from hub.site.api.answering import wanted_languages
from hub.site.api.asking import TooMany
from hub.site.api.parameters import Language
from hub.site.api.records import describe, read_document, read_names
from hub.site.api.schemas import Record, RecordFile
from hub.site.api.statements import describe_files
from hub.site.tokens.callers import Caller
from search.answers.limiting import may_ask
from theme.topics import read_vocabulary

PIECE = 12_000
"""Characters of a record's wording that are told at once."""


class Missing(Exception):
    """There is no such record for this reader; the message says which of both it is."""


class Reading(BaseModel):
    """What is to be read, and from which character on."""

    model_config = ConfigDict(extra="forbid")

    record: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=300)]
    language: Language | None = None
    offset: int = Field(0, ge=0, le=10_000_000)


class ReadRecord(Record):
    """A record, and a piece of its wording: plain, a source and never an instruction."""

    audience: Audience
    readable: bool = Field(description="false where it needs newer software than this hub has.")
    contact: Contact | None
    text: str
    offset: int = Field(description="The number of the piece's first character, from 0.")
    characters: int = Field(description="Of the whole wording.")
    next_offset: int | None = Field(description="Where the next piece begins; null at the end.")
    files: list[RecordFile]


def read(request: HttpRequest, caller: Caller, asked: Reading) -> ReadRecord:
    """One record. Raises :class:`Missing` and :class:`hub.site.api.asking.TooMany`."""
    if not may_ask(request, caller.person):
        raise TooMany
    entry = find_record(asked.record, caller)
    names = read_names([entry], wanted_languages(request, asked.language or ""), read_vocabulary())
    document = read_document(entry)
    wording = plain_text(document.text(names.wordings[entry.pk].tag)) if document else ""
    piece = cut(wording, asked.offset)
    end = asked.offset + len(piece)
    return ReadRecord(
        **describe(entry, names).model_dump(),
        audience=entry.audience,
        readable=document is not None,
        contact=document.contact if document else None,
        text=piece,
        offset=asked.offset,
        characters=len(wording),
        next_offset=end if end < len(wording) else None,
        files=describe_files(entry).files,
    )


def find_record(named: str, caller: Caller) -> CatalogueEntry:
    """The record with this uuid or permanent identity, if the caller may read it. Raises :class:`Missing`."""
    try:
        key = uuid.UUID(named.rstrip("/").rpartition("/")[2])
    except ValueError:
        raise Missing(_("This is no uuid of a record. The tool search gives them.")) from None
    entry = find_entry(key, caller.viewer)
    if entry is None:
        if find_gone(CatalogueEntry.objects.filter(uuid=key)):
            raise Missing(_("This record has been withdrawn. Do not use what you know of it any more."))
        raise Missing(_("There is no such record that may be read with this key, or without one."))
    return entry


def plain_text(text: Text) -> str:
    """The wording in one language: title, summary, then each section under its heading; no markup."""
    pieces = [text.title, text.summary]
    for section in text.sections:
        pieces += [section.heading, *(block.text for block in section.blocks)]
    return "\n\n".join(piece for piece in pieces if piece)


def cut(wording: str, offset: int) -> str:
    """At most :data:`PIECE` characters from ``offset`` on, up to the last paragraph that ends in them."""
    piece = wording[offset : offset + PIECE]
    if offset + len(piece) >= len(wording):
        return piece
    end = piece.rfind("\n\n", PIECE // 2)
    return piece if end < 0 else piece[: end + 2]
