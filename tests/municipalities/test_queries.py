from __future__ import annotations

import datetime as dt

import pytest

from hub.municipalities.directory import refresh_search_names
from hub.municipalities.models import Body
from hub.municipalities.queries import (
    current_bodies,
    neighbours,
    region_of,
    resolve_successor,
    search_bodies,
)
from hub.municipalities.starter import apply_starter

pytestmark = pytest.mark.django_db
TODAY = dt.date(2024, 1, 1)


@pytest.fixture
def starter() -> None:
    apply_starter()


def names(text: str) -> list[str]:
    return [body.name for body in search_bodies(text)]


def body(key: str) -> Body:
    return Body.objects.get(pk=key)


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("mainz", "Mainz"),
        ("Mülheim", "Mülheim-Kärlich"),
        ("muelheim kaerlich", "Mülheim-Kärlich"),
        ("kärlich mül", "Mülheim-Kärlich"),
        ("weißenthurm", "Verbandsgemeinde Weißenthurm"),
        ("WEISSENTHURM", "Verbandsgemeinde Weißenthurm"),
        ("Neustadt a. d. Weinstr.", "Neustadt an der Weinstraße"),
        ("07315000", "Mainz"),
        ("07131", "Landkreis Ahrweiler"),
        ("55116", "Mainz"),
        ("VG Montabaur", "Verbandsgemeinde Montabaur"),
        ("Verbandsgemeindeverwaltung Montabaur", "Verbandsgemeinde Montabaur"),
        ("Kreis Ahrweiler", "Landkreis Ahrweiler"),
        ("LK Kaiserslautern", "Landkreis Kaiserslautern"),
        ("Landkreis Westerwald", "Westerwaldkreis"),
        ("Stadt Kaiserslautern", "Kaiserslautern"),
        ("Uni Trier", "Universität Trier"),
        ("hwg-ludwigshafen", "Hochschule für Wirtschaft und Gesellschaft Ludwigshafen"),
    ],
)
def test_a_body_is_found_as_people_type_it(starter, text, first):
    assert names(text)[0] == first


def test_the_kind_narrows_what_is_found(starter):
    assert names("VG Montabaur") == ["Verbandsgemeinde Montabaur"]
    assert names("Kreis Kaiserslautern") == ["Landkreis Kaiserslautern"]


def test_the_same_name_comes_before_names_that_begin_so(starter):
    found = names("mainz")
    assert found[:2] == ["Mainz", "Landkreis Mainz-Bingen"]
    assert "Hochschule Mainz" in found


def test_saint_is_found_however_it_is_written():
    for key, name in (("07140133", "Sankt Goar"), ("07137001", "St. Sebastian"), ("07233075", "Stadtkyll")):
        Body.objects.create(key=key, name=name, kind=Body.Kind.MUNICIPALITY)
    assert names("St. Goar") == ["Sankt Goar"]
    assert names("Sankt Sebastian") == ["St. Sebastian"]
    assert sorted(names("St")) == ["Sankt Goar", "St. Sebastian", "Stadtkyll"]


def test_all_words_have_to_be_found(starter):
    assert names("mainz trier") == []
    assert names("ainz") == [], "a word is found by its beginning"
    assert names("%") == []
    assert names("!?") == []


def test_nothing_typed_finds_everybody(starter):
    assert search_bodies("  ").count() == current_bodies().count()


def test_a_dissolved_body_is_found_only_where_it_is_asked_for():
    Body.objects.create(key="07131100", name="Altdorf", kind="municipality", dissolved=TODAY)
    assert names("Altdorf") == []
    assert search_bodies("Altdorf", Body.objects.all()).count() == 1


@pytest.mark.parametrize("text", ["mainz", "landau kaiserslautern worms", ""])
def test_a_search_is_one_query(starter, text, django_assert_num_queries):
    with django_assert_num_queries(1):
        list(search_bodies(text))


