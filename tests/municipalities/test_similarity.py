"""The formula behind „towns like mine“, against examples worked out by hand."""

from __future__ import annotations

import itertools
import time
from typing import Any

import pytest

from hub.municipalities.bands import BANDS, band_distance, band_label, band_of
from hub.municipalities.models import Body
from hub.municipalities.similarity import WEIGHTS, Profile, product_key, similarity

CITY, TOWN, VG = Body.Kind.CITY, Body.Kind.TOWN, Body.Kind.VERBANDSGEMEINDE
MUNICIPALITY, DISTRICT, OTHER = Body.Kind.MUNICIPALITY, Body.Kind.DISTRICT, Body.Kind.OTHER


def profile(
    population: int | None = 24_600, kind: str = TOWN, density: float | None = 400, software: str = ""
) -> Profile:
    return Profile(population, kind, density, frozenset(software.split()))


@pytest.mark.parametrize(
    ("a", "b", "score"),
    [
        # The same in all: 40 + 25 + 15 + 20.
        (profile(software="a"), profile(software="a"), 100),
        # Next class 20, same kind 25, 328/410 = 0.8 of 15 = 12, one of two possible = 10.
        (profile(24_600, density=410, software="a b c"), profile(17_200, density=328, software="a d"), 67),
        # Two classes apart 8, related kind 12.5, half as dense 7.5, nothing shared 0: 28.
        (profile(24_600, TOWN, 400, "a"), profile(120_000, CITY, 800, "b"), 28),
        # Three classes apart 0, other kind 0, 10/400 of 15 = 0.375, nothing shared 0: 0.375.
        (profile(24_600, TOWN, 400, "a"), profile(2_100, DISTRICT, 10, "b"), 0),
        # Without software 80 remain: 20 + 25 + 12 = 57 of 80 = 71.25.
        (profile(24_600, density=410, software="a"), profile(17_200, density=328), 71),
        # Without density 85 remain: 40 + 25 + 20 = 85 of 85.
        (profile(density=None, software="a"), profile(software="a"), 100),
        # Without either 65 remain: 20 + 12.5 = 32.5 of 65 = 50.
        (profile(24_600, TOWN, None), profile(51_000, CITY, None), 50),
        # Exactly half is rounded up: 40 + 25 + 7.5 of 80 = 90.625; 40 + 12.5 + 15 = 67.5 of 80 = 84.375.
        (profile(density=400), profile(density=200), 91),
        (profile(kind=TOWN), profile(kind=VG), 84),
    ],
)
def test_scores_are_those_worked_out_by_hand(a: Profile, b: Profile, score: int) -> None:
    assert similarity(a, b).score == score


def test_a_half_is_rounded_up() -> None:
    # 20 + 25 + 0.5 * 15 = 52.5 of 100 with nothing shared.
    assert similarity(profile(24_600, software="a"), profile(17_200, density=200, software="b")).score == 53


@pytest.mark.parametrize(
    ("one", "other", "value"),
    [
        (20_000, 49_999, 1.0),
        (49_999, 50_000, 0.5),
        (19_999, 50_000, 0.2),
        (9_999, 50_000, 0.0),
        (0, 999, 1.0),
    ],
)
def test_size_goes_by_classes(one: int, other: int, value: float) -> None:
    assert similarity(profile(one), profile(other)).part("size").value == value


@pytest.mark.parametrize(
    ("one", "other", "value"),
    [
        (CITY, CITY, 1.0),
        (CITY, TOWN, 0.5),
        (CITY, DISTRICT, 0.5),
        (TOWN, VG, 0.5),
        (TOWN, MUNICIPALITY, 0.5),
        (VG, MUNICIPALITY, 0.0),
        (VG, DISTRICT, 0.0),
        (CITY, MUNICIPALITY, 0.0),
        (OTHER, TOWN, 0.0),
        (OTHER, OTHER, 1.0),
    ],
)
def test_kinds_are_the_same_related_or_other(one: str, other: str, value: float) -> None:
    assert similarity(profile(kind=one), profile(kind=other)).part("kind").value == value
    assert similarity(profile(kind=other), profile(kind=one)).part("kind").value == value


