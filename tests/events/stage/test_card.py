"""The page behind the code on a session's card."""

from __future__ import annotations

import pytest
from django.utils import timezone

from events.models import Session
from events.planning.releases import release_programme
from events.printing.codes import Codes
from events.printing.released import find_released
from events.printing.signs import build_cards, list_sessions
from hub.catalogue.settling import settle
from tests.events.stage.conftest import propose
from tests.events.stage.test_wall import place_of
from tests.factories.events import add_desk, add_event, add_host, add_plan, add_session, put

pytestmark = pytest.mark.django_db
CARD_QUERIES = 18


@pytest.fixture
def session(plan, rooms):
    found = add_session(plan, "KI im Bürgerbüro", summary="Was wir gelernt haben.", co_hosts="Alex Beispiel")
    put(found, rooms[0], 9, 10)
    return found


def body(client, address):
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


def test_everybody_reads_what_it_is_about(guest, url, session):
    page = body(guest, url("card", session.pk))
    assert all(words in page for words in ("KI im Bürgerbüro", "Was wir gelernt haben.", "Alex Beispiel"))
    assert "<button" not in page.partition("<main")[2].partition("</main>")[0]


def test_a_place_that_is_not_released_is_not_told_before_the_day(guest, helper, url, plan, session):
    assert "Raum 1" not in body(guest, url("card", session.pk))
    assert "Raum 1" in body(helper, url("card", session.pk))
    release_programme(plan, "Erste", "", None, timezone.now())
    assert "Raum 1" in body(guest, url("card", session.pk))


def test_on_the_day_the_place_is_that_of_the_plan(guest, url, plan, rooms, session, going_on):
    assert "Raum 1" in body(guest, url("card", session.pk))
    session.placement.delete()
    assert "noch keinen Platz" in body(guest, url("card", session.pk))


def test_those_at_the_wall_move_it_and_come_back(helper, url, rooms, session):
    page = body(helper, url("card", session.pk))
    assert 'name="back" value="card"' in page
    data = {"key": "7d2f1c1e-58a5-4a51-9a43-7a3f1a2f9b10", "session": str(session.pk), "seen": "0"}
    data |= {"place": place_of(rooms[1], 9), "back": "card"}
    response = helper.post(url("wall"), data)
    assert response["Location"] == url("card", session.pk)
    assert "Raum 2" in body(helper, url("card", session.pk))


def test_notes_are_offered_to_those_who_take_part(guest, stranger, helper, member, organiser, url, session):
    note, people = url("note", session.pk), (guest, stranger, helper, member, organiser)
    shown = [note in body(client, url("card", session.pk)) for client in people]
    assert shown == [False, False, False, True, True]


@pytest.mark.parametrize("state", ["unconfirmed", "declined", "withdrawn"])
def test_what_is_not_offered_is_for_those_at_the_wall_alone(guest, helper, url, plan, state):
    address = url("card", propose(plan, "Nicht dabei", state=state).pk)
    assert guest.get(address).status_code == 404
    assert "Nicht dabei" in body(helper, address)


def test_cards_of_other_events_and_events_nobody_may_read(section, guest, helper, url, plan, session):
    foreign = add_session(add_plan(add_desk(add_event(section, "Anderes"))), "Fremd")
    settle()
    assert helper.get(url("card", foreign.pk)).status_code == 404
    session.plan.desk.event.unpublish()
    settle()
    assert guest.get(url("card", session.pk)).status_code in (404, 410)


def test_the_code_on_a_printed_card_leads_here(plan, desk, session, url):
    release_programme(plan, "Erste", "", None, timezone.now())
    released = find_released(desk)
    codes = Codes()
    build_cards(released, list_sessions(released), codes)
    (address,) = codes.known
    assert address.endswith(url("card", session.pk))
    assert address.startswith("http")


@pytest.mark.parametrize("number", [1, 3])
def test_the_page_takes_as_many_queries_for_three_as_for_one(
    helper, url, plan, rooms, number, django_assert_num_queries
):
    for each in range(number):
        put(add_session(plan, f"Hängt {each}", add_host(plan, f"Host {each}")), rooms[0], 9 + each, 10 + each)
    address = url("card", Session.objects.first().pk)
    helper.get(address)
    with django_assert_num_queries(CARD_QUERIES):
        body(helper, address)
