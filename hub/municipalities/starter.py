"""The starter directory: the bodies every new instance knows before it imports the official directory.

``starter.csv`` holds all independent cities and districts of Rheinland-Pfalz, every other municipality
of more than 10,000 inhabitants, every Verbandsgemeinde of more than 18,000, and bodies with a key of
their own: municipal associations, the supervisory authority, universities. A row whose facts are mended
needs a later ``as_of``, or instances that hold it already keep what they have.
"""

from __future__ import annotations

import csv
import datetime as dt
from functools import cache
from pathlib import Path

from hub.municipalities.directory import add_facts
from hub.municipalities.facts import Facts, Place
from hub.municipalities.summary import Summary

FILE = Path(__file__).with_name("starter.csv")
OWN_STATEMENT = "eigene Angabe"


@cache
def read_starter() -> tuple[Facts, ...]:
    """The rows of the starter directory."""
    with FILE.open(encoding="utf-8", newline="") as file:
        return tuple(_facts(row) for row in csv.DictReader(file))


def apply_starter() -> Summary:
    """Add its bodies; those held of the same or a later day, and dissolved ones, stay as they are."""
    return add_facts(read_starter())


def _facts(row: dict[str, str]) -> Facts:
    return Facts(
        key=row["key"],
        name=row["name"],
        kind=row["kind"],
        source=row["source"],
        as_of=dt.date.fromisoformat(row["as_of"]),
        population=int(row["population"]) if row["population"] else None,
        population_date=dt.date.fromisoformat(row["population_date"]) if row["population_date"] else None,
        area_ha=int(row["area_ha"]) if row["area_ha"] else None,
        place=Place(float(row["latitude"]), float(row["longitude"])) if row["latitude"] else None,
        seat=row["seat"],
        postcode=row["postcode"],
        district=row["district"] or None,
        association=row["association"] or None,
    )
