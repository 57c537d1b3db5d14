"""What becomes of personal data: gone when their time is over, and with the account they belong to."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.db import transaction
from django.db.models import Count, Exists, OuterRef

from events.models import EventDesk, Host, Letter, Person, Registration, Session
from events.office.records import people_of
from events.proposing.forgetting import forget_proposals
from events.registering.forgetting import forget_person
from hub.accounts.models import User
from hub.documents.series import last_end


def forget_people(now: dt.datetime) -> int:
    """Delete all that is personal of events whose time is over; of how many events.

    Participants go with everything that hangs on them: registration, answers, consents, votes, mails, and
    them as hosts. Hosts who were no participants keep their name, which the public programme names as
    well; their address goes. Of proposals only what was accepted stays, and of registrations their numbers
    by state.
    """
    desks = overdue(now)
    for desk in desks:
        _forget_event(desk.pk, now)
    return len(desks)


def overdue(now: dt.datetime) -> list[EventDesk]:
    """Desks whose event ended more than ``retention_days`` ago and that still hold something personal."""
    held = (
        Exists(Person.objects.filter(desk=OuterRef("pk")))
        | Exists(Letter.objects.filter(desk=OuterRef("pk")))
        | Exists(Host.objects.filter(plan__desk=OuterRef("pk")).exclude(email=""))
    )
    ended = EventDesk.objects.filter(held, event__ends__lt=now).select_related("event").order_by("pk")
    return [desk for desk in ended if _is_over(desk, now)]


def forget_account(user: User, addresses: Iterable[str], now: dt.datetime) -> int:
    """Delete somebody from all events they take part in, their seats going to others; from how many.

    ``addresses`` are those the account has confirmed: what they did as a guest under one goes as well. What
    stays is said at :func:`events.registering.forgetting.forget_person`.
    """
    with transaction.atomic():
        people = list(people_of(user, addresses).order_by("desk_id", "pk"))
        for person in people:
            forget_person(person, now)
    return len(people)


def _forget_event(key: int, now: dt.datetime) -> None:
    with transaction.atomic():
        desk = EventDesk.objects.select_for_update().get(pk=key)
        if not desk.forgotten:
            states = Registration.objects.filter(person__desk=desk).values("state").annotate(n=Count("pk"))
            desk.tally = {row["state"]: row["n"] for row in states}
        forget_proposals(Session.objects.filter(plan__desk=desk))
        Session.objects.filter(plan__desk=desk).update(co_hosts="")
        desk.people.all().delete()
        desk.letters.all().delete()
        Host.objects.filter(plan__desk=desk).update(email="")
        desk.forgotten = now
        desk.save(update_fields=["forgotten", "tally"])


def _is_over(desk: EventDesk, now: dt.datetime) -> bool:
    """Whether its data were kept long enough, counted from the last date of a series."""
    schedule = desk.event.build_schedule()
    end = last_end(schedule) if schedule else None
    return end is not None and end + dt.timedelta(days=desk.retention_days) < now
