"""Trying to take over a publiccode.yml, and to load the one of a module."""

from __future__ import annotations

from typing import Any

from wagtail.models import Page

from content.models import ModulePage
from tests.content.publiccode import MINIMAL, write
from tests.permissions.probes import granted, probe, refusal
from tests.permissions.table import Case
from tests.permissions.world import World

NAME = "Frische Software"


@probe("publiccode.yml und Plakette laden")
def load(world: World, caller: str, case: Case) -> str:
    """The file lacks facts, so the answer is what it lacks: 409."""
    item = world.item(case)
    badge = world.look(caller, f"/id/{item.uuid}/publiccode.svg")
    file = world.look(caller, f"/id/{item.uuid}/publiccode.yml")
    assert refusal(badge) == refusal(file)
    if refused := refusal(badge):
        assert item.word not in file.content.decode(), "the refusal itself names it"
        return refused
    return granted(really=(badge.status_code, file.status_code) == (200, 409))


@probe("Entwurf aus einer publiccode.yml anlegen")
def draft(world: World, caller: str, case: Case) -> str:
    section = world.sections[case.place]
    data = {"text": write(MINIMAL, name=NAME).decode(), "section": section.pk}
    response = world.people[caller].post("/admin/publiccode/", data)
    return _outcome(response, made=Page.objects.child_of(section).filter(title=NAME).exists())


@probe("publiccode.yml in Veröffentlichtes übernehmen")
def update(world: World, caller: str, case: Case) -> str:
    item = world.items[case.kind, case.place, "öffentlich"]
    page = ModulePage.objects.get(translation_key=item.uuid, alias_of=None)
    response = world.people[caller].post(f"/admin/publiccode/{page.pk}/", {"text": write(MINIMAL).decode()})
    draft = ModulePage.objects.get(pk=page.pk).get_latest_revision_as_object()
    return _outcome(response, made=draft.repository == MINIMAL["url"])


def _outcome(response: Any, *, made: bool) -> str:
    refused = refusal(response)
    assert not (refused and made)
    return refused or granted(really=made)
