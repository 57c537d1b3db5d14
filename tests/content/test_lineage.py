"""The line of a document: session, focus group, case report, module, adoption."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from content.lineage import HOPS, MOST, SHOWN, Lineage, trace
from hub.catalogue.models import CatalogueEntry, State
from hub.documents import Audience, Relation, SessionNote, Statement, Viewer
from hub.municipalities.models import Body
from tests.theme.entries import add_bodies, add_entry, make_document

pytestmark = pytest.mark.django_db

PUBLIC = Viewer.anonymous()
TRIER_HUB = "http://trier.localhost:8004"


def add(title: str, kind: str = "case_report", *relations: tuple[str, CatalogueEntry], **fields: Any) -> Any:
    links = tuple(Relation(type=type_, target=target.object_id) for type_, target in relations)
    extra = {name: fields.pop(name) for name in ("source", "state", "hidden", "path") if name in fields}
    values = {"kind": kind, "relations": links, "case": None, "costs": None, "topics": (), **fields}
    return add_entry(make_document(title, **values), **extra)


def add_adoption(of: CatalogueEntry, key: str = "07211000", **fields: Any) -> CatalogueEntry:
    statement = Statement(about=of.object_id, confirmed=fields.pop("confirmed", timezone.localdate()))
    values = {"statement": statement, "publishers": (key,), **fields}
    entry: CatalogueEntry = add("Erklärung", "adoption", **values)
    return entry


def titles(line: Lineage) -> list[list[str]]:
    return [[node.entry.title for node in stage.nodes] for stage in line.stages]


@pytest.fixture
def chain(db: None) -> list[CatalogueEntry]:
    """All five stages, each with one document."""
    add_bodies()
    session = add("Session", "session_note")
    group = add("Fokusgruppe", "focus_group", ("derived_from", session))
    report = add("Bericht", "case_report", ("derived_from", group))
    module = add("Baustein", "module", ("derived_from", report))
    return [session, group, report, module, add_adoption(module)]


ALL = [["Session"], ["Fokusgruppe"], ["Bericht"], ["Baustein"], ["Erklärung"]]
USED = 3
"""From this place on somebody uses the document itself, or it is the adoption."""


@pytest.mark.parametrize("place", range(5))
def test_every_document_of_the_line_shows_its_stages_in_order(
    chain: list[CatalogueEntry], place: int
) -> None:
    line = trace(chain[place], PUBLIC)
    assert titles(line) == (ALL if place >= USED else ALL[:-1])
    here = [node.entry for stage in line.stages for node in stage.nodes if node.is_here]
    assert here == [chain[place]]


@pytest.mark.parametrize("place", range(5))
def test_a_line_costs_at_most_one_query_for_each_step(
    chain: list[CatalogueEntry], django_assert_max_num_queries: Any, place: int
) -> None:
    entry = CatalogueEntry.objects.get(pk=chain[place].pk)
    with django_assert_max_num_queries(HOPS):
        trace(entry, PUBLIC)


@pytest.mark.parametrize("number", [1, 30])
def test_a_line_costs_the_same_however_many_stand_in_it(django_assert_num_queries: Any, number: int) -> None:
    module = add("Baustein", "module")
    for index in range(number):
        add_adoption(module, f"071370{index:02}")
        add(f"Bericht {index}", "case_report", ("uses", module))
    with django_assert_num_queries(2):
        line = trace(module, PUBLIC)
    assert len(line.found) == min(2 * number, MOST - 1)


@pytest.mark.parametrize(
    ("relation", "kinds"),
    [
        ("uses", ("case_report", "module")),
        ("led_to", ("case_report", "module")),
        ("derived_from", ("module", "case_report")),
        ("uses", ("focus_group", "case_report")),
        ("led_to", ("session_note", "focus_group")),
        ("documents", ("session_note", "focus_group")),
        ("ahead_of_its_time", ("case_report", "module")),
    ],
)
def test_between_stages_their_order_decides_whatever_the_relation(
    relation: str, kinds: tuple[str, str]
) -> None:
    target = add("Ziel", kinds[1])
    source = add("Quelle", kinds[0], (relation, target))
    first, second = sorted([source, target], key=lambda entry: STAGES_IN_ORDER.index(entry.kind))
    for entry in (source, target):
        assert titles(trace(entry, PUBLIC)) == [[first.title], [second.title]]


STAGES_IN_ORDER = ("session_note", "focus_group", "case_report", "module", "adoption")


@pytest.mark.parametrize(
    ("relation", "source_is_later"),
    [("led_to", False), ("derived_from", True), ("uses", True), ("part_of", True), ("documents", True)],
)
def test_within_a_stage_the_relation_says_which_comes_first(relation: str, source_is_later: bool) -> None:
    """Seen by what else is reached: what came before the earlier report is no ancestor of a later module."""
    target = add("Ziel")
    source = add("Quelle", "case_report", (relation, target))
    earlier, later = (target, source) if source_is_later else (source, target)
    module = add("Baustein des späteren", "module", ("derived_from", later))
    group = add("Gruppe des früheren", "focus_group", ("led_to", earlier))
    assert set(trace(module, PUBLIC).found) == {later.object_id, earlier.object_id, group.object_id}
    sibling = add("Baustein des früheren", "module", ("derived_from", earlier))
    assert sibling.object_id not in trace(module, PUBLIC).found


def test_other_users_of_the_same_module_are_not_in_a_reports_line() -> None:
    module = add("Baustein", "module")
    mine, other = (add(f"Bericht {n}", "case_report", ("uses", module)) for n in (1, 2))
    assert titles(trace(mine, PUBLIC)) == [["Bericht 1"], ["Baustein"]]
    assert set(trace(module, PUBLIC).found) == {mine.object_id, other.object_id}


def test_who_uses_a_building_block_does_not_use_the_report_that_led_to_it() -> None:
    report = add("Bericht")
    module = add("Baustein", "module", ("derived_from", report))
    follower = add("Nachfolger", "module", ("derived_from", module))
    taken = add_adoption(module)
    assert set(trace(report, PUBLIC).found) == {module.object_id, follower.object_id}
    assert set(trace(follower, PUBLIC).found) == {module.object_id, report.object_id}
    own = add_adoption(report, "07137001")
    assert own.object_id in trace(report, PUBLIC).found
    assert set(trace(module, PUBLIC).found) == {report.object_id, follower.object_id, taken.object_id}


def test_circles_end() -> None:
    first = add("Eins")
    second = add("Zwei", "case_report", ("led_to", first))
    third = add("Drei", "case_report", ("led_to", second))
    circle = make_document(
        "Eins", id=first.object_id, case=None, relations=(Relation(type="led_to", target=third.object_id),)
    )
    first.delete()
    first = add_entry(circle)
    assert set(trace(first, PUBLIC).found) == {second.object_id, third.object_id}


def test_a_document_that_relates_to_itself_stands_alone() -> None:
    document = make_document("Selbst")
    itself = document.model_copy(update={"relations": (Relation(type="uses", target=document.id),)})
    line = trace(add_entry(itself), PUBLIC)
    assert not line
    assert line.stages == []


@pytest.mark.parametrize(
    "gone", [{"state": State.WITHDRAWN}, {"hidden": True}, {"expires": dt.date(2020, 1, 1)}]
)
def test_what_is_gone_is_in_no_line_and_nothing_behind_it(gone: dict[str, Any]) -> None:
    group = add("Gruppe", "focus_group")
    report = add("Bericht", "case_report", ("derived_from", group), **gone)
    module = add("Baustein", "module", ("derived_from", report))
    assert not trace(module, PUBLIC)


@pytest.mark.parametrize(
    ("audience", "viewer", "seen"),
    [
        (Audience.MEMBERS, Viewer.anonymous(), False),
        (Audience.MEMBERS, Viewer.member(), True),
        (Audience.INSTANCE, Viewer.member(), False),
        (Audience.INSTANCE, Viewer.local(), True),
    ],
)
def test_only_what_the_viewer_may_read_is_in_the_line(audience: Audience, viewer: Viewer, seen: bool) -> None:
    module = add("Baustein", "module")
    add("Vertraulich", "case_report", ("uses", module), audience=audience)
    assert bool(trace(module, viewer)) is seen


def test_received_documents_stand_in_the_line_like_own_ones() -> None:
    module = add("Baustein", "module")
    add("Bericht aus Trier", "case_report", ("uses", module), origin=TRIER_HUB, source="trier")
    add_adoption(module, origin=TRIER_HUB, source="trier")
    assert titles(trace(module, PUBLIC)) == [["Bericht aus Trier"], ["Baustein"], ["Erklärung"]]


def test_the_event_of_a_session_note_is_in_its_line() -> None:
    event = add("Barcamp", "event")
    note = add("Notiz", "session_note", session=SessionNote(event=event.object_id))
    group = add("Gruppe", "focus_group", ("derived_from", note))
    assert titles(trace(group, PUBLIC)) == [["Notiz", "Barcamp"], ["Gruppe"]]


@pytest.mark.parametrize("kind", ["news", "check", "co_publication", "body", "topic", "unheard_of"])
def test_other_kinds_are_in_no_line(kind: str, django_assert_num_queries: Any) -> None:
    module = add("Baustein", "module")
    other = add("Anderes", kind, ("documents", module))
    assert not trace(module, PUBLIC)
    with django_assert_num_queries(0):
        assert not trace(other, PUBLIC)


def test_many_adoptions_do_not_crowd_out_a_report() -> None:
    module = add("Baustein", "module")
    add("Bericht", "case_report", ("uses", module))
    for index in range(MOST + 5):
        add_adoption(module, f"071370{index:02}")
    line = trace(module, PUBLIC)
    assert titles(line)[0] == ["Bericht"]
    assert len(line.found) == MOST - 1
    assert (len(line.stages[-1].nodes), line.stages[-1].more) == (SHOWN, MOST - 2 - SHOWN)


def test_adoptions_that_count_for_nothing_are_not_in_the_line() -> None:
    module = add("Baustein", "module", publishers=("07315000",))
    add_adoption(module, "07315000")  # of its own
    add_adoption(module, publishers=("07211000", "07111000"))  # in another's name too
    add_adoption(module, confirmed=None)
    add_adoption(module, confirmed=timezone.localdate() - dt.timedelta(days=500))
    assert not trace(module, PUBLIC)


def test_a_body_that_states_it_twice_stands_there_once() -> None:
    module = add("Baustein", "module")
    add_adoption(module)
    newer = add_adoption(module)
    assert list(trace(module, PUBLIC).found) == [newer.object_id]


def test_a_document_of_a_newer_schema_still_stands_in_the_line() -> None:
    module = add("Baustein", "module")
    report = add("Bericht von morgen", "case_report", ("uses", module))
    body = report.body.replace("wissenshub/1.", "wissenshub/9.")
    CatalogueEntry.objects.filter(pk=report.pk).update(body=body)
    assert titles(trace(module, PUBLIC)) == [["Bericht von morgen"], ["Baustein"]]


def page_of(entry: CatalogueEntry) -> str:
    client = Client(headers={"accept-language": "de"})
    response = client.get(entry.get_absolute_url())
    assert response.status_code == 200
    return response.content.decode().partition("<main")[2].partition("</main>")[0]


def test_the_page_shows_the_line_with_itself_marked(chain: list[CatalogueEntry]) -> None:
    page = page_of(chain[USED])
    part = page.partition('id="werdegang"')[2].partition("</section>")[0]
    headings = ("Austausch", "Fokusgruppe", "Erfahrungsbericht", "Baustein", "Nachnutzung")
    places = [part.index(f"<h3>{heading}</h3>") for heading in headings]
    assert places == sorted(places)
    assert part.count('aria-current="page"') == 1
    assert '<a href="#inhalt" aria-current="page">Baustein</a>' in part
    assert f'<a href="{chain[2].get_absolute_url()}">Bericht</a>' in part
    assert f'<a href="{chain[4].get_absolute_url()}">{Body.objects.get(pk="07211000").name}</a>' in part


def test_the_line_says_how_the_document_itself_relates() -> None:
    add_bodies()
    module = add("Baustein", "module")
    page = page_of(add("Bericht", "case_report", ("uses", module)))
    assert '<span class="lineage-relation">nutzt</span> <a href=' in page


def test_what_the_line_names_is_not_listed_again() -> None:
    add_bodies()
    module = add("Baustein", "module", topics=("ki",))
    news = add("Meldung", "news", topics=("ki",))
    report = add("Bericht", "case_report", ("uses", module), ("documents", news), topics=("ki",))
    page = page_of(report)
    assert page.count(f'href="{module.get_absolute_url()}"') == 1
    connected = page.partition('id="bezuege"')[2].partition("</section>")[0]
    assert "Meldung" in connected
    assert "Baustein" not in connected
    assert page_of(module).count(f'href="{report.get_absolute_url()}"') == 1


def test_a_document_that_stands_alone_shows_no_line() -> None:
    add_bodies()
    assert "werdegang" not in page_of(add("Allein"))
