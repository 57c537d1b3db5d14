"""Telling those who have a seat, or wait for one, that an event was moved or cancelled.

Nothing is handed over: what each was told last stands in their registration (``told_schedule`` of whoever
has it in their calendar, ``told_facts`` also of whoever waits), and is compared with the event as it is
published. So nobody is told twice, or forgotten by a process that died. Of a series, a date that became
otherwise has a letter of its own: Outlook reads its change in no other.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import structlog
from django.db import InterfaceError, OperationalError, transaction
from django.db.models import Q, QuerySet

from events.calendars.changed_dates import ChangedDate, list_changed
from events.calendars.invitations import (
    note_as_known,
    note_as_told,
    write_cancellation,
    write_date,
    write_invitation,
)
from events.calendars.telling_hosts import tell_hosts
from events.mailing.writing import Invitation, write_letter
from events.models import EventDesk, EventPage, Registration
from events.registering.line import lock_desk
from events.registering.queries import place_in_line
from hub.documents import Event
from hub.documents.series import last_end

logger = structlog.get_logger("hub.events")

AT_ONCE = 50
"""People told in one transaction: as long, nobody can register."""
State = Registration.State


def tell_changes(now: dt.datetime) -> int:
    """Write a letter to everybody who knows another time, place or status; how many were written.

    Those who run sessions hear of a cancelled event as well, and if it takes place after all.
    """
    written = 0
    for desk in EventDesk.objects.filter(event__live=True).select_related("event").order_by("pk"):
        try:
            written += _tell(desk, now) + tell_hosts(desk, now)
        except (OperationalError, InterfaceError):
            raise  # the database is away for all of them
        except Exception:  # one event, whatever is wrong with it, must not stop the mails of the others
            logger.exception("changes of an event not told", page=desk.event_id)
    return written


def tell_cancelled(desk: EventDesk, now: dt.datetime, reason: str) -> int:
    """Write to everybody concerned by an event that was just cancelled, with the reason; how many letters.

    Whoever is not told by this, :func:`tell_changes` tells, without the reason.
    """
    return _tell(desk, now, reason) + tell_hosts(desk, now, reason)


def _tell(desk: EventDesk, now: dt.datetime, reason: str = "") -> int:
    facts = desk.event.build_schedule()
    if facts is None or last_end(facts) <= now or not _untold(desk).exists():
        return 0
    written = 0
    while True:
        with transaction.atomic():
            # The desk first, as everywhere; the event as it is now, and nobody's seat changes meanwhile.
            held = lock_desk(desk.pk)
            facts = held.event.build_schedule() or facts
            batch = list(_untold(held).select_related("person")[:AT_ONCE])
            for registration in batch:
                registration.person.desk = held
                written += _write(registration, facts, now, reason)
        if len(batch) < AT_ONCE:
            return written


def _untold(desk: EventDesk) -> QuerySet[Registration]:
    """Who knows it otherwise: by their invitation, or by what they read when they came into the line.

    Of a cancelled event all of them hear; of another one only those of whom it is known what they were told.
    """
    event = desk.event
    seated = Q(state=State.CONFIRMED) & ~Q(told_schedule=event.digest_meeting())
    in_line = Q(state__in=(State.WAITING, State.OFFERED)) & ~Q(told_facts=event.dump_meeting())
    if event.status != EventPage.Status.CANCELLED:
        seated &= ~Q(told_schedule="")
        in_line &= Q(told_facts__isnull=False)
    return Registration.objects.filter(seated | in_line, person__desk=desk).order_by("place")


def _write(registration: Registration, facts: Event, now: dt.datetime, reason: str) -> int:
    """How many letters: one about the event, unless nothing but dates differ, and one for each of these."""
    event, known = registration.person.desk.event, registration.told_facts
    if registration.state != State.CONFIRMED:
        return _write_in_line(registration, facts, reason)
    if event.status == EventPage.Status.CANCELLED:
        _write_whole(registration, "event_cancelled", write_cancellation, facts, reason=reason)
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


def _write_in_line(registration: Registration, facts: Event, reason: str) -> int:
    """Who waits for a seat hears whether and when it takes place; of all else they read with the seat."""
    event, known = registration.person.desk.event, registration.told_facts
    place = place_in_line(registration.person.desk, registration)
    note_as_known(registration)
    if known is not None and _leave_out_places(known) == _leave_out_places(event.dump_meeting()):
        return 0
    is_off = event.status == EventPage.Status.CANCELLED
    name = "event_cancelled" if is_off else "event_changed"
    _tell_whole(registration, name, facts, known, place=place, reason=reason)
    return 1


def _leave_out_places(facts: dict[str, Any]) -> tuple[Any, ...]:
    rule = (facts.get("recurrence") or {}).get("rule")
    is_off = facts.get("status") == EventPage.Status.CANCELLED
    return facts.get("starts"), facts.get("ends"), facts.get("timezone"), rule, is_off


def _write_whole(
    registration: Registration,
    name: str,
    invite: Callable[[Registration], Invitation],
    facts: Event,
    *,
    reason: str = "",
) -> None:
    known, is_invited = registration.told_facts, bool(registration.told_schedule)
    invitation = invite(registration)
    enclosed = invitation if is_invited else None
    _tell_whole(registration, name, facts, known, invitation=enclosed, reason=reason)


def _tell_whole(
    registration: Registration,
    name: str,
    facts: Event,
    known: dict[str, Any] | None,
    *,
    invitation: Invitation | None = None,
    place: int | None = None,
    reason: str = "",
) -> None:
    """The letter about the event as it is now; ``known`` is what they were told last."""
    desk = registration.person.desk
    write_letter(
        desk,
        registration.person,
        name,
        f"sequence-{desk.event.sequence}",
        invitation=invitation,
        not_after=last_end(facts),
        is_invited=invitation is not None,
        is_back=(known or {}).get("status") == EventPage.Status.CANCELLED,
        registration=registration,
        place=place,
        reason=reason,
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
