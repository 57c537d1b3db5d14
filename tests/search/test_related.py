"""What goes with a document: by rare words and topics, and never what may not be read."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from hub.catalogue.models import CatalogueEntry
from hub.documents import Audience, Document, Relation, Viewer
from search.engines.postgres import time_limit
from search.related import MOST, related_entries
from tests.search.catalogue import make_document, publish, withdraw

pytestmark = pytest.mark.django_db


def related(document: Document, viewer: Viewer | None = None, **kwargs: Any) -> list[str]:
    return [entry.title for entry in related_entries(document, viewer or Viewer(), **kwargs)]


def test_shared_rare_words_and_topics_come_before_topics_alone() -> None:
    subject = make_document("Parkraumsensorik", "Bodensensoren zählen Autos", topics=("smart-city",))
    publish(make_document("Bodensensoren im Winter", "Frost", topics=("smart-city",)))
    publish(make_document("Straßenlaternen", "Licht", topics=("smart-city",)))
    publish(make_document("Ratsinformation", "Sitzungen", topics=("organisation",)))
    publish(subject)
    assert related(subject) == ["Bodensensoren im Winter", "Straßenlaternen"]


def test_words_alone_are_enough_where_topics_differ() -> None:
    subject = make_document("Parkraumsensorik mit LoRaWAN", "Text", topics=("smart-city",))
    publish(make_document("LoRaWAN im Wald", "Bodenfeuchte", topics=("energie",)))
    publish(subject)
    assert related(subject) == ["LoRaWAN im Wald"]


def test_what_the_page_shows_anyway_is_left_out() -> None:
    linked = publish(make_document("LoRaWAN im Wald", "Text"))
    named = publish(make_document("LoRaWAN im Feld", "Text"))
    other = publish(make_document("LoRaWAN im Moor", "Text"))
    relation = Relation(type="uses", target=linked.object_id)
    subject = make_document("LoRaWAN im Ort", "Text", relations=(relation,))
    publish(subject)
    assert related(subject, without=[named.object_id]) == [other.title]


def test_a_document_without_topics_and_words_has_nothing() -> None:
    publish(make_document("Eins", "Sensorik", topics=("ki",)))
    assert related(make_document("Der, die, das", sections=(), topics=())) == []


def test_no_more_than_a_few_are_named() -> None:
    for number in range(MOST + 3):
        publish(make_document(f"LoRaWAN {number}", "Text"))
    subject = make_document("LoRaWAN", "Text")
    assert len(related(subject)) == MOST
    assert len(related(subject, limit=2)) == 2


@pytest.mark.parametrize("audience", [Audience.MEMBERS, Audience.INSTANCE])
def test_what_may_not_be_read_goes_with_nothing(audience: Audience) -> None:
    publish(make_document("LoRaWAN im Keller", "Text", audience=audience, topics=("ki",)))
    publish(make_document("LoRaWAN im Moor", "Text"))
    subject = publish(make_document("LoRaWAN", "Text", topics=("ki",))).document
    assert related(subject) == ["LoRaWAN im Moor"]
    assert "LoRaWAN im Keller" in related(subject, Viewer.local())


@pytest.mark.parametrize("columns", [{"hidden": True}, {"expires": dt.date(2020, 1, 1)}])
def test_what_is_gone_a_moment_ago_goes_with_nothing(columns: dict[str, Any]) -> None:
    gone = publish(make_document("LoRaWAN im Keller", "Text", topics=("ki",)))
    publish(make_document("LoRaWAN im Moor", "Text"))
    CatalogueEntry.objects.filter(pk=gone.pk).update(**columns)
    subject = publish(make_document("LoRaWAN", "Text", topics=("ki",))).document
    assert related(subject) == ["LoRaWAN im Moor"]


def test_the_withdrawn_goes_with_nothing() -> None:
    publish(make_document("LoRaWAN im Moor", "Text"))
    withdraw(publish(make_document("LoRaWAN im Keller", "Text", topics=("ki",))), follow=False)
    subject = publish(make_document("LoRaWAN", "Text", topics=("ki",))).document
    assert related(subject) == ["LoRaWAN im Moor"]


def test_quotes_in_words_stay_words() -> None:
    subject = make_document("D'Artagnan's \\ 'LoRaWAN' & | !", "L'été :* <->")
    publish(make_document("LoRaWAN im Moor", "Text"))
    publish(subject)
    assert related(subject) == ["LoRaWAN im Moor"]


def test_the_document_page_names_them(client: Client) -> None:
    entry = publish(make_document("LoRaWAN", "Text"), source="trier")
    publish(make_document("LoRaWAN im Moor", "Text"))
    page = client.get(entry.get_absolute_url()).content.decode()
    assert "Dazu passt" in page
    assert ">LoRaWAN im Moor</a>" in page


def test_they_cost_one_query(django_assert_num_queries: Any) -> None:
    subject = make_document("LoRaWAN", "Text", topics=("ki",))
    publish(subject)
    for number in range(1, 4):
        publish(make_document(f"LoRaWAN {number}", "Text", topics=("ki",)))
        if number in {1, 3}:
            with django_assert_num_queries(1):
                entries = related_entries(subject, Viewer())
                assert [(each.get_absolute_url(), each.kind, each.publishers) for each in entries]


def test_what_takes_too_long_to_find_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    subject = make_document("LoRaWAN", "Text", topics=("ki",))
    publish(make_document("LoRaWAN im Moor", "Text", topics=("ki",)))
    assert related(subject, milliseconds=300) == ["LoRaWAN im Moor"]

    @contextmanager
    def slow(_milliseconds: int) -> Iterator[None]:
        with time_limit(20), connection.cursor() as cursor:
            cursor.execute("SELECT pg_sleep(5)")
            yield

    monkeypatch.setattr("search.related.time_limit", slow)
    assert related(subject, milliseconds=300) == []
