"""What stands in attached files is found, by who may read the document, and the hit names file and page."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from hub.catalogue.consumers import run_consumers
from hub.documents import Audience
from hub.files.models import FileState, StoredFile
from search import file_texts
from search.expansion import read_query
from search.file_texts import find_in_files, texts_of
from search.models import FilePage
from search.reading import DOCX
from search.reading.services import read_round
from tests.search.asking import Search, titles
from tests.search.attached import docx, pdf
from tests.search.attaching import MANUAL, PEER, attach, document, publish_and_read, reading, searched
from tests.search.catalogue import let_follow, make_document, store, withdraw
from theme.figures import format_size

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("content")]


def test_a_hit_in_a_file_names_the_file_and_opens_its_page(client: Client) -> None:
    file = attach(MANUAL, title="Leitfaden Steuern")
    (entry,) = publish_and_read(document(file))
    body = client.get("/suche/", {"q": "Hundesteuerbescheide"}).content.decode()
    address = f"/dateien/{entry.uuid}/{file.digest[7:]}/leitfaden.pdf#page=2"
    assert f'<a href="{address}">Leitfaden Steuern, Seite 2</a>' in body
    assert f"leitfaden.pdf · {format_size(file.size)}</span>" in body
    assert "Der <mark>Hundesteuerbescheid</mark> wird elektronisch versandt." in body
    assert client.get(address).status_code == 200


def test_a_hit_in_a_file_without_pages_names_the_section() -> None:
    data = docx(("berschrift1", "Ablauf"), "Anträge auf Wohngeld", ("berschrift1", "Technik"), "Die OZG-Box")
    (entry,) = publish_and_read(document(attach(data, "plan.docx", DOCX)))
    found = find_in_files([entry], read_query("Antrag Wohngeld"))[entry.object_id]
    assert (found.name, found.title, found.page, found.heading) == ("plan.docx", "plan.docx", None, "Ablauf")
    assert found.excerpt == "<mark>Anträge</mark> auf <mark>Wohngeld</mark>"
    assert "#" not in found.address


def test_each_engine_finds_what_stands_in_files_and_ranks_it_last(search: Search, read_as: Any) -> None:
    read_as(reading("Deckblatt", "Die Stellplatzsatzung der Gemeinde"))
    file = attach(MANUAL)
    inside = store(document(file, title="Mit Datei"))
    store(document(file, title="Für uns", audience=Audience.INSTANCE))
    store(make_document("Im Text", "Wir haben eine neue Stellplatzsatzung."))
    run_consumers("federation.files")
    let_follow()
    assert titles(search("Stellplatzsatzungen")) == ["Im Text"]
    read_round()
    assert titles(search("Stellplatzsatzungen")) == ["Im Text", "Mit Datei"]
    assert titles(search("Satzung für Stellplätze")) == ["Im Text", "Mit Datei"]
    withdraw(inside)
    assert titles(search("Stellplatzsatzungen")) == ["Im Text"]


def test_a_file_is_found_by_who_may_read_its_document_and_by_nobody_else(client: Client) -> None:
    secret = document(attach(MANUAL), audience=Audience.INSTANCE, title="Für uns")
    publish_and_read(secret)
    assert searched("Hundesteuerbescheid") == []
    assert "leitfaden.pdf" not in client.get("/suche/", {"q": "Hundesteuerbescheid"}).content.decode()


def test_who_names_a_digest_is_not_given_the_text_that_somebody_else_brought(read_as: Any) -> None:
    read_as(reading("Geheimnis"))
    file = attach(MANUAL)
    (own,) = publish_and_read(document(file, audience=Audience.INSTANCE))
    (foreign,) = publish_and_read(document(file, origin=PEER), source="trier")
    assert StoredFile.objects.get(origin=PEER).state == FileState.MISSING
    assert texts_of([own, foreign]) == {own.object_id: ("Geheimnis",)}
    assert find_in_files([foreign], read_query("Geheimnis")) == {}
    assert searched("Geheimnis") == []


def test_the_page_with_most_of_the_words_is_named_if_it_adds_to_the_document(read_as: Any) -> None:
    read_as(reading("Wohngeld allein", "Wohngeld und Antrag", "Antrag mit Anhang", "Verlauf"))
    (entry,) = publish_and_read(document(attach(MANUAL), title="Koblenz"))

    def page(text: str) -> int | None:
        found = find_in_files([entry], read_query(text)).get(entry.object_id)
        return found.page if found else None

    assert page("Wohngeld Antrag") == 2
    assert page("Koblenz Anhang Antrag") == 3
    assert page("Koblenz Verlauf") is None
    assert page("Verlauf") == 4
    assert page("Kämmerei") is None
    assert page("") is None


def test_excerpts_are_escaped(read_as: Any) -> None:
    read_as(reading('<script>alert("Wohngeld")</script>'))
    (entry,) = publish_and_read(document(attach(MANUAL)))
    found = find_in_files([entry], read_query("Wohngeld"))[entry.object_id]
    assert found.excerpt == "&lt;script&gt;alert(&quot;<mark>Wohngeld</mark>&quot;)&lt;/script&gt;"


def test_of_many_pages_so_much_is_indexed_and_all_is_kept(
    read_as: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    read_as(reading("eins", "zwei", "drei"))
    monkeypatch.setattr(file_texts, "MOST_CHARACTERS", 8)
    (entry,) = publish_and_read(document(attach(MANUAL)))
    assert texts_of([entry]) == {entry.object_id: ("eins", "zwei")}
    assert FilePage.objects.count() == 3


def test_files_of_documents_that_are_full_are_not_even_read(
    read_as: Any, monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: Any
) -> None:
    read_as(reading("eins", "zweitens"))
    monkeypatch.setattr(file_texts, "MOST_CHARACTERS", 8)
    monkeypatch.setattr(file_texts, "FILES_AT_ONCE", 2)
    full = document(*(attach(pdf(str(number))) for number in range(6)))
    (entry,) = publish_and_read(full)
    with django_assert_num_queries(2):
        assert texts_of([entry]) == {entry.object_id: ("eins",)}


@pytest.mark.parametrize("number", [1, 3])
def test_texts_and_pages_take_as_many_queries_for_one_document_as_for_many(
    number: int, read_as: Any, django_assert_num_queries: Any
) -> None:
    read_as(reading("Wohngeld"))
    entries = publish_and_read(
        *(document(attach(pdf(str(n))), attach(pdf(str(n), "x"))) for n in range(number))
    )
    without = store(document())
    with django_assert_num_queries(2):
        assert len(texts_of(entries)) == number
    with django_assert_num_queries(6):
        assert len(find_in_files(entries, read_query("Wohngeld"))) == number
    with django_assert_num_queries(0):
        assert find_in_files([without], read_query("Wohngeld")) == {}
