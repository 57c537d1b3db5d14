"""The operators' pages about other instances."""

from __future__ import annotations

import json
import re
import uuid
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.contrib.auth.models import Permission
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.timezone import localtime
from procrastinate.contrib.django.models import ProcrastinateJob

from federation import pull, tasks
from federation.admin import listing
from federation.identity import own_identity
from federation.models import Notice, NoticeType, Peer, PeerState, Proposal, Quarantined
from federation.peering.words import words_of
from federation.peers import approve, note_admitted, note_pull_failure
from federation.restoring.alarms import raise_alarm
from federation.restoring.resync import resync_in_sight, resync_state
from hub.accounts.models import User
from hub.catalogue.models import CatalogueEntry, LogHead
from hub.env import env
from hub.files.models import FileState, StoredFile
from tests.factories.pages import add_body
from tests.federation.test_peering import other_hub
from tests.theme.entries import add_entry, make_document
from tests.wire.foreign import KOBLENZ, ForeignHub
from tests.wire.server import Response, open_door, serve

pytestmark = pytest.mark.django_db
TRIER = "07211000"


def text(response: Any) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def said(response: Any) -> str:
    return " ".join(str(message) for message in get_messages(response.wsgi_request))


def page(client: Client, name: str, *arguments: Any) -> Any:
    response = client.get(reverse(name, args=arguments))
    assert response.status_code == 200
    return response


@pytest.fixture
def looker(client: Client) -> Client:
    """Somebody who may see the other instances and change nothing."""
    user = User.objects.create_user(email="s@example.org", password="x" * 12, is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=["access_admin", "view_peer"]))
    client.force_login(user)
    return client


def test_a_city_joins_by_the_pages_alone(admin_client, monkeypatch):
    add_body(KOBLENZ, "Koblenz")
    with other_hub(monkeypatch) as (hub, _server):
        asked = admin_client.post(reverse("federation_new"), {"address": hub.origin})
    proposal = Proposal.objects.get()
    assert asked["Location"] == reverse("federation_proposal", args=[proposal.pk])
    shown = admin_client.get(asked["Location"])
    identity = hub.identity()
    assert identity["fingerprint"] in text(shown)
    for fingerprint in (identity["fingerprint"], own_identity().fingerprint):
        assert " ".join(words_of(fingerprint)) in text(shown)
    assert "Ich habe den Fingerabdruck mit Koblenz am Telefon verglichen." in text(shown)
    assert "QR-Code des Fingerabdrucks von Koblenz" in shown.content.decode()
    approved = admin_client.post(
        reverse("federation_proposal_approve", args=[proposal.pk]),
        {"fingerprint": identity["fingerprint"], "compared": "yes", "bodies": [KOBLENZ]},
    )
    assert approved["Location"] == reverse("federation_peer", args=["koblenz"])
    assert Peer.objects.get().bodies == [KOBLENZ]
    assert set(ProcrastinateJob.objects.values_list("task_name", flat=True)) >= {
        "federation.pull",
        "federation.push",
    }


def test_the_other_side_sees_the_proposal(client, admin_client, monkeypatch):
    assert "Noch ist keine andere Instanz bekannt" in text(page(admin_client, "federation_peers"))
    with other_hub(monkeypatch) as (hub, _server):
        data = json.dumps({"origin": hub.origin})
        client.post("/federation/proposals", data=data, content_type="application/json")
        proposal = Proposal.objects.get()
        assert "gerade abgefragt" in text(page(admin_client, "federation_proposal", proposal.pk))
        assert hub.origin in text(page(admin_client, "federation_peers"))
        admin_client.post(reverse("federation_proposal_refresh", args=[proposal.pk]))
    listed = text(page(admin_client, "federation_peers"))
    assert "Koblenz" in listed
    assert "beiden Seiten" in text(page(admin_client, "federation_proposal", proposal.pk))


def test_what_was_typed_stays_when_it_cannot_be_used(admin_client):
    response = admin_client.post(reverse("federation_new"), {"address": "ftp://köblenz"})
    assert 'value="ftp://köblenz"' in response.content.decode()
    assert "ist keine Adresse" in text(response)


