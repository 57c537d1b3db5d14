"""Undoing, several in a row, doing again; each appends the inverse and never loses what others did."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from events.models import Placement, PlanChange
from events.planning.history import find_redoable, find_undoable
from events.planning.queries import list_history
from events.planning.services import Blocked, Refused
from tests.events.planning.conftest import Orders
from tests.events.planning.test_placing import refused, where
from tests.factories.events import add_session, at, put


def places():
    return {row.session_id: (row.room_id, row.during.lower) for row in Placement.objects.all()}


def test_undone_step_by_step_and_done_again(plan, rooms, give):
    one, two = add_session(plan, "Eins"), add_session(plan, "Zwei")
    states = [places()]
    for step in (
        lambda: give.place(one, rooms[0], 9),
        lambda: give.place(two, rooms[0], 10),
        lambda: give.swap(one, two),
        lambda: give.remove(one),
    ):
        step()
        states.append(places())
    for state in reversed(states[:-1]):
        give.undo(find_undoable(plan).number)
        assert places() == state
    assert find_undoable(plan) is None
    for state in states[1:]:
        give.undo(find_redoable(plan).number)
        assert places() == state
    assert find_redoable(plan) is None
    give.undo(find_undoable(plan).number)
    assert places() == states[-2]


def test_nothing_is_done_again_once_something_else_was_done(plan, rooms, give):
    session = add_session(plan)
    give.place(session, rooms[0], 9)
    give.undo(1)
    assert find_redoable(plan).number == 2
    give.place(add_session(plan, "Zwei"), rooms[0], 9)
    assert find_redoable(plan) is None


def test_what_somebody_moved_since_is_not_undone(plan, rooms, give):
    session = add_session(plan)
    give.place(session, rooms[0], 9)
    give.place(session, rooms[1], 9)
    with pytest.raises(Blocked) as caught:
        give.undo(1)
    assert (caught.value.reason, caught.value.blocks) == ("stale", (session.pk,))
    assert caught.value.text.endswith("Jetzt: Raum 2, 09:00 bis 10:00.")


def test_an_older_change_is_undone_if_nobody_touched_it(plan, rooms, give):
    one = add_session(plan, "Eins")
    give.place(one, rooms[0], 9)
    give.place(add_session(plan, "Zwei"), rooms[0], 10)
    give.undo(1)
    assert where(one) is None


def test_nothing_is_undone_twice(plan, rooms, give):
    session = add_session(plan)
    give.place(session, rooms[0], 9)
    give.undo(1)
    give.place(session, rooms[0], 9)  # as the change left it
    assert refused(give.undo, 1)[0] == "stale"
    assert refused(give.undo, 99) == ("unknown", "Diese Änderung gibt es nicht.")


def test_the_place_was_taken_meanwhile(plan, rooms, give):
    session, other = add_session(plan), add_session(plan, "Schneller")
    give.place(session, rooms[0], 9)
    give.remove(session)
    give.place(other, rooms[0], 9)
    with pytest.raises(Blocked) as caught:
        give.undo(2)
    assert (caught.value.reason, caught.value.blocks) == ("room_taken", (other.pk,))


def test_the_room_was_hidden_meanwhile(plan, rooms, give):
    session = add_session(plan)
    give.place(session, rooms[0], 9)
    give.remove(session)
    rooms[0].hidden = True
    rooms[0].save()
    assert refused(give.undo, 2)[0] == "hidden"


def test_the_session_is_gone(plan, rooms, give):
    session = add_session(plan)
    give.place(session, rooms[0], 9)
    session.delete()
    with pytest.raises(Refused):
        give.undo(1)


def test_undoing_the_same_order_twice_is_done_once(plan, rooms, give):
    session = add_session(plan)
    give.place(session, rooms[0], 9)
    key = PlanChange.objects.get().key
    done = give.undo(1)
    again = give.undo(1, key=PlanChange.objects.get(number=2).key)
    assert (again.number, again.text) == (done.number, done.text)
    assert give.undo(1, key=key).number == 1


@pytest.mark.parametrize("number", [1, 3])
def test_the_history_is_told_in_sentences(desk, plan, rooms, give, number, django_assert_num_queries):
    for index in range(number):
        give.place(add_session(plan, f"Nummer {index}"), rooms[0], (9, 10, 13)[index])
        give.undo(2 * index + 1)
    give.undo(2)
    found = plan.changes.select_related("user", "undone_by").order_by("number")[:3]
    with django_assert_num_queries(3):
        told = list_history(desk, plan, found)
    assert [(change["text"], change["undone"]) for change in told][:2] == [
        ("„Nummer 0“ eingeplant: Raum 1, 09:00 bis 10:00", True),
        ("Rückgängig gemacht: „Nummer 0“ herausgenommen (bisher Raum 1, 09:00 bis 10:00)", True),
    ]
    last = list_history(desk, plan, plan.changes.order_by("-number")[:1])
    assert last[0]["text"] == "Wiederhergestellt: „Nummer 0“ eingeplant: Raum 1, 09:00 bis 10:00"
    assert {change["by"] for change in told} == {"Robin Orga"}


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("place"), st.integers(0, 2), st.integers(0, 1), st.sampled_from((9, 10))),
        st.tuples(st.just("remove"), st.integers(0, 2)),
        st.tuples(st.just("swap"), st.integers(0, 2), st.integers(0, 2)),
        st.tuples(st.just("undo")),
        st.tuples(st.just("redo")),
    ),
    max_size=12,
)


@pytest.mark.django_db
@given(steps=STEPS)
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_was_done_can_all_be_undone_and_done_again(plan, rooms, organiser, steps):
    """The history is kept as a stack beside: what is undone and done again is what it says."""
    give = Orders(plan, organiser)
    Placement.objects.all().delete()
    plan.sessions.all().delete()
    PlanChange.objects.all().delete()
    sessions = [add_session(plan, f"Nummer {number}") for number in range(3)]
    done, undone = [places()], []
    for name, *args in steps:
        try:
            _carry_out(give, sessions, rooms, name, args)
        except (Blocked, Refused):
            assert places() == done[-1]
            continue
        _keep(name, done, undone)
        assert places() == done[-1]
    while find_undoable(plan):
        give.undo(find_undoable(plan).number)
        done.pop()
        assert places() == done[-1]
    assert done[-1] == {}


def _carry_out(give, sessions, rooms, name, args):
    if name == "place":
        give.place(sessions[args[0]], rooms[args[1]], args[2])
    elif name == "remove":
        give.remove(sessions[args[0]])
    elif name == "swap":
        give.swap(sessions[args[0]], sessions[args[1]])
    else:
        found = (find_undoable if name == "undo" else find_redoable)(give.plan)
        give.undo(found.number if found else 0)


def _keep(name, done, undone):
    if name == "undo":
        undone.append(done.pop())
    elif name == "redo":
        done.append(undone.pop())
    elif places() != done[-1]:
        done.append(places())
        undone.clear()


def test_a_place_given_by_other_means_is_not_undone(plan, rooms, give):
    session = add_session(plan)
    give.place(session, rooms[0], 9)
    Placement.objects.all().delete()
    put(session, rooms[1], 9, 10)
    assert refused(give.undo, 1)[0] == "stale"
    assert where(session) == ("Raum 2", at(9), at(10))
