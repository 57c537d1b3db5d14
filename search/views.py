"""The pages of site search. All are plain GET forms: an address is all they need."""

from __future__ import annotations

from typing import Any

import structlog
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe

from hub.accounts.viewer import viewer_of
from hub.readers import is_reader
from search import asked, language
from search.budget import TimeUsedUp, budget
from search.engines.base import EngineUnavailable
from search.nothing_found import find_help
from search.parameters import PART, clean
from search.regions import region_of
from search.related import related_entries
from search.site_search import SiteSearch
from search.suggesting import suggest
from theme.bodies import directory_of
from theme.labels import KINDS, label
from theme.topics import vocabulary_of

logger = structlog.get_logger("hub.search")

CHANGING = "treffer"
"""The value of :data:`PART` by which the page's script asks for what changes while somebody types."""

SETTLED = "gesucht"
"""The one by which it says that somebody has finished typing this."""

PAGE_SECONDS = 3.0
"""What all searches of one page may take together."""

PART_SECONDS = 1.5
"""The same where somebody is still typing, and the next piece is asked for soon."""

SUGGESTING_SECONDS = 0.5
RELATED_MS = 300
FEW = 3
"""Up to so many results what goes with the first of them is shown as well."""


@require_safe
def results(request: HttpRequest) -> HttpResponse:
    """``/suche/``: results with facets; 503 with advice when no engine answers in time.

    ``?teil=treffer`` asks for what changes while somebody types, and ``?teil=gesucht`` for nothing but being
    counted. Any other value is as none.
    """
    language.refresh()
    part = _take_part(request)
    viewer, bodies = viewer_of(request), directory_of(request)
    home = region_of(request.user)
    search = SiteSearch(request.GET, viewer, vocabulary_of(request), bodies, home)
    try:
        with budget(PART_SECONDS if part else PAGE_SECONDS):
            _count(request, search, part)
            if part == SETTLED:
                return HttpResponse(status=204)
            context = _context(search)
    except (EngineUnavailable, TimeUsedUp) as error:
        logger.warning("search unavailable", reason=str(error)[:300])
        return _unavailable(request, search.text)
    response = render(request, "search/part.html" if part else "search/results.html", context)
    patch_cache_control(response, private=True, no_cache=True)
    return response


@require_safe
def suggestions(request: HttpRequest) -> HttpResponse:
    """``/suche/vorschlaege?q=``: what may be meant, as ``{"suggestions": [{"label", "note", "url"}]}``.

    A completed text has neither note nor address, a title has both.
    """
    language.refresh()
    bodies = directory_of(request)
    viewer = viewer_of(request)
    with budget(SUGGESTING_SECONDS):
        found = suggest(clean(request.GET.get("q", "")), viewer)
    bodies.know(key for each in found if each.entry for key in each.entry.publishers[:1])
    rows = [
        {
            "label": each.label,
            "note": ", ".join(
                [label(KINDS, each.entry.kind), *(bodies.name(key) for key in each.entry.publishers[:1])]
            )
            if each.entry
            else "",
            "url": each.entry.get_absolute_url() if each.entry else "",
        }
        for each in found
    ]
    response = JsonResponse({"suggestions": rows})
    response["X-Robots-Tag"] = "noindex"
    patch_cache_control(response, private=True, no_store=True)
    return response


def _take_part(request: HttpRequest) -> str:
    """Which part of the page is asked for; the address then stands as people see it, for links in it."""
    part = request.GET.get(PART, "")
    if PART in request.GET:
        shown = request.GET.copy()
        del shown[PART]
        request.GET = shown  # type: ignore[assignment]  # a mutable copy of the same
    return part if part in (CHANGING, SETTLED) else ""


def _count(request: HttpRequest, search: SiteSearch, part: str) -> None:
    """Count what somebody meant to search for: not each letter of it, nor further pages of its results."""
    meant = part in ("", SETTLED) and search.asked_page == 1
    if search.text and meant and is_reader(request):
        # Results with some of the words alone are not what was sought.
        results = search.results
        asked.note(search.text, results.whole if results.relaxed else results.base)


def _context(search: SiteSearch) -> dict[str, Any]:
    context: dict[str, Any] = {
        "viewer": search.viewer,
        "search": search,
        "results": search.results,
        "hits": search.hits,
        "page": search.page,
        "facets": search.facets,
        "active": search.active,
        "ways_out": search.ways_out,
    }
    if search.home:
        context["home"] = search.in_region(search.home)
    if search.unsaying:
        return context
    if not search.results.base:
        context["help"] = find_help(search)
    elif (
        search.text
        and not search.is_narrowed
        and 0 < len(search.hits) <= FEW
        and len(search.hits) == search.results.total
    ):
        shown = [hit.entry.object_id for hit in search.hits]
        context["related"] = related_entries(
            search.hits[0].entry.document, search.viewer, shown, milliseconds=RELATED_MS
        )
    return context


def _unavailable(request: HttpRequest, text: str) -> HttpResponse:
    return render(request, "search/unavailable.html", {"text": text}, status=503)
