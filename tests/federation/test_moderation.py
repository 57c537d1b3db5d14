"""What one instance hides, holds or labels of another's: nowhere to be found, and back on release."""

from __future__ import annotations

import io

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pypdf import PdfReader

from content.statements.queries import count_adoptions
from federation import inbox, quarantine
from federation.models import Peer, Quarantined
from federation.moderation.reviewing import held_of, set_review_first
from hub.catalogue import overlay
from hub.catalogue.consumers import run_consumers
from hub.catalogue.models import CatalogueEntry, Change, ModerationAct, Overlay, State
from hub.catalogue.topics import read_topics
from hub.documents import Adoption, Block, Section, Statement, Term, Text, Viewer
from hub.errors import RefusedMessage
from hub.site.digest.news import News
from hub.site.digest.wishes import Wish
from search.answers.models import Passage
from tests.factories.peers import add_peer
from tests.wire.foreign import KOBLENZ, ForeignHub

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("peer")]
WHO = "Erika Muster (erika@mainz.example)"
ANYBODY = Viewer.anonymous()
WORD = "Sensorpaket"


def wording(title: str = WORD) -> dict[str, Text]:
    section = Section(
        anchor="s", heading="Ziel", blocks=(Block(anchor="b", text=f"{title} zählt Fahrräder."),)
    )
    return {"de": Text(title=title, summary=f"Was {title} misst.", sections=(section,))}


def send(client: Client, hub: ForeignHub, title: str = WORD, **fields: object) -> CatalogueEntry:
    document = hub.document(title, texts=wording(title), **fields)
    assert hub.push(client, hub.publish(document)).status_code == 202
    run_consumers()
    return CatalogueEntry.objects.get(object_id=document.id)


@pytest.fixture
def entry(client: Client, koblenz: ForeignHub) -> CatalogueEntry:
    return send(client, koblenz, topics=("mobilitaet",))


PLACES = [
    "/wissen/",
    "/suche/?q=Sensorpaket",
    "/feeds/wissen.atom",
    "/feeds/wissen.json",
    "/api/v1/records",
    f"/kommunen/{KOBLENZ}/",
]


def found_at(client: Client, address: str) -> bool:
    response = client.get(address)
    return response.status_code == 200 and f"Was {WORD} misst" in response.content.decode()


@pytest.mark.parametrize("place", PLACES[:1] + PLACES[2:5])
@pytest.mark.parametrize("verb", [overlay.hide, overlay.hold])
def test_what_is_covered_is_in_no_list_and_comes_back(client, entry, place, verb):
    assert found_at(client, place)
    verb(entry.object_id, "Falsche Zahlen", WHO)
    run_consumers()
    assert not found_at(client, place)
    overlay.release(entry.object_id, WHO)
    run_consumers()
    assert found_at(client, place)


@pytest.mark.parametrize("verb", [overlay.hide, overlay.hold])
def test_search_and_answers_forget_what_is_covered_and_find_it_again(client, entry, verb):
    def hits() -> bool:
        return entry.get_absolute_url() in client.get(f"/suche/?q={WORD}").content.decode()

    assert hits()
    assert Passage.objects.filter(object_id=entry.object_id).exists()
    verb(entry.object_id, "Falsche Zahlen", WHO)
    assert not hits()  # also before search has followed
    run_consumers()
    assert not hits()
    assert not Passage.objects.filter(object_id=entry.object_id).exists()
    overlay.release(entry.object_id, WHO)
    run_consumers()
    assert hits()
    assert Passage.objects.filter(object_id=entry.object_id).exists()


ADDRESSES = ["{}", "/id/{key}", "/id/{key}.json", "/id/{key}.md", "/id/{key}/karte/", "/api/v1/records/{key}"]


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize(("verb", "status"), [(overlay.hide, 410), (overlay.hold, 404)])
def test_the_addresses_of_what_is_hidden_say_so_and_those_of_what_is_held_do_not(
    client, entry, address, verb, status
):
    path = address.format(entry.get_absolute_url(), key=entry.uuid)
    assert client.get(path, follow=True).status_code == 200
    verb(entry.object_id, "Falsche Zahlen", WHO)
    response = client.get(path)
    assert response.status_code == status
    assert WORD not in response.content.decode()
    overlay.release(entry.object_id, WHO)
    assert client.get(path, follow=True).status_code == 200


def test_the_page_of_what_is_hidden_leads_to_its_origin(client, entry):
    overlay.hide(entry.object_id, "Falsche Zahlen", WHO)
    text = client.get(entry.get_absolute_url()).content.decode()
    assert "Diese Instanz zeigt diesen Beitrag nicht" in text
    assert f'href="{entry.object_id}"' in text
    assert "zurückgezogen" not in text


