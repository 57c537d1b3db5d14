"""When the plan itself is public: on the day, or a little before if its organisers say so."""

from __future__ import annotations

import datetime as dt

import pytest

from events.live.spans import live_span
from events.models import EventDesk, EventPage
from tests.factories.events import add_desk, add_event, at

pytestmark = pytest.mark.django_db


@pytest.fixture
def held(section):
    return add_desk(add_event(section))


def days(number: float) -> dt.timedelta:
    return dt.timedelta(days=number)


@pytest.mark.parametrize("before", [0, 1, 3])
def test_it_begins_when_organisers_say_shortly_before_the_event(held, before):
    held.goes_live = at(9) - days(before)
    assert live_span(held).starts == at(9) - days(before)
    assert live_span(held).ends == at(17)


@pytest.mark.parametrize("moment", [at(9) - days(3.01), at(9) - days(90), at(17), at(17) + days(30)])
def test_a_moment_that_does_not_fit_the_event_leaves_it_at_its_start(held, moment):
    held.goes_live = moment
    assert (live_span(held).starts, live_span(held).ends) == (at(9), at(17))


def test_a_moved_event_does_not_make_the_draft_of_its_plan_public(held):
    held.goes_live = at(9) - days(1)
    EventPage.objects.filter(pk=held.event_id).update(starts=at(9) + days(60), ends=at(17) + days(60))
    moved = EventDesk.objects.select_related("event").get(pk=held.pk)
    moved.goes_live = held.goes_live
    assert not live_span(moved).holds(at(12))
    assert live_span(moved).holds(at(12) + days(60))
