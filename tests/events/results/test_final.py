"""At the end of the event its programme is released as it was, once, and tells nobody."""

from __future__ import annotations

import datetime as dt

import pytest

from events.models import EventPage, Letter, Release
from events.planning.releases import release_programme, slots_of
from events.results.final import release_final_programmes
from hub.catalogue.models import CatalogueEntry
from hub.catalogue.settling import settle
from tests.events.results.conftest import place, then
from tests.factories.events import add_session

WEEKDAY = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")[then(9).weekday()]
EVERY_WEEK = f"FREQ=WEEKLY;INTERVAL=1;BYDAY={WEEKDAY};COUNT=9"
LATER = dt.timedelta(minutes=5)


@pytest.fixture
def released(plan, session):
    """The programme of the morning; after it a session came on the wall."""
    made = release_programme(plan, "Morgens", "", None, then(8))
    Letter.objects.all().delete()
    return made


def test_the_plan_at_the_end_becomes_the_last_release(desk, plan, rooms, released) -> None:
    place(add_session(plan, "Von der Wand"), rooms[1], 15)
    assert release_final_programmes(then(16, 59)) == []
    made = release_final_programmes(then(17) + LATER)
    assert [(each.number, each.name, each.user) for each in made] == [(2, "Programm am Ende", None)]
    assert [slot.title for slot in slots_of(made[0])] == ["KI im Bürgerbüro", "Von der Wand"]
    assert Letter.objects.count() == 0
    settle()
    entry = CatalogueEntry.objects.get(uuid=desk.event.translation_key)
    assert len(entry.document.event.slots) == 2


def test_it_is_made_once_whatever_is_corrected_afterwards(plan, rooms, released) -> None:
    place(add_session(plan, "Von der Wand"), rooms[1], 15)
    assert len(release_final_programmes(then(17) + LATER)) == 1
    add_late = place(add_session(plan, "Nachgetragen"), rooms[1], 16)
    assert release_final_programmes(then(17) + 2 * LATER) == []
    release_programme(plan, "Korrigiert", "", None, then(18))
    assert str(add_late.pk) in {slot.uid for slot in slots_of(plan.releases.last())}


def test_nothing_is_released_where_nothing_differs(plan, released) -> None:
    assert release_final_programmes(then(17) + LATER) == []
    assert Release.objects.count() == 1


def test_an_event_that_was_never_released_is_at_its_end(plan, session) -> None:
    assert [each.number for each in release_final_programmes(then(17))] == [1]


def test_a_name_that_is_taken_is_counted_on(plan, rooms, session) -> None:
    release_programme(plan, "Programm am Ende", "", None, then(8))
    place(add_session(plan, "Von der Wand"), rooms[1], 15)
    assert [each.name for each in release_final_programmes(then(17))] == ["Programm am Ende 2"]


@pytest.mark.parametrize(
    "changes", [{"live": False}, {"status": "cancelled"}, {"recurrence_rule": EVERY_WEEK}]
)
def test_drafts_what_is_off_and_series_that_go_on_are_left_alone(desk, session, changes) -> None:
    EventPage.objects.filter(pk=desk.event_id).update(**changes)
    assert release_final_programmes(then(17) + LATER) == []


def test_what_ended_long_ago_or_was_forgotten_stays_as_it_is(desk, plan, session, now) -> None:
    assert release_final_programmes(then(17) + dt.timedelta(days=8)) == []
    desk.forgotten = then(17)
    desk.save()
    assert release_final_programmes(then(17) + LATER) == []


def test_an_empty_plan_harms_no_other(plan) -> None:
    assert release_final_programmes(then(17) + LATER) == []
