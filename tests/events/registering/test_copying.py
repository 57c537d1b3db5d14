"""Guests load a copy of what is stored about them: of one event by its link, of all by a mail."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest
from django.core import signing
from django.utils import timezone

from events.models import EventDesk, Letter, Person
from events.people import FEED, participation_url, write_token
from events.registering import copying, limiting, services
from events.registering.addresses import renew_link
from hub.env import env
from tests.events.registering.conftest import account, letters, page, sign_up
from tests.factories.events import add_desk, add_event, add_participant, add_plan, add_session

KIM = "kim@stadt.demo.invalid"


def link(person: Person) -> str:
    return participation_url(person).removeprefix(env.origin)


def read(response: Any) -> dict[str, Any]:
    assert response.status_code == 200
    assert response["Content-Disposition"] == 'attachment; filename="meine-daten.json"'
    assert "no-store" in response["Cache-Control"]
    held: dict[str, Any] = json.loads(response.content)
    return held


def titles(held: dict[str, Any]) -> list[str]:
    return sorted(row["desk__event__title"] for row in held["people"])


@pytest.fixture
def kim(desk: EventDesk) -> Person:
    person = add_participant(desk, "Kim")
    services.take_part(person, timezone.now())
    return person


@pytest.fixture
def elsewhere(section: Any) -> Person:
    """Kim in another event, as a guest who confirmed the same address."""
    return add_participant(add_desk(add_event(section, "Fachtag")), "Kim")


def open_mail(client: Any, person: Person) -> str:
    client.post(link(person) + "kopie/", {"action": "everywhere"})
    letter = Letter.objects.filter(name="data_copy").latest("pk")
    assert letter.address == person.email
    return str(letter.text.split(env.origin)[1].split()[0])


def test_the_link_gives_what_its_event_stores_and_nothing_of_another(client, desk, kim, elsewhere):
    other = add_participant(desk, "Alex")
    add_session(add_plan(desk), "Von Kim", proposer=kim)
    where = link(kim) + "kopie/"
    assert f'href="{where}"' in page(client.get(link(kim)))
    assert "Ihr Link gilt nur für diese Veranstaltung" in page(client.get(where))
    held = read(client.post(where, {"action": "file"}))
    assert titles(held) == ["Barcamp"]
    assert held["people"][0]["email"] == KIM
    assert [row["title"] for row in held["proposals"]] == ["Von Kim"]
    assert [row["state"] for row in held["registrations"]] == ["confirmed"]
    assert [row["subject"] for row in held["mails"]] == ["Sie sind dabei: Barcamp"]
    assert other.email not in json.dumps(held)


def test_the_copy_over_all_events_needs_the_mailbox(client, kim, elsewhere):
    asked = page(client.post(link(kim) + "kopie/", {"action": "everywhere"}, follow=True))
    assert "Eine Mail mit dem Link ist unterwegs" in asked
    assert "/teilnahme/kopie/" not in asked, "who holds the link alone does not see it"
    copied = client.post(link(kim) + "kopie/", {"action": "file"})
    assert [row["text"] for row in read(copied)["mails"]][-1] == "", "nor reads it in the copy of the event"
    assert "/kopie/" not in copied.content.decode()
    where = open_mail(client, kim)
    shown = page(client.get(where))
    assert "Barcamp" in shown
    assert "Fachtag" in shown
    assert titles(read(client.post(where))) == ["Barcamp", "Fachtag"]


@pytest.mark.parametrize("fields", [{"confirmed": None}, {"email": "k.andere@stadt.demo.invalid"}])
def test_what_is_not_proven_to_be_theirs_is_left_out(client, kim, elsewhere, fields):
    Person.objects.filter(pk=elsewhere.pk).update(**fields)
    assert titles(read(client.post(open_mail(client, kim)))) == ["Barcamp"]


def test_what_belongs_to_an_account_is_given_to_it_alone(client, kim, elsewhere):
    Person.objects.filter(pk=elsewhere.pk).update(user=account("Ada"))
    assert titles(read(client.post(open_mail(client, kim)))) == ["Barcamp"]


def test_who_has_an_account_is_shown_the_way_to_its_copy(client, desk):
    ada = sign_up(desk, "Ada").person
    where = link(ada) + "kopie/"
    assert 'href="/mein/daten/"' in page(client.get(where))
    assert titles(read(client.post(where, {"action": "file"}))) == ["Barcamp"]
    client.post(where, {"action": "everywhere"})
    assert "data_copy" not in letters(ada)


def test_who_did_not_confirm_the_address_gets_no_link_to_others(client, desk, elsewhere):
    kim = add_participant(desk, "Kim", confirmed=None)
    where = link(kim) + "kopie/"
    assert "everywhere" not in page(client.get(where))
    client.post(where, {"action": "everywhere"})
    assert letters(kim) == []


def test_the_mailed_link_ends_with_its_time_its_person_and_a_new_link(client, kim, monkeypatch):
    where = open_mail(client, kim)
    assert client.get(where).status_code == 200
    forged = where.replace("kopie/", "kopie/x")
    assert client.get(forged).status_code == client.post(forged).status_code == 404
    renew_link(kim)
    assert client.post(where).status_code == 404
    kim.refresh_from_db()
    held = signing.dumps([kim.pk.hex, kim.link_version, KIM], salt="events.address").replace(":", "~")
    assert client.get(f"/veranstaltungen/teilnahme/kopie/{held}/").status_code == 404, "made for another use"
    fresh = f"/veranstaltungen/teilnahme/kopie/{copying.write_proof(kim)}/"
    assert client.get(fresh).status_code == 200
    monkeypatch.setattr(copying, "WORKS_FOR", dt.timedelta(seconds=-1))
    assert client.post(fresh).status_code == 404


def test_a_link_of_a_calendar_or_a_forged_one_gives_nothing(client, kim):
    for token in (write_token(kim, FEED), write_token(kim)[:-1] + "x"):
        where = f"/veranstaltungen/teilnahme/{token}/kopie/"
        assert client.get(where).status_code == client.post(where).status_code == 404


def test_it_is_limited_like_other_forms(client, kim, monkeypatch):
    monkeypatch.setitem(limiting.LIMITS, limiting.SENDER, "1/h/key")
    where = link(kim) + "kopie/"
    read(client.post(where))
    assert "Das war zu oft" in page(client.post(where))
    assert "Das war zu oft" in page(client.post(where, {"action": "everywhere"}, follow=True))
