"""Trying to see how the search index stands, and to have it built again."""

from __future__ import annotations

from procrastinate.contrib.django.models import ProcrastinateJob

from tests.permissions.probes import granted, probe, refusal
from tests.permissions.table import Case
from tests.permissions.world import World


@probe("sehen, wie es um den Suchindex steht")
def see_index(world: World, caller: str, case: Case) -> str:
    response = world.look(caller, "/admin/suche/")
    return refusal(response) or granted(really='id="index-postgres"' in response.content.decode())


@probe("Suchindex neu aufbauen lassen")
def rebuild_index(world: World, caller: str, case: Case) -> str:
    response = world.people[caller].post("/admin/suche/neu-aufbauen/postgres/")
    refused = refusal(response)
    done = ProcrastinateJob.objects.filter(task_name="search.rebuild_one").exists()
    assert not (refused and done), "it was refused and done all the same"
    return refused or granted(really=done)
