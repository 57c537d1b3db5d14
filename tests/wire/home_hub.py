"""A second real hub in a process of its own, and what happens there while a test runs.

Run as ``python -m tests.wire.home_hub SOCKET`` in the hub's environment: it serves the site on the listening
socket that it inherits by this number, and takes one JSON command per line on its input, answered with one
line each. It ends with its input.
"""

from __future__ import annotations

import json
import os
import socket
import sys
import threading
from collections.abc import Callable
from typing import Any

from tests.wire import (
    fediverse_orders,
    message_orders,
    notice_orders,
    programme_orders,
    restoring_orders,
    version_orders,
)

PASSWORD = "ein-langes-Kennwort-42"


def prepare(bodies: dict[str, str], peer: dict[str, Any] | None = None) -> dict[str, Any]:
    """Create the bodies, approve the peer if there is one, return the own identity."""
    from federation.identity import own_identity
    from federation.peers import approve
    from hub.municipalities.models import Body

    for key, name in bodies.items():
        Body.objects.update_or_create(key=key, defaults={"name": name, "kind": Body.Kind.CITY})
    if peer:
        approve(peer)
    return own_identity().as_json()


def person(email: str, roles: dict[str, str], first: str = "Anna", last: str = "Amt") -> str:
    """An account with these roles by body; returns its subject."""
    from allauth.account.models import EmailAddress

    from hub.accounts.models import Role, User
    from hub.accounts.roles import set_role
    from hub.municipalities.models import Body

    user = User.objects.create_user(email, PASSWORD, first_name=first, last_name=last)
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    for body, role in roles.items():
        set_role(user, Body.objects.get(pk=body), Role(role))
    user.refresh_from_db()
    return str(user.subject)


def session(email: str) -> str:
    """Somebody signs in; returns the session's key."""
    from importlib import import_module

    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY

    user = _user(email)
    store = import_module(settings.SESSION_ENGINE).SessionStore()
    store[SESSION_KEY] = str(user.pk)
    store[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    store[HASH_SESSION_KEY] = user.get_session_auth_hash()
    store.create()
    return str(store.session_key)


def role(email: str, body: str, role: str) -> None:
    """Somebody gets this role in a body, or none if it is empty."""
    from hub.accounts.models import Role
    from hub.accounts.roles import set_role
    from hub.municipalities.models import Body

    set_role(_user(email), Body.objects.get(pk=body), Role(role) if role else None)


def lock(email: str) -> None:
    """The operator locks somebody."""
    user = _user(email)
    user.is_active = False
    user.save()


def delete(email: str) -> None:
    """Somebody deletes the account."""
    _user(email).delete()


def revoke(email: str) -> int:
    """The home hub takes back every token it has given out about somebody; returns how many."""
    from allauth.idp.oidc.models import Token

    return Token.objects.filter(user=_user(email)).delete()[0]


def from_elsewhere(email: str, issuer: str, body: str) -> None:
    """An account turns out to be that of another hub's member."""
    from datetime import timedelta

    from django.utils import timezone

    from hub.accounts.models import HomeAccount

    now = timezone.now()
    HomeAccount.objects.create(
        user=_user(email), issuer=issuer, subject=email, body=body, role="member",
        asserted=now, checked=now, expires=now + timedelta(hours=12),
    )  # fmt: skip


def client(name: str, secret: str, redirect_uri: str) -> None:
    """Another application may use this hub as its provider."""
    from allauth.idp.oidc.models import Client

    made = Client(pk=name, name=name, redirect_uris=redirect_uri, scopes="openid\nprofile\nemail")
    made.set_secret(secret)
    made.save()


COMMANDS: dict[str, Callable[..., Any]] = {
    each.__name__: each
    for each in (
        prepare, person, session, role, lock, delete, revoke, from_elsewhere, client, *message_orders.ORDERS,
        *notice_orders.ORDERS,
        *fediverse_orders.ORDERS, *version_orders.ORDERS, *restoring_orders.ORDERS,
        *programme_orders.ORDERS,
    )
}  # fmt: skip


def _user(email: str) -> Any:
    from hub.accounts.models import User

    return User.objects.get(email=email)


def main(number: int) -> None:
    """Serve until the input ends."""
    from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
    from django.core.wsgi import get_wsgi_application

    class Quiet(WSGIRequestHandler):
        def log_message(self, *arguments: object) -> None:
            """The hub logs its requests itself."""

    door = socket.socket(fileno=number)
    server = ThreadedWSGIServer(door.getsockname(), Quiet, bind_and_activate=False)
    server.socket.close()
    server.socket = door
    server.server_name, server.server_port = door.getsockname()
    server.setup_environ()
    server.daemon_threads = True
    server.set_app(get_wsgi_application())
    threading.Thread(target=server.serve_forever, daemon=True).start()
    out = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    for line in sys.stdin:
        order = json.loads(line)
        result = COMMANDS[order.pop("do")](**order)
        out.write(json.dumps(result) + "\n")
        out.flush()


if __name__ == "__main__":
    main(int(sys.argv[1]))
