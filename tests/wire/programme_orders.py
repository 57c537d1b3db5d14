"""Orders to a hub beside the test that plans an event: place its sessions, release its programme."""

from __future__ import annotations

import uuid
from typing import Any


def place_session(event: str, title: str, room: str, hour: int) -> None:
    """A session of that title stands in that room from that hour (UTC), wherever it was before."""
    from django.utils import timezone

    from events.desks import find_desk
    from events.models import Plan, Room, Session
    from events.planning.orders import Place
    from events.planning.services import place
    from tests.factories.events import add_desk, add_session

    page = _page(event)
    plan, _ = Plan.objects.get_or_create(desk=find_desk(uuid.UUID(event)) or add_desk(page))
    where, _ = Room.objects.get_or_create(plan=plan, name=room)
    session = Session.objects.filter(plan=plan, title=title).first() or add_session(plan, title)
    starts = page.starts.replace(hour=hour, minute=0)
    order = Place(uuid.uuid4(), session.pk, where.pk, starts, session.version)
    place(plan.pk, order, None, timezone.now())


def release(event: str, name: str) -> None:
    """Release the programme as it is planned now."""
    from django.utils import timezone

    from events.models import Plan
    from events.planning.releases import release_programme
    from hub.catalogue.settling import settle

    plan = Plan.objects.get(desk__event=_page(event))
    release_programme(plan, name, "", None, timezone.now())
    settle()


def _page(event: str) -> Any:
    from events.models import EventPage

    return EventPage.objects.get(translation_key=event)


ORDERS = (place_session, release)
