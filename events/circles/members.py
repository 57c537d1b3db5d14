"""Asking to join, being accepted, leaving. Each can be done twice with the same result."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.db.models import QuerySet

from events.circles.seats import give_seat, list_going_on, lock_circle, take_seat
from events.models import Circle, CircleMember, CircleSeries
from events.people import body_of
from hub.accounts.models import User
from hub.municipalities.models import Body

Role = CircleMember.Role
LATELY = dt.timedelta(days=1)
"""Those who lead are written to once in this time, however often somebody asks."""


def ask_to_join(circle: Circle, user: User, now: dt.datetime) -> CircleMember:
    """Somebody of a town wants to take part; those who lead the group decide."""
    body = body_of(user)
    member, _ = CircleMember.objects.get_or_create(
        circle=circle, user=user, left=None, defaults={"asked": now, "body": body.pk if body else ""}
    )
    return member


def has_asked_lately(member: CircleMember) -> bool:
    """Whether they asked already within a day before, and took it back or were turned down."""
    earlier = CircleMember.objects.filter(circle=member.circle_id, user=member.user_id)
    return earlier.filter(asked__gt=member.asked - LATELY).exclude(pk=member.pk).exists()


def accept(member: CircleMember, now: dt.datetime) -> bool:
    """They belong to the group, and the dates that are to come go to their calendar.

    The group is locked first, as by whoever begins a series: nobody who joins meanwhile misses it. Returns
    whether they joined just now and no series tells them so.
    """
    with transaction.atomic():
        held = _hold(member)
        if held is None or held.joined:
            return False
        held.joined = now
        held.save(update_fields=["joined"])
        told = [give_seat(held, series, now) for series in list_going_on(_series_of(held), now)]
    return not any(told)


def decline(member: CircleMember, now: dt.datetime) -> bool:
    """They are not accepted; False, and nothing changed, if somebody else decided or they took it back."""
    with transaction.atomic():
        held = _hold(member)
        if held is None or held.joined:
            return False
        held.left = now
        held.save(update_fields=["left"])
    return True


def end(member: CircleMember, now: dt.datetime) -> None:
    """They leave, are removed, or take back asking: dates leave their calendar, open tasks are free again."""
    with transaction.atomic():
        held = _hold(member)
        if held is None:
            return
        held.left = now
        held.save(update_fields=["left"])
        held.tasks.filter(done=None).update(member=None)
        for series in list_going_on(_series_of(held), now):
            take_seat(held, series)


def set_role(member: CircleMember, role: str) -> None:
    """What they do in the group. Raises ``ValueError`` for a role there is none of."""
    CircleMember.objects.filter(pk=member.pk, left=None).update(role=Role(role))


def list_members(circle: Circle) -> QuerySet[CircleMember]:
    """Who belongs to it, or asked to, in the order they asked. One query."""
    return circle.members.filter(left=None).select_related("user")


def name_bodies(members: list[CircleMember]) -> dict[str, str]:
    """The names of the towns they come from, by key. One query."""
    return dict(Body.objects.filter(pk__in={each.body for each in members}).values_list("pk", "name"))


def _hold(member: CircleMember) -> CircleMember | None:
    lock_circle(member.circle_id)
    rows = CircleMember.objects.select_for_update(of=("self",)).select_related("user", "circle__group")
    return rows.filter(pk=member.pk, left=None).first()


def _series_of(member: CircleMember) -> QuerySet[CircleSeries]:
    return member.circle.series.select_related("event").order_by("pk")
