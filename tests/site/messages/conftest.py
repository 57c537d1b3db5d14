"""A report here and one of another hub, somebody who asks and somebody who is asked."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from federation.peers import approve
from hub.accounts.models import Role, User
from hub.catalogue.models import CatalogueEntry
from hub.catalogue.settling import settle
from hub.env import env
from hub.municipalities.models import Body
from tests.factories.pages import add_report, add_section
from tests.factories.people import add_person, add_town
from tests.wire.foreign import KOBLENZ, ForeignHub


@pytest.fixture
def section(db: None) -> Any:
    return add_section()


@pytest.fixture
def entry(section: Any) -> CatalogueEntry:
    """A report of this instance's own body."""
    add_report(section, "Sensoren auf Parkplätzen")
    settle()
    return CatalogueEntry.objects.get(kind="case_report")


@pytest.fixture
def worms(db: None) -> Body:
    return add_town("07319000", "Worms")


@pytest.fixture
def author(worms: Body) -> User:
    """Somebody who writes for Worms."""
    return add_person("schreibt@worms.example", worms, Role.AUTHOR, first_name="Wanda", last_name="Worms")


@pytest.fixture
def editor(entry: CatalogueEntry) -> User:
    """Somebody who publishes for the body that is asked."""
    return add_person("redaktion@koblenz.example", Body.objects.get(pk=env.body), Role.EDITOR)


@pytest.fixture
def foreign(client: Client, koblenz: ForeignHub, peer: Any) -> CatalogueEntry:
    """A report that came from another hub."""
    koblenz.push(client, koblenz.publish(koblenz.document("Bericht aus Koblenz")))
    return CatalogueEntry.objects.get(source="koblenz")


@pytest.fixture
def koblenz() -> ForeignHub:
    return ForeignHub()


@pytest.fixture
def peer(db: None, koblenz: ForeignHub) -> Any:
    Body.objects.update_or_create(key=KOBLENZ, defaults={"name": "Koblenz", "kind": Body.Kind.CITY})
    return approve(koblenz.identity())
