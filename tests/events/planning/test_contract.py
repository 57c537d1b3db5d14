"""The plan over HTTP, as its editor reads and changes it."""

from __future__ import annotations

import datetime as dt
import json
import uuid

import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from events.models import Availability, Host, Interest, Placement, PlanChange, Room, Session, Vote
from tests.events.planning.conftest import address
from tests.factories.events import (
    add_desk,
    add_event,
    add_host,
    add_participant,
    add_plan,
    add_session,
    at,
    put,
)


def z(hour: int) -> str:
    return at(hour).astimezone(dt.UTC).isoformat().replace("+00:00", "Z")


def read(browser, desk):
    response = browser.get(address(desk, "stand.json"))
    assert response.status_code == 200
    return response.json()


def test_the_stand_of_an_empty_plan(browser, desk, plan, rooms):
    bands = list(plan.bands.all())
    assert read(browser, desk) == {
        "version": 0,
        "event": {
            "key": str(desk.event.translation_key),
            "title": "Barcamp",
            "starts": z(9),
            "ends": z(17),
            "time_zone": "Europe/Berlin",
        },
        "release": None,
        "rooms": [
            {"id": str(room.pk), "name": room.name, "capacity": room.capacity, "hidden": False}
            for room in rooms
        ],
        "bands": [
            {
                "id": str(band.pk),
                "starts": z(first),
                "ends": z(first + 1),
                "label": "Mittagspause" if first == 12 else "",
                "is_break": first == 12,
            }
            for band, first in zip(bands, (9, 10, 11, 12, 13, 14, 15), strict=True)
        ],
        "availabilities": {},
        "sessions": [],
        "warnings": [],
        "can_undo": None,
        "can_redo": None,
        "changes": [],
    }


def test_an_order_is_answered_and_seen_in_the_stand(browser, desk, plan, rooms, order):
    host = add_host(plan)
    session = add_session(plan, "KI im Bürgerbüro", host)
    status, answer = order(do="place", session=session.pk, room=rooms[1].pk, starts=z(10), seen=0)
    placed = {
        "id": str(session.pk),
        "title": "KI im Bürgerbüro",
        "minutes": 45,
        "state": "accepted",
        "version": 1,
        "hosts": [{"id": str(host.pk), "name": "Alex Beispiel"}],
        "interested": 0,
        "votes": 0,
        "placement": {"room": str(rooms[1].pk), "starts": z(10), "ends": z(11)},
    }
    text = "„KI im Bürgerbüro“ eingeplant: Raum 2, 10:00 bis 11:00"
    assert (status, answer) == (
        200,
        {"version": 1, "sessions": [placed], "text": text, "number": 1, "warnings": []},
    )
    stand = read(browser, desk)
    change = stand["changes"][0]
    assert (stand["version"], stand["sessions"]) == (1, [placed])
    assert stand["can_undo"] == {"number": 1, "text": text}
    assert change == {"number": 1, "at": change["at"], "by": "Robin Orga", "text": text, "undone": False}


def test_proposals_are_listed_and_those_that_are_out_are_not(browser, desk, plan, rooms):
    for state in ("proposed", "accepted", "declined", "withdrawn"):
        add_session(plan, state, state=state)
    put(add_session(plan, "declined, and still in a room", state="declined"), rooms[0], 9, 10)
    titles = [session["title"] for session in read(browser, desk)["sessions"]]
    assert titles == ["proposed", "accepted", "declined, and still in a room"]


def test_interest_and_votes_are_counted_and_warn_of_a_small_room(browser, desk, plan, rooms, order):
    session = add_session(plan)
    rooms[0].capacity = 1
    rooms[0].save()
    for name in ("Kim", "Toni"):
        person = add_participant(desk, name)
        Interest.objects.create(person=person, session=session)
    Vote.objects.create(person=person, session=session, n=1)
    _status, answer = order(do="place", session=session.pk, room=rooms[0].pk, starts=z(9), seen=0)
    shown = read(browser, desk)
    warning = {
        "session": str(session.pk),
        "kind": "small",
        "text": "Zu „KI im Bürgerbüro“ wollen 2 Personen kommen, Raum 1 fasst 1.",
    }
    assert shown["warnings"] == answer["warnings"] == [warning]
    assert [(one["interested"], one["votes"]) for one in shown["sessions"]] == [(2, 1)]


