"""Registering, confirming, cancelling, accepting an offer: what people do about a seat.

Each verb locks the desk first and so runs one after the other for an event; each can be done twice with the
same result. All raise :class:`events.registering.refusing.Refused`, and then nothing was changed.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction

from events.models import EventDesk, Person, Registration
from events.people import join_account
from events.phases import Phase, is_open
from events.proving import confirm_address, disown, end_links
from events.registering import consents, letters, line
from events.registering.answers import write_answers
from events.registering.line import IN_LINE, State
from events.registering.queries import place_in_line
from events.registering.refusing import Reason, Refused
from hub.accounts.models import User
from hub.documents import Audience


@dataclass(frozen=True)
class Entry:
    """What somebody fills in. ``answers`` by question id; ``consents`` are the ids of the wordings ticked."""

    given_name: str
    family_name: str
    email: str = ""
    affiliation: str = ""
    answers: Mapping[int, str] = field(default_factory=dict)
    consents: frozenset[int] = frozenset()
    language: str = "de"
    body: str = ""


def register_account(desk_id: int, user: User, entry: Entry, now: dt.datetime) -> Person | None:
    """Register an account; the seat or the place in the line is known at once.

    An account without an address of its own confirms the one it gives like a guest. None if that address is
    known for the event already: its owner gets the link, and nobody else learns of it.
    """
    with transaction.atomic():
        desk = line.lock_open_desk(desk_id, now)
        own = desk.people.filter(user=user).first()
        if own is None or own.confirmed is None:  # what it typed before is not proven
            if not user.email:
                return _register_home(desk, user, own, entry, now)
            own = None
        person = own or add_account(desk, user, entry, now)
        _register(desk, person, entry, now)
        return person


def register_known(person: Person, entry: Entry, now: dt.datetime) -> Registration:
    """Register somebody who followed a link of theirs before, because they proposed a session."""
    with transaction.atomic():
        return _register(line.lock_open_desk(person.desk_id, now), person, entry, now)


def register_guest(desk_id: int, entry: Entry, now: dt.datetime) -> None:
    """Ask the owner of the address to confirm; one who is known already gets the link to what is theirs.

    Nothing that a confirmed person said of themselves is changed by it, for anybody can type an address.
    """
    with transaction.atomic():
        desk = line.lock_open_desk(desk_id, now)
        if not desk.allows_guests:
            raise Refused(Reason.NO_GUESTS)
        _ask_owner(desk, entry, now, typed_by=None)


def take_part(person: Person, now: dt.datetime, account: int | None = None) -> Registration:
    """Who follows their link enters the line, at its end: to confirm, or again after they cancelled.

    ``account`` is who is signed in meanwhile (see :func:`events.proving.confirm_address`).
    """
    with transaction.atomic():
        desk = line.lock_desk(person.desk_id)
        confirm_address(person, now, account)
        registration = _registration_of(person)
        if registration.state in IN_LINE:
            return registration
        if not desk.event.live or not is_open(desk, Phase.REGISTRATION, now):
            raise Refused(Reason.CLOSED)
        for_guests = desk.allows_guests and desk.event.audience == Audience.PUBLIC
        if person.user_id is None and not for_guests:
            raise Refused(Reason.NO_GUESTS)
        _join_alone(desk, registration, now)
        return registration


def cancel(
    person: Person,
    now: dt.datetime,
    *,
    by_organiser: bool = False,
    registrar: str = "",
    reason: str = "",
) -> Registration | None:
    """Give up the seat, the offer or the place in the line; what is freed goes to the next at once.

    Their votes and interest go with it, for whoever does not come decides nothing; what they proposed stays.
    ``reason`` is what the organisers say to it in the letter; ``registrar`` is the name of whoever registered
    them and now cancels for them.
    """
    with transaction.atomic():
        desk = line.lock_desk(person.desk_id)
        registration = Registration.objects.select_related("person").filter(person=person).first()
        if registration is None or registration.state not in IN_LINE:
            return registration
        if not line.is_ahead(desk, now):
            raise Refused(Reason.OVER)
        had_seat = registration.state == State.CONFIRMED
        registration.state, registration.offered_until = State.CANCELLED, None
        registration.save()
        letters.tell_cancelled(
            desk,
            registration,
            had_seat=had_seat,
            by_organiser=by_organiser,
            registrar=registrar,
            reason=reason,
        )
        line.advance(desk, now, cancelled=[person.pk])
        return registration


def accept_offer(person: Person, now: dt.datetime, account: int | None = None) -> Registration | None:
    """Take the seat that is offered. One that is offered no more has gone on: the state says so."""
    with transaction.atomic():
        desk = line.lock_desk(person.desk_id)
        confirm_address(person, now, account)
        line.advance(desk, now)
        registration = Registration.objects.select_related("person").filter(person=person).first()
        if registration is None or registration.state != State.OFFERED:
            return registration
        if not line.is_ahead(desk, now):
            raise Refused(Reason.OVER)
        line.give_seat(desk, registration)
        return registration


def move_up(person: Person, now: dt.datetime) -> Registration:
    """An organiser gives somebody who waits, or did not answer an offer, a seat, even beyond the last one."""
    with transaction.atomic():
        desk = line.lock_desk(person.desk_id)
        registration = Registration.objects.select_related("person").get(person=person)
        if not line.is_ahead(desk, now):
            raise Refused(Reason.OVER)
        if registration.state in (State.WAITING, State.OFFERED, State.EXPIRED):
            line.give_seat(desk, registration)
        return registration


def fill_seats(desk: EventDesk, now: dt.datetime) -> int:
    """Let the line move, as after seats were added or the time of an offer is over; how many were served."""
    with transaction.atomic():
        return line.advance(line.lock_desk(desk.pk), now)


def change_data(person: Person, entry: Entry, now: dt.datetime, account: int | None = None) -> bool:
    """Other names or answers; whether anything changed, of which a letter then tells."""
    with transaction.atomic():
        desk = line.lock_desk(person.desk_id)
        confirm_address(person, now, account)
        registration = Registration.objects.select_related("person").filter(person=person).first()
        changed = _name(person, entry)
        if registration is not None:
            changed |= write_answers(registration, entry.answers)
        if changed:
            place = place_in_line(desk, registration)
            letters.tell_changed(desk, person, registration, now, place=place, moved=False)
        return changed


def add_account(desk: EventDesk, user: User, entry: Entry, now: dt.datetime) -> Person:
    """The person of an account; a guest of its address is the same one, for the account has confirmed it.

    Who only typed that address yields, and so does what this account typed before. An account without an
    address is refused.
    """
    if not user.email:
        raise Refused(Reason.NO_ADDRESS)
    person = join_account(desk, user, now, {**_names(entry), "language": entry.language})
    if person is None:
        raise Refused(Reason.TAKEN)
    return person


def _register(desk: EventDesk, person: Person, entry: Entry, now: dt.datetime) -> Registration:
    registration = _registration_of(person)
    if registration.state not in IN_LINE:
        _write(registration, entry, now, trusted=True)
        _join_alone(desk, registration, now)
    return registration


def _join_alone(desk: EventDesk, registration: Registration, now: dt.datetime) -> None:
    """Of their own will: whoever registered them before does not see or cancel it any more."""
    registration.registered_by = None
    line.join(desk, registration, now)


def _register_home(
    desk: EventDesk, user: User, own: Person | None, entry: Entry, now: dt.datetime
) -> Person | None:
    """Until it is confirmed, an address may be a slip: the next one typed counts, unless it is somebody's."""
    others = desk.people.filter(email__iexact=entry.email)
    if own is not None:
        others = others.exclude(pk=own.pk)
    if others.exists():
        _ask_owner(desk, entry, now, typed_by=user)
        return None
    if own is not None and own.email != entry.email.lower():
        end_links(own)
        own.email, own.unreachable = entry.email.lower(), ""
        own.save(update_fields=["email", "unreachable"])
    person = _ask_owner(desk, entry, now, typed_by=user)
    person.user = user
    person.save(update_fields=["user"])
    return person


