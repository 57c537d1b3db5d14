"""Trying to see what is held, to hide, label and release what C published, and to have C reviewed first."""

from __future__ import annotations

from typing import Any

from federation.models import Peer
from hub.catalogue import overlay
from hub.catalogue.models import CatalogueEntry, Overlay
from tests.permissions.probes import granted, probe, refusal
from tests.permissions.table import Case
from tests.permissions.world import Item, World


def _item(world: World) -> Item:
    return world.items["Bericht", "C", "öffentlich"]


def _entry(world: World) -> CatalogueEntry:
    return CatalogueEntry.objects.exclude(source="").get(uuid=_item(world).uuid)


def _address(world: World) -> str:
    return f"/admin/moderation/{_entry(world).source}/{_item(world).uuid}/"


def _act(world: World, caller: str, action: str, **data: str) -> Any:
    return world.people[caller].post(_address(world), {"action": action, "reason": "Grund", **data})


def _effect(response: Any, *, done: bool) -> str:
    refused = refusal(response)
    assert not (refused and done), "it was refused and done all the same"
    return refused or granted(really=done)


@probe("Zurückgehaltenes sehen")
def see_held(world: World, caller: str, case: Case) -> str:
    overlay.hold(_entry(world).object_id, "Grund", "Betrieb")
    response = world.people[caller].get("/admin/moderation/")
    return _effect(response, done=_item(world).word in response.content.decode())


@probe("Vorschau von Zurückgehaltenem sehen")
def preview(world: World, caller: str, case: Case) -> str:
    overlay.hold(_entry(world).object_id, "Grund", "Betrieb")
    response = world.people[caller].get(f"{_address(world)}vorschau/")
    return _effect(response, done=_item(world).word in response.content.decode())


@probe("Zurückgehaltenes auf der Website lesen")
def read_held(world: World, caller: str, case: Case) -> str:
    overlay.hold(_entry(world).object_id, "Grund", "Betrieb")
    response = world.people[caller].get(_item(world).url)
    return _effect(response, done=_item(world).word in response.content.decode())


@probe("Datei von Zurückgehaltenem laden")
def download_held(world: World, caller: str, case: Case) -> str:
    overlay.hold(_entry(world).object_id, "Grund", "Betrieb")
    response = world.people[caller].get(_item(world).file_url)
    return _effect(response, done=response.status_code == 200)


@probe("Beitrag von C ausblenden")
def hide(world: World, caller: str, case: Case) -> str:
    response = _act(world, caller, "hide")
    return _effect(response, done=_entry(world).overlay == Overlay.HIDDEN)


@probe("Hinweis an einen Beitrag von C hängen")
def label(world: World, caller: str, case: Case) -> str:
    response = _act(world, caller, "label", label="Zahlen von 2019")
    return _effect(response, done=bool(_entry(world).label))


@probe("Zurückgehaltenes freigeben")
def release(world: World, caller: str, case: Case) -> str:
    overlay.hold(_entry(world).object_id, "Grund", "Betrieb")
    response = world.people[caller].post("/admin/moderation/", {"entry": str(_entry(world).pk)})
    return _effect(response, done=not _entry(world).overlay)


@probe("Protokoll der Moderation lesen")
def read_acts(world: World, caller: str, case: Case) -> str:
    overlay.hide(_entry(world).object_id, "Grund 4711", "Betrieb")
    response = world.people[caller].get("/admin/moderation/protokoll/")
    sheet = world.people[caller].get("/admin/moderation/protokoll.csv")
    told = b"".join(sheet.streaming_content).decode() if sheet.streaming else ""
    assert ("4711" in told) == ("4711" in response.content.decode())
    return _effect(response, done="4711" in told)


@probe("Neues einer Instanz zuerst prüfen lassen")
def review_first(world: World, caller: str, case: Case) -> str:
    peer = Peer.objects.get(origin=_entry(world).origin)
    response = world.people[caller].post(f"/admin/moderation/instanz/{peer.slug}/", {"choice": "on"})
    return _effect(response, done=Peer.objects.get(pk=peer.pk).review_first)
