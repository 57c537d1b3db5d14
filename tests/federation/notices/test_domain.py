"""A changed domain: a peer that moves is followed, and this instance moves itself."""

from __future__ import annotations

import datetime as dt
import io
import uuid
from dataclasses import replace

import pytest
from allauth.idp.oidc.models import Client as ProviderClient
from django.core.management import CommandError, call_command
from django.utils import timezone
from wagtail.models import Site

from federation.models import Notice, Peer, PeerState
from federation.notices import moving
from federation.peers import approve, set_state
from federation.queries import peer_health
from hub.accounts.models import HomeAccount, User
from hub.catalogue.consumers import run_consumers
from hub.catalogue.models import CatalogueEntry, Change, LogHead, State
from hub.catalogue.queries import entries, find_entries, find_entry
from hub.catalogue.settling import settle
from hub.documents import Viewer
from hub.env import env
from tests.factories.messages import add_request
from tests.factories.pages import add_report, add_section
from tests.federation.notices.conftest import announce, arrive, move, post
from tests.wire.foreign import KOBLENZ, ForeignHub

pytestmark = pytest.mark.django_db

NEW = "https://wissen.koblenz.example"
ANYBODY = Viewer.anonymous()


@pytest.fixture
def moved(koblenz: ForeignHub) -> ForeignHub:
    """Koblenz at its new address, with the same keys."""
    hub = ForeignHub(NEW, "koblenz")
    hub.ed25519, hub.rsa = koblenz.ed25519, koblenz.rsa
    return hub


def again(hub: ForeignHub, document):
    """The same document as the hub publishes it at its new address."""
    return document.model_copy(update={"id": f"{hub.origin}/id/{document.uuid}"})


def test_the_peer_keeps_everything_but_its_address(client, peer, pinned, koblenz, moved):
    assert move(client, koblenz, NEW).status_code == 202

    now = pinned()
    assert (now.origin, now.slug, now.bodies, now.fingerprint) == (
        NEW,
        "koblenz",
        [KOBLENZ],
        peer.fingerprint,
    )
    assert moved.push(client, moved.publish(moved.document())).status_code == 202
    assert koblenz.push(client, koblenz.publish(koblenz.document())).status_code == 403  # a stranger now


def test_what_was_received_stays_until_it_has_come_along(client, peer, koblenz, moved):
    document = koblenz.document("Bericht")
    koblenz.push(client, koblenz.publish(document))
    move(client, koblenz, NEW)
    address = CatalogueEntry.objects.get().get_absolute_url()
    assert client.get(address).status_code == 200

    moved.push(client, moved.publish(again(moved, document)))
    run_consumers("federation.notices")

    old, new = CatalogueEntry.objects.order_by("pk")
    assert (old.moved_to, new.object_id) == (new.object_id, f"{NEW}/id/{document.uuid}")
    assert new.first_published == old.first_published
    assert list(entries(ANYBODY)) == [new]
    assert client.get(address).status_code == 200
    assert find_entry(document.uuid, ANYBODY) == new
    assert find_entries([old.object_id], ANYBODY) == {old.object_id: new}


def test_what_has_not_come_along_is_withdrawn_when_all_of_the_new_log_is_here(client, peer, koblenz, moved):
    kept, gone = koblenz.document("Bleibt"), koblenz.document("Geht")
    koblenz.push(client, koblenz.publish(kept), koblenz.publish(gone))
    move(client, koblenz, NEW)
    moved.push(client, moved.publish(again(moved, kept)))

    moving.finish_move(Peer.objects.get())

    assert CatalogueEntry.objects.get(object_id=gone.id).state == State.WITHDRAWN
    assert CatalogueEntry.objects.get(object_id=kept.id).moved_to
    assert Notice.objects.get().done is not None


def test_the_old_log_stays_as_history_and_the_new_one_begins_at_one(client, peer, koblenz, moved):
    koblenz.push(client, koblenz.publish(koblenz.document()))
    move(client, koblenz, NEW)
    moved.push(client, moved.publish(moved.document()))

    assert {head.origin: head.seq for head in LogHead.objects.all()} == {koblenz.origin: 1, NEW: 1}
    assert Change.objects.filter(origin=koblenz.origin).count() == 1


def test_members_and_messages_come_along(client, peer, koblenz, moved):
    koblenz.push(client, koblenz.publish(koblenz.document()))
    message = add_request(CatalogueEntry.objects.get(), "07211000")
    now = timezone.now()
    user = User.objects.create(email=None)
    home = HomeAccount.objects.create(
        user=user, issuer=koblenz.origin, subject="s", body=KOBLENZ, role="member",
        asserted=now, checked=now, expires=now + dt.timedelta(hours=12),
    )  # fmt: skip
    move(client, koblenz, NEW)

    home.refresh_from_db()
    message.refresh_from_db()
    assert home.issuer == message.origin == NEW
    assert home.expires <= timezone.now()
    assert list(ProviderClient.objects.values_list("pk", flat=True)) == [NEW]


@pytest.mark.parametrize("to", [env.origin, "https://trier.example"])
def test_a_move_to_somebody_else_is_refused(client, peer, pinned, koblenz, to):
    trier = ForeignHub("https://trier.example", "trier")
    approve(trier.identity(bodies=["07211000"]))

    assert post(client, announce(koblenz, "move", to=to)).status_code == 403
    assert pinned().origin == koblenz.origin


def test_a_move_signed_by_somebody_else_is_refused(client, peer, pinned, koblenz):
    thief = ForeignHub("https://thief.example", "thief")
    thief.origin = koblenz.origin

    assert post(client, announce(thief, "move", to=NEW)).status_code == 401
    assert pinned().origin == koblenz.origin


