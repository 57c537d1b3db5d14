"""A domain belongs to whoever was there: what an announced move, or handover, does not give to anybody."""

from __future__ import annotations

import datetime as dt
import uuid
from unittest import mock

import pytest
from django.utils import timezone

from federation.models import Notice, Peer, PeerState
from federation.notices import following, receiving
from federation.notices.documents import read_document
from federation.notices.moving import carry_over
from federation.notices.queries import open_questions, whereabouts
from federation.notices.services import hand_over
from federation.peers import ApprovalRefused, approve, set_bodies, set_state
from hub.catalogue import overlay
from hub.catalogue.consumers import run_consumers
from hub.catalogue.models import CatalogueEntry, Overlay
from hub.catalogue.settling import settle
from hub.env import env
from hub.errors import FetchFailed, TooSlow
from tests.factories.pages import add_report, add_section
from tests.federation.notices.conftest import announce, arrive, move, post, rotate
from tests.wire.foreign import KOBLENZ, ForeignHub

pytestmark = pytest.mark.django_db

NEW = "https://wissen.koblenz.example"
TRIER = "07211000"


@pytest.fixture
def trier() -> ForeignHub:
    return ForeignHub("https://trier.example", "trier")


def at(hub: ForeignHub, origin: str) -> ForeignHub:
    """The same hub at another address."""
    moved = ForeignHub(origin, hub.slug)
    moved.ed25519, moved.rsa = hub.ed25519, hub.rsa
    return moved


def here(hub: ForeignHub, document):
    return document.model_copy(update={"id": f"{hub.origin}/id/{document.uuid}"})


def test_a_peer_stays_where_it_is_until_its_keys_answer_at_the_new_domain(client, peer, pinned, koblenz):
    assert post(client, announce(koblenz, "move", to=NEW)).json() == {"number": 1}
    arrive(koblenz, NEW, keys=ForeignHub(NEW, "fremd"))

    assert pinned().origin == koblenz.origin
    assert whereabouts(koblenz.origin) == [koblenz.origin]
    [question] = open_questions(pinned())
    assert "angekündigt" in question.sentence
    moved = at(koblenz, NEW)
    assert moved.push(client, moved.publish(moved.document())).status_code == 403
    assert koblenz.push(client, koblenz.publish(koblenz.document())).status_code == 202

    arrive(koblenz, NEW)
    assert pinned().origin == NEW
    assert open_questions(pinned()) == []


def test_new_keys_there_are_believed_if_the_pinned_one_vouches_for_them(client, peer, pinned, koblenz):
    post(client, announce(koblenz, "move", to=NEW))
    moved, thief = at(koblenz, NEW), ForeignHub(NEW, "fremd")
    for hub, origin in ((thief, koblenz.origin), (moved, NEW)):
        said = read_document(rotate(hub, f"{hub.slug}-2", 2))
        with mock.patch("federation.notices.following.read_page", lambda *arguments, said=said: [said]):
            arrive(koblenz, NEW, keys=hub)
        assert pinned().origin == origin


def test_of_several_moves_the_last_counts(client, peer, pinned, koblenz):
    post(client, announce(koblenz, "move", to="https://vertippt.example"))
    move(client, koblenz, NEW, 2)

    assert pinned().origin == NEW
    assert Notice.objects.get(number=1).done is not None
    arrive(koblenz, "https://vertippt.example")
    assert pinned().origin == NEW


def test_nobody_moves_to_the_former_domain_of_another_peer(client, peer, pinned, koblenz, trier):
    approve(trier.identity(bodies=[TRIER]))
    move(client, trier, "https://neu.trier.example")

    assert post(client, announce(koblenz, "move", to=trier.origin)).status_code == 403
    assert pinned().origin == koblenz.origin


def test_what_becomes_another_instances_meanwhile_is_not_moved_to(client, peer, pinned, koblenz, trier):
    post(client, announce(koblenz, "move", to=trier.origin))
    with pytest.raises(ApprovalRefused, match="am Telefon"):
        approve(trier.identity(bodies=[TRIER]))
    set_state(peer, PeerState.BLOCKED)
    approve(trier.identity(bodies=[TRIER]))
    set_state(pinned(), PeerState.APPROVED)

    arrive(koblenz, trier.origin)
    assert pinned().origin == koblenz.origin


def test_a_former_domain_is_nobody_elses(client, peer, koblenz):
    move(client, koblenz, NEW)
    other = ForeignHub(koblenz.origin, "anders")
    with pytest.raises(ApprovalRefused, match="ist oder war eine Adresse"):
        approve(other.identity(bodies=[TRIER]))


