"""What counts of what others state, who sees it, and what it costs to read."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from content.statements import services
from content.statements.queries import (
    co_publications_waiting,
    count_adoptions,
    statements_about,
    statements_of,
    uses_of,
)
from content.statements.rules import Standing
from content.statements.services import AdoptionFacts
from hub.catalogue.models import CatalogueEntry
from hub.catalogue.publishing import published_by
from hub.catalogue.queries import entries
from hub.catalogue.settling import settle
from hub.documents import Adoption, Audience, Viewer
from tests.content.conftest import stream
from tests.factories.pages import add_body, add_module, add_report, add_section
from tests.factories.statements import (
    KOBLENZ,
    TRIER,
    Town,
    add_town_here,
    entry_of,
    receive,
    received_document,
    received_statement,
)

pytestmark = pytest.mark.django_db
PUBLIC = Viewer.anonymous()


@pytest.fixture
def trier() -> Town:
    return add_town_here()


@pytest.fixture
def module(db):
    """A module of this hub's own body."""
    return entry_of(add_module(add_section("mainz"), "Ratsvorlage"))


def standings(entry: CatalogueEntry, viewer: Viewer = PUBLIC) -> list[tuple[str, str]]:
    return [(each.body, each.standing) for each in statements_of(entry, viewer).adoptions]


def test_adoptions_of_all_hubs_stand_side_by_side(trier, module):
    facts = AdoptionFacts(
        "1.0", costs_once=100, costs_monthly=5, contact_role="Amt", contact_email="a@x.example"
    )
    entry_of(services.adopt(trier.editor, trier.body, module, facts))
    receive(received_statement(module, body="07314000"))
    adoptions = statements_of(module, PUBLIC).adoptions
    assert sorted(each.body for each in adoptions) == [TRIER, "07314000"]
    own = next(each for each in adoptions if each.body == TRIER)
    assert (own.version, own.costs_once, own.costs_monthly, own.contact.role) == ("1.0", 100, 5, "Amt")
    assert count_adoptions([module.object_id], PUBLIC) == {module.object_id: 2}


def test_an_adoption_that_nobody_confirms_ends_by_itself(module):
    receive(received_statement(module, body="07314000", days_ago=364))
    receive(received_statement(module, body=TRIER, days_ago=370))
    receive(received_statement(module, body="07312000", days_ago=500))
    assert standings(module) == [("07314000", Standing.CURRENT), (TRIER, Standing.UNCONFIRMED)]
    assert count_adoptions([module.object_id], PUBLIC) == {module.object_id: 1}


def test_a_day_to_come_confirms_nothing(module):
    receive(received_statement(module, body="07314000", days_ago=-365))
    assert standings(module) == []
    assert count_adoptions([module.object_id], PUBLIC) == {}


def test_who_stopped_or_has_not_begun_is_shown_and_not_counted(module):
    today = timezone.localdate()
    ended = Adoption(until=today - dt.timedelta(days=1))
    planned = Adoption(since=today + dt.timedelta(days=9))
    receive(received_statement(module, body="07314000", adoption=ended))
    receive(received_statement(module, body=TRIER, adoption=planned))
    assert standings(module) == [(TRIER, Standing.PLANNED), ("07314000", Standing.ENDED)]
    assert count_adoptions([module.object_id], PUBLIC) == {}


@pytest.mark.parametrize("publishers", [(KOBLENZ,), (), (TRIER, "07314000"), (TRIER, KOBLENZ)])
def test_only_one_other_body_speaks_in_a_statement(publishers):
    target = receive(received_document())
    for kind in ("adoption", "check"):
        receive(received_statement(target, kind, publishers=publishers))
    said = statements_of(target, PUBLIC)
    assert (said.adoptions, said.checks) == ((), ())
    assert count_adoptions([target.object_id], PUBLIC) == {}
    assert uses_of([TRIER, KOBLENZ, "07314000"], PUBLIC).made == ()


def test_a_statement_without_what_it_says_says_nothing(module):
    hollow = received_statement(module, "check", TRIER)
    entry = receive(hollow)
    CatalogueEntry.objects.filter(pk=entry.pk).update(
        body=hollow.model_copy(update={"statement": None}).to_bytes().decode()
    )
    newer = receive(received_statement(module, "check", "07314000"))
    CatalogueEntry.objects.filter(pk=newer.pk).update(body='{"schema_version": "wissenshub/2.0"}')
    assert statements_of(module, PUBLIC).checks == ()


def test_of_two_statements_of_one_body_the_later_counts(module):
    receive(received_statement(module, body=TRIER, adoption=Adoption(version="2.0")))
    receive(received_statement(module, body=TRIER, days_ago=100, adoption=Adoption(version="1.0")))
    assert [each.version for each in statements_of(module, PUBLIC).adoptions] == ["2.0"]
    assert count_adoptions([module.object_id], PUBLIC) == {module.object_id: 1}


def test_a_check_says_that_its_document_has_changed_since(trier):
    page = add_report(add_section("mainz"), "Bericht")
    entry = entry_of(page)
    entry_of(services.check(trier.editor, trier.body, entry, entry.digest, "Stimmt."))
    (check,) = statements_of(entry, PUBLIC).checks
    assert (check.body, check.note, check.changed) == (TRIER, "Stimmt.", False)
    page.summary = "Neu gefasst."
    page.save_revision().publish()
    assert statements_of(entry_of(page), PUBLIC).checks[0].changed