def test_a_repeated_move_is_acknowledged_and_numbers_go_on(client, peer, koblenz, moved):
    first = announce(koblenz, "move", to=NEW)
    post(client, first)
    arrive(koblenz, NEW)

    assert post(client, first).json() == {"number": 1}
    assert post(client, announce(moved, "leave", 2)).json() == {"number": 2}
    assert Peer.objects.get().state == PeerState.LEFT


def test_the_former_address_announces_nothing_any_more(client, peer, koblenz, moved):
    move(client, koblenz, NEW)

    assert post(client, announce(koblenz, "leave", 2)).status_code == 401


def test_a_block_after_a_move_hides_what_is_still_under_the_old_id(client, peer, koblenz):
    koblenz.push(client, koblenz.publish(koblenz.document()))
    move(client, koblenz, NEW)

    set_state(Peer.objects.get(), PeerState.BLOCKED)
    assert not entries(ANYBODY).exists()


def test_references_to_an_old_id_lead_to_the_new_one(client, peer, koblenz, moved):
    target = koblenz.document("Ziel")
    other = koblenz.document("Anderer", relations=[{"type": "uses", "target": target.id}])
    koblenz.push(client, koblenz.publish(target), koblenz.publish(other))
    move(client, koblenz, NEW)
    moved.push(client, moved.publish(again(moved, target)))
    run_consumers("federation.notices")
    assert CatalogueEntry.objects.get(object_id=other.id).related == [f"{NEW}/id/{target.uuid}"]

    late = moved.document("Später", relations=[{"type": "uses", "target": target.id}])
    moved.push(client, moved.publish(late))
    run_consumers("federation.notices")
    assert CatalogueEntry.objects.get(object_id=late.id).related == [f"{NEW}/id/{target.uuid}"]
    page = client.get(f"/id/{late.uuid}", follow=True)
    assert f"/von/koblenz/{target.uuid}/" in page.content.decode()


def test_find_entries_costs_one_query_also_for_what_has_moved(
    client, peer, koblenz, moved, django_assert_num_queries
):
    documents = [koblenz.document(f"Bericht {n}") for n in range(3)]
    koblenz.push(client, *(koblenz.publish(each) for each in documents))
    move(client, koblenz, NEW)
    moved.push(client, *(moved.publish(again(moved, each)) for each in documents[:2]))
    run_consumers("federation.notices")

    with django_assert_num_queries(1):
        found = find_entries([each.id for each in documents], ANYBODY)
    assert {key: entry.origin for key, entry in found.items()} == {
        documents[0].id: NEW, documents[1].id: NEW, documents[2].id: koblenz.origin,
    }  # fmt: skip


@pytest.fixture
def at_new_address(monkeypatch: pytest.MonkeyPatch):
    """This instance after HUB_ORIGIN was changed."""

    def change(origin: str = "https://neu.mainz.example") -> str:
        import sys

        fresh = replace(env, origin=origin)
        for name, module in list(sys.modules.items()):
            if name.split(".")[0] in {"hub", "federation", "content", "events", "theme", "search"} and (
                getattr(module, "env", None) is env
            ):
                monkeypatch.setattr(module, "env", fresh)
        return origin

    return change


def test_this_instance_moves_with_all_its_pages(client, peer, at_new_address):
    page = add_report(add_section("mainz"), "Bericht")
    settle()
    old = f"{env.origin}/id/{page.translation_key}"
    path = CatalogueEntry.objects.get(object_id=old).path
    Peer.objects.update(pushed_epoch=1, pushed_seq=2)
    new_origin = at_new_address()

    out = io.StringIO()
    call_command("move_domain", "--from", env.origin, stdout=out)

    entry = CatalogueEntry.objects.get(object_id=f"{new_origin}/id/{page.translation_key}")
    assert (entry.path, entry.state, entry.is_local) == (path, State.LIVE, True)
    former = CatalogueEntry.objects.get(object_id=old)
    assert (former.moved_to, former.path) == (entry.object_id, "")
    assert LogHead.objects.get(origin=new_origin).seq == 2
    assert list(Peer.objects.values_list("pushed_seq", flat=True)) == [0]
    notice = Notice.objects.get()
    assert (notice.origin, notice.document["to"]) == (env.origin, new_origin)
    assert Site.objects.get(is_default_site=True).hostname == "neu.mainz.example"
    assert find_entry(page.translation_key, ANYBODY) == entry
    assert find_entries([old], ANYBODY) == {old: entry}
    assert "2" in out.getvalue()
    settle()
    assert CatalogueEntry.objects.filter(origin=new_origin).count() == 2
    assert peer_health()[0]["notices_pending"] == 1  # numbers run on over all addresses
    Peer.objects.update(notices_sent=1)
    assert peer_health()[0]["notices_pending"] == 0


@pytest.mark.parametrize("old", ["https://nie.example", "mainz.example", env.origin])
def test_a_move_from_nowhere_is_not_announced(db, old):
    with pytest.raises(CommandError):
        call_command("move_domain", "--from", old)
    assert not Notice.objects.exists()


def test_a_move_is_announced_once(peer, at_new_address):
    add_section("mainz")
    settle()
    at_new_address()
    call_command("move_domain", "--from", env.origin, stdout=io.StringIO())
    with pytest.raises(CommandError, match="schon bekannt"):
        call_command("move_domain", "--from", env.origin)
    assert Notice.objects.count() == 1


def test_an_unknown_uuid_is_still_unknown(db):
    assert find_entry(uuid.uuid4(), ANYBODY) is None
