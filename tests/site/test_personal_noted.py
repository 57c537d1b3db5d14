"""What the start page says of those who lately took something over, or read it against what they know."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from content.statements.queries import said_lately
from hub.accounts.models import Role
from hub.accounts.roles import set_role
from hub.catalogue.models import CatalogueEntry
from hub.documents import Adoption, Audience, Viewer
from tests.factories.pages import add_body, add_module
from tests.factories.people import add_person
from tests.factories.statements import Town, add_town_here, entry_of, receive, received_statement

pytestmark = pytest.mark.django_db

KOBLENZ, MAINZ = "07111000", "07315000"


@pytest.fixture
def trier() -> Town:
    add_body(KOBLENZ, "Koblenz")
    return add_town_here()


@pytest.fixture
def module(trier: Town) -> CatalogueEntry:
    return entry_of(add_module(trier.section, "Ratsvorlage"))


@pytest.fixture
def client(settings: Any, trier: Town) -> Client:
    settings.SECOND_FACTOR_REQUIRED = False
    client = Client(headers={"accept-language": "de"})
    client.force_login(trier.editor)
    return client


def page_of(client: Client) -> str:
    return " ".join(client.get("/mein/").content.decode().split())


def test_editors_learn_who_uses_what_is_theirs(client: Client, module: CatalogueEntry) -> None:
    receive(received_statement(module))
    page = page_of(client)
    assert "Neu: Andere nutzen Ihre Beiträge oder lesen sie gegen" in page
    assert f'<a href="/nachnutzung/{module.uuid}/">Koblenz nutzt „Ratsvorlage“</a>' in page


def test_and_who_is_going_to(client: Client, module: CatalogueEntry) -> None:
    starts = timezone.localdate() + dt.timedelta(days=20)
    receive(received_statement(module, adoption=Adoption(since=starts)))
    assert "Koblenz wird „Ratsvorlage“ nutzen</a>" in page_of(client)


def test_and_who_has_checked_it(client: Client, module: CatalogueEntry) -> None:
    receive(received_statement(module, "check"))
    assert f'<a href="{module.get_absolute_url()}">Koblenz hat „Ratsvorlage“ gegengelesen</a>' in page_of(
        client
    )


def test_the_newest_stands_first(module: CatalogueEntry, trier: Town) -> None:
    for days, body in ((3, KOBLENZ), (1, MAINZ), (2, "07319000")):
        said = receive(received_statement(module, body=body))
        CatalogueEntry.objects.filter(pk=said.pk).update(
            first_published=timezone.now() - dt.timedelta(days=days)
        )
    noted = said_lately([trier.body.pk], Viewer.local(), timezone.now())
    assert [each.said.body for each in noted] == [MAINZ, "07319000", KOBLENZ]


def test_confirming_again_is_nothing_new(client: Client, module: CatalogueEntry) -> None:
    said = receive(received_statement(module))
    CatalogueEntry.objects.filter(pk=said.pk).update(first_published=timezone.now() - dt.timedelta(days=31))
    assert "Neu: Andere" not in page_of(client)


@pytest.mark.parametrize(
    "fields",
    [
        {"days_ago": 400},
        {"adoption": Adoption(until=dt.date(2020, 1, 1))},
        {"body": "07211000"},
        {"publishers": (KOBLENZ, MAINZ)},
        {"kind": "co_publication"},
    ],
    ids=["unconfirmed", "ended", "their own", "two speak", "published together"],
)
def test_what_does_not_count_is_not_noted(
    client: Client, module: CatalogueEntry, fields: dict[str, Any]
) -> None:
    receive(received_statement(module, **fields))
    assert "Neu: Andere" not in page_of(client)


def test_authors_and_other_bodies_are_not_told(client: Client, module: CatalogueEntry, trier: Town) -> None:
    receive(received_statement(module))
    author = add_person("autorin@trier.example", trier.body, Role.AUTHOR)
    stranger = add_town_here(MAINZ, "Mainz").editor
    for user in (author, stranger):
        client.force_login(user)
        assert "Neu: Andere" not in page_of(client)


def test_what_members_may_read_is_noted_for_them(client: Client, module: CatalogueEntry) -> None:
    receive(received_statement(module, audience=Audience.MEMBERS))
    assert "Koblenz nutzt" in page_of(client)


@pytest.mark.parametrize("number", [1, 30])
def test_more_of_it_costs_no_more_queries(
    client: Client, module: CatalogueEntry, trier: Town, django_assert_num_queries: Any, number: int
) -> None:
    set_role(trier.editor, add_body("07319000", "Worms"), Role.EDITOR)
    for index in range(number):
        body = add_body(f"0799{index:04}", f"Ort {index}")
        receive(received_statement(module, ("adoption", "check")[index % 2], body.pk))
    with django_assert_num_queries(1):
        assert len(said_lately([trier.body.pk], Viewer.local(), timezone.now())) == number
    client.get("/mein/")
    with django_assert_num_queries(33):
        assert client.get("/mein/").status_code == 200
