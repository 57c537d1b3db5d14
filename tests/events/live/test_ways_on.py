"""On the day and afterwards: the ways from the board and from one's own page to notes, stage and results."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from events.models import Registration, Session
from events.people import participation_url
from events.planning.releases import release_programme
from hub.env import env
from tests.events.live.conftest import place, soon
from tests.factories.events import add_participant, add_seat, add_session

pytestmark = pytest.mark.django_db
State = Registration.State
QUERIES = 14
"""Of the board of somebody with a seat, on the day."""


@pytest.fixture
def base(desk) -> str:
    """The board."""
    return reverse("events:board", args=[desk.event.translation_key])


@pytest.fixture
def sessions(plan, rooms) -> list[Session]:
    """One that is going on, two later."""
    made = [add_session(plan, title) for title in ("Eins", "Zwei", "Drei")]
    for number, session in enumerate(made):
        place(session, rooms[0], -15 + 45 * number)
    return made


def known(desk, state: str = State.CONFIRMED) -> Client:
    """The browser of somebody who followed their link."""
    person = add_participant(desk, "Kim")
    add_seat(person, state)
    client = Client(headers={"accept-language": "de"})
    client.get(own_page(person))
    return client


def own_page(person) -> str:
    return participation_url(person).removeprefix(env.origin)


def notes_in(response, desk, sessions) -> int:
    key = desk.event.translation_key
    body = response.content.decode()
    return sum(f'href="{reverse("events:note", args=[key, each.pk])}"' in body for each in sessions)


def end(desk) -> None:
    """It was yesterday."""
    desk.event.starts, desk.event.ends = soon(-2000), soon(-1500)
    desk.event.save_revision().publish()


def test_who_may_write_finds_the_notes_of_each_session_on_the_board(desk, sessions, base, organiser):
    assert notes_in(organiser.get(base), desk, sessions) == 3
    assert notes_in(known(desk).get(base), desk, sessions) == 3


def test_nobody_else_does(desk, sessions, base, guest):
    assert notes_in(guest.get(base), desk, sessions) == 0
    assert notes_in(known(desk, State.WAITING).get(base), desk, sessions) == 0


def test_before_the_day_there_is_nothing_to_note(desk, plan, sessions, base, organiser):
    release_programme(plan, "Erste Fassung", "", None, soon(0))
    desk.event.starts, desk.event.ends = soon(2000), soon(2500)
    desk.event.save_revision().publish()
    assert notes_in(organiser.get(base), desk, sessions) == 0


@pytest.mark.parametrize("number", [1, 3])
def test_the_notes_cost_no_more_with_more_sessions(
    desk, plan, rooms, base, number, django_assert_num_queries
):
    for each in range(number):
        place(add_session(plan, f"Session {each}"), rooms[0], -15 + 45 * each)
    client = known(desk)
    with django_assert_num_queries(QUERIES):
        client.get(base)


def test_after_the_end_the_board_leads_to_the_results(desk, plan, sessions, base, guest):
    results = reverse("events:results", args=[desk.event.translation_key])
    assert results not in guest.get(base).content.decode()
    release_programme(plan, "Erste Fassung", "", None, soon(0))
    end(desk)
    assert f'href="{results}"' in guest.get(base).content.decode()


@pytest.mark.parametrize(("state", "shown"), [(State.CONFIRMED, True), (State.WAITING, False)])
def test_the_own_page_leads_to_the_stage_on_the_day(desk, plan, guest, state, shown):
    person = add_participant(desk, "Kim")
    add_seat(person, state)
    body = guest.get(own_page(person)).content.decode()
    assert (reverse("events:stage", args=[desk.event.translation_key]) in body) is shown


def test_the_own_page_leads_to_the_results_afterwards(desk, plan, guest):
    person = add_participant(desk, "Kim")
    add_seat(person)
    results = reverse("events:results", args=[desk.event.translation_key])
    assert results not in guest.get(own_page(person)).content.decode()
    end(desk)
    body = guest.get(own_page(person)).content.decode()
    assert results in body
    assert reverse("events:stage", args=[desk.event.translation_key]) not in body