def _ask_owner(desk: EventDesk, entry: Entry, now: dt.datetime, *, typed_by: User | None) -> Person:
    """Known or not, the same is refused and the same mail goes out."""
    if not desk.has_waiting_list and line.read_line(desk).free == 0:
        raise Refused(Reason.FULL)
    person, _is_new = _find_or_add(desk, entry.email, {**_names(entry), "language": entry.language})
    if typed_by is None or person.user_id != typed_by.pk:
        disown(person)
    registration = _registration_of(person)
    if registration.state == State.UNCONFIRMED:
        _write(registration, entry, now, trusted=person.confirmed is None)
    letters.ask_to_confirm(desk, registration, now)
    return person


def _find_or_add(desk: EventDesk, email: str, values: dict[str, Any]) -> tuple[Person, bool]:
    found = desk.people.filter(email__iexact=email).first()
    if found is not None:
        return found, False
    return desk.people.get_or_create(email=email.lower(), defaults=values)


def _registration_of(person: Person) -> Registration:
    """Theirs; an unconfirmed one where there is none yet."""
    registration, _ = Registration.objects.get_or_create(person=person)
    registration.person = person
    return registration


def _write(registration: Registration, entry: Entry, now: dt.datetime, *, trusted: bool) -> None:
    """What was filled in, in place of what an earlier form said; names and consents only if it is trusted."""
    if trusted:
        _name(registration.person, entry)
        consents.set_consents(registration.person, entry.consents, now)
    write_answers(registration, entry.answers)


def _name(person: Person, entry: Entry) -> bool:
    """Whether the names differ from those known, which they replace."""
    changed = False
    for name, value in _names(entry).items():
        if getattr(person, name) != value and (value or name != "body"):
            setattr(person, name, value)
            changed = True
    if changed:
        person.save(update_fields=["given_name", "family_name", "affiliation", "body"])
    return changed


def _names(entry: Entry) -> dict[str, str]:
    return {
        "given_name": entry.given_name,
        "family_name": entry.family_name,
        "affiliation": entry.affiliation,
        "body": entry.body,
    }
