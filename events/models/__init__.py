"""Page types, one per file."""

from events.models.event import EventPage
from events.models.session_note import SessionNotePage

__all__ = ["EventPage", "SessionNotePage"]
