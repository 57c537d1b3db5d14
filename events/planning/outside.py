"""What of a plan no longer lies within its event, because the event was moved or shortened.

The plan of a series is that of its first date; what lies on a later one is outside.
"""

from __future__ import annotations

from django.db.models import Q

from events.models import Band, EventPage, Placement, Plan


def list_outside(plan: Plan, event: EventPage) -> list[Placement]:
    """Placed sessions that begin before the event or end after it, in their order; one query.

    Each with ``session`` and ``room``. None while the event has no times: nothing can be outside of it.
    """
    found = Placement.objects.filter(session__plan=plan).filter(outside_of(event))
    return list(found.select_related("session", "room").order_by("during", "pk"))


def count_bands_outside(plan: Plan, event: EventPage) -> int:
    """How many bands and breaks do; one query."""
    return Band.objects.filter(plan=plan).filter(outside_of(event)).count()


def outside_of(event: EventPage) -> Q:
    """Of placements or bands: those that begin before the event or end after it."""
    if event.starts is None or event.ends is None:
        return Q(pk__in=[])
    return ~Q(during__contained_by=(event.starts, event.ends))
