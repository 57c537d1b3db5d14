"""This hub as a provider of OpenID Connect: what it says about its people, and about whom it says nothing.

Peers sign their members in with it. It speaks for people who have a role in a body here; accounts of
other hubs that are signed in here are never passed on, so there are no chains.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Literal

from allauth.idp.oidc.adapter import DefaultOIDCAdapter
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from oauthlib.oauth2.rfc6749.errors import (  # type: ignore[import-untyped]  # brings no types
    AccessDeniedError,
    InvalidTokenError,
)

from hub.accounts.models import HomeAccount, Role, User
from hub.accounts.roles import roles_of
from hub.env import env

if TYPE_CHECKING:
    from allauth.idp.oidc.models import Client

SCOPE = "wissenshub"
SCOPES = ("openid", "profile", "email", SCOPE)
SILENT = ("device_authorization_endpoint", "registration_endpoint")


class NotVouchedFor(Exception):
    """The account is none this hub speaks for. ``reason``: ``locked``, ``foreign`` or ``no_role``."""

    def __init__(self, reason: Literal["locked", "foreign", "no_role"]) -> None:
        super().__init__(reason)
        self.reason = reason


def standing_of(user: User) -> list[dict[str, str]]:
    """``[{"body": key, "role": role}]``, the highest role per body; what counts first stands first.

    That is the body which runs this instance, then the higher role, then the key. Raises
    :class:`NotVouchedFor` for locked accounts, accounts of other hubs and accounts without a role.
    """
    if not user.is_active:
        raise NotVouchedFor("locked")
    if HomeAccount.objects.filter(user=user.pk).exists():
        raise NotVouchedFor("foreign")
    highest: dict[str, Role] = {}
    for row in roles_of(user):
        role = Role(row.role)
        if row.body_id not in highest or role.rank > highest[row.body_id].rank:
            highest[row.body_id] = role
    if not highest:
        raise NotVouchedFor("no_role")
    order = sorted(highest.items(), key=lambda held: (held[0] != env.body, -held[1].rank, held[0]))
    return [{"body": body, "role": str(role)} for body, role in order]


class IdentityProvider(DefaultOIDCAdapter):
    """allauth's provider with this hub's names: issuer is the origin, subject a number of its own."""

    scope_display = {
        "openid": _("that it is you, by a number that says nothing else"),
        "profile": _("your name"),
        "email": _("your e-mail address"),
        SCOPE: _("your municipality and your role in it"),
    }

    def get_issuer(self) -> str:
        """The origin as configured, whatever host a request names."""
        return env.origin

    def get_user_sub(self, client: Client, user: User) -> str:
        """The account's own number; unlike an address it is never given to somebody else."""
        return str(user.subject)

    def get_user_by_sub(self, client: Client, sub: str) -> User | None:
        """The account of that number, if this hub speaks for it."""
        try:
            user = User.objects.filter(subject=uuid.UUID(sub)).first()
            if user is not None:
                standing_of(user)
        except (ValueError, NotVouchedFor):
            return None
        return user

    def get_claims(
        self,
        purpose: Literal["id_token", "userinfo"],
        user: User,
        client: Client,
        scopes: Iterable[str],
        email: str | None = None,
        **kwargs: Any,
    ) -> dict[str, Any]:
        """Subject, and by scope name, address, and body with role; asked anew at every look-up.

        Raises oauthlib's ``AccessDeniedError``, or ``InvalidTokenError`` (401) at the userinfo endpoint,
        for accounts this hub does not speak for (any more).
        """
        try:
            bodies = standing_of(user)
        except NotVouchedFor as error:
            if purpose == "userinfo":
                raise InvalidTokenError(description=error.reason) from error
            raise AccessDeniedError(description=error.reason) from error
        claims: dict[str, Any] = super().get_claims(purpose, user, client, scopes, email=email, **kwargs)
        if SCOPE in scopes:
            claims |= {**bodies[0], "bodies": bodies}
        return claims

    def populate_server_metadata(self, data: dict[str, Any]) -> None:
        """Every address below the origin as configured, and nothing offered that is refused."""
        for name in SILENT:
            data.pop(name, None)
        names = {
            "authorization_endpoint": "authorization",
            "end_session_endpoint": "logout",
            "jwks_uri": "jwks",
            "revocation_endpoint": "revoke",
            "token_endpoint": "token",
            "userinfo_endpoint": "userinfo",
        }
        data |= {field: env.origin + reverse(f"idp:oidc:{name}") for field, name in names.items()}
        data |= {
            "scopes_supported": list(SCOPES),
            "grant_types_supported": ["authorization_code"],
            "response_types_supported": ["code"],
            "claims_supported": [
                "sub",
                "name",
                "given_name",
                "family_name",
                "email",
                "body",
                "role",
                "bodies",
            ],
        }