def test_a_blocked_peer_is_not_followed(client, peer, pinned, koblenz):
    post(client, announce(koblenz, "move", to=NEW))
    set_state(peer, PeerState.BLOCKED)
    arrive(koblenz, NEW)

    assert pinned().origin == koblenz.origin
    assert list(following.open_notices()) == list(Notice.objects.all())


def test_only_what_stands_for_the_bodies_handed_over_is_followed(client, peer, koblenz, trier):
    approve(trier.identity(bodies=[TRIER]))
    document = koblenz.document("Bericht")
    koblenz.push(client, koblenz.publish(document))
    said = {"to": trier.origin, "uuids": [document.uuid], "bodies": [KOBLENZ]}
    post(client, announce(koblenz, "handover", **said))
    foreign = here(trier, document).model_copy(update={"publishers": (TRIER,)})
    trier.push(client, trier.publish(foreign))

    assert carry_over(Notice.objects.get()) == 0


@pytest.mark.parametrize("take", ["post", "fetch"])
def test_a_blocked_peer_does_not_lift_its_block_by_leaving(client, peer, pinned, koblenz, take):
    leave = announce(koblenz, "leave")
    set_state(peer, PeerState.BLOCKED)
    if take == "post":
        assert post(client, leave).status_code == 403
    else:
        with pytest.raises(receiving.RefusedMessage):
            receiving._take_fetched(peer, read_document(leave))
    assert pinned().state == PeerState.BLOCKED


def test_what_is_older_than_the_approval_is_acknowledged_and_passed_over(client, peer, pinned, koblenz):
    old = announce(koblenz, "leave")
    Peer.objects.update(approved=timezone.now() + dt.timedelta(days=300))

    answer = post(client, old)
    assert (answer.status_code, answer.json()) == (202, {"number": 1})
    assert pinned().state == PeerState.APPROVED
    assert not Notice.objects.exists()


def test_reading_notices_ends_after_a_minute(peer, koblenz, monkeypatch):
    monkeypatch.setattr(receiving, "FETCH_SECONDS", 0.0)
    with pytest.raises(TooSlow):
        receiving.fetch_notices(peer)


def test_a_list_with_gaps_is_not_taken(client, peer, koblenz, monkeypatch):
    post(client, rotate(koblenz, "koblenz-2"))
    page = [read_document(rotate(koblenz, "koblenz-3", 3))]
    monkeypatch.setattr(receiving, "read_page", lambda *arguments: page)
    with pytest.raises(FetchFailed, match="nicht alle ihre Mitteilungen"):
        receiving.fetch_notices(peer)
    assert Notice.objects.count() == 1


def test_what_is_hidden_here_comes_in_held_under_its_new_id(client, peer, koblenz):
    document = koblenz.document("Bericht")
    koblenz.push(client, koblenz.publish(document))
    overlay.label(document.id, "Hinweis", "Grund", "Anna Amt")
    overlay.hide(document.id, "Beschwerde", "Anna Amt")
    move(client, koblenz, NEW)
    moved = at(koblenz, NEW)
    moved.push(client, moved.publish(here(moved, document)))

    new = CatalogueEntry.objects.get(origin=NEW)
    assert (new.overlay, new.label) == (Overlay.HELD, "Hinweis")
    run_consumers("federation.notices")
    new.refresh_from_db()
    assert new.overlay == Overlay.HIDDEN


def test_an_own_page_stays_until_the_new_one_can_be_read_here(client, peer, koblenz):
    page = add_report(add_section("mainz"), "Bericht")
    settle()
    [notice] = hand_over(peer)
    own = CatalogueEntry.objects.get(uuid=page.translation_key)
    document = here(koblenz, own.document)
    Peer.objects.update(review_first=True)
    koblenz.push(client, koblenz.publish(document))
    assert CatalogueEntry.objects.get(object_id=document.id).overlay == Overlay.HELD
    run_consumers("federation.notices")
    carry_over(notice)
    page.refresh_from_db()
    assert page.live

    overlay.release(document.id, "Anna Amt")
    run_consumers("federation.notices")
    page.refresh_from_db()
    assert not page.live


def test_handovers_are_listed_for_peers_alone(client, peer, koblenz, trier):
    set_bodies(peer, [KOBLENZ])
    Notice.objects.create(
        origin=env.origin, number=1, type="handover", created=timezone.now(),
        document={"uuids": [str(uuid.uuid4())]},
    )  # fmt: skip
    path = "/federation/notices"
    assert client.get(path).json() == {"notices": []}
    assert trier.get(client, path).json() == {"notices": []}
    assert len(koblenz.get(client, path).json()["notices"]) == 1
    set_state(peer, PeerState.PAUSED)
    assert len(koblenz.get(client, path).json()["notices"]) == 1
    set_state(peer, PeerState.BLOCKED)
    assert koblenz.get(client, path).json() == {"notices": []}