def test_a_joint_publication_counts_only_for_bodies_that_are_named(trier):
    ludwigshafen = add_body("07314000", "Ludwigshafen")
    named = stream(("body", trier.body.pk), ("body", ludwigshafen.pk))
    page = add_report(add_section("mainz"), "Gemeinsam", co_publishers=named)
    entry = entry_of(page)
    states = {each.body: each.state for each in statements_of(entry, PUBLIC).co_publications}
    assert states == {TRIER: "asked", "07314000": "asked"}
    entry_of(services.co_publish(trier.editor, trier.body, entry, entry.digest))
    receive(received_statement(entry, "co_publication", "07312000"))
    states = {each.body: each.state for each in statements_of(entry, PUBLIC).co_publications}
    assert states == {TRIER: "confirmed", "07314000": "asked"}
    page.summary = "Neu gefasst."
    page.save_revision().publish()
    states = {each.body: each.state for each in statements_of(entry_of(page), PUBLIC).co_publications}
    assert states == {TRIER: "changed", "07314000": "asked"}


def test_what_waits_for_a_co_publisher_is_found_on_every_hub(trier):
    entry = receive(received_document(title="Von Koblenz", co_publishers=(TRIER,)))
    (waiting,) = co_publications_waiting([TRIER], PUBLIC)
    assert (waiting.body, waiting.entry, waiting.changed) == (TRIER, entry, False)
    page = services.co_publish(trier.editor, trier.body, entry, entry.digest)
    settle()
    assert co_publications_waiting([TRIER], PUBLIC) == []
    CatalogueEntry.objects.filter(pk=entry.pk).update(digest="sha256:new")
    assert [each.changed for each in co_publications_waiting([TRIER], PUBLIC)] == [True]
    services.withdraw(trier.editor, page)
    settle()
    assert [each.changed for each in co_publications_waiting([TRIER], PUBLIC)] == [False]
    assert co_publications_waiting([KOBLENZ], PUBLIC) == []


def test_who_may_not_read_the_document_learns_nothing_of_what_is_said_of_it():
    target = receive(received_document(audience=Audience.MEMBERS, co_publishers=(TRIER,)))
    receive(received_statement(target, body=TRIER))
    assert statements_about([target.object_id], PUBLIC) == {}
    assert count_adoptions([target.object_id], PUBLIC) == {}
    assert uses_of([TRIER], PUBLIC).made == uses_of([KOBLENZ], PUBLIC).received == ()
    assert co_publications_waiting([TRIER], PUBLIC) == []
    assert [
        each.body
        for each in statements_about([target.object_id], Viewer.member())[target.object_id].adoptions
    ] == [TRIER]


def test_a_statement_for_members_is_not_shown_to_the_public(module):
    receive(received_statement(module, body=TRIER, audience=Audience.MEMBERS))
    assert standings(module) == []
    assert standings(module, Viewer.member()) == [(TRIER, Standing.CURRENT)]
    assert count_adoptions([module.object_id], PUBLIC) == {}


def test_what_a_body_uses_and_what_others_use_of_it(trier, module):
    entry_of(services.adopt(trier.editor, trier.body, module, AdoptionFacts()))
    owner = module.publishers[0]
    uses = uses_of([TRIER], PUBLIC)
    assert [(adopter.body, entry) for adopter, entry in uses.made] == [(TRIER, module)]
    assert uses.received == ()
    assert [adopter.body for adopter, _ in uses_of([owner], PUBLIC).received] == [TRIER]


def test_confirmed_joint_publications_are_among_what_a_body_publishes(trier):
    named = receive(received_document(co_publishers=(TRIER,)))
    receive(received_document(title="Nur gefragt", co_publishers=(TRIER,)))
    unnamed = receive(received_document(title="Nicht gefragt"))
    found = entries(PUBLIC).filter(published_by([TRIER], PUBLIC), kind="module")
    assert list(found) == []
    settle()
    entry_of(services.co_publish(trier.editor, trier.body, named, named.digest))
    receive(received_statement(unnamed, "co_publication", TRIER))
    assert list(found.all()) == [named]


def test_reading_costs_the_same_for_one_as_for_thirty(django_assert_num_queries):
    targets = [receive(received_document(title=f"Nr. {n}", co_publishers=(TRIER,))) for n in range(30)]
    for number in (1, 30):
        wanted = targets[:number]
        for target in wanted:
            for kind in ("adoption", "check", "co_publication"):
                for body in (TRIER, f"99{number:06}"):
                    receive(received_statement(target, kind, body))
        ids = [target.object_id for target in wanted]
        with django_assert_num_queries(1):
            assert len(statements_about(ids, PUBLIC)) == number
        with django_assert_num_queries(1):
            statements_of(wanted[-1], PUBLIC)
        with django_assert_num_queries(1):
            assert len(count_adoptions(ids, PUBLIC)) == number
        with django_assert_num_queries(2):
            assert len(uses_of([TRIER], PUBLIC).made) == number
        with django_assert_num_queries(2):
            co_publications_waiting([TRIER], PUBLIC)


def test_nothing_is_read_for_what_nothing_is_said_of(module, django_assert_num_queries):
    said = receive(received_statement(module, body=TRIER))
    with django_assert_num_queries(0):
        assert statements_of(said, PUBLIC).adoptions == ()
