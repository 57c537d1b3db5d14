"""The directory that comes along: consistent in itself, in step with the official one, never in the way."""

from __future__ import annotations

import csv
import datetime as dt

import pytest
from django.core.management import call_command

from fixtures.sources import MUNICIPALITIES
from hub.municipalities.facts import Stamp, default_population_date, facts_of
from hub.municipalities.gv100ad import read_directory
from hub.municipalities.models import Body
from hub.municipalities.queries import current_bodies
from hub.municipalities.starter import FILE, OWN_STATEMENT, apply_starter, read_starter
from hub.municipalities.tables import read_places

STARTER = {facts.key: facts for facts in read_starter()}
KIND = Body.Kind


def test_every_row_is_a_valid_body():
    for facts in STARTER.values():
        assert facts.name, facts.key
        Body(key=facts.key, name=facts.name, kind=facts.kind, source=facts.source).clean_fields()
        length = {KIND.DISTRICT: 5, KIND.VERBANDSGEMEINDE: 9}.get(facts.kind, 8)
        if facts.kind == KIND.OTHER:
            assert facts.key[0].isalpha(), facts.key
        else:
            assert facts.key.isdigit(), facts.key
            assert facts.key.startswith("07"), facts.key
            assert len(facts.key) == length, facts.key


def test_no_key_stands_there_twice_and_the_number_is_right():
    with FILE.open(encoding="utf-8", newline="") as file:
        keys = [row["key"] for row in csv.DictReader(file)]
    assert len(keys) == len(set(keys))
    assert 140 <= len(keys) <= 170


def test_it_holds_what_it_says():
    kinds = [facts.kind for facts in STARTER.values()]
    assert (kinds.count(KIND.CITY), kinds.count(KIND.DISTRICT)) == (12, 24)
    for facts in STARTER.values():
        if facts.kind in (KIND.TOWN, KIND.MUNICIPALITY):
            assert facts.population > 10_000, facts.name
        if facts.kind == KIND.VERBANDSGEMEINDE:
            assert facts.population > 18_000, facts.name


def test_the_cities_of_the_demo_are_in_it_by_name():
    for city in MUNICIPALITIES:
        assert (STARTER[city.key].name, STARTER[city.key].kind) == (city.name, KIND.CITY)


def test_districts_and_associations_named_are_in_it():
    for facts in STARTER.values():
        if facts.district:
            assert STARTER[facts.district].kind == KIND.DISTRICT, facts.name
        if facts.association:
            assert STARTER[facts.association].kind == KIND.VERBANDSGEMEINDE, facts.name
            assert STARTER[facts.association].district == facts.district, facts.name
        assert bool(facts.district) == (facts.kind in (KIND.VERBANDSGEMEINDE, KIND.TOWN, KIND.MUNICIPALITY))


def test_every_row_has_a_source_a_day_and_a_place_in_the_state():
    for facts in STARTER.values():
        own = facts.kind == KIND.OTHER
        assert (facts.source == OWN_STATEMENT) == own, facts.name
        assert facts.as_of <= dt.date.today()  # noqa: DTZ011 (a day in the file)
        assert (facts.population is None) == own
        assert 48.96 < facts.place.latitude < 50.95, facts.name
        assert 6.11 < facts.place.longitude < 8.51, facts.name
        assert facts.seat or facts.kind in (KIND.CITY, KIND.TOWN, KIND.MUNICIPALITY), facts.name


def test_official_rows_agree_with_the_official_directory(official):
    directory = read_directory((official / "GV100AD_301123.txt").read_bytes())
    places = read_places((official / "gemeinden_rlp_koordinaten.csv").read_bytes())
    stamp = Stamp("", directory.as_of, default_population_date(directory.as_of))
    known = {facts.key: facts for facts in facts_of(directory, {"07"}, places, stamp)}
    chosen = {
        key
        for key, facts in known.items()
        if facts.kind in (KIND.CITY, KIND.DISTRICT)
        or facts.population > (18_000 if facts.kind == KIND.VERBANDSGEMEINDE else 10_000)
    }
    assert {key for key, facts in STARTER.items() if facts.kind != KIND.OTHER} == chosen
    for key in chosen:
        mine, theirs = STARTER[key], known[key]
        for field in ("name", "kind", "population", "population_date", "area_ha", "seat", "postcode"):
            assert getattr(mine, field) == getattr(theirs, field), (key, field)
        assert (mine.place, mine.as_of) == (theirs.place, theirs.as_of), key
        assert (mine.district or "") == theirs.district, key
        expected = theirs.association if theirs.association in STARTER else ""
        assert (mine.association or "") == expected, key


@pytest.mark.django_db
def test_applying_it_twice_changes_nothing(django_assert_num_queries):
    with django_assert_num_queries(6):  # savepoint, lock, read, write, search names, end
        assert len(apply_starter().added) == len(STARTER)
    assert current_bodies().count() == len(STARTER)
    before = list(Body.objects.values_list())
    with django_assert_num_queries(5):
        assert apply_starter().is_empty
    assert list(Body.objects.values_list()) == before


@pytest.mark.django_db
def test_the_command_applies_it(capsys):
    call_command("import_municipalities", "--starter")
    assert "Landkreis: 24 neu" in capsys.readouterr().out
    call_command("import_municipalities", "--starter", "--dry-run")
    assert "Nichts geändert" in capsys.readouterr().out


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("as_of", "name"),
    [
        (None, "Mainz"),
        (dt.date(2022, 11, 30), "Mainz"),
        (dt.date(2023, 11, 30), "Moguntia"),
        (dt.date(2025, 1, 1), "Moguntia"),
    ],
)
def test_only_facts_of_an_earlier_day_are_renewed(as_of, name):
    Body.objects.create(key="07315000", name="Moguntia", kind=KIND.CITY, as_of=as_of)
    apply_starter()
    assert Body.objects.get(pk="07315000").name == name


@pytest.mark.django_db
def test_it_neither_dissolves_nor_revives_nor_loosens_anybody():
    district = Body.objects.create(key="07143", name="Westerwaldkreis", kind=KIND.DISTRICT)
    other = Body.objects.create(key="071439999", name="VG", kind=KIND.VERBANDSGEMEINDE, district=district)
    Body.objects.create(key="07143999", name="Klein", kind=KIND.MUNICIPALITY)
    Body.objects.create(key="07231502", name="Morbach", kind=KIND.MUNICIPALITY, association=other)
    Body.objects.create(key="07315000", name="M", kind=KIND.CITY, dissolved=dt.date(2020, 1, 1))
    apply_starter()
    assert Body.objects.get(pk="07143999").dissolved is None
    assert Body.objects.get(pk="07315000").dissolved == dt.date(2020, 1, 1)
    assert Body.objects.get(pk="07231502").association_id == "071439999"