def test_mirrors_that_follow_the_api_are_told_that_it_is_gone(client, entry):
    begin = client.get("/api/v1/records?changed_since=2020-01-01T00:00:00Z").json()
    assert [record["title"] for record in begin["records"]] == [WORD]
    overlay.hide(entry.object_id, "Falsche Zahlen", WHO)
    after = client.get(begin["resume"].partition("/api")[1] + begin["resume"].partition("/api")[2]).json()
    assert (after["records"], [each["uuid"] for each in after["withdrawn"]]) == ([], [str(entry.uuid)])
    overlay.release(entry.object_id, WHO)
    resumed = client.get("/api" + after["resume"].partition("/api")[2]).json()
    assert [record["title"] for record in resumed["records"]] == [WORD]


def test_later_revisions_withdrawal_and_publishing_again_leave_it_hidden_and_labelled(client, koblenz, entry):
    overlay.label(entry.object_id, "Zahlen veraltet", "Rückmeldung", WHO)
    overlay.hide(entry.object_id, "Falsche Zahlen", WHO)
    document = entry.document
    koblenz.push(client, koblenz.publish(document.model_copy(update={"texts": wording("Neu")}), 2))
    held = CatalogueEntry.objects.get()
    assert (held.title, held.overlay, held.label) == ("Neu", Overlay.HIDDEN, "Zahlen veraltet")
    koblenz.push(client, koblenz.withdraw(document.id, 3))
    held.refresh_from_db()
    assert (held.state, held.overlay, held.label) == (State.WITHDRAWN, Overlay.HIDDEN, "Zahlen veraltet")
    koblenz.push(client, koblenz.publish(document, 4))
    held.refresh_from_db()
    assert (held.state, held.overlay, held.label) == (State.LIVE, Overlay.HIDDEN, "Zahlen veraltet")
    assert client.get(held.get_absolute_url()).status_code == 410


def test_an_erasure_takes_the_label_and_keeps_the_acts_without_the_title(client, koblenz, entry):
    overlay.label(entry.object_id, "Zahlen veraltet", "Rückmeldung", WHO)
    koblenz._append(entry.object_id, 2, "erase", "", {})
    assert koblenz.push(client, koblenz.entries[-1]).status_code == 202
    held = CatalogueEntry.objects.get()
    assert (held.state, held.label, held.title) == (State.ERASED, "", "")
    act = ModerationAct.objects.get()
    assert (act.action, act.title, act.reason) == ("label", "", "Rückmeldung")


def test_a_label_stands_on_the_page_on_paper_in_markdown_in_json_and_in_lists(client, entry):
    assert "Hinweis der Instanz" not in client.get(entry.get_absolute_url()).content.decode()
    overlay.label(entry.object_id, "Zahlen von 2019", "Rückmeldung", WHO)
    page = client.get(entry.get_absolute_url()).content.decode()
    assert "Hinweis der Instanz Mainz:</strong> Zahlen von 2019" in page
    assert "Mit Hinweis" in client.get("/wissen/").content.decode()
    markdown = client.get(f"/id/{entry.uuid}.md", follow=True).content.decode()
    assert markdown.count("Zahlen von 2019") == 2  # head and text
    assert client.get(f"/id/{entry.uuid}.json", follow=True).json()["hubNote"]["text"] == "Zahlen von 2019"
    paper = client.get(f"/id/{entry.uuid}.pdf", follow=True)
    content = b"".join(paper.streaming_content) if paper.streaming else paper.content
    words = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)
    assert "Zahlen von 2019" in " ".join(words.split())
    assert client.get(f"/api/v1/records/{entry.uuid}").json()["hub_note"] == "Zahlen von 2019"


# Review first


@pytest.fixture
def strict(peer: Peer) -> Peer:
    set_review_first(peer, on=True, by=WHO)
    return Peer.objects.get(pk=peer.pk)


def test_new_items_of_a_peer_that_is_reviewed_first_are_held_and_old_ones_stay(
    client, koblenz, entry, strict
):
    new = send(client, koblenz, "Neues")
    assert {each.title: each.overlay for each in CatalogueEntry.objects.all()} == {WORD: "", "Neues": "held"}
    act = ModerationAct.objects.get()
    assert (act.object_id, act.action, act.by, act.title) == (new.object_id, "hold", "", "Neues")
    assert client.get(new.get_absolute_url()).status_code == 404
    assert not Passage.objects.filter(object_id=new.object_id).exists()


def test_a_later_revision_of_what_is_shown_is_shown_and_of_what_is_held_held(client, koblenz, entry, strict):
    new = send(client, koblenz, "Neues")
    for each in (entry, new):
        document = each.document.model_copy(update={"texts": wording(f"{each.title} 2")})
        koblenz.push(client, koblenz.publish(document, 2))
    held = {each.title: each.overlay for each in CatalogueEntry.objects.all()}
    assert held == {f"{WORD} 2": "", "Neues 2": "held"}
    assert ModerationAct.objects.count() == 1


