"""Where bodies lie and how large they are, merged ones included."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from hub.municipalities.models import Body
from hub.municipalities.regions import Bodies

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def bodies() -> None:
    Body.objects.all().delete()
    Body.objects.create(key="07131", name="Ahrweiler", kind="district", population=128_000)
    Body.objects.create(key="07131001", name="Adenau", kind="town", district_id="07131", population=2_900)
    gone = {"kind": "municipality", "dissolved": dt.date(2020, 1, 1)}
    Body.objects.create(key="07131002", name="Neudorf", successor_id="07131001", **gone)
    Body.objects.create(key="07131003", name="Altdorf", successor_id="07131002", **gone)
    Body.objects.create(key="07111000", name="Koblenz", kind="city", population=115_000)


def test_the_region_is_the_district_the_city_itself_or_that_of_the_last_heir() -> None:
    assert Bodies().regions == {
        "07131": "07131",
        "07131001": "07131",
        "07131002": "07131",
        "07131003": "07131",
        "07111000": "07111000",
    }
    assert Bodies().in_regions({"07111000"}) == {"07111000"}


def test_the_size_is_that_of_the_body_itself_and_empty_where_unknown() -> None:
    assert Bodies().sizes == {
        "07131": "100000",
        "07131001": "2000",
        "07131002": "",
        "07131003": "",
        "07111000": "100000",
    }
    assert Bodies().of_sizes({"100000"}) == {"07131", "07111000"}


def test_a_few_are_read_with_their_heirs_alone(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(3):
        few = Bodies(["07131003"])
    assert few.names == {"07131003": "Altdorf", "07131002": "Neudorf", "07131001": "Adenau"}
    assert few.regions["07131003"] == "07131"
    with django_assert_num_queries(1):
        assert Bodies(["07111000", "unbekannt"]).regions == {"07111000": "07111000"}
    with django_assert_num_queries(0):
        assert Bodies([]).names == {}


def test_a_circle_of_heirs_ends() -> None:
    Body.objects.filter(key="07131001").update(successor_id="07131003", dissolved=dt.date(2021, 1, 1))
    assert Bodies(["07131003"]).regions.keys() == {"07131003", "07131002", "07131001"}
