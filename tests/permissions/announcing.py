"""What the Fediverse is shown, whoever asks: own public contributions, and the bodies that publish them."""

from __future__ import annotations

from typing import Any

from federation.activitypub.following import CONSUMER
from hub.catalogue.consumers import run_consumers
from hub.catalogue.models import Cursor
from hub.env import env
from tests.permissions.probes import granted, probe, refusal
from tests.permissions.table import Case
from tests.permissions.world import World


@probe("im Fediverse abrufen")
def read_object(world: World, caller: str, case: Case) -> str:
    """The object of a contribution."""
    _announce()
    item = world.item(case)
    return _look(world, caller, f"/federation/objects/{item.uuid}/1", item.word)


@probe("im Ausgang finden")
def find_in_outbox(world: World, caller: str, case: Case) -> str:
    """The outbox of the body that publishes the contribution."""
    _announce()
    path = f"/federation/bodies/{world.bodies[case.place].pk}/outbox?page=0"
    return _look(world, caller, path, world.item(case).word)


@probe("einer Kommune im Fediverse folgen können")
def read_actor(world: World, caller: str, case: Case) -> str:
    _announce()
    key = world.bodies[case.place].pk
    path = (case.address or "/federation/bodies/<key>").replace("<key>", key)
    return _look(world, caller, path, '"@context"')


@probe("im Fediverse gefunden werden")
def find_actor(world: World, caller: str, case: Case) -> str:
    _announce()
    resource = f"{env.origin}/kommunen/{world.bodies[case.place].pk}/"
    return _look(world, caller, f"/.well-known/webfinger?resource={resource}", "/federation/bodies/")


def _announce() -> None:
    """Let the consumer read everything that is in the world."""
    Cursor.objects.filter(consumer=CONSUMER).update(position=0)
    run_consumers(CONSUMER)


def _look(world: World, caller: str, path: str, word: str) -> str:
    response: Any = world.hubs[caller].get(path)
    told = word in response.content.decode()
    assert not (refusal(response) and told)
    return refusal(response) or granted(really=told)
