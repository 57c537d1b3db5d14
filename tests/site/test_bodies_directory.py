"""The directory of bodies: search, filters, counts, map."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client

from hub.municipalities.models import Body
from tests.theme.entries import KOBLENZ, add_bodies, add_entry, make_document

pytestmark = pytest.mark.django_db

TRIER, MAINZ, AHRWEILER = "07211000", "07315000", "07131"
PLACES = {MAINZ: (49.999, 8.274), KOBLENZ: (50.353, 7.594), TRIER: (49.757, 6.641)}


def add_body(key: str, name: str, kind: str = Body.Kind.MUNICIPALITY, **fields: Any) -> Body:
    return Body.objects.create(key=key, name=name, kind=kind, **fields)


@pytest.fixture
def client() -> Client:
    add_bodies()
    for key, (latitude, longitude) in PLACES.items():
        Body.objects.filter(pk=key).update(latitude=latitude, longitude=longitude)
    district = add_body(AHRWEILER, "Landkreis Ahrweiler", Body.Kind.DISTRICT, population=130_000)
    add_body(
        "07131007",
        "Bad Neuenahr-Ahrweiler",
        Body.Kind.TOWN,
        population=26_700,
        population_date=dt.date(2022, 12, 31),
        postcode="53474",
        district=district,
        latitude=50.54,
        longitude=7.11,
    )
    add_body("07131072", "Schuld", population=660, postcode="53520", district=district)
    return Client(headers={"accept-language": "de"})


def names(response: Any) -> list[str]:
    return [item.body.name for item in response.context["listing"].items]


def page_of(client: Client, query: str = "") -> str:
    response = client.get(f"/kommunen/{query}")
    assert response.status_code == 200
    return response.content.decode().partition("<main")[2].partition("</main>")[0]


def test_all_bodies_are_listed_those_that_publish_first(client: Client) -> None:
    for title in ("A", "B"):
        add_entry(make_document(title, publishers=(TRIER,)))
    add_entry(make_document("C", publishers=("07131072",)))
    found = names(client.get("/kommunen/"))
    assert found == ["Trier", "Schuld", "Bad Neuenahr-Ahrweiler", "Koblenz", "Landkreis Ahrweiler", "Mainz"]


def test_a_body_is_shown_with_district_inhabitants_and_what_it_published(client: Client) -> None:
    add_entry(make_document("A", publishers=("07131007",)))
    page = page_of(client)
    assert '<a href="/kommunen/07131007/">Bad Neuenahr-Ahrweiler</a>' in page
    assert "Stadt, Landkreis Ahrweiler" in page
    assert "26.700 Einwohner" in page
    assert "31.12.2022" in page
    assert '<a href="/wissen/?kommune=07131007&amp;art=case_report">Erfahrungsberichte</a>' in page


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=schuld", ["Schuld"]),
        ("q=53474", ["Bad Neuenahr-Ahrweiler"]),
        (f"q={KOBLENZ}", ["Koblenz"]),
        ("art=district", ["Landkreis Ahrweiler"]),
        ("art=district&art=town&sortierung=name", ["Bad Neuenahr-Ahrweiler", "Landkreis Ahrweiler"]),
        ("kreis=07131&art=municipality", ["Schuld"]),
        ("kreis=07131&sortierung=einwohner", ["Landkreis Ahrweiler", "Bad Neuenahr-Ahrweiler", "Schuld"]),
        ("groesse=1", ["Schuld"]),
        ("groesse=20000", ["Bad Neuenahr-Ahrweiler"]),
        ("groesse=100000&art=city&sortierung=name", ["Koblenz", "Trier"]),
        ("groesse=100000&groesse=200000&art=city&sortierung=name", ["Koblenz", "Mainz", "Trier"]),
        ("groesse=frueher&art=district", ["Landkreis Ahrweiler"]),
        ("veroeffentlicht=1", ["Trier"]),
        ("q=ahrweiler&art=town", ["Bad Neuenahr-Ahrweiler"]),
    ],
)
def test_search_and_filters_narrow_each_other(client: Client, query: str, found: list[str]) -> None:
    add_entry(make_document("A", publishers=(TRIER,)))
    assert names(client.get(f"/kommunen/?{query}")) == found


@pytest.mark.parametrize(
    ("population", "band"),
    [(0, "1"), (999, "1"), (1_000, "1000"), (1_999, "1000"), (2_000, "2000"), (4_999, "2000"),
     (5_000, "5000"), (9_999, "5000"), (10_000, "10000"), (19_999, "10000"), (20_000, "20000"),
     (49_999, "20000"), (50_000, "50000"), (99_999, "50000"), (100_000, "100000"), (199_999, "100000"),
     (200_000, "200000")],
)  # fmt: skip
def test_each_population_lies_in_one_band(client: Client, population: int, band: str) -> None:
    add_body("09999999", "Grenzfall", population=population)
    assert names(client.get(f"/kommunen/?groesse={band}&q=Grenzfall")) == ["Grenzfall"]
    facet = next(f for f in client.get("/kommunen/?q=Grenzfall").context["facets"] if f.name == "groesse")
    assert [option.value for option in facet.options] == [band]


def test_the_directory_and_the_list_of_contributions_have_the_same_sizes(client: Client) -> None:
    for key, population in (("a", 500), ("b", 1_500), ("c", 150_000)):
        add_body(key, f"Ort {key}", population=population)
        add_entry(make_document(key, publishers=(key,)))

    def sizes(address: str) -> dict[str, str]:
        facet = next(f for f in client.get(address).context["facets"] if f.name == "groesse")
        return {option.value: option.label for option in facet.options}

    published = sizes("/wissen/")
    assert sizes("/kommunen/?veroeffentlicht=1") == published
    assert list(published) == ["1", "1000", "100000"]


def test_an_unknown_size_is_left_out_and_no_filter_is_shown_for_it(client: Client) -> None:
    response = client.get("/kommunen/?groesse=frueher&groesse=20000")
    assert names(response) == ["Bad Neuenahr-Ahrweiler"]
    facet = next(f for f in response.context["facets"] if f.name == "groesse")
    assert [option.value for option in facet.active] == ["20000"]
    assert "frueher" not in " ".join(order["query"] for order in response.context["listing"].orders)


def test_a_body_of_unknown_size_is_in_no_band(client: Client) -> None:
    add_body("add", "Aufsichtsbehörde", Body.Kind.OTHER)
    facet = next(f for f in client.get("/kommunen/?q=Aufsicht").context["facets"] if f.name == "groesse")
    assert facet.options == ()


def test_a_facet_counts_under_the_other_filters_and_the_search(client: Client) -> None:
    add_entry(make_document("A", publishers=("07131072",)))
    facets = {f.name: f for f in client.get("/kommunen/?kreis=07131&art=town").context["facets"]}
    assert {o.label: o.count for o in facets["art"].options} == {"Gemeinde": 1, "Landkreis": 1, "Stadt": 1}
    assert {o.label: o.count for o in facets["kreis"].options} == {"Landkreis Ahrweiler": 1}
    assert {o.value: o.count for o in facets["veroeffentlicht"].options} == {"0": 1}


@pytest.mark.parametrize(
    "query",
    [
        "art=%00",
        "art=x'--",
        "kreis=99999",
        "groesse=viele",
        "groesse=-1",
        "veroeffentlicht=ja",
        "q=%00%00",
        "seite=abc",
        "seite=-1",
        "seite=99999999999999999999",
        "sortierung=x",
        "q=%25_%27",
        "q=" + "ä" * 3000,
    ],
)
def test_odd_addresses_are_answered(client: Client, query: str) -> None:
    assert "Kommunen" in page_of(client, f"?{query}")


def test_an_unknown_value_empties_the_list_and_can_be_taken_back(client: Client) -> None:
    page = page_of(client, "?art=raumstation&kreis=07131")
    assert "Kein Eintrag passt zu allem zugleich" in page
    assert 'href="?kreis=07131"' in page
    assert "Ohne „Art: raumstation“: 3 Einträge" in page


def test_the_page_number_is_clamped(client: Client) -> None:
    for number in range(30):
        add_body(f"0799{number:04}", f"Dorf {number:02}")
    last = client.get("/kommunen/?q=Dorf&seite=77")
    assert (last.context["page"].number, names(last)) == (2, [f"Dorf {number}" for number in range(25, 30)])
    assert "q=Dorf&amp;seite=1" in last.content.decode()


def test_a_search_without_result_helps_on(client: Client) -> None:
    page = page_of(client, "?q=Atlantis")
    assert "„Atlantis“ steht noch nicht im Verzeichnis" in page
    assert '<a href="mailto:wissenshub@localhost">schreiben Sie uns</a>' in page
    assert "/suche/?q=Atlantis" in page
    assert 'value="Atlantis"' in page


def test_a_search_under_a_filter_says_what_there_is_without_it(client: Client) -> None:
    page = page_of(client, "?q=Schuld&art=district")
    assert "Ohne „Art: Landkreis“: 1 Eintrag" in page
    assert "Ohne „Suchwort: Schuld“: 1 Eintrag" in page


def test_what_is_searched_is_escaped(client: Client) -> None:
    page = page_of(client, "?q=<script>alert(1)</script>")
    assert "<script" not in page


def test_a_dissolved_body_is_found_with_its_successor_and_not_listed(client: Client) -> None:
    heir = Body.objects.get(pk=TRIER)
    middle = add_body("07211888", "Ehrang-Pfalzel", dissolved=dt.date(1969, 6, 7), successor=heir)
    add_body("07211999", "Ehrang", dissolved=dt.date(1950, 1, 1), successor=middle)
    add_body("07211777", "Ehranger Mühle", dissolved=dt.date(1900, 1, 1))
    assert "Ehrang" not in "".join(names(client.get("/kommunen/")))
    page = page_of(client, "?q=Ehrang")
    assert '<a href="/kommunen/07211999/">Ehrang</a> gibt es nicht mehr.' in page
    assert page.count('Heute gehört das Gebiet zu <a href="/kommunen/07211000/">Trier</a>') == 2
    assert '<a href="/kommunen/07211777/">Ehranger Mühle</a> gibt es nicht mehr.' in page


def test_what_a_dissolved_body_published_counts_once_for_its_successor(client: Client) -> None:
    add_body("07211999", "Ehrang", dissolved=dt.date(1969, 6, 7), successor=Body.objects.get(pk=TRIER))
    add_entry(make_document("Beide", publishers=(TRIER, "07211999")))
    add_entry(make_document("Alt", publishers=("07211999",)))
    item = client.get("/kommunen/?veroeffentlicht=1").context["listing"].items[0]
    assert (item.body.name, [kind.count for kind in item.kinds]) == ("Trier", [2])
    assert item.kinds[0].url == "/wissen/?kommune=07211000&kommune=07211999&art=case_report"


def test_what_the_viewer_may_not_read_is_in_no_count(client: Client) -> None:
    add_entry(make_document("Intern", audience="members"))
    add_entry(make_document("Hausintern", audience="instance", publishers=(MAINZ,)))
    add_entry(make_document("Verborgen", publishers=(TRIER,)), hidden=True)
    add_entry(make_document("Abgelaufen", publishers=(TRIER,), expires=dt.date(2020, 1, 1)))
    response = client.get("/kommunen/")
    assert not any(item.kinds for item in response.context["listing"].items)
    assert response.context["listing"].map.links == ()
    assert client.get("/kommunen/?veroeffentlicht=1").context["page"].paginator.count == 0


def test_the_map_links_those_that_publish_and_names_the_others(client: Client) -> None:
    add_entry(make_document("A"))
    page = page_of(client)
    svg = page.partition('<svg viewBox="0 0 4')[2].partition("</svg>")[0]
    assert 'role="group"' in svg
    assert f'href="/kommunen/{KOBLENZ}/" aria-label="Koblenz: 1 Beitrag"' in svg
    assert "<title>Trier</title>" in svg
    assert f"/kommunen/{TRIER}/" not in svg
    assert "2 ohne bekannten Ort stehen nicht auf der Karte" in page


def test_list_and_map_are_both_in_the_page_without_script_or_style(client: Client) -> None:
    page = page_of(client)
    assert 'href="#karte"' in page
    assert 'id="karte"' in page
    assert 'id="liste"' in page
    assert "<script" not in page
    assert "style=" not in page


@pytest.mark.parametrize("number", [1, 30])
def test_the_directory_costs_the_same_queries_however_long(
    client: Client, django_assert_num_queries: Any, number: int
) -> None:
    district = Body.objects.get(pk=AHRWEILER)
    for index in range(number):
        body = add_body(f"0799{index:04}", f"Dorf {index}", district=district)
        add_entry(make_document(f"Bericht {index}", publishers=(body.key,)))
    with django_assert_num_queries(3):
        client.get("/kommunen/")
    with django_assert_num_queries(4):
        client.get("/kommunen/?q=Dorf")
