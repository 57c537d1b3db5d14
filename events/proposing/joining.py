"""How somebody who proposes or says they come becomes known at an event."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db import IntegrityError, transaction

from events.models import EventDesk, Person, Registration
from events.registering.proving import end_links
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
    no address, or somebody else is known by it; an address that an account only typed is nobody's yet.
    """
    known = desk.people.filter(user=user).first()
    if known and known.confirmed:
        return known
    if not user.email:
        return None
    if known and known.email.lower() != user.email.lower():
        let_go(known)
    body = body_of(user)
    names = {"given_name": user.first_name[:100], "family_name": user.last_name[:100]}
    held = {"affiliation": body.name if body else "", "body": body.pk if body else ""}
    guest = desk.people.filter(email__iexact=user.email).first()
    if guest is None:
        guest = _create(desk, user.email.lower(), user=user, confirmed=now, **names, **held)
    if guest.confirmed and guest.user_id not in (None, user.pk):
        return None
    if guest.confirmed is None:  # whoever typed this may have been anybody
        guest.given_name, guest.family_name, guest.confirmed = *names.values(), now
        guest.affiliation, guest.body = held["affiliation"] or guest.affiliation, held["body"]
    guest.user = user
    guest.save(update_fields=["user", "confirmed", *names, *held])
    return guest


def let_go(person: Person) -> None:
    """An account typed this address and never proved it: it counts for nothing, and earlier links end."""
    end_links(person)
    person.user = None
    person.save(update_fields=["user"])


def join_visitor(desk: EventDesk, visitor: Visitor, now: dt.datetime) -> tuple[Person, bool]:
    """The person a visitor is, and whether that is proven: guests are not before they followed their link.

    Nothing of a person with a confirmed address, or whom their town registered, changes by what somebody
    types who is not proven to be them. Call it with the desk locked: nobody is confirmed meanwhile.
    """
    person, user = visitor.person, visitor.user
    if user is not None and (person is None or person.confirmed is None):
        person = join_account(desk, user, now) or person or desk.people.filter(user=user).first()
    proven = person is not None and person.confirmed is not None
    if person is None or not proven:
        person = _join_guest(desk, visitor, person)
    if (proven or _is_loose(person)) and visitor.affiliation and person.affiliation != visitor.affiliation:
        person.affiliation = visitor.affiliation
        person.save(update_fields=["affiliation"])
    return person, proven


def _join_guest(desk: EventDesk, visitor: Visitor, own: Person | None) -> Person:
    held, user = desk.people.filter(email__iexact=visitor.email).first(), visitor.user
    if held is None and own is not None:
        if _is_loose(own):
            return _correct_address(own, visitor.email.lower())
        let_go(own)
    if held is None:
        names = {"given_name": visitor.given_name, "family_name": visitor.family_name}
        held = _create(desk, visitor.email.lower(), user=user, language=visitor.language, **names)
    if held.confirmed is None and held.user_id not in (None, user.pk if user else None):
        let_go(held)
    if visitor.given_name and _is_loose(held):
        held.given_name, held.family_name = visitor.given_name, visitor.family_name
        held.save(update_fields=["given_name", "family_name"])
    return held


def _is_loose(person: Person) -> bool:
    """Whether nobody stands for what the row says: not its owner, nor the town that registered them."""
    if person.confirmed is not None:
        return False
    return (
        not Registration.objects.filter(person=person).exclude(state=Registration.State.UNCONFIRMED).exists()
    )


def _correct_address(own: Person, email: str) -> Person:
    """The address was wrong before: whoever reads mails there gets no more, and no link that works."""
    end_links(own)
    own.email, own.unreachable = email, ""
    own.save(update_fields=["email", "unreachable"])
    return own


def _create(desk: EventDesk, email: str, **fields: object) -> Person:
    try:
        with transaction.atomic():
            return Person.objects.create(desk=desk, email=email, **fields)
    except IntegrityError:  # they sent something else at the same time
        return Person.objects.get(desk=desk, email__iexact=email)
