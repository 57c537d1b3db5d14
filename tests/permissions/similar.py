"""Trying to read beside a document: who like a body runs it, and the line it stands in."""

from __future__ import annotations

from hub.documents import Relation
from hub.env import env
from tests.permissions.probes import granted, probe, refusal
from tests.permissions.table import Case
from tests.permissions.world import World
from tests.theme.entries import add_entry, make_document

BEYOND = 1_000_000
"""A position that no log has reached."""


@probe("bei ähnlichen Kommunen finden")
def find_similar(world: World, caller: str, case: Case) -> str:
    item = world.item(case)
    page = world.text(caller, f"/aehnlich/{_other_body(world, case)}/?q={item.word}")
    return granted(really=f'href="{item.url}"' in page)


@probe("fragen, welche ähnliche Kommune das betreibt")
def ask_who_runs(world: World, caller: str, case: Case) -> str:
    item = world.item(case)
    response = world.people[caller].get(f"/aehnlich/{_other_body(world, case)}/?dokument={item.uuid}")
    page = response.content.decode()
    if refused := refusal(response):
        assert item.word not in page, "the refusal itself names it"
        return refused
    return granted(really=item.word in page)


@probe("im Werdegang eines anderen Beitrags finden")
def find_in_lineage(world: World, caller: str, case: Case) -> str:
    """A public report of C is said to have come of it."""
    item = world.item(case)
    origin = world.peer.origin if case.place == "C" else env.origin
    relations = (Relation(type="derived_from", target=f"{origin}/id/{item.uuid}"),)
    report = add_entry(
        make_document("Folge", publishers=(world.bodies["C"].pk,), relations=relations), position=BEYOND
    )
    response = world.people[caller].get(f"/id/{report.uuid}")
    assert response.status_code == 200
    return granted(really=f'href="{item.url}"' in response.content.decode())


def _other_body(world: World, case: Case) -> str:
    return str(world.bodies["B" if case.place == "A" else "A"].pk)
