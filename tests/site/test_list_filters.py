"""The filters of the list: each has an address, and counts stand under the others."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client

from hub.documents import Case, Costs, Module
from hub.municipalities.models import Body
from tests.site.test_lists import titles
from tests.theme.entries import KOBLENZ, add_bodies, add_entry, make_document

pytestmark = pytest.mark.django_db

DISTRICT, ASSOCIATION, VILLAGE = "07131", "071315001", "07131001"


@pytest.fixture
def client() -> Client:
    add_bodies()
    district = Body.objects.create(key=DISTRICT, name="Kreis Ahrweiler", kind=Body.Kind.DISTRICT)
    Body.objects.create(
        key=ASSOCIATION, name="Adenau", kind=Body.Kind.VERBANDSGEMEINDE, population=13_000, district=district
    )
    Body.objects.create(
        key=VILLAGE, name="Aremberg", kind=Body.Kind.MUNICIPALITY, population=220, district=district
    )
    return Client(headers={"accept-language": "de"})


def options(client: Client, name: str, query: str = "") -> dict[str, int]:
    (facet,) = [each for each in client.get(f"/wissen/?{query}").context["facets"] if each.name == name]
    return {option.value: option.count for option in facet.options}


def test_a_region_holds_its_district_associations_and_municipalities(client: Client) -> None:
    for title, key in (("Kreis", DISTRICT), ("Verband", ASSOCIATION), ("Dorf", VILLAGE), ("Stadt", KOBLENZ)):
        add_entry(make_document(title, publishers=(key,)))
    assert titles(client.get(f"/wissen/?region={DISTRICT}&sortierung=titel")) == ["Dorf", "Kreis", "Verband"]
    assert options(client, "region") == {DISTRICT: 3, KOBLENZ: 1}


def test_what_two_towns_of_a_region_publish_together_counts_once(client: Client) -> None:
    add_entry(make_document("Zusammen", publishers=(KOBLENZ, VILLAGE, ASSOCIATION)))
    assert options(client, "region") == {DISTRICT: 1, KOBLENZ: 1}
    assert options(client, "groesse") == {"1": 1, "10000": 1, "100000": 1}
    assert titles(client.get("/wissen/?groesse=10000")) == ["Zusammen"]


def test_size_is_that_of_the_publisher(client: Client) -> None:
    add_entry(make_document("Dorf", publishers=(VILLAGE,)))
    add_entry(make_document("Stadt", publishers=(KOBLENZ,)))
    assert titles(client.get("/wissen/?groesse=1")) == ["Dorf"]


@pytest.mark.parametrize(
    ("once", "band"),
    [
        (0, "0"),
        (1_000, "1000"),
        (1_001, "10000"),
        (50_000, "50000"),
        (250_000, "250000"),
        (250_001, "mehr"),
        (None, "unbekannt"),
    ],
)
def test_costs_of_the_first_year_fall_into_one_band(client: Client, once: int | None, band: str) -> None:
    add_entry(make_document("Bericht", costs=Costs(once_eur=once)))
    assert options(client, "kosten") == {band: 1}
    for code in ("0", "1000", "10000", "50000", "250000", "mehr", "unbekannt"):
        assert titles(client.get(f"/wissen/?kosten={code}")) == (["Bericht"] if code == band else [])


def test_unknown_is_said_only_of_kinds_that_are_asked(client: Client) -> None:
    add_entry(make_document("Bericht", case=Case(), costs=None))
    add_entry(make_document("Nachricht", kind="news", case=None, costs=None))
    assert options(client, "reife") == {"unbekannt": 1}
    assert options(client, "kosten") == {"unbekannt": 1}
    assert options(client, "lizenz") == {}
    assert titles(client.get("/wissen/?reife=unbekannt")) == ["Bericht"]


def test_licence_year_and_language_filter(client: Client) -> None:
    module = Module(licence="MIT", released=dt.date(2025, 3, 1))
    add_entry(make_document("Baustein", kind="module", case=None, costs=None, module=module))
    add_entry(make_document("Bericht"))
    assert titles(client.get("/wissen/?lizenz=MIT&jahr=2025&sprache=de")) == ["Baustein"]
    assert list(options(client, "jahr")) == ["2026", "2025"]


def test_part_of_a_name_finds_its_municipalities(client: Client) -> None:
    add_entry(make_document("Dorf", publishers=(VILLAGE,)))
    add_entry(make_document("Stadt"))
    response = client.get("/wissen/?ort=arem")
    assert titles(response) == ["Dorf"]
    assert "„arem“" in response.content.decode()
    assert options(client, "art", "ort=arem") == {"case_report": 1}


def test_lowest_costs_come_first_and_unknown_ones_last(client: Client) -> None:
    for title, costs in (("C", None), ("B", Costs(once_eur=9)), ("A", Costs(once_eur=5))):
        add_entry(make_document(title, costs=costs))
    assert titles(client.get("/wissen/?sortierung=kosten")) == ["A", "B", "C"]


def test_the_same_state_has_one_canonical_address(client: Client) -> None:
    add_entry()
    wanted = 'rel="canonical" href="http://mainz.localhost:8001/wissen/?thema=ki&amp;art=module"'
    for query in ("art=module&thema=ki", "thema=ki&art=module&jahr=x&seite=1&unfug=1"):
        assert wanted in client.get(f"/wissen/?{query}").content.decode()


@pytest.mark.parametrize(
    "query",
    [
        "kosten=-5", "kosten=%00", "jahr=999999999999999999999", "jahr=²²²²", "jahr=-200", "groesse=x",
        "region=%00", "lizenz=" + "x" * 5_000, "reife=%ed%a0%80", "sprache=%1b", "seite=-1",
        "seite=99999999999999999999", "ort=%00%00", "ort=" + "%25" * 200,
        "thema=" + "&thema=".join("abcdefghij" * 9),
    ],
)  # fmt: skip
def test_what_cannot_be_meant_is_left_out(client: Client, query: str) -> None:
    add_entry(make_document("Bleibt", topics=("a",)))
    assert client.get(f"/wissen/?{query}").status_code == 200


def test_the_page_says_that_part_of_the_address_was_left_out(client: Client) -> None:
    add_entry()
    response = client.get("/wissen/?groesse=riesig")
    assert titles(response) == ["Parkraumsensorik"]
    assert "nicht verstanden" in response.content.decode()
    assert "nicht verstanden" not in client.get("/wissen/?groesse=1").content.decode()


def test_long_facets_show_the_first_and_the_chosen(client: Client) -> None:
    for number in range(14):
        add_entry(make_document(f"Bericht {number}", topics=(f"thema-{number:02}",)))
    (facet, *_others) = client.get("/wissen/?thema=thema-13").context["facets"]
    assert [option.value for option in facet.shown] == [*(f"thema-{n:02}" for n in range(8)), "thema-13"]
    assert len(facet.more) == 5


def test_an_empty_list_offers_to_drop_the_part_of_a_name(client: Client) -> None:
    add_entry()
    ways = client.get("/wissen/?ort=nirgendwo").context["listing"].relaxations
    assert [(way.label, way.count, way.query) for way in ways] == [("Kommune: nirgendwo", 1, "?")]
