"""What the Fediverse is told: each own public document once, each change of it, and that it is gone."""

from __future__ import annotations

import datetime as dt
import json
import re
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from federation.activitypub import following
from federation.activitypub.models import Activity, PublicObject
from federation.identity import own_keys
from federation.proofs import verify_proof
from hub.catalogue import log
from hub.catalogue.consumers import run_consumers
from hub.catalogue.models import CatalogueEntry, Cursor, State
from hub.documents import Audience, Statement
from hub.env import env
from tests.factories.pages import add_report, add_section
from tests.federation.activitypub.publishing import add_follower, publish, withdraw, wording

pytestmark = pytest.mark.django_db

BODY = f"{env.origin}/federation/bodies/{env.body}"
OTHER = "07111000"


@pytest.fixture(autouse=True)
def somebody_follows(db: None) -> None:
    add_follower()


def told() -> list[dict[str, Any]]:
    return [json.loads(body) for body in Activity.objects.order_by("pk").values_list("body", flat=True)]


def types() -> list[str]:
    return [activity["type"] for activity in told()]


def test_a_publication_is_created_by_its_body_and_announced_by_the_instance():
    entry = publish("Bauantrag")
    created, announced = told()
    address = f"{env.origin}/federation/objects/{entry.uuid}/1"
    assert (created["type"], created["actor"], created["object"]["id"]) == ("Create", BODY, address)
    assert created["object"]["name"] == "Bauantrag"
    assert created["to"] == ["https://www.w3.org/ns/activitystreams#Public"]
    assert created["cc"] == [BODY + "/followers", f"{env.origin}/federation/followers"]
    actor = f"{env.origin}/federation/actor"
    assert (announced["type"], announced["actor"], announced["object"]) == ("Announce", actor, address)
    assert [list(a.publishers) for a in Activity.objects.order_by("pk")] == [[env.body], []]


def test_each_activity_is_proved_by_the_key_of_its_actor():
    entry = publish("Bauantrag")
    withdraw(publish("Neu", entry))
    publish("Anderes")
    key = own_keys().ed25519.public_key()
    assert types() == ["Delete", "Create", "Announce"]
    for activity in told():
        method = f"{activity['actor']}#ed25519-key"
        verify_proof(activity, activity["proof"], key, method)


def test_after_a_change_of_keys_nothing_is_proved_by_the_old_one():
    from federation.activitypub.models import Follower
    from federation.activitypub.sending import accept
    from federation.identity import new_keys
    from federation.notices.keys import switch_keys

    publish("Bauantrag")
    accept(Follower.objects.get(), {"id": "https://social.example/1", "type": "Follow", "actor": "x"})
    before = told()
    switch_keys(new_keys())
    key = own_keys().ed25519.public_key()
    for activity in [*told(), json.loads(Follower.objects.get().accept)]:
        verify_proof(activity, activity["proof"], key, f"{activity['actor']}#ed25519-key")
    assert [{**a, "proof": ""} for a in told()] == [{**a, "proof": ""} for a in before]


def test_a_page_that_is_published_is_told():
    section = add_section()
    report = add_report(section, "Bauantrag online")
    from hub.catalogue.settling import settle

    settle()
    run_consumers(following.CONSUMER)
    create = next(activity for activity in told() if activity["type"] == "Create")
    assert create["object"]["url"] == env.origin + report.get_url_parts()[2]
    assert "Die Bearbeitung sollte schneller werden." in create["object"]["content"]
    assert [activity["object"] for activity in told() if activity["type"] == "Announce"] == [
        create["object"]["id"]
    ]


def test_a_change_is_an_update_and_no_earlier_wording_is_kept():
    entry = publish("Alt und falsch")
    publish("Zwischenstand", entry)
    publish("Neu", entry)
    assert types() == ["Create", "Announce", "Update"]
    assert [a["object"]["name"] for a in told() if a["type"] != "Announce"] == ["Neu", "Neu"]
    ids = [activity["id"] for activity in told()]
    address = f"{env.origin}/federation/objects/{entry.uuid}/1"
    assert ids == [f"{address}#create", f"{address}#announce", f"{address}#update-3"]


def test_a_withdrawal_is_a_delete_and_leaves_nothing_of_the_wording():
    entry = publish("Bauantrag")
    withdraw(entry)
    (deleted,) = told()
    assert (deleted["type"], deleted["actor"]) == ("Delete", BODY)
    gone = deleted["object"]
    assert (gone["type"], gone["formerType"]) == ("Tombstone", "Article")
    assert gone["id"] == f"{env.origin}/federation/objects/{entry.uuid}/1"
    assert gone["deleted"].endswith("Z")
    assert "Bauantrag" not in json.dumps(told())


def test_publishing_again_is_another_life_with_another_id():
    entry = publish("Bauantrag")
    withdraw(entry)
    publish("Bauantrag", entry)
    assert types() == ["Delete", "Create", "Announce"]
    assert told()[1]["object"]["id"] == f"{env.origin}/federation/objects/{entry.uuid}/2"
    assert told()[1]["object"]["published"] >= told()[0]["object"]["deleted"]


def test_an_erasure_is_a_delete():
    entry = publish("Bauantrag")
    withdraw(entry, State.ERASED)
    assert types() == ["Delete"]


