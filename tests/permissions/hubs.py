"""Other instances: what they may fetch, what they may send, and what their log shows them."""

from __future__ import annotations

import uuid
from typing import Any

from hub.catalogue.models import CatalogueEntry
from tests.permissions.probes import granted, probe, refusal
from tests.permissions.table import Case
from tests.permissions.world import LEVELS, World
from tests.wire.foreign import KOBLENZ


@probe("Schlüssel und Stand abrufen")
def fetch(world: World, caller: str, case: Case) -> str:
    response = world.hubs[caller].get(case.address)
    return refusal(response) or granted(really=response.status_code == 200)


@probe("Protokoll abrufen")
def pull(world: World, caller: str, case: Case) -> str:
    response = world.hubs[caller].get("/federation/log?after=0&limit=100")
    return refusal(response) or granted(really=response.status_code == 200)


@probe("im Protokoll finden")
def find_in_log(world: World, caller: str, case: Case) -> str:
    response = world.look(caller, "/federation/log?after=0&limit=100", world.hubs)
    told = world.item(case).word in response.content.decode()
    assert not (refusal(response) and told)
    return refusal(response) or granted(really=told)


@probe("Anhang abrufen")
def fetch_file(world: World, caller: str, case: Case) -> str:
    item = world.item(case)
    response = world.hubs[caller].get(item.file_url)
    if response.status_code != 200:
        return refusal(response)
    return granted(really=b"".join(response.streaming_content) == item.inner)


@probe("Beitrag senden")
def push(world: World, caller: str, case: Case) -> str:
    """A document of the sender for a body it was approved for."""
    return _push(world, caller, LEVELS[case.content], KOBLENZ)


@probe("Beitrag einer fremden Kommune senden")
def push_foreign(world: World, caller: str, case: Case) -> str:
    return _push(world, caller, LEVELS["öffentlich"], world.bodies["B"].pk)


def _push(world: World, caller: str, level: Any, publisher: str) -> str:
    sender = world.hubs[caller].hub or world.peer
    kept = list(sender.entries), sender.head_hash
    document = sender.document("Gesandt", audience=level, publishers=(publisher,))
    response = world.hubs[caller].push(sender, sender.publish(document))
    sender.entries[:], sender.head_hash = kept
    shown = CatalogueEntry.objects.filter(uuid=uuid.UUID(document.uuid), state="live", hidden=False).exists()
    assert not (refusal(response) and shown)
    return refusal(response) or granted(really=shown)
