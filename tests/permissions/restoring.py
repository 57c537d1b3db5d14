"""Trying to get back what is held of the own log, and to withdraw what came back without a page."""

from __future__ import annotations

from hub.catalogue.models import CatalogueEntry, State
from hub.env import env
from tests.permissions.probes import granted, probe, refusal
from tests.permissions.table import Case
from tests.permissions.world import World
from tests.theme.entries import add_entry, make_document

BEYOND = 1_000_000
"""A position that no log has reached."""


@probe("Eigenes zurückholen")
def take_back(world: World, caller: str, case: Case) -> str:
    """Each sender is told of its own log alone."""
    response = world.hubs[caller].get(
        f"{case.address}?after=0&limit=1" if "log" in case.address else case.address
    )
    if refused := refusal(response):
        return refused
    return granted(really=response.json()["origin"] == (world.hubs[caller].hub or world.peer).origin)


@probe("Wiederhergestelltes zurückziehen")
def withdraw_recovered(world: World, caller: str, case: Case) -> str:
    document = make_document("Ohne Seite", origin=env.origin, publishers=(env.body,))
    entry = add_entry(document, source="", recovered=True, position=BEYOND)
    response = world.people[caller].post(f"/admin/peers/recovered/{entry.uuid}/")
    done = CatalogueEntry.objects.get(pk=entry.pk).state == State.WITHDRAWN
    refused = refusal(response)
    assert not (refused and done), "it was refused and done all the same"
    return refused or granted(really=done)
