"""What organisers do about one participant. Cancelling and moving up are verbs of registering."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext

from events.models import Letter, Person, Registration
from events.proving import confirm_address, end_links
from events.registering import letters, line
from events.registering.addresses import Move, move_address
from events.registering.refusing import Reason, Refused

State = Registration.State


def confirm_by_hand(person: Person, now: dt.datetime) -> Registration:
    """Take the address for theirs, though the link was not followed: a seat, or the end of the line.

    Raises :class:`events.registering.refusing.Refused` where all is taken and nobody may wait, and once the
    event has begun or is cancelled.
    """
    with transaction.atomic():
        desk = line.lock_desk(person.desk_id)
        registration = Registration.objects.select_related("person").get(person=person)
        if registration.state == State.UNCONFIRMED:
            if not line.is_ahead(desk, now):
                raise Refused(Reason.OVER)
            confirm_address(registration.person, now)
            line.join(desk, registration, now)
        return registration


def mark_unreachable(person: Person, now: dt.datetime) -> None:
    """A mail to their address came back to the sender of all mails, whose mailbox no program reads."""
    with translation.override(settings.LANGUAGE_CODE):
        told = gettext("A mail came back; noted by the organisers on %(day)s.")
        day = date_format(timezone.localtime(now), "SHORT_DATE_FORMAT")
        Person.objects.filter(pk=person.pk).update(unreachable=told % {"day": day})


def mark_reachable(person: Person) -> None:
    """Mails do arrive at their address."""
    Person.objects.filter(pk=person.pk).update(unreachable="")


def may_correct(person: Person) -> bool:
    """Whether organisers may: the link that goes to the new address is a key to what an account did."""
    return person.confirmed is None or person.user_id is None


def correct_address(person: Person, email: str, now: dt.datetime) -> None:
    """The address they meant, and what they missed in one new letter.

    Links in earlier letters end, for these may have gone to somebody else. Raises
    :class:`events.registering.refusing.Refused` for an address of somebody else who takes part, and for a
    person with an account, who does it themselves.
    """
    with transaction.atomic():
        desk = line.lock_desk(person.desk_id)
        if not may_correct(person):
            raise Refused(Reason.ACCOUNT)
        Letter.objects.filter(person=person, sent=None).delete()
        registration = Registration.objects.filter(person=person).select_related("person").first()
        if registration is None or registration.state != State.UNCONFIRMED:
            move_address(Move(person, email.lower()), now)
            return
        if desk.people.exclude(pk=person.pk).filter(email__iexact=email).exists():
            raise Refused(Reason.TAKEN)
        held = registration.person
        old, held.email, held.unreachable = held.email, email.lower(), ""
        held.save(update_fields=["email", "unreachable"])
        end_links(held)
        letters.tell_moved(desk, held, old)
        letters.ask_to_confirm(desk, registration, now)
