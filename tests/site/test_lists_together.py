"""What bodies publish together stands in the lists of each, counted as it is found."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client

from hub.documents import Audience, Statement
from hub.municipalities.models import Body
from tests.site.test_list_filters import options
from tests.site.test_lists import titles
from tests.theme.entries import KOBLENZ, add_bodies, add_entry, make_document

pytestmark = pytest.mark.django_db

TRIER, MAINZ, DISTRICT, VILLAGE = "07211000", "07315000", "07131", "07131001"
DAY = dt.date(2026, 10, 1)


@pytest.fixture
def client() -> Client:
    add_bodies()
    district = Body.objects.create(key=DISTRICT, name="Kreis Ahrweiler", kind=Body.Kind.DISTRICT)
    Body.objects.create(
        key=VILLAGE, name="Aremberg", kind=Body.Kind.MUNICIPALITY, population=220, district=district
    )
    return Client(headers={"accept-language": "de"})


def add_named(title: str, *named: str, owners: tuple[str, ...] = (KOBLENZ,)) -> str:
    """A report whose owner names others as co-publishers; its id."""
    return add_entry(make_document(title, publishers=owners, co_publishers=named)).object_id


def confirm(about: str, *bodies: str, **fields: Any) -> None:
    """The statement by which these confirm it."""
    said = Statement(about=about, digest="sha256:0", made=DAY, confirmed=DAY)
    values: dict[str, Any] = {"kind": "co_publication", "publishers": bodies, "statement": said, **fields}
    add_entry(make_document("Mitherausgabe", topics=(), case=None, costs=None, **values))


@pytest.mark.parametrize(
    "query",
    [
        f"kommune={VILLAGE}",
        f"region={DISTRICT}",
        "groesse=1",
        "ort=aremberg",
        f"kommune={VILLAGE}&kommune={TRIER}",
    ],
)
def test_a_confirmed_joint_publication_is_found_by_every_filter_of_bodies(client: Client, query: str) -> None:
    confirm(add_named("Zusammen", VILLAGE), VILLAGE)
    add_named("Nur gefragt", VILLAGE)
    add_named("Anderes")
    assert titles(client.get(f"/wissen/?{query}")) == ["Zusammen"]


def test_facets_count_what_their_options_find(client: Client) -> None:
    confirm(add_named("Eins", VILLAGE, TRIER), VILLAGE)
    both = add_named("Zwei", VILLAGE, TRIER)
    confirm(both, VILLAGE)
    confirm(both, TRIER)
    add_named("Drei", VILLAGE)
    for name in ("kommune", "region", "groesse"):
        counts = options(client, name)
        found = {value: len(titles(client.get(f"/wissen/?{name}={value}"))) for value in counts}
        assert counts == found
    assert options(client, "kommune") == {KOBLENZ: 3, VILLAGE: 2, TRIER: 1}
    assert options(client, "region") == {KOBLENZ: 3, DISTRICT: 2, TRIER: 1}
    assert options(client, "kommune", f"region={DISTRICT}") == {KOBLENZ: 2, VILLAGE: 2, TRIER: 1}


def test_who_owns_it_and_is_named_besides_counts_once(client: Client) -> None:
    confirm(add_named("Zusammen", KOBLENZ, VILLAGE), KOBLENZ)
    assert options(client, "kommune") == {KOBLENZ: 1}


def test_the_same_said_twice_counts_once(client: Client) -> None:
    about = add_named("Zusammen", VILLAGE)
    confirm(about, VILLAGE)
    confirm(about, VILLAGE)
    assert options(client, "kommune") == {KOBLENZ: 1, VILLAGE: 1}


@pytest.mark.parametrize(
    ("bodies", "fields"),
    [
        ((TRIER,), {}),
        ((VILLAGE, MAINZ), {}),
        ((VILLAGE,), {"audience": Audience.MEMBERS}),
        ((VILLAGE,), {"kind": "check"}),
    ],
    ids=["not named", "two speak", "not for guests", "only read"],
)
def test_what_does_not_count_is_neither_found_nor_counted(
    client: Client, bodies: tuple[str, ...], fields: dict[str, Any]
) -> None:
    confirm(add_named("Gefragt", VILLAGE), *bodies, **fields)
    assert options(client, "kommune") == {KOBLENZ: 1}
    for key in {VILLAGE, *bodies}:
        assert titles(client.get(f"/wissen/?kommune={key}")) == []


def test_the_page_of_a_body_and_the_directory_have_it_too(client: Client) -> None:
    confirm(add_named("Zusammen", VILLAGE), VILLAGE)
    add_named("Nur gefragt", VILLAGE)
    page = client.get(f"/kommunen/{VILLAGE}/")
    assert page.context["profile"].figures.total == 1
    assert "Zusammen" in page.content.decode()
    assert "Nur gefragt" not in page.content.decode()
    (row,) = client.get("/kommunen/?q=Aremberg").context["listing"].items
    assert [(each.count, each.url) for each in row.kinds] == [
        (1, f"/wissen/?kommune={VILLAGE}&art=case_report")
    ]


@pytest.mark.parametrize("number", [1, 30])
@pytest.mark.parametrize(
    ("address", "queries"),
    [
        ("/wissen/", 5),
        (f"/wissen/?kommune={VILLAGE}&region={DISTRICT}&groesse=1", 5),
        ("/kommunen/", 3),
        (f"/kommunen/{VILLAGE}/", 11),
    ],
)
def test_joint_publications_cost_no_query_of_their_own(
    client: Client, django_assert_num_queries: Any, address: str, queries: int, number: int
) -> None:
    for index in range(number):
        confirm(add_named(f"Bericht {index}", VILLAGE, TRIER), VILLAGE)
    client.get(address)
    with django_assert_num_queries(queries):
        assert client.get(address).status_code == 200


def test_what_a_merged_town_published_counts_for_the_region_of_its_successor(client: Client) -> None:
    Body.objects.create(
        key="07999001", name="Altdorf", kind=Body.Kind.MUNICIPALITY, successor_id="07999002", dissolved=DAY
    )
    Body.objects.create(
        key="07999002", name="Zwischen", kind=Body.Kind.MUNICIPALITY, successor_id=VILLAGE, dissolved=DAY
    )
    add_entry(make_document("Alt", publishers=("07999001",)))
    add_entry(make_document("Gemeinsam", publishers=("07999002", VILLAGE)))
    assert options(client, "region") == {DISTRICT: 2}
    assert titles(client.get(f"/wissen/?region={DISTRICT}&sortierung=titel")) == ["Alt", "Gemeinsam"]
    assert titles(client.get("/wissen/?region=07999001")) == []


def test_successors_in_a_circle_do_no_harm(client: Client) -> None:
    one, two = "07999001", "07999002"
    for key, title in ((one, "Eins"), (two, "Zwei")):
        Body.objects.create(key=key, name=title, kind=Body.Kind.MUNICIPALITY)
        add_entry(make_document(title, publishers=(key,)))
    Body.objects.filter(key=one).update(successor_id=two, dissolved=DAY)
    Body.objects.filter(key=two).update(successor_id=one, dissolved=DAY)
    found = {key: titles(client.get(f"/wissen/?region={key}")) for key in (one, two)}
    assert sorted(title for each in found.values() for title in each) == ["Eins", "Zwei"]