@pytest.mark.parametrize(
    ("one", "other", "value", "shared"),
    [
        ("a", "a", 1.0, "a"),
        ("a", "b", 0.0, ""),
        ("a b", "a", 1.0, "a"),  # no more could be shared
        ("a b c d", "a e f", 1 / 3, "a"),
        ("a b c d", "a b c d", 1.0, "a b c d"),
        ("a b c d e", "a b c x y", 1.0, "a b c"),  # three are enough
        ("a b c d e", "a b w x y", 2 / 3, "a b"),
    ],
)
def test_sharing_counts_as_far_as_it_is_possible_up_to_three(
    one: str, other: str, value: float, shared: str
) -> None:
    part = similarity(profile(software=one), profile(software=other)).part("software")
    assert part.value == pytest.approx(value)
    assert part.shared == frozenset(shared.split())


@pytest.mark.parametrize(
    ("missing", "without"),
    [
        ({"population": None}, ("size",)),
        ({"kind": ""}, ("kind",)),
        ({"population": None, "kind": ""}, ("size", "kind")),
        ({"population": None, "density": None}, ("size", "density")),
    ],
)
def test_without_inhabitants_or_kind_there_is_no_score_and_it_says_what_is_missing(
    missing: dict[str, Any], without: tuple[str, ...]
) -> None:
    known, lacking = profile(software="a"), profile(**{"software": "a", **missing})
    for pair in ((known, lacking), (lacking, known)):
        result = similarity(*pair)
        assert result.score is None
        assert result.missing == without


@pytest.mark.parametrize(
    ("missing", "without"),
    [({"density": None}, ("density",)), ({"software": ""}, ("software",)), ({"density": 0}, ("density",))],
)
def test_other_gaps_drop_out_and_are_named(missing: dict[str, Any], without: tuple[str, ...]) -> None:
    result = similarity(profile(software="a"), profile(**{"software": "a", **missing}))
    assert result.score == 100
    assert result.missing == without


def test_the_formula_is_symmetric_and_never_leaves_its_bounds() -> None:
    some = [
        profile(population, kind, density, software)
        for population in (300, 24_600, 220_000)
        for kind in (TOWN, VG, CITY)
        for density in (None, 30, 2_000)
        for software in ("", "a", "a b c d")
    ]
    for a, b in itertools.product(some, some):
        score = similarity(a, b).score
        assert score == similarity(b, a).score
        assert score is not None
        assert 0 <= score <= 100


def test_the_weights_make_a_hundred() -> None:
    assert sum(WEIGHTS.values()) == 100


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Nextcloud", "nextcloud"),
        ("NextCloud 28", "nextcloud"),
        ("Nextcloud 28.0.4", "nextcloud"),
        ("Nextcloud, Version 28", "nextcloud"),
        ("Nextcloud v3.x", "nextcloud"),
        ("Nextcloud (gehostet beim Zweckverband)", "nextcloud"),
        ("  ALLRIS®  ", "allris"),
        ("Microsoft 365", "microsoft 365"),
        ("C++", "c++"),
        ("365", "365"),
        ("Open-Xchange", "open xchange"),
        ("(nur intern)", ""),
        ("", ""),
    ],
)
def test_products_are_compared_without_version_case_and_brackets(name: str, key: str) -> None:
    assert product_key(name) == key


def test_a_name_of_any_length_is_compared_at_once() -> None:
    began = time.perf_counter()
    assert product_key("Nextcloud" + " " * 100_000 + "x") == "nextcloud"
    assert time.perf_counter() - began < 1
    assert product_key("a" * 5_000) == "a" * 200
    assert product_key("Nextcloud , , 28") == "nextcloud"


def test_size_classes_follow_each_other_without_gap() -> None:
    assert BANDS[0].start == 0
    assert BANDS[-1].end is None
    assert all(one.end == other.start for one, other in itertools.pairwise(BANDS))
    assert len({band.code for band in BANDS}) == len(BANDS)


@pytest.mark.parametrize(
    ("population", "code"),
    [(None, ""), (0, "1"), (999, "1"), (1_000, "1000"), (199_999, "100000"), (200_000, "200000")],
)
def test_a_population_has_its_class(population: int | None, code: str) -> None:
    assert band_of(population) == code


def test_an_unknown_class_is_shown_as_it_is_and_cannot_be_compared() -> None:
    assert band_label("99") == "99"
    with pytest.raises(KeyError):
        band_distance("99", "1")
