"""Verbs: make the page of a session from its note, and publish it."""

from __future__ import annotations

import datetime as dt
import io
import json
import uuid
from dataclasses import replace
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from content.drafting.markdown import read_markdown
from content.drafting.outline import SUMMARY_LENGTH, TITLE_LENGTH, Chapter, Outline, shorten
from content.drafting.services import make_draft
from content.identity import document_id
from content.models import BodyPage
from content.outlines import outline_of
from content.rebuilding.texts import part
from events.models import EventPage, Note, Outcome, Session, SessionNotePage
from events.planning.refusing import Refused
from events.results.consenting import HEADING, list_missing_consents, write_authors
from events.results.services import lock_session, refuse_early
from hub.documents import DEFAULT_LANGUAGE
from hub.instants import localise

KIND = "session_note"


@transaction.atomic
def draft_page(key: uuid.UUID, user: Any, now: dt.datetime) -> SessionNotePage:
    """The draft of a session's page, with the wording of its note; the same one if there is one already.

    Raises :class:`Refused` for a session that has not begun (``early``), and where this person may not write
    in the section of the event's body (``not_yours``).
    """
    session = lock_session(key)
    outcome = Outcome.objects.filter(session=session).first() or Outcome(session=session)
    if outcome.page is not None:
        return outcome.page
    refuse_early(session, now)
    event = session.plan.desk.event
    section = BodyPage.objects.ancestor_of(event).order_by("-depth").first()
    if section is None or not section.permissions_for_user(user).can_add_subpage():
        raise Refused("not_yours", _("You may not write in the section of this event’s body."))
    page = _begin_page(session, event)
    make_draft(user, section, page, _read_note(session))
    outcome.held, outcome.page, outcome.user = True, page, user
    outcome.save()
    return page


@transaction.atomic
def publish_page(key: uuid.UUID, user: Any) -> SessionNotePage:
    """Publish the newest draft of a session's page, with those who wrote its note.

    Raises :class:`Refused` if there is no page (``no_page``), for whoever may not publish it (``not_yours``),
    and while something is missing (``missing``): a consent, or an answer that pages need.
    """
    session = lock_session(key)
    page = find_page(session)
    if page is None:
        raise Refused("no_page", _("There is no page of this session yet. Make the draft first."))
    rights = page.permissions_for_user(user)
    if not rights.can_publish() or rights.page_locked():
        raise Refused("not_yours", _("You may not publish this page, or somebody has locked it."))
    draft = page.get_latest_revision_as_object()
    if missing := list_missing_consents(page, draft.sections):
        raise Refused("missing", " ".join(missing))
    _name_authors(draft, session)
    try:
        draft.save_revision(user=user, log_action=True).publish(user=user)
    except ValidationError as error:
        raise Refused("missing", " ".join(error.messages)) from error
    page.refresh_from_db()
    return page


def find_page(session: Session) -> SessionNotePage | None:
    """The page that was made for a session."""
    outcome = Outcome.objects.select_related("page").filter(session=session).first()
    return outcome.page if outcome else None


def find_note(session: Session) -> Note | None:
    """What was written during it."""
    return Note.objects.filter(session=session).first()


def _begin_page(session: Session, event: EventPage) -> SessionNotePage:
    """Its facts: those of the event, and which session of it."""
    place = getattr(session, "placement", None)
    begins = place.during.lower if place else event.starts
    return SessionNotePage(
        event=document_id(event),
        slot=str(session.pk),
        held=localise(begins, event.time_zone).date() if begins else None,
        topics=list(event.topics),
        audience=event.audience,
        demo=event.demo,
        contact_role=event.contact_role,
        contact_email=event.contact_email,
    )


def _read_note(session: Session) -> Outline:
    """The note as chapters; one that is empty gives the headings a session note usually has."""
    note = find_note(session)
    headings = outline_of(KIND, DEFAULT_LANGUAGE)
    text = note.text.strip() if note else ""
    outline = read_markdown(io.BytesIO(text.encode()))
    chapters = tuple(replace(each, heading=each.heading or headings[0]) for each in outline.chapters)
    return replace(
        outline,
        title=session.title[:TITLE_LENGTH],
        summary=shorten(session.summary, SUMMARY_LENGTH) or outline.summary,
        chapters=chapters or tuple(Chapter(heading, "") for heading in headings),
    )


def _name_authors(page: Any, session: Session) -> None:
    """Its last section tells who wrote the note; one from an earlier time is replaced."""
    note = find_note(session)
    written = write_authors(note) if note else ""
    if not written:
        return
    kept = [each for each in page.sections.raw_data if each["value"]["heading"] != HEADING]
    section = part("section", {"heading": HEADING, "content": [part("paragraph", written)]})
    page.sections = json.dumps([*kept, section], default=str)
