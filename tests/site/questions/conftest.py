"""Two towns of this hub, one of which asks, and what the others have published."""

from __future__ import annotations

from typing import Any

import pytest
from wagtail.models import Page

from content.models import BodyPage, FocusGroupPage
from content.services import open_section
from hub.accounts.models import Role, User
from hub.catalogue.models import CatalogueEntry
from hub.catalogue.settling import settle
from hub.env import env
from tests.content.conftest import stream
from tests.factories.pages import add_report, add_section
from tests.factories.people import add_person, add_town
from tests.search.catalogue import let_follow
from tests.site.messages.conftest import author, foreign, koblenz, peer, worms

__all__ = ["author", "foreign", "koblenz", "peer", "worms"]


@pytest.fixture
def mainz(db: None) -> BodyPage:
    """The section of the body that is asked, with a report about sensors."""
    section = add_section("mainz", add_town(env.body, "Mainz"))
    open_section(section)
    add_report(
        section,
        "Sensoren auf Parkplätzen",
        topics=["mobilitaet"],
        goal=[("paragraph", "<p>Der Schneepflug soll die Sensoren im Winter nicht beschädigen.</p>")],
    )
    settle()
    let_follow()
    return section


@pytest.fixture
def page_of_mainz(mainz: BodyPage) -> CatalogueEntry:
    """What stands for Mainz."""
    return CatalogueEntry.objects.get(kind="body", publishers=[env.body])


@pytest.fixture
def group(mainz: BodyPage) -> CatalogueEntry:
    """A focus group of Mainz on the same topic."""
    seats = stream(("seat", {"body": env.body, "role": "Verkehrsplanung"}))
    page = FocusGroupPage(title="Fokusgruppe Verkehr", summary="Kurz.", topics=["mobilitaet"], seats=seats)
    publish_page(mainz, page)
    settle()
    let_follow()
    return CatalogueEntry.objects.get(kind="focus_group")


@pytest.fixture
def editor(mainz: BodyPage) -> User:
    """Somebody who answers and publishes for Mainz."""
    return add_person("redaktion@mainz.example", mainz.body, Role.EDITOR)


def publish_page(section: Page, page: Any) -> Any:
    """The page below a section, published."""
    page.live = False
    section.add_child(instance=page)
    page.save_revision().publish()
    return page
