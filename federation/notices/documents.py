"""Notices as they travel: their shape for each type, read strictly.

A notice is ``{"type", "origin", "number", "created", …, "proof"}``. The proof is by the key that was valid
before the notice took effect, under the id it has at ``origin``. Numbers are gapless for each instance and
go on after it has changed its domain.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.utils import timezone

from federation import multibase, strictjson
from federation.addresses import proof_key_of
from federation.models import NoticeType
from federation.proofs import verify_proof
from hub.catalogue.log import timestamp
from hub.errors import RefusedMessage

MAX_ITEMS = 5_000
MAX_BODIES = 500
MAX_NUMBER = 1_000_000
FRESH = dt.timedelta(minutes=15)
COMMON: Mapping[str, type] = {
    "type": str,
    "origin": str,
    "number": int,
    "created": str,
    "proof": dict,
}
OWN: Mapping[NoticeType, Mapping[str, type]] = {
    NoticeType.ROTATION: {"ed25519": str, "rsa_pem": str, "fingerprint": str},
    NoticeType.MOVE: {"to": str},
    NoticeType.HANDOVER: {"to": str, "uuids": list, "bodies": list},
    NoticeType.LEAVE: {},
}
"""What a notice of each type says beside :data:`COMMON`; no more and no less."""


class MalformedNotice(RefusedMessage):
    """A notice that is not in the agreed form; nothing of it is looked at."""


@dataclass(frozen=True)
class ReadNotice:
    """A notice in the right form, not yet believed. ``document`` is all of it, with its proof."""

    origin: str
    number: int
    type: NoticeType
    created: dt.datetime
    document: dict[str, Any]

    @property
    def unsigned(self) -> dict[str, Any]:
        """What the proof covers."""
        return without_proof(self.document)

    def verify(self, ed25519: str) -> None:
        """Check the proof against a key as peers pin it. Raises :class:`RefusedMessage`."""
        key = multibase.decode_key(ed25519)
        verify_proof(self.unsigned, self.document["proof"], key, proof_key_of(self.origin))


def without_proof(document: Mapping[str, Any]) -> dict[str, Any]:
    """What is said, without who vouches for it."""
    return {name: value for name, value in document.items() if name != "proof"}


def read_notice(body: bytes) -> ReadNotice:
    """The notice in ``body``. Raises :class:`MalformedNotice`."""
    try:
        return read_document(strictjson.loads_object(body))
    except RefusedMessage as error:
        raise MalformedNotice(error.reason) from error


def read_document(document: Mapping[str, Any]) -> ReadNotice:
    """The notice that ``document`` is. Raises :class:`MalformedNotice`."""
    if document.get("type") not in NoticeType.values:
        raise MalformedNotice("the notice has an unknown type")
    kind = NoticeType(document["type"])
    fields = {**COMMON, **OWN[kind]}
    if document.keys() != fields.keys():
        odd = sorted(document.keys() ^ fields.keys())
        raise MalformedNotice(f"a notice of this type has other fields: {', '.join(odd)[:200]}")
    for name, expected in fields.items():
        if type(document[name]) is not expected:
            raise MalformedNotice(f"{name} is of another type")
    if not 1 <= document["number"] <= MAX_NUMBER:
        raise MalformedNotice(f"a number is from 1 to {MAX_NUMBER}")
    if not is_origin(document["origin"]):
        raise MalformedNotice("the origin is not an address of scheme and host alone")
    created = _read_time(document["created"])
    CHECKS.get(kind, _no_check)(document)
    return ReadNotice(document["origin"], document["number"], kind, created, dict(document))


def is_origin(text: str) -> bool:
    """Whether a text is an origin in its one writing: scheme, host and port, small letters, ASCII."""
    try:
        parts = urlsplit(text)
        wrong_port = parts.port == 0
    except ValueError:
        return False
    return (
        text.isascii()
        and len(text) <= 200
        and parts.scheme in {"http", "https"}
        and bool(parts.hostname)
        and not wrong_port
        and parts.username is None
        and text == f"{parts.scheme}://{parts.netloc}".lower()
        and not set(text) & set(" \t\r\n\\")
    )


def _read_time(text: str) -> dt.datetime:
    try:
        moment = dt.datetime.fromisoformat(text)
        plain = moment.tzinfo is not None and timestamp(moment) == text
    except (ValueError, OverflowError) as error:
        raise MalformedNotice("created is no time") from error
    if not plain:
        raise MalformedNotice("created is not in UTC with microseconds")
    if moment > timezone.now() + FRESH:
        raise MalformedNotice("created lies in the future")
    return moment


def _no_check(document: Mapping[str, Any]) -> None:
    """Nothing beside the common fields."""


def _check_target(document: Mapping[str, Any]) -> None:
    if not is_origin(document["to"]) or document["to"] == document["origin"]:
        raise MalformedNotice("to is not the address of another instance")


def _check_handover(document: Mapping[str, Any]) -> None:
    _check_target(document)
    uuids, bodies = document["uuids"], document["bodies"]
    if not 1 <= len(uuids) <= MAX_ITEMS or not all(map(_is_uuid, uuids)) or len(set(uuids)) != len(uuids):
        raise MalformedNotice(f"uuids are 1 to {MAX_ITEMS}, each once and in their usual writing")
    if not 1 <= len(bodies) <= MAX_BODIES or not all(map(_is_key, bodies)) or len(set(bodies)) != len(bodies):
        raise MalformedNotice(f"bodies are 1 to {MAX_BODIES} keys, each once")


def uuids_of(object_ids: Iterable[str]) -> set[uuid.UUID]:
    """The uuids at the end of ids ``https://…/id/<uuid>``; what ends otherwise has none."""
    ends = (object_id.rpartition("/")[2] for object_id in object_ids)
    return {uuid.UUID(end) for end in ends if _is_uuid(end)}


def _is_uuid(value: object) -> bool:
    try:
        return isinstance(value, str) and str(uuid.UUID(value)) == value
    except ValueError:
        return False


def _is_key(value: object) -> bool:
    return isinstance(value, str) and value.isascii() and value.isprintable() and 0 < len(value) <= 20


CHECKS: Mapping[NoticeType, Callable[[Mapping[str, Any]], None]] = {
    NoticeType.MOVE: _check_target,
    NoticeType.HANDOVER: _check_handover,
}
