"""How the API answers: the same to everybody, in the language asked for, with a tag to ask again by."""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Callable, Iterator
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.translation import gettext as _
from django.utils.translation.trans_real import parse_accept_lang_header
from django.views.decorators.csrf import csrf_exempt
from pydantic import BaseModel

from hub.documents import DEFAULT_LANGUAGE
from hub.site.api.problems import respond
from hub.site.feeds.reading import SHARED

View = Callable[..., HttpResponse]
READING = frozenset({"GET", "HEAD"})


def wanted_languages(request: HttpRequest, named: str = "") -> list[str]:
    """Tags of the languages a reader wants texts in, best first: the parameter, else the header.

    Never the cookie, which shared caches do not see.
    """
    if named:
        return list(dict.fromkeys((named, named.split("-")[0])))
    return list(dict.fromkeys(_accepted(request)))


def _accepted(request: HttpRequest) -> Iterator[str]:
    for tag, _quality in parse_accept_lang_header(request.headers.get("Accept-Language", "")):
        if tag != "*":
            yield from (tag, tag.split("-")[0])


def interface_language(request: HttpRequest) -> str:
    """The language of names and messages: the first wanted one that the interface speaks."""
    known = dict(settings.INTERFACE_LANGUAGES)
    wanted = wanted_languages(request, request.GET.get("language", ""))
    return next((tag for tag in wanted if tag in known), DEFAULT_LANGUAGE)


def answer(request: HttpRequest, result: BaseModel, following: str = "") -> HttpResponse:
    """The result as JSON with a strong ETag, or 304; ``following`` is the address of the next page."""
    body = result.model_dump_json().encode("utf-8")
    etag = f'"{hashlib.sha256(body).hexdigest()[:40]}"'
    response = HttpResponse(body, content_type="application/json")
    if following:
        response["Link"] = f'<{following}>; rel="next"'
    response["ETag"] = etag
    response["Cache-Control"] = SHARED
    return _conditional(request, response, etag)


def answer_caller(result: BaseModel) -> HttpResponse:
    """The result as JSON for nobody but who asked."""
    response = HttpResponse(result.model_dump_json().encode("utf-8"), content_type="application/json")
    response["Cache-Control"] = "private, no-store"
    return response


def _conditional(request: HttpRequest, response: HttpResponse, etag: str) -> HttpResponse:
    told: HttpResponse = get_conditional_response(request, etag=etag, response=response) or response
    told["Cache-Control"] = SHARED
    return told


def open_to_all(view: Any) -> View:
    """Any site may read it (CORS), in the language asked for; whatever is no reading is refused."""

    @csrf_exempt
    @functools.wraps(view)
    def read(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        language = interface_language(request)
        with translation.override(language):
            response = _read(view, request, *args, **kwargs)
        response["Content-Language"] = language
        response["Access-Control-Allow-Origin"] = "*"
        response["Access-Control-Expose-Headers"] = "ETag, Link, Content-Language"
        patch_vary_headers(response, ("Accept-Language",))
        return response

    return read


def _read(view: Any, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
    if request.method == "OPTIONS":
        allowed = {"Allow": "GET, HEAD, OPTIONS", "Access-Control-Allow-Methods": "GET, HEAD, OPTIONS"}
        headers = {"Access-Control-Allow-Headers": "If-None-Match, Accept-Language"}
        return HttpResponse(status=HTTPStatus.NO_CONTENT, headers=allowed | headers)
    if request.method not in READING:
        refused = respond(
            request,
            HTTPStatus.METHOD_NOT_ALLOWED,
            _("Ask with GET. Contributions are written in the editor under /admin/."),
        )
        refused["Allow"] = "GET, HEAD, OPTIONS"
        return refused
    asked, request.method = request.method, "GET"  # the operations know no HEAD, the server leaves bodies out
    response: HttpResponse = view(request, *args, **kwargs)
    request.method = asked
    return response