def test_a_known_address_leads_to_its_page(admin_client, peer):
    response = admin_client.post(reverse("federation_new"), {"address": peer.origin})
    assert response["Location"] == reverse("federation_peer", args=["koblenz"])


def proposed(**changes: Any) -> tuple[Proposal, dict[str, Any]]:
    identity = ForeignHub().identity(**changes)
    return Proposal.objects.create(origin=identity["origin"], identity=identity, by_them=True), identity


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"compared": ""}, "zuerst den Fingerabdruck"),
        ({"fingerprint": "ABCD"}, "haben sich geändert"),
        ({"fingerprint": ""}, "haben sich geändert"),
        ({"bodies": [KOBLENZ, TRIER]}, "Trier darf bereits"),
    ],
)
def test_a_refused_approval_says_why_and_keeps_the_ticks(admin_client, changes, reason):
    approve(ForeignHub("http://trier.localhost:8003", "trier").identity(bodies=[TRIER]))
    proposal, identity = proposed(bodies=[KOBLENZ, TRIER, "07137"])
    data = {"fingerprint": identity["fingerprint"], "compared": "yes", "bodies": [KOBLENZ], **changes}
    response = admin_client.post(reverse("federation_proposal_approve", args=[proposal.pk]), data)
    assert response.status_code == 422
    assert reason in text(response)
    ticked = re.findall(r'name="bodies" value="(\w+)" checked', response.content.decode())
    assert sorted(ticked) == sorted(data["bodies"])
    assert not Peer.objects.filter(slug="koblenz").exists()


def test_a_body_the_instance_does_not_name_cannot_be_sneaked_in(admin_client):
    proposal, identity = proposed()
    data = {"fingerprint": identity["fingerprint"], "compared": "yes", "bodies": [TRIER]}
    response = admin_client.post(reverse("federation_proposal_approve", args=[proposal.pk]), data)
    assert response.status_code == 400
    assert not Peer.objects.exists()


def test_bodies_of_others_are_warned_of_and_not_ticked(admin_client):
    add_body(KOBLENZ, "Koblenz")
    approve(ForeignHub("http://trier.localhost:8003", "trier").identity(bodies=[TRIER]))
    proposal, _identity = proposed(bodies=[KOBLENZ, TRIER, env.body])
    shown = page(admin_client, "federation_proposal", proposal.pk)
    assert "Dafür veröffentlicht schon Trier" in text(shown)
    assert f"Dafür veröffentlicht schon {env.name}" in text(shown)
    assert re.findall(r'name="bodies" value="(\w+)" checked', shown.content.decode()) == [KOBLENZ]


def test_a_look_alike_is_shown_loudly(admin_client):
    origin = "https://xn--kblenz-pbf.example"
    proposal, _identity = proposed(origin=origin)
    shown = text(page(admin_client, "federation_proposal", proposal.pk))
    assert "leicht zu verwechseln" in shown
    assert origin in shown


def test_a_name_is_text_and_nothing_else(admin_client):
    proposal, _identity = proposed(name="<script>alert(1)</script>")
    for shown in (
        page(admin_client, "federation_proposal", proposal.pk),
        page(admin_client, "federation_peers"),
    ):
        assert b"<script>alert" not in shown.content


def test_rejecting_takes_it_from_the_list(admin_client):
    proposal, _identity = proposed()
    rejected = admin_client.post(reverse("federation_proposal_reject", args=[proposal.pk]), follow=True)
    assert "ist abgelehnt" in text(rejected)
    assert "Zu entscheiden" not in text(page(admin_client, "federation_peers"))
    assert admin_client.get(reverse("federation_proposal", args=[proposal.pk])).status_code == 404


