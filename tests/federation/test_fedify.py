"""This hub and Fedify, a foreign ActivityPub server, as real processes in both directions."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from fixtures.network.hubs import CITIES
from fixtures.network.probing import find_free_ports
from hub.postgres import Cluster, ensure_template, migration_fingerprint
from tests.conftest import PROJECT, migrate
from tests.wire import fedify
from tests.wire.abroad import RealHub, real_hub
from tests.wire.fedify import Fedify, run_fedify, wait_until

# Where everything has to pass it is no reason to pass that a part is missing: there it fails instead.
pytestmark = pytest.mark.skipif(
    not fedify.is_installed() and "CI" not in os.environ,
    reason="Fedify is not installed: bin/setup --tests does that",
)

MAINZ = CITIES[0]


@pytest.fixture(scope="module")
def hosts() -> list[str]:
    """Two other servers: one reads both kinds of signatures, the other sends and reads the older one."""
    port = find_free_ports(2, 29_100 + os.getpid() % 1000)
    return [f"fedify.localhost:{port}", f"older.localhost:{port + 1}"]


@pytest.fixture(scope="module")
def hub(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory, hosts: list[str]) -> Iterator[RealHub]:
    """Mainz with a worker; it has published a report, so its body can be followed."""
    template = ensure_template(cluster, migration_fingerprint(PROJECT), migrate)
    folder = tmp_path_factory.mktemp("mainz")
    with real_hub(MAINZ, cluster, template, folder, hosts, worker=True) as running:
        running.order("prepare", bodies={MAINZ.body: MAINZ.name})
        running.order("publish_report", title="Schon da")
        wait_until(lambda: running.visitor().get(f"/federation/bodies/{MAINZ.body}").ok)
        yield running


@pytest.fixture(scope="module")
def anna(hub: RealHub, hosts: list[str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fedify]:
    """A person at a server that signs by RFC 9421."""
    host, port = hosts[0].split(":")
    with run_fedify(tmp_path_factory.mktemp("fedify"), host, int(port)) as running:
        yield running


@pytest.fixture(scope="module")
def older(hub: RealHub, hosts: list[str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fedify]:
    """A person at a server that signs by draft-cavage-12 and takes nothing that is signed otherwise."""
    host, port = hosts[1].split(":")
    folder = tmp_path_factory.mktemp("older")
    first = "draft-cavage-http-signatures-12"
    with run_fedify(folder, host, int(port), firstKnock=first) as running:
        running.order("signatures", accepted="older")
        yield running


def instance(hub: RealHub) -> str:
    return f"{hub.origin}/federation/actor"


def body(hub: RealHub) -> str:
    return f"{hub.origin}/federation/bodies/{MAINZ.body}"


def follow(person: Fedify, actor: str, number: int) -> dict[str, Any]:
    """Follow, and wait for the answer; returns it."""
    count = len(person.arrived("Accept"))
    person.order("follow", actor=actor, id=number)
    return person.wait_for("Accept", count + 1)[-1]


def stop(hub: RealHub, person: Fedify, actor: str, number: int) -> None:
    """Follow no longer, and wait until that is done."""
    person.order("undo", actor=actor, id=number)
    wait_until(lambda: all(each["actor"] != person.actor for each in hub.order("followers")))
    person.order("forget")


@pytest.mark.parametrize("who", ["anna", "older"])
@pytest.mark.parametrize("whom", [instance, body])
def test_a_follow_is_accepted_and_an_undo_ends_it(
    hub: RealHub, who: str, whom: Callable[[RealHub], str], request: pytest.FixtureRequest
) -> None:
    person: Fedify = request.getfixturevalue(who)
    answer = follow(person, whom(hub), 1)
    assert (answer["actor"], answer["object"]) == (whom(hub), f"{person.origin}/follows/1")
    # What a server reads is noted after its answer: the follow may have arrived a moment before.
    expected = (person.actor, MAINZ.body if whom is body else "", who == "older")
    noted = ("actor", "followed", "older_signature")
    wait_until(
        lambda: [tuple(each[name] for name in noted) for each in hub.order("followers")] == [expected],
        lambda: f"{hub.order('followers')}, not {expected}",
    )
    stop(hub, person, whom(hub), 1)
    hub.order("publish_report", title="Nach dem Abschied")
    later = follow(person, whom(hub), 2)
    assert [each["id"] for each in person.arrived()] == [later["id"]]
    stop(hub, person, whom(hub), 2)


@pytest.mark.parametrize("who", ["anna", "older"])
def test_what_is_published_changed_withdrawn_and_published_again_arrives_in_order(
    hub: RealHub, who: str, request: pytest.FixtureRequest
) -> None:
    person: Fedify = request.getfixturevalue(who)
    follow(person, body(hub), 3)
    person.order("forget")
    uuid = hub.order("publish_report", title="Sensoren")
    (created,) = person.wait_for("Create")
    hub.order("retitle", uuid=uuid, title="Sensoren auf Parkplätzen")
    (updated,) = person.wait_for("Update")
    hub.order("withdraw", uuid=uuid)
    (deleted,) = person.wait_for("Delete")
    hub.order("retitle", uuid=uuid, title="Sensoren, neue Fassung")
    _, again = person.wait_for("Create", 2)

    first, second = (f"{hub.origin}/federation/objects/{uuid}/{life}" for life in (1, 2))
    assert person.arrived() == [created, updated, deleted, again]
    assert [each["object"] for each in (created, updated, deleted, again)] == [first, first, first, second]
    assert [each["kind"] for each in (created, updated, deleted, again)] == [
        "Article", "Article", "Tombstone", "Article",
    ]  # fmt: skip
    assert [each["title"] for each in (created, updated, again)] == [
        "Sensoren", "Sensoren auf Parkplätzen", "Sensoren, neue Fassung",
    ]  # fmt: skip
    assert "Die Bearbeitung sollte schneller werden." in created["content"]
    assert {each["actor"] for each in person.arrived()} == {body(hub)}
    assert len({each["id"] for each in person.arrived()}) == 4
    stop(hub, person, body(hub), 3)


def test_an_event_arrives_as_an_event(hub: RealHub, anna: Fedify) -> None:
    follow(anna, body(hub), 4)
    anna.order("forget")
    uuid = hub.order("publish_event", title="Barcamp")
    (created,) = anna.wait_for("Create")
    assert (created["kind"], created["title"]) == ("Event", "Barcamp")
    seen = anna.order("lookup", address=f"{hub.origin}/federation/objects/{uuid}/1")
    assert seen["kind"] == "Event"
    assert seen["json"]["startTime"].startswith("2027-03-12T")
    stop(hub, anna, body(hub), 4)


def test_the_instance_passes_on_what_its_bodies_publish(hub: RealHub, anna: Fedify) -> None:
    follow(anna, instance(hub), 5)
    anna.order("forget")
    uuid = hub.order("publish_report", title="Weitergegeben")
    (told,) = wait_until(lambda: anna.arrived("Create", "Announce"), lambda: str(anna.order("arrived")))
    assert told["object"] == f"{hub.origin}/federation/objects/{uuid}/1"
    stop(hub, anna, instance(hub), 5)


@pytest.mark.parametrize("who", ["anna", "older"])
def test_a_report_reaches_the_operators_list(hub: RealHub, who: str, request: pytest.FixtureRequest) -> None:
    person: Fedify = request.getfixturevalue(who)
    about = f"{hub.origin}/federation/objects/00000000-0000-0000-0000-000000000001/1"
    person.order("flag", actor=instance(hub), id=6, objects=[about], content="Das stimmt nicht.")
    expected = {"actor": person.actor, "objects_named": [about], "content": "Das stimmt nicht."}
    wait_until(lambda: expected in hub.order("reports"), lambda: str(hub.order("reports")))


def test_nothing_that_arrived_was_refused(anna: Fedify) -> None:
    assert anna.order("arrived")["refused"] == 0


@pytest.mark.parametrize(("whom", "kind"), [(instance, "Application"), (body, "Organization")])
def test_actors_are_read_with_their_keys(
    hub: RealHub, anna: Fedify, whom: Callable[[RealHub], str], kind: str
) -> None:
    seen = anna.order("lookup", address=whom(hub))
    assert (seen["kind"], seen["json"]["id"]) == (kind, whom(hub))
    assert seen["json"]["publicKey"]["owner"] == whom(hub)
    assert "Multikey" in [key["type"] for key in seen["json"]["assertionMethod"]]


@pytest.mark.parametrize("whom", [instance, body])
def test_actors_are_found_by_their_handles(
    hub: RealHub, anna: Fedify, whom: Callable[[RealHub], str]
) -> None:
    name = anna.order("lookup", address=whom(hub))["json"]["preferredUsername"]
    found = anna.order("webfinger", resource=f"acct:{name}@{hub.hub.host}")
    assert found["subject"] == f"acct:{name}@{hub.hub.host}"
    assert whom(hub) in [link.get("href") for link in found["links"]]
    assert anna.order("lookup", address=f"@{name}@{hub.hub.host}")["json"]["id"] == whom(hub)


@pytest.mark.parametrize("whom", [instance, body])
def test_the_outbox_is_read_page_by_page(hub: RealHub, anna: Fedify, whom: Callable[[RealHub], str]) -> None:
    address = anna.order("lookup", address=whom(hub))["json"]["outbox"]
    read = anna.order("read", address=address)
    assert read["kind"] == "OrderedCollection"
    assert len(read["items"]) == read["total"] > 0
    assert {each["kind"] for each in read["items"]} <= {"Create", "Announce"}


def test_a_withdrawn_report_is_read_as_a_tombstone(hub: RealHub, anna: Fedify) -> None:
    uuid = hub.order("publish_report", title="Bald zurückgezogen")
    address = f"{hub.origin}/federation/objects/{uuid}/1"
    article = wait_until(lambda: anna.order("lookup", address=address))
    assert (article["kind"], article["json"]["name"]) == ("Article", "Bald zurückgezogen")
    hub.order("withdraw", uuid=uuid)
    path = f"/federation/objects/{uuid}/1"
    gone = wait_until(lambda: _answer(hub, path, 410))
    assert (gone["type"], gone["formerType"]) == ("Tombstone", "Article")


def _answer(hub: RealHub, path: str, status: int) -> Any:
    response = hub.visitor().get(path)
    return response.json() if response.status_code == status else None
