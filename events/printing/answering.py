"""Answers that hold a file: made if it is wanted, and refused politely while others are being served."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.http import content_disposition_header, quote_etag

from events.models import EventDesk
from events.printing.paper import Sheets
from hub.errors import Overloaded

RETRY_SECONDS = 20
PDF_POLICY = "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'self'"
"""Browsers show a PDF by a viewer of their own."""


def send_private(request: HttpRequest, desk: EventDesk, sheets: Sheets, name: str) -> HttpResponse:
    """A PDF for organisers, kept nowhere: it may hold names."""
    try:
        content = sheets.print()
    except Overloaded:
        return busy(request, desk)
    response = HttpResponse(content, content_type="application/pdf")
    response["Cache-Control"] = "private, no-store"
    return describe(response, name)


def send_public(request: HttpRequest, desk: EventDesk, sheets: Sheets, name: str) -> HttpResponse:
    """A PDF for whoever may read the event, or 304 where the reader has it already."""
    unchanged = get_conditional_response(request, etag=quote_etag(sheets.tag))
    if unchanged is None or unchanged.status_code != 304:
        try:
            content = sheets.print_once()
        except Overloaded:
            return busy(request, desk)
        unchanged = describe(HttpResponse(content, content_type="application/pdf"), name)
    return direct(request, unchanged, sheets.tag)


def direct(request: HttpRequest, response: HttpResponse, tag: str) -> HttpResponse:
    """What caches are to know of a file that some may read: they ask each time, and the answer is cheap."""
    response["ETag"] = quote_etag(tag)
    response["Cache-Control"] = "private, no-cache" if request.user.is_authenticated else "no-cache"
    response["X-Content-Type-Options"] = "nosniff"
    response["X-Robots-Tag"] = "noindex"
    patch_vary_headers(response, ("Accept-Language", "Cookie"))
    return response


def describe(response: HttpResponse, name: str) -> HttpResponse:
    """Its name for saving, and what a browser may do with it."""
    response["Content-Disposition"] = content_disposition_header(False, name) or "inline"
    response["Content-Security-Policy"] = PDF_POLICY
    response["X-Content-Type-Options"] = "nosniff"
    response["X-Robots-Tag"] = "noindex"
    return response


def busy(request: HttpRequest, desk: EventDesk) -> HttpResponse:
    """A page that says when to ask again."""
    response = render(request, "events/printing/busy.html", {"desk": desk}, status=503)
    response["Retry-After"] = str(RETRY_SECONDS)
    return response
