"""Events as their pages are published, for calendars that are made here."""

from __future__ import annotations

from content.identity import document_id
from events.calendars.components import Meeting, uid_of
from events.models import EventPage
from hub.env import env


def meeting_of_page(event: EventPage) -> Meeting | None:
    """The event as its page is published; None while that has no times."""
    facts = event.build_schedule(event.sequence)
    stamp = event.last_published_at or event.latest_revision_created_at
    if facts is None or stamp is None:
        return None
    return Meeting(
        uid=uid_of(str(event.translation_key), env.origin),
        stamp=stamp,
        address=document_id(event),
        title=event.title,
        facts=facts,
        summary=event.summary,
    )
