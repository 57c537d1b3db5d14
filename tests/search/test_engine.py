"""What every engine of site search does: one suite for all of them."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from hub.documents import Audience, Viewer
from hub.municipalities.models import Body
from search.engines.base import Sort
from search.models import VocabularyWord
from tests.search.asking import Search, counts, titles
from tests.search.catalogue import KOBLENZ, MAINZ, make_document, publish, store, withdraw

pytestmark = pytest.mark.django_db


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
def test_finds_by_word_typo_inflection_compound_and_umlaut(search: Search, query: str) -> None:
    Body.objects.update_or_create(key=MAINZ, defaults={"name": "Mainz", "kind": "city"})
    publish(
        make_document(
            "Kitaplatzvergabe in einem Lauf",
            "Nach § 24 SGB VIII half ein Zuordnungsverfahren. Zwillinge und ein Geschwisterkind "
            "mit Eingliederungshilfe waren der schwierige Fall.",
        )
    )
    publish(make_document("Radwege planen", "Ein Geoportal zeigt Unfälle an Kreuzungen."))
    results = search(query)
    assert (titles(results)[0], results.whole) == ("Kitaplatzvergabe in einem Lauf", 1)


def test_a_typo_is_said_and_a_known_word_is_not_corrected(search: Search) -> None:
    publish(make_document("Kitaplatzvergabe", "Text"))
    results = search("mainz kitaplatzvergbae heute")
    assert (results.total, results.did_you_mean) == (1, "mainz Kitaplatzvergabe heute")
    assert search("Kitaplatzvergabe").did_you_mean == ""
    assert search("Kitaplatz").did_you_mean == ""


def test_short_words_and_numbers_are_never_corrected(search: Search) -> None:
    publish(make_document("OZG im Blick", "Aktenzeichen 2024/0815"))
    assert search("OZK").total == 0
    assert search("2024/0816").total == 0
    assert search("2024/0815").total == 1


def test_the_corpus_teaches_compounds_the_lexicon_lacks(search: Search) -> None:
    publish(make_document("Drohnenbefliegung", "Vermessung der Quarzkuppel"))
    publish(make_document("Anderes", "Text"))
    assert titles(search("Drohnen")) == ["Drohnenbefliegung"]
    assert titles(search("Kuppeln")) == ["Drohnenbefliegung"]
    assert search("Drohne Text").relaxed


def test_parts_of_a_compound_must_stand_near_each_other(search: Search) -> None:
    publish(make_document("Nah", "Der Antrag auf den Bau wurde geprüft."))
    publish(make_document("Fern", "Der Antrag galt nicht dem Weg, sondern vor allem dem Bau."))
    publish(make_document("Wort", "Die Bauanträge kamen auf Papier."))
    assert sorted(titles(search("Bauantrag"))) == ["Nah", "Wort"]


def test_title_goes_before_summary_and_summary_before_text(search: Search) -> None:
    publish(make_document("Drittens", "Die Wärmeplanung wurde erwähnt, sonst nichts."))
    publish(make_document("Zweitens", "Anderes", summary="Es geht um Wärmeplanung."))
    publish(make_document("Wärmeplanung", "Anderes"))
    assert titles(search("Wärmeplanung")) == ["Wärmeplanung", "Zweitens", "Drittens"]


def test_all_words_first_and_most_words_where_few_have_all(search: Search) -> None:
    publish(make_document("Formular", "Das Formular im Bürgerservice."))
    publish(make_document("Chatbot", "Der Chatbot antwortet im Bürgerservice auf Fragen."))
    both = search("Chatbot Bürgerservice")
    assert (titles(both), both.relaxed, both.whole) == (["Chatbot", "Formular"], True, 1)
    none = search("Chatbot Bürgerservice Quantencomputer")
    assert (titles(none), none.relaxed, none.whole) == (["Chatbot", "Formular"], True, 0)


def test_one_text_with_all_words_does_not_hide_the_one_that_is_about_them(search: Search) -> None:
    publish(make_document("Protokoll", "Am Rande ging es um Fledermäuse, Leuchten und Wege."))
    publish(make_document("Fledermäuse und Leuchten", "Fledermäuse meiden Leuchten."))
    results = search("Fledermäuse Leuchten Wege")
    assert (titles(results), results.whole) == (["Protokoll", "Fledermäuse und Leuchten"], 1)
    pages = [titles(search("Fledermäuse Leuchten Wege", size=1, page=page)) for page in (1, 2)]
    assert pages == [["Protokoll"], ["Fledermäuse und Leuchten"]]


def test_nothing_follows_where_enough_holds_all_words_or_an_order_is_asked_for(search: Search) -> None:
    publish(make_document("Weg", "Nur Fledermäuse"))
    for number in range(2):
        publish(make_document(f"Lampe {number}", "Fledermäuse an Leuchten"))
    assert search("Fledermäuse Leuchten").total == 3
    newest = search("Fledermäuse Leuchten", sort=Sort.NEWEST)
    assert (titles(newest), newest.relaxed, newest.whole) == (["Lampe 1", "Lampe 0"], False, 2)
    publish(make_document("Lampe 2", "Fledermäuse an Leuchten"))
    enough = search("Fledermäuse Leuchten")
    assert (enough.total, enough.relaxed, enough.whole) == (3, False, 3)


def test_parts_of_a_compound_nobody_wrote_find_what_is_near(search: Search) -> None:
    publish(make_document("Antrag", "Wie man einen Antrag stellt.", topics=("recht",)))
    publish(make_document("Bauen", "Der Antrag auf den Bau und das Verfahren.", topics=("ki",)))
    publish(make_document("Anderes", "Text"))
    results = search("Bauantragsverfahren", filters={"topics": ("ki", "recht")})
    assert (titles(results)[-1], results.total, results.base) == ("Antrag", 2, 2)
    assert counts(results, "topics") == {"ki": 1, "recht": 1}


def test_identifiers_mean_themselves_alone(search: Search) -> None:
    publish(make_document("Bericht", "Nach § 24 und § 25."))
    publish(make_document("Anderes", "Nur § 24, gemäß DIN 5008."))
    both = search("§ 24 § 25")
    assert (titles(both), both.relaxed) == (["Bericht"], False)
    assert (search("§ 24 § 99").total, search("DIN5009").total) == (0, 0)


def test_the_rarer_word_weighs_more(search: Search) -> None:
    publish(make_document("Lauf", "Ein Weg für Fledermäuse."))
    for number in range(4):
        publish(make_document(f"Bericht {number}", "Ein Weg der Verwaltung."))
    results = search("Verwaltung Fledermäuse Quarzuhr")
    assert (titles(results)[0], results.whole, results.total) == ("Lauf", 0, 5)


def test_orders_and_pages(search: Search) -> None:
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
def test_what_is_restricted_leaves_no_trace(search: Search, audience: Audience) -> None:
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
        # „Register“ alone is a part of a word sought, and public.
        assert titles(results) == (["Offenes Register"] if "register" in text else [])
        assert (results.whole, results.did_you_mean, results.base) == (0, "", results.total)
        assert counts(results, "topics") == ({"ki": 1} if results.total else {})
    everything = search()
    assert everything.total == 1
    assert (counts(everything, "topics"), counts(everything, "maturity")) == ({"ki": 1}, {"pilot": 1})
    # A compound known only from the restricted text does not widen a public query either.
    assert {
        term for group in search("Register").groups for option in group.alternatives for term in option.terms
    } == {"regist"}
    insider = search("Geheimsahce", viewer=Viewer.local())
    assert (insider.total, insider.did_you_mean) == (1, "Geheimsache")


def test_a_document_that_becomes_restricted_is_gone_for_the_public(search: Search) -> None:
    document = make_document("Konzept", "Geheimsache")
    publish(document)
    publish(document.model_copy(update={"audience": Audience.MEMBERS}))
    assert search("Geheimsache").total == 0
    assert search("Geheimsahce").did_you_mean == ""
    assert search("Geheimsache", viewer=Viewer.member()).total == 1
    assert set(VocabularyWord.objects.values_list("audience", flat=True)) == {"members"}


def test_withdrawn_is_gone(search: Search) -> None:
    entry = publish(make_document("Abgelaufenes Verfahren", "Sensorik", topics=("ki",)))
    publish(make_document("Anderes", "Text"))
    assert search("Sensorik").total == 1
    withdraw(entry)
    assert search("Sensorik").total == 0
    assert counts(search(), "topics") == {}
    assert not VocabularyWord.objects.filter(folded="sensorik").exists()


def test_what_is_hidden_or_expired_is_gone(search: Search) -> None:
    publish(make_document("Verfahren", "Sensorik"), hidden=True)
    publish(make_document("Anderes Verfahren", "Sensorik", expires=dt.date(2020, 1, 1)))
    today = make_document("Noch heute", "Sensorik", expires=timezone.localdate())
    publish(today)
    assert titles(search("Sensorik")) == ["Noch heute"]


def test_a_correction_replaces_the_old_wording_and_its_words(search: Search) -> None:
    document = make_document("Bericht", "Alt heißt Zebrafink.")
    publish(document)
    texts = make_document("Bericht", "Neu heißt Wellensittich.").texts
    publish(document.model_copy(update={"texts": texts}))
    assert (search("Zebrafink").total, search("Wellensittich").total) == (0, 1)
    assert not VocabularyWord.objects.filter(folded="zebrafink").exists()
    assert VocabularyWord.objects.get(folded="heisst").documents == 1
    assert search().total == 1


def test_an_unreadable_document_is_no_result_and_stops_nothing(search: Search) -> None:
    entry = store(make_document("Zukunft", "Sensorik"))
    entry.body = entry.body.replace("wissenshub/1.3", "wissenshub/9.0")
    entry.save()
    publish(make_document("Gegenwart", "Sensorik"))
    assert titles(search("Sensorik")) == ["Gegenwart"]


def test_what_found_the_others_is_told_for_highlighting(search: Search) -> None:
    publish(make_document("Antrag", "Wie man einen Antrag stellt."))
    assert {group.term for group in search("Bauantragsverfahren").groups} >= {"antrag", "verfahr"}
    assert [group.term for group in search("Antrag").groups] == ["antrag"]
