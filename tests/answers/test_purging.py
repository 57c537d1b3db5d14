"""What may not be read any more answers nothing from that moment on, and then its passages go.

And the way back: what is published or changed answers once the consumers have followed the catalogue.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone

from federation.peering import states
from hub.catalogue import entries, log, overlay
from hub.catalogue.consumers import run_consumers
from hub.catalogue.models import CatalogueEntry, Cursor, LogHead
from hub.documents import Audience, Document, Text, Viewer
from hub.files.receiving import expect
from hub.municipalities.models import Body
from search.answers.models import Passage, PassageVector
from search.answers.scope import readable_passages
from search.answers.service import answer_question
from search.consumers import PASSAGES, follow_again
from search.reading.services import read_round
from search.tasks import sweep_files
from tests.factories.peers import add_peer
from tests.search.attaching import MANUAL, PEER, attachment, reading
from tests.search.attaching import attach as attach_file
from tests.search.catalogue import MAINZ, let_follow, make_document, publish, section, store, withdraw
from tests.search.conftest import content, read_as

__all__ = ["content", "read_as"]

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("content")]

MEMBER = Viewer(audiences=frozenset({Audience.PUBLIC, Audience.MEMBERS}))
QUESTION = "Was verlangt die Stellplatzsatzung je Wohnung?"
WORDING = "Die Stellplatzsatzung verlangt je Wohnung einen Stellplatz."
IN_FILE = "Die Stellplatzsatzung verlangt je Wohnung auch einen Baum."


@pytest.fixture
def entry(read_as: Any) -> CatalogueEntry:
    """A received report for members that answers, and so does its file; a peer has sent both."""
    peer = add_peer("Trier", PEER)
    peer.bodies = [MAINZ]
    peer.save()
    LogHead.objects.create(origin=PEER)
    read_as(reading(IN_FILE))
    publish(make_document("Radwege", "Das Geoportal zeigt Unfälle."))
    digest = attach_file(MANUAL).digest
    expect(digest, len(MANUAL), "application/pdf", origin=PEER, source=f"{PEER}/x").settle()
    report = make_document(
        "Bauen",
        WORDING,
        origin=PEER,
        audience=Audience.MEMBERS,
        attachments=(attachment(digest, len(MANUAL)),),
    )
    stored = store(report, source="trier")
    run_consumers()
    read_round()
    assert quoted(stored) == {WORDING, IN_FILE}
    return stored


def quoted(entry: CatalogueEntry) -> set[str]:
    """What of it answers a member."""
    citations = answer_question(QUESTION, MEMBER).citations
    return {each.passage.text for each in citations if each.entry.pk == entry.pk}


def take_wording_back(entry: CatalogueEntry) -> None:
    withdraw(entry, follow=False)


def hide_here(entry: CatalogueEntry) -> None:
    overlay.hide(entry.object_id, "Grund", "betrieb@mainz.example")


def hold_here(entry: CatalogueEntry) -> None:
    overlay.hold(entry.object_id, "Grund", "betrieb@mainz.example")


def hide_with_origin(entry: CatalogueEntry) -> None:
    entries.hide(entry, log.next_position())
    entry.save()


def move_away(entry: CatalogueEntry) -> None:
    new = make_document("Bauen", "Steht nun anderswo.", origin="https://neu.example")
    store(new, source="neu")
    CatalogueEntry.objects.filter(pk=entry.pk).update(moved_to=new.id, position=log.next_position())


def block_peer(entry: CatalogueEntry) -> None:
    states.block(PEER)


Taking = Callable[[CatalogueEntry], None]
TAKINGS = [
    take_wording_back, hide_here, hold_here, hide_with_origin, move_away, block_peer,
]  # fmt: skip


@pytest.mark.parametrize("take", TAKINGS)
def test_what_is_taken_away_answers_nothing_at_once_and_is_purged_then(
    take: Taking, entry: CatalogueEntry
) -> None:
    stored = set(Passage.objects.filter(object_id=entry.object_id).values_list("pk", flat=True))
    take(entry)
    assert quoted(entry) == set()
    assert not readable_passages(MEMBER).filter(object_id=entry.object_id).exists()
    assert set(Passage.objects.filter(object_id=entry.object_id).values_list("pk", flat=True)) == stored
    run_consumers()
    assert quoted(entry) == set()
    assert not Passage.objects.filter(object_id=entry.object_id).exists()
    assert not PassageVector.objects.filter(passage__in=stored).exists()


@pytest.mark.parametrize(
    ("wide", "narrow", "shut_out", "inside"),
    [
        (Audience.PUBLIC, Audience.MEMBERS, Viewer.anonymous(), MEMBER),
        (Audience.MEMBERS, Audience.INSTANCE, MEMBER, Viewer.local()),
    ],
)
def test_what_is_restricted_answers_at_once_nobody_else_than_those_who_may_still_read_it(
    wide: Audience, narrow: Audience, shut_out: Viewer, inside: Viewer, read_as: Any
) -> None:
    read_as(reading(IN_FILE))
    document = make_document("Bauen", WORDING, audience=wide, attachments=(attach_file(MANUAL),))
    store(document)
    run_consumers()
    read_round()
    assert len(answer_question(QUESTION, shut_out).citations) == 2
    store(document.model_copy(update={"audience": narrow}))
    assert answer_question(QUESTION, shut_out).citations == ()
    run_consumers()
    assert answer_question(QUESTION, shut_out).citations == ()
    assert not Passage.objects.exclude(audience=narrow).exists()
    assert len(answer_question(QUESTION, inside).citations) == 2


def test_what_has_expired_answers_nothing_and_goes_with_the_next_sweep(entry: CatalogueEntry) -> None:
    yesterday = timezone.localdate() - dt.timedelta(days=1)
    CatalogueEntry.objects.filter(pk=entry.pk).update(expires=yesterday)
    assert quoted(entry) == set()
    sweep_files(0)
    assert not Passage.objects.filter(object_id=entry.object_id).exists()
    follow_again([entry.object_id])
    assert not Passage.objects.filter(object_id=entry.object_id).exists()


def test_what_a_paused_peer_has_published_stays_readable(entry: CatalogueEntry) -> None:
    states.pause(PEER)
    assert quoted(entry) == {WORDING, IN_FILE}


def test_what_is_shown_again_answers_again(entry: CatalogueEntry) -> None:
    for take, show in ((block_peer, lambda: states.unblock(PEER)), (hide_here, lambda: release(entry))):
        take(entry)
        run_consumers()
        show()
        run_consumers()
        assert quoted(entry) == {WORDING, IN_FILE}


def release(entry: CatalogueEntry) -> None:
    overlay.release(entry.object_id, "betrieb@mainz.example")


def test_what_is_published_answers_once_the_consumers_ran_and_what_is_changed_too() -> None:
    document = make_document("Bauen", WORDING)
    entry = store(document)
    assert quoted(entry) == set()
    run_consumers()
    assert quoted(entry) == {WORDING}
    changed = WORDING.replace("einen", "zwei")
    store(document.model_copy(update={"texts": {"de": wording(changed)}}))
    assert quoted(entry) == set()
    run_consumers()
    assert quoted(entry) == {changed}
    assert not Passage.objects.filter(text=WORDING).exists()


def test_the_catalogue_is_read_again_from_its_beginning() -> None:
    entry = publish(make_document("Bauen", WORDING))
    Passage.objects.all().delete()
    Cursor.objects.filter(consumer=PASSAGES).update(position=0)
    run_consumers(PASSAGES)
    assert quoted(entry) == {WORDING}


# What stays the same keeps its row, and so its vector


def wording(*texts: str, heading: str = "Verlauf", title: str = "Bauen") -> Text:
    return Text(title=title, sections=(section(heading, *texts),))


def long(text: str) -> str:
    """A block that is a passage of its own."""
    return f"{text}: " + "Wort für Wort. " * 60


def rows(document: Document) -> dict[str, int]:
    """Passages by what they begin with, each with the key of its vector."""
    vectors = PassageVector.objects.filter(passage__object_id=document.id)
    return {text.partition(":")[0]: key for text, key in vectors.values_list("passage__text", "pk")}


def test_of_a_changed_document_only_what_changed_is_embedded_again() -> None:
    document = make_document("Bauen", texts={"de": wording(long("eins"), long("zwei"), long("drei"))})
    publish(document)
    before = rows(document)
    publish(document.model_copy(update={"texts": {"de": wording(long("neu"), long("drei"), long("eins"))}}))
    after = rows(document)
    assert {name for name in after if after[name] == before.get(name)} == {"eins", "drei", "Pilot"}
    assert set(after) == {"neu", "eins", "drei", "Pilot"}
    held = Passage.objects.order_by("number").values_list("number", "anchor", "text", "revision")
    assert [
        (number, anchor, text.partition(":")[0], revision) for number, anchor, text, revision in held
    ] == [
        (0, "verlauf-1", "neu", 2),
        (1, "verlauf-2", "drei", 2),
        (2, "verlauf-3", "eins", 2),
        (3, "fakt-maturity", "Pilot", 2),
    ]


def test_the_same_words_twice_are_two_passages() -> None:
    document = make_document("Bauen", texts={"de": wording(long("eins"), long("eins"))})
    publish(document)
    publish(document)
    assert Passage.objects.filter(text__startswith="eins").count() == 2


@pytest.mark.parametrize("change", [{"heading": "Anders"}, {"title": "Anders"}])
def test_what_stands_under_another_heading_or_title_is_embedded_again(change: dict[str, str]) -> None:
    document = make_document("Bauen", texts={"de": wording("eins:")})
    publish(document)
    before = rows(document)
    publish(document.model_copy(update={"texts": {"de": wording("eins:", **change)}}))
    assert rows(document)["eins"] != before["eins"]
    assert len(rows(document)) == 2


def test_a_publisher_renamed_is_found_by_its_new_name_without_embedding_again() -> None:
    Body.objects.update_or_create(key=MAINZ, defaults={"name": "Mainz", "kind": "city"})
    document = make_document("Bauen", WORDING)
    publish(document)
    before = rows(document)
    Body.objects.filter(key=MAINZ).update(name="Neustadt")
    follow_again([document.id])
    assert rows(document) == before
    passage = Passage.objects.get(text=WORDING)
    assert passage.publishers == "Neustadt"
    assert "neustadt" in str(passage.terms)


def test_a_passage_without_a_vector_gets_one_when_it_is_written_again() -> None:
    document = make_document("Bauen", WORDING)
    publish(document)
    PassageVector.objects.all().delete()
    follow_again([document.id])
    assert PassageVector.objects.filter(passage__text=WORDING).exists()


def test_writing_again_what_is_as_it_was_writes_nothing() -> None:
    document = make_document("Bauen", WORDING)
    publish(document)
    versions = list(Passage.objects.extra(select={"version": "xmin::text"}).values_list("version", flat=True))
    follow_again([document.id])
    let_follow()
    assert versions == list(
        Passage.objects.extra(select={"version": "xmin::text"}).values_list("version", flat=True)
    )
