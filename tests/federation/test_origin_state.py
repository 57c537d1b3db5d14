"""A received document says how the exchange with its origin stands, and when it was last so."""

from __future__ import annotations

import datetime as dt

import pytest

from federation.models import Notice, Peer
from federation.templatetags.origins import origin_state
from hub.catalogue.models import CatalogueEntry

pytestmark = pytest.mark.django_db


def read(client, koblenz) -> str:
    koblenz.push(client, koblenz.publish(koblenz.document()))
    return client.get(CatalogueEntry.objects.get().get_absolute_url()).content.decode()


def test_while_all_is_well_the_check_is_named(client, koblenz, peer):
    assert "übernommen, Prüfung bestanden. Stand" in read(client, koblenz)


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"state": "left"}, "Der Austausch mit Koblenz ist beendet. Stand"),
        ({"state": "paused"}, "Der Austausch mit Koblenz ist zurzeit ausgesetzt. Stand"),
        ({"compare_error": "gelogen"}, "Von Koblenz übernommen. Stand"),
        ({"chain_alarm": True}, "Von Koblenz übernommen. Stand"),
    ],
)
def test_the_state_of_the_origin_is_told(client, koblenz, peer, values, said):
    read(client, koblenz)
    Peer.objects.update(**values)
    page = client.get(CatalogueEntry.objects.get().get_absolute_url()).content.decode()
    assert said in page
    assert "Prüfung bestanden" not in page


def test_when_the_origin_left_is_told(client, koblenz, peer):
    read(client, koblenz)
    Peer.objects.update(state="left")
    when = dt.datetime(2026, 5, 3, 12, tzinfo=dt.UTC)
    Notice.objects.create(origin=koblenz.origin, number=1, type="leave", document={}, created=when)
    page = client.get(CatalogueEntry.objects.get().get_absolute_url()).content.decode()
    assert "Koblenz hat den Verbund am 3. Mai 2026 verlassen. Stand" in page


@pytest.mark.parametrize("state", ["approved", "paused", "left"])
def test_it_takes_one_query(koblenz, peer, client, django_assert_num_queries, state):
    read(client, koblenz)
    Peer.objects.update(state=state)
    entry = CatalogueEntry.objects.get()
    with django_assert_num_queries(1):
        origin_state(entry)
