"""The pages of answers: question and sources, the phrased answer as it comes, and whether it helped."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import structlog
from django.db import connection
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.cache import patch_cache_control
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_POST, require_safe

from hub.accounts.belonging import own_bodies
from hub.accounts.viewer import viewer_of
from hub.documents import Viewer
from hub.readers import takes_file
from search.answers import generation, log
from search.answers.asking import Asked, read_asked
from search.answers.examples import example_questions
from search.answers.limiting import WAIT_SECONDS, may_ask, may_phrase
from search.answers.phrasing import (
    SOURCE_TYPE,
    Phrasing,
    Source,
    Statement,
    follow,
    note_end,
    phrase_whole,
)
from search.answers.service import Answer, answer_question
from search.answers.verdicts import Verdict
from search.engines.base import EngineUnavailable
from search.parameters import TEXT, clean
from theme.bodies import directory_of
from theme.topics import vocabulary_of

logger = structlog.get_logger("hub.search")

KEY = "eintrag"
"""The parameter with the key of the log's row, by which an answer is finished and rated."""

UNAVAILABLE, TOO_MANY = "unavailable", "too_many"
"""What may be wrong with a page or an answer, beside what the model itself reports."""


@require_safe
@cache_control(private=True, no_cache=True)
def answers(request: HttpRequest) -> HttpResponse:
    """``/fragen/``: the question box, and the sources for ``?q=``; with ``antwort=ja`` the phrased answer.

    429 and 503 keep the question in the box.
    """
    viewer = viewer_of(request)
    asked = read_asked(request, viewer)
    context = _context_of(request, asked, viewer)
    if asked.text and not may_ask(request):
        response = render(request, "search/answers.html", {**context, "trouble": TOO_MANY}, status=429)
        response["Retry-After"] = str(WAIT_SECONDS)
        return response
    try:
        if asked.text:
            context |= _answer(request, asked, viewer)
        if not asked.text or not context["answer"].citations:
            context["examples"] = example_questions(viewer)
    except EngineUnavailable as error:
        logger.warning("answers unavailable", reason=str(error)[:300])
        return render(request, "search/answers.html", {**context, "trouble": UNAVAILABLE}, status=503)
    return render(request, "search/answers.html", context)


@require_safe
def phrased(request: HttpRequest) -> HttpResponseBase:
    """``/fragen/antwort``: the phrased answer to a question, as it comes, in lines of JSON.

    First ``{"model", "host", "digitalSourceType"}``, then for each statement ``{"claim", "sources"}`` with
    pieces of the page, at last ``{"end", "html", "said"}``: how it ended and what is to be shown and said of
    it. All markup comes from templates, which escape what the model said. 404 where there is no model, and
    for pages of other sites, which would ask in their readers' name.
    """
    model = generation.model()
    viewer = viewer_of(request)
    asked = read_asked(request, viewer)
    if model is None or not asked.text or request.headers.get("Sec-Fetch-Site") == "cross-site":
        raise Http404
    started = time.monotonic()
    phrasing, trouble = Phrasing(Answer(asked.text)), ""
    try:
        if may_phrase(request):
            phrasing = Phrasing(_ask(asked, viewer))
        else:
            trouble = TOO_MANY
    except EngineUnavailable as error:
        logger.warning("answers unavailable", reason=str(error)[:300])
        trouble = UNAVAILABLE
    key = log.find_unphrased(request.GET.get(KEY, ""))
    if not key and not trouble:
        key = _note(phrasing.answer, viewer, started)
    stream = Stream(request, asked, phrasing, model, trouble, key, started)
    response = StreamingHttpResponse(stream.lines(), content_type="application/x-ndjson")
    response["X-Robots-Tag"] = "noindex"
    response["X-Accel-Buffering"] = "no"
    patch_cache_control(response, private=True, no_store=True)
    return response


