"""What is offered while somebody types, and that nothing of it is hidden from them."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client

from hub.catalogue.models import CatalogueEntry
from hub.documents import Audience, Viewer
from hub.municipalities.models import Body
from search.engines.postgres import time_limit
from search.parameters import clean
from search.suggesting import MOST_TITLES, MOST_WORDS, similar_words, suggest
from tests.search.catalogue import KOBLENZ, MAINZ, make_document, publish, withdraw
from tests.search.test_bad_input import HOSTILE

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def bodies() -> None:
    for key, name in ((MAINZ, "Mainz"), (KOBLENZ, "Koblenz")):
        Body.objects.update_or_create(key=key, defaults={"name": name, "kind": "city"})


def words(text: str, viewer: Viewer | None = None) -> list[str]:
    return [each.label for each in suggest(text, viewer or Viewer()) if each.entry is None]


def titles(text: str, viewer: Viewer | None = None) -> list[str]:
    return [each.label for each in suggest(text, viewer or Viewer()) if each.entry]


def test_the_last_word_is_completed_and_the_others_stay_as_typed() -> None:
    publish(make_document("Vergabe", "Kitaplätze und Kitaplatzvergabe"))
    assert words("Kitap") == ["Kitaplätze", "Kitaplatzvergabe"]
    assert words("vergabe von kitaplatzv") == ["vergabe von Kitaplatzvergabe"]
    assert words("Kitaplatzvergabe") == [], "it is whole already"
    assert words("Kitap ") == [], "the word is at its end"


def test_of_one_word_one_inflection_is_offered_the_most_frequent() -> None:
    publish(make_document("Eins", "Bauantrag, Bauanträge, Bauanträgen und Bauamt"))
    publish(make_document("Zwei", "Bauanträge"))
    assert words("Bau") == ["Bauanträge", "Bauamt"]


def test_titles_are_found_by_the_beginning_of_any_word_in_any_spelling() -> None:
    publish(make_document("Vergabe der Kitaplätze", "Text"))
    publish(make_document("Radwege", "Kitaplätze"))
    for text in ("Vergabe der Ki", "kitaplae", "KITAPLÄ", "Kitaplätzen", "vergab kitapl", "Vergabe der "):
        assert titles(text) == ["Vergabe der Kitaplätze"], text


def test_short_names_and_numbers_are_found_as_well() -> None:
    publish(make_document("OZG-Umsetzung nach § 23", "Text"))
    assert titles("ozg") == ["OZG-Umsetzung nach § 23"]
    assert titles("§ 23") == ["OZG-Umsetzung nach § 23"]


def test_titles_that_begin_so_come_first_then_the_newest() -> None:
    day = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    for number, title in enumerate(("Parken alt", "Sensoren beim Parken", "Parken neu")):
        publish(make_document(title, "Text"), at=day + dt.timedelta(days=number))
    assert titles("Park") == ["Parken neu", "Parken alt", "Sensoren beim Parken"]


def test_no_more_are_offered_than_can_be_taken_in() -> None:
    endings = ("bank", "raum", "platz", "haus", "weg", "schein", "uhr")
    for ending in endings:
        publish(make_document(f"Park{ending}", "Text"))
    assert len(words("Park")) == MOST_WORDS
    assert len(titles("Park")) == MOST_TITLES


@pytest.mark.parametrize(
    "text", ["", " ", "P", "x" * 101, "%", "_", "\\", "'; --", "Par%", "Par_en", "\u200b", ":*", "& | !", "§"]
)
def test_odd_beginnings_offer_nothing_and_break_nothing(text: str) -> None:
    publish(make_document("Parken", "Text"))
    assert suggest(text, Viewer()) == []


def test_whatever_is_typed_offers_nothing_that_it_does_not_begin() -> None:
    publish(make_document("Bericht", "Sensorik und Text, nichts sonst."))
    for name, text in HOSTILE.items():
        assert suggest(clean(text), Viewer()) == [], name
        assert similar_words(clean(text), Viewer()) == [], name


@pytest.mark.parametrize("audience", [Audience.MEMBERS, Audience.INSTANCE])
def test_what_may_not_be_read_is_not_offered(audience: Audience) -> None:
    publish(make_document("Zeppelinfahrt", "Ballastwasser", audience=audience))
    for text in ("Zeppe", "Ballastw"):
        assert suggest(text, Viewer()) == []
        assert suggest(text, Viewer.local()) != []
    assert similar_words("Zeppelinfarth", Viewer()) == []
    assert similar_words("Zeppelinfarth", Viewer.local()) == ["Zeppelinfahrt"]


@pytest.mark.parametrize("columns", [{"hidden": True}, {"expires": dt.date(2020, 1, 1)}])
def test_what_is_gone_a_moment_ago_is_not_offered(columns: dict[str, Any]) -> None:
    entry = publish(make_document("Zeppelinfahrt", "Ballastwasser"))
    CatalogueEntry.objects.filter(pk=entry.pk).update(**columns)
    assert suggest("Zeppe", Viewer()) == []
    assert suggest("Ballastw", Viewer()) == []
    assert similar_words("Zeppelinfarth", Viewer()) == []


def test_withdrawn_is_not_offered_even_before_the_index_follows() -> None:
    withdraw(publish(make_document("Zeppelinfahrt", "Text")), follow=False)
    assert suggest("Zeppe", Viewer()) == []


def test_suggestions_that_take_too_long_are_none(monkeypatch: pytest.MonkeyPatch) -> None:
    publish(make_document("Parken", "Text"))
    assert suggest("Park", Viewer()) != []

    def sleep(*_args: Any) -> set[str]:
        from django.db import connection

        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_sleep(5)")
        return set()

    monkeypatch.setattr("search.suggesting.standing_words", sleep)
    monkeypatch.setattr("search.suggesting.time_limit", lambda _ms: time_limit(20))
    assert suggest("Park", Viewer()) == []
    assert similar_words("Parkenn", Viewer()) == []


def test_the_address_answers_with_words_and_titles(client: Client) -> None:
    entry = publish(make_document("Parken am Dom", "Parkuhren", publishers=(KOBLENZ,)))
    response = client.get("/suche/vorschlaege", {"q": "Park"})
    assert response.json() == {
        "suggestions": [
            {"label": "Parken", "note": "", "url": ""},
            {"label": "Parkuhren", "note": "", "url": ""},
            {"label": "Parken am Dom", "note": "Erfahrungsbericht, Koblenz", "url": entry.get_absolute_url()},
        ]
    }
    assert "no-store" in response["Cache-Control"]
    assert response["X-Robots-Tag"] == "noindex"


@pytest.mark.parametrize(
    ("query", "labels"),
    [
        ("", []),
        ("q=", []),
        ("q=%ff%fe%00%ed%a0%80", []),
        ("q=" + "x" * 10_000, []),
        ("q=%00Par%00", ["Parken", "Parken"]),
    ],
)
def test_bad_input_is_answered_as_what_is_readable_of_it(
    client: Client, query: str, labels: list[str]
) -> None:
    publish(make_document("Parken", "Text"))
    response = client.get(f"/suche/vorschlaege?{query}")
    assert response.status_code == 200
    assert [each["label"] for each in response.json()["suggestions"]] == labels


def test_nothing_is_changed_by_asking(client: Client) -> None:
    assert client.post("/suche/vorschlaege", {"q": "Park"}).status_code == 405


def test_the_number_of_queries_is_the_same_for_one_and_for_many(
    client: Client, django_assert_num_queries: Any
) -> None:
    for number in range(1, 31):
        publish(
            make_document(f"Parken {number}", f"Parkhaus{'abcdefghijklmnopqrstuvwxyzäöüß'[number - 1]}bau")
        )
        if number in {1, 30}:
            # words in force, time limit (savepoint, set, reset, release), 2 for words, titles, bodies
            with django_assert_num_queries(9):
                client.get("/suche/vorschlaege", {"q": "Park"})
