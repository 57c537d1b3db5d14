"""What somebody wrote into a form after their session had ended: kept until they have signed in again.

A form leads whoever is not signed in to the sign-in, and what was sent with it would be lost on the way. It
is kept in the session of this browser instead, which stays when they sign in, and shown to them to be sent.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from allauth.core.internal.ratelimit import consume, get_ip
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render, resolve_url
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

KEY = "unsent"
MOST_CHARACTERS = 100_000
KEPT_SECONDS = 3600
LIMITS = {KEY: "200/h/key"}
"""Anybody may send a form: what a network can have kept is bounded, that of a full hall as well."""
OMITTED = {"csrfmiddlewaretoken"}


@dataclass(frozen=True)
class Unsent:
    """A form: where it goes, and its fields in order, each with all it was sent with."""

    path: str
    fields: list[tuple[str, list[str]]]
    at: float
    has_files: bool

    @property
    def texts(self) -> list[str]:
        """What was written by hand, as far as that can be told: whatever has more than one word."""
        return [value for _name, values in self.fields for value in values if " " in value.strip()]


class UnsentMiddleware:
    """Keeps a form that leads to the sign-in, and leads from there to where it can be sent again."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Handle one request."""
        response = self.get_response(request)
        if request.method != "POST" or response.status_code != 302:
            return response
        if request.user.is_authenticated:
            _forget(request)
        elif _comes_back(request, response) and _is_own_form(request) and _keep(request):
            return redirect_to_login(reverse("accounts:send-again"))
        return response


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def send_again(request: HttpRequest) -> HttpResponse:
    """What waits, with a button that sends it; a POST here discards it."""
    unsent = find_unsent(request)
    if request.method == "POST":
        request.session.pop(KEY, None)
        messages.info(request, gettext("Your text is discarded."))
        return redirect(settings.LOGIN_REDIRECT_URL)
    return render(request, "accounts/send_again.html", {"unsent": unsent})


def find_unsent(request: HttpRequest) -> Unsent | None:
    """What waits in this browser; None after an hour."""
    kept: dict[str, Any] | None = request.session.get(KEY)
    if kept is not None and time.time() - kept["at"] > KEPT_SECONDS:
        del request.session[KEY]
        return None
    return Unsent(**kept) if kept else None


def _forget(request: HttpRequest) -> None:
    """What waited was sent now: it is not offered a second time."""
    if KEY in request.session and request.session[KEY]["path"] == request.get_full_path():
        del request.session[KEY]


def _comes_back(request: HttpRequest, response: HttpResponse) -> bool:
    """Whether it leads to the sign-in and back; a view that leads elsewhere has seen to the text itself."""
    target = urlsplit(response.headers.get("Location", ""))
    if target.path != resolve_url(settings.LOGIN_URL):
        return False
    return QueryDict(target.query).get(REDIRECT_FIELD_NAME) in (request.path, request.get_full_path())


def _is_own_form(request: HttpRequest) -> bool:
    """Whether a form of this site was sent. Scripts keep theirs; what needs no token others can send."""
    if request.headers.get("Sec-Fetch-Dest", "document") != "document" or request.resolver_match is None:
        return False
    return not getattr(request.resolver_match.func, "csrf_exempt", False)


def _keep(request: HttpRequest) -> bool:
    """Whether the form was kept: one with a text, no password, and no more than a form of ours may hold."""
    fields = [(name, values) for name, values in request.POST.lists() if name not in OMITTED]
    unsent = Unsent(request.get_full_path(), fields, time.time(), bool(request.FILES))
    size = sum(len(name) + sum(map(len, values)) for name, values in fields)
    if not unsent.texts or size > MOST_CHARACTERS or any("password" in name for name, _values in fields):
        return False
    if consume(request, app="accounts", action=KEY, config=LIMITS, key=get_ip(request)) is None:
        return False
    request.session[KEY] = vars(unsent)
    messages.info(
        request, gettext("You were signed out. Your text is kept: once signed in, you can send it.")
    )
    return True
