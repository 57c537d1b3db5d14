"""Off to the city's provider, and back."""

from __future__ import annotations

from typing import Any

import structlog
from allauth.account.internal.decorators import login_not_required
from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.base import AuthProcess
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView, OAuth2LoginView
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache

from hub.accounts.handover import instead_of_redirect
from hub.accounts.id_tokens import RefusedToken
from hub.accounts.second_factor import BY_PROVIDER
from hub.accounts.social.adapter import CITY
from hub.accounts.social.provider import CityOAuth2Adapter
from hub.env import env
from hub.errors import FetchFailed

logger = structlog.get_logger("hub.accounts")


class _Callback(OAuth2CallbackView):
    """allauth's, which hands the nonce on to where the ID token is read."""

    adapter: CityOAuth2Adapter

    def _get_state(self, request: HttpRequest, provider: Any) -> tuple[Any, Any]:
        state, response = super()._get_state(request, provider)
        self.adapter.state = state or {}
        return state, response


@never_cache
@login_not_required
def login(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Asks by GET, since a link from elsewhere must not sign anybody in; leaves by POST."""
    adapter = _adapter(request, provider_id)
    try:
        response: HttpResponse = OAuth2LoginView.adapter_view(adapter)(request)
    except FetchFailed as error:
        return _unreachable(request, error)
    return instead_of_redirect(request, response, env.oidc_name)


@never_cache
@login_not_required
def callback(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Signs in, or says why not. Nothing is created before the ID token is verified."""
    adapter = _adapter(request, provider_id)
    try:
        response: HttpResponse = _Callback.adapter_view(adapter)(request)
    except FetchFailed as error:
        return _unreachable(request, error)
    except RefusedToken as error:
        logger.warning("sign-in refused", provider=provider_id, error=str(error))
        return _page(request, "token", 403)
    if request.user.is_authenticated and adapter.state.get("process") == AuthProcess.LOGIN:
        request.session[BY_PROVIDER] = adapter.has_second_factor
    return response


def _adapter(request: HttpRequest, provider_id: str) -> CityOAuth2Adapter:
    if provider_id != CITY:
        raise Http404
    adapter = CityOAuth2Adapter(request, provider_id)
    try:
        adapter.get_provider()
    except SocialApp.DoesNotExist as error:
        raise Http404 from error
    return adapter


def _unreachable(request: HttpRequest, error: FetchFailed) -> HttpResponse:
    logger.warning("provider out of reach", provider=CITY, error=str(error))
    return _page(request, "unreachable", 503)


def _page(request: HttpRequest, reason: str, status: int) -> HttpResponse:
    context = {"reason": reason, "provider": env.oidc_name or env.name}
    return render(request, "socialaccount/city_failed.html", context, status=status)
