"""How somebody who proposes or says they come becomes known at an event."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db import IntegrityError, transaction

from events.models import EventDesk, Person
from hub.accounts.models import HomeAccount, User
from hub.accounts.roles import roles_of
from hub.municipalities.models import Body


@dataclass(frozen=True)
class Visitor:
    """Who stands before a form: a person known here, an account, or a guest with what they typed."""

    person: Person | None = None
    user: User | None = None
    given_name: str = ""
    family_name: str = ""
    email: str = ""
    affiliation: str = ""
    language: str = "de"


def body_of(user: User) -> Body | None:
    """The body an account belongs to here or at its home; at most two queries."""
    if roles := roles_of(user):
        return roles[0].body
    home = HomeAccount.objects.filter(user=user.pk).first()
    return Body.objects.filter(pk=home.body).first() if home else None


def join_account(desk: EventDesk, user: User, now: dt.datetime) -> Person | None:
    """The person of an account, made from its name where it takes part for the first time.

    A guest with the same address is them: addresses of accounts are confirmed. None where the account has
    no address, or somebody else is known by it.
    """
    known = desk.people.filter(user=user).first()
    if known or not user.email:
        return known
    body = body_of(user)
    names = {"given_name": user.first_name[:100], "family_name": user.last_name[:100]}
    held = {"affiliation": body.name if body else "", "body": body.pk if body else ""}
    guest = desk.people.filter(email__iexact=user.email).first()
    if guest is None:
        guest = _create(desk, user.email.lower(), user=user, confirmed=now, **names, **held)
    if guest.user_id not in (None, user.pk):
        return None
    if guest.confirmed is None:  # whoever typed this may have been anybody
        guest.given_name, guest.family_name, guest.confirmed = *names.values(), now
    guest.user = user
    guest.save()
    return guest


def join_visitor(desk: EventDesk, visitor: Visitor, now: dt.datetime) -> tuple[Person, bool]:
    """The person a visitor is, and whether that is proven: guests are not before they followed their link.

    Nothing of a person with a confirmed address changes by what somebody types who is not proven to be them.
    """
    person = visitor.person
    if person is None and visitor.user is not None:
        person = join_account(desk, visitor.user, now)
    proven = person is not None and person.confirmed is not None
    if person is None or not proven:
        person = _join_guest(desk, visitor, person)
    may_change = proven or person.confirmed is None
    if may_change and visitor.affiliation and person.affiliation != visitor.affiliation:
        person.affiliation = visitor.affiliation
        person.save(update_fields=["affiliation"])
    return person, proven


def _join_guest(desk: EventDesk, visitor: Visitor, own: Person | None) -> Person:
    held = desk.people.filter(email__iexact=visitor.email).first()
    if held is None and own is not None:  # the address was wrong before
        own.email = visitor.email.lower()
        own.save(update_fields=["email"])
        return own
    names = {"given_name": visitor.given_name, "family_name": visitor.family_name}
    if held is None:
        user = visitor.user
        return _create(desk, visitor.email.lower(), user=user, language=visitor.language, **names)
    if held.confirmed is None and visitor.given_name:
        held.given_name, held.family_name = visitor.given_name, visitor.family_name
        held.save(update_fields=["given_name", "family_name"])
    return held


def _create(desk: EventDesk, email: str, **fields: object) -> Person:
    try:
        with transaction.atomic():
            return Person.objects.create(desk=desk, email=email, **fields)
    except IntegrityError:  # they sent something else at the same time
        return Person.objects.get(desk=desk, email__iexact=email)
