from __future__ import annotations

from typing import Any

import pytest

from hub.catalogue.models import CatalogueEntry
from hub.catalogue.settling import settle
from hub.municipalities.models import Body
from tests.factories.pages import add_report, add_section
from tests.factories.people import add_town


@pytest.fixture
def section(db: None) -> Any:
    """The page of this instance's own body."""
    return add_section()


@pytest.fixture
def entry(section: Any) -> CatalogueEntry:
    """A published report of this instance."""
    add_report(section, "Sensoren auf Parkplätzen")
    settle()
    return CatalogueEntry.objects.get(kind="case_report")


@pytest.fixture
def worms(db: None) -> Body:
    """Another town of this instance."""
    return add_town("07319000", "Worms")
