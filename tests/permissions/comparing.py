"""What other instances may read to compare their catalogue with this one's."""

from __future__ import annotations

from federation.comparing.buckets import bucket_of
from hub.env import env
from tests.permissions.probes import granted, probe, refusal
from tests.permissions.table import Case
from tests.permissions.world import World


@probe("vergleichen, was hier veröffentlicht ist")
def read_bucket(world: World, caller: str, case: Case) -> str:
    response = world.hubs[caller].get("/federation/bucket/0")
    return refusal(response) or granted(really=response.status_code == 200)


@probe("beim Vergleichen finden")
def find_in_bucket(world: World, caller: str, case: Case) -> str:
    item = world.item(case)
    number = bucket_of(f"{env.origin}/id/{item.uuid}")
    response = world.look(caller, f"/federation/bucket/{number}", world.hubs)
    told = item.word in response.content.decode()
    assert not (refusal(response) and told)
    return refusal(response) or granted(really=told)
