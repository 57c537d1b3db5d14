"""The collection somebody is putting together: a list of documents in their session, for guests as well."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from django.contrib.sessions.backends.base import SessionBase
from django.utils.http import urlencode

from hub.catalogue.models import CatalogueEntry
from hub.catalogue.queries import is_readable
from hub.documents import Viewer

MOST = 30
TITLE_LENGTH = 120
KEY, BEFORE = "collection", "collection_before"
CONTROLS = re.compile(r"[\x00-\x1f\x7f\u202a-\u202e\u2066-\u2069]+")


@dataclass(frozen=True)
class Chosen:
    """An own title, which may be empty, and the documents in their order."""

    title: str = ""
    records: tuple[uuid.UUID, ...] = ()

    def with_record(self, record: uuid.UUID) -> Chosen:
        """With one more at its end; the same if it is there or no more fit."""
        if record in self.records or self.is_full:
            return self
        return replace(self, records=(*self.records, record))

    def without(self, record: uuid.UUID) -> Chosen:
        """Without that one."""
        return replace(self, records=tuple(each for each in self.records if each != record))

    def moved(self, record: uuid.UUID, steps: int) -> Chosen:
        """With that one moved towards the end, or for negative ``steps`` towards the beginning."""
        if record not in self.records:
            return self
        rest = [each for each in self.records if each != record]
        rest.insert(max(0, self.records.index(record) + steps), record)
        return replace(self, records=tuple(rest))

    def titled(self, title: str) -> Chosen:
        """With another title, in one line."""
        return replace(self, title=clean_title(title))

    @property
    def is_full(self) -> bool:
        """Whether no more fit."""
        return len(self.records) >= MOST

    @property
    def list(self) -> str:
        """The documents in one line, as :func:`read_list` reads them."""
        return ".".join(record.hex for record in self.records)

    @property
    def query(self) -> str:
        """The list as part of an address, to be shared."""
        fields = {"titel": self.title, "liste": self.list}
        return urlencode({name: value for name, value in fields.items() if value})


def clean_title(title: str) -> str:
    """A title in one line, no longer than a page's heading, without signs that are not seen."""
    return " ".join(CONTROLS.sub(" ", title).split())[:TITLE_LENGTH]


def read_list(text: str) -> tuple[uuid.UUID, ...]:
    """The documents of a shared address, each once, at most thirty; what is no id is passed over."""
    found = re.findall(r"(?<![0-9a-f])[0-9a-f]{32}(?![0-9a-f])", text[: 40 * MOST * 2])
    return tuple(dict.fromkeys(uuid.UUID(each) for each in found))[:MOST]


def read_chosen(session: SessionBase) -> Chosen:
    """What this session has collected."""
    return _from_json(session.get(KEY))


def write_chosen(session: SessionBase, chosen: Chosen) -> None:
    """Keep it, and what was there before it for one step back."""
    session[BEFORE] = session.get(KEY) or _to_json(Chosen())
    session[KEY] = _to_json(chosen)


def undo(session: SessionBase) -> bool:
    """Take the last change back, once; False if there is none."""
    before = session.pop(BEFORE, None)
    if before is None:
        return False
    session[KEY] = before
    return True


def can_undo(session: SessionBase) -> bool:
    """Whether there is a change to take back."""
    return BEFORE in session


def find_records(records: Sequence[uuid.UUID], viewer: Viewer) -> dict[uuid.UUID, CatalogueEntry]:
    """The readable ones of these in their order, without their documents; one query, more for statements."""
    held: dict[uuid.UUID, CatalogueEntry] = {}
    found: Iterable[CatalogueEntry] = CatalogueEntry.objects.filter(uuid__in=records).defer("body")
    # Of several under one uuid the own one decides, then the first: as in hub.catalogue.queries.
    for entry in sorted(found, key=lambda entry: (bool(entry.source), entry.pk)):
        held.setdefault(entry.uuid, entry)
    return {key: held[key] for key in records if key in held and is_readable(held[key], viewer)}


def _to_json(chosen: Chosen) -> dict[str, object]:
    return {"title": chosen.title, "records": [str(record) for record in chosen.records]}


def _from_json(kept: object) -> Chosen:
    if not isinstance(kept, dict):
        return Chosen()
    return Chosen(str(kept["title"]), tuple(uuid.UUID(each) for each in kept["records"]))
