"""Mails about a registration, each once on its occasion. The names are those of their templates.

An occasion is a place in the line: whoever cancels and comes again has another one.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from events.calendars.invitations import note_as_known, write_cancellation, write_invitation
from events.dates import last_start
from events.mailing.writing import Invitation, write_letter
from events.models import EventDesk, Person, Registration

REGISTERED_BY_TOWN = "registered_by_town"

ASKED_AGAIN_AFTER = 600
"""Seconds within which asking for the link a second time is the same request."""


def ask_to_confirm(desk: EventDesk, registration: Registration, now: dt.datetime) -> None:
    """The link by which a guest confirms or, being known already, finds what is theirs.

    It names nobody: whoever typed the address may be a stranger to its owner.
    """
    asked = f"{registration.pk}.{registration.person.link_version}"
    occasion = f"{asked}.{int(now.timestamp()) // ASKED_AGAIN_AFTER}"
    known = registration.state != Registration.State.UNCONFIRMED
    write_letter(
        desk,
        registration.person,
        "confirm_address",
        occasion,
        not_after=last_start(desk.event),
        registration=registration,
        known=known,
    )


def tell_seat(desk: EventDesk, registration: Registration) -> None:
    """They have a seat, with the invitation for their calendar."""
    name = _name("registered", registration)
    _write(desk, registration, name, invitation=_invite(desk, registration, write_invitation))


def tell_waiting(desk: EventDesk, registration: Registration, ahead: int) -> None:
    """They wait, with so many before them. The time they read there is what they know from now on."""
    _write(desk, registration, _name("waiting", registration), place=ahead + 1)
    registration.person.desk = desk  # read already
    note_as_known(registration)


def tell_offer(desk: EventDesk, registration: Registration) -> None:
    """A seat is kept for them until ``offered_until``."""
    _write(desk, registration, "offered", not_after=registration.offered_until)


def tell_expired(desk: EventDesk, registration: Registration) -> None:
    """The seat they were offered has gone on to the next."""
    _write(desk, registration, "offer_expired")


def tell_cancelled(
    desk: EventDesk,
    registration: Registration,
    *,
    had_seat: bool,
    by_organiser: bool,
    registrar: str = "",
    reason: str = "",
) -> None:
    """Cancelled, by themselves, the organisers or whoever registered them (``registrar``).

    Who had a seat gets the calendar entry withdrawn.
    """
    invitation = _invite(desk, registration, write_cancellation) if had_seat else None
    said = {"had_seat": had_seat, "by_organiser": by_organiser, "registrar": registrar, "reason": reason}
    _write(desk, registration, "cancelled", invitation=invitation, **said)


def tell_again(desk: EventDesk, registration: Registration, ahead: int) -> None:
    """To another address, which heard nothing yet: where they stand, with what goes with it."""
    if registration.state == Registration.State.CONFIRMED:
        tell_seat(desk, registration)
    elif registration.state == Registration.State.WAITING:
        tell_waiting(desk, registration, ahead)
    elif registration.state == Registration.State.OFFERED:
        tell_offer(desk, registration)


def tell_changed(
    desk: EventDesk,
    person: Person,
    registration: Registration | None,
    now: dt.datetime,
    *,
    place: int | None,
    moved: bool,
) -> None:
    """What is known of them and where they stand now, ``place`` being theirs in the waiting list.

    ``moved``: the address is a new one, so calendars are invited there, and sessions stand there as well.
    """
    moves = moved and registration is not None and registration.state == Registration.State.CONFIRMED
    write_letter(
        desk,
        person,
        "changed",
        f"{person.pk.hex}.{now.isoformat()}",
        invitation=_invite(desk, registration, write_invitation) if registration and moves else None,
        not_after=desk.event.ends,
        registration=registration,
        answers=list(registration.answers.select_related("question")) if registration else [],
        proposals=list(person.proposals.order_by("created", "pk")) if moved else [],
        place=place,
        moved=moved,
    )


def tell_moved(desk: EventDesk, person: Person, old: str) -> None:
    """To the address they had until now, without any link: whoever did not ask for it learns of it."""
    occasion = f"{person.pk.hex}.{person.link_version}"
    write_letter(desk, old, "address_changed", occasion, not_after=desk.event.ends, language=person.language)


def _invite(
    desk: EventDesk, registration: Registration, write: Callable[[Registration], Invitation]
) -> Invitation | None:
    """For calendars; none while the event has no time."""
    registration.person.desk = desk  # read already
    return write(registration) if desk.event.starts and desk.event.ends else None


def _write(desk: EventDesk, registration: Registration, name: str, **options: Any) -> None:
    """The letter of this place in the line; nobody is told of seats once the event has begun."""
    occasion = f"{registration.pk}.{registration.place}"
    options = {"not_after": last_start(desk.event), "registration": registration, **options}
    write_letter(desk, registration.person, name, occasion, **options)


def _name(name: str, registration: Registration) -> str:
    """The first letter of whoever was registered by somebody else says so.

    As long as the address is not confirmed, it is the first one that goes to that address.
    """
    if registration.registered_by_id is None:
        return name
    person = registration.person
    told = person.letters.filter(name=REGISTERED_BY_TOWN)
    if person.confirmed is None:
        told = told.filter(address=person.email)
    return name if told.exists() else REGISTERED_BY_TOWN
