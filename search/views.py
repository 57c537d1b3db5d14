"""The pages of site search and answers. Both are plain GET forms: an address is all they need."""

from __future__ import annotations

from typing import Any

import structlog
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from hub.accounts.viewer import viewer_of
from search.answers.examples import example_questions
from search.answers.service import answer_question
from search.engines.base import EngineUnavailable
from search.expansion import LONGEST_QUERY
from search.site_search import SiteSearch, clean
from theme.facets import active_options
from theme.topics import vocabulary_of

logger = structlog.get_logger("hub.search")


@require_safe
def results(request: HttpRequest) -> HttpResponse:
    """``/suche/``: results with facets; 503 with advice when the engine does not answer in time."""
    search = SiteSearch(request.GET, viewer_of(request), vocabulary_of(request))
    context = {"viewer": search.viewer, "search": search}
    try:
        context |= {
            "results": search.results,
            "hits": search.hits,
            "facets": search.facets,
            "page": search.page,
        }
    except EngineUnavailable as error:
        logger.warning("search unavailable", reason=str(error)[:300])
        return render(
            request, "search/unavailable.html", {"text": search.text, "action": "/suche/"}, status=503
        )
    context["active"] = active_options(search.facets)
    return render(request, "search/results.html", context)


@require_safe
def answers(request: HttpRequest) -> HttpResponse:
    """``/fragen/``: the question box, and the verbatim passages for ``?q=``."""
    viewer = viewer_of(request)
    text = clean(request.GET.get("q", ""))[:LONGEST_QUERY].strip()
    context: dict[str, Any] = {"viewer": viewer, "text": text, "answer": None}
    try:
        if text:
            context["answer"] = answer_question(text, viewer)
        if context["answer"] is None or not context["answer"].citations:
            context["examples"] = example_questions(viewer)
    except EngineUnavailable as error:
        logger.warning("answers unavailable", reason=str(error)[:300])
        return render(request, "search/unavailable.html", {"text": text, "action": "/fragen/"}, status=503)
    return render(request, "search/answers.html", context)
