"""What becomes of personal data: gone when their time is over, and with the account they belong to."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable

from django.db import transaction
from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from events.models import (
    AnnouncedHost,
    CircleMember,
    EventDesk,
    FeedbackGiven,
    Host,
    NoteAuthor,
    Person,
    Pitch,
    Registration,
    Session,
)
from events.noting.removing import erase_authors, retire_authors
from events.office.personal import KEPT, due_in_circles, find_due
from events.office.records import people_of
from events.proposing.forgetting import forget_proposals
from events.registering.forgetting import forget_person
from events.registering.line import lock_desk
from hub.accounts.models import User

GIVEN_UP = (Registration.State.CANCELLED, Registration.State.EXPIRED)


def forget_people(now: dt.datetime) -> int:
    """Delete all that is personal of events whose time is over; of how many events.

    Participants go with everything that hangs on them: registration, answers, consents, votes, mails, and
    them as hosts. Hosts who were no participants keep their name, which the public programme names as
    well; their address goes. Of proposals only what was accepted stays, of registrations their numbers by
    state, of notes the text, without a
    name, of pitches the hands. :mod:`events.office.personal` has the list.
    """
    desks = overdue(now)
    for desk in desks:
        _forget_event(desk.pk, now)
    return len(desks)


def forget_leavers(now: dt.datetime) -> int:
    """Of series, which may go on for years: delete who gave up their place long ago; of how many people.

    They are kept ``retention_days`` from then on, as after the end of an event, and so are mails that were
    sent. Whoever has a seat, waits, hosts or proposed stays until the series is over.
    """
    series = EventDesk.objects.exclude(event__recurrence_rule="").order_by("pk")
    return sum(_forget_leavers(key, now) for key in series.values_list("pk", flat=True))


def forget_circle_members(now: dt.datetime) -> int:
    """Delete who left a focus group or was never answered, and who wrote minutes, long ago; how many rows."""
    gone, _ = due_in_circles(CircleMember, now).delete()
    return gone + retire_authors(due_in_circles(NoteAuthor, now), now)


def overdue(now: dt.datetime) -> list[EventDesk]:
    """Desks whose event ended more than ``retention_days`` ago and that still hold something personal."""
    held = Q(pk__in=[])
    for kept in KEPT:
        held |= Q(Exists(kept.rows(**{kept.desk: OuterRef("pk")})))
    ended = EventDesk.objects.filter(held, event__ends__lt=now).select_related("event").order_by("pk")
    return [desk for desk in ended if (due := find_due(desk)) and due < now]


def forget_account(user: User, addresses: Iterable[str], now: dt.datetime) -> int:
    """Delete somebody from all events they take part in, their seats going to others; from how many.

    ``addresses`` are those the account has confirmed: what they did as a guest under one goes as well. What
    stays is said at :func:`events.registering.forgetting.forget_person`.
    """
    with transaction.atomic():
        people = list(people_of(user, addresses).order_by("desk_id", "pk"))
        for person in people:
            forget_person(person, now)
        erase_authors(NoteAuthor.objects.filter(user=user), now)
    return len(people)


def _forget_event(key: int, now: dt.datetime) -> None:
    with transaction.atomic():
        desk = lock_desk(key)
        if not desk.forgotten:
            _add_to_tally(desk, desk.people.all())
        retire_authors(NoteAuthor.objects.filter(note__session__plan__desk=desk), now)
        forget_proposals(Session.objects.filter(plan__desk=desk))
        Session.objects.filter(plan__desk=desk).update(co_hosts="")
        desk.people.all().delete()
        desk.letters.all().delete()
        desk.helpers.all().delete()
        Host.objects.filter(plan__desk=desk).update(email="")
        AnnouncedHost.objects.filter(plan__desk=desk).delete()
        Pitch.objects.filter(plan__desk=desk).update(person=None, caller="")
        desk.forgotten = now
        desk.save(update_fields=["forgotten", "tally"])


def _forget_leavers(key: int, now: dt.datetime) -> int:
    with transaction.atomic():
        desk = lock_desk(key)
        old = now - dt.timedelta(days=desk.retention_days)
        left = desk.people.filter(
            registration__state__in=GIVEN_UP, registration__changed__lt=old, proposals=None, hosts=None
        )
        number = _add_to_tally(desk, left)
        if number:
            desk.save(update_fields=["tally"])
            retire_authors(NoteAuthor.objects.filter(person__in=left), now)
            left.delete()
        desk.letters.filter(created__lt=old).exclude(sent=None, failed="").delete()
        FeedbackGiven.objects.filter(person__desk=desk, at__lt=old).delete()
    return number


def _add_to_tally(desk: EventDesk, people: QuerySet[Person]) -> int:
    """Count registrations that are going to be deleted, by state; how many there are."""
    states = Registration.objects.filter(person__in=people).values("state").annotate(n=Count("pk"))
    going = Counter({row["state"]: row["n"] for row in states})
    desk.tally = dict(Counter(desk.tally) + going)
    return going.total()