def test_the_page_of_a_peer_says_how_things_stand(client, admin_client, koblenz, peer):
    koblenz.push(client, koblenz.publish_body(koblenz.document().id, "?"))
    StoredFile.objects.create(
        digest="sha256:" + "a" * 64,
        origin=koblenz.origin,
        size=1,
        media_type="text/plain",
        state=FileState.WITHHELD,
        source=f"{koblenz.origin}/datei",
        reason="Prüfsumme stimmt nicht",
    )
    note_pull_failure(peer, "nicht erreichbar")
    shown = text(page(admin_client, "federation_peer", "koblenz"))
    held = Quarantined.objects.get()
    for expected in (
        held.object_id,
        "Prüfsumme stimmt nicht",
        "nicht erreichbar",
        peer.fingerprint,
        "noch nicht bekannt",
        "zugelassen",
    ):
        assert expected in shown
    assert "nicht erreichbar" in text(page(admin_client, "federation_peers"))


def test_both_directions_are_told_by_what_the_peer_answers(admin_client, monkeypatch):
    answers = {"status": 401}
    with serve(lambda request: Response(b"{}", answers["status"])) as server:
        open_door(monkeypatch, server)
        peer = approve(ForeignHub(server.origin).identity())
        for status in (401, 403):
            Peer.objects.update(admitted=True)
            answers["status"] = status
            pull.pull(Peer.objects.get())
            for name, arguments in (("federation_peer", ["koblenz"]), ("federation_peers", [])):
                shown = text(page(admin_client, name, *arguments))
                assert "Koblenz hat diese Instanz noch nicht zugelassen" in shown
        hub = ForeignHub(server.origin)
        hub.publish(hub.document())
        server.answer = lambda request: Response(
            json.dumps(hub.page(int(re.search(r"after=(\d+)", request.path).group(1)))).encode()  # type: ignore[union-attr]
        )
        pull.pull(Peer.objects.get())
    peer.refresh_from_db()
    assert (peer.admitted, peer.head_seq, peer.last_error) == (True, 1, "")
    assert "Koblenz hat diese Instanz zugelassen." in text(page(admin_client, "federation_peer", "koblenz"))
    assert CatalogueEntry.objects.count() == 1


def test_the_first_exchange_is_counted(admin_client, peer):
    note_admitted(peer, True, 5000)
    LogHead.objects.create(origin=peer.origin, seq=1200)
    shown = "Erster Abgleich läuft: 1.200 von 5.000 Einträgen."
    assert shown in text(page(admin_client, "federation_peer", "koblenz"))
    assert shown in text(page(admin_client, "federation_peers"))
    LogHead.objects.update(seq=5000)
    assert "Abgleich läuft" not in text(page(admin_client, "federation_peers"))


@pytest.mark.parametrize(
    ("before", "action", "after", "asks"),
    [
        ("approved", "pull", "approved", False),
        ("approved", "compare", "approved", False),
        ("approved", "resync", "approved", True),
        ("approved", "pause", "paused", False),
        ("paused", "resume", "approved", False),
        ("approved", "block", "blocked", True),
        ("left", "block", "blocked", True),
        ("blocked", "unblock", "approved", True),
    ],
)
def test_the_buttons_do_what_they_say(admin_client, peer, before, action, after, asks):
    Peer.objects.update(state=before)
    address = reverse("federation_peer_action", args=["koblenz", action])
    assert address in page(admin_client, "federation_peer", "koblenz").content.decode()
    first = admin_client.get(address)
    assert (first.status_code == 200) is asks
    assert Peer.objects.get().state == before
    response = admin_client.post(address)
    assert response["Location"] == reverse("federation_peer", args=["koblenz"])
    assert "Koblenz" in said(response)
    assert Peer.objects.get().state == after


@pytest.mark.parametrize(
    ("action", "task"),
    [("pull", "federation.pull"), ("compare", "federation.compare"), ("resync", "federation.resync")],
)
def test_what_takes_long_is_left_to_the_worker(admin_client, peer, action, task):
    admin_client.post(reverse("federation_peer_action", args=["koblenz", action]))
    assert ProcrastinateJob.objects.filter(task_name=task).count() == 1


def test_how_far_reading_again_has_come_is_shown(admin_client, monkeypatch):
    with other_hub(monkeypatch) as (hub, _server):
        approve(hub.identity())
        resync_in_sight(Peer.objects.get())
    assert resync_state(Peer.objects.get()) in text(page(admin_client, "federation_peer", "koblenz"))


