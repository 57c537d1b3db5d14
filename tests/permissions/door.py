"""Trying to hand out links to helpers, to check people in, and to read a badge."""

from __future__ import annotations

import datetime as dt
import json
import uuid
from typing import Any

from django.utils import timezone

from events.models import CheckIn, EventDesk, EventPage, Helper, Registration
from tests.factories.events import add_desk, add_participant, add_seat
from tests.permissions.probes import granted, probe, refusal
from tests.permissions.table import Case
from tests.permissions.world import World


def _desk(world: World, case: Case) -> EventDesk:
    """The event takes place now."""
    page = world.items["Termin", case.place, case.content].page
    now = timezone.now()
    times = {"starts": now - dt.timedelta(hours=1), "ends": now + dt.timedelta(hours=6)}
    EventPage.objects.filter(pk=page.pk).update(**times)
    return add_desk(EventPage.objects.get(pk=page.pk))


def _guest(desk: EventDesk) -> Registration:
    return add_seat(add_participant(desk, "Einlasslich"))


def _address(desk: EventDesk, tail: str = "einlass/") -> str:
    return f"/veranstaltungen/{desk.event.translation_key}/{tail}"


def _effect(response: Any, *, done: bool) -> str:
    refused = refusal(response)
    assert not (refused and done), "refused, and yet it was done"
    return "ja" if done else refused or "nein"


def _check_in(world: World, caller: str, registration: Registration, key: str) -> Any:
    scan = {"key": key, "badge": registration.badge, "at": timezone.now().isoformat()}
    body = json.dumps({"device_now": scan["at"], "scans": [scan]})
    address = _address(registration.person.desk, "einlass/eingaenge/")
    world.people[caller].get(_address(registration.person.desk))  # as the page does first
    return world.people[caller].client.post(address, body, content_type="application/json")


@probe("Links für Helfende ausgeben")
def hand_out(world: World, caller: str, case: Case) -> str:
    until = timezone.localtime() + dt.timedelta(hours=3)
    data = {"task": "door", "name": "Prüfeingang", "until": until.strftime("%Y-%m-%dT%H:%M")}
    response = world.people[caller].post(_address(_desk(world, case), "tagung/helfende/"), data)
    return _effect(response, done=Helper.objects.exists())


@probe("Einlass einer Veranstaltung öffnen")
def open_door(world: World, caller: str, case: Case) -> str:
    response = world.people[caller].get(_address(_desk(world, case)))
    return refusal(response) or granted(really="data-door" in response.content.decode())


@probe("beim Einlass nach Personen suchen")
def look_up(world: World, caller: str, case: Case) -> str:
    desk = _desk(world, case)
    _guest(desk)
    answers = set()
    for tail in ("einlass/liste.json", "einlass/suche.json?q=einlasslich", "einlass/?q=einlasslich"):
        response = world.people[caller].get(_address(desk, tail))
        told = "Einlasslich" in response.content.decode()
        assert not (refusal(response) and told)
        answers.add(refusal(response) or granted(really=told))
    assert len(answers) == 1, answers
    return answers.pop()


@probe("jemanden einlassen")
def check_in(world: World, caller: str, case: Case) -> str:
    response = _check_in(world, caller, _guest(_desk(world, case)), str(uuid.uuid4()))
    return _effect(response, done=CheckIn.objects.exists())


@probe("einen Einlass zurücknehmen")
def take_back(world: World, caller: str, case: Case) -> str:
    made = CheckIn.objects.create(registration=_guest(_desk(world, case)), at=timezone.now())
    address = _address(made.registration.person.desk, "einlass/zuruecknehmen/")
    response = world.people[caller].post(address, {"key": str(made.key)})
    return _effect(response, done=CheckIn.objects.exclude(undone=None).exists())


@probe("am Einlass von Hand anmelden")
def write_down(world: World, caller: str, case: Case) -> str:
    data = {"given_name": "Kim", "family_name": "Beispiel", "email": "kim@stadt.demo.invalid"}
    address = _address(_desk(world, case), "einlass/von-hand/")
    response = world.people[caller].post(address, {**data, "key": str(uuid.uuid4())})
    return _effect(response, done=CheckIn.objects.exists())


@probe("sehen, wem ein Namensschild gehört")
def read_badge(world: World, caller: str, case: Case) -> str:
    registration = _guest(_desk(world, case))
    response = world.people[caller].get(f"/veranstaltungen/b/{registration.badge}/")
    told = "Einlasslich" in response.content.decode()
    assert not (refusal(response) and told)
    return refusal(response) or granted(really=told)


@probe("mit einem Namensschild einlassen")
def check_in_by_badge(world: World, caller: str, case: Case) -> str:
    registration = _guest(_desk(world, case))
    address = f"/veranstaltungen/b/{registration.badge}/"
    response = world.people[caller].post(address, {"key": str(uuid.uuid4())})
    return _effect(response, done=CheckIn.objects.exists())
