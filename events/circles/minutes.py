"""Publishing what a group agreed on: minutes as a page, decisions and questions on the page of the group.

Both are documents, so they get to all hubs by themselves.
"""

from __future__ import annotations

import io
import json
import uuid
from dataclasses import replace
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.formats import date_format
from django.utils.html import escape, linebreaks
from django.utils.translation import gettext

from content.drafting.markdown import read_markdown
from content.drafting.outline import TITLE_LENGTH, Chapter, Outline
from content.drafting.services import make_draft
from content.identity import document_id
from content.models import BodyPage, FocusGroupPage
from events.circles.dates import MeetingDate
from events.circles.refusing import Refused, with_draft
from events.circles.series import publish_page
from events.models import Circle, Meeting, Note, OpenQuestion, SessionNotePage
from events.noting.consents import may_publish
from events.noting.crediting import credit
from events.noting.services import lock_note
from events.results.pages import publish_minutes_anew
from hub.instants import localise

DECISION, QUESTION = "circle-decision", "circle-question"
MINUTES_HEADING, DECISIONS_HEADING = "Protokoll", "Beschlüsse dieses Treffens"
"""Parts of the document, which must not change with the interface's translations."""


def publish_minutes(found: MeetingDate, user: Any) -> tuple[SessionNotePage, bool]:
    """The minutes as a page below the group's section, with what was decided in this meeting.

    Returns it, and whether its translations went offline because lines that were withdrawn stood in them.

    A page that is there already gets the text as it is now and is published, wherever it stood: what was
    changed on it by hand is gone, and so are its older versions. Raises :class:`Refused` while something is
    missing: nothing is written, writing has not ended, somebody whose words stand there has not agreed.
    """
    with transaction.atomic():
        held = Meeting.objects.select_for_update(of=("self",)).select_related("page")
        meeting = held.filter(event=found.series.event_id, at=found.date.at).first()
        note = Note.objects.filter(meeting=meeting).first() if meeting else None
        if meeting is None or note is None or not note.text.strip():
            raise Refused(gettext("Nothing is written yet, so there is nothing to publish."))
        note = lock_note(note.pk)
        if missing := may_publish(note):
            raise Refused(" ".join(missing))
        outline, reset = _read_outline(meeting, note), False
        if meeting.page:
            reset = _publish_anew(meeting.page, outline, note, user)
        else:
            meeting.page = _make_page(found, outline, note, user)
        meeting.held = True
        meeting.save(update_fields=["page", "held"])
    return meeting.page, reset


def publish_log(circle: Circle, user: Any) -> int:
    """Put the decisions that hold and the questions that are open on the group's page; how many of both.

    What editors wrote there themselves stays. Raises :class:`Refused` while the page has a draft.
    """
    with transaction.atomic():
        page = FocusGroupPage.objects.select_for_update(of=("self",)).get(pk=circle.group_id)
        _refuse_draft(page)
        own = {_key(DECISION, each.pk) for each in circle.decisions.all()}
        own |= {_key(QUESTION, each.pk) for each in circle.open_questions.all()}
        decisions = [
            {"type": "decision", "id": _key(DECISION, each.pk),
             "value": {"decided": each.decided.isoformat(), "text": linebreaks(escape(each.text))}}
            for each in circle.decisions.filter(replaced_by=None)
        ]  # fmt: skip
        questions = [
            {"type": "question", "id": _key(QUESTION, each.pk), "value": f"<p>{escape(each.text)}</p>"}
            for each in circle.open_questions.filter(answered=None)
        ]
        page.decisions = _join(page.decisions, own, decisions)
        page.questions = _join(page.questions, own, questions)
        publish_page(page, user)
    return len(decisions) + len(questions)


def delete_question(circle: Circle, question: OpenQuestion, lead: Any) -> None:
    """It is gone here and from the page of the group. ``lead``: the account of whoever leads it, or None.

    Raises :class:`Refused` where it stands on that page, for who does not lead, and while that has a draft.
    """
    with transaction.atomic():
        page = FocusGroupPage.objects.select_for_update(of=("self",)).get(pk=circle.group_id)
        own = {_key(QUESTION, question.pk)}
        if own & {each["id"] for each in page.questions.get_prep_value()}:
            if lead is None:
                raise Refused(
                    gettext("It stands on the page of the group. Ask those who lead it to delete it.")
                )
            _refuse_draft(page)
            page.questions = _join(page.questions, own, [])
            publish_page(page, lead)
        question.delete()


def _refuse_draft(page: FocusGroupPage) -> None:
    if page.has_unpublished_changes:
        said = gettext("The page of the group has a draft. Publish it or drop it first, then try again.")
        raise with_draft(said, page)


def _read_outline(meeting: Meeting, note: Note) -> Outline:
    """The minutes as chapters, and after them the decisions of the meeting."""
    outline = read_markdown(io.BytesIO(note.text.encode()))
    chapters = [replace(each, heading=each.heading or MINUTES_HEADING) for each in outline.chapters]
    decisions = meeting.decisions.order_by("number")
    if written := "".join(f"<p>Nr. {each.number}: {_on_lines(each.text)}</p>" for each in decisions):
        chapters.append(Chapter(DECISIONS_HEADING, written))
    return replace(outline, chapters=tuple(chapters))


def _publish_anew(page: SessionNotePage, outline: Outline, note: Note, user: Any) -> bool:
    rights = page.permissions_for_user(user)
    if not rights.can_publish() or rights.page_locked():
        raise Refused(gettext("You may not publish the page of the minutes, or somebody has locked it."))
    try:
        return publish_minutes_anew(page, outline, note, user)
    except ValidationError as error:
        raise Refused(" ".join(error.messages)) from error


def _make_page(found: MeetingDate, outline: Outline, note: Note, user: Any) -> SessionNotePage:
    group, event = found.series.circle.group, found.series.event
    day = localise(found.date.starts, found.facts.timezone).date()
    section = BodyPage.objects.ancestor_of(group).order_by("-depth").first()
    if section is None or not section.permissions_for_user(user).can_add_subpage():
        raise Refused(gettext("You may not write in the section of the group's body."))
    title = f"{event.title}, {date_format(day, 'j. F Y')}"
    relation = {"type": "relation", "value": {"type": "part_of", "page": group.pk, "address": ""}}
    page = SessionNotePage(
        event=document_id(event),
        held=day,
        topics=list(group.topics),
        audience=group.audience,
        demo=group.demo,
        contact_role=group.contact_role,
        contact_email=group.contact_email,
        relations=json.dumps([relation]),
    )
    make_draft(user, section, page, replace(outline, title=title[:TITLE_LENGTH]))
    page.sections = credit(page.sections.get_prep_value(), note)
    publish_page(page, user)
    return page


def _on_lines(text: str) -> str:
    return "<br>".join(str(escape(line)) for line in text.splitlines())


def _join(stream: Any, own: set[str], written: list[dict[str, Any]]) -> str:
    kept = [each for each in stream.get_prep_value() if each["id"] not in own]
    return json.dumps([*kept, *written], default=str)


def _key(kind: str, pk: int) -> str:
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"{kind}:{pk}"))
