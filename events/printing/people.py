"""Who comes, as far as paper needs to know it."""

from __future__ import annotations

from events.models import EventDesk, Registration
from hub.municipalities.names import normalise_name


def list_attending(desk: EventDesk) -> list[Registration]:
    """Those who have a seat with their persons, by family name, ä as ae (DIN 5007-2); one query."""
    found = Registration.objects.filter(person__desk=desk, state=Registration.State.CONFIRMED)
    return sorted(found.select_related("person"), key=_place)


def _place(registration: Registration) -> tuple[str, str, str]:
    person = registration.person
    return normalise_name(person.family_name), normalise_name(person.given_name), str(person.pk)
