"""What the pages of this package have in common: they are for somebody who is signed in."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from hub.accounts.models import User
from hub.accounts.refusal import Refused

P = ParamSpec("P")
METHODS = ("GET", "HEAD", "POST")


def for_people(
    view: Callable[Concatenate[HttpRequest, User, P], HttpResponse],
) -> Callable[..., HttpResponse]:
    """Hands the person to the view and keeps the page out of caches; others are sent to sign in."""

    @wraps(view)
    def inner(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not isinstance(request.user, User):
            return redirect_to_login(request.get_full_path())
        return view(request, request.user, *args, **kwargs)

    return never_cache(require_http_methods(METHODS)(inner))


def attempt(request: HttpRequest, verb: Callable[[], object], done: str, otherwise: str = "") -> bool:
    """Do something and say so; a refusal is said instead, or ``otherwise`` if nothing changed."""
    try:
        changed = verb()
    except Refused as refused:
        messages.error(request, str(refused))
        return False
    if changed is False and otherwise:
        messages.info(request, otherwise)
    else:
        messages.success(request, done)
    return True
