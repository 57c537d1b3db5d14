from __future__ import annotations

import datetime as dt
from typing import Any

import psycopg
import pytest
from django.db import connection
from django.utils import timezone

from hub.catalogue.models import CatalogueEntry
from hub.documents import Audience, Viewer
from hub.municipalities.models import Body
from search.engines import current_engine
from search.engines.base import EngineUnavailable, Query, Results, Sort
from search.engines.postgres import PostgresEngine
from search.models import SearchRecord, VocabularyWord
from tests.search.catalogue import KOBLENZ, MAINZ, make_document, publish, store, withdraw

pytestmark = pytest.mark.django_db


def search(text: str = "", **fields: Any) -> Results:
    return current_engine().search(Query(text=text, **fields))


def titles(results: Results) -> list[str]:

    held = dict(CatalogueEntry.objects.values_list("object_id", "title"))
    return [held[hit.object_id] for hit in results.hits]


def counts(results: Results, facet: str) -> dict[str, int]:
    return {value.value: value.count for value in results.facets[facet]}


@pytest.mark.parametrize(
    "query",
    [
        "Kitaplatzvergabe",
        "Vergabe von Kitaplätzen",
        "Kitaplaetze vergeben",
        "Kindertagesstätten",
        "Kitaplatzvergbae",
        "Ktaplatzvergabe",
        "Zuordnungsverfaren",
        "Eingliederungshilfen",
        "§ 24",
        "Zwilling",
        "Geschwisterkinder",
        "Mainz Kitaplatzvergabe",
    ],
)
def test_finds_by_word_typo_inflection_compound_and_umlaut(query: str) -> None:
    Body.objects.update_or_create(key=MAINZ, defaults={"name": "Mainz", "kind": "city"})
    publish(
        make_document(
            "Kitaplatzvergabe in einem Lauf",
            "Nach § 24 SGB VIII half ein Zuordnungsverfahren. Zwillinge und ein Geschwisterkind "
            "mit Eingliederungshilfe waren der schwierige Fall.",
        )
    )
    publish(make_document("Radwege planen", "Ein Geoportal zeigt Unfälle an Kreuzungen."))
    assert titles(search(query)) == ["Kitaplatzvergabe in einem Lauf"]


def test_a_typo_is_said_and_a_known_word_is_not_corrected() -> None:
    publish(make_document("Kitaplatzvergabe", "Text"))
    results = search("mainz kitaplatzvergbae heute")
    assert (results.total, results.did_you_mean) == (1, "mainz Kitaplatzvergabe heute")
    assert search("Kitaplatzvergabe").did_you_mean == ""
    assert search("Kitaplatz").did_you_mean == ""


def test_short_words_and_numbers_are_never_corrected() -> None:
    publish(make_document("OZG im Blick", "Aktenzeichen 2024/0815"))
    assert search("OZK").total == 0
    assert search("2024/0816").total == 0
    assert search("2024/0815").total == 1


def test_the_corpus_teaches_compounds_the_lexicon_lacks() -> None:
    publish(make_document("Drohnenbefliegung", "Vermessung der Quarzkuppel"))
    publish(make_document("Anderes", "Text"))
    assert titles(search("Drohnen")) == ["Drohnenbefliegung"]
    assert titles(search("Kuppeln")) == ["Drohnenbefliegung"]
    assert search("Drohne Text").relaxed


def test_parts_of_a_compound_must_stand_near_each_other() -> None:
    publish(make_document("Nah", "Der Antrag auf den Bau wurde geprüft."))
    publish(make_document("Fern", "Der Antrag galt nicht dem Weg, sondern vor allem dem Bau."))
    publish(make_document("Wort", "Die Bauanträge kamen auf Papier."))
    assert sorted(titles(search("Bauantrag"))) == ["Nah", "Wort"]


def test_title_goes_before_summary_and_summary_before_text() -> None:
    publish(make_document("Drittens", "Die Wärmeplanung wurde erwähnt, sonst nichts."))
    publish(make_document("Zweitens", "Anderes", summary="Es geht um Wärmeplanung."))
    publish(make_document("Wärmeplanung", "Anderes"))
    assert titles(search("Wärmeplanung")) == ["Wärmeplanung", "Zweitens", "Drittens"]


