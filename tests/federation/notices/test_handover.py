"""Items handed over: by one peer to another, by this instance, and to this instance."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob
from treebeard.exceptions import PathOverflow
from wagtail.models import Page

from content.models import BodyPage, CaseReportPage, ModulePage
from content.statements.queries import count_adoptions
from federation import tasks
from federation.models import Notice, Peer, PeerState, Quarantined
from federation.notices import moving, taking_over
from federation.notices.queries import open_questions
from federation.notices.services import CannotAnnounce, hand_over
from federation.notices.taking_over import NotForUs, accept_handover
from federation.peers import ApprovalRefused, approve, set_bodies, set_state
from federation.quarantine import retry_quarantined
from hub.catalogue import overlay
from hub.catalogue.consumers import run_consumers
from hub.catalogue.models import CatalogueEntry, Overlay, State
from hub.catalogue.queries import entries, find_entries, find_entry
from hub.catalogue.settling import settle
from hub.documents import Adoption, Attachment, Document, Statement, Text, Viewer
from hub.env import env
from hub.files.models import FileState, StoredFile
from hub.files.services import store
from tests.factories.pages import add_body, add_report, add_section
from tests.federation.notices.conftest import announce, move, post
from tests.wire.content import use_storage
from tests.wire.foreign import KOBLENZ, ForeignHub

pytestmark = pytest.mark.django_db

TRIER = "07211000"
TODAY = timezone.localdate()
ANYBODY = Viewer.anonymous()


@pytest.fixture
def trier(db: None) -> ForeignHub:
    return ForeignHub("https://trier.example", "trier")


@pytest.fixture
def trier_peer(peer: Peer, trier: ForeignHub) -> Peer:
    return approve(trier.identity(bodies=[TRIER]))


def at(hub: ForeignHub, document: Document) -> Document:
    """The same document as another hub publishes it."""
    return document.model_copy(update={"id": f"{hub.origin}/id/{document.uuid}"})


def give(giver: ForeignHub, taker: str, *documents: Document, number: int = 1) -> dict[str, Any]:
    uuids = [document.uuid for document in documents]
    return announce(giver, "handover", number, to=taker, uuids=uuids, bodies=[KOBLENZ])


def follow() -> None:
    while settle() or run_consumers("federation.notices") or carry_over():
        pass


def carry_over() -> int:
    """The jobs that follow a notice; returns how many there were."""
    jobs = ProcrastinateJob.objects.filter(task_name="federation.carry_over", status="todo")
    numbers = [job.args["number"] for job in jobs]
    for number in numbers:
        tasks.carry_over(number)
    for job in jobs:
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM procrastinate_jobs WHERE id = %s", [job.pk])
    return len(numbers)


class TestBetweenPeers:
    """Koblenz hands over to Trier; Mainz, who the tests are, sees both."""

    def test_the_old_entry_leads_to_the_new_one_once_both_are_there(
        self, client, peer, trier_peer, koblenz, trier
    ):
        document = koblenz.document("Bericht")
        koblenz.push(client, koblenz.publish(document))
        address = CatalogueEntry.objects.get().get_absolute_url()
        assert post(client, give(koblenz, trier.origin, document)).status_code == 202
        assert client.get(address).status_code == 200  # nothing is out of sight in between
        set_bodies(trier_peer, [TRIER, KOBLENZ])

        trier.push(client, trier.publish(at(trier, document)))
        follow()

        moved = client.get(address)
        assert (moved.status_code, moved.headers["Location"]) == (301, f"/von/trier/{document.uuid}/bericht/")
        assert client.get(moved.headers["Location"]).status_code == 200
        form = client.get(f"/von/koblenz/{document.uuid}/bericht.md")
        assert (form.status_code, form.headers["Location"]) == (301, f"/von/trier/{document.uuid}/bericht.md")
        by_id = client.get(f"/id/{document.uuid}")
        assert (by_id.status_code, by_id.headers["Location"]) == (301, f"/von/trier/{document.uuid}/bericht/")
        assert [entry.source for entry in entries(ANYBODY)] == ["trier"]
        assert Notice.objects.get().done is not None
        assert Peer.objects.get(slug="koblenz").bodies == []

    def test_also_where_the_new_entry_came_first(self, client, peer, trier_peer, koblenz, trier):
        document = koblenz.document("Bericht")
        koblenz.push(client, koblenz.publish(document))
        set_bodies(peer, [])
        set_bodies(trier_peer, [TRIER, KOBLENZ])
        trier.push(client, trier.publish(at(trier, document)))

        post(client, give(koblenz, trier.origin, document))
        follow()
        assert find_entry(document.uuid, ANYBODY).source == "trier"

    def test_nobody_takes_over_by_publishing_under_the_same_uuid(
        self, client, peer, trier_peer, koblenz, trier
    ):
        document = koblenz.document("Bericht")
        koblenz.push(client, koblenz.publish(document))
        stolen = at(trier, document).model_copy(update={"publishers": (TRIER,)})
        trier.push(client, trier.publish(stolen))
        follow()

        assert find_entry(document.uuid, ANYBODY).source == "koblenz"
        assert not CatalogueEntry.objects.exclude(moved_to="").exists()

    def test_nor_by_announcing_it_oneself(self, client, peer, trier_peer, koblenz, trier):
        document = koblenz.document("Bericht")
        koblenz.push(client, koblenz.publish(document))
        trier.push(client, trier.publish(at(trier, document).model_copy(update={"publishers": (TRIER,)})))
        move(client, trier, "https://neu.trier.example")
        forged = announce(trier, "handover", 1, to=trier.origin, uuids=[document.uuid], bodies=[KOBLENZ])
        assert post(client, forged).status_code == 400
        named = announce(trier, "handover", 2, to=koblenz.origin, uuids=[document.uuid], bodies=[KOBLENZ])
        assert post(client, named).status_code == 401
        follow()

        assert find_entry(document.uuid, ANYBODY).source == "koblenz"

    def test_without_an_approval_for_the_body_it_waits_in_sight(
        self, client, peer, trier_peer, koblenz, trier
    ):
        add_body(KOBLENZ, "Koblenz")
        document = koblenz.document("Bericht")
        koblenz.push(client, koblenz.publish(document))
        post(client, give(koblenz, trier.origin, document))
        trier.push(client, trier.publish(at(trier, document)))
        follow()

        assert find_entry(document.uuid, ANYBODY).source == "koblenz"
        assert KOBLENZ in Quarantined.objects.get().reason
        for one in (peer, trier_peer):
            [question] = open_questions(one)
            assert question.sentence == (
                "Koblenz gibt Koblenz (07111000) an Trier ab: Bitte passen Sie die Freigabe von Trier an."
            )
            assert (question.missing, question.taker) == ((KOBLENZ,), trier_peer)

        set_bodies(trier_peer, [TRIER, KOBLENZ])
        assert retry_quarantined() == 1
        follow()
        assert find_entry(document.uuid, ANYBODY).source == "trier"
        assert open_questions(Peer.objects.get(slug="koblenz")) == []

    def test_a_body_has_two_publishers_only_while_it_is_handed_over(self, client, peer, trier_peer, koblenz):
        with pytest.raises(ApprovalRefused, match="bereits"):
            set_bodies(trier_peer, [TRIER, KOBLENZ])
        post(client, give(koblenz, "https://trier.example", koblenz.document()))
        set_bodies(trier_peer, [TRIER, KOBLENZ])

    def test_the_question_names_a_taker_that_is_no_peer(self, client, peer, koblenz):
        post(client, give(koblenz, "https://fremd.example", koblenz.document()))

        [question] = open_questions(peer)
        assert question.taker is None
        assert "fremd.example" in question.sentence

    def test_the_giver_withdraws_and_its_id_goes_on_leading_there(
        self, client, peer, trier_peer, koblenz, trier
    ):
        document = koblenz.document("Bericht")
        koblenz.push(client, koblenz.publish(document))
        post(client, give(koblenz, trier.origin, document))
        koblenz.push(client, koblenz.withdraw(document.id, 2))  # before the new entry is here
        assert client.get(f"/von/koblenz/{document.uuid}/bericht/").status_code == 410
        set_bodies(trier_peer, [TRIER, KOBLENZ])
        trier.push(client, trier.publish(at(trier, document)))
        follow()

        assert client.get(f"/von/koblenz/{document.uuid}/bericht/").status_code == 301
        assert CatalogueEntry.objects.get(object_id=document.id).state == State.WITHDRAWN

    def test_uses_of_it_count_at_its_new_id(self, client, peer, trier_peer, koblenz, trier):
        document = koblenz.document("Baustein", kind="module")
        use = trier.document(
            "Nachnutzung",
            kind="adoption",
            publishers=(TRIER,),
            statement=Statement(about=document.id, made=TODAY, confirmed=TODAY),
            adoption=Adoption(),
        )
        koblenz.push(client, koblenz.publish(document))
        trier.push(client, trier.publish(use))
        assert count_adoptions([document.id], ANYBODY) == {document.id: 1}
        post(client, give(koblenz, trier.origin, document))
        set_bodies(trier_peer, [TRIER, KOBLENZ])
        trier.push(client, trier.publish(at(trier, document)))
        follow()

        new = CatalogueEntry.objects.get(object_id=at(trier, document).id)
        assert CatalogueEntry.objects.get(object_id=use.id).about == new.object_id
        assert count_adoptions([document.id, new.object_id], ANYBODY) == {new.object_id: 1}

    def test_what_is_moderated_meanwhile_stays_moderated(
        self, client, peer, trier_peer, koblenz, trier, meanwhile
    ):
        document = self.at_both(client, trier_peer, koblenz, trier)
        new = at(trier, document).id
        meanwhile(lambda: overlay.hide(new, "Beschwerde", "Anna Amt"))
        follow()

        entry = CatalogueEntry.objects.get(object_id=new)
        assert entry.overlay == Overlay.HIDDEN
        assert CatalogueEntry.objects.get(object_id=document.id).moved_to == new

    def test_what_is_withdrawn_there_meanwhile_is_not_followed(
        self, client, peer, trier_peer, koblenz, trier, meanwhile
    ):
        document = self.at_both(client, trier_peer, koblenz, trier)
        meanwhile(lambda: trier.push(client, trier.withdraw(at(trier, document).id, 2)))
        follow()

        assert CatalogueEntry.objects.get(object_id=document.id).moved_to == ""
        assert find_entry(document.uuid, ANYBODY).source == "koblenz"

    def test_nothing_is_locked_behind_the_position(self, client, peer, trier_peer, koblenz, trier):
        document = self.at_both(client, trier_peer, koblenz, trier)
        other = koblenz.document("Anderer", relations=[{"type": "uses", "target": document.id}])
        koblenz.push(client, koblenz.publish(other))
        with CaptureQueriesContext(
            connection,
        ) as queries:
            run_consumers("federation.notices")

        said = [query["sql"] for query in queries]
        [taken] = [number for number, sql in enumerate(said) if "catalogue_position" in sql]
        behind = [sql for sql in said[taken + 1 :] if "FOR UPDATE" in sql or sql.startswith("UPDATE")]
        cursor = [sql for sql in behind if "catalogue_cursor" in sql]
        assert [sql for sql in behind if sql not in cursor and "position" not in sql] == []
        assert CatalogueEntry.objects.get(object_id=document.id).moved_to
        assert CatalogueEntry.objects.get(object_id=other.id).related == [at(trier, document).id]
        assert Notice.objects.get().done is None  # the peers are locked by a job of its own
        assert carry_over() == 1
        assert Notice.objects.get().done is not None

    def at_both(self, client, trier_peer, koblenz, trier) -> Document:
        """A document that is handed over and here from both sides, not followed yet."""
        document = koblenz.document("Bericht")
        koblenz.push(client, koblenz.publish(document))
        post(client, give(koblenz, trier.origin, document))
        carry_over()
        set_bodies(trier_peer, [TRIER, KOBLENZ])
        trier.push(client, trier.publish(at(trier, document)))
        return document

    @pytest.fixture
    def meanwhile(self, monkeypatch):
        """Have something happen once between finding what has arrived and locking it."""

        def plan(happen) -> None:
            found, left = moving._arrived, [happen]

            def arrived(*arguments: Any) -> Any:
                pairs = found(*arguments)
                if pairs and left:
                    left.pop()()
                return pairs

            monkeypatch.setattr(moving, "_arrived", arrived)

        return plan

    def test_files_need_not_be_fetched_again(self, client, peer, trier_peer, koblenz, trier):
        digest = f"sha256:{'ab' * 32}"
        file = Attachment(url="x", name="a.pdf", media_type="application/pdf", size=3, digest=digest)
        document = koblenz.document("Bericht", attachments=(file,))
        koblenz.push(client, koblenz.publish(document))
        StoredFile.objects.create(
            digest=digest, origin=koblenz.origin, size=3, media_type="application/pdf",
            state=FileState.STORED, source=f"{koblenz.origin}/dateien/x",
        )  # fmt: skip
        post(client, give(koblenz, trier.origin, document))
        set_bodies(trier_peer, [TRIER, KOBLENZ])
        trier.push(client, trier.publish(at(trier, document)))
        follow()

        assert StoredFile.objects.get(origin=trier.origin).state == FileState.STORED


class TestGiving:
    """Mainz hands over to Koblenz."""

    @pytest.fixture
    def page(self, db: None) -> CaseReportPage:
        page = add_report(add_section("mainz"), "Bericht")
        settle()
        return page

    def arrive(self, client: Client, koblenz: ForeignHub) -> None:
        for entry in CatalogueEntry.objects.filter(source="", moved_to="", state=State.LIVE):
            koblenz.push(client, koblenz.publish(at(koblenz, entry.document)))

    def test_addresses_lead_to_the_taker_once_it_has_arrived(self, client, peer, koblenz, page):
        path = CatalogueEntry.objects.get(uuid=page.translation_key).path
        [notice] = hand_over(peer)
        assert set(notice.document["bodies"]) == {env.body}
        assert str(page.translation_key) in notice.document["uuids"]
        assert Peer.objects.get().bodies == sorted([KOBLENZ, env.body])
        assert client.get(path).status_code == 200

        self.arrive(client, koblenz)
        follow()

        there = f"/von/koblenz/{page.translation_key}/bericht/"
        answer = client.get(path)
        assert (answer.status_code, answer.headers["Location"]) == (301, there)
        answer = client.get(f"{path.rstrip('/')}.json")
        assert (answer.status_code, answer.headers["Location"]) == (301, f"{there.rstrip('/')}.json")
        answer = client.get(f"/id/{page.translation_key}")
        assert (answer.status_code, answer.headers["Location"]) == (301, there)
        assert client.get(there).status_code == 200
        page.refresh_from_db()
        assert not page.live
        assert CatalogueEntry.objects.get(uuid=page.translation_key, source="").state == State.WITHDRAWN
        notice.refresh_from_db()
        assert notice.done is not None

    def test_a_page_published_once_more_does_not_come_between(self, client, peer, koblenz, page):
        hand_over(peer)
        self.arrive(client, koblenz)
        follow()
        CaseReportPage.objects.get(pk=page.pk).save_revision().publish()
        follow()

        path = CatalogueEntry.objects.get(uuid=page.translation_key, source="").path
        assert client.get(path).status_code == 301

    def test_what_is_for_this_instance_alone_stays(self, client, peer, koblenz, page):
        inner = add_report(Page.objects.get(slug="mainz").specific, "Intern", audience="instance")
        settle()
        [notice] = hand_over(peer)

        assert str(inner.translation_key) not in notice.document["uuids"]

    def test_only_the_named_bodies_are_handed_over(self, client, peer, page):
        other = add_report(add_section("trier", add_body(TRIER, "Trier")), "Anderer")
        settle()
        [notice] = hand_over(peer, [TRIER])

        assert str(other.translation_key) in notice.document["uuids"]
        assert str(page.translation_key) not in notice.document["uuids"]
        assert notice.document["bodies"] == [TRIER]

    def test_nothing_is_handed_over_twice(self, client, peer, page):
        hand_over(peer)
        with pytest.raises(CannotAnnounce):
            hand_over(peer)

    def test_nothing_goes_to_who_is_not_approved(self, client, peer, page):
        set_state(peer, PeerState.PAUSED)
        with pytest.raises(CommandError, match="nicht zugelassen"):
            call_command("hand_over", "koblenz")
        with pytest.raises(CommandError, match="Kurznamen"):
            call_command("hand_over", "nirgends")
        assert not Notice.objects.exists()

    def test_many_items_make_several_notices(self, client, peer, page, monkeypatch):
        monkeypatch.setattr("federation.notices.services.MAX_ITEMS", 1)

        assert [notice.number for notice in hand_over(peer)] == [1, 2]

    def test_the_command_says_what_happens_next(self, client, peer, page):
        out = io.StringIO()
        call_command("hand_over", "koblenz", "--bodies", env.body, stdout=out)
        assert "Zahl der Beiträge: 2" in out.getvalue()


class TestTaking:
    """Koblenz hands over to Mainz."""

    @pytest.fixture
    def offered(self, client, peer, koblenz, settings, tmp_path) -> tuple[Notice, Document]:
        use_storage(settings, tmp_path)
        add_section("mainz")
        add_body(KOBLENZ, "Koblenz")
        settle()
        stored = store(ContentFile(b"%PDF-1.4 klein"), "application/pdf")
        StoredFile.objects.filter(pk=stored.pk).update(origin=koblenz.origin, source=f"{koblenz.origin}/x")
        file = Attachment(
            url="x", name="plan.pdf", media_type="application/pdf", size=stored.size, digest=stored.digest
        )
        texts = {"de": Text(title="Bericht", summary="Was geschah.")}
        document = koblenz.document(kind="module", attachments=(file,), topics=("ki",), texts=texts)
        koblenz.push(client, koblenz.publish(document))
        post(client, give(koblenz, env.origin, document))
        return Notice.objects.get(), document

    def test_pages_are_made_below_the_body_and_published_under_the_new_id(
        self, client, peer, koblenz, offered
    ):
        notice, document = offered
        out = io.StringIO()
        call_command("accept_handover", stdout=out)
        follow()

        entry = CatalogueEntry.objects.get(object_id=f"{env.origin}/id/{document.uuid}")
        page = ModulePage.objects.get(translation_key=document.uuid)
        assert (entry.source, entry.publishers, entry.page_id) == ("", [KOBLENZ], page.pk)
        assert page.get_parent().specific.body_id == KOBLENZ
        assert entry.document.attachments[0].digest == document.attachments[0].digest
        old = CatalogueEntry.objects.get(object_id=document.id)
        assert old.moved_to == entry.object_id
        assert entry.first_published == old.first_published
        answer = client.get(f"/von/koblenz/{document.uuid}/bericht/")
        assert (answer.status_code, answer.headers["Location"]) == (301, entry.path)
        assert find_entries([document.id], ANYBODY) == {document.id: entry}
        notice.refresh_from_db()
        assert notice.done is not None
        assert "Zahl der Beiträge: 1" in out.getvalue()

    def test_once_more_does_nothing(self, client, peer, offered):
        notice, document = offered
        accept_handover(notice)
        assert accept_handover(notice).count == 0
        assert ModulePage.objects.filter(translation_key=document.uuid).count() == 1

    def test_what_is_not_fetched_yet_waits_and_is_taken_later(self, client, peer, offered):
        notice, document = offered
        StoredFile.objects.update(state=FileState.WITHHELD, reason="noch nicht da")
        done = accept_handover(notice)
        assert (done.count, done.waiting) == (0, {document.id: "noch nicht da"})
        assert not ModulePage.objects.filter(translation_key=document.uuid).exists()

        StoredFile.objects.update(state=FileState.STORED, reason="")
        assert accept_handover(notice).count == 1

    @pytest.mark.parametrize(
        "failure",
        [OSError("kein Platz"), IndexError("leer"), BodyPage.DoesNotExist("weg"), PathOverflow("voll")],
    )
    def test_one_that_fails_does_not_hold_up_those_behind_it(
        self, client, peer, koblenz, offered, monkeypatch, failure
    ):
        _notice, document = offered
        texts = {"de": Text(title="Zweiter", summary="Was geschah.")}
        other = koblenz.document(kind="module", texts=texts)
        koblenz.push(client, koblenz.publish(other))
        post(client, give(koblenz, env.origin, document, other, number=2))
        made = taking_over.rebuild

        def rebuild(said: Document, *arguments: Any) -> Any:
            if said.id == document.id:
                raise failure
            return made(said, *arguments)

        monkeypatch.setattr(taking_over, "rebuild", rebuild)
        done = accept_handover(Notice.objects.get(number=2))

        assert done.count == 1
        assert done.waiting == {document.id: f"{type(failure).__name__}: {failure}"}
        assert ModulePage.objects.filter(translation_key=other.uuid).exists()

    def test_what_says_nothing_about_the_item_ends_the_round(self, client, peer, offered, monkeypatch):
        def rebuild(*arguments: Any) -> Any:
            raise OperationalError("connection lost")

        monkeypatch.setattr(taking_over, "rebuild", rebuild)
        with pytest.raises(OperationalError):
            accept_handover(offered[0])

    def test_what_was_never_received_is_counted(self, client, peer, koblenz, offered):
        late = koblenz.document("Später")
        post(client, give(koblenz, env.origin, late, number=2))

        assert accept_handover(Notice.objects.get(number=2)).missing == 1

    def test_the_operator_is_asked(self, client, peer, offered):
        [question] = open_questions(peer)
        assert question.to_us
        assert "accept_handover" in question.sentence

    def test_what_is_handed_over_to_others_is_not_for_us(self, client, peer, koblenz):
        post(client, give(koblenz, "https://fremd.example", koblenz.document()))
        with pytest.raises(NotForUs):
            accept_handover(Notice.objects.get())

    def test_a_body_keeps_its_page_and_the_old_one_leads_there(self, client, peer, koblenz, offered):
        about = koblenz.document("Koblenz", kind="body")
        koblenz.push(client, koblenz.publish(about))
        section = add_section("koblenz", add_body(KOBLENZ, "Koblenz"))
        settle()
        post(client, give(koblenz, env.origin, about, number=2))
        accept_handover(Notice.objects.get(number=2))

        old = CatalogueEntry.objects.get(object_id=about.id)
        assert old.moved_to == f"{env.origin}/id/{section.translation_key}"
        answer = client.get(f"/id/{about.uuid}")
        assert answer.headers["Location"] == CatalogueEntry.objects.get(object_id=old.moved_to).path
