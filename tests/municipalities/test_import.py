"""Importing the directory: the first time, again, and a year later."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.management import CommandError, call_command

from hub.municipalities.models import Body
from hub.municipalities.queries import resolve_successor
from tests.municipalities.builder import Sample, small_state

pytestmark = pytest.mark.django_db
LATER = dt.date(2024, 11, 30)
PLACES = "ags,lat,lon\n07131007,50.54522,7.12046\n07131001,50.38226,6.93022\n07315000,50.00196,8.27186\n"


def everything() -> list[tuple[object, ...]]:
    return list(Body.objects.order_by("key").values_list())


def test_a_first_import_adds_every_body(run):
    out = run(small_state(), coordinates=PLACES)
    kinds = {kind: Body.objects.filter(kind=kind).count() for kind in Body.Kind.values}
    assert kinds == {
        "city": 2,
        "town": 2,
        "municipality": 40,
        "verbandsgemeinde": 1,
        "district": 1,
        "other": 0,
    }
    assert "kreisfreie Stadt: 2 neu" in out
    assert "Gemeinde: 40 neu" in out
    assert "Ohne Koordinaten: Koblenz (07111000), Dorf 100 (07131100)" in out
    assert "und 31 weitere" in out


def test_a_body_has_its_facts_with_source_and_day(run):
    run(small_state(), coordinates=PLACES)
    town = Body.objects.get(pk="07131001")
    assert (town.name, town.kind, town.district_id, town.association_id) == (
        "Adenau",
        "town",
        "07131",
        "071315001",
    )
    assert (town.population, town.population_date) == (500, dt.date(2022, 12, 31))
    assert (town.area_ha, town.postcode, town.as_of) == (1000, "53518", dt.date(2023, 11, 30))
    assert (town.latitude, town.longitude) == (50.38226, 6.93022)
    assert town.source == (
        "Destatis, Gemeindeverzeichnis GV100AD, Gebietsstand 30.11.2023; Lage: GeoBasis-DE / BKG; "
        "dl-de/by-2-0"
    )
    assert "Lage" not in Body.objects.get(pk="07111000").source
    city = Body.objects.get(pk="07315000")
    assert (city.kind, city.district_id, city.association_id) == ("city", None, None)


def test_districts_and_associations_are_the_sum_of_their_parts_at_their_seat(run):
    run(small_state(), coordinates=PLACES)
    district, association = Body.objects.get(pk="07131"), Body.objects.get(pk="071315001")
    assert (district.name, district.seat) == ("Landkreis Ahrweiler", "Bad Neuenahr-Ahrweiler")
    assert (district.population, district.area_ha) == (26_669 + 500 + 40 * 500, 2 * 1000 + 40 * 10)
    assert (district.latitude, district.longitude) == (50.54522, 7.12046)
    assert (association.name, association.district_id) == ("Verbandsgemeinde Adenau", "07131")
    assert (association.population, association.area_ha) == (500 + 40 * 500, 1000 + 40 * 10)
    assert (association.latitude, association.longitude) == (50.38226, 6.93022)


def test_a_seat_that_is_ambiguous_is_no_place(run):
    sample = Sample().state().district("07131", "Ahrweiler", "Neustadt")
    sample.municipality("07131001", "Neustadt, Stadt", code="63").municipality("07131002", "Neustadt")
    run(sample, coordinates="ags,lat,lon\n07131001,50.5,7.1\n07131002,50.6,7.2\n")
    assert Body.objects.get(pk="07131").latitude is None


def test_a_district_may_have_its_seat_in_an_independent_city(run):
    sample = Sample().state().city("07111", "Koblenz", 1000)
    sample.district("07137", "Mayen-Koblenz", "Koblenz").municipality("07137068", "Mayen, Stadt", code="63")
    run(sample, coordinates="ags,lat,lon\n07111000,50.35952,7.59796\n")
    assert Body.objects.get(pk="07137").latitude == 50.35952


def test_a_second_run_changes_nothing(run, django_assert_num_queries):
    run(small_state(), coordinates=PLACES)
    before = everything()
    with django_assert_num_queries(7):  # two savepoints, lock, read, search names, their ends
        out = run(small_state(), coordinates=PLACES)
    assert everything() == before
    assert "Nichts geändert: 46 Körperschaften sind, wie sie waren." in out


@pytest.mark.parametrize("number", [1, 2])
def test_an_update_takes_the_same_queries_for_any_number(run, number, django_assert_num_queries):
    run(small_state())
    later = small_state(LATER).without(*[f"07131{key}" for key in range(100, 100 + number)])
    with django_assert_num_queries(8):
        run(later)


def test_a_dry_run_says_the_same_and_writes_nothing(run):
    out = run(small_state(), "--dry-run")
    assert "Gemeinde: 40 neu" in out
    assert "Probelauf" in out
    assert not Body.objects.exists()


def test_a_year_later_changed_facts_are_named_and_new_bodies_added(run):
    run(small_state(), coordinates=PLACES)
    later = small_state(LATER, population=510).municipality("07131999", "Neudorf")
    later.lines = [line.replace("Dorf 100 ", "Dorf Neu ") for line in later.lines]
    out = run(later, "-v2")
    village = Body.objects.get(pk="07131100")
    assert (village.name, village.search_name, village.population) == ("Dorf Neu", "dorf neu", 510)
    assert (village.as_of, village.population_date) == (LATER, dt.date(2023, 12, 31))
    assert "Gemeinde: 1 neu, 40 geändert" in out
    assert "geändert: Einwohnerzahl 40, Name 1" in out
    assert "07131100 Dorf Neu: Name, Einwohnerzahl" in out
    city = Body.objects.get(pk="07315000")
    assert (city.as_of, city.latitude) == (LATER, 50.00196), "a run without coordinates keeps those held"
    assert "Lage: GeoBasis-DE / BKG;" in city.source


def test_the_same_facts_of_a_later_day_are_no_change(run):
    run(small_state())
    out = run(small_state(LATER))
    assert "geändert" not in out
    assert "Gemeinde: 40 unverändert" in out
    assert Body.objects.filter(as_of=LATER).count() == 46


def test_the_day_of_the_population_can_be_given(run):
    run(small_state(), "--population-date", "2023-09-30")
    assert Body.objects.get(pk="07315000").population_date == dt.date(2023, 9, 30)


def test_what_an_import_does_not_know_stays(run):
    run(small_state())
    Body.objects.filter(pk="07315000").update(website="https://www.mainz.de")
    own = Body.objects.create(key="staedtetag", name="Städtetag", kind="other", as_of=dt.date(2030, 1, 1))
    run(small_state(LATER, population=510))
    assert Body.objects.get(pk="07315000").website == "https://www.mainz.de"
    own.refresh_from_db()
    assert own.dissolved is None


def test_two_that_merge_have_one_successor(run):
    run(small_state())
    table = "old,new,date\n07131100,07131102,2024-01-01\n07131101,07131102,2024-01-01\n"
    out = run(small_state(LATER).without("07131100", "07131101"), successors=table)
    heir = Body.objects.get(pk="07131102")
    assert list(heir.predecessors.order_by("key").values_list("key", "dissolved")) == [
        ("07131100", dt.date(2024, 1, 1)),
        ("07131101", dt.date(2024, 1, 1)),
    ]
    assert "Aufgelöst: Dorf 100 (07131100), Nachfolge: 07131102" in out
    assert "2 aufgelöst" in out
    assert "ohne Nachfolge" not in out


def test_one_that_vanishes_without_a_word_is_listed(run):
    run(small_state())
    out = run(small_state(LATER).without("07131100"))
    gone = Body.objects.get(pk="07131100")
    assert (gone.dissolved, gone.successor_id) == (LATER, None)
    assert "Aufgelöst ohne Nachfolge: Dorf 100 (07131100)" in out


def test_a_successor_named_later_is_taken_up(run):
    run(small_state())
    run(small_state(LATER).without("07131100"))
    later = small_state(LATER).without("07131100")
    out = run(later, successors="old,new,date\n07131100,07131102,2024-01-01\n")
    assert Body.objects.get(pk="07131100").successor_id == "07131102"
    assert "1 geändert" in out
    before = everything()
    assert "Nichts geändert" in run(later, successors="old,new,date\n07131100,07131102,2024-01-01\n")
    assert everything() == before


def test_a_chain_over_the_years_leads_to_the_last(run):
    run(small_state())
    run(
        small_state(LATER).without("07131100"),
        successors="old,new,date\n07131100,07131101,2024-01-01\n",
    )
    run(
        small_state(dt.date(2025, 11, 30)).without("07131100", "07131101"),
        successors="old,new,date\n07131101,07131102,2025-01-01\n",
    )
    first = Body.objects.get(pk="07131100")
    assert first.successor_id == "07131101"
    assert resolve_successor(first).key == "07131102"


def test_a_chain_through_one_never_held_ends_at_a_known_one(run):
    run(small_state())
    table = "old,new,date\n07131100,07131900,2024-01-01\n07131900,07131102,2024-07-01\n"
    run(small_state(LATER).without("07131100"), successors=table)
    gone = Body.objects.get(pk="07131100")
    assert (gone.successor_id, gone.dissolved) == ("07131102", dt.date(2024, 1, 1))


def test_a_renumbered_municipality_leaves_its_old_key_behind(run):
    run(small_state())
    later = small_state(LATER).without("07131100")
    later.municipality("07131500", "Dorf 100")
    run(later, successors="old,new,date\n07131100,07131500,2024-01-01\n")
    assert Body.objects.get(pk="07131100").successor_id == "07131500"
    assert Body.objects.get(pk="07131500").dissolved is None


def test_a_body_that_appears_again_is_revived(run):
    run(small_state())
    table = "old,new,date\n07131100,07131102,2024-01-01\n"
    run(small_state(LATER).without("07131100"), successors=table)
    out = run(small_state(dt.date(2025, 11, 30)))
    again = Body.objects.get(pk="07131100")
    assert (again.dissolved, again.successor_id) == (None, None)
    assert "Wieder da: Dorf 100 (07131100)" in out


def test_a_successor_that_nobody_knows_is_refused(run):
    run(small_state())
    before = everything()
    with pytest.raises(CommandError, match=r"successors\.csv: Zeile 2: die Nachfolgerin 07131900"):
        run(
            small_state(LATER).without("07131100"),
            successors="old,new,date\n07131100,07131900,2024-01-01\n",
        )
    assert everything() == before


def test_a_successor_in_a_state_that_is_not_imported_is_left_open(run):
    run(small_state())
    table = "old,new,date\n07131100,06434001,2024-01-01\n"
    assert "ohne Nachfolge" in run(small_state(LATER).without("07131100"), successors=table)


def test_a_file_that_would_dissolve_many_is_refused(run):
    run(small_state())
    before = everything()
    partial = small_state(LATER).without(*[f"07131{number}" for number in range(100, 110)])
    with pytest.raises(CommandError, match="10 von 46 Körperschaften des Landes 07"):
        run(partial)
    assert everything() == before
    run(partial, "--allow-dissolving")
    assert Body.objects.filter(dissolved=LATER).count() == 10


def test_an_older_directory_is_refused(run):
    run(small_state(LATER))
    before = everything()
    with pytest.raises(CommandError, match=r"30\.11\.2023.*30\.11\.2024.*--allow-older"):
        run(small_state())
    assert everything() == before
    run(small_state(), "--allow-older")
    assert Body.objects.get(pk="07315000").as_of == dt.date(2023, 11, 30)


def test_only_the_states_asked_for_are_imported(run):
    sample = small_state()
    sample.state("10", "Saarland", "Saarbrücken").district("10041", "Saarland-Kreis", "Saarbrücken")
    sample.municipality("10041100", "Saarbrücken, Landeshauptstadt", code="63")
    run(sample)
    assert not Body.objects.filter(pk__startswith="10").exists()
    run(sample, "--state", "07", "--state", "10")
    assert set(Body.objects.filter(pk__startswith="10").values_list("pk", flat=True)) == {"10041", "10041100"}
    assert "Nichts geändert" in run(sample, "--state", "all")
    run(small_state(LATER))
    assert Body.objects.get(pk="10041100").dissolved is None, "another state is left alone"


def test_a_municipality_beside_an_independent_city_has_no_district(run):
    run(Sample().state().city("07315", "Mainz", 220_552).municipality("07315999", "Neudorf"))
    assert Body.objects.get(pk="07315999").district is None


@pytest.mark.parametrize("state", ["99", "Hessen"])
def test_a_state_the_file_does_not_hold_is_refused(run, state):
    with pytest.raises(CommandError, match=f"kein Land {state}"):
        run(small_state(), "--state", state)


def test_unincorporated_areas_are_no_bodies_but_part_of_their_district(run):
    sample = Sample().state().district("07131", "Ahrweiler", "Adenau").municipality("07131001", "Adenau")
    sample.municipality("07131900", "Forst, gemfr. Gebiet", code="66", area=70, population=0)
    run(sample)
    assert set(Body.objects.values_list("pk", flat=True)) == {"07131", "07131001"}
    assert Body.objects.get(pk="07131").area_ha == 1070


def test_a_broken_file_is_named_with_its_line_and_changes_nothing(run):
    run(small_state())
    before = everything()
    with pytest.raises(CommandError, match=r"gv100ad\.txt: Zeile 54: .*220 Zeichen erwartet"):
        run(small_state(LATER, population=510).data.rstrip()[:-30])
    with pytest.raises(CommandError, match=r"coordinates\.csv: Zeile 2: .*in Deutschland"):
        run(small_state(LATER), coordinates="ags,lat,lon\n07315000,0,0\n")
    assert everything() == before


def test_a_missing_file_is_named():
    with pytest.raises(CommandError, match=r"nowhere\.txt: No such file"):
        call_command("import_municipalities", "nowhere.txt")


@pytest.mark.parametrize("arguments", [[], ["a.txt", "--starter"]])
def test_a_file_or_the_starter_has_to_be_named(arguments):
    with pytest.raises(CommandError, match="GV100AD file, or --starter"):
        call_command("import_municipalities", *arguments)


def test_a_date_that_is_none_is_refused():
    with pytest.raises(CommandError, match="no date such as"):
        call_command("import_municipalities", "a.txt", "--population-date", "31.12.2022")
