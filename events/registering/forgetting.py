"""What nobody confirmed is deleted, and whoever wants to be forgotten."""

from __future__ import annotations

import datetime as dt
from contextlib import suppress

from django.db import transaction
from django.db.models import Q

from events.models import Person, Registration, Session
from events.noting.removing import erase_authors
from events.planning.erasing import erase_names
from events.proposing.forgetting import forget_proposals
from events.registering import line, services
from events.registering.refusing import Refused

KEPT_FOR = dt.timedelta(days=7)


def forget_unconfirmed(now: dt.datetime) -> int:
    """Delete those who never followed their link and did nothing else; how many there were."""
    idle = Person.objects.filter(
        confirmed=None,
        registration__state=Registration.State.UNCONFIRMED,
        registration__created__lt=now - KEPT_FOR,
        proposals=None,
        hosts=None,
    )
    keys = list(idle.values_list("pk", flat=True))
    Person.objects.filter(pk__in=keys).delete()
    return len(keys)


def forget_person(person: Person, now: dt.datetime) -> None:
    """Delete all that one event holds about somebody; their seat goes to the next.

    Sessions that were accepted stay without their host, in programmes that were released before as well;
    other proposals go. So do letters that went to their address, or about it. Of what they wrote in notes
    stays, without their name, what they agreed to publish.
    """
    with transaction.atomic():
        desk = line.lock_desk(person.desk_id)
        with suppress(Refused):  # it has begun or is over: there is nobody to give the seat to
            services.cancel(person, now)
        erase_names(person)
        erase_authors(person.notes_written.all(), now)
        person.pitches.update(caller="")
        forget_proposals(Session.objects.filter(proposer=person))
        about = Q(address__iexact=person.email) | Q(occasion__startswith=person.pk.hex)
        desk.letters.filter(about).delete()
        person.delete()
