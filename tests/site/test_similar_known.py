"""What is kept of the catalogue for „Kommunen wie meine“, and when it is read again."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from hub.documents import Viewer
from hub.municipalities.models import Body
from hub.site.similar.directory import Known
from tests.site.similar_towns import MINE, NEXT, TWIN, add_adoption, add_report, names, open_similar_towns
from tests.theme.entries import add_entry, make_document

pytestmark = pytest.mark.django_db
PUBLIC = Viewer.anonymous()


@pytest.fixture
def client(db: None) -> Client:
    return open_similar_towns()


def test_what_did_not_change_is_not_read_again(client: Client, django_assert_num_queries: Any) -> None:
    add_report("Bericht")
    with django_assert_num_queries(3):  # cold: position, bodies, what they run
        known = Known.load(PUBLIC)
    with django_assert_num_queries(2):  # warm: position, bodies
        assert Known.load(PUBLIC) is known


def test_what_was_published_since_is_there_at_once(client: Client) -> None:
    add_report("Bericht")
    assert names(client) == ["Zwillingsstadt"]
    add_report("Noch einer", NEXT)
    assert names(client) == ["Zwillingsstadt", "Nachbarstadt"]


def test_a_changed_directory_counts_at_once(client: Client) -> None:
    add_report("Bericht")
    assert names(client) == ["Zwillingsstadt"]
    Body.objects.filter(pk=TWIN).update(name="Umbenannt")
    assert names(client) == ["Umbenannt"]


def test_guests_do_not_get_what_members_know(client: Client) -> None:
    add_entry(make_document("Geheim", publishers=(TWIN,), audience="members"))
    assert [item.title for item in Known.load(Viewer.member()).items] == ["Geheim"]
    assert Known.load(PUBLIC).items == []


def test_summaries_are_read_only_for_a_search(client: Client) -> None:
    add_report("Bericht")
    assert [item.summary for item in Known.load(PUBLIC).items] == [""]
    assert [item.summary for item in Known.load(PUBLIC, with_summaries=True).items] == ["Kurz."]
    assert names(client) == names(client, "?q=kurz") == ["Zwillingsstadt"]


def test_adoptions_of_what_cannot_be_adopted_are_not_run(client: Client) -> None:
    indicator = add_entry(make_document("Zahl", kind="indicator", case=None, publishers=(NEXT,)))
    add_adoption(indicator, TWIN)
    assert [item.title for item in Known.load(PUBLIC).items] == ["Zahl"]
    assert client.get(f"/aehnlich/{MINE}/").status_code == 200
