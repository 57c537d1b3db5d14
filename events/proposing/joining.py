"""How somebody who proposes a session becomes known at an event."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.utils.translation import gettext

from events.models import EventDesk, Person, Registration
from events.people import add_person, join_account
from events.proposing.refusals import ProposalRefused
from events.proving import disown, end_links
from hub.accounts.models import User


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

    @property
    def names(self) -> dict[str, str]:
        """The name they typed; empty if they were not asked for it."""
        return {"given_name": self.given_name, "family_name": self.family_name} if self.given_name else {}


def join_visitor(desk: EventDesk, visitor: Visitor, now: dt.datetime) -> tuple[Person, bool]:
    """The person a visitor is, and whether that is proven: guests are not before they followed their link.

    Nothing of a person with a confirmed address, or whom their town registered, changes by what somebody
    types who is not proven to be them. Raises :class:`ProposalRefused` where an address is needed and none
    is given. Call it with the desk locked: nobody is confirmed meanwhile.
    """
    person, user = visitor.person, visitor.user
    if user is not None and (person is None or person.confirmed is None):
        person = (
            join_account(desk, user, now, visitor.names) or person or desk.people.filter(user=user).first()
        )
    proven = person is not None and person.confirmed is not None
    if person is None or not proven:
        person = _join_guest(desk, visitor, person)
    loose = _is_loose(person)
    changes = visitor.names if loose or (proven and not person.name) else {}
    if visitor.affiliation and (proven or loose):
        changes["affiliation"] = visitor.affiliation
    _change(person, changes)
    return person, proven


def _join_guest(desk: EventDesk, visitor: Visitor, own: Person | None) -> Person:
    if not visitor.email:
        raise ProposalRefused(gettext("Please enter an e-mail address: we send the link there."))
    held, user = desk.people.filter(email__iexact=visitor.email).first(), visitor.user
    if held is None and own is not None:
        if _is_loose(own):
            return _correct_address(own, visitor.email.lower())
        disown(own)
    if held is None:
        return add_person(desk, visitor.email, user=user, language=visitor.language, **visitor.names)
    if user is None or held.user_id != user.pk:
        disown(held)
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


def _change(person: Person, changes: dict[str, str]) -> None:
    differing = [name for name, value in changes.items() if getattr(person, name) != value]
    if differing:
        for name in differing:
            setattr(person, name, changes[name])
        person.save(update_fields=differing)
