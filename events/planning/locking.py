"""The plan's row: locked before each change, with a version that rises by it."""

from __future__ import annotations

from django.db.models import F, QuerySet

from events.models import EventDesk, Plan


def locked_plans() -> QuerySet[Plan]:
    """Plans with desk and event; nobody else changes what is read of it until the transaction ends."""
    return Plan.objects.select_for_update(of=("self",)).select_related("desk__event")


def lock_plan(desk: EventDesk) -> Plan:
    """The plan of the event, locked; an event that has none gets one."""
    Plan.objects.get_or_create(desk=desk)
    plan = locked_plans().get(desk=desk)
    plan.desk = desk
    return plan


def note_change(plan: Plan) -> None:
    """Whoever shows the plan sees that there is something new."""
    Plan.objects.filter(pk=plan.pk).update(version=F("version") + 1)
    plan.version += 1
