"""Trying to get at a contribution by the text that is made for newsletters."""

from __future__ import annotations

from django.utils import timezone

from tests.permissions.probes import granted, probe, refusal
from tests.permissions.table import Case
from tests.permissions.world import World


@probe("im Text für einen Newsletter finden")
def find_in_newsletter(world: World, caller: str, case: Case) -> str:
    item = world.item(case)
    year = timezone.localdate().year
    response = world.people[caller].get(f"/berichte/newsletter/?zeitraum={year}&laenge=lang")
    page = response.content.decode()
    if refused := refusal(response):
        assert item.word not in page, "the refusal itself names it"
        return refused
    return granted(really=item.word in page)
