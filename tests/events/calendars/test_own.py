"""The feeds of one person and of a topic."""

from __future__ import annotations

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from icalendar import Calendar

from events.calendars.checking import check_file
from events.models import EventPage, Interest, Registration, Release, SessionHost
from events.people import FEED, LINK, write_token
from hub.catalogue.settling import settle
from hub.documents import Slot
from tests.factories.events import (
    add_desk,
    add_event,
    add_host,
    add_participant,
    add_plan,
    add_seat,
    add_session,
    at,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(section):
    return add_desk(add_event(section, "Barcamp"))


@pytest.fixture
def kim(desk):
    return add_participant(desk, "Kim")


def read(person, **headers: str):
    return Client().get(f"/kalender/meine/{write_token(person, FEED)}.ics", headers=headers)


def titles(person) -> list[str]:
    return [str(event["summary"]) for event in Calendar.from_ical(read(person).content).walk("VEVENT")]


def release(plan, *sessions, number: int = 1) -> None:
    slots = [
        Slot(uid=str(session.pk), title=session.title, starts=at(9 + hour), ends=at(10 + hour), room="Saal")
        for hour, session in enumerate(sessions)
    ]
    Release.objects.create(
        plan=plan,
        number=number,
        name=f"Fassung {number}",
        at=at(8, days=number),
        version=number,
        slots=[slot.model_dump(mode="json") for slot in slots],
    )


def test_events_with_a_seat(desk, kim):
    assert titles(kim) == []
    seat = add_seat(kim)
    assert titles(kim) == ["Barcamp"]
    seat.state = Registration.State.CANCELLED
    seat.save()
    assert titles(kim) == []


@pytest.mark.parametrize("state", ["waiting", "unconfirmed", "expired"])
def test_without_a_seat_there_is_no_date(kim, state):
    add_seat(kim, state)
    assert titles(kim) == []


def test_sessions_one_comes_to_or_hosts_as_released_last(desk, kim):
    plan = add_plan(desk)
    host = add_host(plan, "Kim Beispiel", person=kim)
    come, hosted, both, other = (
        add_session(plan, name) for name in ("Ich komme", "Meine", "Beides", "Fremd")
    )
    for session in (come, both):
        Interest.objects.create(person=kim, session=session)
    for session in (hosted, both):
        SessionHost.objects.create(session=session, host=host)
    assert titles(kim) == [], "nothing is promised before it is released"
    release(plan, come, hosted, both, other)
    assert titles(kim) == ["Ich komme", "Meine", "Beides"]
    release(plan, hosted, number=2)
    assert titles(kim) == ["Meine"]
    add_seat(kim)
    assert titles(kim) == ["Barcamp", "Meine"]
    assert check_file(read(kim).content).faults == []


def test_an_account_has_all_its_events_and_nobody_elses(section, desk, kim):
    other = add_desk(add_event(section, "Austauschrunde", starts=at(9, days=40), ends=at(10, days=40)))
    elsewhere = add_participant(other, "Kim")
    stranger = add_participant(other, "Robin")
    for person in (kim, elsewhere, stranger):
        add_seat(person)
    assert titles(kim) == ["Barcamp"], "the same address is not the same person"
    user = get_user_model().objects.create_user("kim", "kim@stadt.demo.invalid")
    for person in (kim, elsewhere):
        person.user = user
        person.save()
    assert titles(kim) == ["Barcamp", "Austauschrunde"]
    assert titles(stranger) == ["Austauschrunde"]


def test_a_cancelled_event_says_so_and_a_withdrawn_one_is_gone(desk, kim):
    add_seat(kim)
    page = EventPage.objects.get(pk=desk.event_id)
    page.status = "cancelled"
    page.save_revision().publish()
    [event] = Calendar.from_ical(read(kim).content).walk("VEVENT")
    assert (str(event["status"]), event["sequence"]) == ("CANCELLED", 1)
    page.unpublish()
    assert titles(kim) == []


def test_an_unchanged_feed_is_answered_by_304(kim):
    add_seat(kim)
    first = read(kim)
    assert first["Cache-Control"] == "private, no-cache"
    assert read(kim).content == first.content
    assert read(kim, **{"if-none-match": first["ETag"]}).status_code == 304


def test_no_other_link_opens_it(kim):
    add_seat(kim)
    token = write_token(kim, FEED)
    client = Client()
    for wrong in (write_token(kim, LINK), token[:-2] + "xx", "x", f"{kim.pk.hex}.1"):
        assert client.get(f"/kalender/meine/{wrong}.ics").status_code == 404
    kim.link_version += 1
    kim.save()
    assert client.get(f"/kalender/meine/{token}.ics").status_code == 404
    assert client.get(f"/veranstaltungen/teilnahme/{write_token(kim, FEED)}/").status_code != 200


@pytest.mark.parametrize("events", [1, 3])
def test_queries(section, django_assert_num_queries, events):
    user = get_user_model().objects.create_user("kim", "kim@stadt.demo.invalid")
    for number in range(events):
        desk = add_desk(add_event(section, f"Barcamp {number}"))
        person = add_participant(desk, "Kim", user=user)
        add_seat(person)
        plan = add_plan(desk)
        session = add_session(plan, f"Session {number}")
        Interest.objects.create(person=person, session=session)
        release(plan, session)
    with django_assert_num_queries(5):
        assert read(person).status_code == 200
    assert len(titles(person)) == 2 * events


class TestTopic:
    def test_the_events_of_a_topic(self, section):
        add_event(section, "Eins", topics=["ikz"])
        add_event(section, "Zwei", topics=["ki"])
        settle()
        response = Client().get("/kalender/thema/ikz.ics")
        calendar = Calendar.from_ical(response.content)
        assert [str(event["summary"]) for event in calendar.walk("VEVENT")] == ["Eins"]
        assert "Wissenshub: Termine zu" in str(calendar["x-wr-calname"])
        again = Client().get("/kalender/thema/ikz.ics", headers={"if-none-match": response["ETag"]})
        assert again.status_code == 304

    def test_an_unknown_topic_is_not_there(self, section):
        assert Client().get("/kalender/thema/unbekannt.ics").status_code == 404

    def test_members_events_are_for_members(self, section):
        add_event(section, "Intern", audience="members")
        settle()
        assert b"Intern" not in Client().get("/kalender/thema/ikz.ics").content
