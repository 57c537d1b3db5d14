"""Making sure of who sits at the keyboard, before something is changed that protects an account.

The second factor confirms it, or the password of those who have no factor. Who signs in with the city's
provider may have neither; then the sign-in itself must be recent.
"""

from __future__ import annotations

import time
from typing import Any

from allauth.account import app_settings
from allauth.account.authentication import get_authentication_records
from django.http import HttpRequest
from django.urls import reverse

from hub.accounts.models import HomeAccount

BY_SIGNING_IN = "sign-in-again"


def choose_methods(methods: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Of allauth's methods those that count, the proposed one first; never empty.

    With a second factor the password does not: it is what may have been stolen.
    """
    factors = [method for method in methods if method["id"] != "reauthenticate"]
    if factors:
        return sorted(factors, key=lambda method: str(method["id"]), reverse=True)  # a passkey first
    return methods or [{"id": BY_SIGNING_IN, "url": reverse("accounts:sign-in-again"), "description": ""}]


def has_signed_in_recently(request: HttpRequest) -> bool:
    """Whether the person proved who they are within the last minutes, in whatever way, here or at home."""
    records = get_authentication_records(request, request.user)
    proven = [float(record["at"]) for record in records[-1:]]
    home = HomeAccount.objects.filter(user=request.user.pk).first()
    if home is not None:
        proven.append(home.asserted.timestamp())
    return any(time.time() - at < app_settings.REAUTHENTICATION_TIMEOUT for at in proven)
