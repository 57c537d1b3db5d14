"""A statement is read by nobody who may not read its document, also where that was narrowed later."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from content.statements import services
from content.statements.following import CONSUMER, follow_targets
from content.statements.queries import count_adoptions, said_lately, statements_of, uses_of
from content.statements.services import AdoptionFacts
from hub.accounts.models import Role
from hub.catalogue.consumers import run_consumers
from hub.catalogue.models import CatalogueEntry, Change
from hub.catalogue.settling import settle
from hub.documents import Audience, Viewer
from tests.factories.pages import add_module, add_section
from tests.factories.people import add_person
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


def narrow(page: Any, audience: str) -> None:
    """Publish a page for that audience, and let the consumer follow."""
    page.audience = audience
    page.save_revision().publish()
    settle()
    run_consumers(CONSUMER)
    settle()


def test_what_is_said_of_a_narrowed_document_cannot_be_opened(trier: Town) -> None:
    target = receive(received_document())
    said = receive(received_statement(target, "check", TRIER))
    addresses = (f"/id/{said.uuid}", said.get_absolute_url())
    guest, member = Client(), Client()
    member.force_login(add_person("b@trier.example", trier.body, Role.MEMBER))
    for address in addresses:
        assert guest.get(address, follow=True).status_code == 200
    CatalogueEntry.objects.filter(pk=target.pk).update(audience=Audience.MEMBERS)
    for address in addresses:
        assert guest.get(address, follow=True).status_code == 404
        assert member.get(address, follow=True).status_code == 200


def test_nor_can_an_own_one_before_it_has_followed(trier: Town) -> None:
    target = receive(received_document())
    page = services.adopt(trier.editor, trier.body, target, AdoptionFacts())
    settle()
    assert Client().get(page.get_url()).status_code == 200
    CatalogueEntry.objects.filter(pk=target.pk).update(audience=Audience.MEMBERS)
    assert Client().get(page.get_url()).status_code == 404


def test_own_statements_follow_their_document_and_never_widen(trier: Town) -> None:
    module = add_module(add_section("mainz"), "Ratsvorlage")
    said = entry_of(services.adopt(trier.editor, trier.body, entry_of(module), AdoptionFacts()))
    audiences = []
    for audience in ("members", "instance", "public"):
        narrow(module, audience)
        said.refresh_from_db()
        audiences.append(said.audience)
    assert audiences == ["members", "instance", "instance"]
    changes = Change.objects.filter(object_id=said.object_id).order_by("position")
    assert [change.type for change in changes] == ["publish", "publish", "withdraw"]


def test_what_was_taken_back_or_is_narrower_already_stays_as_it_is(trier: Town) -> None:
    module = add_module(add_section("mainz"), "Ratsvorlage")
    page = services.adopt(trier.editor, trier.body, entry_of(module), AdoptionFacts())
    services.withdraw(trier.editor, page)
    narrow(module, "members")
    page.refresh_from_db()
    assert (page.live, page.audience) == (False, "public")
    page = services.adopt(trier.editor, trier.body, entry_of(module), AdoptionFacts())
    said = entry_of(page)
    narrow(module, "members")
    assert entry_of(page).revision == said.revision


@pytest.mark.parametrize("number", [1, 30])
def test_following_costs_three_queries_where_nothing_is_stated(
    django_assert_num_queries: Any, number: int
) -> None:
    batch = [receive(received_document()) for _ in range(number)]
    with django_assert_num_queries(3):
        follow_targets(batch)


@pytest.mark.parametrize("kind", ["news", "event", "indicator", "topic"])
def test_an_adoption_of_what_cannot_be_adopted_counts_for_nothing(kind: str) -> None:
    target = receive(received_document(kind))
    said = receive(received_statement(target, "adoption", TRIER))
    assert statements_of(target, PUBLIC).adoptions == ()
    assert count_adoptions([target.object_id], PUBLIC) == {}
    assert uses_of([TRIER], PUBLIC).made == uses_of([KOBLENZ], PUBLIC).received == ()
    assert said_lately([KOBLENZ], PUBLIC, said.changed) == []


@pytest.mark.parametrize(("kind", "counts"), [("news", False), ("event", False), ("indicator", True)])
def test_a_check_counts_only_of_what_can_be_checked(kind: str, counts: bool) -> None:
    target = receive(received_document(kind))
    said = receive(received_statement(target, "check", TRIER))
    assert bool(statements_of(target, PUBLIC).checks) == counts
    assert bool(said_lately([KOBLENZ], PUBLIC, said.changed)) == counts
