"""Verbs: make the page of a session from its note, publish it, and make that of a meeting's minutes anew."""

from __future__ import annotations

import datetime as dt
import io
import uuid
from dataclasses import replace
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from wagtail.models import Revision

from content.drafting.filling import fill
from content.drafting.markdown import read_markdown
from content.drafting.outline import SUMMARY_LENGTH, TITLE_LENGTH, Chapter, Outline, shorten
from content.drafting.services import make_draft
from content.identity import document_id
from content.models import BodyPage
from content.outlines import outline_of
from events.models import EventPage, Note, Outcome, Session, SessionNotePage
from events.noting.consents import may_publish
from events.noting.crediting import credit
from events.noting.services import lock_note
from events.planning.refusing import Refused
from events.results.consenting import is_outdated, list_missing_of
from events.results.services import lock_session, refuse_early
from events.results.translations import reset_translations
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
    note = lock_note_of(session)
    make_draft(user, section, page, _read_note(session, note))
    outcome.held, outcome.page, outcome.user = True, page, user
    outcome.drafted = note.version if note else 0
    outcome.save()
    return page


@transaction.atomic
def redraft_page(key: uuid.UUID, user: Any) -> bool:
    """Give the page the wording its note has now; what was written on the page by hand is gone.

    It stays a draft until it is published. Older versions of the page are deleted: lines that were taken out
    of the note stand in them. So do they in translations, which go offline; returns whether there were any.
    Raises :class:`Refused` if there is no page of a note (``no_page``), for whoever may not change it
    (``not_yours``), and for a published one while a consent is missing.
    """
    session = lock_session(key)
    page, note = find_page(session), lock_note_of(session)
    if page is None or note is None:
        raise Refused("no_page", _("There is no page of this session yet. Make the draft first."))
    rights = page.permissions_for_user(user)
    if not rights.can_edit() or rights.page_locked():
        raise Refused("not_yours", _("You may not change this page, or somebody has locked it."))
    if page.live and (missing := may_publish(note)):
        raise Refused("missing", " ".join(missing))
    draft = _fill_anew(page, _read_note(session, note))
    _keep_only(draft.save_revision(user=user, log_action=True, clean=False), page, user)
    reset = is_outdated(note) and reset_translations(draft, user)
    Outcome.objects.filter(session=session).update(drafted=note.version)
    return reset


@transaction.atomic
def publish_page(key: uuid.UUID, user: Any) -> SessionNotePage:
    """Publish the newest draft of a session's page, with those who wrote its note.

    Nobody answers meanwhile, or opens the note again. Raises :class:`Refused` if there is no page
    (``no_page``), for whoever may not publish it (``not_yours``), and while something is missing
    (``missing``): a consent, or an answer that pages need.
    """
    session = lock_session(key)
    page, note = find_page(session), lock_note_of(session)
    if page is None:
        raise Refused("no_page", _("There is no page of this session yet. Make the draft first."))
    rights = page.permissions_for_user(user)
    if not rights.can_publish() or rights.page_locked():
        raise Refused("not_yours", _("You may not publish this page, or somebody has locked it."))
    draft = page.get_latest_revision_as_object()
    if note and (missing := list_missing_of(note, draft.sections)):
        raise Refused("missing", " ".join(missing))
    if note:
        draft.sections = credit(draft.sections.raw_data, note)
    try:
        draft.save_revision(user=user, log_action=True).publish(user=user)
    except ValidationError as error:
        raise Refused("missing", " ".join(error.messages)) from error
    Note.objects.filter(session=session).update(withdrawn=None)
    page.refresh_from_db()
    return page


@transaction.atomic
def publish_minutes_anew(page: SessionNotePage, outline: Outline, note: Note, user: Any) -> bool:
    """Publish the page of a meeting's minutes with the wording ``outline`` that ``note`` has now.

    What was written on the page by hand is gone, and its older versions are deleted: lines that were taken
    out of the note stand in them. If a consent was taken back, translations go offline; returns whether there
    were any. Whoever calls it has locked the note and seen that all agreed. Raises ``ValidationError`` for an
    answer that pages need.
    """
    was_withdrawn = note.withdrawn is not None
    note.withdrawn = None
    note.save(update_fields=["withdrawn"])
    draft = _fill_anew(page, outline)
    draft.sections = credit(draft.sections.raw_data, note)
    kept = draft.save_revision(user=user, log_action=True)
    kept.publish(user=user)
    _keep_only(kept, page, user)
    page.refresh_from_db()
    return was_withdrawn and reset_translations(draft, user)


def find_page(session: Session) -> SessionNotePage | None:
    """The page that was made for a session."""
    outcome = Outcome.objects.select_related("page").filter(session=session).first()
    return outcome.page if outcome else None


def find_note(session: Session) -> Note | None:
    """What was written during it."""
    return Note.objects.filter(session=session).first()


def lock_note_of(session: Session) -> Note | None:
    """The same, for whoever publishes it: nobody writes or answers meanwhile."""
    note = find_note(session)
    return lock_note(note.pk) if note else None


def _fill_anew(page: SessionNotePage, outline: Outline) -> Any:
    """The newest draft of a page with other wording; its title and its facts stay."""
    draft = page.get_latest_revision_as_object()
    fill(draft, outline, lambda source, alt: None)
    draft.summary = outline.summary or draft.title
    return draft


def _keep_only(kept: Revision, page: SessionNotePage, user: Any) -> None:
    """Delete all other versions of a page; a review of one of them ends with it."""
    if review := page.current_workflow_state:
        review.cancel(user=user)
    page.revisions.exclude(pk=kept.pk).delete()


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


def _read_note(session: Session, note: Note | None) -> Outline:
    """The note as chapters; one that is empty gives the headings a session note usually has."""
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
