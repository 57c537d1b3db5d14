"""Trying to watch the stage, to run it, to join its line, to hang cards, and to read what is behind one."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.utils import timezone

from events.models import EventDesk, EventPage, Pitch, Placement, Plan, Room
from events.stage import services
from events.stage.services import Turn
from tests.factories.events import add_desk, add_participant, add_plan, add_seat, add_session, at
from tests.permissions.probes import granted, probe, refusal
from tests.permissions.table import Case
from tests.permissions.world import World

TITLE = "Prüfsession"


def _plan(world: World, case: Case, *, now: bool = False) -> Plan | None:
    """The plan of the event, which is ahead, or going on ``now``; what C organises has none here."""
    page = world.items["Termin", case.place, case.content].page
    if page is None:
        return None
    moment = timezone.now()
    times = (moment - dt.timedelta(hours=1), moment + dt.timedelta(hours=6)) if now else (at(9), at(17))
    EventPage.objects.filter(pk=page.pk).update(starts=times[0], ends=times[1])
    event = EventPage.objects.get(pk=page.pk)
    return add_plan(EventDesk.objects.filter(event=event).first() or add_desk(event))


def _address(world: World, case: Case, tail: str = "buehne/") -> str:
    return f"/veranstaltungen/{world.items['Termin', case.place, case.content].uuid}/{tail}"


def _effect(response: Any, *, done: bool) -> str:
    refused = refusal(response)
    assert not (refused and done), "refused, and yet it was done"
    return "ja" if done else refused or "nein"


def _wait(plan: Plan | None) -> None:
    if plan is not None:
        services.queue_new(plan.pk, uuid.uuid4(), TITLE, Turn("Robin"), timezone.now())


@probe("Bühne einer Veranstaltung ansehen")
def watch(world: World, caller: str, case: Case) -> str:
    _wait(_plan(world, case))
    response = world.people[caller].get(_address(world, case))
    return refusal(response) or granted(really=TITLE in response.content.decode())


@probe("jemanden auf die Bühne rufen")
def call(world: World, caller: str, case: Case) -> str:
    _wait(_plan(world, case))
    data = {"do": "next", "key": str(uuid.uuid4()), "seen": ""}
    response = world.people[caller].post(_address(world, case), data)
    return _effect(response, done=Pitch.objects.filter(state=Pitch.State.ON_STAGE).exists())


@probe("sich mit Platz für die Bühne anstellen")
def join(world: World, caller: str, case: Case) -> str:
    return _join(world, caller, case, has_seat=True)


@probe("sich ohne Platz für die Bühne anstellen")
def join_without(world: World, caller: str, case: Case) -> str:
    return _join(world, caller, case, has_seat=False)


def _join(world: World, caller: str, case: Case, *, has_seat: bool) -> str:
    plan, user = _plan(world, case, now=True), world.people[caller].user
    if plan is not None and user is not None:
        person = add_participant(plan.desk, "Kim", user=user)
        if has_seat:
            add_seat(person)
    data = {"do": "queue", "key": str(uuid.uuid4()), "title": TITLE, "caller": "Kim"}
    response = world.people[caller].post(_address(world, case), data)
    return _effect(response, done=Pitch.objects.exists())


@probe("Wand einer Veranstaltung öffnen")
def open_wall(world: World, caller: str, case: Case) -> str:
    if plan := _plan(world, case):
        add_session(plan, TITLE)
    response = world.people[caller].get(_address(world, case, "wand/"))
    return refusal(response) or granted(really=TITLE in response.content.decode())


@probe("Karte an die Wand hängen")
def hang(world: World, caller: str, case: Case) -> str:
    plan = _plan(world, case)
    assert plan is not None
    session, room = add_session(plan, TITLE), Room.objects.filter(plan=plan)[0]
    data = {"key": str(uuid.uuid4()), "session": str(session.pk), "seen": "0"}
    data["place"] = f"{room.pk}/{at(9).isoformat()}"
    response = world.people[caller].post(_address(world, case, "wand/"), data)
    return _effect(response, done=Placement.objects.filter(session=session).exists())


def _card(world: World, caller: str, case: Case) -> Any:
    plan = _plan(world, case)
    session = add_session(plan, TITLE).pk if plan else uuid.uuid4()
    return world.people[caller].get(_address(world, case, f"karte/{session}/"))


@probe("Session hinter dem Code ihrer Karte lesen")
def read_card(world: World, caller: str, case: Case) -> str:
    response = _card(world, caller, case)
    return refusal(response) or granted(really=TITLE in response.content.decode())


@probe("Session hinter dem Code ihrer Karte umhängen")
def move_card(world: World, caller: str, case: Case) -> str:
    response = _card(world, caller, case)
    return refusal(response) or granted(really='name="place"' in response.content.decode())
