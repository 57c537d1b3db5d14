"""What stands in the calendar of one person."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable

from django.db.models import Q
from icalendar import Event as Component

from content.identity import document_id
from events.calendars.components import Meeting, build_meeting, build_slot, uid_of
from events.models import EventDesk, EventPage, Person, Registration, Release, Session
from hub.documents import Slot
from hub.env import env


def list_own(person: Person) -> list[Component]:
    """The events in which they have a seat, and the sessions they come to or host. Four queries.

    Of somebody with an account, those of all events. Sessions are told as they were released last:
    before that, their time is no promise.
    """
    people = Person.objects.filter(Q(pk=person.pk) | Q(user=person.user_id, user__isnull=False))
    desks = _list_desks(people)
    seats = set(
        Registration.objects.filter(person__in=people, state=Registration.State.CONFIRMED).values_list(
            "person__desk", flat=True
        )
    )
    sessions = Session.objects.filter(
        Q(interests__person__in=people) | Q(hosts__person__in=people), state=Session.State.ACCEPTED
    )
    wanted = {str(key) for key in sessions.values_list("pk", flat=True)}
    releases = _list_releases(desks)
    components: list[Component] = []
    for desk in desks:
        meeting = meeting_of_page(desk.event)
        if meeting is None:
            continue
        if desk.pk in seats:
            components += build_meeting(meeting)
        if release := releases.get(desk.pk):
            told = dataclasses.replace(meeting, stamp=release.at)
            slots = (Slot.model_validate(slot) for slot in release.slots)
            components += [build_slot(told, slot) for slot in slots if slot.uid in wanted]
    return components


def meeting_of_page(event: EventPage) -> Meeting | None:
    """The event as its page is published; None while that has no times."""
    facts = event.build_schedule(event.sequence)
    stamp = event.last_published_at or event.latest_revision_created_at
    if facts is None or stamp is None:
        return None
    return Meeting(
        uid=uid_of(str(event.translation_key), env.origin),
        stamp=stamp,
        address=document_id(event),
        title=event.title,
        facts=facts,
        summary=event.summary,
    )


def _list_desks(people: Iterable[Person]) -> list[EventDesk]:
    """Of events that are public in their way; a draft or withdrawn one is in no calendar."""
    found = EventDesk.objects.filter(people__in=people, event__live=True).select_related("event")
    return list(found.order_by("event__starts", "pk").distinct())


def _list_releases(desks: Iterable[EventDesk]) -> dict[int, Release]:
    """The newest of each desk."""
    newest = Release.objects.filter(plan__desk__in=list(desks)).select_related("plan")
    return {release.plan.desk_id: release for release in newest.order_by("plan", "-number").distinct("plan")}
