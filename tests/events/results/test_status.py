"""What became of every session: what can be said, and how it reads."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from events.models import Outcome, SessionNotePage
from events.planning.refusing import Refused
from events.results.services import clear_outcome, note_outcome
from events.results.status import Status, count_people, read_results
from hub.documents import Viewer
from tests.events.results.conftest import place, then
from tests.factories.events import add_participant, add_seat, add_session


def say(session, user, now, **said):
    return note_outcome(session.pk, user=user, now=now, **said)


def statuses(desk, now, viewer=None):
    rows = read_results(desk, viewer or Viewer.anonymous(), now).rows
    return {row.session.title: (row.status, row.reason) for row in rows}


def test_of_a_session_nothing_is_said_until_somebody_says_it(desk, plan, rooms, session, now) -> None:
    add_session(plan, "Abgelehnt", state="declined")
    place(add_session(plan, "Offene Daten"), rooms[1], 9)
    add_session(plan, "Ohne Raum")
    rows = read_results(desk, Viewer.anonymous(), now).rows
    said = [(row.session.title, row.room, row.hosts, row.status) for row in rows]
    assert said == [
        ("KI im Bürgerbüro", "Raum 1", ("Alex Beispiel, Trier",), Status.OPEN),
        ("Offene Daten", "Raum 2", (), Status.OPEN),
        ("Ohne Raum", "", (), Status.OPEN),
    ]
    assert [row.is_over for row in rows] == [True, True, True]


def test_each_status_follows_what_was_said(desk, session, organiser, now) -> None:
    title = session.title
    say(session, organiser, now, held=True)
    assert statuses(desk, now) == {title: (Status.UNFINISHED, "")}
    say(session, organiser, now, held=True, reason="Offener  Austausch.\n")
    assert statuses(desk, now) == {title: (Status.NO_PAGE, "Offener Austausch.")}
    say(session, organiser, now, held=True)
    assert statuses(desk, now) == {title: (Status.NO_PAGE, "Offener Austausch.")}
    say(session, organiser, now, held=False)
    assert statuses(desk, now) == {title: (Status.UNEXPLAINED, "")}
    say(session, organiser, now, held=False, reason="Niemand kam.")
    assert statuses(desk, now) == {title: (Status.NOT_HELD, "Niemand kam.")}
    clear_outcome(session.pk)
    assert statuses(desk, now) == {title: (Status.OPEN, "")}
    clear_outcome(session.pk)
    assert Outcome.objects.count() == 0


def test_what_was_said_of_a_session_that_was_withdrawn_stays(desk, session, organiser, now) -> None:
    say(session, organiser, now, held=False, reason="Zurückgezogen.")
    session.state = "withdrawn"
    session.save()
    assert statuses(desk, now) == {session.title: (Status.NOT_HELD, "Zurückgezogen.")}


def test_nothing_is_held_before_it_begins_but_it_can_be_off(session, organiser) -> None:
    early = then(8, 59)
    with pytest.raises(Refused) as refused:
        say(session, organiser, early, held=True)
    assert refused.value.reason == "early"
    say(session, organiser, early, held=False, reason="Fällt aus.")
    say(session, organiser, then(9), held=True)


def test_a_reason_that_is_too_long_changes_nothing(session, organiser, now) -> None:
    say(session, organiser, now, held=True, reason="x" * 300)
    with pytest.raises(Refused) as refused:
        say(session, organiser, now, held=True, reason="x" * 301)
    assert refused.value.reason == "too_long"
    assert Outcome.objects.get().reason == "x" * 300


def test_what_has_a_page_was_held(section, session, organiser, now) -> None:
    page = section.add_child(instance=SessionNotePage(title="Notiz", summary="Notiz.", live=False))
    outcome = Outcome.objects.create(session=session, held=True, page=page)
    for verb in (lambda: say(session, organiser, now, held=False), lambda: clear_outcome(session.pk)):
        with pytest.raises(Refused) as refused:
            verb()
        assert refused.value.reason == "has_page"
    with pytest.raises(IntegrityError), transaction.atomic():
        Outcome.objects.filter(pk=outcome.pk).update(held=False)


def test_the_list_costs_three_queries_at_one_and_at_three_sessions(
    desk, plan, rooms, session, organiser, now, django_assert_num_queries
) -> None:
    with django_assert_num_queries(3):
        assert len(read_results(desk, Viewer.anonymous(), now).rows) == 1
    for hour in (10, 11):
        say(place(add_session(plan, f"Um {hour}"), rooms[0], hour), organiser, now, held=True)
    with django_assert_num_queries(3):
        assert len(read_results(desk, Viewer.anonymous(), now).rows) == 3


def test_figures_count_each_session_once(desk, plan, rooms, session, organiser, now) -> None:
    say(session, organiser, now, held=True, reason="Austausch.")
    say(place(add_session(plan, "Zwei"), rooms[0], 10), organiser, now, held=False)
    say(place(add_session(plan, "Drei"), rooms[0], 11), organiser, now, held=True)
    place(add_session(plan, "Vier"), rooms[0], 12)
    figures = read_results(desk, Viewer.anonymous(), now).figures
    assert vars(figures) == {
        "sessions": 4, "held": 2, "pages": 0, "without": 1, "not_held": 1, "left": 3,
    }  # fmt: skip


def test_people_are_counted_until_they_are_forgotten_and_then_remembered_as_a_number(desk, now) -> None:
    seat = add_seat(add_participant(desk))
    add_seat(add_participant(desk, "Lou"), "waiting")
    seat.check_ins.create(at=now)
    seat.check_ins.create(at=now, repeats=True)
    assert count_people(desk) == (1, 1)
    desk.forgotten, desk.tally = now + dt.timedelta(days=90), {"confirmed": 7}
    assert count_people(desk) == (7, 0)


def test_hosts_stand_in_the_release_once_people_are_forgotten(desk, plan, session, now) -> None:
    slot = {
        "uid": str(session.pk), "title": session.title, "room": "Raum 1", "hosts": ["Alex Beispiel, Trier"],
        "starts": then(9).isoformat(), "ends": then(10).isoformat(),
    }  # fmt: skip
    plan.releases.create(number=1, name="1", at=then(8), version=0, slots=[slot])
    session.hosts.clear()
    assert read_results(desk, Viewer.anonymous(), now).rows[0].hosts == ()
    desk.forgotten = now
    assert read_results(desk, Viewer.anonymous(), now).rows[0].hosts == ("Alex Beispiel, Trier",)