def test_an_unchanged_stand_is_not_sent_again(browser, desk, plan):
    session = add_session(plan)
    etag = browser.get(address(desk, "stand.json")).headers["ETag"]
    again = browser.get(address(desk, "stand.json"), headers={"If-None-Match": etag})
    assert (again.status_code, again.content) == (304, b"")
    Interest.objects.create(person=add_participant(desk), session=session)
    assert browser.get(address(desk, "stand.json"), headers={"If-None-Match": etag}).status_code == 200


def test_whatever_of_the_plan_is_written_the_stand_is_another(browser, desk, plan, rooms, give):
    session, other = add_session(plan, "Erste", add_host(plan, "DEMO Host")), add_session(plan, "Zweite")
    person = add_participant(desk)
    Vote.objects.create(person=person, session=session, n=1)

    def tag() -> str:
        return str(browser.get(address(desk, "stand.json")).headers["ETag"])

    written = [
        lambda: give.place(session, rooms[0], 9),
        lambda: Vote.objects.filter(person=person).update(session=other),
        lambda: Vote.objects.filter(person=person).delete(),
        lambda: Room.objects.filter(pk=rooms[0].pk).update(capacity=7),
        lambda: Host.objects.filter(plan=plan).update(name="DEMO Anders"),
        lambda: Session.objects.filter(pk=other.pk).update(title="Dritte"),
        lambda: Availability.objects.create(room=rooms[0], during=(at(9), at(15))),
        lambda: Availability.objects.create(host=plan.hosts.get(), during=(at(9), at(15))),
        lambda: session.sessionhost_set.all().delete(),
        lambda: Session.objects.filter(pk=other.pk).delete(),
    ]
    tags = [tag()]
    for write in written:
        write()
        tags.append(tag())
    assert len(set(tags)) == len(written) + 1
    assert tag() == tags[-1]


@pytest.mark.parametrize("number", [1, 3])
def test_the_stand_takes_as_many_queries_whatever_is_in_it(
    browser, desk, plan, rooms, give, number, django_assert_num_queries
):
    for index in range(number):
        session = add_session(plan, f"Nummer {index}", add_host(plan, f"Host {index}"))
        give.place(session, rooms[0], (9, 10, 13)[index])
        Interest.objects.create(person=add_participant(desk, f"Kim{index}"), session=session)
        Availability.objects.create(room=rooms[0], during=(at(9), at(15)))
    # Session and account, desk, plan; sessions, hosts, rooms, release, changes, bands, availabilities,
    # what to undo and redo, and the tag. While nothing changes, the tag is all.
    with django_assert_num_queries(15):
        etag = browser.get(address(desk, "stand.json")).headers["ETag"]
    with django_assert_num_queries(5):
        browser.get(address(desk, "stand.json"), headers={"If-None-Match": etag})


@pytest.mark.parametrize("hosts", [1, 3])
def test_an_order_takes_as_many_queries_whoever_hosts(browser, desk, plan, rooms, hosts):
    session = add_session(plan, "Eins", *(add_host(plan, f"Host {number}") for number in range(hosts)))
    body = {"key": str(uuid.uuid4()), "do": "place", "session": str(session.pk), "seen": 0}
    body |= {"room": str(rooms[0].pk), "starts": z(9)}
    with CaptureQueriesContext(connection) as captured:
        response = browser.post(address(desk, "befehle/"), json.dumps(body), "application/json")
    assert response.status_code == 200
    # Account (2), desk, plan; in the transaction: lock, key, session, hosts, rooms, bands, availabilities,
    # placement, version of session and plan, change; and its begin and end.
    assert len(captured) == 17