def test_all_words_first_and_most_words_where_none_has_all() -> None:
    publish(make_document("Chatbot", "Der Chatbot antwortet im Bürgerservice auf Fragen."))
    publish(make_document("Formular", "Das Formular im Bürgerservice."))
    both = search("Chatbot Bürgerservice")
    assert (titles(both), both.relaxed) == (["Chatbot"], False)
    relaxed = search("Chatbot Bürgerservice Quantencomputer")
    assert (titles(relaxed), relaxed.relaxed) == (["Chatbot", "Formular"], True)


def test_filters_do_not_relax_the_words() -> None:
    publish(make_document("Chatbot im Bürgerservice", "Text", topics=("ki",)))
    publish(make_document("Chatbot", "Text", topics=("recht",)))
    results = search("Chatbot Bürgerservice", filters={"topics": ("recht",)})
    assert (results.total, results.relaxed, results.base) == (0, False, 1)


def test_facets_are_disjunctive() -> None:
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


def test_facets_of_source_year_and_language() -> None:
    publish(make_document("Eigener", "x"))
    publish(make_document("Fremder", "x", origin="http://koblenz.example"), source="koblenz")
    assert counts(search(), "source") == {"local": 1, "koblenz": 1}
    assert counts(search(), "languages") == {"de": 2}
    assert counts(search(), "year") == {}


def test_orders_and_pages() -> None:
    now = timezone.now()
    for number, title in enumerate(["Ärger", "Zebra", "Büro"]):
        publish(make_document(title, "Wort"), at=now - dt.timedelta(days=number))
    assert titles(search("Wort", sort=Sort.NEWEST)) == ["Ärger", "Zebra", "Büro"]
    assert titles(search("Wort", sort=Sort.TITLE)) == ["Ärger", "Büro", "Zebra"]
    assert titles(search("", size=2, page=2)) == ["Büro"]
    last = search("Wort", size=2, page=10**9)
    assert (last.page, last.pages, len(last.hits), last.total) == (2, 2, 1, 3)
    assert search("Wort", page=-5, size=0).page == 1


@pytest.mark.parametrize("audience", [Audience.MEMBERS, Audience.INSTANCE])
def test_what_is_restricted_leaves_no_trace(audience: Audience) -> None:
    secret = make_document(
        "Vertraulichkeitsregister",
        "Geheimsache",
        audience=audience,
        topics=("recht",),
        publishers=(KOBLENZ,),
        maturity="ended",
    )
    publish(secret)
    public = make_document("Offenes Register", "Text", topics=("ki",))
    publish(public)
    for text in ("Geheimsache", "Vertraulichkeitsregister", "Vertraulichkeitsregistre", "Geheimsahce"):
        results = search(text)
        assert (results.total, results.did_you_mean, results.base) == (0, "", 0)
        assert all(not values for values in results.facets.values())
    everything = search()
    assert everything.total == 1
    assert (counts(everything, "topics"), counts(everything, "maturity")) == ({"ki": 1}, {"pilot": 1})
    # A compound known only from the restricted text does not widen a public query either.
    assert {
        term for group in search("Register").groups for option in group.alternatives for term in option.terms
    } == {"regist"}
    insider = search("Geheimsahce", viewer=Viewer.local())
    assert (insider.total, insider.did_you_mean) == (1, "Geheimsache")


def test_a_document_that_becomes_restricted_is_gone_for_the_public() -> None:
    document = make_document("Konzept", "Geheimsache")
    publish(document)
    publish(document.model_copy(update={"audience": Audience.MEMBERS}))
    assert search("Geheimsache").total == 0
    assert search("Geheimsahce").did_you_mean == ""
    assert search("Geheimsache", viewer=Viewer.member()).total == 1
    assert set(VocabularyWord.objects.values_list("audience", flat=True)) == {"members"}


