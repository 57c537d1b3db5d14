"""Who may speak to this instance: every way a signature can be wrong is refused with 401."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from federation.models import Nonce, Peer, PeerState
from federation.peers import set_state
from federation.signatures import forget_old_nonces
from hub.catalogue.models import CatalogueEntry
from hub.documents import canonical
from tests.wire.foreign import ForeignHub

pytestmark = pytest.mark.django_db

LOG = "/federation/log?after=0"
NOW = dt.datetime.now(dt.UTC)


@pytest.fixture
def activity(koblenz: ForeignHub, peer: Peer) -> bytes:
    return canonical(koblenz.activity(koblenz.publish(koblenz.document())))


def refused(response: Any) -> bool:
    """Refused by its signature, and nothing was taken in."""
    return response.status_code == 401 and not CatalogueEntry.objects.exists()


def test_a_right_signature_is_let_in(client, koblenz, activity):
    assert koblenz.post(client, activity).status_code == 202
    assert koblenz.get(client, LOG).status_code == 200


def test_a_nonce_is_needed(client, koblenz, activity):
    assert refused(koblenz.post(client, activity, nonce=None))


@pytest.mark.parametrize("minutes", [-14, 14])
def test_clocks_may_differ_by_less_than_15_minutes(client, koblenz, activity, minutes):
    created = dt.datetime.now(dt.UTC) + dt.timedelta(minutes=minutes)
    assert koblenz.post(client, activity, created=created).status_code == 202


def test_a_stranger_is_refused(client, peer):
    trier = ForeignHub("http://trier.localhost:8004", "trier")
    assert client.get(LOG, headers=trier.sign("GET", LOG)).status_code == 401


@pytest.mark.parametrize(
    "components", [("@method",), ("@target-uri",), ("@method", "@path"), ("@authority",)]
)
def test_too_little_covered_is_refused(client, koblenz, activity, components):
    assert refused(koblenz.post(client, activity, covered_component_ids=components))


def test_the_other_way_to_cover_the_address_is_enough(client, koblenz, activity):
    components = ("@method", "@authority", "@path", "@query")
    assert koblenz.post(client, activity, covered_component_ids=components).status_code == 202


@pytest.mark.parametrize(
    "key_id",
    [
        "http://trier.localhost:8004/federation/actor#rsa-key",
        "http://koblenz.localhost:8002/federation/actor#ed25519-key",
        "http://koblenz.localhost:8002/id/x#rsa-key",
        "http://koblenz.localhost:8002",
        "",
    ],
)
def test_an_unknown_key_is_refused(client, koblenz, activity, key_id):
    response = koblenz.post(client, activity, key_id=key_id)
    assert response.status_code == (403 if key_id else 401)  # strangers send no logs
    assert not CatalogueEntry.objects.exists()


def test_a_key_that_is_not_the_pinned_one_is_refused(client, koblenz, activity):
    koblenz.rsa = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    assert refused(koblenz.post(client, activity))


@pytest.mark.parametrize("state", [PeerState.PAUSED, PeerState.BLOCKED])
def test_a_paused_or_blocked_peer_is_kept_out(client, koblenz, peer, activity, state):
    set_state(peer, state)
    assert koblenz.post(client, activity).status_code == 403
    assert koblenz.get(client, LOG).status_code == 403
    assert not CatalogueEntry.objects.exists()


def test_old_nonces_are_forgotten(client, koblenz, peer):
    koblenz.get(client, LOG)
    assert forget_old_nonces() == 0
    Nonce.objects.update(seen=NOW - dt.timedelta(hours=1))
    assert forget_old_nonces() == 1
