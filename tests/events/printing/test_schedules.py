"""The programme for apps: the same release gives the same, readable file."""

from __future__ import annotations

import json
import uuid
from xml.etree import ElementTree

import pytest

from events.desks import find_desk
from events.models import EventPage
from events.printing.checking import check_schedule
from events.printing.exporting import FORMS, export_schedule, tag_schedule
from events.printing.schedule import make_acronym, number_of
from tests.events.printing.conftest import release_plan, slots_of

ONE = "7d2f1c1e-58a5-4a51-9a43-7a3f1a2f9b10"


def slot(number: int = 1, **fields: object) -> dict[str, object]:
    values = {
        "uid": f"00000000-0000-4000-8000-{number:012}",
        "title": f"Session {number}",
        "room": "Saal",
        "hosts": [],
    }
    return {**values, "starts": "2027-03-12T09:00:00+01:00", "ends": "2027-03-12T09:45:00+01:00", **fields}


def xml_of(desk) -> ElementTree.Element:
    content = export_schedule(desk, "xml")
    assert content is not None
    assert check_schedule(content) == []
    return ElementTree.fromstring(content)


def test_there_is_none_before_a_release(client, desk, plan, url) -> None:
    assert [export_schedule(desk, form) for form in FORMS] == [None, None]
    assert client.get(f"{url}schedule.xml").status_code == 404


def test_both_are_sent_as_what_they_are_and_fit_their_schemas(client, url, release) -> None:
    types = {form: client.get(f"{url}schedule.{form}") for form in FORMS}
    assert types["xml"]["Content-Type"] == "application/xml; charset=utf-8"
    assert types["json"]["Content-Type"] == "application/json"
    assert [check_schedule(each.content) for each in types.values()] == [[], []]
    assert not any(b"@" in each.content for each in types.values())


def test_it_says_what_apps_ask_for(desk, plan) -> None:
    hosts = ["Alex Beispiel, Trier", "Robin Muster"]
    release_plan(
        plan, "Zweite Fassung", [slot(uid=ONE, title="Fünf & <sechs>", hosts=hosts, summary="Kurz.")]
    )
    root = xml_of(desk)
    event = root.find("day/room/event")
    assert event is not None
    said = {child.tag: child.text for child in event}
    assert (event.get("guid"), root.findtext("version")) == (ONE, "Zweite Fassung")
    assert root.findtext("conference/acronym") == "barcamp_rheinland_pfalz"
    number = event.get("id")
    assert said["slug"] == f"barcamp_rheinland_pfalz-{number}-fuenf-sechs"
    assert (said["title"], said["abstract"], said["room"]) == ("Fünf & <sechs>", "Kurz.", "Saal")
    assert (said["date"], said["start"], said["duration"]) == ("2027-03-12T09:00:00+01:00", "09:00", "00:45")
    assert said["url"] == f"http://mainz.localhost:8001/id/{desk.event.translation_key}#slot-{ONE}"
    assert [each.text for each in event.findall("persons/person")] == hosts
    assert event.findtext("recording/optout") == "true"


def test_xml_and_json_say_the_same(desk, release) -> None:
    said = json.loads(export_schedule(desk, "json") or b"")
    talks = [
        talk
        for day in said["schedule"]["conference"]["days"]
        for room in day["rooms"].values()
        for talk in room
    ]
    events = xml_of(desk).findall("day/room/event")
    for name in ("title", "date", "start", "duration", "room", "slug", "url"):
        assert [talk[name] for talk in talks] == [each.findtext(name) for each in events]
    assert [(talk["guid"], str(talk["id"])) for talk in talks] == [
        (each.get("guid"), each.get("id")) for each in events
    ]


def test_a_session_keeps_its_numbers_when_it_moves_or_is_renamed(desk, plan) -> None:
    release_plan(plan, "Eins", [slot(uid=ONE)])
    before = xml_of(desk).find("day/room/event")
    times = {"starts": "2027-03-12T14:00:00+01:00", "ends": "2027-03-12T15:00:00+01:00"}
    release_plan(plan, "Zwei", [slot(uid=ONE, title="Anders", room="Foyer", **times)], number=2)
    after = xml_of(desk).find("day/room/event")
    assert before is not None
    assert after is not None
    assert (before.get("id"), before.get("guid")) == (after.get("id"), after.get("guid"))
    assert 1_000_000 <= int(before.get("id", 0)) < 2**31


