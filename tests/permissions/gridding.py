"""Trying to read a programme, to plan it by the forms, to undo, to release it and to read its history."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib.auth.models import AnonymousUser

from events.models import EventDesk, EventPage, Placement, Plan, PlanChange, Release, Room, Session
from events.planning import services
from events.planning.orders import Place
from events.planning.releases import newest_release, preview_release
from tests.factories.events import add_desk, add_plan, add_session, at, put
from tests.permissions.probes import granted, probe, refusal
from tests.permissions.table import Case
from tests.permissions.world import World


def _plan(world: World, case: Case) -> Plan:
    """The plan of the event, which is ahead."""
    item = world.items["Termin", case.place, case.content]
    assert item.page is not None
    EventPage.objects.filter(pk=item.page.pk).update(starts=at(9), ends=at(17))
    event = EventPage.objects.get(pk=item.page.pk)
    desk = EventDesk.objects.filter(event=event).first() or add_desk(event)
    return Plan.objects.filter(desk=desk).first() or add_plan(desk)


def _address(world: World, case: Case, rest: str = "") -> str:
    return f"/veranstaltungen/{world.items['Termin', case.place, case.content].uuid}/programm/{rest}"


def _placed(world: World, case: Case) -> Session:
    plan = _plan(world, case)
    session = add_session(plan, "Prüfsession")
    put(session, Room.objects.filter(plan=plan)[0], 9, 10)
    return session


def _release(plan: Plan) -> Release:
    times = {"starts": at(9).isoformat(), "ends": at(10).isoformat()}
    slots = [{"uid": str(uuid.uuid4()), "title": "Prüfsession", **times}]
    return Release.objects.create(plan=plan, number=1, name="Prüfung", at=at(8), version=0, slots=slots)


def _effect(response: Any, *, done: bool) -> str:
    refused = refusal(response)
    assert not (refused and done), "refused, and yet it was done"
    return "ja" if done else refused or "nein"


@probe("freigegebenes Programm ansehen")
def see_board(world: World, caller: str, case: Case) -> str:
    if case.place != "C":
        _release(_plan(world, case))
    response = world.people[caller].get(_address(world, case))
    return refusal(response) or granted(really="Prüfsession" in response.content.decode())


@probe("Entwurf des Programms ansehen")
def see_draft(world: World, caller: str, case: Case) -> str:
    _placed(world, case)
    response = world.people[caller].get(_address(world, case, "?ansicht=entwurf"))
    return refusal(response) or granted(really="Prüfsession" in response.content.decode())


@probe("Programmplan öffnen")
def open_editor(world: World, caller: str, case: Case) -> str:
    _placed(world, case)
    response = world.people[caller].get(_address(world, case, "planen/"))
    return refusal(response) or granted(really="Prüfsession" in response.content.decode())


@probe("Session ohne Skripte einplanen")
def place(world: World, caller: str, case: Case) -> str:
    plan = _plan(world, case)
    session, room = add_session(plan, "Prüfsession"), Room.objects.filter(plan=plan)[0]
    starts = at(9).isoformat()
    data = {"do": "place", "place-key": str(uuid.uuid4()), "place-seen": "0", "place-room": str(room.pk)}
    page = world.people[caller].get(_address(world, case, f"planen/{session.pk}/"))
    if page.context is not None and "forms" in page.context:
        starts = page.context["forms"]["place"].fields["starts"].choices[0][0]
    response = world.people[caller].post(
        _address(world, case, f"planen/{session.pk}/"), {**data, "place-starts": starts}
    )
    return _effect(response, done=Placement.objects.filter(session=session).exists())


@probe("Änderung am Programm rückgängig machen")
def undo(world: World, caller: str, case: Case) -> str:
    session = add_session(_plan(world, case), "Prüfsession")
    room = Room.objects.filter(plan=session.plan)[0]
    services.place(
        session.plan_id, Place(uuid.uuid4(), session.pk, room.pk, at(9), 0), AnonymousUser(), at(8)
    )
    change = PlanChange.objects.get(plan=session.plan)
    response = world.people[caller].post(_address(world, case, "rueckgaengig/"), {"number": change.number})
    return _effect(response, done=PlanChange.objects.filter(undoes=change).exists())


@probe("Programm freigeben")
def release(world: World, caller: str, case: Case) -> str:
    session = _placed(world, case)
    data = {"name": "Prüfung", "confirm": "on", "seen": preview_release(session.plan).digest}
    response = world.people[caller].post(_address(world, case, "freigaben/"), data)
    return _effect(response, done=newest_release(session.plan) is not None)


@probe("Verlauf des Programms lesen")
def read_history(world: World, caller: str, case: Case) -> str:
    plan = _plan(world, case)
    PlanChange.objects.create(plan=plan, number=1, at=at(8), verb="place")
    response = world.people[caller].get(_address(world, case, "verlauf/"))
    return refusal(response) or granted(really='class="grid-list"' in response.content.decode())
