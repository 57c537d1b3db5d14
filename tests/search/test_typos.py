from __future__ import annotations

import pytest

from tests.search.asking import Search, titles
from tests.search.catalogue import make_document, publish

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("typed", "meant", "first"),
    [
        ("Hochwaser", "Hochwasser", "Pegel am Bach"),
        ("Hochwsser", "Hochwasser", "Pegel am Bach"),
        ("Parksensorn", "Parksensoren", "Parkraumsensorik in der Altstadt"),
        ("Straßenlampen", "", None),
    ],
)
def test_parts_of_compounds_are_meant_too_and_what_is_right_is_left_alone(
    search: Search, typed: str, meant: str, first: str | None
) -> None:
    publish(make_document("Pegel am Bach", "Der Hochwasserpegel meldet stündlich."))
    publish(make_document("Parkraumsensorik in der Altstadt", "Wir melden freie Plätze."))
    publish(make_document("Barcamp", "Eine Session galt den Parksensoren, danach noch einmal Parksensoren."))
    publish(make_document("Verzeichnis", "Alle Straßennamen."))
    found = search(typed)
    assert found.did_you_mean == meant
    assert first is None or titles(found)[:1] == [first]
