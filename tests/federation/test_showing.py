"""What an approval, a block or a withdrawn body does to what is already shown."""

from __future__ import annotations

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse

from federation import quarantine
from federation.models import Peer, PeerState, Quarantined
from federation.peers import ApprovalRefused, approve, set_state
from hub.catalogue.models import CatalogueEntry, Change
from tests.wire.foreign import KOBLENZ, ForeignHub

TRIER = "07211000"
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("peer")]


def shown() -> list[str]:
    return sorted(CatalogueEntry.objects.filter(hidden=False).values_list("title", flat=True))


@pytest.fixture
def trier(peer: Peer) -> ForeignHub:
    hub = ForeignHub("http://trier.localhost:8004", "trier")
    approve(hub.identity(bodies=[TRIER]))
    return hub


@pytest.fixture
def both(client, koblenz, trier) -> list[CatalogueEntry]:
    koblenz.push(
        client, koblenz.publish(koblenz.document("Koblenz 1")), koblenz.publish(koblenz.document("Koblenz 2"))
    )
    trier.push(client, trier.publish(trier.document("Trier", publishers=(TRIER,))))
    return list(CatalogueEntry.objects.order_by("position"))


def test_a_block_hides_and_an_approval_shows_again(client, peer, both):
    set_state(peer, PeerState.BLOCKED)
    assert shown() == ["Trier"]
    assert client.get(both[0].get_absolute_url()).status_code == 410
    hidden = list(CatalogueEntry.objects.filter(hidden=True).order_by("position"))
    assert [entry.pk for entry in hidden] == [both[0].pk, both[1].pk]
    assert hidden[0].position > both[2].position
    set_state(peer, PeerState.PAUSED)
    assert shown() == ["Trier"]
    set_state(peer, PeerState.APPROVED)
    assert shown() == ["Koblenz 1", "Koblenz 2", "Trier"]
    assert CatalogueEntry.objects.order_by("position").first().title == "Trier"
    assert Change.objects.count() == 3


def test_a_pause_changes_nothing(peer, both):
    set_state(peer, PeerState.PAUSED)
    assert list(CatalogueEntry.objects.order_by("position").values_list("position", flat=True)) == [
        entry.position for entry in both
    ]
    assert len(shown()) == 3


def test_what_a_peer_may_no_longer_publish_is_hidden(koblenz, both):
    approve(koblenz.identity(bodies=[]))
    assert shown() == ["Trier"]
    approve(koblenz.identity(bodies=[KOBLENZ, "07137"]))
    assert len(shown()) == 3


def test_hiding_takes_the_same_queries_however_many(client, koblenz, peer, django_assert_num_queries):
    for count in (1, 20):
        koblenz.push(client, *[koblenz.publish(koblenz.document()) for _ in range(count)])
        with django_assert_num_queries(16):  # one reads from which addresses the peer has moved
            set_state(peer, PeerState.BLOCKED)
        set_state(peer, PeerState.APPROVED)


def test_a_body_belongs_to_one_peer(koblenz, trier):
    with pytest.raises(ApprovalRefused, match=f"Koblenz.*{KOBLENZ}"):
        approve(trier.identity(bodies=[TRIER, KOBLENZ]))
    assert Peer.objects.get(slug="trier").bodies == [TRIER]
    approve(koblenz.identity(bodies=[]))
    assert approve(trier.identity(bodies=[TRIER, KOBLENZ])).bodies == [KOBLENZ, TRIER]


def test_a_body_granted_to_another_while_blocked_stays_there(admin_client, peer, trier):
    set_state(peer, PeerState.BLOCKED)
    approve(trier.identity(bodies=[TRIER, KOBLENZ]))
    with pytest.raises(ApprovalRefused):
        set_state(peer, PeerState.APPROVED)
    response = admin_client.post(reverse("federation_peer_action", args=["koblenz", "unblock"]))
    assert response.status_code == 302
    assert "Trier" in str(next(iter(get_messages(response.wsgi_request))))
    assert Peer.objects.get(slug="koblenz").state == PeerState.BLOCKED


def test_quarantined_entries_of_a_blocked_peer_are_left_alone(client, koblenz, peer):
    koblenz.push(client, koblenz.publish(koblenz.document("Fremd", publishers=(TRIER,))))
    peer = approve(koblenz.identity(bodies=[KOBLENZ, TRIER]))
    set_state(peer, PeerState.BLOCKED)
    assert quarantine.retry_quarantined() == 0
    assert Quarantined.objects.exists()
    set_state(peer, PeerState.APPROVED)
    assert quarantine.retry_quarantined() == 1
