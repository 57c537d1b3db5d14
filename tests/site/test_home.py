from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from wagtail.models import Locale, Page, Site

from hub.env import env
from hub.site.models import HomePage
from tests.theme.entries import KOBLENZ, add_bodies, add_entry, make_document

pytestmark = pytest.mark.django_db


@pytest.fixture
def client() -> Client:
    add_bodies()
    Locale.objects.get_or_create(language_code="de")
    page = Page.get_first_root_node().add_child(instance=HomePage(title="Start", slug="start-hub"))
    Site.objects.all().delete()
    Site.objects.create(hostname=env.host, port=80, root_page=page, is_default_site=True)
    return Client(headers={"accept-language": "de"})


def test_home_shows_what_is_new_from_all_cities(client: Client) -> None:
    add_entry(make_document("Von hier"))
    add_entry(make_document("Von dort", origin="http://trier.localhost:8004", topics=("ki",)), source="trier")
    add_entry(make_document("Intern", audience="members"))
    response = client.get("/")
    page = response.content.decode()
    assert "Von hier" in page
    assert "Von dort" in page
    assert "Intern" not in page
    assert {topic["code"]: topic["count"] for topic in response.context["topics"]} == {
        "ki": 1,
        "mobilitaet": 1,
    }
    assert {city["name"]: city["count"] for city in response.context["cities"]}["Koblenz"] == 2


def test_bodies_are_counted_that_have_contributions_and_the_list_shows_those(client: Client) -> None:
    add_entry(make_document("Von hier"))
    (figure,) = [each for each in client.get("/").context["figures"] if "Kommunen" in str(each["label"])]
    assert (figure["label"], figure["count"]) == ("Kommunen mit Beiträgen", 1)
    assert client.get(figure["url"]).context["page"].paginator.count == 1


def test_cities_link_to_their_pages(client: Client) -> None:
    links = {city["name"]: city["url"] for city in client.get("/").context["cities"]}
    assert links["Koblenz"] == f"/kommunen/{KOBLENZ}/"


def test_empty_home_says_what_to_do(client: Client) -> None:
    assert "Noch ist nichts veröffentlicht" in client.get("/").content.decode()


def test_no_script_or_style_stands_in_the_page(client: Client) -> None:
    add_entry()
    page = client.get("/").content.decode()
    assert "style=" not in page
    assert "<style" not in page
    assert page.count("<script") == page.count("<script src=")


@pytest.mark.parametrize("number", [1, 3])
def test_home_costs_the_same_queries_however_much_there_is(
    client: Client, django_assert_num_queries: Any, number: int
) -> None:
    client.get("/")
    for index in range(number):
        add_entry(make_document(f"Bericht {index}", publishers=((KOBLENZ, "07211000")[index % 2],)))
    with django_assert_num_queries(12):  # five of them Wagtail's way to the page, one the vectors
        client.get("/")


def test_a_word_that_is_suggested_leads_to_its_results(client: Client) -> None:
    assert 'data-suggestions-open="/suche/"' in client.get("/").content.decode()