@pytest.mark.parametrize("audience", [Audience.MEMBERS, Audience.INSTANCE])
def test_narrowing_the_audience_is_a_delete(audience):
    entry = publish("Bauantrag")
    publish("Bauantrag intern", entry, audience=audience)
    assert types() == ["Delete"]
    assert "intern" not in json.dumps(told())


@pytest.mark.parametrize(
    "fields",
    [
        {"audience": Audience.MEMBERS},
        {"audience": Audience.INSTANCE},
        {"kind": "topic"},
        {"kind": "body"},
        {"kind": "adoption", "statement": Statement(about=f"{env.origin}/id/x")},
        {"expires": dt.date(2020, 1, 1)},
    ],
)
def test_what_is_not_for_everybody_or_no_contribution_is_never_told(fields):
    publish("Internes", **fields)
    assert told() == []
    assert not PublicObject.objects.exists()


def test_what_came_from_another_instance_is_never_told():
    entry = publish("Bauantrag", audience=Audience.MEMBERS)
    position = log.next_position()
    CatalogueEntry.objects.filter(pk=entry.pk).update(source="koblenz", audience="public", position=position)
    run_consumers(following.CONSUMER)
    assert told() == []


def test_what_is_hidden_only_until_it_is_settled_is_left_alone():
    entry = publish("Bauantrag")
    CatalogueEntry.objects.filter(pk=entry.pk).update(hidden=True, position=log.next_position())
    run_consumers(following.CONSUMER)
    assert types() == ["Create", "Announce"]


def test_reading_everything_again_tells_nothing_twice():
    publish("Bauantrag")
    Cursor.objects.filter(consumer=following.CONSUMER).update(position=0)
    run_consumers(following.CONSUMER)
    assert types() == ["Create", "Announce"]


def test_what_has_expired_since_is_withdrawn():
    entry = publish("Bauantrag", expires=dt.date(2100, 1, 1))
    assert following.withdraw_expired() == 0
    CatalogueEntry.objects.filter(pk=entry.pk).update(expires=dt.date(2020, 1, 1))
    assert following.withdraw_expired() == 1
    assert types() == ["Delete"]
    assert following.withdraw_expired() == 0


def test_another_publisher_withdraws_the_old_object_and_creates_a_new_one():
    entry = publish("Bauantrag")
    publish("Bauantrag", entry, publishers=(OTHER,))
    assert [(a["type"], a["actor"].rsplit("/", 1)[-1]) for a in told()] == [
        ("Delete", env.body),
        ("Create", OTHER),
        ("Announce", "actor"),
    ]
    assert told()[1]["object"]["id"].endswith("/2")
    deleted = Activity.objects.get(type="Delete")
    assert deleted.publishers == [env.body, OTHER]


def test_without_followers_nothing_is_written_down_and_no_key_is_made():
    from federation.activitypub.models import Follower
    from federation.models import InstanceKey

    Follower.objects.all().delete()
    InstanceKey.objects.all().delete()
    entry = publish("Bauantrag")
    assert (told(), InstanceKey.objects.count()) == ([], 0)
    assert PublicObject.objects.get().digest == entry.digest
    withdraw(entry)
    assert PublicObject.objects.get().digest == ""


def test_where_the_consumer_is_new_what_is_public_counts_as_told():
    entry = publish("Alt")
    secret = publish("Intern", audience=Audience.MEMBERS)
    Activity.objects.all().delete()
    PublicObject.objects.all().delete()
    Cursor.objects.filter(consumer=following.CONSUMER).delete()
    following.begin()
    run_consumers(following.CONSUMER)
    known = PublicObject.objects.get()
    assert (known.uuid, known.digest, known.life, told()) == (entry.uuid, entry.digest, 1, [])
    following.begin()
    publish("Neu", entry)
    publish("Nicht mehr intern", secret)
    assert types() == ["Update", "Create", "Announce"]


def test_the_migrated_database_knows_the_consumer():
    assert Cursor.objects.filter(consumer=following.CONSUMER).exists()


def test_followers_are_told_by_a_job():
    from procrastinate.contrib.django.models import ProcrastinateJob

    publish("Bauantrag")
    job = ProcrastinateJob.objects.get(task_name="federation.followers")
    assert job.args == {"host": "social.example"}


@pytest.mark.parametrize("number", [1, 3])
def test_a_batch_reads_what_it_knows_at_once(number, django_assert_num_queries):
    batch = [publish(f"Bericht {n}") for n in range(number)]
    with django_assert_num_queries(4):  # one holds the keys
        following.follow(batch)


@pytest.mark.parametrize("change", [withdraw, lambda entry: publish("Neu", entry)])
def test_the_keys_are_held_before_any_activity_is_touched(change):
    entry = publish("Bauantrag")
    with CaptureQueriesContext(connection) as queries:
        change(entry)

    said = [query["sql"] for query in queries]
    held = next(number for number, sql in enumerate(said) if "pg_advisory_xact_lock_shared" in sql)
    touched = [
        n for n, sql in enumerate(said) if re.match(r'(DELETE|UPDATE|INSERT).*"federation_activity"', sql)
    ]
    assert touched
    assert held < min(touched)


def test_the_wording_is_the_one_of_the_document():
    publish("Bauantrag", texts={"de": wording("Bauantrag"), "en": wording("Building application")})
    created = told()[0]["object"]
    assert created["nameMap"] == {"de": "Bauantrag", "en": "Building application"}