@require_POST
def feedback(request: HttpRequest) -> HttpResponse:
    """``/fragen/rueckmeldung``: whether an answer helped; with ``behalten`` the question's text is kept."""
    text = request.POST.get(TEXT, "")
    kept = clean(text) if request.POST.get("behalten") else ""
    known = log.rate(request.POST.get(KEY, ""), helpful=request.POST.get("hilfreich") == "ja", text=kept)
    context = {"known": known, "text": text, "kept": bool(kept and known)}
    return render(request, "search/feedback.html", context, status=200 if known else 410)


@dataclass(frozen=True)
class Stream:
    """One phrased answer on its way to the reader. ``trouble`` says why it cannot begin."""

    request: HttpRequest
    asked: Asked
    phrasing: Phrasing
    model: generation.Model
    trouble: str
    key: str
    started: float

    def lines(self) -> Iterator[str]:
        """The lines; readers who go away end it, and the model with it."""
        # The language of the request is that of a thread which other requests may have used since.
        with translation.override(self.request.LANGUAGE_CODE):
            yield _line(model=self.model.name, host=self.model.host, digitalSourceType=SOURCE_TYPE)
            if not self.trouble:
                yield from self._statements()
            yield self._end()

    def _statements(self) -> Iterator[str]:
        answer = self.phrasing.answer
        directory_of(self.request).know(key for each in answer.retrieved for key in each.entry.publishers)
        if not connection.in_atomic_block:
            connection.close()  # a model takes its time: others may have it meanwhile
        try:
            for statement in follow(self.phrasing, self.asked.before):
                sources = [self._source(source) for source in statement.sources]
                yield _line(claim=self._claim(statement), sources=sources)
        except GeneratorExit:
            note_end(self.key, self.model, log.CANCELLED, self.phrasing, self.started)
            raise

    def _claim(self, statement: Statement) -> str:
        return render_to_string("search/claim.html", {"statement": statement})

    def _source(self, source: Source) -> str:
        context = {"source": source, "citation": source.citation, "answer": self.phrasing.answer}
        return render_to_string("search/citation.html", context, self.request)

    def _end(self) -> str:
        outcome = self.trouble or str(self.phrasing.outcome)
        if not self.trouble:
            note_end(self.key, self.model, outcome, self.phrasing, self.started)
        context = {"outcome": outcome, "phrasing": self.phrasing, "asked": self.asked}
        return _line(
            end=outcome,
            html=render_to_string("search/outcome.html", context),
            said=render_to_string("search/outcome.txt", context).strip(),
        )


def _context_of(request: HttpRequest, asked: Asked, viewer: Viewer) -> dict[str, Any]:
    """What every state of the page shows: the box, what it is confined to, and how answers come about."""
    return {
        "viewer": viewer,
        "asked": asked,
        "answer": None,
        "model": generation.model(),
        "source_type": SOURCE_TYPE,
        "own": own_bodies(request.user),
        "topics": vocabulary_of(request).names,
    }


def _answer(request: HttpRequest, asked: Asked, viewer: Viewer) -> dict[str, Any]:
    """The answer, and what a model made of it if the page is to hold that.

    Raises :class:`EngineUnavailable`.
    """
    started, model = time.monotonic(), generation.model()
    answer = _ask(asked, viewer)
    key = _note(answer, viewer, started) if takes_file(request) else ""
    context: dict[str, Any] = {"answer": answer, "key": key, "kept_days": log.TEXT_KEPT.days}
    if model is None or not key or not asked.phrased or answer.verdict is Verdict.NOTHING:
        return context
    if not may_phrase(request):
        return {**context, "outcome": TOO_MANY}
    phrasing = phrase_whole(answer, asked.before)
    note_end(key, model, str(phrasing.outcome), phrasing, started)
    return {**context, "phrasing": phrasing, "outcome": str(phrasing.outcome)}


def _ask(asked: Asked, viewer: Viewer) -> Answer:
    return answer_question(asked.text, viewer, asked.confinement.scope, asked.before)


def _note(answer: Answer, viewer: Viewer, started: float) -> str:
    return log.note(answer, viewer, channel=log.PAGE, seconds=time.monotonic() - started)


def _line(**values: Any) -> str:
    return json.dumps(values, ensure_ascii=False) + "\n"
