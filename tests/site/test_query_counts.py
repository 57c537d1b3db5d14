"""Every list costs the same queries whether it shows one entry or thirty."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from wagtail.models import Locale, Page, Site

from hub.catalogue.models import CatalogueEntry
from hub.documents import Event, Relation
from hub.env import env
from hub.municipalities.models import Body
from hub.site.models import HomePage
from search.consumers import follow_search
from tests.theme.entries import KOBLENZ, add_bodies, add_entry, make_document

pytestmark = pytest.mark.django_db

LISTS = {
    "/": 12,
    "/wissen/": 5,
    "/wissen/?thema=mobilitaet&art=case_report&reife=operation": 5,
    "/wissen/?region=07111000&groesse=1&ort=ort&sortierung=kosten": 6,
    "/termine/": 5,
    "/kommunen/": 3,
    f"/kommunen/{KOBLENZ}/": 11,
    "/suche/?q=Bericht&art=case_report": 11,  # without a filter a single result has further ones beside it
}


@pytest.fixture
def client() -> Client:
    add_bodies()
    Locale.objects.get_or_create(language_code="de")
    page = Page.get_first_root_node().add_child(instance=HomePage(title="Start", slug="start-hub"))
    Site.objects.all().delete()
    Site.objects.create(hostname=env.host, port=80, root_page=page, is_default_site=True)
    return Client(headers={"accept-language": "de"})


def fill(number: int) -> None:
    """Reports and events, each of a body of its own together with Koblenz."""
    for index in range(number):
        body = Body.objects.create(
            key=f"0799{index:04}", name=f"Ort {index}", kind=Body.Kind.TOWN, population=900 + index
        )
        publishers = (body.key, KOBLENZ)
        add_entry(make_document(f"Bericht {index}", publishers=publishers))
        for days in (5, -5):
            starts = timezone.now() + dt.timedelta(days=days, minutes=index)
            event = Event(starts=starts, ends=starts + dt.timedelta(hours=1), location="Rathaus")
            add_entry(
                make_document(
                    f"Termin {index}", kind="event", event=event, case=None, costs=None, publishers=publishers
                )
            )


@pytest.mark.parametrize("number", [1, 30])
@pytest.mark.parametrize(("address", "queries"), LISTS.items())
def test_a_list_costs_as_much_for_one_as_for_thirty(
    client: Client, django_assert_num_queries: Any, address: str, queries: int, number: int
) -> None:
    fill(number)
    follow_search(list(CatalogueEntry.objects.all()))
    client.get(address)
    with django_assert_num_queries(queries):
        assert client.get(address).status_code == 200


@pytest.mark.parametrize("number", [1, 30])
def test_a_document_costs_as_much_with_one_relation_as_with_thirty(
    client: Client, django_assert_num_queries: Any, number: int
) -> None:
    fill(number)
    targets = [add_entry(make_document(f"Ziel {index}")).object_id for index in range(number)]
    relations = tuple(Relation(type="uses", target=target) for target in targets)
    entry = add_entry(make_document("Mit Bezügen", relations=relations))
    client.get(entry.get_absolute_url())
    with django_assert_num_queries(10):
        assert client.get(entry.get_absolute_url()).status_code == 200
