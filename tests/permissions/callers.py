"""Who knocks: one signed-in client for each column of the tables."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from allauth.account.internal.flows.login import record_authentication
from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.http import HttpRequest
from django.test import Client
from django.utils import timezone

from federation.models import PeerState
from federation.peers import approve, set_state
from hub.accounts.models import HomeAccount, Role, User
from hub.accounts.roles import set_role
from hub.documents import canonical
from hub.municipalities.models import Body
from tests.wire.foreign import KOBLENZ, ForeignHub, post_raw

PASSWORD = "sonnig-und-lang-genug"
DOMAIN = "hub.demo.invalid"
HOME_ROLES = ("Heimat", "Heimat alt")
LOCAL_ROLES: Mapping[str, Role] = {
    "Mitglied": Role.MEMBER,
    "Autor/in": Role.AUTHOR,
    "Redaktion": Role.EDITOR,
    "Koordination": Role.COORDINATOR,
}


@dataclass
class Caller:
    """A person with a browser, or a hub that signs what it asks for."""

    name: str
    client: Client
    user: User | None = None
    hub: ForeignHub | None = None
    forged: bool = False
    session: str = ""

    def sign_in(self) -> None:
        """Open the session that all requests have."""
        if self.user is not None:
            self.client.force_login(self.user, "django.contrib.auth.backends.ModelBackend")
            self.session = self.client.cookies[settings.SESSION_COOKIE_NAME].value

    def prove_factor(self) -> None:
        """As after signing in with the second factor."""
        if self.session:
            request = HttpRequest()
            request.session = SessionStore(self.session)
            record_authentication(request, self.user, method="mfa", type="totp")
            request.session.save()

    def get(self, path: str) -> Any:
        """Ask for a page."""
        self._start_afresh()
        if self.hub is None:
            return self.client.get(path)
        path = quote(path, safe="/?&=%")
        headers = self.hub.sign("GET", path)
        return self.client.get(path, headers=_forge(headers) if self.forged else headers)

    def post(self, path: str, data: Mapping[str, Any] | None = None) -> Any:
        """Send a form."""
        self._start_afresh()
        if self.hub is None:
            return self.client.post(path, data or {})
        return self.client.post(path, data or {}, headers=self.hub.sign("POST", path, b""))

    def push(self, sender: ForeignHub, *entries: dict[str, Any]) -> Any:
        """Send changes of ``sender`` to the inbox, signed by this hub if it is one."""
        body = canonical(sender.activity(*entries))
        headers = self.hub.sign("POST", "/federation/inbox", body) if self.hub else {}
        return post_raw(self.client, body, _forge(headers) if self.forged else headers)

    def _start_afresh(self) -> None:
        """Earlier answers leave messages in the browser or end its session, and both were undone since."""
        self.client.cookies.clear()
        if self.session:
            self.client.cookies[settings.SESSION_COOKIE_NAME] = self.session


def make_people(own: Body, other: Body, home: ForeignHub) -> dict[str, Caller]:
    """Everybody of the tables about people; those with an account are signed in."""
    callers = {"Gast": Caller("Gast", _browser()), "Peer": Caller("Peer", _browser(), hub=home)}
    for name, user in {**_strangers(home), **_staff(own, other)}.items():
        callers[name] = Caller(name, _browser(), user)
        callers[name].sign_in()
    # Locked while signed in: the open session must be worth nothing any more.
    User.objects.filter(pk=callers["gesperrt"].user.pk).update(is_active=False)  # type: ignore[union-attr]  # has one
    return callers


def make_hubs(peer: ForeignHub) -> dict[str, Caller]:
    """Everybody of the table about other instances; ``peer`` is approved already."""
    hubs = {}
    for name, state in (("pausiert", PeerState.PAUSED), ("blockiert", PeerState.BLOCKED)):
        hub = ForeignHub(f"http://{state}.localhost:8002", str(state))
        set_state(approve(hub.identity(bodies=[])), state)
        hubs[name] = Caller(name, _browser(), hub=hub)
    stranger = ForeignHub("http://fremd.localhost:8002", "fremd")
    return {
        "unsigniert": Caller("unsigniert", _browser()),
        "Peer": Caller("Peer", _browser(), hub=peer),
        **hubs,
        "unbekannt": Caller("unbekannt", _browser(), hub=stranger),
        "gefälscht": Caller("gefälscht", _browser(), hub=peer, forged=True),
    }


def add_account(email: str, **fields: Any) -> User:
    """An account whose address is confirmed."""
    user = User.objects.create_user(email, PASSWORD, **fields)
    EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
    return user


def _strangers(home: ForeignHub) -> dict[str, User]:
    """Accounts without a role here."""
    now = timezone.now()
    people = {name: _account(name) for name in ("Konto", "gesperrt")}
    for name, hours in zip(HOME_ROLES, (8, -1), strict=True):
        user = people[name] = User.objects.create(email=None, first_name=name)
        HomeAccount.objects.create(
            user=user,
            issuer=home.origin,
            subject=str(uuid.uuid4()),
            body=KOBLENZ,
            role=Role.EDITOR,
            asserted=now,
            checked=now,
            expires=now + dt.timedelta(hours=hours),
        )
    return people


def _staff(own: Body, other: Body) -> dict[str, User]:
    people = {name: _account(name) for name in LOCAL_ROLES}
    for name, role in LOCAL_ROLES.items():
        set_role(people[name], own, role)
    people["andere"] = _account("andere")
    set_role(people["andere"], other, Role.EDITOR)
    people["Betrieb"] = add_account(f"betrieb@{DOMAIN}", is_staff=True, is_superuser=True)
    return people


def _account(name: str) -> User:
    slug = name.lower().replace("/", "").replace(" ", "-")
    return add_account(f"{slug}@{DOMAIN}", first_name=name)


def _browser() -> Client:
    return Client(headers={"accept-language": "de"}, raise_request_exception=True)


def _forge(headers: Mapping[str, str]) -> dict[str, str]:
    """The same with another signature."""
    signature = headers["Signature"]
    return {
        **headers,
        "Signature": signature.replace(signature[8:12], "AAAA" if signature[8:12] != "AAAA" else "BBBB", 1),
    }
