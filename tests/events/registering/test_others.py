"""Who has a seat sees who else comes and agreed to be named, and nobody else."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

from events.models import ConsentText, EventDesk, EventPage, Person
from events.people import participation_url
from events.registering import consents
from hub.env import env
from tests.events.registering.conftest import page
from tests.factories.events import add_participant, add_seat


def link(person: Person) -> str:
    return participation_url(person).removeprefix(env.origin)


@pytest.fixture
def text(desk: EventDesk) -> ConsentText:
    return ConsentText.objects.create(desk=desk, purpose="list", text="Mein Name darf in der Liste stehen.")


@pytest.fixture
def kim(desk: EventDesk) -> Person:
    person = add_participant(desk, "Kim")
    add_seat(person)
    return person


def add_named(
    desk: EventDesk, text: ConsentText, name: str, state: str = "confirmed", **fields: Any
) -> Person:
    person = add_participant(desk, name, **fields)
    add_seat(person, state)
    consents.give(person, text.pk, timezone.now())
    return person


def see(client: Any, person: Person, more: str = "") -> str:
    return page(client.get(link(person) + "dabei/" + more))


def test_names_and_affiliations_of_those_who_agreed_and_of_nobody_else(client, desk, text, kim):
    ada = add_named(desk, text, "Ada", affiliation="Stadt Trier")
    add_named(desk, text, "Ben", "waiting")
    add_named(desk, text, "Cem", "cancelled")
    add_seat(add_participant(desk, "Dea"))
    other = ConsentText.objects.create(desk=desk, purpose="photos", text="Fotos")
    eva = add_participant(desk, "Eva")
    add_seat(eva)
    consents.give(eva, other.pk, timezone.now())
    assert f'href="{link(kim)}dabei/"' in page(client.get(link(kim)))
    shown = see(client, kim)
    assert "Ada Beispiel" in shown
    assert "Stadt Trier" in shown
    assert ada.email not in shown
    for name in ("Ben", "Cem", "Dea", "Eva", "Kim"):
        assert f"{name} Beispiel" not in shown
    assert "Sie selbst stehen nicht in dieser Liste" in shown
    assert "Die anderen sehen in dieser Liste auch Sie." in see(client, ada)


def test_withdrawn_is_gone_at_once(client, desk, text, kim):
    ada = add_named(desk, text, "Ada")
    assert "Ada Beispiel" in see(client, kim)
    client.post(link(ada), {"action": "withdraw", "text": text.pk})
    shown = see(client, kim)
    assert "Ada Beispiel" not in shown
    assert "Noch hat niemand sonst zugestimmt" in shown


def test_what_was_given_to_an_earlier_wording_holds(client, desk, text, kim):
    add_named(desk, text, "Ada")
    ConsentText.objects.filter(pk=text.pk).update(retired=True)
    ConsentText.objects.create(desk=desk, purpose="list", text="Neu gefragt.")
    assert "Ada Beispiel" in see(client, kim)


@pytest.mark.parametrize("state", ["waiting", "cancelled", "unconfirmed", "expired", None])
def test_who_has_no_seat_sees_nobody(client, desk, text, state):
    add_named(desk, text, "Ada")
    lea = add_participant(desk, "Lea")
    if state:
        add_seat(lea, state)
    answer = client.get(link(lea) + "dabei/", follow=True)
    assert answer.redirect_chain[0][0] == link(lea)
    assert "Ada Beispiel" not in page(answer)
    assert "Wer noch kommt, sehen alle, die einen Platz haben" in page(answer)
    assert "dabei/" not in page(client.get(link(lea)))


def test_a_cancelled_event_and_a_forged_link_show_nobody(client, desk, text, kim):
    add_named(desk, text, "Ada")
    assert client.get("/veranstaltungen/teilnahme/erfunden/dabei/").status_code == 404
    EventPage.objects.filter(pk=desk.event_id).update(status="cancelled")
    assert "Ada Beispiel" not in page(client.get(link(kim) + "dabei/", follow=True))


def test_people_of_another_event_are_not_in_it(client, open_desk, desk, text, kim):
    there = open_desk()
    theirs = ConsentText.objects.create(desk=there, purpose="list", text="Dort")
    add_named(there, theirs, "Ada")
    assert "Ada Beispiel" not in see(client, kim)


def test_the_way_there_stands_only_where_it_is_asked(client, desk, kim):
    assert "dabei/" not in page(client.get(link(kim)))


@pytest.mark.parametrize("number", [1, 3])
def test_it_costs_the_same_for_one_and_for_three(client, desk, text, kim, django_assert_num_queries, number):
    for each in range(number):
        add_named(desk, text, f"Ada{each}")
    see(client, kim)
    with django_assert_num_queries(5):
        see(client, kim)


def test_many_stand_on_several_pages(client, desk, text, kim, monkeypatch):
    monkeypatch.setattr("events.registering.others.PER_PAGE", 2)
    for name in ("Ada", "Ben", "Cem"):
        add_named(desk, text, name, family_name=f"Z{name}")
    assert "Cem ZCem" not in see(client, kim)
    assert "seite=2" in see(client, kim)
    assert "Cem ZCem" in see(client, kim, "?seite=2")
