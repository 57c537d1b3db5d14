"""The card of a record, and its description for sites that embed by address."""

from __future__ import annotations

import io
import json
import uuid
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.xmlutils import SimplerXMLGenerator
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.http import require_safe

from hub.catalogue.models import CatalogueEntry
from hub.catalogue.queries import find_entry, find_gone
from hub.catalogue.rendering import LANGUAGE_PARAMETER
from hub.documents import Viewer
from hub.env import env
from hub.site.feeds.atom import clean
from hub.site.feeds.embedding import EMBEDDED_KINDS, describe_card, find_embedded
from hub.site.feeds.reading import SHARED, interface_of
from hub.site.wordings import choose_wordings
from theme.bodies import BodyDirectory

CARD_POLICY = "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors *"
LONGEST_ADDRESS = 2000


@require_safe
@xframe_options_exempt
def card(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """A small page of a public record for frames of other sites: no scripts, no cookies.

    410 where it was withdrawn and 404 else, as cards too: they stand in pages of others.
    """
    named = request.GET.get(LANGUAGE_PARAMETER, "")
    with translation.override(interface_of([named])):
        entry = find_entry(key, Viewer.anonymous())
        if entry is None or entry.kind not in EMBEDDED_KINDS:
            response = _absent(request, key)
        else:
            wording = choose_wordings([entry], [named])[entry.pk]
            address = f"{env.origin}{entry.get_absolute_url()}"
            context = {"entry": entry, "text": wording, "card": entry.card, "address": address}
            context |= {"shown": [entry]}
            response = render(request, "site/feeds/card.html", context)
        response["Content-Language"] = translation.get_language()
    response["Content-Security-Policy"] = CARD_POLICY
    response["Cache-Control"] = SHARED
    return response


@require_safe
def oembed(request: HttpRequest) -> HttpResponse:
    """How to embed the address ``url``: JSON, or XML with ``format=xml`` (oEmbed 1.0, section 2.3)."""
    form = request.GET.get("format", "json")
    if form not in WRITERS:
        return _refuse(HTTPStatus.NOT_IMPLEMENTED, _("Ask for format=json or format=xml."))
    address = request.GET.get("url", "")
    if not address or len(address) > LONGEST_ADDRESS:
        example = f"{env.origin}/id/…"
        return _refuse(
            HTTPStatus.BAD_REQUEST, _("Give the address of a page as url=%(example)s.") % {"example": example}
        )
    entry = find_embedded(address)
    if entry is None:
        return _refuse(HTTPStatus.NOT_FOUND, _("Nothing that is public stands at that address of this hub."))
    bodies = BodyDirectory()
    bodies.know(entry.publishers)
    names = [bodies.name(key) for key in entry.publishers]
    described = describe_card(
        entry, names, _pixels(request.GET.get("maxwidth", "")), _pixels(request.GET.get("maxheight", ""))
    )
    body, media_type = WRITERS[form](described)
    response = HttpResponse(body, content_type=media_type)
    response["Access-Control-Allow-Origin"] = "*"
    response["Cache-Control"] = SHARED
    return response


def _pixels(text: str) -> int | None:
    """A number of pixels; what is none does not limit."""
    return int(text) if text.isascii() and text.isdigit() and 0 < len(text) < 6 else None


def _write_json(described: dict[str, Any]) -> tuple[bytes, str]:
    return json.dumps(described, ensure_ascii=False).encode("utf-8", "replace"), "application/json"


def _write_xml(described: dict[str, Any]) -> tuple[bytes, str]:
    buffer = io.BytesIO()
    writer = SimplerXMLGenerator(buffer, "utf-8")
    writer.startDocument()
    writer.startElement("oembed", {})  # type: ignore[arg-type]  # the parser's class has but the methods of a dict
    for name, value in described.items():
        writer.addQuickElement(name, clean(str(value)))
    writer.endElement("oembed")
    return buffer.getvalue(), "text/xml; charset=utf-8"


WRITERS = {"json": _write_json, "xml": _write_xml}


def _refuse(status: HTTPStatus, reason: str) -> HttpResponse:
    response = HttpResponse(reason, status=status, content_type="text/plain; charset=utf-8")
    response["Access-Control-Allow-Origin"] = "*"
    return response


def _absent(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    gone = find_gone(CatalogueEntry.objects.filter(uuid=key)) is not None
    return render(request, "site/feeds/card_absent.html", {"gone": gone}, status=410 if gone else 404)