def test_withdrawn_is_gone_before_the_index_follows_and_purged_after() -> None:
    entry = publish(make_document("Abgelaufenes Verfahren", "Sensorik", topics=("ki",)))
    publish(make_document("Anderes", "Text"))
    assert search("Sensorik").total == 1
    withdraw(entry, follow=False)
    assert search("Sensorik").total == 0
    assert counts(search(), "topics") == {}
    withdraw(entry)
    assert not SearchRecord.objects.filter(object_id=entry.object_id).exists()
    assert not VocabularyWord.objects.filter(folded="sensorik").exists()


@pytest.mark.parametrize("columns", [{"hidden": True}, {"expires": dt.date(2020, 1, 1)}])
def test_hidden_and_expired_are_gone(columns: dict[str, Any]) -> None:
    publish(make_document("Verfahren", "Sensorik"), **columns)
    assert search("Sensorik").total == 0


def test_a_correction_replaces_the_old_wording_and_its_words() -> None:
    document = make_document("Bericht", "Alt heißt Zebrafink.")
    publish(document)
    texts = make_document("Bericht", "Neu heißt Wellensittich.").texts
    publish(document.model_copy(update={"texts": texts}))
    assert (search("Zebrafink").total, search("Wellensittich").total) == (0, 1)
    assert not VocabularyWord.objects.filter(folded="zebrafink").exists()
    assert VocabularyWord.objects.get(folded="heisst").documents == 1
    assert SearchRecord.objects.count() == 1


def test_the_vocabulary_counts_documents() -> None:
    first = publish(make_document("Eins", "Wellensittich Wellensittich"))
    publish(make_document("Zwei", "Wellensittich"))
    assert VocabularyWord.objects.get(folded="wellensittich").documents == 2
    withdraw(first)
    assert VocabularyWord.objects.get(folded="wellensittich").documents == 1


def test_an_unreadable_document_is_no_result_and_stops_nothing() -> None:
    entry = store(make_document("Zukunft", "Sensorik"))
    entry.body = entry.body.replace("wissenshub/1.2", "wissenshub/9.0")
    entry.save()
    publish(make_document("Gegenwart", "Sensorik"))
    assert titles(search("Sensorik")) == ["Gegenwart"]


@pytest.mark.parametrize(
    "text",
    [
        "x" * 10_000,
        "wort " * 2_000,
        "'; DROP TABLE search_searchrecord; --",
        "a & b | !c <-> (d:*)",
        "\"'\\'':*&|!()<>",
        "100% _under_ %s %(match)s {0}",
        "nul\x00nul",
        "\ud800",
        "\u202e\u200b\ufeff",
        "-" * 300,
        "§" * 300,
        "1/2/3-4.5_6" * 30,
        "{[()]}",
        "😀 Sensorik 😀",
    ],
)
def test_hostile_text_is_only_text(text: str) -> None:
    publish(make_document("Bericht", "Sensorik"))
    results = search(text, filters={"topics": (text[:50].replace("\x00", "").replace("\ud800", ""),)})
    assert results.total == 0
    assert SearchRecord.objects.count() == 1


def test_only_stop_words_find_nothing() -> None:
    publish(make_document("Bericht", "und oder aber"))
    assert search("und oder").total == 0


def test_a_statement_that_takes_too_long_ends_as_a_clear_error() -> None:
    parameters = connection.get_connection_params()
    other = psycopg.connect(
        **{name: parameters[name] for name in ("dbname", "user", "host") if name in parameters}
    )
    with other, other.transaction():
        other.execute("LOCK TABLE search_searchrecord IN ACCESS EXCLUSIVE MODE")
        with pytest.raises(EngineUnavailable, match="statement timeout"):
            PostgresEngine(timeout_ms=50).search(Query(text="Sensorik"))
    assert search("Sensorik").total == 0
    with connection.cursor() as cursor:
        cursor.execute("SHOW statement_timeout")
        assert cursor.fetchone() == ("0",)


def test_the_number_of_queries_does_not_grow(django_assert_num_queries: Any) -> None:
    for number in range(30):
        publish(make_document(f"Bericht {number}", "Sensorik", topics=("ki",)))
        if number in {0, 29}:
            # savepoint, timeout, vocabulary, counts, hits, timeout back, savepoint
            with django_assert_num_queries(7):
                assert search("Sensorik", size=30).total == number + 1
