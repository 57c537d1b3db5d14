"""Trying to use the office of an event: what only those who may publish its page see, change and send."""

from __future__ import annotations

import uuid
from typing import Any

from events.models import Band, EventDesk, EventPage, Letter, Registration, Room
from tests.factories.events import add_desk, add_host, add_participant, add_plan, add_seat, add_session, at
from tests.permissions.probes import granted, probe, refusal
from tests.permissions.table import Case
from tests.permissions.world import World


def _event(world: World, case: Case) -> EventPage:
    page = world.items["Termin", case.place, case.content].page
    EventPage.objects.filter(pk=page.pk).update(starts=at(9), ends=at(17))
    return EventPage.objects.get(pk=page.pk)


def _desk(world: World, case: Case) -> EventDesk:
    return add_desk(_event(world, case))


def _address(desk: EventDesk, tail: str = "") -> str:
    return f"/veranstaltungen/{desk.event.translation_key}/tagung/{tail}"


def _effect(response: Any, *, done: bool) -> str:
    refused = refusal(response)
    assert not (refused and done), "refused, and yet it was done"
    return "ja" if done else refused or "nein"


@probe("Tagungsbüro eröffnen")
def open_office(world: World, caller: str, case: Case) -> str:
    event = _event(world, case)
    response = world.people[caller].post(f"/veranstaltungen/{event.translation_key}/tagung/eroeffnen/")
    return _effect(response, done=EventDesk.objects.exists())


@probe("Tagungsbüro ansehen")
def see(world: World, caller: str, case: Case) -> str:
    response = world.people[caller].get(_address(_desk(world, case)))
    return refusal(response) or granted(really="office-steps" in response.content.decode())


@probe("nächste Ausgabe einer Veranstaltung vorbereiten")
def copy(world: World, caller: str, case: Case) -> str:
    data = {"title": "Nächstes Jahr", "day": "2028-03-12", "key": str(uuid.uuid4())}
    response = world.people[caller].post(_address(_desk(world, case), "naechste/"), data)
    return _effect(response, done=EventDesk.objects.count() == 2)


@probe("Phasen, Plätze und Aufbewahrung einer Veranstaltung ändern")
def change(world: World, caller: str, case: Case) -> str:
    data = {"seats": "7", "group_size": "0"}
    response = world.people[caller].post(_address(_desk(world, case), "einstellungen/plaetze/"), data)
    return _effect(response, done=EventDesk.objects.get().seats == 7)


@probe("Frage an Teilnehmende stellen")
def ask(world: World, caller: str, case: Case) -> str:
    desk = _desk(world, case)
    response = world.people[caller].post(
        _address(desk, "abfragen/anmeldefragen/"), {"label": "Woher?", "kind": "line"}
    )
    return _effect(response, done=desk.questions.exists())


@probe("Frage an Teilnehmende ändern")
def ask_otherwise(world: World, caller: str, case: Case) -> str:
    desk = _desk(world, case)
    question = desk.questions.create(label="Woher?", kind="line")
    address = _address(desk, f"abfragen/anmeldefragen/{question.pk}/")
    response = world.people[caller].post(address, {"action": "delete"})
    return _effect(response, done=not desk.questions.exists())


@probe("Raum einer Veranstaltung einrichten")
def add_room(world: World, caller: str, case: Case) -> str:
    response = world.people[caller].post(_address(_desk(world, case), "raeume/"), {"name": "Saal"})
    return _effect(response, done=Room.objects.exists())


@probe("Raum einer Veranstaltung löschen")
def remove_room(world: World, caller: str, case: Case) -> str:
    desk = _desk(world, case)
    room = Room.objects.create(plan=add_plan(desk, rooms=0), name="Saal")
    response = world.people[caller].post(_address(desk, f"raeume/{room.pk}/"), {"action": "delete"})
    return _effect(response, done=not Room.objects.exists())


