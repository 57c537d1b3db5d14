"""Telling those who have a seat that an event was moved or cancelled.

Nothing is handed over: what each was told last stands in their registration (``told_schedule``), and is
compared with the event as it is published. So nobody is told twice, or forgotten by a process that died.
Of a series, a date that became otherwise has a letter of its own: Outlook reads its change in no other.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import structlog
from django.db import InterfaceError, OperationalError, transaction
from django.db.models import QuerySet

from events.calendars.changed_dates import ChangedDate, list_changed
from events.calendars.invitations import (
    note_as_told,
    write_cancellation,
    write_date,
    write_invitation,
)
from events.mailing.writing import Invitation, write_letter
from events.models import EventDesk, EventPage, Registration
from hub.documents import Event
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
            facts = held.event.build_schedule() or facts
            batch = list(_untold(held).select_related("person")[:AT_ONCE])
            for registration in batch:
                registration.person.desk = held
                written += _write(registration, facts, now)
        if len(batch) < AT_ONCE:
            return written


def _untold(desk: EventDesk) -> QuerySet[Registration]:
    """Who knows it otherwise. Of a cancelled event those who wait for a seat hear as well."""
    known = desk.event.digest_meeting()
    lines = Registration.objects.filter(person__desk=desk).exclude(told_schedule=known)
    if desk.event.status == EventPage.Status.CANCELLED:
        return lines.filter(state__in=(State.CONFIRMED, State.WAITING, State.OFFERED)).order_by("place")
    return lines.filter(state=State.CONFIRMED).exclude(told_schedule="").order_by("place")


def _write(registration: Registration, facts: Event, now: dt.datetime) -> int:
    """How many letters: one about the event, unless nothing but dates differ, and one for each of these."""
    event, known = registration.person.desk.event, registration.told_facts
    if event.status == EventPage.Status.CANCELLED:
        _write_whole(registration, "event_cancelled", write_cancellation, facts)
        return 1
    changed = list_changed(Event.model_validate(known), facts) if known else []
    is_whole = known is None or _leave_out_dates(known) != _leave_out_dates(event.dump_meeting())
    if is_whole:
        _write_whole(registration, "event_changed", write_invitation, facts)
    to_come = [each for each in changed if each.is_over_at > now]
    for each in to_come:
        _write_date(registration, each)
    if not is_whole and not to_come:
        note_as_told(registration)
    return is_whole + len(to_come)


def _leave_out_dates(facts: dict[str, Any]) -> dict[str, Any]:
    return {**facts, "recurrence": (facts.get("recurrence") or {}).get("rule")}


def _write_whole(
    registration: Registration, name: str, invite: Callable[[Registration], Invitation], facts: Event
) -> None:
    desk, is_invited = registration.person.desk, bool(registration.told_schedule)
    invitation = invite(registration)
    write_letter(
        desk,
        registration.person,
        name,
        f"sequence-{desk.event.sequence}",
        invitation=invitation if is_invited else None,
        not_after=last_end(facts),
        is_invited=is_invited,
    )


def _write_date(registration: Registration, changed: ChangedDate) -> None:
    desk = registration.person.desk
    write_letter(
        desk,
        registration.person,
        "date_changed",
        f"sequence-{desk.event.sequence}-{changed.date.at.astimezone(dt.UTC):%Y%m%dT%H%MZ}",
        invitation=write_date(registration, changed.date),
        not_after=changed.is_over_at,
        changed=changed,
    )
