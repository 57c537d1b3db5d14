"""Two real hubs: what Koblenz plans and releases is read here, release by release."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from federation.identity import own_identity
from federation.peers import approve
from federation.pull import pull
from fixtures.network.hubs import CITIES
from hub.catalogue.models import CatalogueEntry
from hub.env import env
from hub.postgres import ensure_template, migration_fingerprint
from tests.conftest import PROJECT, migrate
from tests.wire.abroad import real_hub

pytestmark = pytest.mark.django_db


def at(hour: int, minute: int = 0) -> dt.datetime:
    return dt.datetime(2027, 3, 12, hour, minute, tzinfo=dt.UTC)


@pytest.fixture
def koblenz(cluster, tmp_path, section):
    """A second hub; nobody can ask it for a lost log yet, so it publishes at once."""
    template = ensure_template(cluster, migration_fingerprint(PROJECT), migrate)
    with real_hub(CITIES[1], cluster, template, tmp_path) as hub:
        hub.identity = hub.order("prepare", bodies={city.body: city.name for city in CITIES})
        yield hub


def test_releases_arrive_and_live_moves_do_not(koblenz, monkeypatch, client):
    reach = replace(env, peer_addresses={koblenz.hub.host: "127.0.0.1"})
    monkeypatch.setattr("hub.fetching.env", reach)
    peer = approve(koblenz.identity)
    event = koblenz.order("publish_event", title="Barcamp am Rhein")
    koblenz.order("prepare", bodies={}, peer={**own_identity().as_json(), "bodies": [env.body]})

    def received():
        koblenz.order("trade")
        peer.refresh_from_db()
        pull(peer)
        facts = CatalogueEntry.objects.get(uuid=event).document.event
        return facts.sequence, [(slot.title, slot.room, slot.starts, slot.ends) for slot in facts.slots]

    koblenz.order("place_session", event=event, title="KI im Bürgerbüro", room="Saal", hour=9)
    assert received() == (0, [])
    koblenz.order("release", event=event, name="Fassung 1")
    assert received() == (1, [("KI im Bürgerbüro", "Saal", at(9), at(9, 45))])
    koblenz.order("place_session", event=event, title="KI im Bürgerbüro", room="Werkstatt", hour=13)
    assert received()[1][0][1] == "Saal"
    koblenz.order("release", event=event, name="Fassung 2")
    assert received() == (2, [("KI im Bürgerbüro", "Werkstatt", at(13), at(13, 45))])
    entry = CatalogueEntry.objects.get(uuid=event)
    page = client.get(f"/id/{event}", follow=True).content.decode()
    assert entry.source == "koblenz"
    assert "KI im Bürgerbüro" in page
    assert "Werkstatt" in page
