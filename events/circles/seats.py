"""A member has a seat in each series of their group: so every change of a date reaches their calendar.

Seats, letters and invitations are those of all events (:mod:`events.calendars.telling`); here they are given
without a form, and taken away when somebody leaves, also while a series goes on.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.db.models import Exists, OuterRef, Q

from events.calendars.invitations import write_cancellation, write_invitation
from events.mailing.writing import write_letter
from events.models import Circle, CircleMember, CircleSeries, EventDesk, EventPage, Registration
from events.people import join_account
from events.registering.line import lock_desk, read_line
from hub.documents.series import last_end

State = Registration.State


def lock_circle(circle_id: int) -> Circle:
    """One change of a group's meetings and members at a time. Desks are locked after it, never before."""
    return Circle.objects.select_for_update(of=("self",)).select_related("group").get(pk=circle_id)


def list_going_on(series: Iterable[CircleSeries], now: dt.datetime) -> list[CircleSeries]:
    """Those with a date that is not over, of events that take place."""
    return [each for each in series if _goes_on(each.event, now)]


def give_seat(member: CircleMember, series: CircleSeries, now: dt.datetime) -> bool:
    """A seat in a series, with the invitation for the calendar; False for an account without an address.

    Call it in a transaction; whoever has the seat already keeps it, and gets no second letter.
    """
    desk = lock_desk(EventDesk.objects.get(event=series.event_id).pk)
    person = join_account(desk, member.user, now)
    if person is None:
        return False
    person.desk = desk
    registration = Registration.objects.filter(person=person).first() or Registration(person=person)
    if registration.state == State.CONFIRMED:
        return True
    registration.state, registration.place = State.CONFIRMED, read_line(desk).last + 1
    registration.offered_until, registration.person = None, person
    registration.save()
    write_letter(
        desk,
        person,
        "circle_invited",
        f"{registration.pk}.{registration.place}",
        invitation=write_invitation(registration),
        not_after=_end_of(desk.event),
        group=member.circle.group.title,
    )
    return True


def take_seat(member: CircleMember, series: CircleSeries) -> None:
    """Take the seat back, and the dates out of their calendar; nothing happens where they have none."""
    desk = lock_desk(EventDesk.objects.get(event=series.event_id).pk)
    held = Registration.objects.select_related("person").filter(person__desk=desk, state=State.CONFIRMED)
    registration = held.filter(person__user=member.user_id).first()
    if registration is None:
        return
    registration.person.desk = desk
    registration.state = State.CANCELLED
    registration.save()
    write_letter(
        desk,
        registration.person,
        "circle_left",
        f"{registration.pk}.{registration.place}",
        invitation=write_cancellation(registration),
        not_after=_end_of(desk.event),
        group=member.circle.group.title,
    )


def take_left_seats(series: CircleSeries) -> None:
    """Take the seats of those who left while the series did not go on: they kept them until now.

    Call it with the group locked, as :func:`give_missing_seats`.
    """
    there = series.circle.members.filter(left=None, joined__isnull=False)
    seated = Registration.objects.filter(person__desk__event=series.event_id, state=State.CONFIRMED)
    gone = series.circle.members.filter(joined__isnull=False, user__in=seated.values("person__user"))
    for member in gone.exclude(user__in=there.values("user")).select_related("circle__group"):
        take_seat(member, series)


def give_missing_seats(series: CircleSeries, now: dt.datetime) -> None:
    """Give seats to those who joined while the series did not go on; not to who gave theirs up since."""
    own = Registration.objects.filter(person__desk__event=series.event_id, person__user=OuterRef("user"))
    has_one = Exists(own.filter(Q(state=State.CONFIRMED) | Q(changed__gt=OuterRef("joined"))))
    there = series.circle.members.filter(~has_one, left=None, joined__isnull=False)
    for member in there.select_related("user", "circle__group"):
        give_seat(member, series, now)


def _goes_on(event: EventPage, now: dt.datetime) -> bool:
    end = _end_of(event)
    return event.live and event.status != EventPage.Status.CANCELLED and end is not None and end > now


def _end_of(event: EventPage) -> dt.datetime | None:
    facts = event.build_schedule()
    return last_end(facts) if facts else None
