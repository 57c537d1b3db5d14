"""Which providers people may sign in with, and what becomes of a newcomer."""

from __future__ import annotations

import uuid
from typing import Any

from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialApp, SocialLogin
from allauth.socialaccount.providers.base import AuthProcess
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest
from django.shortcuts import redirect, render

from hub.accounts.models import AccountEvent, HomeAccount, Role, User
from hub.accounts.roles import set_role
from hub.env import env
from hub.lending import LentSession
from hub.municipalities.models import Body

CITY = "stadt"


def city_app() -> SocialApp | None:
    """The city's provider as configured, or None."""
    if not env.oidc_url:
        return None
    return SocialApp(
        provider="openid_connect",
        provider_id=CITY,
        name=env.oidc_name or env.name,
        client_id=env.oidc_client,
        secret=env.oidc_secret,
        settings={"server_url": env.oidc_url, "oauth_pkce_enabled": True},
    )


class CityAdapter(DefaultSocialAccountAdapter):
    """Providers come from the environment alone; what they say about e-mail never opens an account."""

    def list_apps(
        self, request: HttpRequest | None, provider: str | None = None, client_id: str | None = None
    ) -> list[SocialApp]:
        """The city's provider, if there is one and it is asked for."""
        app = city_app()
        if app is None or (client_id and client_id != app.client_id):
            return []
        return [app] if provider in {None, app.provider, app.provider_id} else []

    def get_requests_session(self) -> LentSession:
        """The outbound door."""
        return LentSession()

    def can_authenticate_by_email(self, login: SocialLogin, email: str) -> bool:
        """Never: an address may be written into any directory."""
        return False

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        """For everybody the city's directory knows."""
        return bool(sociallogin.account.provider == CITY)

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Whoever has an account with that address here signs in to it and connects the two there.

        Nothing is connected to the account of another hub's member: its home hub alone opens it.
        """
        if sociallogin.state.get("process") == AuthProcess.CONNECT:
            if HomeAccount.objects.filter(user=request.user.pk).exists():
                raise ImmediateHttpResponse(redirect(settings.LOGIN_REDIRECT_URL))
            return
        if sociallogin.is_existing:
            return
        addresses = [each.email.lower() for each in sociallogin.email_addresses]
        if User.objects.filter(email__in=addresses).exists():
            context = {"provider": sociallogin.provider.name, "email": addresses[0]}
            raise ImmediateHttpResponse(
                render(request, "socialaccount/connect_first.html", context, status=409)
            )

    def new_user(self, request: HttpRequest, sociallogin: SocialLogin) -> User:
        """With its number from the start: allauth keeps unfinished accounts in the session, as text."""
        user: User = super().new_user(request, sociallogin)
        user.subject = uuid.uuid4()
        return user

    def save_user(self, request: HttpRequest, sociallogin: SocialLogin, form: Any = None) -> User:
        """A new account, which is a member of the city at once."""
        with transaction.atomic():
            user: User = super().save_user(request, sociallogin, form)
            body = Body.objects.filter(pk=env.body).first() if env.body else None
            if body is not None:
                set_role(user, body, Role.MEMBER)
                AccountEvent.objects.create(
                    action=AccountEvent.Action.JOINED, user=user, body=body, note=sociallogin.provider.name
                )
        return user
