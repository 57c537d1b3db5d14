"""Prepares events inside a hub, in whose environment it runs, and tells how they ended, as JSON.

``grid EDITORS``, ``registration PEOPLE SEATS`` and ``votes VOTERS`` make an event each, with accounts that
are signed in already. ``told-grid KEY`` and so on count what stands in the database then.
"""

from __future__ import annotations

import datetime as dt
import json
import sys
from typing import Any

import django

ROOMS, SESSIONS = 12, 60


def main() -> None:
    """Do what the command line says."""
    django.setup()
    command, *arguments = sys.argv[1:]
    print(json.dumps(COMMANDS[command](*arguments)))


def make_event(title: str, **desk: Any) -> Any:
    """A published event with its desk."""
    from content.models import BodyPage
    from tests.factories.events import add_desk, add_event

    section = BodyPage.objects.filter(live=True, alias_of=None).order_by("pk").first()
    if section is None:
        raise SystemExit("no section to publish in: load the demo content first")
    return add_desk(add_event(section, title, demo=True), **desk)


def sign_in(user: Any) -> str:
    """The key of a session of that account, as its sign-in would have left it."""
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    return str(session.session_key)


def add_accounts(name: str, count: int) -> list[Any]:
    """Accounts with confirmed addresses."""
    from allauth.account.models import EmailAddress

    from hub.accounts.models import User

    users = [
        User(email=f"{name}-{number}@messung.demo.invalid", first_name="DEMO", last_name=f"Messung {number}")
        for number in range(count)
    ]
    for user in users:
        user.set_unusable_password()
    made = User.objects.bulk_create(users)
    EmailAddress.objects.bulk_create(
        EmailAddress(user=user, email=user.email, verified=True, primary=True) for user in made
    )
    return made


def make_editor(user: Any, desk: Any) -> None:
    """Let an account organise the event."""
    from hub.accounts.models import Role
    from hub.accounts.roles import set_role

    set_role(user, desk.event.get_parent().specific.body, Role.EDITOR)


def make_grid(editors: str) -> dict[str, Any]:
    """A plan with rooms, bands and sessions, and so many organisers."""
    from events.models import Band
    from tests.factories.events import add_host, add_plan, add_session

    desk = make_event("Messung Raster")
    plan = add_plan(desk, ROOMS)
    sessions = [
        add_session(plan, f"Messung {number}", add_host(plan, f"DEMO {number}")) for number in range(SESSIONS)
    ]
    people = add_accounts("raster", int(editors))
    for user in people:
        make_editor(user, desk)
    bands = Band.objects.filter(plan=plan, is_break=False)
    return {
        "key": str(desk.event.translation_key),
        "rooms": [str(pk) for pk in plan.rooms.values_list("pk", flat=True)],
        "starts": [band.during.lower.isoformat() for band in bands],
        "sessions": [str(session.pk) for session in sessions],
        "signed_in": [sign_in(user) for user in people],
    }


def tell_grid(key: str) -> dict[str, Any]:
    """How many changes were kept, and how many sessions overlap in a room or by a host."""
    from django.db import connection

    from events.desks import find_desk

    desk = find_desk(uuid_of(key))
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT count(*) FROM events_placement a JOIN events_placement b
            ON a.id < b.id AND a.room_id = b.room_id AND a.during && b.during"""
        )
        overlaps = cursor.fetchone()[0]
        cursor.execute(
            """SELECT count(*) FROM events_hostbooking a JOIN events_hostbooking b
            ON a.id < b.id AND a.host_id = b.host_id AND a.during && b.during"""
        )
        doubled = cursor.fetchone()[0]
        cursor.execute("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
        deadlocks = cursor.fetchone()[0]
    assert desk is not None
    return {
        "changes": desk.plan.changes.count(),
        "overlaps": overlaps + doubled,
        "deadlocks": deadlocks,
    }


def make_registration(people: str, seats: str) -> dict[str, Any]:
    """An event with so many seats, and accounts that want one. Offers are taken at once."""
    desk = make_event("Messung Anmeldung", seats=int(seats), offer_hours=None)
    users = add_accounts(f"anmeldung-{desk.pk}", int(people))
    return {
        "key": str(desk.event.translation_key),
        "emails": [user.email for user in users],
        "signed_in": [sign_in(user) for user in users],
    }


def tell_registration(key: str) -> dict[str, Any]:
    """States, whether the line was kept in order, and letters per person and kind."""
    from collections import Counter

    from events.desks import find_desk
    from events.models import Letter, Registration

    desk = find_desk(uuid_of(key))
    rows = Registration.objects.filter(person__desk=desk).order_by("place")
    states = Counter(rows.values_list("state", flat=True))
    standing = [state for state in rows.values_list("state", flat=True) if state in ("confirmed", "waiting")]
    letters = Counter(Letter.objects.filter(desk=desk).values_list("address", "name"))
    seated = rows.filter(state="confirmed").values_list("person__email", flat=True)
    return {
        "states": states,
        "seated": list(seated),
        "in_order": standing == sorted(standing),
        "places_doubled": len(rows) - len(set(rows.values_list("place", flat=True))),
        "most_letters_of_a_kind": max(letters.values(), default=0),
        "letters": len(letters),
    }


def start_event(key: str) -> dict[str, Any]:
    """The event begins: from now on nobody moves up."""
    from django.utils import timezone

    from events.models import EventPage

    now = timezone.now()
    EventPage.objects.filter(translation_key=key).update(starts=now - dt.timedelta(minutes=1))
    return {}


def make_votes(voters: str) -> dict[str, Any]:
    """Proposals, and voters with a seat."""
    from tests.factories.events import add_participant, add_plan, add_seat, add_session

    desk = make_event("Messung Abstimmung", votes_each=5)
    plan = add_plan(desk)
    sessions = [add_session(plan, f"Messung {number}") for number in range(20)]
    users = add_accounts("stimme", int(voters))
    for number, user in enumerate(users):
        add_seat(add_participant(desk, f"Stimme{number}", email=user.email, user=user), place=number + 1)
    return {
        "key": str(desk.event.translation_key),
        "sessions": [str(session.pk) for session in sessions],
        "signed_in": [sign_in(user) for user in users],
    }


def tell_votes(key: str) -> dict[str, Any]:
    """How many votes each has, and how many there are by the tally and by the rows."""
    from collections import Counter

    from events.desks import find_desk
    from events.models import Vote
    from events.proposing.queries import list_proposals

    desk = find_desk(uuid_of(key))
    assert desk is not None
    votes = Vote.objects.filter(person__desk=desk)
    each = Counter(Counter(votes.values_list("person", flat=True)).values())
    return {"each": each, "rows": votes.count(), "tally": sum(each.voted for each in list_proposals(desk))}


def uuid_of(key: str) -> Any:
    import uuid

    return uuid.UUID(key)


COMMANDS = {
    "grid": make_grid,
    "registration": make_registration,
    "votes": make_votes,
    "told-grid": tell_grid,
    "told-registration": tell_registration,
    "told-votes": tell_votes,
    "start": start_event,
}


if __name__ == "__main__":
    main()
