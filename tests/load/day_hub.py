"""Prepares the day of an event inside a hub, in whose environment it runs, and tells how it is, as JSON.

``door PEOPLE DEVICES`` and ``board`` make an event each that is going on. ``told-door KEY`` and
``told-board KEY`` count what stands in the database then, ``connections`` those of the hub's database.
"""

from __future__ import annotations

import datetime as dt
import json
import sys
from typing import Any

import django

from tests.load.events_hub import ROOMS, SESSIONS, make_event, sign_in, uuid_of


def main() -> None:
    """Do what the command line says."""
    django.setup()
    command, *arguments = sys.argv[1:]
    print(json.dumps(COMMANDS[command](*arguments)))


def _make_day(title: str, **desk: Any) -> Any:
    """An event that began an hour ago and goes on for eight."""
    from django.utils import timezone

    now = timezone.now().replace(minute=0, second=0, microsecond=0)
    made = make_event(title, **desk)
    event = made.event
    event.starts, event.ends = now - dt.timedelta(hours=1), now + dt.timedelta(hours=8)
    event.save_revision().publish()
    return made


def make_door(people: str, devices: str) -> dict[str, Any]:
    """People with a seat, and devices that were handed the link of a helper."""
    from importlib import import_module

    from django.conf import settings
    from django.core.signing import Signer
    from django.utils import timezone

    from events.helping import KNOWN, SALT
    from events.models import Helper
    from tests.factories.events import add_participant, add_seat

    desk = _make_day("Messung Einlass")
    badges = [add_seat(add_participant(desk, f"Messung{n}")).badge for n in range(int(people))]
    until = timezone.now() + dt.timedelta(hours=12)
    sessions = []
    for number in range(int(devices)):
        helper = Helper.objects.create(desk=desk, task="door", name=f"Eingang {number}", until=until)
        session = import_module(settings.SESSION_ENGINE).SessionStore()
        session[KNOWN] = Signer(salt=SALT).sign(helper.pk.hex).replace(":", "~")
        session.create()
        sessions.append(session.session_key)
    return {"key": str(desk.event.translation_key), "badges": badges, "signed_in": sessions}


def tell_door(key: str) -> dict[str, Any]:
    """How many people are in, and how many rows say so."""
    from events.models import CheckIn

    rows = CheckIn.objects.filter(
        registration__person__desk__event__translation_key=uuid_of(key), undone=None
    )
    standing = rows.filter(repeats=False)
    people = standing.values("registration").distinct().count()
    return {"people": people, "standing": standing.count(), "rows": rows.count()}


def make_board() -> dict[str, Any]:
    """A plan with sessions in it on the day, the one who moves them, and the ticket of the audience."""
    from django.utils import timezone

    from events.live.tickets import write_ticket
    from events.models import LiveHead
    from tests.factories.events import add_plan, add_session
    from tests.load.events_hub import add_accounts, make_editor

    desk = _make_day("Messung Tafel")
    plan = add_plan(desk, ROOMS)
    sessions = [add_session(plan, f"Messung {number}") for number in range(SESSIONS)]
    (user,) = add_accounts("tafel", 1)
    make_editor(user, desk)
    starts = timezone.now().replace(minute=0, second=0, microsecond=0) + dt.timedelta(hours=2)
    head = LiveHead.objects.filter(desk=desk).values_list("number", flat=True).first()
    return {
        "key": str(desk.event.translation_key),
        "rooms": [str(pk) for pk in plan.rooms.values_list("pk", flat=True)],
        "starts": [(starts + dt.timedelta(hours=n)).isoformat() for n in range(5)],
        "sessions": [str(session.pk) for session in sessions],
        "signed_in": [sign_in(user)],
        "ticket": write_ticket(desk, timezone.now()),
        "head": head or 0,
    }


def tell_board(key: str) -> dict[str, Any]:
    """When each change was committed (seconds since 1970), by its number."""
    from events.models import LiveChange

    changes = LiveChange.objects.filter(desk__event__translation_key=uuid_of(key))
    return {"at": {number: at.timestamp() for number, at in changes.values_list("number", "at")}}


def count_connections() -> dict[str, Any]:
    """Connections to the hub's database, this one not counted, by the program that holds them."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT coalesce(nullif(application_name, ''), 'hub'), count(*) FROM pg_stat_activity
            WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'
            GROUP BY 1"""
        )
        return dict(cursor.fetchall())


COMMANDS = {
    "door": make_door,
    "told-door": tell_door,
    "board": make_board,
    "told-board": tell_board,
    "connections": count_connections,
}


if __name__ == "__main__":
    main()
