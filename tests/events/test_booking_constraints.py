"""What the database refuses, whoever writes; and what happens without its constraints."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, connection, transaction

from events.models import HostBooking, Placement, Room, SessionHost
from tests.factories.events import add_desk, add_event, add_host, add_plan, add_session, at, put


@pytest.fixture
def plan(section):
    return add_plan(add_desk(add_event(section)))


@pytest.fixture
def rooms(plan):
    return list(Room.objects.filter(plan=plan))


def test_two_sessions_in_one_room_at_a_time_are_refused(plan, rooms):
    put(add_session(plan, "Eins"), rooms[0], 9, 10)
    with pytest.raises(IntegrityError, match="one_session_in_a_room"), transaction.atomic():
        put(add_session(plan, "Zwei"), rooms[0], 9, 10)


def test_without_the_constraint_two_sessions_stand_in_one_room(plan, rooms):
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE events_placement DROP CONSTRAINT one_session_in_a_room")
    put(add_session(plan, "Eins"), rooms[0], 9, 10)
    put(add_session(plan, "Zwei"), rooms[0], 9, 10)
    assert Placement.objects.filter(room=rooms[0]).count() == 2


def test_a_host_in_two_rooms_at_a_time_is_refused(plan, rooms):
    host = add_host(plan)
    put(add_session(plan, "Eins", host), rooms[0], 9, 10)
    with pytest.raises(IntegrityError, match="one_session_of_a_host"), transaction.atomic():
        put(add_session(plan, "Zwei", host), rooms[1], 9, 10)


def test_without_the_constraint_a_host_is_in_two_rooms_at_a_time(plan, rooms):
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE events_hostbooking DROP CONSTRAINT one_session_of_a_host")
    host = add_host(plan)
    put(add_session(plan, "Eins", host), rooms[0], 9, 10)
    put(add_session(plan, "Zwei", host), rooms[1], 9, 10)
    assert HostBooking.objects.filter(host=host).count() == 2


def test_somebody_who_becomes_host_of_two_placed_sessions_is_refused(plan, rooms):
    host = add_host(plan)
    put(add_session(plan, "Eins", host), rooms[0], 9, 10)
    other = add_session(plan, "Zwei")
    put(other, rooms[1], 9, 10)
    with pytest.raises(IntegrityError, match="one_session_of_a_host"), transaction.atomic():
        SessionHost.objects.create(session=other, host=host)


def test_bookings_follow_placements_and_hosts(plan, rooms):
    host = add_host(plan)
    session = add_session(plan, "Eins", host)
    placement = put(session, rooms[0], 9, 10)
    placement.during = (at(13), at(14))
    placement.save()
    assert [booking.during.lower for booking in HostBooking.objects.all()] == [at(13)]
    session.hosts.remove(host)
    assert not HostBooking.objects.exists()
    session.hosts.add(host)
    placement.delete()
    assert not HostBooking.objects.exists()


def test_a_swap_is_possible_while_the_constraints_are_deferred(plan, rooms):
    host, other = add_host(plan, "A"), add_host(plan, "B")
    one = put(add_session(plan, "Eins", host), rooms[0], 9, 10)
    two = put(add_session(plan, "Zwei", other), rooms[0], 10, 11)
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS one_session_in_a_room, one_session_of_a_host DEFERRED")
        one.during, two.during = two.during, one.during
        one.save()
        two.save()
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    assert Placement.objects.get(pk=one.pk).during.lower == at(10)
