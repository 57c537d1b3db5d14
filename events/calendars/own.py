"""What stands in the calendar of one person."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping

from django.db.models import Q
from icalendar import Event as Component

from events.calendars.components import build_meeting
from events.calendars.pages import meeting_of_page
from events.calendars.programme import Told, read_told
from events.models import AnnouncedHost, EventDesk, Person, Registration, Release, Session


def list_own(person: Person, now: dt.datetime) -> list[Component]:
    """The events in which they have a seat, and the sessions they come to or host. Four queries.

    Of somebody with an account, those of all events. Sessions are told as they were released last: before
    that, their time is no promise. On the day they are told as the plan stands, as on the board, and those
    that were taken out as cancelled; that takes seven more for each event that goes on.
    """
    people = Person.objects.filter(Q(pk=person.pk) | Q(user=person.user_id, user__isnull=False))
    desks = _list_desks(people)
    seats = set(
        Registration.objects.filter(person__in=people, state=Registration.State.CONFIRMED).values_list(
            "person__desk", flat=True
        )
    )
    sessions = Session.objects.filter(Q(interests__person__in=people) | Q(hosts__person__in=people))
    wanted = {str(key): state for key, state in sessions.values_list("pk", "state")}
    releases = _list_releases(desks)
    components: list[Component] = []
    for desk in desks:
        meeting = meeting_of_page(desk.event)
        if meeting is None:
            continue
        if desk.pk in seats:
            components += build_meeting(meeting)
        told = read_told(desk, releases.get(desk.pk), now)
        hosted = _list_announced(desk, people) if any(each.is_cancelled for each in told) else set()
        components += [each.build(meeting) for each in told if _is_theirs(each, wanted, hosted)]
    return components


def _is_theirs(told: Told, wanted: Mapping[str, str], hosted: Collection[str]) -> bool:
    """Whoever came to it or ran it reads that it was taken out, whatever became of the proposal."""
    if told.is_cancelled:
        return told.slot.uid in wanted or told.slot.uid in hosted
    return wanted.get(told.slot.uid) == Session.State.ACCEPTED


def _list_announced(desk: EventDesk, people: Iterable[Person]) -> set[str]:
    """The sessions they ran by the newest release. One query."""
    rows = AnnouncedHost.objects.filter(plan__desk=desk, person__in=people)
    return {str(session) for session in rows.values_list("session", flat=True)}


def _list_desks(people: Iterable[Person]) -> list[EventDesk]:
    """Of events that are public in their way; a draft or withdrawn one is in no calendar."""
    found = EventDesk.objects.filter(people__in=people, event__live=True).select_related("event", "plan")
    return list(found.order_by("event__starts", "pk").distinct())


def _list_releases(desks: Iterable[EventDesk]) -> dict[int, Release]:
    """The newest of each desk."""
    newest = Release.objects.filter(plan__desk__in=list(desks)).select_related("plan")
    return {release.plan.desk_id: release for release in newest.order_by("plan", "-number").distinct("plan")}
