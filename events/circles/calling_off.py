"""Cancelling a date with all that follow, and letting take place after all what was cancelled.

For calendars the series ends with the last date before, by one letter to each member (decision 0033). Here
the dates that fell away are still shown: their rows say that they were called off (``held`` is False).
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import Any

from django.db import transaction
from django.utils.translation import gettext

from events.circles.dates import MeetingDate
from events.circles.refusing import Refused
from events.circles.seats import give_missing_seats, take_left_seats
from events.circles.series import (
    CANCELLED,
    change_page,
    end_before,
    hold_date,
    put_exception,
    refuse_gone,
    split_dates,
)
from events.models import EventPage, Meeting
from hub.documents.series import list_dates, rule_of


def cancel_following(found: MeetingDate, user: Any, now: dt.datetime) -> None:
    """This date and all that follow do not take place. Raises :class:`Refused`."""
    with transaction.atomic():
        held = hold_date(found)
        refuse_gone(held)
        before, after = split_dates(held)
        change_page(held, user, now, lambda page, _at: end_before(page, before))
        gone = [each.date.at for each in after if not each.is_cancelled]
        kept = {"circle": held.series.circle, "event": held.series.event}
        Meeting.objects.bulk_create([Meeting(**kept, at=at) for at in gone], ignore_conflicts=True)
        Meeting.objects.filter(event=held.series.event_id, at__in=gone).update(held=False)


def restore_date(found: MeetingDate, user: Any, now: dt.datetime, *, following: bool = False) -> None:
    """It takes place as by the rule, whatever was said of it.

    With ``following`` those that were called off after it do so too; a series that was called off as a whole
    comes back as a whole. Who left the group meanwhile loses the seat, who joined gets one. Raises
    :class:`Refused` also for a date of a series that was replaced.
    """
    with transaction.atomic():
        held = hold_date(found)
        if not held.may_be_restored:
            raise Refused(gettext("This date cannot take place again. Please set up new meetings."))
        take_left_seats(held.series)  # before the page changes: their letter tells nothing new
        change_page(held, user, now, lambda page, at: _restore(page, at, held, following=following))
        give_missing_seats(held.series, now)


def _restore(page: EventPage, at: dt.datetime, held: MeetingDate, *, following: bool) -> None:
    off = Meeting.objects.filter(event=page.pk, held=False)
    if not held.in_rule:
        off = off.filter(at__gte=at) if following else off.filter(at=at)
        _go_on(page, {at, *off.values_list("at", flat=True)})
    elif page.status == EventPage.Status.CANCELLED:
        page.status = EventPage.Status.CONFIRMED
    else:
        off = off.filter(at=at)
        put_exception(page, at, None)
    off.update(held=None)


def _go_on(page: EventPage, wanted: set[dt.datetime]) -> None:
    """Let the series end with the last of these dates; no other one comes back with them."""
    facts = page.build_schedule()
    rule = rule_of(facts) if facts else None
    if facts is None or rule is None:
        raise Refused(gettext("This date cannot take place again. Please set up new meetings."))
    known = {each.at for each in list_dates(facts)}
    page.recurrence_rule = str(dataclasses.replace(rule, count=None, until=max(wanted | known)))
    longer = page.build_schedule()
    dates = {each.at for each in list_dates(longer)} if longer else set()
    if not wanted <= dates:
        raise Refused(gettext("This date cannot take place again. Please set up new meetings."))
    for at in sorted(dates - known - wanted):
        put_exception(page, at, CANCELLED)
