"""Trying to propose a session, to say that one comes, to vote, and to decide about proposals."""

from __future__ import annotations

import uuid
from typing import Any

from events.models import EventDesk, EventPage, Host, Interest, Person, Plan, Session, Vote
from tests.factories.events import add_desk, add_host, add_participant, add_plan, add_seat, add_session, at
from tests.permissions.probes import granted, probe, refusal
from tests.permissions.table import Case
from tests.permissions.world import World

STATE = Session.State


def _desk(world: World, case: Case) -> EventDesk:
    """The desk of the event, which is ahead; what C organises has none here."""
    item = world.items["Termin", case.place, case.content]
    assert item.page is not None
    EventPage.objects.filter(pk=item.page.pk).update(starts=at(9), ends=at(17))
    event = EventPage.objects.get(pk=item.page.pk)
    return EventDesk.objects.filter(event=event).first() or add_desk(event)


def _plan(world: World, case: Case) -> Plan:
    desk = _desk(world, case)
    return Plan.objects.filter(desk=desk).first() or add_plan(desk)


def _address(world: World, case: Case, rest: str = "") -> str:
    return f"/veranstaltungen/{world.items['Termin', case.place, case.content].uuid}/vorschlaege/{rest}"


def _become_known(world: World, caller: str, case: Case) -> Person | None:
    """The caller takes part, if there is an account."""
    user = world.people[caller].user
    return add_participant(_desk(world, case), "Kim", user=user, affiliation="Stadt") if user else None


def _effect(response: Any, *, done: bool) -> str:
    refused = refusal(response)
    assert not (refused and done), "refused, and yet it was done"
    return "ja" if done else refused or "nein"


@probe("Sessionvorschläge ansehen")
def see(world: World, caller: str, case: Case) -> str:
    if case.place != "C":
        add_session(_plan(world, case), "Prüfsession", state=STATE.PROPOSED)
    response = world.people[caller].get(_address(world, case))
    return refusal(response) or granted(really="Prüfsession" in response.content.decode())


@probe("Session vorschlagen")
def propose(world: World, caller: str, case: Case) -> str:
    _desk(world, case)
    data = {
        "key": str(uuid.uuid4()),
        "title": "Prüfsession",
        "minutes": "45",
        "given_name": "Kim",
        "family_name": "Beispiel",
        "email": f"{uuid.uuid4().hex}@stadt.demo.invalid",
        "affiliation": "Stadt",
    }
    response = world.people[caller].post(_address(world, case, "neu/"), data)
    return _effect(response, done=Session.objects.filter(title="Prüfsession").exists())


@probe("eigenen Vorschlag ändern")
def change(world: World, caller: str, case: Case) -> str:
    return _change(world, caller, case, _become_known(world, caller, case))


@probe("Vorschlag anderer ändern")
def change_others(world: World, caller: str, case: Case) -> str:
    _become_known(world, caller, case)
    return _change(world, caller, case, add_participant(_desk(world, case), "Lou", affiliation="Stadt"))


def _change(world: World, caller: str, case: Case, proposer: Person | None) -> str:
    session = add_session(_plan(world, case), proposer=proposer, state=STATE.PROPOSED)
    data = {"action": "change", "title": "Geändert", "minutes": "45", "seen": "0"}
    response = world.people[caller].post(_address(world, case, f"{session.pk}/"), data)
    return _effect(response, done=Session.objects.filter(title="Geändert").exists())


@probe("sagen, dass man zu einer Session kommt")
def come(world: World, caller: str, case: Case) -> str:
    session = add_session(_plan(world, case))
    response = world.people[caller].post(_address(world, case, f"{session.pk}/ich-komme/"))
    return _effect(response, done=Interest.objects.filter(session=session).exists())


@probe("mit Platz für eine Session stimmen")
def vote(world: World, caller: str, case: Case) -> str:
    if person := _become_known(world, caller, case):
        add_seat(person)
    return _vote(world, caller, case)


@probe("ohne Platz für eine Session stimmen")
def vote_without(world: World, caller: str, case: Case) -> str:
    _become_known(world, caller, case)
    return _vote(world, caller, case)


def _vote(world: World, caller: str, case: Case) -> str:
    session = add_session(_plan(world, case))
    response = world.people[caller].post(_address(world, case, f"{session.pk}/stimme/"))
    return _effect(response, done=Vote.objects.filter(session=session).exists())


@probe("Vorschläge prüfen")
def review(world: World, caller: str, case: Case) -> str:
    add_session(_plan(world, case), "Prüfsession", state=STATE.PROPOSED)
    response = world.people[caller].get(_address(world, case, "pruefen/"))
    return refusal(response) or granted(really="Prüfsession" in response.content.decode())


@probe("einen Vorschlag annehmen")
def accept(world: World, caller: str, case: Case) -> str:
    session = add_session(_plan(world, case), state=STATE.PROPOSED)
    data = {"action": "accept"}
    response = world.people[caller].post(_address(world, case, f"pruefen/{session.pk}/"), data)
    session.refresh_from_db()
    return _effect(response, done=session.state == STATE.ACCEPTED)


@probe("Session von der Wand eintragen")
def add(world: World, caller: str, case: Case) -> str:
    _desk(world, case)
    data = {"key": str(uuid.uuid4()), "title": "Prüfsession", "minutes": "45", "co_hosts": "Robin, Mainz"}
    response = world.people[caller].post(_address(world, case, "pruefen/neu/"), data)
    return _effect(response, done=Session.objects.filter(title="Prüfsession").exists())


@probe("Gastgebende zusammenlegen")
def merge_hosts(world: World, caller: str, case: Case) -> str:
    plan = _plan(world, case)
    one, other = add_host(plan, "Robin, Mainz"), add_host(plan, "Robin, Stadt Mainz")
    data = {"action": "merge", "one": str(one.pk), "other": str(other.pk)}
    response = world.people[caller].post(_address(world, case, "pruefen/gastgebende/"), data)
    return _effect(response, done=not Host.objects.filter(pk=one.pk).exists())
