"""Filters on the page of site search, and the ways out of them."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
from django.template.loader import render_to_string
from django.test import Client
from django.utils import timezone

from federation.models import Peer, PeerState
from hub.accounts.models import Preferences, User
from hub.catalogue.sources import name_sources
from hub.documents import Case, Costs, Module
from hub.env import env
from hub.municipalities.models import Body
from search.engines import choosing
from search.engines.base import Query, Results
from search.showing import WayOut
from tests.search.catalogue import KOBLENZ, MAINZ, make_document, publish
from theme.facets import Option

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def bodies() -> None:
    for key, name, population in ((MAINZ, "Mainz", 220_000), (KOBLENZ, "Koblenz", 115_000)):
        fields = {"name": name, "kind": "city", "population": population}
        Body.objects.update_or_create(key=key, defaults=fields)


def get(client: Client, **params: Any) -> str:
    response = client.get("/suche/", params)
    assert response.status_code == 200
    return response.content.decode()


def test_facets_are_checkboxes_with_counts_and_state_in_the_address(client: Client) -> None:
    publish(make_document("Eins", "Sensorik", topics=("ki",), publishers=(MAINZ,)))
    publish(make_document("Zwei", "Sensorik", topics=("energie",), publishers=(KOBLENZ,)))
    page = get(client, q="Sensorik", thema="ki")
    assert re.search(r'name="thema" value="ki" checked', page)
    assert re.search(r'name="thema" value="energie">', page)
    assert "Eins" in page
    assert ">Zwei<" not in page
    both = get(client, q="Sensorik", thema=["ki", "energie"])
    assert ">Zwei<" in both


def test_every_facet_of_the_list_filters_the_search_too(client: Client) -> None:
    publish(
        make_document(
            "Sensoren im Park",
            "Sensorik",
            kind="module",
            case=None,
            module=Module(type="software", licence="EUPL-1.2"),
            costs=Costs(once_eur=4_000),
            topics=("smart-city",),
            publishers=(KOBLENZ,),
        )
    )
    publish(make_document("Sensoren im Bus", "Sensorik", case=Case(maturity="pilot"), publishers=(MAINZ,)))
    chosen = {
        "thema": "smart-city",
        "art": "module",
        "region": KOBLENZ,
        "groesse": "100000",
        "kommune": KOBLENZ,
        "kosten": "10000",
        "lizenz": "EUPL-1.2",
        "sprache": "de",
        "instanz": "local",
    }
    for name, value in chosen.items():
        page = get(client, q="Sensorik", **{name: value})
        assert f'name="{name}" value="{value}" checked' in page, name
        assert ("im Park" in page, "im Bus" in page) == (True, name in {"sprache", "instanz"}), name
    assert "im Bus" in get(client, q="Sensorik", reife="pilot")
    assert "im Park" not in get(client, q="Sensorik", reife="pilot")
    page = get(client, q="Sensorik", instanz="local", sprache="de")
    for label in ("100.000 bis 199.999", "über 1.000 bis 10.000", f"{env.name} (diese Instanz)", "Deutsch"):
        assert f'<span class="facet-label">{label}' in page


def test_a_hub_is_called_by_its_name(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    publish(make_document("Eins", "Sensorik", origin="https://trier.example"), source="trier")
    assert '<span class="facet-label">trier</span>' in get(client, q="Sensorik", instanz="trier")
    monkeypatch.setattr(
        "hub.catalogue.sources._namings", [lambda sources: dict.fromkeys(sources, "Trier an der Mosel")]
    )
    assert '<span class="facet-label">Trier an der Mosel</span>' in get(client, q="Sensorik", instanz="trier")


def published_on(title: str, year: int) -> None:
    at = dt.datetime(year, 6, 1, 12, tzinfo=timezone.get_current_timezone())
    publish(make_document(title, "Sensorik"), at=at)


def test_days_of_publication_narrow_the_search(client: Client) -> None:
    for year in (2024, 2025, 2026):
        published_on(f"Bericht von {year}", year)
    page = get(client, q="Sensorik", von="2025-01-01", bis="31.12.2025")
    assert re.findall(r"Bericht von (\d+)</a>", page) == ["2025"]
    assert 'name="von" value="2025-01-01"' in page
    assert 'name="bis" value="2025-12-31"' in page
    assert '<a class="chip" href="?q=Sensorik">' in page
    assert re.findall(r"Bericht von (\d+)</a>", get(client, q="Sensorik", von="2026-01-01")) == ["2026"]
    assert re.findall(r"Bericht von (\d+)</a>", get(client, q="Sensorik", bis="2024-06-01")) == ["2024"]


def test_days_in_the_wrong_order_are_turned_and_that_is_said(client: Client) -> None:
    published_on("Bericht", 2025)
    page = get(client, q="Sensorik", von="2025-12-31", bis="2025-01-01")
    assert "Der erste Tag lag nach dem letzten." in page
    assert "1 Treffer" in page


@pytest.mark.parametrize(
    ("params", "note"),
    [
        ({"von": "gestern"}, "Ein Tag war nicht zu lesen"),
        ({"bis": "2025-02-30"}, "Ein Tag war nicht zu lesen"),
        ({"von": "31.31.2025"}, "Ein Tag war nicht zu lesen"),
        ({"jahr": "zwei"}, "Ein Teil der Adresse wurde nicht verstanden"),
        ({"kosten": "billig"}, "Ein Teil der Adresse wurde nicht verstanden"),
    ],
)
def test_what_cannot_be_meant_is_left_out_and_that_is_said(
    client: Client, params: dict[str, str], note: str
) -> None:
    publish(make_document("Eins", "Sensorik"))
    page = get(client, q="Sensorik", **params)
    assert note in page
    assert "1 Treffer" in page


def test_an_empty_parameter_is_nothing_to_complain_of(client: Client) -> None:
    publish(make_document("Eins", "Sensorik"))
    page = get(client, q="Sensorik", von="", bis="", thema="")
    assert "nicht verstanden" not in page


def test_only_filters_leave_nothing_and_each_way_out_has_its_number(client: Client) -> None:
    published_on("Eins", 2025)
    published_on("Zwei", 2025)
    publish(make_document("Drei", "Text", topics=("recht",)))
    page = get(client, q="Sensorik", thema="recht", von="2026-01-01")
    assert "0 Treffer" in page
    assert "Ohne alle Filter: 2 Treffer" in page
    assert "Ohne „Thema" not in page, "that alone would find nothing"
    page = get(client, q="Sensorik", thema="recht", art="case_report")
    assert "Ohne „Thema: Recht und Datenschutz“: 2 Treffer" in page
    assert '<a href="?q=Sensorik&amp;art=case_report">' in page


def test_the_own_region_is_one_click_away(client: Client) -> None:
    publish(make_document("Eins", "Sensorik", publishers=(MAINZ,)))
    publish(make_document("Zwei", "Sensorik", publishers=(KOBLENZ,)))
    assert "In meiner Region" not in get(client, q="Sensorik")
    user = User.objects.create_user("eva@example.org", password="x")
    client.force_login(user)
    assert "In meiner Region" not in get(client, q="Sensorik"), "no region chosen, no body"
    Preferences.objects.create(user=user, region_id=KOBLENZ)
    page = get(client, q="Sensorik")
    assert f'<a href="?q=Sensorik&amp;region={KOBLENZ}">In meiner Region (Koblenz): 1 Treffer</a>' in page
    assert "In meiner Region" not in get(client, q="Sensorik", region=KOBLENZ)


def test_small_regions_and_what_is_chosen_are_never_cut_off(client: Client) -> None:
    keys = [f"07{number:06}" for number in range(70)]
    Body.objects.bulk_create(Body(key=key, name=f"Ort {key}", kind="city") for key in keys)
    for some in (keys[:35], keys[35:]):
        publish(make_document("Zusammen", "Sensorik", publishers=tuple(some)))
    user = User.objects.create_user("eva@example.org", password="x")
    Preferences.objects.create(user=user, region_id=keys[-1])
    client.force_login(user)
    page = get(client, q="Sensorik")
    assert f"In meiner Region (Ort {keys[-1]}): 1 Treffer" in page
    assert f'name="region" value="{keys[-1]}"' in page
    assert f'name="region" value="{keys[-2]}"' not in page
    assert "Region: 9 weitere Werte haben wenige Treffer." in page
    assert f'name="region" value="{keys[-2]}" checked' in get(client, q="Sensorik", region=keys[-2])


def test_ways_out_ask_the_engine_nothing_more(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    publish(make_document("Eins", "Sensorik"))
    asked: list[Query] = []

    def once(query: Query) -> Results:
        asked.append(query)
        return choosing.search(query)

    monkeypatch.setattr("search.site_search.search", once)
    page = get(client, q="Sensorik", thema="recht", von="2020-01-01")
    assert "Ohne „Thema: Recht und Datenschutz“: 1 Treffer" in page
    assert len(asked) == 1


def test_a_blocked_hub_is_not_named() -> None:
    Peer.objects.create(
        slug="trier",
        name="Trier",
        origin="https://trier.example",
        state=PeerState.BLOCKED,
        ed25519="k",
        rsa_pem="k",
        fingerprint="f",
    )
    assert name_sources(["trier"]) == {"trier": "trier"}
    Peer.objects.filter(slug="trier").update(state=PeerState.LEFT)
    assert name_sources(["trier"]) == {"trier": "Trier"}, "what it published stays readable"


def test_large_numbers_are_grouped_beside_filters_and_ways_out() -> None:
    value = Option("ki", "KI", 12_345, selected=False, remove="")
    option = render_to_string("theme/facet_option.html", {"option": value})
    assert '<span class="facet-count">12.345</span>' in option
    ways = [WayOut("Thema: KI", 1_234, "?q=Park")]
    nothing = render_to_string("search/nothing.html", {"results": Results(base=56_789), "ways_out": ways})
    assert "Ohne „Thema: KI“: 1.234 Treffer" in nothing
    assert "Ohne alle Filter: 56.789 Treffer" in nothing
