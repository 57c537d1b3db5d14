"""Trying to follow from the Fediverse, and to tick off what was reported there."""

from __future__ import annotations

import json

from django.utils import timezone

from federation.activitypub.models import Report, StrangerMessage
from hub.env import env
from tests.permissions.callers import Caller
from tests.permissions.probes import granted, probe, refusal
from tests.permissions.table import Case
from tests.permissions.world import World
from tests.wire.stranger import send

STRANGER = "https://fremd.example/users/anna"


@probe("aus dem Fediverse folgen")
def follow(world: World, caller: str, case: Case) -> str:
    """An instance that is no peer has its request looked at later; peers exchange logs and follow nobody."""
    knocking = world.hubs[caller]
    actor = (
        STRANGER
        if caller == "unbekannt"
        else f"{knocking.hub.origin if knocking.hub else ''}/federation/actor"
    )
    address = f"{env.origin}/federation/bodies/{world.bodies['A'].pk}"
    activity = {"id": f"{actor}#1", "type": "Follow", "actor": actor, "object": address}
    body = json.dumps(activity).encode()
    path = case.address.replace("<key>", world.bodies["A"].pk)
    response = send(knocking.client, body, _signed(knocking, path, body), path)
    return refusal(response) or granted(really=StrangerMessage.objects.filter(host="fremd.example").exists())


@probe("Meldung aus dem Fediverse abhaken")
def settle(world: World, caller: str, case: Case) -> str:
    report = Report.objects.create(actor=STRANGER, activity=f"{STRANGER}#1", received=timezone.now())
    response = world.people[caller].post(f"/admin/fediverse/reports/{report.pk}/", {"action": "settle"})
    report.refresh_from_db()
    done = report.settled is not None
    assert not (refusal(response) and done)
    return refusal(response) or granted(really=done)


def _signed(caller: Caller, path: str, body: bytes) -> dict[str, str]:
    if caller.hub is None:
        return {}
    options = {"key_id": f"{STRANGER}#main-key"} if caller.name == "unbekannt" else {}
    headers = caller.hub.sign("POST", path, body, **options)
    return {**headers, "Signature": "hub=:AAAA:"} if caller.forged else headers
