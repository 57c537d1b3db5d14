"""How pages of events and notes are made from their documents; see :mod:`content.rebuilding`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from content.rebuilding.kinds import Rebuilding, fill_sections, stored
from content.rebuilding.texts import Writer
from events.models import EventPage, SessionNotePage
from hub.documents import Document, Event, Occurrence, Slot
from hub.instants import localise

COPIED = ("starts", "ends", "location", "address", "online_url", "registration_url", "status")


def _event_facts(page: Any, document: Document, writer: Writer) -> None:
    event = document.event
    if event is None:
        return
    for name in COPIED:
        setattr(page, name, getattr(event, name))
    page.time_zone = event.timezone
    if event.recurrence:
        page.recurrence_rule = event.recurrence.rule
        page.recurrence_exceptions = stored(_exception(event, each) for each in event.recurrence.exceptions)
    page.slots = stored({"type": "slot", "value": _slot(slot), "id": slot.uid} for slot in event.slots)


def _slot(slot: Slot) -> dict[str, Any]:
    return {
        "title": slot.title,
        "starts": slot.starts.isoformat(),
        "ends": slot.ends.isoformat(),
        "room": slot.room,
        "hosts": "\n".join(slot.hosts),
        "summary": slot.summary,
        "online_url": slot.online_url,
    }


def _exception(event: Event, exception: Occurrence) -> dict[str, Any]:
    day = localise(exception.at, event.timezone).date().isoformat()
    if exception.cancelled:
        return {"type": "cancelled", "value": {"day": day}}
    starts, ends = exception.starts or exception.at, exception.ends
    value = {"day": day, "starts": starts.isoformat(), "location": exception.location}
    return {"type": "moved", "value": {**value, "ends": ends.isoformat() if ends else None}}


def _note_facts(page: Any, document: Document, writer: Writer) -> None:
    if note := document.session:
        page.event, page.slot, page.held = note.event, note.slot, note.held


def _keep_sequence(page: Any, document: Document) -> None:
    """Calendars go on where they were: the sequence is that of the document."""
    if document.event:
        EventPage.objects.filter(pk=page.pk).update(sequence=document.event.sequence)


REBUILDINGS: Mapping[str, Rebuilding] = {
    "event": Rebuilding(EventPage, fill_sections, _event_facts, finish=_keep_sequence),
    "session_note": Rebuilding(SessionNotePage, fill_sections, _note_facts),
}
