"""The data of a document names no other that its reader may not know of."""

from __future__ import annotations

import base64
import hashlib
from typing import Any

import pytest
from django.test import Client

from hub.catalogue.models import State
from hub.documents import Audience, Relation, SessionNote, Viewer
from hub.site.exports.rendering import as_json
from tests.factories.people import add_operator
from tests.theme.entries import add_bodies, add_entry, make_document

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def bodies() -> None:
    add_bodies()


def fetch(entry: Any, client: Client | None = None) -> Any:
    response = (client or Client()).get(f"/id/{entry.uuid}.json", follow=True)
    assert response.status_code == 200
    checksum = base64.b64encode(hashlib.sha256(response.content).digest()).decode()
    assert response["Repr-Digest"] == f"sha-256=:{checksum}:"
    assert response["ETag"] == f'"{hashlib.sha256(response.content).hexdigest()}"'
    return response


def test_links_to_what_only_members_may_read_are_left_out() -> None:
    hidden, open_one = add_entry(make_document(audience=Audience.MEMBERS)), add_entry()
    gone = add_entry(state=State.WITHDRAWN)
    elsewhere = "https://mainz.example/id/00000000-0000-0000-0000-000000000001"
    targets = (hidden.object_id, open_one.object_id, gone.object_id, elsewhere)
    document = make_document(relations=tuple(Relation(type="uses", target=target) for target in targets))
    entry = add_entry(document)
    response = fetch(entry)
    assert hidden.object_id not in response.content.decode()
    said = response.json()
    assert [relation["target"] for relation in said["relations"]] == list(targets[1:])
    assert entry.digest not in response.content.decode()
    operator = Client()
    operator.force_login(add_operator())
    assert fetch(entry, operator).content == entry.body.encode()


def test_the_event_of_a_note_is_left_out_as_well() -> None:
    event = add_entry(make_document(kind="event", audience=Audience.MEMBERS))
    entry = add_entry(
        make_document(kind="session_note", session=SessionNote(event=event.object_id, slot="a"))
    )
    response = fetch(entry)
    assert event.object_id not in response.content.decode()
    assert response.json()["session"]["slot"] == "a"


def test_without_such_links_the_stored_bytes_are_sent() -> None:
    entry = add_entry(make_document(relations=(Relation(type="uses", target=add_entry().object_id),)))
    assert fetch(entry).content == entry.body.encode()


@pytest.mark.parametrize("number", [1, 6])
def test_looking_for_them_costs_one_query(number: int, django_assert_num_queries: Any) -> None:
    hidden = [add_entry(make_document(audience=Audience.MEMBERS)) for _ in range(number)]
    entry = add_entry(
        make_document(relations=tuple(Relation(type="uses", target=each.object_id) for each in hidden))
    )
    with django_assert_num_queries(1):
        as_json(entry, Viewer.anonymous())
