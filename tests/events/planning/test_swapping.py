"""Two sessions change places in one step, or stay where they are."""

from __future__ import annotations

import pytest

from events.models import Availability, PlanChange
from events.planning.services import Blocked, Refused
from tests.events.planning.test_placing import refused, where
from tests.factories.events import add_host, add_session, at, put


def test_two_sessions_in_one_room_with_one_host(plan, rooms, give):
    host = add_host(plan)
    one, two = add_session(plan, "Eins", host), add_session(plan, "Zwei", host)
    give.place(one, rooms[0], 9)
    give.place(two, rooms[0], 10)
    done = give.swap(one, two)
    assert (where(one)[1], where(two)[1]) == (at(10), at(9))
    assert done.text == (
        "„Eins“ und „Zwei“ getauscht: jetzt Raum 1, 10:00 bis 11:00 und Raum 1, 09:00 bis 10:00"
    )
    assert [session["version"] for session in done.sessions] == [2, 2]
    assert PlanChange.objects.filter(verb="swap").count() == 1


def test_each_keeps_how_long_it_lasts(plan, rooms, give):
    short, long = add_session(plan, "Kurz", minutes=60), add_session(plan, "Lang", minutes=120)
    give.place(short, rooms[0], 9)
    give.place(long, rooms[1], 13)
    give.swap(short, long)
    assert where(short) == ("Raum 2", at(13), at(14))
    assert where(long) == ("Raum 1", at(9), at(11))


def test_one_that_has_no_place_takes_that_of_the_other(plan, rooms, give):
    inside, outside = add_session(plan, "Drin"), add_session(plan, "Draußen")
    give.place(inside, rooms[0], 9)
    give.swap(outside, inside)
    assert (where(outside)[0], where(inside)) == ("Raum 1", None)


def test_none_of_them_has_a_place_or_it_is_only_one(plan, rooms, give):
    one, two = add_session(plan, "Eins"), add_session(plan, "Zwei")
    assert refused(give.swap, one, two)[0] == "malformed"
    give.place(one, rooms[0], 9)
    assert refused(give.swap, one, one)[0] == "malformed"


def test_the_longer_one_does_not_fit_before_a_third(plan, rooms, give):
    short, long = add_session(plan, "Kurz", minutes=60), add_session(plan, "Lang", minutes=120)
    third = add_session(plan, "Dritte")
    give.place(short, rooms[0], 9)
    give.place(third, rooms[0], 10)
    give.place(long, rooms[1], 13)
    with pytest.raises(Blocked) as caught:
        give.swap(short, long)
    assert (caught.value.reason, caught.value.blocks) == ("room_taken", (third.pk,))
    assert (where(short)[0], where(long)[0]) == ("Raum 1", "Raum 2")


def test_they_stand_in_each_others_way(plan, rooms, give):
    """The longer one begins earlier then, and reaches into its old place, which the shorter one has now."""
    short, long = add_session(plan, "Kurz", minutes=60), add_session(plan, "Lang", minutes=90)
    give.place(short, rooms[0], 9)
    give.place(long, rooms[0], 10)
    with pytest.raises(Blocked) as caught:
        give.swap(short, long)
    assert caught.value.reason == "room_taken"
    assert where(short)[1:] == (at(9), at(10))


def test_a_host_of_both_would_be_in_two_rooms(plan, rooms, give):
    host = add_host(plan)
    short, long = add_session(plan, "Kurz", host, minutes=60), add_session(plan, "Lang", host, minutes=90)
    give.place(short, rooms[0], 9)
    give.place(long, rooms[1], 10)
    with pytest.raises(Blocked) as caught:
        give.swap(short, long)
    assert (caught.value.reason, caught.value.text[:14]) == ("host_busy", "Alex Beispiel ")


def test_a_host_who_runs_a_third_one_at_that_time(plan, rooms, give):
    host = add_host(plan)
    one, two, third = add_session(plan, "Eins", host), add_session(plan, "Zwei"), add_session(plan, "3", host)
    give.place(one, rooms[0], 9)
    give.place(two, rooms[0], 10)
    give.place(third, rooms[1], 10)
    with pytest.raises(Blocked) as caught:
        give.swap(one, two)
    assert (caught.value.reason, caught.value.blocks) == ("host_busy", (third.pk,))


def test_what_one_of_them_may_not_the_swap_may_not(plan, rooms, give):
    host = add_host(plan)
    Availability.objects.create(host=host, during=(at(9), at(10)))
    one, two = add_session(plan, "Eins", host), add_session(plan, "Zwei")
    give.place(one, rooms[0], 9)
    give.place(two, rooms[1], 10)
    assert refused(give.swap, one, two)[0] == "host_away"
    assert refused(give.swap, one, two, seen_other=0)[0] == "stale"
    declined = add_session(plan, "Nein", state="declined")
    put(declined, rooms[1], 13, 14)
    with pytest.raises(Refused, match="angenommen"):
        give.swap(two, declined)
