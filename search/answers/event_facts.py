"""When and where an event and its sessions take place, as wording that can be quoted. Pure.

The page shows the same facts as figures; here they stand in a sentence of their own because a
question for the date finds no words in a figure.
"""

from __future__ import annotations

from collections.abc import Iterator

from django.utils import translation

from hub.documents import Document, Event, Slot
from theme.figures import format_span

ANCHOR = "fakt-when"
"""Id of the line with the date on the event's page."""

# The wording belongs to the passage and must not change with the interface's language.
_WORDS = {
    "de": {
        "heading": "Termin und Ort",
        "session": "Session im Programm",
        "when": "Findet statt",
        "where": "Ort",
        "online": "online",
        "register": "Anmeldung",
        "cancelled": "Abgesagt",
        "tentative": "Der Termin steht noch nicht fest.",
    },
    "en": {
        "heading": "Date and place",
        "session": "Session of the programme",
        "when": "Takes place",
        "where": "Place",
        "online": "online",
        "register": "Registration",
        "cancelled": "Cancelled",
        "tentative": "The date is not fixed yet.",
    },
}


def event_facts(document: Document, language: str) -> Iterator[tuple[str, str, str]]:
    """An event's facts and each session of its programme as (anchor, heading, wording)."""
    event = document.event
    if event is None:
        return
    spoken = language if language in _WORDS else "de"
    words = _WORDS[spoken]
    with translation.override(spoken):
        span = format_span(event.starts, event.ends, event.timezone)
    place = ", ".join(part for part in (event.location, event.address) if part.strip())
    lines = [document.text(language).title, f"{words['when']}: {span}"]
    if event.status != "confirmed":
        lines.insert(1, words.get(event.status, event.status))
    if place or event.online_url:
        lines.append(f"{words['where']}: {place or words['online']}")
    if event.registration_url:
        lines.append(f"{words['register']}: {event.registration_url}")
    yield ANCHOR, words["heading"], "\n".join(lines)
    with translation.override(spoken):
        sessions = [(f"slot-{slot.uid}", words["session"], _session(slot, event)) for slot in event.slots]
    yield from sessions


def _session(slot: Slot, event: Event) -> str:
    when = format_span(slot.starts, slot.ends, event.timezone)
    lines = (slot.title, ", ".join(filter(None, (when, slot.room))), slot.summary, " · ".join(slot.hosts))
    return "\n".join(line for line in lines if line.strip())
