"""A report of this hub, which other hubs ask about."""

from __future__ import annotations

import pytest

from hub.catalogue.models import CatalogueEntry
from hub.catalogue.settling import settle
from tests.factories.pages import add_report, add_section


@pytest.fixture
def entry(db: None) -> CatalogueEntry:
    add_report(add_section(), "Sensoren auf Parkplätzen")
    settle()
    return CatalogueEntry.objects.get(kind="case_report")
