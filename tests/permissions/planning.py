"""Trying to read the plan of an event, and to change it."""

from __future__ import annotations

import json
import uuid

from events.models import EventDesk, EventPage, Placement, Plan
from tests.factories.events import add_desk, add_plan, add_session, at
from tests.permissions.probes import granted, probe, refusal
from tests.permissions.table import Case
from tests.permissions.world import World


def _plan(world: World, case: Case) -> Plan | None:
    """The plan of the event, which is ahead; what C organises has none here."""
    page = world.items["Termin", case.place, case.content].page
    if page is None:
        return None
    EventPage.objects.filter(pk=page.pk).update(starts=at(9), ends=at(17))
    event = EventPage.objects.get(pk=page.pk)
    return add_plan(EventDesk.objects.filter(event=event).first() or add_desk(event))


def _address(world: World, case: Case, name: str) -> str:
    return f"/veranstaltungen/{world.items['Termin', case.place, case.content].uuid}/programm/{name}"


@probe("den Plan einer Veranstaltung lesen")
def read(world: World, caller: str, case: Case) -> str:
    if plan := _plan(world, case):
        add_session(plan, "Prüfsession")
    response = world.people[caller].get(_address(world, case, "stand.json"))
    told = "Prüfsession" in response.content.decode()
    assert not (refusal(response) and told)
    return refusal(response) or granted(really=told)


@probe("eine Session platzieren")
def place(world: World, caller: str, case: Case) -> str:
    order = {"key": str(uuid.uuid4()), "do": "place", "seen": 0, "starts": at(9).isoformat()}
    if plan := _plan(world, case):
        order |= {"session": str(add_session(plan).pk), "room": str(plan.rooms.first().pk)}
    address = _address(world, case, "befehle/")
    editor = world.people[caller]
    editor.get(_address(world, case, "stand.json"))  # as the editor does first
    response = editor.client.post(address, json.dumps(order), content_type="application/json")
    refused, done = refusal(response), Placement.objects.exists()
    assert not (refused and done), "refused, and yet it was done"
    return "ja" if done else refused or "nein"
