"""What every request passes: one log line, the content security policy, no NUL, and the languages."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable

import structlog
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotFound
from django.http.response import HttpResponseBase
from django.middleware.locale import LocaleMiddleware
from django.utils import translation
from django.utils.cache import patch_vary_headers

from hub.env import env

log = structlog.get_logger("hub.request")

GetResponse = Callable[[HttpRequest], HttpResponse]

# Changes of a board may come from an address of their own.
CONNECT = f"connect-src 'self' {env.live_url}".strip()
PUBLIC_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    f"{CONNECT}; form-action 'self'; base-uri 'none'; frame-ancestors 'self'"
)
# Wagtail's admin needs inline scripts and styles and frames its own previews.
ADMIN_POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; frame-src 'self'; object-src 'none'; "
    "base-uri 'self'; form-action 'self'; frame-ancestors 'self'"
)


class RequestLog:
    """Logs method, path, status and milliseconds of each request, without query or person.

    Secrets in paths are masked by :mod:`hub.logs`.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Handle one request."""
        started = time.perf_counter()
        structlog.contextvars.bind_contextvars(request_id=uuid.uuid4().hex[:12])
        response = self.get_response(request)
        if not request.path.startswith("/health/"):
            log.info(
                "request",
                method=request.method,
                path=request.path,
                status=response.status_code,
                ms=round((time.perf_counter() - started) * 1000, 1),
            )
        structlog.contextvars.clear_contextvars()
        return response


class NoNul:
    """Answers 404 for a path with a NUL, which neither PostgreSQL nor a file system takes.

    Queries may hold one: what reads them leaves it out.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Handle one request."""
        if "\x00" in request.path_info:
            return HttpResponseNotFound("404", content_type="text/plain")
        return self.get_response(request)


class ContentSecurityPolicy:
    """Sets the policy unless a view has set a stricter one of its own."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Handle one request."""
        response = self.get_response(request)
        policy = ADMIN_POLICY if request.path.startswith("/admin/") else PUBLIC_POLICY
        response.headers.setdefault("Content-Security-Policy", policy)
        return response


class Languages(LocaleMiddleware):
    """Chooses the language of the interface, and notes in which one texts are wanted.

    The cookie, else the browser, may ask for a language that only content has, such as ``de-simple``:
    ``request.wording_language`` then says so, and the interface is shown in German.
    """

    def process_request(self, request: HttpRequest) -> None:
        """Activate the interface's language."""
        super().process_request(request)
        wanted = request.LANGUAGE_CODE
        request.wording_language = wanted  # type: ignore[attr-defined]  # ours
        if wanted not in dict(settings.INTERFACE_LANGUAGES):
            request.LANGUAGE_CODE = wanted.split("-")[0]
            translation.activate(request.LANGUAGE_CODE)

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """Say which languages the answer has and what it depends on, so that caches mix none."""
        response = super().process_response(request, response)
        if response.headers.get("Content-Type", "").startswith("text/html"):
            patch_vary_headers(response, ("Cookie",))
        return response
