"""Trying to register for an event, oneself and others, and to see whom somebody else registered."""

from __future__ import annotations

from typing import Any

from django.core.cache import cache

from events.models import EventDesk, EventPage, Letter, Registration
from tests.factories.events import add_desk, add_participant, at
from tests.permissions.probes import granted, probe, refusal
from tests.permissions.table import Case
from tests.permissions.world import World

PERSON = {"given_name": "Kim", "family_name": "Beispiel", "email": "kim@stadt.demo.invalid"}


def _open(world: World, case: Case) -> str:
    """The address of the page on which one registers; what C organises has none here."""
    item = world.items["Termin", case.place, case.content]
    if item.page is not None:
        EventPage.objects.filter(pk=item.page.pk).update(starts=at(9), ends=at(17))
        add_desk(EventPage.objects.get(pk=item.page.pk))
    cache.clear()
    return f"/veranstaltungen/{item.uuid}/anmelden/"


def _effect(response: Any, *, done: bool) -> str:
    refused = refusal(response)
    assert not (refused and done), "refused, and yet it was done"
    return "ja" if done else refused or "nein"


@probe("Anmeldung zu einer Veranstaltung öffnen")
def see(world: World, caller: str, case: Case) -> str:
    response = world.people[caller].get(_open(world, case))
    return refusal(response) or granted(really="given_name" in response.content.decode())


@probe("nach der Anmeldung lesen, wie es weitergeht")
def read_on(world: World, caller: str, case: Case) -> str:
    response = world.people[caller].get(_open(world, case) + "gesendet/")
    return refusal(response) or granted(really=response.status_code == 200)


@probe("sich zu einer Veranstaltung anmelden")
def register(world: World, caller: str, case: Case) -> str:
    response = world.people[caller].post(_open(world, case), PERSON)
    return _effect(response, done=Registration.objects.exists())


@probe("den eigenen Link zu einer Veranstaltung noch einmal anfordern")
def ask_for_link(world: World, caller: str, case: Case) -> str:
    address = _open(world, case).replace("anmelden/", "mein-link/")
    if desk := EventDesk.objects.first():
        add_participant(desk, "Kim")
    response = world.people[caller].post(address, {"email": PERSON["email"]})
    return _effect(response, done=Letter.objects.filter(name="link_again").exists())


@probe("Kolleginnen und Kollegen zu einer Veranstaltung anmelden")
def register_others(world: World, caller: str, case: Case) -> str:
    address, user = _open(world, case), world.people[caller].user
    if user is not None and not user.email:
        add_participant(EventDesk.objects.get(), "Heike", user=user)
    rows = {"people-TOTAL_FORMS": 10, "people-INITIAL_FORMS": 0}
    rows |= {f"people-0-{name}": value for name, value in PERSON.items()}
    response = world.people[caller].post(address + "gruppe/", rows)
    return _effect(response, done=Registration.objects.exists())
