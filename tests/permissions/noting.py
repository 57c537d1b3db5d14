"""Trying to read and write the note of a session, to bring an older version back, and to end writing."""

from __future__ import annotations

import uuid
from typing import Any

from django.utils import timezone

from events.models import EventDesk, EventPage, Note, Plan
from events.noting import services
from events.noting.services import Author, open_note
from tests.factories.events import add_desk, add_participant, add_plan, add_seat, add_session, at
from tests.permissions.probes import granted, probe, refusal
from tests.permissions.table import Case
from tests.permissions.world import World


def _note(world: World, caller: str, case: Case, *, seat: bool = False) -> tuple[Note, str]:
    """A note in which somebody wrote, and its address; with ``seat`` the caller takes part."""
    item = world.items["Termin", case.place, case.content]
    assert item.page is not None
    EventPage.objects.filter(pk=item.page.pk).update(starts=at(9), ends=at(17))
    event = EventPage.objects.get(pk=item.page.pk)
    desk = EventDesk.objects.filter(event=event).first() or add_desk(event)
    note = open_note(session=add_session(Plan.objects.filter(desk=desk).first() or add_plan(desk)))
    writer = add_participant(desk, "Lou")
    services.write(note.pk, Author("Lou", writer.pk), 0, "Notizprobe", uuid.uuid4(), timezone.now())
    if seat and (user := world.people[caller].user):
        add_seat(add_participant(desk, "Kim", user=user))
    return note, f"/veranstaltungen/{item.uuid}/notizen/{note.session_id}/"


def _effect(response: Any, *, done: bool) -> str:
    refused = refusal(response)
    assert not (refused and done), "refused, and yet it was done"
    return "ja" if done else refused or "nein"


@probe("mit Platz in der Notiz einer Session schreiben")
def write(world: World, caller: str, case: Case) -> str:
    return _write(world, caller, case, seat=True)


@probe("ohne Platz in der Notiz einer Session schreiben")
def write_without(world: World, caller: str, case: Case) -> str:
    return _write(world, caller, case, seat=False)


def _write(world: World, caller: str, case: Case, *, seat: bool) -> str:
    note, address = _note(world, caller, case, seat=seat)
    data = {"base": "1", "text": "Notizprobe\nGeschrieben", "key": str(uuid.uuid4())}
    response = world.people[caller].post(address, data)
    note.refresh_from_db()
    return _effect(response, done="Geschrieben" in note.text)


@probe("ohne Platz den Stand einer Notiz lesen")
def read_state(world: World, caller: str, case: Case) -> str:
    return _read(world, caller, case, "stand.json")


@probe("ohne Platz den Verlauf einer Notiz lesen")
def read_history(world: World, caller: str, case: Case) -> str:
    return _read(world, caller, case, "verlauf/")


def _read(world: World, caller: str, case: Case, name: str) -> str:
    _, address = _note(world, caller, case)
    response = world.people[caller].get(address + name)
    told = "Notizprobe" in response.content.decode()
    assert not (refusal(response) and told)
    return refusal(response) or granted(really=told)


@probe("mit Platz das Mitschreiben beenden")
def close(world: World, caller: str, case: Case) -> str:
    note, address = _note(world, caller, case, seat=True)
    response = world.people[caller].post(address, {"action": "close"})
    note.refresh_from_db()
    return _effect(response, done=note.closed is not None)


@probe("mit Platz Zeilen anderer durch eine ältere Fassung ersetzen")
def bring_back(world: World, caller: str, case: Case) -> str:
    note, address = _note(world, caller, case, seat=True)
    author = note.authors.get()
    of_lou = Author(author.name, author.person_id)
    services.write(note.pk, of_lou, 1, "Notizprobe\nNeue Zeile", uuid.uuid4(), timezone.now())
    data = {"number": "1", "seen": "2", "key": str(uuid.uuid4())}
    response = world.people[caller].post(f"{address}verlauf/", data)
    note.refresh_from_db()
    return _effect(response, done=note.text == "Notizprobe")
