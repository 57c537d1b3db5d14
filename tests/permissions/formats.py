"""Trying to find a format in the list, to learn how to give feedback, and to hand in a recording."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils import timezone

from events.dates import read_event_dates
from events.models import EventPage, Recorded
from hub.catalogue.settling import settle
from hub.documents.series import WEEKDAYS
from tests.factories.events import add_desk
from tests.permissions.probes import granted, probe, refusal
from tests.permissions.table import Case
from tests.permissions.world import World


def _repeat(world: World, case: Case) -> EventPage:
    """The event, weekly three times, the first of them yesterday."""
    page = world.items["Termin", case.place, case.content].page
    assert page is not None
    event = EventPage.objects.get(pk=page.pk)
    event.starts = (timezone.now() - dt.timedelta(days=1)).replace(hour=9, minute=0, second=0, microsecond=0)
    event.ends = event.starts + dt.timedelta(hours=1)
    event.recurrence_rule = f"FREQ=WEEKLY;INTERVAL=1;BYDAY={WEEKDAYS[event.starts.weekday()]};COUNT=3"
    times = {name: getattr(event, name) for name in ("starts", "ends", "recurrence_rule")}
    EventPage.objects.filter(pk=event.pk).update(**times)
    return event


def _address(world: World, case: Case, rest: str) -> str:
    return f"/veranstaltungen/{world.items['Termin', case.place, case.content].uuid}/{rest}"


def _effect(response: Any, *, done: bool) -> str:
    refused = refusal(response)
    assert not (refused and done), "refused, and yet it was done"
    return "ja" if done else refused or "nein"


@probe("Format in der Liste finden")
def find(world: World, caller: str, case: Case) -> str:
    event = _repeat(world, case)
    fresh = EventPage.objects.get(pk=event.pk)
    fresh.save_revision().publish()
    settle()
    response = world.people[caller].get("/formate/")
    return refusal(response) or granted(really=str(event.translation_key) in response.content.decode())


@probe("lesen, wie man Rückmeldung gibt")
def read(world: World, caller: str, case: Case) -> str:
    if case.place != "C":
        add_desk(_repeat(world, case), asks_feedback=True)
    response = world.people[caller].get(_address(world, case, "rueckmeldung/"))
    return refusal(response) or granted(really="Rückmeldung" in response.content.decode())


@probe("Termine mit ihren Aufzeichnungen auflisten")
def list_dates(world: World, caller: str, case: Case) -> str:
    add_desk(_repeat(world, case))
    response = world.people[caller].get(_address(world, case, "tagung/aufzeichnung/"))
    return refusal(response) or granted(really="format-rows" in response.content.decode())


@probe("Aufzeichnung und Unterlagen abgeben")
def hand_in(world: World, caller: str, case: Case) -> str:
    event = _repeat(world, case)
    add_desk(event)
    first = next(read_event_dates(EventPage.objects.get(pk=event.pk).build_schedule()))
    address = _address(world, case, f"tagung/aufzeichnung/{first.stamp}/")
    data = {"title": "Prüfaufzeichnung", "format": "webinar", "url": "https://video.example.de/w/x"}
    response = world.people[caller].post(address, data)
    return _effect(response, done=Recorded.objects.exists())
