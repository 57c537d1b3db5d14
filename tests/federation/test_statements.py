"""Statements between hubs: they appear, disappear with their maker alone, and cannot be forged."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from content.models import AdoptionPage
from content.statements import services
from content.statements.queries import count_adoptions, statements_of
from content.statements.services import AdoptionFacts
from federation.models import Quarantined
from hub.catalogue.models import CatalogueEntry, Change, ChangeType, State
from hub.catalogue.settling import settle
from hub.documents import Document, Statement, Text, Viewer
from tests.factories.pages import add_module, add_section
from tests.factories.statements import TRIER, Town, add_town_here, entry_of
from tests.wire.foreign import KOBLENZ, ForeignHub

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("peer")]
PUBLIC = Viewer.anonymous()


@pytest.fixture
def trier() -> Town:
    return add_town_here()


@pytest.fixture
def module(trier) -> CatalogueEntry:
    """A module of a town of this hub."""
    return entry_of(add_module(trier.section, "Ratsvorlage"))


def statement(hub: ForeignHub, about: CatalogueEntry, kind: str = "adoption", **fields: Any) -> Document:
    """What Koblenz states on its own hub."""
    today = timezone.localdate()
    said = Statement(about=about.object_id, digest=about.digest, made=today, confirmed=today)
    values = {"texts": {"de": Text(title="Nachnutzung")}, **fields}
    return hub.document(kind=kind, statement=said, **values)


def users(entry: CatalogueEntry) -> list[str]:
    return [adopter.body for adopter in statements_of(entry, PUBLIC).users]


def test_an_adoption_on_another_hub_appears_here_and_is_taken_back_there(client, koblenz, module):
    said = statement(koblenz, module)
    koblenz.push(client, koblenz.publish(said))
    assert users(module) == [KOBLENZ]
    assert "1 Kommune nutzt das heute" in client.get(module.get_absolute_url()).content.decode()
    assert client.get(f"/nachnutzung/{module.uuid}/").status_code == 200
    koblenz.push(client, koblenz.withdraw(said.id, 2))
    assert users(module) == []
    assert "nutzt das heute" not in client.get(module.get_absolute_url()).content.decode()


def test_an_adoption_made_here_is_in_the_log_that_peers_read(client, koblenz, trier):
    target = koblenz.document("Sensorpaket", kind="module")
    koblenz.push(client, koblenz.publish(target))
    entry = CatalogueEntry.objects.get(object_id=target.id)
    page = services.adopt(trier.editor, trier.body, entry, AdoptionFacts("1.0"))
    said = entry_of(page)
    published = Change.objects.get(object_id=said.object_id)
    assert (published.type, published.object_digest) == (ChangeType.PUBLISH, said.digest)
    assert users(entry) == [TRIER]
    services.withdraw(trier.editor, page)
    settle()
    assert list(Change.objects.filter(object_id=said.object_id).values_list("type", flat=True)) == [
        ChangeType.PUBLISH,
        ChangeType.WITHDRAW,
    ]
    assert users(entry) == []


def test_a_hub_speaks_for_no_town_that_is_not_its_own(client, koblenz, module):
    for publishers in ((TRIER,), ("07314000",), (KOBLENZ, "07314000")):
        forged = statement(koblenz, module, publishers=publishers)
        koblenz.push(client, koblenz.publish(forged))
        assert Quarantined.objects.filter(object_id=forged.id).exists()
    assert users(module) == []
    assert count_adoptions([module.object_id], PUBLIC) == {}


def test_nobody_but_its_hub_takes_a_statement_back(client, koblenz, trier):
    """The owner of the document lives on the other hub and withdraws what is not its own."""
    target = koblenz.document("Sensorpaket", kind="module")
    koblenz.push(client, koblenz.publish(target))
    entry = CatalogueEntry.objects.get(object_id=target.id)
    said = entry_of(services.adopt(trier.editor, trier.body, entry, AdoptionFacts()))
    assert koblenz.push(client, koblenz.withdraw(said.object_id, 2)).status_code in (202, 403)
    stolen = Document.from_bytes(said.body).model_copy(update={"publishers": (KOBLENZ,)})
    koblenz.push(client, koblenz.publish(stolen, 3))
    assert CatalogueEntry.objects.get(object_id=said.object_id).state == State.LIVE
    assert users(entry) == [TRIER]


def test_an_unsigned_or_changed_adoption_is_not_taken(client, koblenz, module):
    entry = koblenz.publish(statement(koblenz, module))
    assert client.post("/federation/inbox", entry, "application/activity+json").status_code == 401
    changed = {**entry, "body": entry["body"].replace(KOBLENZ, TRIER)}
    assert koblenz.push(client, changed).status_code == 403
    assert users(module) == []


def test_a_second_copy_of_an_adoption_changes_nothing(client, koblenz, module):
    entry = koblenz.publish(statement(koblenz, module))
    activity = koblenz.activity(entry)
    koblenz.post(client, activity)
    koblenz.post(client, activity)
    assert users(module) == [KOBLENZ]
    koblenz.push(client, koblenz.publish(statement(koblenz, module)))
    assert count_adoptions([module.object_id], PUBLIC) == {module.object_id: 1}


def test_a_hub_confirms_a_joint_publication_only_for_who_is_named(client, koblenz, module):
    said = statement(koblenz, module, "co_publication")
    koblenz.push(client, koblenz.publish(said))
    assert statements_of(module, PUBLIC).co_publications == ()
    CatalogueEntry.objects.filter(pk=module.pk).update(co_publishers=[KOBLENZ])
    module.refresh_from_db()
    assert [each.state for each in statements_of(module, PUBLIC).co_publications] == ["confirmed"]


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_the_adopter_withdraws_while_the_owner_deletes(trier):
    page = add_module(add_section("mainz"), "Ratsvorlage")
    entry = entry_of(page)
    adoption = services.adopt(trier.editor, trier.body, entry, AdoptionFacts())
    said = entry_of(adoption)
    together = threading.Barrier(2, timeout=20)

    def at_once(verb: Any) -> str:
        try:
            together.wait()
            verb()
            settle()
            return "done"
        finally:
            connection.close()

    verbs = (lambda: services.withdraw(trier.editor, adoption), lambda: page.delete())
    with ThreadPoolExecutor(2) as pool:
        assert [each.result(40) for each in [pool.submit(at_once, verb) for verb in verbs]] == [
            "done",
            "done",
        ]
    settle()
    states = CatalogueEntry.objects.filter(pk__in=[entry.pk, said.pk]).values_list("state", flat=True)
    assert list(states) == [State.WITHDRAWN, State.WITHDRAWN]
    assert not AdoptionPage.objects.get().live
