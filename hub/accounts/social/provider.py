"""The exchange with the city's provider: PKCE, nonce, and an ID token that is verified by its keys."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from typing import Any

import jwt
from allauth.socialaccount.models import SocialApp, SocialLogin, SocialToken
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from hub.accounts.id_tokens import Expected, RefusedToken, read_id_token
from hub.env import env
from hub.errors import FetchFailed
from hub.fetching import fetch

DISCOVERY = "/.well-known/openid-configuration"
ALGORITHMS = {
    "RSA": ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512"),
    "EC": ("ES256", "ES384", "ES512"),
}
"""Signatures that are accepted, by the kind of the provider's key; secrets shared with it never count."""
NEEDED = ("authorization_endpoint", "token_endpoint", "userinfo_endpoint", "jwks_uri")
SECOND_FACTORS = frozenset({"mfa", "otp", "hwk", "fido"})
"""Values of ``amr`` that tell of a second factor (RFC 8176, section 2, and what Keycloak and Entra write)."""
KEPT = ("sub", "name", "given_name", "family_name", "email", "email_verified")


class CityOAuth2Adapter(OpenIDConnectOAuth2Adapter):
    """allauth's client, except that it goes through the outbound door and believes no unverified token."""

    def __init__(self, request: HttpRequest, provider_id: str) -> None:
        super().__init__(request, provider_id)
        self.state: dict[str, Any] = {}
        self.claims: dict[str, Any] = {}

    @property
    def openid_config(self) -> dict[str, Any]:
        """What the provider says about itself. Raises :class:`FetchFailed`."""
        if not hasattr(self, "_openid_config"):
            config = read_json(self.get_provider().app.settings["server_url"] + DISCOVERY)
            if str(config.get("issuer", "")).rstrip("/") != self.get_provider().app.settings["server_url"]:
                raise FetchFailed(f"the provider calls itself {config.get('issuer')!r}")
            if missing := [name for name in NEEDED if not isinstance(config.get(name), str)]:
                raise FetchFailed(f"the provider does not say its {', '.join(missing)}")
            self._openid_config = config
        return self._openid_config

    def complete_login(
        self, request: HttpRequest, app: SocialApp, token: SocialToken, **kwargs: Any
    ) -> SocialLogin:
        """The person the ID token names. Raises :class:`RefusedToken` or :class:`FetchFailed`."""
        id_token = kwargs["response"].get("id_token")
        expected = Expected(
            self.openid_config["issuer"], app.client_id, str(self.state.get("nonce", "")), token.token
        )
        self.claims = verify(id_token, read_json(self.openid_config["jwks_uri"]), expected)
        userinfo = self._fetch_user_info(token.token)
        if userinfo.get("sub") != self.claims["sub"]:
            raise RefusedToken("ID token and userinfo name different people")
        known = {name: userinfo[name] for name in KEPT if name in userinfo}
        return self.get_provider().sociallogin_from_response(request, {"userinfo": known})

    def get_callback_url(self, request: HttpRequest, app: SocialApp) -> str:
        """Below the origin as configured, whatever host a request names."""
        return env.origin + reverse("openid_connect_callback", kwargs={"provider_id": self.provider_id})

    @property
    def has_second_factor(self) -> bool:
        """Whether the provider says that it asked for one."""
        told = self.claims.get("amr")
        return isinstance(told, list) and not SECOND_FACTORS.isdisjoint(map(str, told))


class CityProvider(OpenIDConnectProvider):
    """allauth's provider, with a nonce and without parameters from the query."""

    oauth2_adapter_class = CityOAuth2Adapter
    supports_token_authentication = False
    package = "hub.accounts.social"

    def get_redirect_from_request_kwargs(self, request: HttpRequest) -> dict[str, Any]:
        """Where to go afterwards, and nothing else a link could say."""
        kwargs: dict[str, Any] = super().get_redirect_from_request_kwargs(request)
        return {name: kwargs[name] for name in ("next_url", "process") if name in kwargs}

    def redirect(
        self, request: HttpRequest, process: str, next_url: Any = None, data: Any = None, **kwargs: Any
    ) -> HttpResponse:
        """To the provider; the nonce is kept beside the state, in this browser's session."""
        nonce = secrets.token_urlsafe(32)
        response: HttpResponse = super().redirect(
            request, process, next_url, data, auth_params={"nonce": nonce}, nonce=nonce
        )
        return response


def read_json(address: str) -> dict[str, Any]:
    """A JSON object of the provider. Raises :class:`FetchFailed`."""
    reply = fetch("GET", address, headers={"Accept": "application/json"})
    try:
        document = json.loads(reply.body) if reply.status == 200 else None
    except ValueError:
        document = None
    if not isinstance(document, dict):
        raise FetchFailed(f"{address} answered {reply.status} and no JSON object")
    return document


def verify(token: object, keys: Mapping[str, Any], expected: Expected) -> dict[str, Any]:
    """The claims of an ID token signed by one of the provider's ``keys`` (JWKS). Raises RefusedToken."""
    try:
        kid = jwt.get_unverified_header(str(token)).get("kid")
        known = [key for key in jwt.PyJWKSet.from_dict(dict(keys)).keys if key.public_key_use != "enc"]
    except (jwt.PyJWTError, ValueError, TypeError) as error:
        raise RefusedToken(f"{type(error).__name__}: {error}") from error
    fitting = [key for key in known if kid is None or key.key_id == kid]
    if len(fitting) != 1 or fitting[0].key_type not in ALGORITHMS:
        raise RefusedToken(f"the provider has no single key {kid!r}")
    key = fitting[0]
    return read_id_token(
        token,
        key.key,
        Expected(
            expected.issuer,
            expected.client_id,
            expected.nonce,
            expected.access_token,
            ALGORITHMS[str(key.key_type)],
        ),
    )