def test_a_new_log_is_followed_once_confirmed(admin_client, monkeypatch):
    with serve(lambda request: Response(status=404)) as server:
        open_door(monkeypatch, server)
        hub = ForeignHub(server.origin)
        approve(hub.identity())
        LogHead.objects.create(origin=hub.origin, seq=7, epoch=1)
        server.answer = lambda request: Response(
            json.dumps(hub.page(0, epoch=2) if "/log" in request.path else hub.head(epoch=2)).encode()
        )
        address = reverse("federation_peer_action", args=["koblenz", "epoch"])
        assert "am Telefon bestätigt" in text(admin_client.get(address))
        assert LogHead.objects.get(origin=hub.origin).epoch == 1
        assert "Dem neuen Protokoll von Koblenz" in said(admin_client.post(address))
    assert LogHead.objects.get(origin=hub.origin).epoch == 2


def test_contributions_are_handed_over_for_the_chosen_bodies(admin_client, peer):
    address = reverse("federation_peer_handover", args=["koblenz"])
    assert "ziehen um" in text(admin_client.get(address))
    nobody = admin_client.post(address, {"bodies": [TRIER]})
    assert (nobody.status_code, Notice.objects.count()) == (422, 0)
    assert "mindestens eine Kommune" in text(nobody)
    nothing = admin_client.post(address, {"bodies": [env.body]})
    assert "nichts veröffentlicht" in text(nothing) or "nichts zu übergeben" in text(nothing)
    add_entry(make_document("Eigener", publishers=(env.body,)))
    admin_client.post(address, {"bodies": [env.body]})
    assert Notice.objects.get().document["to"] == peer.origin


def test_what_is_handed_over_to_this_instance_is_taken_over_by_the_worker(admin_client, koblenz, peer):
    document = {"to": env.origin, "uuids": [str(uuid.uuid4())], "bodies": [KOBLENZ]}
    notice = Notice.objects.create(
        origin=koblenz.origin, number=1, type=NoticeType.HANDOVER, document=document, created=timezone.now()
    )
    address = reverse("federation_peer_take", args=["koblenz", notice.pk])
    assert address in page(admin_client, "federation_peer", "koblenz").content.decode()
    assert "nichts (mehr)" in said(
        admin_client.post(reverse("federation_peer_take", args=["koblenz", notice.pk + 1]))
    )
    assert not ProcrastinateJob.objects.filter(task_name="federation.take_over").exists()
    admin_client.post(address)
    job = ProcrastinateJob.objects.get(task_name="federation.take_over")
    tasks.take_over(**job.args)
    assert "Noch nicht empfangen: 1" in text(page(admin_client, "federation_peer", "koblenz"))


@pytest.mark.parametrize(
    ("action", "announced"), [("rotate", ["rotation"]), ("replace", []), ("leave", ["leave"])]
)
def test_what_concerns_everybody_is_asked_first(admin_client, peer, action, announced):
    before = own_identity().fingerprint
    address = reverse("federation_self_action", args=[action])
    assert address in page(admin_client, "federation_self").content.decode()
    assert admin_client.get(address).status_code == 200
    assert (own_identity().fingerprint, Notice.objects.count()) == (before, 0)
    assert admin_client.post(address)["Location"] == reverse("federation_self")
    assert list(Notice.objects.values_list("type", flat=True)) == announced
    assert (own_identity().fingerprint == before) is (action == "leave")
    assert (Peer.objects.get().state == PeerState.LEFT) is (action == "leave")
    assert admin_client.get(reverse("federation_self_action", args=["explode"])).status_code == 404