def test_a_day_changes_at_four_in_the_morning_by_the_clock_of_the_place(desk, plan) -> None:
    """The clocks go forward on the night to 28 March 2027: that day has 23 hours."""
    late = slot(1, starts="2027-03-28T00:30:00Z", ends="2027-03-28T01:30:00Z")
    early = slot(2, starts="2027-03-28T02:00:00Z", ends="2027-03-28T02:30:00Z")
    release_plan(plan, "Nacht", [late, early])
    days = xml_of(desk).findall("day")
    assert [(day.get("date"), day.get("start"), day.get("end")) for day in days] == [
        ("2027-03-27", "2027-03-27T04:00:00+01:00", "2027-03-28T04:00:00+02:00"),
        ("2027-03-28", "2027-03-28T04:00:00+02:00", "2027-03-29T04:00:00+02:00"),
    ]
    events = [day.findall("room/event")[0] for day in days]
    assert [(each.findtext("start"), each.findtext("duration")) for each in events] == [
        ("01:30", "01:00"),
        ("04:00", "00:30"),
    ]


def test_each_session_without_a_room_has_one_of_its_own(desk, plan) -> None:
    known = [str(key) for key in plan.sessions.values_list("pk", flat=True)][:3]
    slots = [slot(uid=key, room="", title=key) for key in known]
    slots[2] |= {"starts": "2027-03-12T10:00:00+01:00", "ends": "2027-03-12T11:00:00+01:00"}
    release_plan(plan, "Online", slots)
    rooms = [room.get("name") for room in xml_of(desk).findall("day/room") if room.findall("event")]
    assert rooms == ["Online", "Online 2"]


def test_what_is_no_session_and_in_no_room_is_a_break_and_no_entry(desk, plan) -> None:
    release_plan(plan, "Pause", [slot(1), slot(2, room="", title="Mittagspause")])
    assert [each.text for each in xml_of(desk).findall("day/room/event/title")] == ["Session 1"]


def test_signs_that_no_xml_holds_are_left_out(desk, plan) -> None:
    release_plan(
        plan,
        "Zeichen",
        [slot(title="Ein\u0008e\ufffe 😀 Sitzung", hosts=["A\u0001lex"], online_url="javascript:x")],
    )
    event = xml_of(desk).find("day/room/event")
    assert event is not None
    assert (event.findtext("title"), event.findtext("persons/person")) == ("Eine 😀 Sitzung", "Alex")
    assert event.find("links/link") is None


def test_the_way_to_follow_a_session_from_afar_is_a_link(desk, plan) -> None:
    release_plan(plan, "Fern", [slot(online_url="https://meet.demo.invalid/a?b=1&c=2")])
    link = xml_of(desk).find("day/room/event/links/link")
    assert link is not None
    assert link.get("href") == "https://meet.demo.invalid/a?b=1&c=2"


@pytest.mark.parametrize(
    ("slug", "acronym"),
    [
        ("barcamp-2027", "barcamp_2027"),
        ("übung", "uebung"),
        ("bc", "bc_2027"),
        ("ж", "event_2027"),
        ("a-b", "a_b_2027"),
    ],
)
def test_an_acronym_has_four_signs_that_apps_know(slug, acronym) -> None:
    assert make_acronym(EventPage(slug=slug), 2027) == acronym


def test_a_large_programme_takes_no_more_queries(desk, plan, django_assert_num_queries) -> None:
    for count, number in ((1, 1), (3, 2)):
        slots = slots_of(plan)[:count]
        release_plan(plan, f"Nr. {number}", slots, number=number)
        with django_assert_num_queries(5):
            export_schedule(find_desk(desk.event.translation_key), "xml")


def test_the_tag_is_known_before_anything_is_written(desk, plan, django_assert_num_queries) -> None:
    assert tag_schedule(desk, "xml") is None
    for count, number in ((1, 1), (3, 2)):
        release_plan(plan, f"Nr. {number}", slots_of(plan)[:count], number=number)
        with django_assert_num_queries(3):
            tag_schedule(desk, "xml")


def test_the_tag_changes_with_all_that_is_said(client, desk, plan, release, url) -> None:
    tags = [tag_schedule(desk, form) for form in FORMS]
    unchanged = client.get(f"{url}schedule.xml", headers={"If-None-Match": f'"{tags[0]}"'})
    assert (unchanged.status_code, unchanged.content) == (304, b"")
    release.slots[0]["hosts"] = []
    release.save()
    tags.append(tag_schedule(desk, "xml"))
    plan.rooms.filter(name="Raum 1").update(capacity=7)
    tags.append(tag_schedule(desk, "xml"))
    desk.event.title = "Anders"
    tags.append(tag_schedule(desk, "xml"))
    plan.rooms.filter(name="Raum 2").update(name="Raum zwei")
    tags.append(tag_schedule(desk, "xml"))
    release_plan(plan, "Nächste", number=2)
    tags.append(tag_schedule(desk, "xml"))
    assert len(set(tags)) == len(tags) == 7
    again = client.get(f"{url}schedule.xml", headers={"If-None-Match": f'"{tags[0]}"'})
    assert (again.status_code, check_schedule(again.content)) == (200, [])


def test_numbers_of_a_large_programme_do_not_meet() -> None:
    keys = [uuid.uuid5(uuid.NAMESPACE_URL, str(number)) for number in range(500)]
    assert len({number_of(key) for key in keys}) == 500
