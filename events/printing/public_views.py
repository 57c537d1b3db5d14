"""The released programme for whoever may read the event: on paper, and for programme apps."""

from __future__ import annotations

import uuid

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response
from django.utils.http import content_disposition_header, quote_etag
from django.views.decorators.http import require_safe

from events.grid.pages import find_readable_desk
from events.printing.answering import direct, send_public
from events.printing.codes import Codes
from events.printing.exporting import FORMS, export_schedule, tag_schedule
from events.printing.paper import Sheets
from events.printing.programme import build_programme
from events.printing.released import find_released


@require_safe
def send_schedule(request: HttpRequest, key: uuid.UUID, form: str) -> HttpResponse:
    """The released programme as ``schedule.xml`` or ``schedule.json``; 404 while none is released."""
    desk = find_readable_desk(request, key)[0]
    tag = tag_schedule(desk, form)
    if tag is None:
        raise Http404
    response = get_conditional_response(request, etag=quote_etag(tag))
    if response is None or response.status_code != 304:
        content = export_schedule(desk, form)
        if content is None:
            raise Http404
        response = HttpResponse(content, content_type=FORMS[form][0])
        response["Content-Disposition"] = content_disposition_header(False, f"schedule.{form}") or "inline"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Access-Control-Allow-Origin"] = "*"
    return direct(request, response, tag)


@require_safe
def send_programme(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """The released programme as PDF; 404 while none is released."""
    desk, _is_organiser = find_readable_desk(request, key)
    released = find_released(desk)
    if released is None:
        raise Http404
    codes = Codes()
    code = codes.add(f"{released.address}#programm")
    sheets = Sheets("programme", codes, released=released, days=build_programme(released), code=code)
    return send_public(request, desk, sheets, f"programm-{desk.event.slug}.pdf")
