"""Trying to join, see and change other instances, and what those ask of this one before they are peers."""

from __future__ import annotations

import json
from typing import Any

from django.core.cache import cache

from federation.models import Notice, NoticeType, Peer, Proposal
from hub.env import env
from hub.files.models import FileState, StoredFile
from tests.permissions.probes import granted, probe, refusal
from tests.permissions.table import Case
from tests.permissions.world import World
from tests.wire.foreign import ForeignHub

STRANGER = "http://worms.localhost:8009"


@probe("eine andere Instanz sehen")
def see_peer(world: World, caller: str, case: Case) -> str:
    response = world.people[caller].get("/admin/peers/koblenz/")
    first, *_rest = world.peer.identity()["fingerprint"].split()
    return _seen(response, first)


@probe("den Fingerabdruck dieser Instanz sehen")
def see_own(world: World, caller: str, case: Case) -> str:
    response = world.people[caller].get("/admin/peers/self/")
    return _seen(response, "peers__words")


@probe("einen Vorschlag sehen")
def see_proposal(world: World, caller: str, case: Case) -> str:
    proposal = _propose()
    response = world.people[caller].get(f"/admin/peers/proposals/{proposal.pk}/")
    return _seen(response, proposal.identity["fingerprint"])


@probe("eine andere Instanz vorschlagen")
def propose(world: World, caller: str, case: Case) -> str:
    """The address is that of nobody: whoever may is told so."""
    response = world.people[caller].post("/admin/peers/new/", {"address": "kein wort"})
    return refusal(response) or granted(really="ist keine Adresse" in response.content.decode())


@probe("eine andere Instanz zulassen")
def approve(world: World, caller: str, case: Case) -> str:
    proposal = _propose()
    data = {"compared": "yes", "fingerprint": proposal.identity["fingerprint"]}
    response = world.people[caller].post(f"/admin/peers/proposals/{proposal.pk}/approve/", data)
    return _effect(response, done=Peer.objects.filter(origin=STRANGER, state="approved").exists())


@probe("einen Vorschlag neu abfragen")
def refresh(world: World, caller: str, case: Case) -> str:
    """Nobody answers at that address: the way back to the proposal is what somebody gets who may."""
    address = f"/admin/peers/proposals/{_propose().pk}/"
    response = world.people[caller].post(f"{address}refresh/")
    return refusal(response) or granted(really=response["Location"] == address)


@probe("einen Vorschlag ablehnen")
def reject(world: World, caller: str, case: Case) -> str:
    proposal = _propose()
    response = world.people[caller].post(f"/admin/peers/proposals/{proposal.pk}/reject/")
    return _effect(response, done=Proposal.objects.get(pk=proposal.pk).rejected is not None)


@probe("eine andere Instanz sperren")
def block(world: World, caller: str, case: Case) -> str:
    response = world.people[caller].post("/admin/peers/koblenz/block/")
    return _effect(response, done=_peer().state == "blocked")


@probe("einstellen, wann Dateien einer anderen Instanz geholt werden")
def set_up(world: World, caller: str, case: Case) -> str:
    response = world.people[caller].post("/admin/peers/koblenz/settings/", {"lazy_files": "yes"})
    return _effect(response, done=_peer().lazy_files)


@probe("Kommunen einer anderen Instanz wegnehmen")
def take_bodies(world: World, caller: str, case: Case) -> str:
    assert _peer().bodies
    response = world.people[caller].post("/admin/peers/koblenz/bodies/", {})
    return _effect(response, done=not _peer().bodies)


@probe("zurückgehaltene Einträge erneut versuchen")
def retry(world: World, caller: str, case: Case) -> str:
    response = world.people[caller].post("/admin/peers/koblenz/quarantine/")
    return refusal(response) or granted(really=response["Location"] == "/admin/peers/koblenz/")


@probe("eine Datei einer anderen Instanz erneut holen")
def retry_file(world: World, caller: str, case: Case) -> str:
    file = StoredFile.objects.create(
        digest="sha256:" + "7" * 64,
        origin=_peer().origin,
        size=1,
        media_type="text/plain",
        state=FileState.REFUSED,
        source=f"{_peer().origin}/datei",
        reason="Schädling",
    )
    response = world.people[caller].post("/admin/peers/koblenz/files/", {"file": file.pk})
    file.refresh_from_db()
    return _effect(response, done=file.state == FileState.MISSING)


@probe("Schlüssel einer anderen Instanz ersetzen")
def replace_key(world: World, caller: str, case: Case) -> str:
    """Nobody answers at its address: the way back to its page is what somebody gets who may."""
    response = world.people[caller].post("/admin/peers/koblenz/key/", {"compared": "yes"})
    return refusal(response) or granted(really=response["Location"] == "/admin/peers/koblenz/")


@probe("Beiträge an eine andere Instanz übergeben")
def hand_over(world: World, caller: str, case: Case) -> str:
    data = {"bodies": [env.body]}
    response = world.people[caller].post("/admin/peers/koblenz/handover/", data)
    done = Notice.objects.filter(origin=env.origin, type=NoticeType.HANDOVER).exists()
    told = not refusal(response) and "nichts" in response.content.decode()
    return _effect(response, done=done or told)


@probe("Beiträge einer anderen Instanz übernehmen")
def take_over(world: World, caller: str, case: Case) -> str:
    response = world.people[caller].post("/admin/peers/koblenz/handover/1/")
    return refusal(response) or granted(really=response["Location"] == "/admin/peers/koblenz/")


@probe("das Netz verlassen")
def leave(world: World, caller: str, case: Case) -> str:
    response = world.people[caller].post("/admin/peers/self/leave/")
    return _effect(response, done=_peer().state == "left")


@probe("Vorschlag senden")
def send_proposal(world: World, caller: str, case: Case) -> str:
    """From anybody for anybody: the address is asked itself before anything is shown."""
    cache.clear()
    response = world.hubs[caller].client.post(
        "/federation/proposals", data=json.dumps({"origin": STRANGER}), content_type="application/json"
    )
    return refusal(response) or granted(really=Proposal.objects.filter(origin=STRANGER).exists())


def _propose() -> Any:
    identity = ForeignHub(STRANGER, "worms").identity(bodies=[])
    return Proposal.objects.create(origin=STRANGER, identity=identity, by_them=True)


def _peer() -> Peer:
    return Peer.objects.get(slug="koblenz")


def _seen(response: Any, word: str) -> str:
    refused = refusal(response)
    assert not (refused and word in response.content.decode())
    return refused or granted(really=word in response.content.decode())


def _effect(response: Any, *, done: bool) -> str:
    refused = refusal(response)
    assert not (refused and done), "it was refused and done all the same"
    return refused or granted(really=done)
