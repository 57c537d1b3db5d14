"""What a peer gets for comparing: the head with its buckets, and signed pages of one bucket."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

from federation import outgoing
from federation.comparing import serving
from federation.comparing.buckets import bucket_of, buckets, digest_of_lines
from federation.identity import own_keys
from federation.transport import read_entry, read_head
from hub.catalogue.models import CatalogueEntry
from hub.catalogue.settling import settle
from hub.env import env
from tests.factories.pages import add_body, add_report, add_section

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("peer")]


@pytest.fixture
def reports(db: None) -> list[Any]:
    section = add_section("mainz", add_body(env.body, "Mainz"))
    pages = [add_report(section, f"Bericht {number}") for number in range(3)]
    settle()
    return pages


def get_head(client: Any) -> dict[str, Any]:
    return client.get("/federation/head").json()


def read_all(client: Any, koblenz: Any, number: int, limit: int = 100) -> list[dict[str, Any]]:
    """All entries of a bucket, page by page, each page verified."""
    key = own_keys().ed25519.public_key()
    entries: list[dict[str, Any]] = []
    after = ""
    while True:
        page = koblenz.get(client, f"/federation/bucket/{number}?after={after}&limit={limit}").json()
        read_head(page, env.origin, key, timezone.now())
        assert (page["bucket"], page["after"]) == (number, after)
        if not page["entries"]:
            return entries
        entries += page["entries"]
        after = page["entries"][-1]["change"]["objectId"]


def test_the_head_tells_everybody_the_buckets_under_its_signature(client, reports):
    head = get_head(client)
    assert read_head(head, env.origin, own_keys().ed25519.public_key(), timezone.now())[1] == head["seq"]
    assert head["buckets"] == buckets(env.origin)
    assert sum(map(bool, head["buckets"])) >= 1
    with pytest.raises(Exception, match="proof"):
        read_head(
            {**head, "buckets": [""] * 256}, env.origin, own_keys().ed25519.public_key(), timezone.now()
        )


def test_pushes_and_pages_of_the_log_carry_no_buckets(client, koblenz, reports):
    assert "buckets" not in koblenz.get(client, "/federation/log?after=0").json()
    assert "buckets" not in outgoing.signed_head()


def test_a_bucket_gives_what_its_digest_is_over(client, koblenz, reports):
    head, key = get_head(client), own_keys().ed25519.public_key()
    found = 0
    for number in {bucket_of(entry.object_id) for entry in CatalogueEntry.objects.all()}:
        changes = [read_entry(each, env.origin, key) for each in read_all(client, koblenz, number, 1)]
        lines = {change.object_id: (change.revision, change.object_digest) for change in changes}
        assert digest_of_lines(lines) == head["buckets"][number]
        assert all(change.body for change in changes)
        found += len(changes)
    assert found == CatalogueEntry.objects.count() == 4


def test_what_peers_do_not_have_is_in_no_bucket(client, koblenz, reports):
    before = get_head(client)["buckets"]
    changed, withdrawn, kept = reports
    changed.audience = "instance"
    changed.save_revision().publish()
    withdrawn.unpublish()
    settle()
    after = get_head(client)["buckets"]
    gone = {bucket_of(f"{env.origin}/id/{page.translation_key}") for page in (changed, withdrawn)}
    assert {number for number in range(256) if before[number] != after[number]} == gone
    texts = [koblenz.get(client, f"/federation/bucket/{number}").content.decode() for number in gone]
    assert not any(page.title in text for page in (changed, withdrawn) for text in texts)
    assert bucket_of(f"{env.origin}/id/{kept.translation_key}") in {n for n in range(256) if after[n]}


def test_an_entry_that_is_going_offline_comes_without_its_document(client, koblenz, reports):
    entry = CatalogueEntry.objects.get(uuid=reports[0].translation_key)
    buckets_before = get_head(client)["buckets"]
    CatalogueEntry.objects.filter(pk=entry.pk).update(hidden=True)
    entries = read_all(client, koblenz, bucket_of(entry.object_id))
    mine = next(each for each in entries if each["change"]["objectId"] == entry.object_id)
    assert set(mine) == {"change"}
    assert get_head(client)["buckets"] == buckets_before


def test_a_page_stops_before_it_grows_too_large(client, koblenz, reports, monkeypatch):
    number = bucket_of(CatalogueEntry.objects.first().object_id)
    monkeypatch.setattr(serving, "PAGE_BYTES", 10)
    assert len(koblenz.get(client, f"/federation/bucket/{number}").json()["entries"]) == 1


@pytest.mark.parametrize(
    "query", ["256", "999", "0?limit=0", "0?limit=101", "0?limit=x", "0?after=" + "a" * 301, "0?after=%00"]
)
def test_what_is_no_bucket_is_refused(client, koblenz, query):
    assert koblenz.get(client, f"/federation/bucket/{query}").status_code == 400


def test_buckets_are_for_approved_peers(client, koblenz):
    assert client.get("/federation/bucket/0").status_code == 401
    assert client.post("/federation/bucket/0").status_code == 405
    assert koblenz.get(client, "/federation/bucket/0").status_code == 200


def test_the_buckets_are_computed_once_while_the_log_stands_still(client, reports, monkeypatch):
    asked: list[str] = []
    real = serving.snapshot
    monkeypatch.setattr(serving, "snapshot", lambda origin: asked.append(origin) or real(origin))
    first, second = get_head(client), get_head(client)
    assert first["buckets"] == second["buckets"]
    assert len(asked) <= 1
    asked.clear()
    reports[0].title = "Anders"
    reports[0].save_revision().publish()
    settle()
    assert get_head(client)["buckets"] != first["buckets"]
    assert asked == [env.origin]


def test_a_page_takes_the_same_queries_however_many(client, koblenz, reports, django_assert_num_queries):
    number = bucket_of(CatalogueEntry.objects.first().object_id)
    serving.bucket_page(number, "", 100)
    with django_assert_num_queries(5):
        serving.bucket_page(number, "", 100)
