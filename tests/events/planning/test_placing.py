"""What is placed, and what is refused with a sentence that names what is in the way."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest

from events.models import Availability, Band, HostBooking, Placement, PlanChange, Session
from events.planning import services
from events.planning.orders import Remove
from events.planning.services import Blocked, Refused
from tests.events.planning.conftest import Orders
from tests.factories.events import add_desk, add_event, add_host, add_plan, add_session, at, put


def where(session):
    place = Placement.objects.filter(session=session).select_related("room").first()
    return place and (place.room.name, place.during.lower, place.during.upper)


def refused(call, *args, **kwargs):
    with pytest.raises((Blocked, Refused)) as caught:
        call(*args, **kwargs)
    assert not PlanChange.objects.filter(user=None).exists()
    return caught.value.reason, caught.value.text


def test_a_session_is_placed_moved_and_taken_out(plan, rooms, give):
    session = add_session(plan)
    give.place(session, rooms[0], 9)
    assert where(session) == ("Raum 1", at(9), at(10))
    done = give.place(session, rooms[1], 13)
    assert where(session) == ("Raum 2", at(13), at(14))
    moved = "von Raum 1, 09:00 bis 10:00 nach Raum 2, 13:00 bis 14:00"
    assert done.text == f"„KI im Bürgerbüro“ verschoben: {moved}"
    done = give.remove(session)
    assert (where(session), done.sessions[0]["placement"]) == (None, None)
    assert done.text == "„KI im Bürgerbüro“ herausgenommen (bisher Raum 2, 13:00 bis 14:00)"
    plan.refresh_from_db()
    assert (plan.version, Session.objects.get().version) == (3, 3)
    assert [change.verb for change in PlanChange.objects.all()] == ["place", "move", "remove"]


@pytest.mark.parametrize(
    ("minutes", "hour", "minute", "ends"),
    [
        (45, 9, 0, at(10)),  # with its band
        (90, 9, 0, at(10, 30)),  # longer than its band: as long as it lasts
        (45, 9, 5, at(9, 50)),  # in the middle of a band
        (45, 16, 15, at(17)),  # where there is no band, until the event ends
    ],
)
def test_how_long_a_session_lasts(plan, rooms, give, minutes, hour, minute, ends):
    session = add_session(plan, minutes=minutes)
    give.place(session, rooms[0], hour, minute)
    assert Placement.objects.get().during.upper == ends


def test_the_same_place_again_changes_nothing(plan, rooms, give):
    session = add_session(plan)
    give.place(session, rooms[0], 9)
    done = give.place(session, rooms[0], 9)
    assert (done.number, done.version, done.sessions[0]["version"]) == (None, 1, 1)
    assert give.remove(add_session(plan, "Nirgends")).number is None
    assert PlanChange.objects.count() == 1


def test_a_taken_room(plan, rooms, give):
    there = add_session(plan, "KI im Bürgerbüro")
    put(there, rooms[0], 10, 11)
    session = add_session(plan, "Zu spät", minutes=30)
    with pytest.raises(Blocked) as caught:
        give.place(session, rooms[0], 10, 45)
    blocked = caught.value
    assert (blocked.reason, blocked.blocks) == ("room_taken", (there.pk,))
    assert blocked.text == "Raum 1 ist von 10:00 bis 11:00 mit „KI im Bürgerbüro“ belegt."
    assert (where(session), Session.objects.get(pk=session.pk).version) == (None, 0)
    plan.refresh_from_db()
    assert (plan.version, PlanChange.objects.count()) == (0, 0)


def test_a_host_in_two_rooms(plan, rooms, give):
    host = add_host(plan)
    there = add_session(plan, "KI im Bürgerbüro", host)
    give.place(there, rooms[0], 10)
    session = add_session(plan, "Zu spät", add_host(plan, "Toni Muster"), host)
    with pytest.raises(Blocked) as caught:
        give.place(session, rooms[1], 10, 15)
    blocked = caught.value
    assert (blocked.reason, blocked.blocks) == ("host_busy", (there.pk,))
    assert blocked.text == (
        "Alex Beispiel ist zur selben Zeit in „KI im Bürgerbüro“ (Raum 1, 10:00 bis 11:00)."
    )
    assert {one["id"] for one in blocked.stand} == {str(there.pk), str(session.pk)}
    assert HostBooking.objects.count() == 1


def test_a_write_on_what_somebody_else_has_moved(plan, rooms, give):
    session = add_session(plan)
    give.place(session, rooms[0], 9)
    number = PlanChange.objects.get().at
    with pytest.raises(Blocked) as caught:
        give.place(session, rooms[1], 9, seen=0)
    blocked = caught.value
    assert (blocked.reason, blocked.blocks, blocked.stand[0]["version"]) == ("stale", (session.pk,), 1)
    assert "inzwischen von Robin Orga geändert" in blocked.text
    assert blocked.text.endswith("Jetzt: Raum 1, 09:00 bis 10:00.")
    assert number.strftime("%M") in blocked.text


def test_a_write_on_what_was_reworded_meanwhile(plan, rooms, give):
    session = add_session(plan)
    Session.objects.update(version=4)
    assert refused(give.place, session, rooms[0], 9, seen=3) == (
        "stale",
        "„KI im Bürgerbüro“ wurde inzwischen geändert. Jetzt: in keinem Raum.",
    )


@pytest.mark.parametrize(
    ("hour", "minute", "reason", "text"),
    [
        (8, 30, "outside", "08:30 bis 09:15 liegt außerhalb der Veranstaltung. Sie geht von 09:00 bis"),
        (16, 30, "outside", "16:30 bis 17:15 liegt außerhalb der Veranstaltung. Sie geht von 09:00 bis"),
        (12, 0, "break", "Von 12:00 bis 13:00 ist Pause (Mittagspause)."),
        (11, 30, "break", "Von 12:00 bis 13:00 ist Pause (Mittagspause)."),
    ],
)
def test_a_time_that_is_no_place(plan, rooms, give, hour, minute, reason, text):
    told = refused(give.place, add_session(plan), rooms[0], hour, minute)
    assert (told[0], told[1][: len(text)]) == (reason, text)


def test_a_break_without_a_name(plan, rooms, give):
    Band.objects.filter(is_break=True).update(label="")
    assert refused(give.place, add_session(plan), rooms[0], 12)[1] == "Von 12:00 bis 13:00 ist Pause."


def test_right_up_to_a_break_and_right_after_it(plan, rooms, give):
    give.place(add_session(plan), rooms[0], 11)
    give.place(add_session(plan, "Danach"), rooms[0], 13)
    assert Placement.objects.count() == 2


def test_another_day_is_outside_and_days_are_named_where_there_are_several(section, organiser):
    event = add_event(section, "Zwei Tage", starts=at(9), ends=at(17, days=31))
    plan = add_plan(add_desk(event))
    give, room = Orders(plan, organiser), plan.rooms.first()
    session = add_session(plan, minutes=120)
    assert refused(give.place, session, room, 23)[0] == "outside"  # over midnight
    reason, text = refused(give.place, session, room, 0, starts=at(9, days=32))
    assert (reason, f"{at(9, days=32).day}.{at(9, days=32).month}., 09:00" in text) == ("outside", True)
    give.place(session, room, 0, starts=at(22, days=30))
    assert where(session)[2] == at(22, days=30) + dt.timedelta(minutes=120)


def test_a_hidden_room(plan, rooms, give):
    rooms[0].hidden = True
    rooms[0].save()
    reason, text = refused(give.place, add_session(plan), rooms[0], 9)
    assert (reason, text.partition(".")[0]) == ("hidden", "Raum 1 ist ausgeblendet")


@pytest.mark.parametrize("state", ["proposed", "declined", "withdrawn"])
def test_what_is_not_accepted(plan, rooms, give, state):
    assert refused(give.place, add_session(plan, state=state), rooms[0], 9)[0] == "not_accepted"


def test_what_is_no_longer_accepted_can_be_taken_out(plan, rooms, give):
    session = add_session(plan)
    give.place(session, rooms[0], 9)
    Session.objects.update(state="declined")
    give.remove(session)
    assert where(session) is None


def test_rooms_and_sessions_of_another_event(section, plan, rooms, give):
    other = add_plan(add_desk(add_event(section, "Anderes")))
    foreign = add_session(other, "Fremd")
    assert refused(give.place, foreign, rooms[0], 9)[0] == "unknown"
    assert refused(give.place, add_session(plan), other.rooms.first(), 9)[0] == "unknown"
    assert refused(give.swap, add_session(plan), foreign)[0] == "unknown"
    nowhere = Remove(uuid.uuid4(), foreign.pk, 0)
    assert refused(services.remove, 999_999, nowhere, None, at(9)) == (
        "unknown",
        "Für diese Veranstaltung gibt es keinen Plan.",
    )


def test_a_host_who_is_there_at_other_times(plan, rooms, give):
    host = add_host(plan)
    for first, last in ((9, 10), (10, 11), (15, 16)):
        Availability.objects.create(host=host, during=(at(first), at(last)))
    session = add_session(plan, "Eins", host, minutes=120)
    give.place(session, rooms[0], 9)  # one time goes on in the next
    assert refused(give.place, session, rooms[0], 13) == (
        "host_away",
        "Alex Beispiel ist nur zu diesen Zeiten da: 09:00 bis 10:00, 10:00 bis 11:00, 15:00 bis 16:00.",
    )


def test_a_room_that_is_open_at_other_times(plan, rooms, give):
    Availability.objects.create(room=rooms[0], during=(at(9), at(9, 30)))
    assert refused(give.place, add_session(plan), rooms[0], 9) == (
        "room_closed",
        "Raum 1 ist nur zu diesen Zeiten verfügbar: 09:00 bis 09:30.",
    )


def test_taking_out_what_is_withdrawn(plan, rooms, give, organiser):
    session = add_session(plan)
    assert services.take_out(session, organiser, at(9)) is None
    give.place(session, rooms[0], 9)
    services.take_out(session, organiser, at(9))
    assert (where(session), PlanChange.objects.last().verb) == (None, "remove")


def test_other_constraints_are_not_taken_for_those_of_the_plan(plan, rooms, give):
    """A key that is used twice at once is no matter of rooms: it is not told as one."""
    session = add_session(plan)
    give.place(session, rooms[0], 9)
    session.minutes, key = 45, uuid.uuid4()
    assert give.place(session, rooms[1], 9, key=key).number == 2
    assert give.place(session, rooms[0], 13, key=key).number == 2  # answered, not carried out
    assert where(session)[0] == "Raum 2"
