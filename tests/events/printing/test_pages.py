"""The page that offers what can be printed, and who may have what."""

from __future__ import annotations

import uuid

import pytest
from django.http import Http404
from django.test import RequestFactory
from django.utils import timezone

from events.models import Question
from events.planning.releases import release_programme
from events.printing.parts import list_parts, take_part
from hub.accounts.models import User
from hub.catalogue.settling import settle
from tests.events.printing.conftest import add_people, release_plan
from tests.factories.events import add_desk, add_event, add_session, put

PRIVATE = (
    "", "raeume.pdf", "sessionkarten.pdf", "namensschilder.pdf",
    "unterschriften.pdf", "evakuierung.pdf", "verpflegung.pdf",
)  # fmt: skip
PUBLIC = ("druck/programm.pdf", "schedule.xml", "schedule.json")


def test_the_page_offers_everything_there_is(organiser, url, desk, release) -> None:
    add_people(desk, 3)
    Question.objects.create(desk=desk, label="Essen", kind=Question.Kind.ONE, choices="Vegan\nAlles")
    page = organiser.get(f"{url}druck/").content.decode()
    for address in (*(f"druck/{each}" for each in PRIVATE[1:]), *PUBLIC):
        assert f"{url}{address}" in page, address
    assert "3 Namensschilder (PDF)" in page
    assert "Essen" in page


def test_it_says_what_is_missing(organiser, url, desk) -> None:
    page = organiser.get(f"{url}druck/").content.decode()
    assert "Noch ist kein Programm freigegeben." in page
    assert "Noch hat niemand einen Platz." in page
    for name in ("raeume", "sessionkarten", "namensschilder", "programm"):
        assert organiser.get(f"{url}druck/{name}.pdf").status_code == 404
    for name in ("unterschriften", "evakuierung", "verpflegung"):
        assert organiser.get(f"{url}druck/{name}.pdf").status_code == 200


def test_it_warns_of_a_plan_that_was_changed_since(organiser, url, plan, release) -> None:
    release_programme(plan, "Programm 2", "", None, timezone.now())
    assert "Der Plan hat sich seitdem geändert." not in organiser.get(f"{url}druck/").content.decode()
    add_session(plan, "Erst vorgeschlagen", state="proposed")
    plan.version += 1
    plan.save()
    assert "Der Plan hat sich seitdem geändert." not in organiser.get(f"{url}druck/").content.decode()
    put(add_session(plan, "Später Gast"), plan.rooms.get(name="Raum 2"), 15, 16)
    assert "Der Plan hat sich seitdem geändert." in organiser.get(f"{url}druck/").content.decode()


def test_its_queries_do_not_grow(organiser, url, desk, plan, release, django_assert_num_queries) -> None:
    organiser.get(f"{url}druck/")
    add_people(desk, 1)
    with django_assert_num_queries(QUERIES):
        organiser.get(f"{url}druck/")
    add_people_more(desk)
    for hour in (11, 13, 14):
        put(add_session(plan, f"Um {hour}"), plan.rooms.get(name="Raum 2"), hour, hour + 1)
    release_plan(plan, "Zwei", number=2)
    with django_assert_num_queries(QUERIES):
        organiser.get(f"{url}druck/")


def add_people_more(desk) -> None:
    desk.people.all().delete()
    add_people(desk, 3)


QUERIES = 15


@pytest.mark.parametrize("count", [1, 3])
def test_queries_of_the_lists_do_not_grow(organiser, url, desk, count, django_assert_num_queries) -> None:
    organiser.get(f"{url}druck/evakuierung.pdf")
    add_people(desk, count)
    with django_assert_num_queries(4):
        organiser.get(f"{url}druck/unterschriften.pdf")
    with django_assert_num_queries(6):
        organiser.get(f"{url}druck/namensschilder.pdf")


@pytest.mark.parametrize("name", PRIVATE)
def test_only_organisers_print_what_is_theirs(client, url, desk, release, name) -> None:
    response = client.get(f"{url}druck/{name}")
    assert response.status_code == 302
    assert "/login/" in response["Location"]
    client.force_login(User.objects.create_user("gast@mainz.demo.invalid", "x"))
    assert client.get(f"{url}druck/{name}").status_code == 403


def test_nothing_is_printed_of_an_event_that_is_not_organised_here(organiser) -> None:
    for name in ("druck/", "druck/evakuierung.pdf", *PUBLIC):
        assert organiser.get(f"/veranstaltungen/{uuid.uuid4()}/{name}").status_code == 404
    assert organiser.post(f"/veranstaltungen/{uuid.uuid4()}/druck/").status_code == 405


@pytest.mark.parametrize("name", PUBLIC)
def test_everybody_who_reads_the_event_has_its_programme_and_nobody_else(
    client, section, url, release, name
) -> None:
    assert client.get(f"{url}{name}").status_code == 200
    closed = add_event(section, "Nur für Mitglieder", audience="members")
    plan = release.plan
    other = type(plan).objects.create(desk=add_desk(closed))
    release_plan(other, slots=release.slots)
    settle()
    assert client.get(f"/veranstaltungen/{closed.translation_key}/{name}").status_code == 404


def test_a_public_file_is_not_sent_twice(client, url, release) -> None:
    for name in PUBLIC:
        first = client.get(f"{url}{name}")
        again = client.get(f"{url}{name}")
        assert again.content == first.content, name
        unchanged = client.get(f"{url}{name}", headers={"If-None-Match": first["ETag"]})
        assert (unchanged.status_code, unchanged.content) == (304, b""), name
    release_plan(release.plan, "Zwei", number=2)
    assert client.get(f"{url}schedule.xml", headers={"If-None-Match": first["ETag"]}).status_code == 200


@pytest.mark.parametrize(
    "query",
    [
        "?teil=0",
        "?teil=2",
        "?teil=-1",
        "?teil=x",
        "?teil=99999",
        "?teil=²",
        "?tag=gestern",
        "?tag=1999-01-01",
        "?tag=2027-02-31",
    ],
)
def test_a_part_or_day_that_is_not_there_is_404(organiser, url, desk, query) -> None:
    add_people(desk, 1)
    assert organiser.get(f"{url}druck/unterschriften.pdf{query}").status_code == 404


def test_parts_hold_everything_once() -> None:
    items = list(range(1, 252))
    parts = list_parts(len(items), 100)
    assert [(each.number, each.first, each.last) for each in parts] == [
        (1, 1, 100),
        (2, 101, 200),
        (3, 201, 251),
    ]
    asked = [RequestFactory().get("/", {"teil": each.number}) for each in parts]
    assert [item for each in asked for item in take_part(each, items, 100)[0]] == items
    with pytest.raises(Http404):
        take_part(RequestFactory().get("/?teil=4"), items, 100)
    assert take_part(RequestFactory().get("/"), [], 100) == ([], 1)
