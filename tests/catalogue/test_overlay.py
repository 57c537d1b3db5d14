"""What this instance alone does with received entries: written down, followed by all, kept over updates."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest
from django.db import IntegrityError, transaction

from hub.catalogue import consumers, overlay
from hub.catalogue.models import CatalogueEntry, ModerationAct, Overlay, State
from hub.catalogue.overlay import ModerationRefused
from hub.catalogue.queries import entries, find_entries, find_entry, find_gone, is_gone, is_readable
from hub.documents import Audience, Viewer
from tests.factories.pages import add_report, add_section
from tests.factories.statements import entry_of, receive, received_document

pytestmark = pytest.mark.django_db
WHO = "Erika Muster (erika@mainz.example)"
VIEWERS = [Viewer.anonymous(), Viewer.member(), Viewer.local()]


@pytest.fixture
def entry() -> CatalogueEntry:
    return receive(received_document(title="Sensorpaket"))


def read(viewer: Viewer | None = None) -> list[str]:
    return [each.title for each in entries(viewer or Viewer.anonymous())]


@pytest.mark.parametrize("verb", [overlay.hide, overlay.hold])
@pytest.mark.parametrize("viewer", VIEWERS)
def test_what_is_covered_is_read_by_nobody_and_comes_back_on_release(entry, verb, viewer):
    verb(entry.object_id, "Falsche Zahlen", WHO)
    held = CatalogueEntry.objects.get()
    assert read(viewer) == []
    assert find_entry(entry.uuid, viewer) is None
    assert find_entries([entry.object_id], viewer) == {}
    assert is_gone(held)
    assert not is_readable(held, viewer)
    overlay.release(entry.object_id, WHO)
    assert read(viewer) == ["Sensorpaket"]


def test_what_is_hidden_is_gone_and_what_is_held_was_never_there(entry):
    known = CatalogueEntry.objects.all()
    assert find_gone(known) is None
    overlay.hide(entry.object_id, "Falsche Zahlen", WHO)
    assert find_gone(known) == entry
    overlay.hold(entry.object_id, "Wird geprüft", WHO)
    assert find_gone(known) is None


def test_each_act_is_written_down_and_gives_a_new_position_that_consumers_follow(entry):
    seen: list[tuple[int, str]] = []

    def follow(batch: Sequence[CatalogueEntry]) -> None:
        seen.extend((each.position, each.overlay) for each in batch)

    consumers.register("test.overlay", follow)
    try:
        consumers.run_consumers("test.overlay")
        overlay.hide(entry.object_id, " Falsche Zahlen ", WHO)
        consumers.run_consumers("test.overlay")
        overlay.release(entry.object_id, WHO, "Berichtigt")
        consumers.run_consumers("test.overlay")
    finally:
        consumers._handlers.pop("test.overlay")
    assert [name for _position, name in seen] == ["", "hidden", ""]
    assert len({position for position, _name in seen}) == 3
    acts = ModerationAct.objects.order_by("pk").values_list("action", "title", "revision", "reason", "by")
    assert list(acts) == [
        ("hide", "Sensorpaket", 1, "Falsche Zahlen", WHO),
        ("release", "Sensorpaket", 1, "Berichtigt", WHO),
    ]


def test_a_label_is_shown_until_it_is_removed_and_changes_nothing_else(entry):
    overlay.label(entry.object_id, "  Zahlen \n veraltet ", "Rückmeldung", WHO)
    assert CatalogueEntry.objects.get().label == "Zahlen veraltet"
    assert read() == ["Sensorpaket"]
    overlay.unlabel(entry.object_id, WHO)
    assert CatalogueEntry.objects.get().label == ""
    assert [act.label for act in ModerationAct.objects.order_by("pk")] == ["Zahlen veraltet", ""]


REFUSALS: list[tuple[str, Callable[[str], object], str]] = [
    ("hide without a reason", lambda item: overlay.hide(item, " \n", WHO), "Begründung"),
    ("hold without a reason", lambda item: overlay.hold(item, "", WHO), "Begründung"),
    ("label without a reason", lambda item: overlay.label(item, "Veraltet", "", WHO), "Begründung"),
    ("label without words", lambda item: overlay.label(item, " ", "Grund", WHO), "Hinweis"),
    ("label too long", lambda item: overlay.label(item, "x" * 201, "Grund", WHO), "201"),
    ("release what is shown", lambda item: overlay.release(item, WHO), "gezeigt"),
    ("remove what is not there", lambda item: overlay.unlabel(item, WHO), "Hinweis"),
]


@pytest.mark.parametrize(("act", "says"), [case[1:] for case in REFUSALS], ids=[case[0] for case in REFUSALS])
def test_bad_input_is_refused_in_words_and_changes_nothing(entry, act, says):
    with pytest.raises(ModerationRefused, match=says):
        act(entry.object_id)
    assert not ModerationAct.objects.exists()
    assert CatalogueEntry.objects.get().position == entry.position


@pytest.mark.parametrize("verb", [overlay.hide, overlay.hold])
def test_covering_twice_and_labelling_alike_is_refused(entry, verb):
    verb(entry.object_id, "Grund", WHO)
    with pytest.raises(ModerationRefused, match="schon"):
        verb(entry.object_id, "Grund", WHO)
    overlay.label(entry.object_id, "Veraltet", "Grund", WHO)
    with pytest.raises(ModerationRefused, match="schon"):
        overlay.label(entry.object_id, "Veraltet", "Grund", WHO)
    assert ModerationAct.objects.count() == 2


VERBS: list[Callable[[str], object]] = [
    lambda item: overlay.hide(item, "Grund", WHO),
    lambda item: overlay.hold(item, "Grund", WHO),
    lambda item: overlay.release(item, WHO),
    lambda item: overlay.label(item, "Veraltet", "Grund", WHO),
    lambda item: overlay.unlabel(item, WHO),
]


@pytest.mark.parametrize("verb", VERBS)
def test_unknown_own_and_erased_items_cannot_be_moderated(entry, verb):
    with pytest.raises(ModerationRefused, match="kennt keinen Beitrag"):
        verb("http://koblenz.localhost:8002/id/gibt-es-nicht")
    own = entry_of(add_report(add_section(), "Eigener Bericht"))
    with pytest.raises(ModerationRefused, match="eigener Beitrag"):
        verb(own.object_id)
    CatalogueEntry.objects.filter(pk=entry.pk).update(state=State.ERASED, body="", digest="", title="")
    with pytest.raises(ModerationRefused, match="endgültig"):
        verb(entry.object_id)
    assert not ModerationAct.objects.exists()


def test_many_are_released_at_once_and_only_those_that_are_held():
    found = [receive(received_document(title=f"Paket {n}")) for n in range(3)]
    overlay.hold_new([entry.object_id for entry in found[:2]])
    overlay.hide(found[2].object_id, "Grund", WHO)
    count = overlay.release_all([entry.object_id for entry in found], WHO, "Geprüft")
    assert (count, sorted(read())) == (2, ["Paket 0", "Paket 1"])
    assert ModerationAct.objects.filter(action="release", by=WHO, reason="Geprüft").count() == 2


@pytest.mark.parametrize("number", [1, 3])
def test_releasing_many_costs_the_same_for_one_and_for_three(number, django_assert_num_queries):
    ids = [receive(received_document(title=f"Paket {n}")).object_id for n in range(number)]
    overlay.hold_new(ids)
    with django_assert_num_queries(7):  # savepoint, entries, changes, positions, entries, acts, savepoint
        assert overlay.release_all(ids, WHO) == number


def test_hold_new_touches_nothing_that_is_own_or_hidden(entry):
    own = entry_of(add_report(add_section(), "Eigener Bericht"))
    overlay.hide(entry.object_id, "Grund", WHO)
    assert overlay.hold_new([own.object_id, entry.object_id]) == 0
    assert CatalogueEntry.objects.get(pk=entry.pk).overlay == Overlay.HIDDEN


def test_acts_can_neither_be_changed_nor_deleted_in_the_database(entry):
    act = overlay.hide(entry.object_id, "Grund", WHO)
    for fault in (
        lambda: ModerationAct.objects.filter(pk=act.pk).update(reason="Anders"),
        lambda: ModerationAct.objects.filter(pk=act.pk).update(title="", by="jemand"),
        lambda: ModerationAct.objects.filter(pk=act.pk).update(title="Anders"),
        lambda: ModerationAct.objects.filter(pk=act.pk).delete(),
    ):
        with pytest.raises(IntegrityError, match="only added"), transaction.atomic():
            fault()
    assert ModerationAct.objects.get().reason == "Grund"


def test_what_is_erased_loses_its_label_and_its_name_in_the_acts(entry):
    overlay.label(entry.object_id, "Veraltet", "Grund", WHO)
    other = receive(received_document(title="Anderes"))
    overlay.hide(other.object_id, "Grund", WHO)
    CatalogueEntry.objects.filter(pk=entry.pk).update(state=State.ERASED, body="", digest="", title="")
    assert CatalogueEntry.objects.get(pk=entry.pk).label == ""
    acts = ModerationAct.objects.order_by("pk").values_list("title", "label", "action", "reason", "by")
    assert list(acts) == [("", "", "label", "Grund", WHO), ("Anderes", "", "hide", "Grund", WHO)]


def test_a_withdrawn_item_keeps_what_was_decided(entry):
    CatalogueEntry.objects.filter(pk=entry.pk).update(state=State.WITHDRAWN, body="", digest="")
    overlay.hide(entry.object_id, "Grund", WHO)
    assert CatalogueEntry.objects.get().overlay == Overlay.HIDDEN


def test_an_own_entry_cannot_be_covered_in_the_database():
    own = entry_of(add_report(add_section(), "Eigener Bericht"))
    with pytest.raises(IntegrityError), transaction.atomic():
        CatalogueEntry.objects.filter(pk=own.pk).update(overlay=Overlay.HIDDEN)


def test_a_member_only_item_that_is_hidden_answers_404(entry):
    CatalogueEntry.objects.update(audience=Audience.MEMBERS)
    overlay.hide(entry.object_id, "Grund", WHO)
    assert find_gone(CatalogueEntry.objects.all()) is None
