"""What stays of a date: its recording, captions, transcript and slides become the draft of a page."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any

from django.core.files.base import ContentFile, File
from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from content.drafting.outline import Outline
from content.drafting.services import make_draft
from content.identity import document_id
from content.models import BodyPage, KnowledgeFormatPage
from content.rebuilding.texts import part
from content.services import open_section
from events.dates import EventDate
from events.formats.captions import MOST_BYTES, Captions, read_captions
from events.formats.shelving import keep_file
from events.formats.transcripts import is_transcript_of, transcript_of_captions
from events.models import EventDesk, Recorded
from events.planning.refusing import Refused
from hub.errors import UnreadableUpload


@dataclass(frozen=True)
class Given:
    """What organisers hand in after a date. Files and texts that are empty stay as they were."""

    title: str
    format: str
    url: str = ""
    minutes: int | None = None
    captions: Captions | None = None
    transcript: list[dict[str, Any]] = field(default_factory=list)
    slides: File[Any] | None = None


@transaction.atomic
def keep_recording(
    desk: EventDesk, date: EventDate, given: Given, user: Any, now: dt.datetime
) -> KnowledgeFormatPage:
    """The draft of a date's page with what was handed in; the same one again if there is one already.

    Raises :class:`Refused` before the date is over (``early``), for one that did not take place
    (``cancelled``), where this person may not write in the section of the event's body (``not_yours``), and
    once the page is published (``live``): then the editors' pages change it.
    """
    if date.is_cancelled:
        raise Refused("cancelled", _("This date did not take place, so nothing stays of it."))
    if now < date.date.ends:
        raise Refused("early", _("This date is not over yet. Hand in what stays of it afterwards."))
    Recorded.objects.get_or_create(desk=desk, at=date.date.at)
    rows = Recorded.objects.select_for_update(of=("self",)).select_related("page")
    row = rows.get(desk=desk, at=date.date.at)
    section = _find_section(desk, row.page, user)
    page = row.page or _begin(desk, section, date, given, user)
    if row.page:
        _change(page, section, given, user)
    row.page, row.url = page, given.url
    row.save(update_fields=["page", "url"])
    return page


def find_recorded(desk: EventDesk, date: EventDate) -> Recorded | None:
    """What is kept of a date, with its page; one query."""
    return Recorded.objects.select_related("page").filter(desk=desk, at=date.date.at).first()


def _find_section(desk: EventDesk, page: KnowledgeFormatPage | None, user: Any) -> BodyPage:
    section: BodyPage | None = BodyPage.objects.ancestor_of(desk.event).order_by("-depth").first()
    if section is not None and page is None:
        may = section.permissions_for_user(user).can_add_subpage()
    else:
        may = page is not None and page.permissions_for_user(user).can_edit()
    if section is None or not may:
        raise Refused("not_yours", _("You may not write in the section of this event’s body."))
    if page is not None and page.live:
        raise Refused(
            "live", _("The page is published. Open it in the editor to change it, then publish it again.")
        )
    return section


def _begin(
    desk: EventDesk, section: BodyPage, date: EventDate, given: Given, user: Any
) -> KnowledgeFormatPage:
    event = desk.event
    relation = {"type": "part_of", "page": None, "address": document_id(event)}
    page = KnowledgeFormatPage(
        held=date.day,
        topics=list(event.topics),
        audience=event.audience,
        demo=event.demo,
        contact_role=event.contact_role,
        contact_email=event.contact_email,
        relations=json.dumps([part("relation", relation)]),
    )
    _fill(page, section, given, user)
    make_draft(user, section, page, Outline(given.title, event.summary, ()))
    return page


def _change(page: KnowledgeFormatPage, section: BodyPage, given: Given, user: Any) -> None:
    draft = page.get_latest_revision_as_object()
    draft.title = draft.draft_title = given.title
    _fill(draft, section, given, user)
    draft.save_revision(user=user, log_action=True)


def _fill(page: KnowledgeFormatPage, section: BodyPage, given: Given, user: Any) -> None:
    captions = given.captions
    page.format, page.recording_url = given.format, given.url
    page.minutes = given.minutes or page.minutes or (captions.minutes if captions else None)
    if given.transcript:
        page.transcript = json.dumps(given.transcript)
    elif captions and (not page.transcript or _was_made_of_captions(page)):
        page.transcript = json.dumps(transcript_of_captions(captions.cues))
    shelf = open_section(section).collection
    name = slugify(given.title)[:60] or "aufzeichnung"
    if captions:
        file = ContentFile(captions.vtt.encode(), name=f"{name}.vtt")
        title = _("Captions: %(title)s") % {"title": given.title}
        page.captions = keep_file(page, page.captions, shelf, file, title, user)
    if given.slides:
        given.slides.name = f"{name}-folien{PurePosixPath(given.slides.name or '').suffix.lower()}"
        title = _("Slides: %(title)s") % {"title": given.title}
        page.slides = keep_file(page, page.slides, shelf, given.slides, title, user)


def _was_made_of_captions(page: KnowledgeFormatPage) -> bool:
    """Whether the transcript of a draft has the words of its captions, so that it follows corrected ones."""
    if page.captions is None:
        return False
    try:
        with page.captions.open_file() as file:
            held = read_captions(file.read(MOST_BYTES + 1), page.captions.filename)
    except (OSError, UnreadableUpload):
        return False
    return is_transcript_of(page.transcript.raw_data, held.cues)
