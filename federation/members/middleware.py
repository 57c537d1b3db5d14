"""Accounts of other hubs are managed there: pages that would change one here say so."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from hub.accounts.models import HomeAccount

MANAGED_AT_HOME = frozenset(
    {
        "account_change_password",
        "account_set_password",
        "account_email",
        "account_reauthenticate",
        "accounts:set-password",
        "accounts:sign-in-again",
        "socialaccount_connections",
        "openid_connect_login",
        "openid_connect_callback",
        "mfa_index",
        "mfa_activate_totp",
        "mfa_deactivate_totp",
        "mfa_view_recovery_codes",
        "mfa_generate_recovery_codes",
        "mfa_download_recovery_codes",
        "accounts:recovery-codes-file",
        "mfa_list_webauthn",
        "mfa_add_webauthn",
        "mfa_reauthenticate",
        "accounts:join",
        "accounts:invitation",
        "accounts:leave",
    }
)
"""Names of addresses: password, e-mail, the city's sign-in, second factor, roles and the account itself."""

EDITOR = "/admin/"
"""Wagtail would send them to the sign-in, which sends whoever is signed in back again."""


class ManagedAtHome:
    """Leads members of other hubs from those pages to one that says where their account is kept."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Handle one request."""
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        """One query, and only for these pages and somebody who is signed in."""
        match = request.resolver_match
        elsewhere = request.path.startswith(EDITOR) or (match and match.view_name in MANAGED_AT_HOME)
        if not elsewhere or not request.user.is_authenticated:
            return None
        if not HomeAccount.objects.filter(user=request.user.pk).exists():
            return None
        return redirect("members_managed")