@probe("Zeiten einer Veranstaltung löschen")
def remove_band(world: World, caller: str, case: Case) -> str:
    desk = _desk(world, case)
    band = add_plan(desk).bands.first()
    data = {"action": "delete", "band": str(band.pk)}
    response = world.people[caller].post(_address(desk, "zeiten/"), data)
    return _effect(response, done=not Band.objects.filter(pk=band.pk).exists())


@probe("ganzen Plan einer Veranstaltung um Tage verschieben")
def move_plan(world: World, caller: str, case: Case) -> str:
    desk = _desk(world, case)
    band = add_plan(desk).bands.first()
    data = {"action": "move", "days": "7", "seen": "0"}
    response = world.people[caller].post(_address(desk, "verschieben/"), data)
    return _effect(response, done=Band.objects.get(pk=band.pk).during != band.during)


@probe("Vorschläge einer Veranstaltung herunterladen")
def download_proposals(world: World, caller: str, case: Case) -> str:
    desk = _desk(world, case)
    add_session(add_plan(desk), "Unverwechselbar")
    response = world.people[caller].get(_address(desk, "vorschlaege.csv"))
    return refusal(response) or granted(really="Unverwechselbar" in response.getvalue().decode())


@probe("jemanden von Hand anmelden")
def enter(world: World, caller: str, case: Case) -> str:
    desk = _desk(world, case)
    data = {"given_name": "Kim", "family_name": "Muster", "key": str(uuid.uuid4())}
    response = world.people[caller].post(_address(desk, "personen/neu/"), data)
    return _effect(response, done=desk.people.exists())


@probe("Veranstaltung absagen")
def cancel_event(world: World, caller: str, case: Case) -> str:
    desk = _desk(world, case)
    response = world.people[caller].post(_address(desk, "absage/"), {"reason": "Sturm", "sure": "on"})
    event = EventPage.objects.get(pk=desk.event_id)
    return _effect(response, done=event.status == EventPage.Status.CANCELLED)


@probe("notieren, wann Gastgebende da sind")
def note_host(world: World, caller: str, case: Case) -> str:
    desk = _desk(world, case)
    host = add_host(add_plan(desk))
    times = {"starts": "2027-03-12T09:00", "ends": "2027-03-12T10:00"}
    data = {"action": "add_time", "host": str(host.pk), **times}
    response = world.people[caller].post(_address(desk, "gastgebende/"), data)
    return _effect(response, done=host.availabilities.exists())


@probe("Teilnehmende einer Veranstaltung ansehen")
def list_people(world: World, caller: str, case: Case) -> str:
    desk = _desk(world, case)
    add_participant(desk, "Kim", family_name="Unverwechselbar")
    response = world.people[caller].get(_address(desk, "personen/"))
    told = "Unverwechselbar" in response.content.decode()
    assert not (refusal(response) and told)
    return refusal(response) or granted(really=told)


@probe("Teilnehmende einer Veranstaltung herunterladen")
def download(world: World, caller: str, case: Case) -> str:
    desk = _desk(world, case)
    add_participant(desk, "Kim", family_name="Unverwechselbar")
    response = world.people[caller].get(_address(desk, "personen.csv"))
    return refusal(response) or granted(really="Unverwechselbar" in response.getvalue().decode())


@probe("Anmeldung anderer absagen")
def cancel(world: World, caller: str, case: Case) -> str:
    desk = _desk(world, case)
    seat = add_seat(add_participant(desk))
    response = world.people[caller].post(_address(desk, f"personen/{seat.person_id}/"), {"action": "cancel"})
    seat.refresh_from_db()
    return _effect(response, done=seat.state == Registration.State.CANCELLED)


@probe("Rundmail an Teilnehmende senden")
def send_news(world: World, caller: str, case: Case) -> str:
    desk = _desk(world, case)
    add_seat(add_participant(desk))
    data = {"key": uuid.uuid4(), "audience": "seated", "subject": "Neues", "text": "Hallo.", "action": "send"}
    response = world.people[caller].post(_address(desk, "rundmail/"), data)
    return _effect(response, done=Letter.objects.filter(name="organiser_news").exists())
