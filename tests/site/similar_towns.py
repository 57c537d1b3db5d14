"""Towns to be compared with each other, and what they run."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.test import Client
from django.utils import timezone

from hub.catalogue.models import CatalogueEntry
from hub.documents import Adoption, Case, Contact, Costs, Statement
from hub.municipalities.models import Body
from tests.theme.entries import add_entry, make_document

TODAY = timezone.localdate()
YESTERDAY = TODAY - dt.timedelta(days=1)
LONG_AGO, VERY_LONG_AGO = TODAY - dt.timedelta(days=380), TODAY - dt.timedelta(days=500)
MINE, TWIN, NEXT, VILLAGE, FAR = "07137001", "07137002", "07137003", "07137004", "07315000"


def open_similar_towns() -> Client:
    """Five towns, and somebody who looks at them."""
    add_town(MINE, "Meinstadt", 24_000)
    add_town(TWIN, "Zwillingsstadt", 24_000, latitude=50.6)
    add_town(NEXT, "Nachbarstadt", 12_000)
    add_town(VILLAGE, "Dorfheim", 900, Body.Kind.MUNICIPALITY)
    add_town(FAR, "Großstadt", 220_000, Body.Kind.CITY)
    return Client(headers={"accept-language": "de"})


def add_town(key: str, name: str, population: int | None, kind: str = Body.Kind.TOWN, **fields: Any) -> Body:
    values = {"area_ha": 5_000, "latitude": 50.3, "longitude": 7.3, **fields}
    return Body.objects.create(key=key, name=name, kind=kind, population=population, **values)


def add_report(
    title: str, key: str = TWIN, *, software: tuple[str, ...] = (), **fields: Any
) -> CatalogueEntry:
    case = Case(maturity="operation", software=software)
    return add_entry(make_document(title, publishers=(key,), **{"case": case, **fields}))


def add_module(title: str = "Formularserver", key: str = FAR, **fields: Any) -> CatalogueEntry:
    return add_entry(make_document(title, kind="module", case=None, costs=None, publishers=(key,), **fields))


def add_adoption(
    about: CatalogueEntry,
    key: str = TWIN,
    *,
    since: dt.date | None = None,
    until: dt.date | None = None,
    confirmed: dt.date | None = None,
    **fields: Any,
) -> CatalogueEntry:
    values = {
        "kind": "adoption",
        "case": None,
        "statement": Statement(about=about.object_id, confirmed=confirmed or TODAY),
        "adoption": Adoption(since=since, until=until),
        "costs": Costs(once_eur=4_800, monthly_eur=100),
        "contact": Contact(role="Stabsstelle Zukunft", email="zukunft@zwilling.demo.invalid"),
        "publishers": (key,),
        **fields,
    }
    return add_entry(make_document("Nachnutzung", **values))


def page_of(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200, address
    return response.content.decode().partition("<main")[2].partition("</main>")[0]


def names(client: Client, query: str = "", key: str = MINE) -> list[str]:
    response = client.get(f"/aehnlich/{key}/{query}")
    assert response.status_code == 200
    return [match.town.name for match in response.context["page"]]
