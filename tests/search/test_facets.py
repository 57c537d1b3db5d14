"""Filters and counts, the same by every engine."""

from __future__ import annotations

import datetime as dt

import pytest

from hub.documents import Case, Costs, Module
from hub.municipalities.models import Body
from search.engines.base import FACETS, FEW
from tests.search.asking import Search, counts, titles
from tests.search.catalogue import KOBLENZ, MAINZ, make_document, publish

pytestmark = pytest.mark.django_db


def test_filters_do_not_relax_the_words(search: Search) -> None:
    for _ in range(FEW):
        publish(make_document("Chatbot im Bürgerservice", "Text", topics=("ki",)))
    publish(make_document("Chatbot", "Text", topics=("recht",)))
    results = search("Chatbot Bürgerservice", filters={"topics": ("recht",)})
    assert (results.total, results.relaxed, results.base) == (0, False, FEW)


def test_facets_are_disjunctive(search: Search) -> None:
    publish(
        make_document(
            "Bericht eins", "Sensorik", topics=("ki", "recht"), publishers=(MAINZ,), maturity="pilot"
        )
    )
    publish(
        make_document("Bericht zwei", "Sensorik", topics=("ki",), publishers=(KOBLENZ,), maturity="operation")
    )
    publish(
        make_document(
            "Bericht drei", "Sensorik", topics=("energie",), publishers=(KOBLENZ,), maturity="pilot"
        )
    )
    everything = search("Sensorik")
    assert counts(everything, "topics") == {"ki": 2, "energie": 1, "recht": 1}
    results = search("Sensorik", filters={"topics": ("ki",), "publishers": (KOBLENZ,)})
    assert titles(results) == ["Bericht zwei"]
    # Under Koblenz alone, each topic says what choosing it would bring; under KI, each city.
    assert counts(results, "topics") == {"ki": 1, "energie": 1}
    assert counts(results, "publishers") == {KOBLENZ: 1, MAINZ: 1}
    assert counts(results, "maturity") == {"operation": 1}
    assert [value.value for value in results.facets["topics"] if value.chosen] == ["ki"]
    either = search("Sensorik", filters={"topics": ("ki", "energie")})
    assert either.total == 3
    assert search("Sensorik", filters={"topics": ("gibt-es-nicht",)}).total == 0


def test_facets_of_source_year_and_language(search: Search) -> None:
    publish(make_document("Eigener", "x"))
    publish(make_document("Fremder", "x", origin="http://koblenz.example"), source="koblenz")
    assert counts(search(), "source") == {"local": 1, "koblenz": 1}
    assert counts(search(), "languages") == {"de": 2}
    assert counts(search(), "year") == {}


def test_the_year_the_costs_and_the_licence_are_facets(search: Search) -> None:
    publish(
        make_document("Teuer", "Wort", costs=Costs(once_eur=20_000), case=Case(started=dt.date(2024, 5, 1)))
    )
    publish(make_document("Unbekannt", "Wort", maturity=""))
    module = Module(released=dt.date(2025, 1, 1), licence="EUPL-1.2")
    publish(
        make_document("Baustein", "Wort", kind="module", case=None, module=module, costs=Costs(once_eur=0))
    )
    publish(make_document("Datensatz", "Wort", kind="dataset", case=None))
    everything = search("Wort")
    assert counts(everything, "costs") == {"50000": 1, "0": 1, "unbekannt": 1}
    assert counts(everything, "licence") == {"EUPL-1.2": 1, "unbekannt": 1}
    assert counts(everything, "year") == {"2024": 1, "2025": 1}
    assert counts(everything, "maturity") == {"unbekannt": 2}
    assert titles(search("Wort", filters={"costs": ("50000",)})) == ["Teuer"]
    assert titles(search("Wort", filters={"costs": ("unbekannt",)})) == ["Unbekannt"]
    assert titles(search("Wort", filters={"year": ("2025",)})) == ["Baustein"]


@pytest.fixture
def bodies() -> None:
    """A district with a town, an independent city, and a village that went up in the town."""
    Body.objects.update_or_create(key="07131", defaults={"name": "Ahrweiler", "kind": "district"})
    town = {"name": "Adenau", "kind": "town", "population": 2_900, "district_id": "07131"}
    Body.objects.update_or_create(key="07131001", defaults=town)
    city = {"name": "Koblenz", "kind": "city", "population": 115_000, "district": None}
    Body.objects.update_or_create(key=KOBLENZ, defaults=city)
    village = {"name": "Altdorf", "kind": "municipality", "population": 300, "successor_id": "07131001"}
    gone = village | {"dissolved": dt.date(2020, 1, 1)}
    Body.objects.update_or_create(key="07999001", defaults=gone)


