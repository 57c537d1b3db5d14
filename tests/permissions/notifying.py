"""Signed notices: who may read those of this instance, and hand in one of their own."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from federation.models import Notice, NoticeType
from hub.documents import canonical
from hub.env import env
from tests.federation.notices.conftest import announce
from tests.permissions.probes import granted, probe, refusal
from tests.permissions.table import Case
from tests.permissions.world import World
from tests.wire.foreign import KOBLENZ

UUID = "6f3d3c1e-4a6b-4c7f-9d0a-2b1c3d4e5f60"


@probe("Mitteilungen lesen")
def read_notices(world: World, caller: str, case: Case) -> str:
    response = world.hubs[caller].get(case.address)
    return refusal(response) or granted(really=response.status_code == 200)


@probe("Mitteilungen über abgegebene Beiträge lesen")
def read_handovers(world: World, caller: str, case: Case) -> str:
    """They name items, so they are for peers."""
    document = {"type": "handover", "number": 1}
    Notice.objects.create(
        origin=env.origin, number=1, type=NoticeType.HANDOVER, document=document, created=timezone.now()
    )
    response = world.hubs[caller].get("/federation/notices")
    return refusal(response) or granted(really=document in response.json()["notices"])


@probe("Mitteilung über sich selbst abgeben")
def hand_in(world: World, caller: str, case: Case) -> str:
    """The proof stands for the sender, so what is unsigned has none."""
    sender = world.hubs[caller].hub
    said: dict[str, Any] = {"to": "https://fremd.example", "uuids": [UUID], "bodies": [KOBLENZ]}
    notice = announce(sender or world.peer, "handover", **said)
    if sender is None:
        notice["proof"] = {}
    if world.hubs[caller].forged:
        notice["to"] = "https://anderswo.example"
    response = world.hubs[caller].client.post(
        "/federation/notices", data=canonical(notice), content_type="application/json"
    )
    taken = Notice.objects.filter(document=notice).exists()
    assert not (refusal(response) and taken)
    return refusal(response) or granted(really=taken)
