"""Making a series of meetings and changing it: one date, or all that follow.

The event says when and where; members have seats in it and hear of each change by themselves. A series that
is public keeps its start and its rule: another time ends it and begins a new one (decision 0026).
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import itertools
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext

from events.circles.dates import MeetingDate, find_date, read_dates
from events.circles.refusing import Refused, with_draft
from events.circles.seats import give_seat, lock_circle
from events.models import AgendaItem, Circle, CircleSeries, EventPage, Meeting
from events.office.opening import open_desk
from hub.documents.series import rule_of
from hub.instants import localise

RETENTION_DAYS = 90
CANCELLED: Mapping[str, Any] = {"type": "cancelled", "value": {}}
"""The exception of a date that does not take place."""


@dataclass(frozen=True)
class Wish:
    """What a series is to be. ``rule`` as RFC 5545 has it; empty: one date alone."""

    title: str
    starts: dt.datetime
    ends: dt.datetime
    rule: str = ""
    location: str = ""
    online_url: str = ""


@dataclass(frozen=True)
class Move:
    """Where one date goes."""

    starts: dt.datetime
    ends: dt.datetime
    location: str = ""


def begin_series(circle: Circle, wish: Wish, user: Any, now: dt.datetime) -> CircleSeries:
    """Publish the event, and give every member a seat with an invitation. Raises :class:`Refused`."""
    with transaction.atomic():
        held = lock_circle(circle.pk)
        series = CircleSeries.objects.create(circle=held, event=_add_page(held, wish, user))
        desk = open_desk(series.event)
        desk.has_waiting_list = desk.allows_guests = False
        desk.group_size, desk.retention_days = 0, RETENTION_DAYS
        desk.contact_name = held.group.contact_role or held.group.title
        desk.purpose = gettext("Inviting the members of the focus group to its meetings.")
        desk.save()
        for member in held.members.filter(left=None, joined__isnull=False).select_related("user"):
            member.circle = held
            give_seat(member, series, now)
    return series


def cancel_date(found: MeetingDate, user: Any, now: dt.datetime) -> None:
    """This date does not take place, all others do. Raises :class:`Refused`, as all verbs here."""
    with transaction.atomic():
        held = hold_date(found)
        refuse_gone(held)

        def cancel(page: EventPage, at: dt.datetime) -> None:
            if held.repeats:
                put_exception(page, at, CANCELLED)
            else:
                page.status = EventPage.Status.CANCELLED

        change_page(held, user, now, cancel)


def move_date(found: MeetingDate, move: Move, user: Any, now: dt.datetime) -> None:
    """This date takes place at another time or place."""
    with transaction.atomic():
        held = hold_date(found)
        refuse_gone(held)
        if move.ends <= move.starts:
            raise Refused(gettext("The date must end after it starts."))
        if move.starts <= now:
            raise Refused(gettext("This time is over already. Choose one that is to come."))

        def put(page: EventPage, at: dt.datetime) -> None:
            if not held.repeats:
                Meeting.objects.filter(event=page.pk, at=at).update(at=move.starts)
                page.starts, page.ends = move.starts, move.ends
                page.location = move.location or page.location
                return
            times = {"starts": move.starts.isoformat(), "ends": move.ends.isoformat()}
            put_exception(page, at, {"type": "moved", "value": {**times, "location": move.location}})

        change_page(held, user, now, put)


def change_following(found: MeetingDate, wish: Wish, user: Any, now: dt.datetime) -> CircleSeries:
    """End the series before this date and begin another from there; what was prepared goes along in order."""
    with transaction.atomic():
        held = hold_date(found)
        refuse_gone(held)
        before, after = split_dates(held)
        change_page(held, user, now, lambda page, _at: end_before(page, before))
        off = Meeting.objects.filter(event=held.series.event_id, at__gte=held.date.at, held=False)
        off.update(held=None)  # the new series says what takes place from here on
        series = begin_series(held.series.circle, wish, user, now)
        _take_along(after, list(read_dates(series)))
    return series


def hold_date(found: MeetingDate) -> MeetingDate:
    """The date as it is now, with its group locked: somebody else may have changed it since it was read.

    Call it in a transaction. Raises :class:`Refused` where nothing is left of the date.
    """
    circle = lock_circle(found.series.circle_id)
    held = find_date(circle, found.series.pk, found.stamp)
    if held is None:
        raise Refused(_say_gone())
    held.series.circle = circle
    return held


def refuse_gone(held: MeetingDate) -> None:
    """Nothing is changed about a date that its series has no more, or whose series ended as a whole."""
    if held.is_gone:
        raise Refused(_say_gone())


def _say_gone() -> str:
    return gettext("The series does not have this date any more. Please set up new meetings.")


def split_dates(found: MeetingDate) -> tuple[list[MeetingDate], list[MeetingDate]]:
    """The dates of its series as they are now: those before it, and it with all that follow."""
    series = CircleSeries.objects.select_related("event", "circle").get(pk=found.series.pk)
    dates = list(read_dates(series))
    before = [each for each in dates if each.date.at < found.date.at]
    return before, dates[len(before) :]


def end_before(page: EventPage, before: list[MeetingDate]) -> None:
    """Let the series end with the last of these dates; without one, it is cancelled as a whole."""
    facts = page.build_schedule()
    rule = rule_of(facts) if facts else None
    if not before or rule is None:
        page.status = EventPage.Status.CANCELLED
        return
    last = before[-1].date.at
    days = {_day_of(page, each.date.at) for each in before}
    page.recurrence_rule = str(dataclasses.replace(rule, count=None, until=last))
    kept = [each for each in _list_exceptions(page) if each["value"]["day"] in days]
    page.recurrence_exceptions = json.dumps(kept)


def _take_along(old: list[MeetingDate], new: list[MeetingDate]) -> None:
    """The agenda of the first changed date is that of the first new one; what is left goes to the last."""
    kept = {each.at: each for each in Meeting.objects.filter(event=old[0].series.event_id)}
    for before, after in itertools.zip_longest(old, new):
        meeting = kept.get(before.date.at) if before else None
        if meeting is None:
            continue
        if after is None:
            last, _ = Meeting.objects.get_or_create(
                event=new[-1].series.event, at=new[-1].date.at, defaults={"circle": new[-1].series.circle}
            )
            AgendaItem.objects.filter(meeting=meeting).update(meeting=last)
            continue
        meeting.event, meeting.at = after.series.event, after.date.at
        meeting.save(update_fields=["event", "at"])


def change_page(
    held: MeetingDate, user: Any, now: dt.datetime, change: Callable[[EventPage, dt.datetime], None]
) -> None:
    """Change the published page of a date that is to come, and publish it; see :func:`hold_date`.

    Raises :class:`Refused` for one that has begun, and while the page has a draft.
    """
    if max(held.date.at, held.date.starts) <= now:
        raise Refused(gettext("This date has begun already, so it stays as it was."))
    page = EventPage.objects.get(pk=held.series.event_id)
    if page.has_unpublished_changes:
        said = gettext("The page of this series has a draft. Publish it or drop it first, then try again.")
        raise with_draft(said, page)
    change(page, held.date.at)
    publish_page(page, user)
    held.series.event = page


def put_exception(page: EventPage, at: dt.datetime, exception: Mapping[str, Any] | None) -> None:
    """What is otherwise on one date in the place of what was; None: nothing any more."""
    day = _day_of(page, at)
    kept = [each for each in _list_exceptions(page) if each["value"]["day"] != day]
    if exception:
        kept.append({**exception, "value": {"day": day, **exception["value"]}})
    page.recurrence_exceptions = json.dumps(kept)


def _list_exceptions(page: EventPage) -> list[dict[str, Any]]:
    """As they are stored, days as text, whether or not they were read before."""
    stored: list[dict[str, Any]] = json.loads(
        json.dumps(page.recurrence_exceptions.get_prep_value(), cls=DjangoJSONEncoder)
    )
    return stored


def _day_of(page: EventPage, at: dt.datetime) -> str:
    return localise(at, page.time_zone).date().isoformat()


def _add_page(circle: Circle, wish: Wish, user: Any) -> EventPage:
    group = circle.group
    with translation.override(group.locale.language_code):
        summary = gettext("Meetings of the focus group “%(group)s”.") % {"group": group.title}
    page = EventPage(
        title=wish.title,
        summary=summary,
        starts=wish.starts,
        ends=wish.ends,
        recurrence_rule=wish.rule,
        location=wish.location,
        online_url=wish.online_url,
        audience=group.audience,
        demo=group.demo,
        topics=list(group.topics),
        contact_role=group.contact_role,
        contact_email=group.contact_email,
        relations=json.dumps(
            [{"type": "relation", "value": {"type": "part_of", "page": group.pk, "address": ""}}]
        ),
        locale=group.locale,
        owner=user,
        live=False,
    )
    try:
        group.get_parent().add_child(instance=page)
    except ValidationError as error:
        raise Refused(" ".join(error.messages)) from error
    publish_page(page, user)
    added: EventPage = EventPage.objects.get(pk=page.pk)
    return added


def publish_page(page: Any, user: Any) -> None:
    """Publish a page as it is in hand. Raises :class:`Refused` with what is wrong with it."""
    try:
        page.full_clean()
    except ValidationError as error:
        raise Refused(" ".join(error.messages)) from error
    page.save_revision(user=user).publish(user=user)
    page.refresh_from_db()