@pytest.mark.usefixtures("bodies")
def test_the_region_and_the_size_of_the_publishers_are_facets(search: Search) -> None:
    publish(make_document("Klein", "Wort", publishers=("07131001",)))
    publish(make_document("Zusammen", "Wort", publishers=(KOBLENZ, "07131001")))
    publish(make_document("Aufgegangen", "Wort", publishers=("07999001",)))
    publish(make_document("Unbekannt", "Wort", publishers=("gibt-es-nicht",)))
    everything = search("Wort")
    assert counts(everything, "districts") == {"07131": 3, KOBLENZ: 1}
    assert counts(everything, "sizes") == {"2000": 2, "100000": 1, "1": 1}
    found = search("Wort", filters={"districts": ("07131",), "sizes": ("2000",)})
    assert sorted(titles(found)) == ["Klein", "Zusammen"]
    assert counts(found, "sizes") == {"2000": 2, "100000": 1, "1": 1}


def test_days_of_publication_narrow_and_count_as_a_filter(search: Search) -> None:
    """The days are those here: half past eleven at night in UTC is the next day."""
    for day, title in enumerate(["Erster", "Zweiter", "Dritter"], 1):
        at = dt.datetime(2026, 3, day, 23, 30, tzinfo=dt.UTC)
        publish(make_document(title, "Wort", topics=("ki",)), at=at)
    second = dt.date(2026, 3, 3)
    assert titles(search("Wort", since=second, until=second)) == ["Zweiter"]
    assert sorted(titles(search("Wort", since=second))) == ["Dritter", "Zweiter"]
    assert sorted(titles(search("Wort", until=second))) == ["Erster", "Zweiter"]
    narrowed = search("Wort", since=second, filters={"topics": ("ki",)})
    assert (narrowed.total, narrowed.base, counts(narrowed, "topics")) == (2, 3, {"ki": 2})
    nothing = search("Wort Fehlt", since=dt.date.max, until=dt.date.min)
    assert (nothing.total, nothing.relaxed) == (0, False)
    assert search("Wort", since=dt.date.min, until=dt.date.max).total == 3


def test_every_facet_is_counted_and_filtered(search: Search) -> None:
    publish(make_document("Bericht", "Wort"))
    assert set(search("Wort").facets) == set(FACETS)
    for facet in FACETS:
        assert search("Wort", filters={facet: ("gibt es nicht",)}).total == 0


def test_a_mended_report_was_published_when_it_first_was(search: Search) -> None:
    first, mended = (dt.datetime(year, 6, 1, 12, tzinfo=dt.UTC) for year in (2024, 2026))
    document = make_document("Bericht", "Wort")
    publish(document, at=first)
    publish(document, at=mended)
    assert search("Wort", until=dt.date(2024, 12, 31)).total == 1
    assert search("Wort", since=dt.date(2026, 1, 1)).total == 0


def test_what_each_filter_costs_is_counted_with_the_search(search: Search) -> None:
    at = dt.datetime(2025, 6, 1, 12, tzinfo=dt.UTC)
    publish(make_document("Eins", "Wort", topics=("ki",)), at=at)
    publish(make_document("Zwei", "Wort", topics=("ki", "energie"), publishers=(KOBLENZ,)), at=at)
    filters = {"topics": ("recht",), "publishers": (KOBLENZ,)}
    assert search("Wort", filters=filters).without == {"topics": 1, "publishers": 0}
    found = search("Wort", filters={"topics": ("ki",)}, since=dt.date(2026, 1, 1))
    assert (found.total, found.without) == (0, {"topics": 0, "days": 2})
    assert search("Wort").without == {}


def test_no_value_is_cut_off_however_many_there_are(search: Search) -> None:
    keys = tuple(f"07{number:06}" for number in range(70))
    for some in (keys[:35], keys[35:]):
        publish(make_document("Zusammen", "Wort", publishers=some))
    assert counts(search("Wort"), "publishers") == dict.fromkeys(keys, 1)
