"""The log of answers: what was answered how and from what, without names, for a limited time.

A row says when, for whom (guest or member, never which), with what verdict, model, sources and state of the
catalogue. The question's text is kept only where the person who asked wants that. See
:class:`search.answers.models.AnswerLog`; the report on it is in :mod:`search.admin.answered`.
"""

from __future__ import annotations

import datetime as dt
import uuid

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from hub.catalogue.queries import newest_position
from hub.documents import Audience, Viewer
from search.answers.embedding.rows import active_row
from search.answers.models import AnswerLog, Passage
from search.answers.service import Answer, Citation

KEPT = dt.timedelta(days=183)
"""Half a year: so long it can be found out how an answer came about."""

TEXT_KEPT = dt.timedelta(days=30)
RATED_WITHIN = dt.timedelta(days=1)
"""How long after an answer it can be said whether it helped."""

LONGEST_TEXT = 400
CANCELLED = "cancelled"
"""The outcome where the person who asked did not wait for the end; the others are those of ``generation``."""

GUEST, MEMBER = "guest", "member"
PAGE, API, MCP = "page", "api", "mcp"


def note(
    answer: Answer,
    viewer: Viewer,
    *,
    channel: str,
    seconds: float,
) -> str:
    """Add a row; returns the key by which it is finished and rated. Three queries."""
    made_by = active_row()
    row = AnswerLog.objects.create(
        role=MEMBER if viewer.may_read(Audience.MEMBERS) else GUEST,
        channel=channel,
        verdict=answer.verdict,
        position=newest_position(),
        embedder=made_by.name if made_by else "",
        passages=[_address(citation) for citation in answer.citations],
        milliseconds=round(seconds * 1000),
    )
    return str(row.key)


def find_unphrased(key: str) -> str:
    """The key, if it is that of an answer of today of which no model has made anything yet; else empty."""
    try:
        known = uuid.UUID(key)
    except ValueError:
        return ""
    held = AnswerLog.objects.filter(key=known, at__gte=timezone.now() - RATED_WITHIN, model="")
    return key if held.exists() else ""


def finish(
    key: str,
    *,
    model: str,
    outcome: str,
    seconds: float,
    prompt_tokens: int | None = None,
    completion_tokens: int | None = None,
) -> None:
    """Add what a language model made of it, how that ended, how long it took and what it cost."""
    AnswerLog.objects.filter(key=key).update(
        model=model,
        outcome=outcome,
        milliseconds=round(seconds * 1000),
        prompt_tokens=prompt_tokens,
        completion_tokens=completion_tokens,
    )


def rate(key: str, *, helpful: bool, text: str = "") -> bool:
    """Note whether an answer helped; the last word counts. False where there is no such answer of today.

    ``text`` is the question's, if whoever asked wants it kept.
    """
    try:
        known = uuid.UUID(key)
    except ValueError:
        return False
    since = timezone.now() - RATED_WITHIN
    kept = {"text": text[:LONGEST_TEXT]} if text else {}
    return AnswerLog.objects.filter(key=known, at__gte=since).update(helpful=helpful, **kept) > 0


@transaction.atomic
def forget() -> None:
    """Delete what is old: texts first, rows later."""
    now = timezone.now()
    AnswerLog.objects.filter(at__lt=now - KEPT).delete()
    AnswerLog.objects.filter(~Q(text=""), at__lt=now - TEXT_KEPT).update(text="")


def _address(citation: Citation) -> str:
    passage: Passage = citation.passage
    where = passage.anchor or f"{passage.file}/{passage.page or ''}"
    return f"{passage.object_id}@{passage.revision}#{where}"
