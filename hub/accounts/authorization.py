"""The door of this hub as a provider: what allauth would let through and this hub does not."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

import structlog
from allauth.idp.oidc.models import Client
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from hub.accounts.handover import instead_of_redirect
from hub.accounts.identity_provider import NotVouchedFor, standing_of

logger = structlog.get_logger("hub.accounts")

AUTHORIZE = "/identity/o/authorize"
CLOSED = ("/identity/o/device", "/identity/o/api/device/code")


class AuthorizationGuard:
    """Demands PKCE with S256 and the exact return address, and turns away whom this hub cannot vouch for.

    There is no way in for devices (RFC 8628), and none without asking (``prompt=none``), since allauth
    counts a permission given to one site for all of them.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Handle one request."""
        if request.path in CLOSED:
            raise Http404
        if request.path != AUTHORIZE:
            return self.get_response(request)
        response = self._refusal(request)
        if response is None:
            response = self.get_response(request)
            response = instead_of_redirect(request, response, _name_at(response.get("Location", "")))
        response["Cache-Control"] = "no-store"
        return response

    def _refusal(self, request: HttpRequest) -> HttpResponse | None:
        if request.method != "POST" and (fault := _fault_of(request)):
            logger.warning("authorization refused", client=request.GET.get("client_id"), error=fault)
            return _page(request, "malformed", 400)
        if not request.user.is_authenticated:
            return None
        try:
            standing_of(request.user)
        except NotVouchedFor as error:
            logger.info("authorization refused", client=request.GET.get("client_id"), error=error.reason)
            return _page(request, error.reason, 403)
        return None


def _fault_of(request: HttpRequest) -> str:
    asked = request.GET
    if "none" in asked.get("prompt", "").split():
        return "prompt=none"
    if not asked.get("code_challenge") or asked.get("code_challenge_method") != "S256":
        return "no PKCE with S256"
    if asked.get("response_type") != "code":
        return "another response type than code"
    client = Client.objects.filter(pk=asked.get("client_id", "")).first()
    if client is None:
        return "unknown client"
    if asked.get("redirect_uri") not in client.get_redirect_uris():
        return "another return address than the registered one"
    return ""


def _name_at(address: str) -> str:
    """What the client at an address is called; peers are clients by their origin."""
    parts = urlsplit(address)
    client = Client.objects.filter(pk=f"{parts.scheme}://{parts.netloc}").first() if parts.netloc else None
    return client.name if client else ""


def _page(request: HttpRequest, reason: str, status: int) -> HttpResponse:
    client = Client.objects.filter(pk=request.GET.get("client_id", "")).first()
    context = {"reason": reason, "client": client}
    return render(request, "accounts/authorization_refused.html", context, status=status)