def test_a_name_that_changes_is_found_by_the_new_one():
    Body.objects.create(key="07315000", name="Mainz", kind="city")
    Body.objects.update_or_create(key="07315000", defaults={"name": "Mogontiacum"})
    assert (names("mainz"), names("mogo")) == ([], ["Mogontiacum"])


def test_search_names_written_past_save_are_mended():
    Body.objects.create(key="07315000", name="Mainz", kind="city")
    Body.objects.update(name="Mogontiacum")
    assert refresh_search_names() == 1
    assert refresh_search_names() == 0
    assert names("mogo") == ["Mogontiacum"]


def chain(length: int) -> Body:
    heir = Body.objects.create(key="07131000", name="Heute", kind="municipality")
    for number in range(1, length + 1):
        heir = Body.objects.create(
            key=f"0713100{number}", name="Früher", kind="municipality", dissolved=TODAY, successor=heir
        )
    return heir


@pytest.mark.parametrize("length", [1, 3])
def test_a_successor_is_found_in_one_query_however_long_the_chain(length, django_assert_num_queries):
    oldest = chain(length)
    with django_assert_num_queries(1):
        found = resolve_successor(oldest)
    assert found.name == "Heute"


def test_a_body_without_successor_is_its_own(django_assert_num_queries):
    gone = Body.objects.create(key="07131000", name="Weg", kind="municipality", dissolved=TODAY)
    with django_assert_num_queries(0):
        assert resolve_successor(gone) is gone


def test_a_circle_of_successors_ends():
    one, two = (
        Body.objects.create(key=f"0713100{n}", name=str(n), kind="municipality", dissolved=TODAY)
        for n in (1, 2)
    )
    one.successor, two.successor = two, one
    one.save()
    two.save()
    assert resolve_successor(one) == two


@pytest.mark.parametrize("limit", [1, 3])
def test_neighbours_are_the_nearest_of_the_same_level(starter, limit, django_assert_num_queries):
    mainz = body("07315000")
    with django_assert_num_queries(1):
        found = list(neighbours(mainz, limit))
    assert [each.name for each in found] == ["Nieder-Olm", "Ingelheim am Rhein", "Bingen am Rhein"][:limit]
    assert found[0].distance_km == pytest.approx(11.4, abs=0.2)


def test_neighbours_of_districts_and_associations_are_their_like(starter):
    assert {each.kind for each in neighbours(body("071435004"))} == {Body.Kind.VERBANDSGEMEINDE}
    assert [each.name for each in neighbours(body("07137"), 2)] == ["Koblenz", "Rhein-Lahn-Kreis"]


def test_who_has_no_place_or_is_gone_is_no_neighbour():
    here = Body.objects.create(key="07131001", name="A", kind="town", latitude=50.0, longitude=8.0)
    Body.objects.create(key="07131002", name="B", kind="town")
    Body.objects.create(key="07131003", name="C", kind="town", latitude=50.0, longitude=8.0, dissolved=TODAY)
    twin = Body.objects.create(key="07131004", name="D", kind="town", latitude=50.0, longitude=8.0)
    assert [(each.name, each.distance_km) for each in neighbours(here)] == [(twin.name, 0.0)]
    assert list(neighbours(body("07131002"))) == []


@pytest.mark.parametrize("key", ["07143048", "071435004", "07143"])
def test_the_region_is_the_district(starter, key, django_assert_num_queries):
    asked = Body.objects.select_related("district").get(pk=key)
    with django_assert_num_queries(1):
        region = region_of(asked)
        inside = {each.name for each in region.bodies}
    assert region.body.name == "Westerwaldkreis"
    assert {"Montabaur", "Verbandsgemeinde Montabaur"} <= inside


def test_the_region_of_an_independent_city_is_itself(starter):
    region = region_of(body("07315000"))
    assert (region.body.name, list(region.bodies)) == ("Mainz", [])
