"""Who sees reports: whoever has a role in a body of this instance, and its operators."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from hub.accounts.models import BodyRole, User
from hub.accounts.roles import roles_of

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, list[BodyRole], P], HttpResponseBase]


def for_members(view: View[P]) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
    """Hand the person's roles to the view; guests sign in first, accounts without a role are refused.

    One query besides those of the session.
    """

    @never_cache
    @require_safe
    @wraps(view)
    def guarded(request: HttpRequest, /, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not isinstance(request.user, User):
            return redirect_to_login(request.get_full_path(), reverse("account_login"))
        roles = roles_of(request.user)
        if not roles and not request.user.is_superuser:
            raise PermissionDenied
        return view(request, roles, *args, **kwargs)

    return guarded
