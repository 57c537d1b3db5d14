"""The copy of somebody's data by their link, without an account (Art. 15 (3) and Art. 20 DSGVO).

A link proves who somebody is in one event: it may have been passed on since. What other events store is given
by a link of its own, which goes to their address, works for a day and proves that they read what goes there.
"""

from __future__ import annotations

import datetime as dt
import json
import uuid
from typing import Any

from django.core import signing
from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.db.models import Q, QuerySet
from django.urls import reverse

from events.mailing.writing import write_letter
from events.models import Person
from events.office.records import COPY_LETTER, read_people
from events.registering import letters, line
from hub.env import env

SALT = "events.copy"
WORKS_FOR = dt.timedelta(days=1)


def build_copy(person: Person, *, everywhere: bool = False) -> str:
    """All that is stored about somebody as JSON: in their event, or ``everywhere`` they are known."""
    found = list_people(person) if everywhere else Person.objects.filter(pk=person.pk)
    held: dict[str, Any] = read_people(found, person.email)
    return json.dumps(held, cls=DjangoJSONEncoder, ensure_ascii=False, indent=2) + "\n"


def list_people(person: Person) -> QuerySet[Person]:
    """Who somebody is in all events: they themselves, and guests who confirmed the same address.

    What belongs to an account is given to that account alone.
    """
    same = Q(email__iexact=person.email, user=None, confirmed__isnull=False)
    return Person.objects.filter(Q(pk=person.pk) | same)


def send_copy_link(person: Person, now: dt.datetime) -> None:
    """To their address, the link that opens the copy over all events; once within some minutes."""
    with transaction.atomic():
        desk = line.lock_desk(person.desk_id)
        held = desk.people.get(pk=person.pk)
        write_letter(
            desk,
            held,
            COPY_LETTER,
            f"{held.pk.hex}.{held.link_version}.{int(now.timestamp()) // letters.ASKED_AGAIN_AFTER}",
            not_after=now + WORKS_FOR,
            copy=env.origin + reverse("events:participation_copies", args=[write_proof(held)]),
        )


def write_proof(person: Person) -> str:
    """What stands in that link; it ends with its time, and with the person's links and address."""
    held = [person.pk.hex, person.link_version, person.email.lower()]
    return signing.dumps(held, salt=SALT).replace(":", "~")


def read_proof(proof: str) -> Person | None:
    """Whose link it is; None if it is forged, too old, or was ended."""
    try:
        key, version, email = signing.loads(proof.replace("~", ":"), salt=SALT, max_age=WORKS_FOR)
        found = Person.objects.select_related("desk__event").filter(pk=uuid.UUID(hex=key))
    except (signing.BadSignature, ValueError):
        return None
    return found.filter(link_version=version, email__iexact=email, confirmed__isnull=False).first()
