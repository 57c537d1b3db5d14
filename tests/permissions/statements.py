"""Trying to state something of another body's document, and to take such a statement back."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from content.models import AdoptionPage, CheckPage, CoPublicationPage
from content.models.statement import StatementPage
from content.statements import services
from content.statements.services import AdoptionFacts
from hub.catalogue.models import CatalogueEntry
from hub.catalogue.settling import settle
from tests.permissions.probes import granted, probe, refusal
from tests.permissions.table import Case
from tests.permissions.world import World


@probe("sehen, wer einen Beitrag nutzt")
def see_adopters(world: World, caller: str, case: Case) -> str:
    item = world.item(case)
    response = world.look(caller, f"/nachnutzung/{item.uuid}/")
    if refused := refusal(response):
        assert item.word not in response.content.decode(), "the refusal itself names it"
        return refused
    return granted(really=item.word in response.content.decode())


@probe("erklären, dass die eigene Kommune einen Beitrag nutzt")
def adopt(world: World, caller: str, case: Case) -> str:
    data = {"since": timezone.localdate().isoformat()}
    return _state(world, caller, case, "nachnutzung/{}/erklaeren", data, AdoptionPage)


@probe("einen Beitrag gegenlesen")
def check(world: World, caller: str, case: Case) -> str:
    return _state(world, caller, case, "gegenlesen/{}", {}, CheckPage)


@probe("eine Mitherausgabe von A bestätigen")
def co_publish(world: World, caller: str, case: Case) -> str:
    CatalogueEntry.objects.filter(uuid=world.items[case.kind, case.place, "öffentlich"].uuid).update(
        co_publishers=[world.bodies["A"].pk]
    )
    return _state(world, caller, case, "mitherausgabe/{}", {}, CoPublicationPage)


@probe("eine Erklärung von A ansehen")
def see_own(world: World, caller: str, case: Case) -> str:
    path = f"/erklaerungen/{_adopted(world).translation_key}/zurueckziehen/"
    response = world.people[caller].get(path)
    return refusal(response) or granted(really=response.status_code == 200)


@probe("eine Erklärung von A erneut bestätigen")
def confirm(world: World, caller: str, case: Case) -> str:
    page = _adopted(world)
    AdoptionPage.objects.filter(pk=page.pk).update(confirmed=None)
    return _act(world, caller, page, "bestaetigen", lambda now: now.confirmed is not None)


@probe("eine Nutzung von A beenden")
def end(world: World, caller: str, case: Case) -> str:
    return _act(world, caller, _adopted(world), "beenden", lambda now: now.until is not None)


@probe("eine Erklärung von A zurücknehmen")
def withdraw(world: World, caller: str, case: Case) -> str:
    return _act(world, caller, _adopted(world), "zurueckziehen", lambda now: not now.live)


def _adopted(world: World) -> AdoptionPage:
    """What A states of a module of B."""
    editor = world.people["Redaktion"].user
    assert editor is not None
    entry = CatalogueEntry.objects.get(uuid=world.items["Baustein", "B", "öffentlich"].uuid)
    page = services.adopt(editor, world.bodies["A"], entry, AdoptionFacts())
    settle()
    return page


def _state(
    world: World, caller: str, case: Case, path: str, data: dict[str, str], model: type[StatementPage]
) -> str:
    entry = CatalogueEntry.objects.get(uuid=world.items[case.kind, case.place, "öffentlich"].uuid)
    body = world.bodies["B" if caller == "andere" else "A"]
    sent = {**data, "body": body.pk, "seen": entry.digest}
    response = world.people[caller].post(f"/{path.format(entry.uuid)}/", sent)
    return _effect(response, done=model.objects.filter(maker=body.pk, target=entry.object_id).exists())


def _act(world: World, caller: str, page: AdoptionPage, action: str, is_done: Any) -> str:
    path = f"/erklaerungen/{page.translation_key}/{action}/"
    data = {"until": timezone.localdate().isoformat()}
    response = world.people[caller].post(path, data)
    return _effect(response, done=is_done(AdoptionPage.objects.get(pk=page.pk)))


def _effect(response: Any, *, done: bool) -> str:
    refused = refusal(response)
    assert not (refused and done), "refused, and yet it was done"
    return refused or granted(really=done)
