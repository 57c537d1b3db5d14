"""Who sees the other instances, and who may change something about them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib.auth.decorators import permission_required
from django.http import HttpResponseBase

View = Callable[..., HttpResponseBase]
VIEW = "federation.view_peer"
CHANGE = "federation.change_peer"

may_view: Callable[[View], View] = permission_required(VIEW, raise_exception=True)
may_change: Callable[[View], View] = permission_required(CHANGE, raise_exception=True)


def can_change(request: Any) -> bool:
    """Whether buttons are shown to this person."""
    return bool(request.user.has_perm(CHANGE))
