"""What became of an event, for whoever may read it: on a page, and as one PDF."""

from __future__ import annotations

import uuid

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from events.grid.pages import find_readable_desk, page_context
from events.printing.answering import send_public
from events.results.documentation import print_documentation
from events.results.status import Results, read_results
from hub.accounts.viewer import viewer_of


@never_cache
@require_safe
def show_results(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """The status of every session with its page. Before the event begins its plan is nobody's to read."""
    desk, is_organiser = find_readable_desk(request, key)
    now = timezone.now()
    has_begun = desk.event.starts is not None and desk.event.starts <= now
    results = read_results(desk, viewer_of(request), now) if has_begun else Results([], [])
    context = {
        **page_context(desk, _("Results"), is_organiser=is_organiser),
        "results": results,
        "figures": results.figures,
        "has_begun": has_begun,
    }
    return render(request, "events/results/results.html", context)


@require_safe
def send_documentation(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """The whole event as PDF, as far as the reader may read it; 404 until it has begun."""
    desk, _is_organiser = find_readable_desk(request, key)
    now = timezone.now()
    if desk.event.starts is None or now < desk.event.starts:
        raise Http404
    sheets = print_documentation(desk, viewer_of(request), now)
    return send_public(request, desk, sheets, f"dokumentation-{desk.event.slug}.pdf")
