"""The line before the stage: who comes next, one at a time, each press once."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from events.models import (
    EventDesk,
    EventPage,
    Letter,
    LiveChange,
    Pitch,
    Session,
    SessionHost,
    StagePress,
)
from events.phases import Phase, is_open
from events.stage import services
from events.stage.queries import list_presentable, read_stage, takes_pitches
from events.stage.refusing import StageRefused
from events.stage.services import WAITING_EACH, Turn
from hub.documents.series import WEEKDAYS
from tests.events.stage.conftest import NOW, new_key, propose
from tests.factories.events import add_desk, add_event, add_participant, add_plan

pytestmark = pytest.mark.django_db
State = Pitch.State


def titles(plan):
    return [each["title"] for each in read_stage(plan.pk)["waiting"]]


def queue(plan, title, person=None, name=""):
    return services.queue_up(propose(plan, title, person), Turn(name, person), NOW)


def call(plan, seen=None):
    return services.call_next(plan.pk, new_key(), seen and seen.pk, NOW)


def test_the_stage_is_told_as_a_whole(plan):
    first, second = queue(plan, "Eins", name="Kim"), queue(plan, "Zwei", name="Lou")
    call(plan)
    services.count_hands(plan.pk, new_key(), first.pk, 1, NOW)
    assert read_stage(plan.pk) == {
        "on_stage": {"id": str(first.pk), "title": "Eins", "caller": "Kim", "hands": 1},
        "waiting": [{"id": str(second.pk), "title": "Zwei", "caller": "Lou"}],
        "presented": 0,
    }


@pytest.mark.parametrize(("week", "takes"), [(0, True), (1, False), (2, False)])
def test_participants_of_a_series_queue_on_the_date_that_has_the_plan_alone(desk, week, takes):
    """On later dates the board shows no plan: whoever queued then would wait for nobody."""
    starts = NOW - dt.timedelta(hours=1)
    times = {"starts": starts, "ends": NOW + dt.timedelta(hours=1)}
    rule = f"FREQ=WEEKLY;INTERVAL=1;BYDAY={WEEKDAYS[starts.weekday()]};COUNT=3"
    EventPage.objects.filter(pk=desk.event_id).update(**times, recurrence_rule=rule)
    held, now = EventDesk.objects.select_related("event").get(pk=desk.pk), NOW + dt.timedelta(weeks=week)
    assert is_open(held, Phase.ON_SITE, now)
    assert takes_pitches(held, now) is takes


def test_an_empty_stage(plan):
    assert read_stage(plan.pk) == {"on_stage": None, "waiting": [], "presented": 0}


@pytest.mark.parametrize("number", [1, 3])
def test_reading_the_stage_takes_two_queries(plan, number, django_assert_num_queries):
    for each in range(number):
        queue(plan, f"Nummer {each}")
    with django_assert_num_queries(2):
        assert len(read_stage(plan.pk)["waiting"]) == number


def test_whoever_had_a_turn_comes_after_those_who_had_none(desk, plan):
    kim, lou = add_participant(desk, "Kim"), add_participant(desk, "Lou")
    queue(plan, "Kim eins", kim)
    queue(plan, "Kim zwei", kim)
    queue(plan, "Lou eins", lou)
    assert titles(plan) == ["Kim eins", "Lou eins", "Kim zwei"]
    ended = call(plan)
    services.end(plan.pk, new_key(), ended.pk, NOW)
    queue(plan, "Robin eins", add_participant(desk, "Robin"))
    queue(plan, "Kim drei", kim)
    assert titles(plan) == ["Lou eins", "Robin eins", "Kim zwei", "Kim drei"]


def test_people_without_an_account_are_told_apart_by_the_name_that_is_called(plan):
    queue(plan, "Eins", name="Kim Muster")
    queue(plan, "Zwei", name="kim muster")
    queue(plan, "Drei")
    queue(plan, "Vier")
    assert titles(plan) == ["Eins", "Drei", "Vier", "Zwei"]


def test_what_is_withdrawn_lets_the_next_one_of_that_person_move_up(desk, plan):
    kim = add_participant(desk, "Kim")
    first = queue(plan, "Kim eins", kim)
    queue(plan, "Kim zwei", kim)
    queue(plan, "Lou eins", add_participant(desk, "Lou"))
    services.withdraw(first, NOW)
    services.withdraw(first, NOW)
    assert titles(plan) == ["Kim zwei", "Lou eins"]
    again = services.queue_up(first.session, Turn("", kim), NOW)
    assert (again.pk, titles(plan)) == (first.pk, ["Kim zwei", "Lou eins", "Kim eins"])


def test_a_pitch_that_was_called_is_not_withdrawn(plan):
    pitch = queue(plan, "Eins")
    call(plan)
    with pytest.raises(StageRefused, match="aufgerufen"):
        services.withdraw(pitch, NOW)


def test_the_same_press_twice_calls_one(plan):
    queue(plan, "Eins"), queue(plan, "Zwei")
    key = new_key()
    first = services.call_next(plan.pk, key, None, NOW)
    assert services.call_next(plan.pk, key, None, NOW) is None
    services.put_back(plan.pk, new_key(), first.pk, NOW)
    # Long after, from a phone that was in a dead spot: the stage is empty as it was then.
    assert services.call_next(plan.pk, key, None, NOW) is None
    assert read_stage(plan.pk)["on_stage"] is None


def test_of_two_presses_the_second_sends_nobody_away(plan):
    first, second = queue(plan, "Eins"), queue(plan, "Zwei")
    call(plan)
    with pytest.raises(StageRefused, match="„Eins“ ist inzwischen"):
        call(plan)
    call(plan, first)
    with pytest.raises(StageRefused, match="„Zwei“ ist inzwischen"):
        call(plan, first)
    assert read_stage(plan.pk)["on_stage"]["id"] == str(second.pk)
    assert StagePress.objects.count() == 2


def test_the_database_lets_one_on_stage(plan):
    queue(plan, "Eins"), queue(plan, "Zwei")
    with pytest.raises(IntegrityError, match="one_on_stage"), transaction.atomic():
        Pitch.objects.filter(plan=plan).update(state=State.ON_STAGE)


def test_stages_of_two_events_do_not_meet(section, plan):
    other = add_plan(add_desk(add_event(section, "Anderes")))
    queue(plan, "Eins"), queue(other, "Zwei")
    call(plan), call(other)
    assert Pitch.objects.filter(state=State.ON_STAGE).count() == 2
    with pytest.raises(StageRefused):
        services.end(other.pk, new_key(), Pitch.objects.get(plan=plan).pk, NOW)


def test_hands_are_counted_by_several_and_each_tap_once(plan):
    pitch, key = queue(plan, "Eins"), new_key()
    call(plan)
    for press in (key, key, new_key(), new_key()):
        services.count_hands(plan.pk, press, pitch.pk, 1, NOW)
    for _ in range(4):
        services.count_hands(plan.pk, new_key(), pitch.pk, -1, NOW)
    assert read_stage(plan.pk)["on_stage"]["hands"] == 0
    services.end(plan.pk, new_key(), pitch.pk, NOW, hands=70_000)
    pitch.refresh_from_db()
    assert (pitch.state, pitch.hands, pitch.ended) == (State.DONE, services.HANDS_AT_MOST, NOW)


def test_after_the_pitch_the_session_can_be_placed_and_has_its_hosts(desk, plan):
    kim = add_participant(desk, "Kim")
    pitch = queue(plan, "Eins", kim)
    call(plan)
    ended = services.end(plan.pk, new_key(), pitch.pk, NOW, hands=12)
    assert (ended.hands, ended.session.pk) == (12, pitch.session_id)
    assert Session.objects.get().state == Session.State.ACCEPTED
    assert SessionHost.objects.get().host.person == kim
    assert Letter.objects.filter(person=kim).count() == 1


def test_calling_the_next_ends_the_one_before(plan):
    first = queue(plan, "Eins")
    queue(plan, "Zwei")
    call(plan)
    services.call_next(plan.pk, new_key(), first.pk, NOW, hands=7)
    first.refresh_from_db()
    assert (first.state, first.hands, first.session.state) == (State.DONE, 7, Session.State.ACCEPTED)
    assert read_stage(plan.pk)["presented"] == 1


def test_nobody_waits(plan):
    pitch = queue(plan, "Eins")
    call(plan)
    with pytest.raises(StageRefused, match="wartet niemand"):
        call(plan, pitch)
    assert read_stage(plan.pk)["on_stage"]["title"] == "Eins"


def test_whoever_is_not_there_waits_behind_all_others(desk, plan):
    kim = add_participant(desk, "Kim")
    first = queue(plan, "Eins", name="Lou")
    queue(plan, "Kim eins", kim), queue(plan, "Kim zwei", kim)
    call(plan)
    services.put_back(plan.pk, new_key(), first.pk, NOW)
    assert titles(plan) == ["Kim eins", "Kim zwei", "Eins"]
    first.refresh_from_db()
    assert (first.called, first.hands) == (None, None)


def test_a_session_that_was_taken_back_is_not_called(plan):
    gone = queue(plan, "Eins")
    queue(plan, "Zwei")
    Session.objects.filter(pk=gone.session_id).update(state=Session.State.WITHDRAWN)
    assert titles(plan) == ["Zwei"]
    assert call(plan).session.title == "Zwei"
    with pytest.raises(StageRefused, match="nicht mehr angeboten"):
        services.queue_up(propose(plan, "Drei", state=Session.State.DECLINED), Turn(), NOW)


def test_a_session_has_one_place_in_the_line(plan):
    session = propose(plan, "Eins")
    one, two = (services.queue_up(session, Turn(), NOW) for _ in range(2))
    assert (one.pk, Pitch.objects.count()) == (two.pk, 1)
    assert list_presentable(plan.pk) == []


def test_a_new_session_sent_twice_is_one(desk, plan):
    key, kim = new_key(), add_participant(desk, "Kim")
    for _ in range(2):
        services.queue_new(plan.pk, key, "Neu", Turn("Kim", kim), NOW, shows_name=True)
    session = Session.objects.get()
    assert (session.pk, session.proposer, session.shows_name, session.state) == (key, kim, True, "proposed")


def test_somebody_without_an_account_runs_their_new_session(plan):
    pitch = services.queue_new(plan.pk, new_key(), "Neu", Turn("Lou, Trier"), NOW)
    call(plan)
    services.end(plan.pk, new_key(), pitch.pk, NOW)
    assert [str(row.host) for row in SessionHost.objects.all()] == ["Lou, Trier"]


def test_nobody_fills_the_line_alone(desk, plan):
    kim = add_participant(desk, "Kim")
    for number in range(WAITING_EACH):
        queue(plan, f"Nummer {number}", kim)
    with pytest.raises(StageRefused, match="5"):
        services.queue_new(plan.pk, new_key(), "Noch eine", Turn("Kim", kim), NOW)
    assert not Session.objects.filter(title="Noch eine").exists()


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_boards_are_told_of_every_step(plan):
    pitch = queue(plan, "Eins")
    call(plan)
    services.count_hands(plan.pk, new_key(), pitch.pk, 1, NOW)
    services.end(plan.pk, new_key(), pitch.pk, NOW + dt.timedelta(minutes=1))
    kinds = list(LiveChange.objects.filter(subject=str(pitch.pk)).values_list("kind", flat=True))
    assert kinds == ["pitch"] * 4
    assert LiveChange.objects.filter(kind="session", subject=str(pitch.session_id)).exists()