def test_what_comes_and_goes_in_one_batch_is_held_once(client, koblenz, strict):
    document = koblenz.document("Neues")
    first, second = koblenz.publish(document), koblenz.publish(document, 2)
    koblenz.push(client, first, second)
    assert [act.revision for act in ModerationAct.objects.all()] == [2]
    koblenz.push(client, koblenz.withdraw(document.id, 3))
    koblenz.push(client, koblenz.publish(document, 4))
    assert CatalogueEntry.objects.get().overlay == Overlay.HELD
    assert ModerationAct.objects.count() == 1


def test_a_held_adoption_counts_for_nothing_until_it_is_released(client, koblenz, entry, strict):
    said = Statement(about=entry.object_id, digest=entry.digest, made="2026-11-01", confirmed="2026-11-20")
    adoption = koblenz.document(
        kind="adoption", publishers=("07211000",), statement=said, adoption=Adoption(version="1.0")
    )
    Peer.objects.update(bodies=[KOBLENZ, "07211000"])
    CatalogueEntry.objects.update(kind="module")
    koblenz.push(client, koblenz.publish(adoption))
    assert CatalogueEntry.objects.get(kind="adoption").overlay == Overlay.HELD
    assert count_adoptions([entry.object_id], ANYBODY) == {}
    overlay.release(adoption.id, WHO)
    assert count_adoptions([entry.object_id], ANYBODY) == {entry.object_id: 1}


def test_a_held_topic_is_no_topic_until_it_is_released(client, koblenz, strict):
    topic = koblenz.document("Wärmeplanung", kind="topic", term=Term(code="waermeplanung"))
    koblenz.push(client, koblenz.publish(topic))
    assert read_topics() == {}
    overlay.release(topic.id, WHO)
    assert set(read_topics()) == {"waermeplanung"}


def test_what_leaves_quarantine_is_held_as_well(client, koblenz, strict):
    koblenz.push(client, koblenz.publish(koblenz.document("Fremd", publishers=("07211000",))))
    assert Quarantined.objects.exists()
    Peer.objects.update(bodies=[KOBLENZ, "07211000"])
    assert quarantine.retry_quarantined() == 1
    assert CatalogueEntry.objects.get().overlay == Overlay.HELD


def test_a_batch_that_was_verified_before_the_setting_changed_is_refused_and_comes_again(koblenz, peer):
    batch = inbox.verify(peer, [koblenz.publish(koblenz.document("Neues"))])
    set_review_first(Peer.objects.get(), on=True, by=WHO)
    with pytest.raises(RefusedMessage, match="changed in the meantime"):
        inbox.apply(peer, batch)
    assert not CatalogueEntry.objects.exists()
    inbox.apply(Peer.objects.get(), batch)
    assert CatalogueEntry.objects.get().overlay == Overlay.HELD


def test_turning_it_off_releases_what_is_held_of_that_peer_alone_or_leaves_it(client, koblenz, strict):
    one, two = send(client, koblenz, "Eins"), send(client, koblenz, "Zwei")
    overlay.hide(two.object_id, "Werbung", WHO)
    assert held_of(strict) == [one.object_id]
    assert set_review_first(strict, on=False, by=WHO) == 0
    assert held_of(strict) == [one.object_id]
    assert set_review_first(add_peer("Trier", "http://trier.localhost"), on=False, by=WHO, release=True) == 0
    assert set_review_first(strict, on=False, by=WHO, release=True) == 1
    assert {each.title: each.overlay for each in CatalogueEntry.objects.all()} == {
        "Eins": "",
        "Zwei": "hidden",
    }
    assert send(client, koblenz, "Drei").overlay == ""


@pytest.mark.parametrize("number", [1, 3])
def test_holding_a_batch_costs_four_queries_whatever_its_size(koblenz, strict, number):
    def batch() -> list[dict[str, object]]:
        return [koblenz.publish(koblenz.document(f"Neu {n}")) for n in range(number)]

    inbox.apply(strict, inbox.verify(strict, batch()))
    held = inbox.verify(strict, batch())
    with CaptureQueriesContext(connection) as with_review:
        inbox.apply(strict, held)
    set_review_first(strict, on=False, by=WHO)
    shown = inbox.verify(strict, batch())
    with CaptureQueriesContext(connection) as without:
        inbox.apply(strict, shown)
    assert len(with_review) - len(without) == 4  # what is known; what is new, its column, its acts


def test_a_digest_tells_what_was_held_as_it_came_once_it_is_released(client, koblenz, entry, strict):
    new = send(client, koblenz, "Neues")
    before = CatalogueEntry.objects.order_by("-position").values_list("position", flat=True)[0]
    overlay.release(new.object_id, WHO)
    overlay.hide(entry.object_id, "Grund", WHO)
    overlay.release(entry.object_id, WHO)
    told = [item.entry.title for item in News(before, entry.changed).pick(Wish(), before).items]
    assert told == ["Neues"]  # and not what was shown before
    seqs = Change.objects.filter(origin=koblenz.origin).order_by("seq").values_list("seq", flat=True)
    assert list(seqs) == [1, 2]
