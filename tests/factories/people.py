"""People for tests: accounts, their roles in bodies, and their second factors."""

from __future__ import annotations

import time
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import (
    SECRET_SESSION_KEY,
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
)
from django.test import Client
from django.test.client import RequestFactory

from hub.accounts.models import Role, User
from hub.accounts.roles import set_role
from hub.municipalities.models import Body
from hub.municipalities.names import search_words

PASSWORD = "ein-langes-Kennwort-42"


def add_person(
    email: str, body: Body | None = None, role: Role = Role.AUTHOR, *, password: str = PASSWORD, **fields: Any
) -> User:
    """An account with a confirmed address that may sign in; with ``role`` in ``body`` if one is given."""
    user = User.objects.create_user(email, password, **fields)
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    if body is not None:
        set_role(user, body, role)
    return user


def add_operator(email: str = "betrieb@mainz.example", **fields: Any) -> User:
    """The operator's account, which may sign in."""
    return add_person(email, is_staff=True, is_superuser=True, **fields)


def add_town(key: str = "07314000", name: str = "Ludwigshafen am Rhein", **fields: Any) -> Body:
    """A body of the directory, with what its search compares."""
    values = {"kind": Body.Kind.CITY, "population": 170_000, "search_name": search_words(name), **fields}
    return Body.objects.create(key=key, name=name, **values)


def add_app(user: User) -> str:
    """Set up an authenticator app and recovery codes for somebody; returns the app's secret."""
    secret = generate_totp_secret()
    TOTP.activate(user, secret)
    RecoveryCodes.activate(user)
    return secret


def start_app(client: Client) -> str:
    """Set up an authenticator app through the pages, after the password; returns where that leads."""
    client.post("/konto/reauthenticate/", {"password": PASSWORD})
    client.get("/konto/2fa/totp/activate/")
    code = code_of(client.session[SECRET_SESSION_KEY])
    return str(client.post("/konto/2fa/totp/activate/", {"code": code})["Location"])


def code_of(secret: str) -> str:
    """What the app shows now."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


def sign_in(client: Client, email: str, password: str = PASSWORD, **fields: Any) -> Any:
    """Send the sign-in form; the response."""
    return client.post("/konto/login/", {"login": email, "password": password, **fields})


def request_by(client: Client) -> Any:
    """A request that carries the client's session."""
    request = RequestFactory().get("/")
    request.session = client.session
    return request


def page_of(client: Client, user: User, address: str, **data: object) -> str:
    client.force_login(user)
    response = client.post(address, data, follow=True) if data else client.get(address)
    assert response.status_code == 200
    return response.content.decode()
