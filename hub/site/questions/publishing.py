"""From an answered thread to a published answer: the draft, and what both sides see of it."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _
from wagtail.models import Locale

from content.drafting.outline import SUMMARY_LENGTH, TITLE_LENGTH, Chapter, Outline, shorten
from content.drafting.services import make_draft
from content.identity import document_id
from content.models import BodyPage, QuestionPage
from content.outlines import outline_of
from hub.accounts.models import User
from hub.catalogue.models import CatalogueEntry
from hub.catalogue.queries import find_entries
from hub.documents import DEFAULT_LANGUAGE, Audience, Viewer
from hub.env import env
from hub.messages.models import Message, MessageType
from hub.messages.queries import Thread, find_thread, is_answer, lock_thread
from hub.messages.refusals import Declined
from hub.messages.services import Words, answer
from hub.site.messages.queries import names_of
from hub.site.questions.wording import PUBLISHED, impersonal, read_question_of

ID = re.compile(r"https?://[^\s/]+/id/[0-9a-f-]{36}")


@dataclass(frozen=True)
class Contribution:
    """What became of the answer to a question: ``entry`` once it is published, for both sides.

    For the side that answered: ``draft`` as long as it is none, ``section`` where the reader may begin one,
    and whether the asking body ``may_be_named``.
    """

    entry: CatalogueEntry | None = None
    draft: QuestionPage | None = None
    section: BodyPage | None = None
    may_be_named: bool = False


def contribution_of(thread: Thread, own: str, user: User, viewer: Viewer) -> Contribution | None:
    """What there is to say about it, None for other requests and before the answer."""
    first = thread.first
    if first.type != MessageType.QUESTION or thread.answer is None:
        return None
    if entry := _published(thread, viewer):
        return Contribution(entry)
    if own != first.recipient:
        return None
    draft = draft_of(first)
    section = None if draft else section_for(user, own)
    named = read_question_of(first.text).may_be_named
    return Contribution(None, draft, section, named) if draft or section else None


def draft_of(first: Message) -> QuestionPage | None:
    """The page that was made of a thread, published or not; one query."""
    made = QuestionPage.objects.filter(asked_in=first.pk, alias_of=None).order_by("pk")
    found: QuestionPage | None = made.first()
    return found


def section_for(user: User, body: str) -> BodyPage | None:
    """The section of the body, if the user may write in it; a few queries."""
    own = BodyPage.objects.filter(body=body, alias_of=None, locale=Locale.get_default())
    section = own.order_by("pk").first()
    may_write = section is not None and section.permissions_for_user(user).can_add_subpage()
    return section if may_write else None


@transaction.atomic
def begin_draft(user: User, section: BodyPage, first: Message, *, named: bool) -> QuestionPage:
    """A draft of the question and its answers, or the one a colleague has begun already.

    Raises :class:`Declined` if the thread is no question or has no answer yet.
    """
    thread = lock_thread(first.pk)
    if thread is None or first.type != MessageType.QUESTION or thread.answer is None:
        raise Declined(_("Only a question that has been answered becomes a contribution."))
    if held := draft_of(first):
        return held
    page = QuestionPage(asked_in=first.pk)
    entry = find_entries([first.subject_id], Viewer.local()).get(first.subject_id)
    if entry is not None:
        page.topics, page.demo = list(entry.topics), bool(entry.card.get("demo"))
    page.contact_role, page.contact_email = thread.answer.role, thread.answer.reply_to
    made = make_draft(user, section, page, _outline(thread, named=named)).page
    assert isinstance(made, QuestionPage)  # noqa: S101 - it is the one handed over
    return made


def tell_published(page: QuestionPage) -> Message | None:
    """Write into the thread where its answer stands now, once; None if there is nobody to tell.

    A closed thread takes nothing, and one that was deleted is no more.
    """
    thread = find_thread(page.asked_in) if page.asked_in else None
    if thread is None or thread.answer is None or page.publisher_keys()[:1] != (thread.first.recipient,):
        return None
    address = document_id(page)
    is_told = any(address in message.text for message in thread.messages)
    stays_here = page.audience == Audience.INSTANCE and thread.first.origin != env.origin
    if is_told or stays_here or not thread.is_open:
        return None
    last = [message for message in thread.messages if is_answer(message, thread.first)][-1]
    text = f"{PUBLISHED}\n{page.title}\n{address}"
    try:
        return answer(thread.first, thread.first.recipient, Words(text, last.role, last.reply_to))
    except Declined:
        return None


def _published(thread: Thread, viewer: Viewer) -> CatalogueEntry | None:
    """The published answer that a message of the body asked leads to, as far as the viewer may read it."""
    said = [message.text for message in thread.messages if is_answer(message, thread.first)]
    ids = [found for text in said if PUBLISHED in text for found in ID.findall(text)]
    held = find_entries(ids, viewer) if ids else {}
    fitting = (held[key] for key in ids if key in held)
    return next(
        (
            entry
            for entry in fitting
            if entry.kind == "question" and entry.publishers[:1] == [thread.first.recipient]
        ),
        None,
    )


def _outline(thread: Thread, *, named: bool) -> Outline:
    asked = read_question_of(thread.first.text)
    question = shorten(asked.question, TITLE_LENGTH)
    context = asked.context if question == asked.question else f"{asked.question}\n\n{asked.context}"
    if named and asked.may_be_named:
        who = names_of([thread.first.sender])[thread.first.sender]
        context = f"{context}\n\nGefragt hat: {who}."
    answers = [impersonal(m.text) for m in thread.messages if is_answer(m, thread.first)]
    said = "\n\n".join(answers)
    parts = zip(outline_of(QuestionPage.kind, DEFAULT_LANGUAGE), (context, said), strict=True)
    chapters = tuple(Chapter(heading, _markup(text)) for heading, text in parts if text.strip())
    return Outline(question, shorten(said, SUMMARY_LENGTH), chapters)


def _markup(text: str) -> str:
    """Paragraphs of plain text as markup, its lines kept."""
    paragraphs = [part.strip() for part in text.split("\n\n") if part.strip()]
    return "".join(f"<p>{html.escape(part).replace(chr(10), '<br/>')}</p>" for part in paragraphs)
