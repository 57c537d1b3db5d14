"""Public feeds: what they hold, by what it is known that they are unchanged, and their bytes."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from importlib.metadata import version
from pathlib import Path

from django.db.models import QuerySet

from events.calendars import components, files, zones
from hub.catalogue.models import CatalogueEntry
from hub.catalogue.queries import entries
from hub.documents import Viewer, series

PAST = dt.timedelta(days=365)
"""How long what is over stays in the feed of a list; what is ahead is all in it."""

WRITERS = (components, files, zones, series)


def digest_of(parts: Iterable[object]) -> str:
    """An ETag of these parts, without its quotes."""
    return hashlib.sha256("\n".join(map(str, parts)).encode()).hexdigest()[:32]


def _digest_writers() -> str:
    """What else the bytes depend on: the code that writes them, and the library it writes with."""
    sources = [Path(str(module.__file__)).read_text(encoding="utf-8") for module in WRITERS]
    return digest_of([version("icalendar"), *sources])


WRITTEN_BY = _digest_writers()


@dataclass(frozen=True)
class Feed:
    """The events ``found`` under a name; ``programme``: with the entries of their programmes.

    ``rise`` is added to the sequence of these entries: by it, what is told after the day is not lower than
    what was told on it.
    """

    name: str
    found: QuerySet[CatalogueEntry]
    programme: bool = False
    rise: int = 0

    @cached_property
    def digest(self) -> str:
        """The same as long as the bytes are. One query, which reads no document."""
        known = self.found.values_list("object_id", "position", "digest")
        return digest_of([WRITTEN_BY, self.name, self.rise, *known])

    def build(self) -> bytes:
        """The file. One query."""
        return files.build_calendar(self.name, self.found, programme=self.programme, rise=self.rise)


def list_events(viewer: Viewer, now: dt.datetime) -> QuerySet[CatalogueEntry]:
    """What a feed of many events holds: those that end a year ago at most, a series with its last date."""
    found = entries(viewer).filter(kind="event").exclude(ends__lt=now - PAST)
    return found.order_by("starts", "object_id")
