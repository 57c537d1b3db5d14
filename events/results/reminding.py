"""Letters to hosts whose session nothing was written of."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from django.db import transaction
from django.urls import reverse

from events.mailing.writing import write_letter
from events.models import EventDesk, Letter, Person, Session
from events.noting.addresses import session_address
from events.people import write_token
from events.results.status import Row, Status, read_results
from hub.documents import Viewer
from hub.env import env

LETTER = "outcome_reminder"
WAITING = (Status.OPEN, Status.UNFINISHED)


@dataclass(frozen=True)
class Reminded:
    """How many letters were written, and the sessions nobody of which has an address."""

    letters: int
    unreachable: list[Session]


def list_waiting(rows: list[Row]) -> list[Row]:
    """Sessions that are over and of which neither a page nor a reason is known."""
    return [row for row in rows if row.is_over and row.status in WAITING]


@transaction.atomic
def remind_hosts(desk: EventDesk, now: dt.datetime) -> Reminded:
    """Ask the hosts of each of these for a note or a reason; who was asked today is not asked again."""
    letters = Letter.objects.filter(desk=desk, name=LETTER)
    before = letters.count()
    unreachable = []
    for row in list_waiting(read_results(desk, Viewer.local(), now).rows):
        receivers = list(_receivers(row.session))
        for receiver, name in receivers:
            write_letter(
                desk,
                receiver,
                name=LETTER,
                occasion=f"outcome-{row.session.pk}-{now.date()}",
                session=row.session,
                host_name=name,
                address=_note_address(row.session, receiver),
            )
        if not receivers:
            unreachable.append(row.session)
    return Reminded(letters.count() - before, unreachable)


def _note_address(session: Session, receiver: Person | str) -> str:
    """By their own link for whoever has one: they need no account then."""
    if isinstance(receiver, Person):
        return env.origin + reverse("events:note_link", args=[session.pk, write_token(receiver)])
    return session_address(session)


def _receivers(session: Session) -> Iterator[tuple[Person | str, str]]:
    for row in session.sessionhost_set.select_related("host__person__desk__event"):
        host = row.host
        if host.person or host.email:
            yield host.person or host.email, host.name