def test_a_move_is_announced_by_the_worker_once_confirmed(admin_client, peer):
    address = reverse("federation_self_action", args=["move"])
    assert address not in page(admin_client, "federation_self").content.decode()
    assert admin_client.get(address).status_code == 404
    old = "https://alt.mainz.example"
    add_entry(make_document(origin=old))

    assert f"Umzug von {old} bekannt geben" in text(page(admin_client, "federation_self"))
    asked = admin_client.get(address).content.decode()
    assert "Das lässt sich nicht zurücknehmen" in asked
    assert not ProcrastinateJob.objects.filter(task_name="federation.move").exists()
    assert admin_client.post(address)["Location"] == reverse("federation_self")
    job = ProcrastinateJob.objects.get(task_name="federation.move")
    assert not Notice.objects.exists()
    tasks.announce_move(**job.args)
    tasks.announce_move(**job.args)

    notice = Notice.objects.get()
    assert (notice.origin, notice.document["to"]) == (old, env.origin)
    assert address not in page(admin_client, "federation_self").content.decode()


def test_why_nothing_is_published_and_what_was_brought_back_is_shown(admin_client):
    raise_alarm("Dem eigenen Protokoll fehlt das Ende")
    add_entry(make_document("Wieder da"), recovered=True)
    shown = text(page(admin_client, "federation_self"))
    assert "Dem eigenen Protokoll fehlt das Ende" in shown
    assert "1 Beitrag ohne Seite" in shown


def test_what_no_longer_fits_is_refused(admin_client, peer):
    for action in ("resume", "unblock"):
        response = admin_client.post(reverse("federation_peer_action", args=["koblenz", action]))
        assert "geht jetzt nicht" in said(response)
    assert admin_client.post(reverse("federation_peer_action", args=["koblenz", "delete"])).status_code == 404
    assert Peer.objects.get().state == PeerState.APPROVED


def test_settings_are_kept(admin_client, peer):
    address = reverse("federation_peer_settings", args=["koblenz"])
    for sent, lazy in (({"lazy_files": "yes"}, True), ({}, False)):
        admin_client.post(address, sent)
        assert Peer.objects.get().lazy_files is lazy
    shown = page(admin_client, "federation_peer", "koblenz").content.decode()
    assert reverse("moderation_review_first", args=["koblenz"]) in shown


def test_bodies_are_changed_among_those_it_names(admin_client, monkeypatch):
    add_body("07137", "Mayen-Koblenz")
    approve(ForeignHub("http://trier.localhost:8003", "trier").identity(bodies=[TRIER]))
    with other_hub(monkeypatch, bodies=[KOBLENZ, "07137", TRIER]) as (hub, _server):
        approve(hub.identity())
        address = reverse("federation_peer_bodies", args=["koblenz"])
        shown = page(admin_client, "federation_peer_bodies", "koblenz")
        assert "Mayen-Koblenz" in text(shown)
        assert re.findall(r'name="bodies" value="(\w+)" checked', shown.content.decode()) == [KOBLENZ]
        refused = admin_client.post(address, {"bodies": ["07137", TRIER]})
        assert refused.status_code == 422
        assert Peer.objects.get(slug="koblenz").bodies == [KOBLENZ]
        admin_client.post(address, {"bodies": ["07137", "99999"]})
    assert Peer.objects.get(slug="koblenz").bodies == ["07137"]
    assert "Mayen-Koblenz" in text(page(admin_client, "federation_peer", "koblenz"))


def test_bodies_can_be_taken_away_while_the_peer_does_not_answer(admin_client, peer):
    shown = text(page(admin_client, "federation_peer_bodies", "koblenz"))
    assert "nur die schon zugelassenen" in shown
    admin_client.post(reverse("federation_peer_bodies", args=["koblenz"]), {})
    assert Peer.objects.get().bodies == []


def test_quarantined_entries_are_tried_again_one_or_all(client, admin_client, koblenz, peer):
    for _entry in range(2):
        koblenz.push(client, koblenz.publish(koblenz.document("Fremd", publishers=(TRIER,))))
    address = reverse("federation_peer_retry", args=["koblenz"])
    first = Quarantined.objects.order_by("seq").first()
    assert "noch nichts angezeigt" in said(admin_client.post(address, {"entry": str(first.pk)}))
    Peer.objects.update(bodies=[KOBLENZ, TRIER])
    assert "ist jetzt zu sehen" in said(admin_client.post(address, {"entry": str(first.pk)}))
    assert Quarantined.objects.count() == 1
    assert "läuft im Hintergrund" in said(admin_client.post(address))
    assert Quarantined.objects.count() == 1, "with 100,000 of them nobody waits for the page"
    tasks.retry_quarantined(**ProcrastinateJob.objects.get(task_name="federation.retry_quarantined").args)
    assert CatalogueEntry.objects.filter(title="Fremd").count() == 2


