"""The towns like one of them, with what they run."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client

from hub.catalogue.models import State
from hub.documents import Case, Contact, Costs
from tests.site.similar_towns import (
    FAR,
    MINE,
    NEXT,
    TWIN,
    VILLAGE,
    YESTERDAY,
    add_adoption,
    add_module,
    add_report,
    add_town,
    names,
    open_similar_towns,
    page_of,
)
from tests.theme.entries import add_entry, make_document

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(db: None) -> Client:
    return open_similar_towns()


def test_the_most_alike_come_first(client: Client) -> None:
    for key in (VILLAGE, FAR, NEXT, TWIN):
        add_report(f"Bericht {key}", key)
    assert names(client) == ["Zwillingsstadt", "Nachbarstadt", "Großstadt", "Dorfheim"]


def test_equal_scores_go_by_distance_then_by_name(client: Client) -> None:
    add_town("07137005", "Bergstadt", 24_000, latitude=50.31)
    add_town("07137006", "Auenstadt", 24_000, latitude=50.31)
    add_town("07137007", "Ohneort", 24_000, latitude=None, longitude=None)
    for key in ("07137007", "07137005", TWIN, "07137006"):
        add_report(f"Bericht {key}", key)
    assert names(client) == ["Auenstadt", "Bergstadt", "Zwillingsstadt", "Ohneort"]


def test_only_bodies_that_run_something_are_listed_until_all_are_asked_for(client: Client) -> None:
    add_report("Bericht")
    assert names(client) == ["Zwillingsstadt"]
    page = page_of(client, f"/aehnlich/{MINE}/")
    assert 'href="?alle=1">Alle Kommunen zeigen</a>' in page
    assert names(client, "?alle=1") == ["Zwillingsstadt", "Nachbarstadt", "Großstadt", "Dorfheim"]
    assert "Nur Kommunen, die etwas veröffentlicht" in page_of(client, f"/aehnlich/{MINE}/?alle=1")


def test_it_says_when_nobody_of_that_size_has_published_anything(client: Client) -> None:
    nobody = "Noch keine Kommune in der Größe von Meinstadt hat etwas veröffentlicht. Das sind die nächst"
    add_report("Bericht", FAR)
    assert nobody in page_of(client, f"/aehnlich/{MINE}/")
    assert "hat dazu etwas veröffentlicht" in page_of(client, f"/aehnlich/{MINE}/?q=Bericht")
    assert "Noch keine Kommune in der" not in page_of(client, f"/aehnlich/{MINE}/?alle=1")
    add_report("Bericht", TWIN)
    assert "Noch keine Kommune in der" not in page_of(client, f"/aehnlich/{MINE}/")


def test_it_says_nothing_of_sizes_where_the_own_is_unknown(client: Client) -> None:
    add_town("07137010", "Ohnezahl", None)
    add_report("Bericht", FAR)
    assert "Noch keine Kommune in der" not in page_of(client, "/aehnlich/07137010/")


def test_a_body_without_known_inhabitants_comes_last_and_it_says_what_is_missing(client: Client) -> None:
    add_town("07137008", "Ungezählt", None)
    add_report("Bericht", "07137008")
    add_report("Bericht", FAR)
    assert names(client) == ["Großstadt", "Ungezählt"]
    page = page_of(client, f"/aehnlich/{MINE}/")
    assert "Nicht vergleichbar, es fehlt: Einwohner von Ungezählt." in page
    assert "kein Wert" in page


def test_the_page_says_what_it_costs_and_who_answers(client: Client) -> None:
    add_report(
        "Bauantrag online",
        costs=Costs(once_eur=48_000, monthly_eur=600),
        contact=Contact(role="Bauamt", email="bau@zwilling.demo.invalid", phone="+49 261 1"),
    )
    page = page_of(client, f"/aehnlich/{MINE}/")
    for wording in (
        ">Bauantrag online</a>",
        "48.000\u00a0€",
        "2,00\u00a0€ je Einwohner",
        "600\u00a0€",
        "0,30\u00a0€ je Einwohner im Jahr",
        '<a href="mailto:bau@zwilling.demo.invalid">Bauamt</a>',
        '<a href="tel:+49 261 1">',
        "Im Betrieb",
    ):
        assert wording in page, wording


def test_unknown_costs_and_contacts_are_said_to_be_unknown(client: Client) -> None:
    add_report("Bericht", costs=Costs(), contact=None)
    part = page_of(client, f"/aehnlich/{MINE}/").partition('class="similar-run"')[2]
    assert part.count("unbekannt") == 2
    assert "noch nicht genannt" in part


def test_the_score_is_explained_in_words_and_points(client: Client) -> None:
    add_report("Mein Bericht", MINE, software=("Nextcloud 28", "ALLRIS"))
    add_report("Bericht", NEXT, software=("NextCloud (gehostet)", "SessionNet"))
    page = page_of(client, f"/aehnlich/{MINE}/")
    # 20 + 25 + 15 * 0.5 + 20 * 0.5 = 62.5
    assert "<strong>63</strong> von 100" in page
    assert "benachbarte Größenklasse, gleiche Art (Stadt), nutzt auch Nextcloud" in page
    table = page.partition('class="similar-why"')[2].partition("</details>")[0]
    for wording in (
        "20.000 bis 49.999 Einwohner hier, 10.000 bis 19.999 Einwohner dort",
        "20,0 von 40",
        "480 Einwohner je km² hier, 240 dort",
        "7,5 von 15",
        "10,0 von 20",
    ):
        assert wording in table, wording


def test_software_that_is_only_planned_or_has_ended_is_not_in_use(client: Client) -> None:
    add_report("Mein Bericht", MINE, software=("Nextcloud",))
    for maturity in ("idea", "ended"):
        add_report("Bericht", case=Case(maturity=maturity, software=("Nextcloud",)))
    page = page_of(client, f"/aehnlich/{MINE}/")
    assert "nutzt auch" not in page
    assert "nicht von beiden bekannt, zählt daher nicht" in page


def test_who_adopted_the_same_module_has_it_in_common_unless_it_ended(client: Client) -> None:
    module = add_module()
    add_adoption(module, MINE)
    add_adoption(module, TWIN)
    add_adoption(module, NEXT, until=YESTERDAY)
    response = client.get(f"/aehnlich/{MINE}/")
    short = {shown.match.town.name: shown.short for shown in response.context["listing"].shown}
    assert "nutzt auch Formularserver" in short["Zwillingsstadt"]
    assert "nutzt auch Formularserver" in short["Großstadt"]  # it is their own
    assert "nutzt auch" not in short["Nachbarstadt"]
    assert "(beendet)" in response.content.decode()


def test_what_a_dissolved_body_left_counts_for_its_successor(client: Client) -> None:
    add_town("07137009", "Altdorf", 800, dissolved=dt.date(2024, 1, 1), successor_id=TWIN)
    add_report("Bericht aus Altdorf", "07137009")
    assert names(client) == ["Zwillingsstadt"]
    response = client.get("/aehnlich/07137009/")
    assert response.context["town"].key == TWIN


def test_search_words_and_topics_narrow_what_is_shown(client: Client) -> None:
    add_report("Bauantrag online", software=("Nextcloud",), topics=("digitale-dienste",))
    add_report("Parkraumsensorik", NEXT, topics=("mobilitaet",))
    module = add_module("Bürgerbeteiligung")
    add_adoption(module, VILLAGE, topics=())
    assert names(client, "?q=bauantrag") == ["Zwillingsstadt"]
    assert names(client, "?q=NEXTCLOUD") == ["Zwillingsstadt"]
    assert names(client, "?q=buergerbeteil") == ["Großstadt", "Dorfheim"]
    assert names(client, "?thema=mobilitaet&q=bauantrag") == []
    assert names(client, "?thema=digitale-dienste") == ["Zwillingsstadt"]
    (facet,) = client.get(f"/aehnlich/{MINE}/").context["listing"].facets
    assert {option.value: option.count for option in facet.options} == {
        "mobilitaet": 3,
        "digitale-dienste": 1,
    }


@pytest.mark.parametrize("query", ["?q=Drohne", "?thema=energie", "?q=%00", "?q=%25&seite=x", "?seite=99"])
def test_an_empty_page_says_how_to_go_on(client: Client, query: str) -> None:
    page = page_of(client, f"/aehnlich/{MINE}/{query}")
    assert 'class="empty stack"' in page
    assert 'href="/wissen/"' in page


def test_long_lists_are_paged(client: Client) -> None:
    for index in range(12):
        key = f"071380{index:02}"
        add_town(key, f"Ort {index:02}", 24_000)
        add_report(f"Bericht {index}", key)
    assert len(names(client)) == 10
    assert names(client, "?seite=2") == ["Ort 10", "Ort 11"]
    assert '<ol class="similar-list" start="11">' in page_of(client, f"/aehnlich/{MINE}/?seite=2")


def test_of_a_body_that_runs_much_three_are_shown_and_the_others_counted(client: Client) -> None:
    for index in range(5):
        add_report(f"Bericht {index}")
    page = page_of(client, f"/aehnlich/{MINE}/")
    assert page.count('class="similar-run"') == 3
    assert "2 weitere Beiträge von Zwillingsstadt" in page


@pytest.mark.parametrize("number", [1, 30])
def test_the_page_costs_the_same_queries_however_much_there_is(
    client: Client, django_assert_num_queries: Any, number: int
) -> None:
    module = add_module()
    for index in range(number):
        key = f"071380{index:02}"
        add_town(key, f"Ort {index:02}", 24_000)
        add_report(f"Bericht {index}", key, software=("Nextcloud",))
        add_adoption(module, key)
    with django_assert_num_queries(5):  # cold: position, bodies, what they run, the vocabulary, what is shown
        client.get(f"/aehnlich/{MINE}/")
    with django_assert_num_queries(4):  # warm: what they run is known
        client.get(f"/aehnlich/{MINE}/")
    with django_assert_num_queries(6):  # warm, and the document, what the town itself runs of it
        client.get(f"/aehnlich/{FAR}/?dokument={module.uuid}")


@pytest.mark.parametrize("key", ["99999999", "x", "07111000'--", "ä" * 300])
def test_an_unknown_key_answers_404_with_the_search(client: Client, key: str) -> None:
    response = client.get(f"/aehnlich/{key}/")
    assert response.status_code == 404
    assert 'action="/kommunen/"' in response.content.decode()


@pytest.mark.parametrize("gone", [{"audience": "members"}, {"state": State.WITHDRAWN}, {"hidden": True}])
def test_what_may_not_be_read_is_neither_shown_nor_counted_nor_in_common(
    client: Client, gone: dict[str, Any]
) -> None:
    audience = {"audience": gone.pop("audience")} if "audience" in gone else {}
    add_report("Mein Bericht", MINE, software=("Geheimsoft",))
    for title, key in (("Geheimes Vorhaben", TWIN), ("Auch geheim", NEXT)):
        case = Case(maturity="operation", software=("Geheimsoft",))
        add_entry(make_document(title, publishers=(key,), case=case, **audience), **gone)
    assert names(client) == []
    page = page_of(client, f"/aehnlich/{MINE}/?alle=1")
    assert "Geheim" not in page
    assert "nutzt auch" not in page


def test_the_formula_is_explained_with_an_example_that_adds_up(client: Client) -> None:
    page = page_of(client, "/aehnlich/formel/")
    for wording in (
        "Größenklasse: 20,0 von 40 Punkten",
        "Art der Körperschaft: 25,0 von 25 Punkten",
        "Bevölkerungsdichte: 12,0 von 15 Punkten",
        "Eingesetzte Software: 10,0 von 20 Punkten",
        "Zusammen: 67 von 100.",
        "20.000 bis 49.999 Einwohner",
    ):
        assert wording in page, wording


def test_the_page_of_a_body_leads_to_those_like_it(client: Client) -> None:
    assert f'href="/aehnlich/{MINE}/"' in page_of(client, f"/kommunen/{MINE}/")


@pytest.mark.parametrize("address", [f"/aehnlich/{MINE}/", "/aehnlich/?q=stadt", "/aehnlich/formel/"])
def test_no_script_or_style_stands_in_the_pages(client: Client, address: str) -> None:
    add_report("<script>alert(1)</script>")
    page = page_of(client, address)
    assert "<script" not in page
    assert "style=" not in page
