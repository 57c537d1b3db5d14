"""The second factor: who has one, who must have one, and what happens when it is lost."""

from __future__ import annotations

from enum import StrEnum

from allauth.account.authentication import get_authentication_records
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.http import HttpRequest

from hub.accounts.mails import post, whole_url
from hub.accounts.models import AccountEvent, Role, User
from hub.accounts.roles import coordinators_of, is_elevated, operators, roles_of
from hub.accounts.sessions import end_sessions
from hub.municipalities.models import Body

BY_PROVIDER = "second_factor_by_provider"
"""Key in the session: true if the city's own sign-in has asked for a second factor."""

WANTED = "second_factor_next"
"""Key in the session: the address somebody was on the way to when the factor was found missing."""

FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
"""What counts. Recovery codes stand in for a factor and are none."""


class Asked(StrEnum):
    """Who was asked to reset a lost factor."""

    COORDINATORS = "coordinators"
    OPERATORS = "operators"
    NOBODY = ""


class Lack(StrEnum):
    """What keeps somebody who must have a second factor from working."""

    SETUP = "setup"
    """There is none."""
    PROOF = "proof"
    """There is one, and this session was not begun with it."""


def has_second_factor(user: User | AnonymousUser) -> bool:
    """Whether somebody has an authenticator app or a passkey; one query."""
    return user.is_authenticated and Authenticator.objects.filter(user=user.pk, type__in=FACTORS).exists()


def has_proven_factor(request: HttpRequest) -> bool:
    """Whether a factor, or a recovery code in its place, was used or set up in this session."""
    records = get_authentication_records(request, request.user)
    return any(record.get("method") == "mfa" for record in records)


def find_lack(request: HttpRequest) -> Lack | None:
    """What this session lacks of the second factor the person must have; two queries at most."""
    user = request.user
    if not settings.SECOND_FACTOR_REQUIRED or not user.is_authenticated or request.session.get(BY_PROVIDER):
        return None
    if not is_elevated(user):
        return None
    if not has_second_factor(user):
        return Lack.SETUP
    return None if has_proven_factor(request) else Lack.PROOF


def reset_second_factor(user: User, actor: User | None) -> None:
    """Take somebody's authenticators away, after convincing oneself of who asks for it.

    Every session ends, the person is told by mail, and each body of the person notes it. ``actor`` is
    None when it was done at the server.
    """
    with transaction.atomic():
        Authenticator.objects.filter(user=user).delete()
        end_sessions(user)
        bodies: list[Body | None] = list(bodies_of(user)) or [None]
        for body in bodies:
            AccountEvent.objects.create(
                action=AccountEvent.Action.FACTOR_RESET, user=user, actor=actor, body=body
            )
        post("factor_reset", user, actor=actor, link=whole_url("account_login"))


def ask_for_reset(user: User, note: str) -> Asked:
    """Ask those who may reset a lost factor, by mail.

    These are the coordinators of the person's bodies; the operators for a coordinator, for an operator and
    where there is no coordinator. ``note`` says how to reach the person.
    """
    bodies = bodies_of(user)
    high = user.is_superuser or any(role.role == Role.COORDINATOR for role in roles_of(user))
    asked = False
    for body in [] if high else bodies:
        asked |= _ask(list(coordinators_of(body).exclude(pk=user.pk)), user, note, body)
    if asked:
        return Asked.COORDINATORS
    asked = _ask(list(operators().exclude(pk=user.pk)), user, note, bodies[0] if bodies else None)
    return Asked.OPERATORS if asked else Asked.NOBODY


def bodies_of(user: User) -> list[Body]:
    """The bodies in which somebody has a role, each once; one query."""
    return list(dict.fromkeys(role.body for role in roles_of(user)))


def _ask(people: list[User], user: User, note: str, body: Body | None) -> bool:
    link = whole_url("accounts:person", body.key, user.pk) if body else whole_url("accounts:teams")
    reachable = [person for person in people if person.email]
    for person in reachable:
        post("factor_lost", person, person=user, note=note, link=link)
    return bool(reachable)
