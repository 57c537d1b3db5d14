"""Documents in other forms, at their own addresses: who may read the page may have its forms, nobody else."""

from __future__ import annotations

import base64
import hashlib
import uuid
from collections.abc import Callable

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template import Context
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.encoding import iri_to_uri
from django.utils.http import content_disposition_header, http_date, quote_etag
from django.views.decorators.http import require_safe

from hub.accounts.viewer import viewer_of
from hub.catalogue.models import CatalogueEntry
from hub.catalogue.queries import find_entry, find_gone, find_moved, is_readable
from hub.catalogue.rendering import LANGUAGE_PARAMETER, choose_wording
from hub.documents import Audience, Viewer
from hub.errors import Overloaded, UnreadableDocument
from hub.site.exports.addresses import MEDIA_TYPES, form_address
from hub.site.exports.printing import PaperCopy
from hub.site.exports.rendering import as_json, as_markdown
from hub.site.reach.counting import count_download
from hub.site.templatetags.exports import citation_of
from theme.wordings import canonical_of

RETRY_SECONDS = 20
POLICY = "default-src 'none'; sandbox"
PDF_POLICY = "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'self'"
"""Browsers show a PDF by a viewer of their own, which a sandbox would keep from doing so."""


@require_safe
def form_by_id(request: HttpRequest, key: uuid.UUID, form: str) -> HttpResponse:
    """From a document's permanent id to the form at the address where it stands now."""
    viewer = viewer_of(request)
    entry = find_entry(key, viewer)
    if entry is None:
        return _absent(request, CatalogueEntry.objects.filter(uuid=key))
    return _answer_or_move(request, entry, viewer, form)


@require_safe
def form_of_received(
    request: HttpRequest, source: str, key: uuid.UUID, form: str, slug: str = ""
) -> HttpResponse:
    """A form of a document of another hub."""
    viewer = viewer_of(request)
    known = CatalogueEntry.objects.filter(source=source, uuid=key)
    entry = next((each for each in known if is_readable(each, viewer)), None)
    if entry is None:
        return _moved(request, known, viewer, form) or _absent(request, known)
    return _answer_or_move(request, entry, viewer, form)


@require_safe
def form_of_page(request: HttpRequest, path: str, form: str) -> HttpResponse:
    """A form of a document of this hub, by the address of its page. Other addresses are nobody's: 404."""
    viewer = viewer_of(request)
    paths = {f"/{path}/", iri_to_uri(f"/{path}/")}  # an entry holds its path as it is written in links
    known = CatalogueEntry.objects.filter(path__in=paths, source="")
    entry = next((each for each in known if is_readable(each, viewer)), None)
    if entry is None:
        return _moved(request, known, viewer, form) or _absent(request, known)
    return _answer_or_move(request, entry, viewer, form)


@require_safe
def citation(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """How a document is cited, as a file for reference managers (RIS)."""
    viewer = viewer_of(request)
    entry = find_entry(key, viewer)
    if entry is None:
        return _absent(request, CatalogueEntry.objects.filter(uuid=key))
    try:
        document = entry.document
    except UnreadableDocument as error:
        raise Http404 from error
    wording, _asked = choose_wording(request, document, request.GET.get(LANGUAGE_PARAMETER, ""))
    cited = citation_of(Context({"viewer": viewer}), entry, document, wording)
    response = HttpResponse(cited.ris, content_type="application/x-research-info-systems; charset=utf-8")
    _describe(response, entry, "ris")
    _direct(response, entry, viewer, wording, hashlib.sha256(response.content).hexdigest())
    return response


def _answer_or_move(request: HttpRequest, entry: CatalogueEntry, viewer: Viewer, form: str) -> HttpResponse:
    if iri_to_uri(request.path) != iri_to_uri(form_address(entry, form)):
        return redirect(form_address(entry, form, request.GET.get(LANGUAGE_PARAMETER, "")))
    try:
        return _answer(request, entry, viewer, form)
    except UnreadableDocument as error:
        raise Http404 from error
    except Overloaded:
        response = render(request, "site/exports/busy.html", {"entry": entry}, status=503)
        response["Retry-After"] = str(RETRY_SECONDS)
        return response


def _answer(request: HttpRequest, entry: CatalogueEntry, viewer: Viewer, form: str) -> HttpResponse:
    """The form itself, or 304 where the reader has it already."""
    wording = ""
    if form != "json":
        wording, _asked = choose_wording(request, entry.document, request.GET.get(LANGUAGE_PARAMETER, ""))
    tag, make = _maker(entry, viewer, wording, form)
    unchanged = get_conditional_response(request, etag=quote_etag(tag))
    if unchanged is not None and unchanged.status_code == 304:
        response: HttpResponse = unchanged
    else:
        response = HttpResponse(make(), content_type=MEDIA_TYPES[form])
        _describe(response, entry, form)
        count_download(request, entry.uuid, form=form)
    _direct(response, entry, viewer, wording, tag)
    return response


def _maker(entry: CatalogueEntry, viewer: Viewer, wording: str, form: str) -> tuple[str, Callable[[], bytes]]:
    """What tells the form from what it was before, and what makes its bytes: a PDF only if it is wanted."""
    if form == "pdf":
        copy = PaperCopy(entry, viewer, wording)
        return copy.tag, copy.print
    content = as_json(entry, viewer) if form == "json" else as_markdown(entry, viewer, wording).encode()
    return hashlib.sha256(content).hexdigest(), lambda: content


def _describe(response: HttpResponse, entry: CatalogueEntry, form: str) -> None:
    """What belongs to the content: its name for saving and its checksum (RFC 9530, section 3)."""
    name = f"{entry.get_absolute_url().rstrip('/').rpartition('/')[2]}.{form}"
    response["Content-Security-Policy"] = PDF_POLICY if form == "pdf" else POLICY
    response["Content-Disposition"] = content_disposition_header(False, name) or "inline"
    checksum = base64.b64encode(hashlib.sha256(response.content).digest()).decode()
    response["Repr-Digest"] = f"sha-256=:{checksum}:"


def _direct(response: HttpResponse, entry: CatalogueEntry, viewer: Viewer, wording: str, tag: str) -> None:
    """What caches, search engines and browsers are to know of it."""
    response["ETag"] = quote_etag(tag)
    response["Last-Modified"] = http_date(entry.changed.timestamp())
    response["Link"] = f'<{canonical_of(entry)}>; rel="canonical"'
    response["Content-Language"] = wording or ", ".join(entry.languages)
    open_to_all = entry.audience == Audience.PUBLIC and viewer == Viewer.anonymous()
    response["Cache-Control"] = "public, max-age=60" if open_to_all else "private, no-cache"
    response["X-Content-Type-Options"] = "nosniff"
    response["X-Robots-Tag"] = "noindex"
    patch_vary_headers(response, ("Accept-Language", "Cookie"))


def _moved(
    request: HttpRequest, known: QuerySet[CatalogueEntry], viewer: Viewer, form: str
) -> HttpResponse | None:
    """To the same form where the document lives now, if it has been handed over or changed its domain."""
    moved = find_moved(known, viewer)
    if moved is None:
        return None
    language = request.GET.get(LANGUAGE_PARAMETER, "")
    return redirect(form_address(moved, form, language), permanent=True)


def _absent(request: HttpRequest, known: QuerySet[CatalogueEntry]) -> HttpResponse:
    """410 where something public was published and is no more, else 404, which says nothing."""
    if gone := find_gone(known):
        return render(request, "410.html", {"gone": gone}, status=410)
    raise Http404
