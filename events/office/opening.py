"""Opening a desk for an event, and preparing the next edition of one."""

from __future__ import annotations

import datetime as dt
import itertools
import uuid
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.shortcuts import get_object_or_404
from django.utils.text import slugify

from events.models import Availability, Band, EventDesk, EventPage, Plan, Room
from events.office.moments import shift, shift_range, span_of
from events.phases import FIELDS
from events.registering.line import lock_desk
from hub.instants import localise

SETTINGS = (
    "votes_each", "seats", "has_waiting_list", "offer_hours", "group_size", "allows_guests",
    "contact_name", "contact_email", "purpose", "legal_basis", "retention_days", "reminder_hours",
    "asks_feedback",
)  # fmt: skip


def find_own_event(user: Any, key: uuid.UUID) -> EventPage:
    """The event with that key, draft or live, for somebody who may publish it.

    Raises ``Http404`` where there is none, ``PermissionDenied`` for everybody else.
    """
    written = EventPage.objects.filter(alias_of=None, locale__language_code=settings.LANGUAGE_CODE)
    event: EventPage = get_object_or_404(written, translation_key=key)
    if not event.permissions_for_user(user).can_publish():
        raise PermissionDenied
    return event


def open_desk(event: EventPage) -> EventDesk:
    """The desk of the event with its empty plan; one that is open already stays as it is."""
    with transaction.atomic():
        desk, _ = EventDesk.objects.get_or_create(
            event=event,
            defaults={"contact_name": event.contact_role, "contact_email": event.contact_email},
        )
        Plan.objects.get_or_create(desk=desk)
    return desk


def can_copy(user: Any, event: EventPage) -> bool:
    """Whether somebody may write another event beside this one."""
    return bool(event.get_parent().permissions_for_user(user).can_add_subpage())


@dataclass(frozen=True)
class NextEdition:
    """Title and first day of another edition, which is made once for the same ``key``."""

    title: str
    day: dt.date
    key: uuid.UUID = field(default_factory=uuid.uuid4)


def copy_event(desk: EventDesk, edition: NextEdition, user: Any) -> EventDesk:
    """A draft of the same event on another day, with all that was set up for it, and nobody in it.

    The same edition a second time is the first. Its document is named after the old one and the key of the
    form, so that nobody chooses the name of another hub’s document. Raises ``PermissionDenied`` if the office
    of the first was closed meanwhile.

    Phases, bands and the times of rooms keep their distance to the start, by the clock of the event. People,
    proposals, the programme and its releases stay with the old one.
    """
    days = _days_until(desk.event, edition.day)
    key = uuid.uuid5(desk.event.translation_key, str(edition.key))
    with transaction.atomic():
        lock_desk(desk.pk)  # whoever sends it twice waits here for the first
        if EventPage.objects.filter(translation_key=key).exists():
            return _find_copy(key, user)
        event = _copy_page(desk.event, edition.title, key, days, user)
        copied = EventDesk(event=event, **{name: getattr(desk, name) for name in SETTINGS})
        for name in (name for pair in FIELDS.values() for name in pair):
            setattr(copied, name, shift(getattr(desk, name), days, event.time_zone))
        copied.save()
        _copy_asked(desk, copied)
        _copy_plan(desk, copied, days)
    return copied


def _days_until(event: EventPage, day: dt.date) -> int:
    return (day - localise(span_of(event)[0], event.time_zone).date()).days


def _find_copy(key: uuid.UUID, user: Any) -> EventDesk:
    event = find_own_event(user, key)
    if (made := EventDesk.objects.filter(event=event).first()) is None:
        raise PermissionDenied
    return made


def _copy_page(event: EventPage, title: str, key: uuid.UUID, days: int, user: Any) -> EventPage:
    """A page of its own, never a translation of the old one."""
    changed: dict[str, Any] = {
        "translation_key": key,
        "title": title,
        "draft_title": title,
        "starts": shift(event.starts, days, event.time_zone),
        "ends": shift(event.ends, days, event.time_zone),
        "status": EventPage.Status.CONFIRMED,
        "slots": [],
        "recurrence_rule": "",
        "recurrence_exceptions": [],
        "sequence": 0,
        "schedule_digest": "",
        "go_live_at": None,
        "expire_at": None,
    }
    changed["slug"] = _free_slug(event, slugify(title) or event.slug)
    page = event.copy(update_attrs=changed, copy_revisions=False, keep_live=False, user=user)
    page.save_revision(user=user)
    copied: EventPage = EventPage.objects.get(pk=page.pk)
    return copied


def _free_slug(event: EventPage, base: str) -> str:
    """The base, with a number after it where a neighbour of the event has it."""
    taken = set(event.get_parent().get_children().values_list("slug", flat=True))
    names = itertools.chain([base], (f"{base}-{n}" for n in itertools.count(2)))
    return next(name for name in names if name not in taken)


def _copy_asked(desk: EventDesk, copied: EventDesk) -> None:
    rows: list[Any] = [*desk.questions.filter(retired=False), *desk.consent_texts.filter(retired=False)]
    for asked in rows:
        asked.pk, asked.desk = None, copied
        asked._state.adding = True
        asked.save()


def _copy_plan(desk: EventDesk, copied: EventDesk, days: int) -> None:
    plan = Plan.objects.create(desk=copied)
    zone = desk.event.time_zone
    rooms = Room.objects.filter(plan__desk=desk, hidden=False).prefetch_related("availabilities")
    for room in rooms:
        times = [each.during for each in room.availabilities.all()]
        fields = ("name", "capacity", "online_url", "note", "position")
        new = Room.objects.create(plan=plan, **{name: getattr(room, name) for name in fields})
        Availability.objects.bulk_create(
            Availability(room=new, during=shift_range(during, days, zone)) for during in times
        )
    Band.objects.bulk_create(
        Band(plan=plan, label=band.label, is_break=band.is_break, during=shift_range(band.during, days, zone))
        for band in Band.objects.filter(plan__desk=desk)
    )
