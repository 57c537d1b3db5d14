"""What anybody in the Fediverse can read here, and how they find it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization

from federation import multibase
from federation.activitypub.models import Follower, PublicObject
from federation.activitypub.outbox import PAGE
from federation.identity import own_identity, own_keys
from hub.catalogue import log
from hub.catalogue.models import CatalogueEntry, State
from hub.documents import Audience
from hub.env import env
from tests.factories.pages import add_body
from tests.federation.activitypub.publishing import add_follower, publish, withdraw

pytestmark = pytest.mark.django_db

ACTIVITY = "application/activity+json"
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
BODY = f"/federation/bodies/{env.body}"
HOST = env.origin.split("//")[1]


def read(response: Any) -> dict[str, Any]:
    assert response["Content-Type"] == ACTIVITY
    return json.loads(response.content)


@pytest.fixture
def body(db: None) -> Any:
    own_keys()
    return add_body(env.body, "Mainz am Rhein")


@pytest.mark.parametrize(("path", "kind"), [("/federation/actor", "Application"), (BODY, "Organization")])
def test_an_actor_has_its_own_key_ids_and_addresses(client, body, path, kind):
    publish()
    actor = read(client.get(path))
    address = env.origin + path
    assert (actor["id"], actor["type"], actor["manuallyApprovesFollowers"]) == (address, kind, False)
    assert actor["publicKey"]["id"] == address + "#rsa-key"
    assert actor["publicKey"]["owner"] == address
    key = serialization.load_pem_public_key(actor["publicKey"]["publicKeyPem"].encode())
    assert key == own_keys().rsa.public_key()
    (method,) = actor["assertionMethod"]
    assert (method["id"], method["controller"]) == (address + "#ed25519-key", address)
    assert multibase.decode_key(method["publicKeyMultibase"]) == own_keys().ed25519.public_key()
    assert actor["endpoints"] == {"sharedInbox": f"{env.origin}/federation/inbox"}
    for name in ("inbox", "outbox", "followers"):
        assert actor[name].startswith(env.origin + "/federation/")
        assert actor[name].endswith("/" + name)
    for name in ("outbox", "followers"):
        assert client.get(actor[name].removeprefix(env.origin)).status_code == 200


def test_the_actor_of_the_instance_keeps_what_peers_pin(client):
    actor = read(client.get("/federation/actor"))
    identity = own_identity()
    assert actor["publicKey"]["publicKeyPem"] == identity.rsa_pem
    assert actor["assertionMethod"][0]["publicKeyMultibase"] == identity.ed25519
    assert actor["preferredUsername"] == env.slug


def test_an_actor_is_described_in_german_whoever_asks(client, body):
    publish()
    for path in ("/federation/actor", BODY):
        summary = read(client.get(path, headers={"Accept-Language": "en"}))["summary"]
        assert "Wissenshub" in summary


@pytest.mark.parametrize(("path", "page"), [("/federation/actor", "/"), (BODY, f"/kommunen/{env.body}/")])
def test_people_are_led_from_an_actor_to_its_page(client, body, path, page):
    publish()
    response = client.get(path, headers={"Accept": BROWSER})
    assert (response.status_code, response["Location"]) == (302, env.origin + page)
    assert "Accept" in response["Vary"]
    asked = client.get(path, headers={"Accept": f"{ACTIVITY}, text/html;q=0.1"})
    assert asked.status_code == 200


def test_only_bodies_that_publish_here_are_actors(client, body):
    add_body("07111000", "Koblenz")
    publish("Intern", audience=Audience.MEMBERS)
    for path in (BODY, BODY + "/outbox", BODY + "/followers", "/federation/bodies/07111000"):
        assert client.get(path).status_code == 404
    withdraw(publish("Bauantrag"))
    assert client.get(BODY).status_code == 200, "it stays, or its withdrawals could not be checked"


def test_a_report_is_an_article(client, body):
    entry = publish("Bauantrag")
    path = f"/federation/objects/{entry.uuid}/1"
    found = read(client.get(path))
    assert (found["type"], found["id"], found["attributedTo"]) == (
        "Article",
        env.origin + path,
        env.origin + BODY,
    )
    assert found["content"] == "<p>Bauantrag in Kürze.</p><h2>Ziel</h2><p>Der Text.</p>"
    assert found["url"] == env.origin + entry.path
    assert client.get(path, headers={"Accept": BROWSER})["Location"] == env.origin + entry.path


def test_a_withdrawn_one_leaves_a_tombstone(client, body):
    entry = publish("Bauantrag", kind="event")
    withdraw(entry)
    response = client.get(f"/federation/objects/{entry.uuid}/1")
    assert response.status_code == 410
    assert read(response) == {
        "@context": ["https://www.w3.org/ns/activitystreams", "https://w3id.org/security/data-integrity/v1"],
        "id": f"{env.origin}/federation/objects/{entry.uuid}/1",
        "type": "Tombstone",
        "formerType": "Event",
        "deleted": read(response)["deleted"],
    }


def test_each_life_has_its_own_object(client, body):
    entry = publish("Bauantrag")
    withdraw(entry)
    publish("Bauantrag", entry)
    statuses = [client.get(f"/federation/objects/{entry.uuid}/{life}").status_code for life in range(4)]
    assert statuses == [404, 410, 200, 404]


@pytest.mark.parametrize("audience", [Audience.MEMBERS, Audience.INSTANCE])
def test_what_is_no_longer_for_everybody_is_not_shown_before_the_consumer_knows(client, body, audience):
    entry = publish("Bauantrag")
    CatalogueEntry.objects.filter(pk=entry.pk).update(audience=audience)
    assert client.get(f"/federation/objects/{entry.uuid}/1").status_code == 404
    assert read(client.get("/federation/outbox"))["totalItems"] == 0


def test_what_is_hidden_is_neither_shown_nor_called_gone(client, body):
    entry = publish("Bauantrag")
    CatalogueEntry.objects.filter(pk=entry.pk).update(hidden=True, position=log.next_position())
    assert client.get(f"/federation/objects/{entry.uuid}/1").status_code == 404


def test_nothing_unpublished_has_an_address(client, body):
    secret = publish("Intern", audience=Audience.MEMBERS)
    assert client.get(f"/federation/objects/{secret.uuid}/1").status_code == 404


def test_the_outboxes_hold_what_is_public_now(client, body):
    old, secret, new = publish("Alt"), publish("Intern", audience=Audience.MEMBERS), publish("Neu")
    withdraw(publish("Fort"))
    publish("Fremd", publishers=("07111000",))
    assert read(client.get(BODY + "/outbox"))["totalItems"] == 2
    page = read(client.get(BODY + "/outbox?page=0"))
    assert [(item["type"], item["object"]["name"]) for item in page["orderedItems"]] == [
        ("Create", "Neu"),
        ("Create", "Alt"),
    ]
    whole = read(client.get("/federation/outbox?page=0"))["orderedItems"]
    assert {item["type"] for item in whole} == {"Announce"}
    assert len(whole) == 3
    assert whole[1]["object"] == f"{env.origin}/federation/objects/{new.uuid}/1"
    assert str(secret.uuid) not in json.dumps(whole)
    assert str(old.uuid) in json.dumps(whole)


def test_a_long_outbox_has_pages(client, body):
    titles = [publish(f"Bericht {n}").title for n in range(PAGE + 2)]
    address, found = BODY + "/outbox?page=0", []
    while address:
        page = read(client.get(address.removeprefix(env.origin)))
        assert page["id"] == env.origin + address.removeprefix(env.origin)
        found += [item["object"]["name"] for item in page["orderedItems"]]
        address = page.get("next", "")
    assert found == titles[::-1]


@pytest.mark.parametrize("page", ["", "x", "-1", "1.5", "²", "9" * 25])
def test_an_impossible_page_is_not_there(client, page):
    assert client.get(f"/federation/outbox?page={page}").status_code == 404


def test_followers_are_counted_and_not_named(client, body):
    publish()
    for n, followed in enumerate(["", env.body, env.body]):
        add_follower(followed, name=f"person-{n}")
    for path, number in (("/federation/followers", 1), (BODY + "/followers", 2)):
        found = read(client.get(path))
        assert found["totalItems"] == number
        assert "person" not in json.dumps(found)


@pytest.mark.parametrize(
    ("path", "queries"),
    [
        ("/federation/actor", 2),
        (BODY, 3),
        ("/federation/outbox", 1),
        (BODY + "/outbox", 2),
        ("/federation/outbox?page=0", 4),
        (BODY + "/outbox?page=0", 5),
        ("/federation/followers", 1),
        (BODY + "/followers", 2),
        ("/.well-known/webfinger?resource=acct:" + env.slug + "@" + HOST, 0),
        ("/.well-known/nodeinfo", 0),
        ("/nodeinfo/2.1", 2),
    ],
)
@pytest.mark.parametrize("number", [1, 3])
def test_answers_cost_the_same_whatever_there_is(
    client, body, django_assert_num_queries, path, queries, number
):
    for n in range(number):
        publish(f"Bericht {n}")
    with django_assert_num_queries(queries):
        assert client.get(path).status_code == 200


def test_an_object_costs_three_queries(client, body, django_assert_num_queries):
    entry = publish("Bauantrag")
    with django_assert_num_queries(3):
        client.get(f"/federation/objects/{entry.uuid}/1")


@pytest.mark.parametrize(
    "resource",
    [
        f"acct:{env.slug}@{HOST}",
        f"acct:{env.slug.upper()}@{HOST.upper()}",
        f"acct:@{env.slug}@{HOST}",
        env.origin + "/",
        env.origin + "/federation/actor",
    ],
)
def test_the_instance_is_found(client, resource):
    response = client.get("/.well-known/webfinger", {"resource": resource})
    assert response["Content-Type"] == "application/jrd+json"
    assert response["Access-Control-Allow-Origin"] == "*"
    found = response.json()
    assert found["subject"] == f"acct:{env.slug}@{HOST}"
    assert {"rel": "self", "type": ACTIVITY, "href": env.origin + "/federation/actor"} in found["links"]


@pytest.mark.parametrize(
    "resource",
    [
        f"acct:mainz-am-rhein_{env.body}@{HOST}",
        f"acct:frueherer-name_{env.body}@{HOST}",
        f"{env.origin}/kommunen/{env.body}/",
        env.origin + BODY,
    ],
)
def test_a_body_is_found_also_by_an_earlier_name(client, body, resource, django_assert_num_queries):
    publish()
    with django_assert_num_queries(1):
        found = client.get("/.well-known/webfinger", {"resource": resource}).json()
    assert found["subject"] == f"acct:mainz-am-rhein_{env.body}@{HOST}"
    assert found["links"][0]["href"] == env.origin + BODY
    assert read(client.get(BODY))["preferredUsername"] == f"mainz-am-rhein_{env.body}"


@pytest.mark.parametrize(
    "resource",
    [
        f"acct:niemand@{HOST}",
        f"acct:koblenz_07111000@{HOST}",
        f"acct:{env.slug}@anderswo.example",
        f"acct:@{HOST}",
        f"acct:{HOST}",
        "https://anderswo.example/federation/actor",
        env.origin + "/kommunen/../federation/actor",
        env.origin + "/federation/bodies/",
        "mailto:anna@example.org",
        f"acct:a_{'1' * 3000}@{HOST}",
    ],
)
def test_nobody_else_is_found(client, resource):
    response = client.get("/.well-known/webfinger", {"resource": resource})
    assert (response.status_code, response["Access-Control-Allow-Origin"]) == (404, "*")


def test_a_question_without_a_name_is_refused(client):
    assert client.get("/.well-known/webfinger").status_code == 400


def test_nodeinfo_counts_what_there_is(client, body, django_user_model):
    publish()
    publish("Intern", audience=Audience.MEMBERS)
    django_user_model.objects.create_user("anna@hub.example", password=None)
    link = client.get("/.well-known/nodeinfo").json()["links"][0]
    found = client.get(link["href"].removeprefix(env.origin)).json()
    assert (found["version"], found["protocols"]) == ("2.1", ["activitypub"])
    assert found["software"]["name"] == "wissenshub"
    assert found["usage"] == {
        "users": {"total": 1, "activeMonth": 0, "activeHalfyear": 0},
        "localPosts": 1,
    }


@pytest.mark.parametrize(
    "accept", [ACTIVITY, 'application/ld+json; profile="https://www.w3.org/ns/activitystreams"']
)
def test_who_asks_for_activitypub_is_led_from_pages_to_objects(client, body, accept):
    entry = publish("Bauantrag")
    places = {
        f"/id/{entry.uuid}": f"/federation/objects/{entry.uuid}/1",
        entry.path: f"/federation/objects/{entry.uuid}/1",
        f"/kommunen/{env.body}/": BODY,
        "/": "/federation/actor",
    }
    for path, target in places.items():
        response = client.get(path, headers={"Accept": accept})
        assert (response.status_code, response["Location"]) == (303, env.origin + target), path
    withdraw(entry)
    assert client.get(f"/id/{entry.uuid}", headers={"Accept": accept}).status_code == 303


def test_pages_without_an_object_stay_pages(client, body):
    secret = publish("Intern", audience=Audience.MEMBERS)
    for path in (f"/id/{secret.uuid}", secret.path, "/wissen/", "/kommunen/07111000/"):
        assert client.get(path, headers={"Accept": ACTIVITY}).status_code != 303, path


def test_a_browser_costs_nothing_more(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert client.get("/.well-known/nodeinfo", headers={"Accept": BROWSER}).status_code == 200


@pytest.mark.parametrize("path", ["/federation/actor", "/federation/outbox", "/nodeinfo/2.1"])
def test_nothing_can_be_posted_there(client, path):
    assert client.post(path).status_code == 405


def test_what_was_never_public_is_not_there_after_a_withdrawal(client, body):
    secret = publish("Intern", audience=Audience.MEMBERS)
    withdraw(secret)
    assert client.get(f"/federation/objects/{secret.uuid}/1").status_code == 404
    assert not PublicObject.objects.exists()
    assert not Follower.objects.exists()
    assert CatalogueEntry.objects.get().state == State.WITHDRAWN