def withheld(origin: str, number: int, state: FileState = FileState.WITHHELD) -> StoredFile:
    return StoredFile.objects.create(
        digest=f"sha256:{number:064x}",
        origin=origin,
        size=1,
        media_type="text/plain",
        state=state,
        source=f"{origin}/datei-{number}",
        reason=f"Grund {number}",
    )


def test_a_refused_file_is_fetched_once_more(admin_client, looker, peer):
    file = withheld(peer.origin, 1, FileState.REFUSED)
    others = withheld("http://trier.localhost:8004", 2)
    address = reverse("federation_peer_files", args=["koblenz"])
    assert looker.post(address, {"file": file.pk}).status_code in (302, 403)
    file.refresh_from_db()
    assert file.state == FileState.REFUSED
    admin_client.force_login(User.objects.get(is_superuser=True))
    shown = page(admin_client, "federation_peer", "koblenz")
    assert f'name="file" value="{file.pk}"' in shown.content.decode()
    assert "Als schädlich abgewiesen 1" in text(shown)
    assert admin_client.get(address).status_code == 405
    assert "läuft im Hintergrund" in said(admin_client.post(address, {"file": file.pk}))
    file.refresh_from_db()
    assert (file.state, file.wanted) == (FileState.MISSING, True)
    assert ProcrastinateJob.objects.filter(task_name="federation.fetch").count() == 1
    for wrong in (str(others.pk), str(file.pk), "", "x"):
        assert "nicht mehr zurückgehalten" in said(admin_client.post(address, {"file": wrong}))


def test_what_is_not_listed_is_counted(admin_client, koblenz, peer):
    for number in range(52):
        withheld(peer.origin, number)
        Quarantined.objects.create(
            peer=peer, epoch=1, seq=number, object_id=f"{peer.origin}/id/{number}", reason="unlesbar"
        )
    note_pull_failure(peer, "nicht erreichbar")
    shown = text(page(admin_client, "federation_peer", "koblenz"))
    assert shown.count("Gezeigt werden die neuesten 50 von 52.") == 2
    assert shown.count("Empfangen am") == 50
    when = date_format(localtime(Peer.objects.get().last_error_at), "SHORT_DATETIME_FORMAT")
    assert f"{when}: nicht erreichbar" in shown


def test_the_list_has_pages(admin_client, peer, monkeypatch):
    monkeypatch.setattr(listing, "PER_PAGE", 1)
    approve(ForeignHub("http://trier.localhost:8003", "trier").identity(bodies=[TRIER]))
    first = text(page(admin_client, "federation_peers"))
    assert ("http://trier.localhost" in first, "koblenz.localhost" in first) == (False, True)
    second = text(admin_client.get(reverse("federation_peers"), {"p": "2"}))
    assert ("http://trier.localhost" in second, "koblenz.localhost" in second) == (True, False)


def test_new_keys_are_pinned_once_compared(admin_client, monkeypatch):
    with other_hub(monkeypatch) as (hub, _server):
        approve(hub.identity())
        address = reverse("federation_peer_key", args=["koblenz"])
        assert "nichts zu ersetzen" in text(admin_client.get(address))
        hub.ed25519 = Ed25519PrivateKey.generate()
        shown = admin_client.get(address)
        assert " ".join(words_of(hub.identity()["fingerprint"])) in text(shown)
        old = Peer.objects.get().fingerprint
        for data in ({"fingerprint": hub.identity()["fingerprint"]}, {"compared": "yes", "fingerprint": old}):
            assert admin_client.post(address, data).status_code == 422
            assert Peer.objects.get().fingerprint == old
        data = {"compared": "yes", "fingerprint": hub.identity()["fingerprint"]}
        assert admin_client.post(address, data).status_code == 302
    assert Peer.objects.get().fingerprint == hub.identity()["fingerprint"]


