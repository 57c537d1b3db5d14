"""Trying to read the board of the day and its projector, and to announce something."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone

from events.models import EventDesk, EventPage, Notice, Plan, Room
from tests.factories.events import add_desk, add_plan, add_session
from tests.permissions.probes import granted, probe, refusal
from tests.permissions.table import Case
from tests.permissions.world import World


def _open_day(world: World, case: Case) -> EventDesk | None:
    """The event goes on right now, with a session that is in no release; None for one of another hub."""
    item = world.items["Termin", case.place, case.content]
    if item.page is None:
        return None
    now = timezone.now()
    span = (now - dt.timedelta(hours=1), now + dt.timedelta(hours=1))
    EventPage.objects.filter(pk=item.page.pk).update(starts=span[0], ends=span[1])
    event = EventPage.objects.get(pk=item.page.pk)
    desk = EventDesk.objects.filter(event=event).first() or add_desk(event)
    plan = Plan.objects.filter(desk=desk).first() or add_plan(desk)
    session = add_session(plan, "Testsession")
    session.placement = Room.objects.filter(plan=plan)[0].placements.create(session=session, during=span)
    return desk


def _read(world: World, caller: str, case: Case, rest: str) -> str:
    if case.place != "C":
        _open_day(world, case)
    uuid = world.items["Termin", case.place, case.content].uuid
    response = world.people[caller].get(f"/veranstaltungen/{uuid}/{rest}")
    return refusal(response) or granted(really="Testsession" in response.content.decode())


@probe("Stand der Tafel lesen")
def read_state(world: World, caller: str, case: Case) -> str:
    return _read(world, caller, case, "tafel/stand.json")


@probe("Projektor öffnen")
def open_projector(world: World, caller: str, case: Case) -> str:
    return _read(world, caller, case, "projektor/")


@probe("etwas am Tag ansagen")
def announce(world: World, caller: str, case: Case) -> str:
    desk = _open_day(world, case)
    assert desk is not None
    address = f"/veranstaltungen/{desk.event.translation_key}/tagung/ansagen/"
    response = world.people[caller].post(address, {"text": "Prüfung", "lasts": "15"})
    done = Notice.objects.filter(desk=desk, text="Prüfung").exists()
    refused = refusal(response)
    assert not (refused and done), "refused, and yet it was done"
    return "ja" if done else refused or "nein"
