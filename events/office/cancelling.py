"""Cancelling a whole event: its page says so, and everybody concerned is told, in one step."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max, Q
from django.utils.translation import gettext as _

from events.calendars.telling import tell_cancelled
from events.calendars.telling_hosts import OFF, list_concerned
from events.models import EventDesk, EventPage, Letter, Person, Registration
from events.models.person import NOWHERE
from events.phases import is_cancelled
from events.registering.line import IN_LINE, lock_desk
from hub.documents.series import last_end

State = Registration.State
TELLING = ("event_cancelled", OFF)
"""The letters that say so."""


class CannotCancel(Exception):
    """Nothing was changed. The text says why and what to do."""


@dataclass(frozen=True)
class Audience:
    """Who is told of a cancelled event; of all of them, how many people mails do not reach."""

    seated: int
    waiting: int
    hosts: int
    unreached: int


def count_audience(desk: EventDesk) -> Audience:
    """How many get a mail."""
    in_line = Registration.objects.filter(person__desk=desk, state__in=IN_LINE)
    seated = in_line.filter(state=State.CONFIRMED).count()
    hosts = list_concerned(desk)
    known = [each.to.pk for each in hosts if isinstance(each.to, Person)]
    told = Q(registration__in=in_line) | Q(pk__in=known)
    unreached = desk.people.filter(told).exclude(unreachable="")
    return Audience(seated, in_line.count() - seated, len(hosts), unreached.count())


def may_cancel(desk: EventDesk, now: dt.datetime) -> bool:
    """A published event that is not over and not cancelled yet."""
    facts = desk.event.build_schedule()
    return desk.event.live and not is_cancelled(desk) and facts is not None and now < last_end(facts)


def cancel_event(desk_id: int, user: Any, reason: str, now: dt.datetime) -> int:
    """Publish the page as cancelled, then write to everybody, with the ``reason``; how many mails go out.

    It stays cancelled if writing is cut short: the job of each minute goes on, without the reason. What of
    the page is a draft stays one. Raises :class:`CannotCancel`; cancelled already, nothing happens.
    """
    with transaction.atomic():
        desk = lock_desk(desk_id)
        if is_cancelled(desk):
            return 0
        if not may_cancel(desk, now):
            raise CannotCancel(_("The event is a draft or over: there is nobody to tell any more."))
        _publish(desk.event, user)
        newest = desk.letters.aggregate(newest=Max("pk", default=0))["newest"]
    held = EventDesk.objects.select_related("event").get(pk=desk.pk)
    tell_cancelled(held, now, reason)
    written = Letter.objects.filter(desk=held, name__in=TELLING, pk__gt=newest)
    return written.exclude(address__endswith=f"@{NOWHERE}").count()


def _publish(event: EventPage, user: Any) -> None:
    """As the editor of the page does: a revision that is published, so that the sequence rises."""
    page: EventPage = EventPage.objects.get(pk=event.pk)
    if page.permissions_for_user(user).page_locked():
        raise CannotCancel(_("Somebody has locked the event’s page. Have it unlocked first."))
    draft = page.get_latest_revision_as_object() if page.has_unpublished_changes else None
    page.status = EventPage.Status.CANCELLED
    try:
        page.save_revision(user=user, log_action=True).publish(user=user)
    except ValidationError as error:
        said = _("The event’s page cannot be published as it is: %(why)s Please correct it there first.")
        raise CannotCancel(said % {"why": " ".join(error.messages)}) from error
    if draft is not None:
        draft.status = EventPage.Status.CANCELLED
        draft.save_revision(user=user, clean=False)
