"""Where the link of somebody who takes part goes: again, renewed, or to another address.

Another address counts once the link that was sent there is followed.
"""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

from django.core import signing
from django.db import transaction
from django.urls import reverse

from events.mailing.writing import write_letter
from events.models import Person, Registration
from events.proving import confirm_address
from events.registering import letters, line
from events.registering.queries import place_in_line
from events.registering.refusing import Reason, Refused
from hub.env import env

SALT = "events.address"
KEPT_FOR = dt.timedelta(days=7)

LINK_AGAIN = "link_again"
"""The letter that brings somebody's link once more."""
AGAIN_FOR = dt.timedelta(days=1)
"""Whoever asked for their link and did not get it by then has asked again."""


@dataclass(frozen=True)
class Move:
    """From the person's present address to another one."""

    person: Person
    email: str


def propose_address(person: Person, email: str, now: dt.datetime) -> None:
    """Send the link to the new address. One of somebody else gets a mail too, so that nobody learns of it."""
    with transaction.atomic():
        desk = line.lock_desk(person.desk_id)
        if email.lower() == person.email:
            return
        known = desk.people.filter(email__iexact=email).exists()
        write_letter(
            desk,
            email.lower(),
            "new_address",
            f"{person.pk.hex}.{person.link_version}.{int(now.timestamp()) // letters.ASKED_AGAIN_AFTER}",
            not_after=now + KEPT_FOR,
            language=person.language,
            known=known,
            confirm=env.origin + reverse("events:participation_address", args=[write_proof(person, email)]),
            days=KEPT_FOR.days,
        )


def renew_link(person: Person) -> None:
    """All links of theirs end, in mails, browsers and calendars; a letter brings the new one."""
    with transaction.atomic():
        desk = line.lock_desk(person.desk_id)
        held = desk.people.get(pk=person.pk)
        held.link_version += 1
        held.save(update_fields=["link_version"])
        write_letter(desk, held, "new_link", f"{held.pk.hex}.{held.link_version}")


def send_link_again(person: Person, now: dt.datetime) -> bool:
    """The link of theirs once more, to their address alone; False if that was done in the last minutes.

    Nothing else changes by it, whoever asked for it: earlier links go on working.
    """
    with transaction.atomic():
        desk = line.lock_desk(person.desk_id)
        held = desk.people.get(pk=person.pk)
        occasion = f"{held.pk.hex}.{held.link_version}.{int(now.timestamp()) // letters.ASKED_AGAIN_AFTER}"
        if held.letters.filter(name=LINK_AGAIN, address=held.email, occasion=occasion).exists():
            return False
        write_letter(desk, held, LINK_AGAIN, occasion, not_after=now + AGAIN_FOR)
        return True


def write_proof(person: Person, email: str) -> str:
    """What stands in the link; it ends with its time, or with the links of the person."""
    held = [person.pk.hex, person.link_version, email.lower()]
    return signing.dumps(held, salt=SALT).replace(":", "~")


def read_proof(proof: str) -> Move | None:
    """What a link is to change; None if it is forged, too old, or was used."""
    try:
        key, version, email = signing.loads(proof.replace("~", ":"), salt=SALT, max_age=KEPT_FOR)
        found = Person.objects.select_related("desk__event").filter(pk=uuid.UUID(hex=key))
    except (signing.BadSignature, ValueError):
        return None
    person = found.filter(link_version=version).first()
    return Move(person, email) if person else None


def move_address(move: Move, now: dt.datetime, account: int | None = None) -> Person:
    """The new address counts; links that went to the old one end, and calendars are invited anew.

    The letter says where they stand, with the end of an offer: a letter that did so may have been lost.

    The old address is told that mails no longer go there.
    """
    with transaction.atomic():
        desk = line.lock_desk(move.person.desk_id)
        person = Person.objects.get(pk=move.person.pk)
        if desk.people.exclude(pk=person.pk).filter(email__iexact=move.email).exists():
            raise Refused(Reason.TAKEN)
        confirm_address(person, now, account)
        old, person.email, person.unreachable = person.email, move.email, ""
        person.link_version += 1
        person.save()
        letters.tell_moved(desk, person, old)
        registration = Registration.objects.select_related("person").filter(person=person).first()
        place = place_in_line(desk, registration)
        letters.tell_changed(desk, person, registration, now, place=place, moved=True)
        return person