def test_a_peer_that_left_can_be_connected_anew(admin_client, peer):
    Peer.objects.update(state=PeerState.LEFT)
    shown = page(admin_client, "federation_peer", "koblenz").content.decode()
    assert f'name="address" value="{peer.origin}"' in shown


def test_this_instance_shows_its_fingerprint(admin_client):
    identity = own_identity()
    shown = page(admin_client, "federation_self")
    assert identity.fingerprint in text(shown)
    assert " ".join(words_of(identity.fingerprint)) in text(shown)
    assert '<svg role="img"' in shown.content.decode()


POSTS = [
    ("federation_new", []),
    ("federation_proposal_approve", [1]),
    ("federation_proposal_refresh", [1]),
    ("federation_proposal_reject", [1]),
    ("federation_peer_settings", ["koblenz"]),
    ("federation_peer_bodies", ["koblenz"]),
    ("federation_peer_retry", ["koblenz"]),
    ("federation_peer_key", ["koblenz"]),
    ("federation_peer_handover", ["koblenz"]),
    ("federation_peer_take", ["koblenz", 1]),
    ("federation_peer_action", ["koblenz", "block"]),
    ("federation_self_action", ["leave"]),
]


@pytest.mark.parametrize(("name", "arguments"), POSTS)
def test_looking_is_not_changing(looker, peer, name, arguments):
    assert looker.post(reverse(name, args=arguments))["Location"] == reverse("wagtailadmin_home")
    assert Peer.objects.get().state == PeerState.APPROVED


@pytest.mark.parametrize(("name", "arguments"), POSTS)
def test_every_change_needs_the_token_of_its_page(admin_user, peer, name, arguments):
    client = Client(enforce_csrf_checks=True)
    client.force_login(admin_user)
    assert client.post(reverse(name, args=arguments)).status_code == 403


def test_whoever_looks_sees_no_buttons(looker, peer):
    proposal, _identity = proposed(origin="https://trier.example", slug="trier")
    for shown in (
        page(looker, "federation_peers"),
        page(looker, "federation_self"),
        page(looker, "federation_peer", "koblenz"),
        page(looker, "federation_proposal", proposal.pk),
    ):
        main = shown.content.decode().partition('class="nice-padding peers"')[2]
        assert "<button" not in main
        assert "/block/" not in main


def test_the_pages_are_not_for_editors(client, peer):
    client.force_login(User.objects.create_user(email="e@example.org", password="x" * 12))
    for name, arguments in (
        ("federation_peers", []),
        ("federation_self", []),
        ("federation_peer", ["koblenz"]),
    ):
        assert client.get(reverse(name, args=arguments)).status_code == 302


def test_one_item_of_the_menu_leads_there(looker):
    shown = looker.get(reverse("wagtailadmin_home")).content.decode()
    assert shown.count(reverse("federation_peers")) == 1


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_takes_the_same_queries_however_many(admin_client, django_assert_num_queries, count):
    own_identity()
    for number in range(count):
        approve(ForeignHub(f"http://peer{number}.localhost:9", f"peer{number}").identity(bodies=[]))
        Proposal.objects.create(origin=f"https://s{number}.example", by_them=True)
    page(admin_client, "federation_peers")
    with django_assert_num_queries(16):
        page(admin_client, "federation_peers")


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_of_a_peer_takes_the_same_queries_however_much(
    client, admin_client, koblenz, peer, django_assert_num_queries, count
):
    own_identity()
    for _entry in range(count):
        koblenz.push(client, koblenz.publish(koblenz.document("Fremd", publishers=(TRIER,))))
        approve(ForeignHub(f"http://peer{_entry}.localhost:9", f"peer{_entry}").identity(bodies=[]))
    page(admin_client, "federation_peer", "koblenz")
    with django_assert_num_queries(24):
        page(admin_client, "federation_peer", "koblenz")
