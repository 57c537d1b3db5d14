"""Trying to read what became of an event, to say it, and to make the pages of its sessions."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils import timezone

from events.models import EventPage, Outcome, Session, SessionNotePage
from tests.factories.events import add_desk, add_plan, add_session
from tests.permissions.probes import granted, probe, refusal
from tests.permissions.table import Case
from tests.permissions.world import World


def _held(world: World, case: Case) -> Session:
    """A session of the event, which was the day before."""
    page = world.items["Termin", case.place, case.content].page
    assert page is not None
    ended = timezone.now() - dt.timedelta(days=1)
    times = {"starts": ended - dt.timedelta(hours=8), "ends": ended}
    EventPage.objects.filter(pk=page.pk).update(**times)
    return add_session(add_plan(add_desk(EventPage.objects.get(pk=page.pk))), "Prüfsession")


def _address(world: World, case: Case, rest: str) -> str:
    return f"/veranstaltungen/{world.items['Termin', case.place, case.content].uuid}/{rest}"


def _effect(response: Any, *, done: bool) -> str:
    refused = refusal(response)
    assert not (refused and done), "refused, and yet it was done"
    return "ja" if done else refused or "nein"


@probe("Ergebnisse einer Veranstaltung lesen")
def read(world: World, caller: str, case: Case) -> str:
    if case.place != "C":
        _held(world, case)
    response = world.people[caller].get(_address(world, case, "ergebnisse/"))
    return refusal(response) or granted(really="Prüfsession" in response.content.decode())


@probe("Dokumentation einer Veranstaltung laden")
def load(world: World, caller: str, case: Case) -> str:
    if case.place != "C":
        _held(world, case)
    response = world.people[caller].get(_address(world, case, "ergebnisse/dokumentation.pdf"))
    return refusal(response) or granted(really=response.content.startswith(b"%PDF"))


@probe("sagen, was aus einer Session wurde")
def say(world: World, caller: str, case: Case) -> str:
    session = _held(world, case)
    data = {"action": "held", "session": str(session.pk)}
    response = world.people[caller].post(_address(world, case, "tagung/ergebnisse/"), data)
    return _effect(response, done=Outcome.objects.exists())


@probe("Ergebnisseite einer Session anlegen")
def make_page(world: World, caller: str, case: Case) -> str:
    session = _held(world, case)
    address = _address(world, case, f"tagung/ergebnisse/{session.pk}/")
    response = world.people[caller].post(address, {"action": "draft"})
    return _effect(response, done=SessionNotePage.objects.filter(slot=str(session.pk)).exists())
