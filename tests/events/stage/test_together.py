"""Two helpers at once, each with a connection of its own."""

from __future__ import annotations

import pytest

from events.models import Pitch, Session
from events.stage import services
from events.stage.queries import read_stage
from events.stage.refusing import StageRefused
from events.stage.services import Turn
from tests.events.planning.test_together import run_together
from tests.events.stage.conftest import NOW, new_key, propose
from tests.factories.events import add_desk, add_event, add_plan

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


@pytest.fixture
def full(section):
    plan = add_plan(add_desk(add_event(section)))
    for number in range(6):
        services.queue_up(propose(plan, f"Nummer {number}"), Turn(), NOW)
    return plan


def press_next(plan, seen):
    try:
        return services.call_next(plan, new_key(), seen, NOW)
    except StageRefused as refused:
        return refused


def test_two_press_next_at_once(full):
    for called in range(1, 4):
        on_stage = read_stage(full.pk)["on_stage"]
        seen = Pitch.objects.get(pk=on_stage["id"]).pk if on_stage else None
        answers = run_together(*[(press_next, full.pk, seen)] * 4)
        assert sum(isinstance(answer, Pitch) for answer in answers) == 1
        assert read_stage(full.pk)["on_stage"]["title"] == f"Nummer {called - 1}"
    assert read_stage(full.pk)["presented"] == 2
    assert Session.objects.filter(state=Session.State.ACCEPTED).count() == 2


def test_many_count_at_once_and_no_hand_is_lost(full):
    pitch = press_next(full.pk, None)
    taps = [(services.count_hands, full.pk, new_key(), pitch.pk, 1, NOW) for _ in range(8)]
    run_together(*taps, *taps)
    assert read_stage(full.pk)["on_stage"]["hands"] == 8


def test_many_join_the_line_at_once(full):
    joins = [(services.queue_new, full.pk, new_key(), f"Neu {n}", Turn("Kim"), NOW) for n in range(6)]
    run_together(*joins)
    rounds = Pitch.objects.filter(caller="Kim").values_list("round", flat=True)
    assert sorted(rounds) == [1, 2, 3, 4, 5, 6]
