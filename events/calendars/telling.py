"""Telling those who have a seat that an event was moved or cancelled.

Nothing is handed over: what each was told last stands in their registration (``told_schedule``), and is
compared with the event as it is published. So nobody is told twice, or forgotten by a process that died.
"""

from __future__ import annotations

import datetime as dt

import structlog
from django.db import InterfaceError, OperationalError, transaction
from django.db.models import QuerySet

from events.calendars.invitations import write_cancellation, write_invitation
from events.mailing.writing import write_letter
from events.models import EventDesk, EventPage, Registration
from hub.documents.series import last_end

logger = structlog.get_logger("hub.events")

AT_ONCE = 50
"""People told in one transaction: as long, nobody can register."""
State = Registration.State


def tell_changes(now: dt.datetime) -> int:
    """Write a letter to everybody who knows another time, place or status; how many were written."""
    written = 0
    for desk in EventDesk.objects.filter(event__live=True).select_related("event").order_by("pk"):
        try:
            written += _tell(desk, now)
        except (OperationalError, InterfaceError):
            raise  # the database is away for all of them
        except Exception:  # one event, whatever is wrong with it, must not stop the mails of the others
            logger.exception("changes of an event not told", page=desk.event_id)
    return written


def _tell(desk: EventDesk, now: dt.datetime) -> int:
    facts = desk.event.build_schedule()
    if facts is None or last_end(facts) <= now or not _untold(desk).exists():
        return 0
    written = 0
    while True:
        with transaction.atomic():
            # The desk first, as everywhere; the event as it is now, and nobody's seat changes meanwhile.
            held = EventDesk.objects.select_for_update(of=("self",)).select_related("event").get(pk=desk.pk)
            batch = list(_untold(held).select_related("person")[:AT_ONCE])
            for registration in batch:
                registration.person.desk = held
                _write(registration, last_end(facts))
        written += len(batch)
        if len(batch) < AT_ONCE:
            return written


def _untold(desk: EventDesk) -> QuerySet[Registration]:
    """Who knows it otherwise. Of a cancelled event those who wait for a seat hear as well."""
    known = desk.event.digest_meeting()
    lines = Registration.objects.filter(person__desk=desk).exclude(told_schedule=known)
    if desk.event.status == EventPage.Status.CANCELLED:
        return lines.filter(state__in=(State.CONFIRMED, State.WAITING, State.OFFERED)).order_by("place")
    return lines.filter(state=State.CONFIRMED).exclude(told_schedule="").order_by("place")


def _write(registration: Registration, not_after: dt.datetime) -> None:
    desk, event = registration.person.desk, registration.person.desk.event
    is_invited = bool(registration.told_schedule)
    if event.status == EventPage.Status.CANCELLED:
        name, invitation = "event_cancelled", write_cancellation(registration)
    else:
        name, invitation = "event_changed", write_invitation(registration)
    write_letter(
        desk,
        registration.person,
        name,
        f"sequence-{event.sequence}",
        invitation=invitation if is_invited else None,
        not_after=not_after,
        is_invited=is_invited,
    )
