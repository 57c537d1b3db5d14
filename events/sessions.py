"""Which session of which event a note is of, as the catalogue knows it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from hub.catalogue.models import CatalogueEntry
from hub.catalogue.queries import entries
from hub.documents import Event, SessionNote, Slot, Viewer
from hub.errors import UnreadableDocument
from hub.instants import localise


@dataclass(frozen=True)
class Session:
    """The event's entry, and the slot of its programme where the note names one that is in it.

    ``starts`` and ``ends`` are the slot's times in the event's own zone.
    """

    event: CatalogueEntry
    slot: Slot | None = None
    starts: dt.datetime | None = None
    ends: dt.datetime | None = None


def event_of(entry: CatalogueEntry | None) -> Event | None:
    """The times and programme an entry holds; None if it is no event, or of a newer schema."""
    try:
        return entry.document.event if entry else None
    except UnreadableDocument:
        return None


def find_programme(object_id: str, viewer: Viewer) -> tuple[Slot, ...]:
    """The programme of the event with that id; empty if it is not known here. One query."""
    event = event_of(entries(viewer).filter(object_id=object_id).first()) if object_id else None
    return event.slots if event else ()


def build_session(note: SessionNote, entry: CatalogueEntry) -> Session | None:
    """What ``entry`` says of the session; None if it is no event."""
    event = event_of(entry)
    if event is None:
        return None
    slot = next((slot for slot in event.slots if slot.uid == note.slot), None)
    if slot is None:
        return Session(entry)
    zone = event.timezone
    return Session(entry, slot, localise(slot.starts, zone), localise(slot.ends, zone))