@pytest.mark.parametrize("number", [1, 3])
def test_a_refusal_takes_as_many_queries_whatever_is_planned(
    browser, desk, plan, rooms, number, django_assert_num_queries
):
    for index in range(number):
        put(add_session(plan, f"Nummer {index}"), rooms[0], 9 + index, 10 + index)
    session = add_session(plan, "Zu spät")
    body = {"key": str(uuid.uuid4()), "do": "place", "session": str(session.pk), "seen": 0}
    body |= {"room": str(rooms[0].pk), "starts": z(9)}
    with django_assert_num_queries(18):
        response = browser.post(address(desk, "befehle/"), json.dumps(body), "application/json")
    assert response.status_code == 409


def test_the_same_order_a_second_time_is_answered_and_not_carried_out(plan, rooms, order):
    session = add_session(plan)
    same = {"key": uuid.uuid4(), "session": session.pk, "room": rooms[0].pk, "starts": z(9), "seen": 0}
    first = order(do="place", **same)
    assert order(do="place", **same) == first
    assert (PlanChange.objects.count(), Session.objects.get().version) == (1, 1)


def test_a_repeated_order_is_answered_after_others_as_well(plan, rooms, order, give):
    session = add_session(plan)
    same = {"key": uuid.uuid4(), "session": session.pk, "room": rooms[0].pk, "starts": z(9), "seen": 0}
    _status, first = order(do="place", **same)
    give.place(session, rooms[1], 10)
    status, again = order(do="place", **same)
    assert (status, again["number"], again["version"], again["text"]) == (200, 1, 1, first["text"])
    assert again["sessions"][0]["placement"]["room"] == str(rooms[1].pk)
    assert PlanChange.objects.count() == 2


def test_a_key_of_another_event_tells_nothing_of_it(section, plan, rooms, order, give):
    key = uuid.uuid4()
    other = add_plan(add_desk(add_event(section, "Geheim")))
    PlanChange.objects.create(key=key, plan=other, number=1, at=at(9), verb="place")
    status, answer = order(key=key, do="undo", number=1)
    assert (status, answer["reason"]) == (422, "malformed")
    assert "Geheim" not in answer["text"]


def test_what_is_in_the_way_is_told(plan, rooms, order):
    there = add_session(plan, "KI im Bürgerbüro")
    put(there, rooms[1], 10, 11)
    session = add_session(plan, "Zu spät")
    status, answer = order(do="place", session=session.pk, room=rooms[1].pk, starts=z(10), seen=0)
    assert (status, answer["reason"]) == (409, "room_taken")
    assert answer["text"] == "Raum 2 ist von 10:00 bis 11:00 mit „KI im Bürgerbüro“ belegt."
    assert answer["blocks"] == [str(there.pk)]
    assert {one["id"] for one in answer["stand"]} == {str(there.pk), str(session.pk)}


ORDER = {"key": str(uuid.uuid4()), "do": "remove", "session": str(uuid.uuid4()), "seen": 0}


@pytest.mark.parametrize(
    ("body", "named"),
    [
        (b"", "Ein Befehl ist ein JSON-Objekt."),
        (b"\xff\xfe", "Ein Befehl ist ein JSON-Objekt."),
        (b"[" * 9_000, "Ein Befehl ist ein JSON-Objekt."),
        (b" " * 10_001, "Ein Befehl ist ein JSON-Objekt."),
        ([], "Ein Befehl ist ein JSON-Objekt."),
        ({}, "do"),
        ({**ORDER, "do": "explode"}, "do"),
        ({**ORDER, "do": ["remove"]}, "do"),
        ({**ORDER, "key": 7}, "„key“"),
        ({**ORDER, "key": "no uuid"}, "„key“"),
        ({**ORDER, "seen": "0"}, "„seen“"),
        ({**ORDER, "seen": True}, "„seen“"),
        ({**ORDER, "seen": -1}, "„seen“"),
        ({**ORDER, "seen": 10**12}, "„seen“"),
        ({**ORDER, "session": None}, "„session“"),
        ({**ORDER, "do": "place", "room": ORDER["session"], "starts": "2027-03-12T09:00:00"}, "„starts“"),
        ({**ORDER, "do": "place", "room": ORDER["session"], "starts": "9 Uhr"}, "„starts“"),
        ({**ORDER, "do": "place", "room": ORDER["session"], "starts": "9999-12-31T23:59:59Z"}, "„starts“"),
        ({**ORDER, "do": "place", "starts": "2027-03-12T09:00:00Z"}, "„room“"),
        ({**ORDER, "do": "undo"}, "„number“"),
        ({**ORDER, "do": "swap"}, "„other“"),
    ],
)
def test_an_order_that_cannot_be_read_is_refused_with_what_is_wrong(browser, desk, plan, body, named):
    sent = body if isinstance(body, bytes) else json.dumps(body)
    response = browser.post(address(desk, "befehle/"), sent, content_type="application/json")
    assert (response.status_code, response.json()["reason"]) == (422, "malformed")
    assert named in response.json()["text"]


def test_seconds_are_cut(plan, rooms, order):
    session = add_session(plan)
    starts = z(9).replace(":00Z", ":59.5Z")
    assert order(do="place", session=session.pk, room=rooms[0].pk, starts=starts, seen=0)[0] == 200
    assert Placement.objects.get().during.lower == at(9)


def test_others_may_not_read_nor_change_the_plan(desk, plan, rooms):
    session = add_session(plan)
    member = get_user_model().objects.create_user("kim@mainz.demo.invalid", "ein-langes-passwort")
    foreign, anonymous = Client(), Client()
    foreign.force_login(member)
    body = {"key": str(uuid.uuid4()), "do": "remove", "session": str(session.pk), "seen": 0}
    for browser, status in ((foreign, 403), (anonymous, 302)):
        assert browser.get(address(desk, "stand.json")).status_code == status
        posted = browser.post(address(desk, "befehle/"), json.dumps(body), "application/json")
        assert posted.status_code == status


def test_what_waits_in_a_browser_is_not_sent_in_anothers_name(browser, organiser, desk, plan, rooms):
    session = add_session(plan)
    order = {"key": str(uuid.uuid4()), "do": "place", "session": str(session.pk), "seen": 0}
    body = json.dumps(order | {"room": str(rooms[0].pk), "starts": z(9)})
    statuses = [
        browser.post(
            address(desk, "befehle/"), body, content_type="application/json", headers={"X-Account": account}
        ).status_code
        for account in (str(organiser.pk + 1), str(organiser.pk))
    ]
    assert (statuses, Placement.objects.count()) == ([401, 200], 1)


def test_an_order_needs_the_token_against_forged_requests(organiser, desk, plan):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(organiser)
    assert browser.post(address(desk, "befehle/"), "{}", "application/json").status_code == 403


def test_an_event_without_a_plan_has_no_stand(browser, section, desk):
    assert browser.get(address(desk, "stand.json")).status_code == 404
    missing = f"/veranstaltungen/{uuid.uuid4()}/programm/stand.json"
    assert browser.get(missing).status_code == 404
    assert browser.post(address(desk, "stand.json")).status_code == 405


def test_the_stand_says_when_rooms_and_hosts_of_this_plan_are_there(section, browser, desk, plan, rooms):
    host, other = add_host(plan), add_plan(add_desk(add_event(section, "Anderes")))
    for during in ((at(13), at(15)), (at(9), at(10))):
        Availability.objects.create(host=host, during=during)
    Availability.objects.create(room=rooms[1], during=(at(9), at(12)))
    Availability.objects.create(host=add_host(other, "Fremd"), during=(at(9), at(10)))
    assert read(browser, desk)["availabilities"] == {
        str(host.pk): [[z(9), z(10)], [z(13), z(15)]],
        str(rooms[1].pk): [[z(9), z(12)]],
    }


def test_availabilities_of_others_do_not_matter(plan, rooms, order):
    Availability.objects.create(room=rooms[1], during=(at(9), at(10)))
    Availability.objects.create(host=add_host(plan), during=(at(9), at(10)))
    session = add_session(plan)
    assert order(do="place", session=session.pk, room=rooms[0].pk, starts=z(13), seen=0)[0] == 200
