"""A series that changes after people subscribed: before and after, readers see exactly the right instants."""

from __future__ import annotations

import dataclasses
import datetime as dt

import pytest
from icalendar import Calendar

from events.calendars.checking import check_file
from events.calendars.telling import tell_changes
from events.circles.calling_off import restore_date
from events.circles.dates import list_year, read_dates
from events.circles.feed import build_circle_feed, feed_address
from events.circles.refusing import Refused
from events.circles.series import Move, begin_series, cancel_date, change_following, move_date
from events.circles.work import propose_item
from events.models import AgendaItem, CircleSeries, EventPage, Letter, Meeting
from hub.documents import Viewer
from tests.events.circles.conftest import NOW, WISH, address, berlin, browser

pytestmark = pytest.mark.django_db
TUESDAYS = [(3, 6), (3, 13), (3, 20), (3, 27), (4, 3), (4, 10)]


def usual(*days: tuple[int, int]) -> list[dt.datetime]:
    return [berlin(2029, month, day, 10).astimezone(dt.UTC) for month, day in days]


def poll(circle) -> list[dt.datetime]:
    """What every reader that is installed sees in the feed, by the second."""
    finding = check_file(build_circle_feed(circle))
    assert finding.faults == []
    assert "recurring-ical-events" in finding.readers or finding.readers
    return [date.starts for date in finding.dates]


def date_of(series, index: int):
    fresh = CircleSeries.objects.select_related("event", "circle__group").get(pk=series.pk)
    return list(read_dates(fresh))[index]


def invited(letters) -> list[tuple[str, str]]:
    return [(letter.name, letter.method) for letter in letters]


def test_a_series_is_invited_to_as_one(circle, series, member):
    assert poll(circle) == usual(*TUESDAYS)
    [letter] = Letter.objects.all()
    assert invited([letter]) == [("circle_invited", "REQUEST")]
    [event] = Calendar.from_ical(letter.calendar).walk("VEVENT")
    assert event["rrule"]["FREQ"] == ["WEEKLY"]


def test_one_date_is_moved(circle, series, leader):
    poll(circle)
    move = Move(berlin(2029, 3, 28, 14), berlin(2029, 3, 28, 15), "Werkstatt")
    move_date(date_of(series, 3), move, leader, NOW)
    moved = berlin(2029, 3, 28, 14).astimezone(dt.UTC)
    assert sorted(poll(circle)) == sorted([*usual(*TUESDAYS[:3], *TUESDAYS[4:]), moved])
    assert tell_changes(NOW) == 1
    letter = Letter.objects.latest("pk")
    assert invited([letter]) == [("date_changed", "REQUEST")]
    assert "Werkstatt" in letter.text


def test_one_date_is_cancelled_and_restored(circle, series, leader):
    cancel_date(date_of(series, 1), leader, NOW)
    assert poll(circle) == usual(TUESDAYS[0], *TUESDAYS[2:])
    assert tell_changes(NOW) == 1
    assert invited([Letter.objects.latest("pk")]) == [("date_changed", "CANCEL")]
    restore_date(date_of(series, 1), leader, NOW)
    assert poll(circle) == usual(*TUESDAYS)
    assert tell_changes(NOW) == 1
    assert invited([Letter.objects.latest("pk")]) == [("date_changed", "REQUEST")]


def test_all_that_follow_are_changed(circle, series, leader):
    cancel_date(date_of(series, 1), leader, NOW)
    tell_changes(NOW)
    wish = dataclasses.replace(
        WISH,
        starts=berlin(2029, 3, 28, 16),
        ends=berlin(2029, 3, 28, 17),
        rule="FREQ=WEEKLY;INTERVAL=1;BYDAY=WE;UNTIL=20290411T215959Z",
    )
    change_following(date_of(series, 3), wish, leader, NOW)
    wednesdays = [berlin(2029, 3, 28, 16), berlin(2029, 4, 4, 16), berlin(2029, 4, 11, 16)]
    assert poll(circle) == usual(TUESDAYS[0], TUESDAYS[2]) + [each.astimezone(dt.UTC) for each in wednesdays]
    assert tell_changes(NOW) == 1
    assert sorted(invited(Letter.objects.order_by("-pk")[:2])) == [
        ("circle_invited", "REQUEST"),
        ("event_changed", "REQUEST"),
    ]
    assert tell_changes(NOW) == 0


def test_by_mail_alone_the_same_instants_are_in_a_calendar(circle, series, leader):
    """What a program holds that applied each letter: the last object of each UID, and its single dates."""
    move_date(date_of(series, 2), Move(berlin(2029, 3, 21, 9), berlin(2029, 3, 21, 10)), leader, NOW)
    tell_changes(NOW)
    wish = dataclasses.replace(WISH, starts=berlin(2029, 4, 3, 15), ends=berlin(2029, 4, 3, 16))
    change_following(date_of(series, 4), wish, leader, NOW)
    tell_changes(NOW)
    last = {}
    for letter in Letter.objects.order_by("pk"):
        for event in Calendar.from_ical(letter.calendar).walk("VEVENT"):
            held = last.get((str(event["uid"]), event.get("recurrence-id") and event["recurrence-id"].dt))
            assert held is None or event["sequence"] > held["sequence"]
            last[str(event["uid"]), event.get("recurrence-id") and event["recurrence-id"].dt] = event
    calendar = Calendar()
    calendar.add("prodid", "-//test//")
    calendar.add("version", "2.0")
    for event in last.values():
        calendar.add_component(event)
    calendar.add_missing_timezones()
    from events.calendars.reading.python import read

    first, end = berlin(2029, 1, 1), berlin(2029, 12, 31)
    seen = sorted(each.starts for each in read(calendar.to_ical(), first, end))
    assert seen == sorted(poll(circle))


def test_what_was_prepared_goes_along(circle, series, leader):
    for index, title in ((3, "Testbestand"), (5, "Verzeichnis")):
        found = date_of(series, index)
        meeting = Meeting.objects.create(circle=circle, event=series.event, at=found.date.at)
        propose_item(meeting, AgendaItem(title=title), None)
    wish = dataclasses.replace(
        WISH,
        starts=berlin(2029, 3, 28, 16),
        ends=berlin(2029, 3, 28, 17),
        rule="FREQ=WEEKLY;INTERVAL=1;BYDAY=WE;UNTIL=20290405T215959Z",
    )
    new = change_following(date_of(series, 3), wish, leader, NOW)
    kept = {item.title: item.meeting for item in AgendaItem.objects.select_related("meeting")}
    assert {title: (each.event_id, each.at) for title, each in kept.items()} == {
        "Testbestand": (new.event_id, berlin(2029, 3, 28, 16)),
        "Verzeichnis": (new.event_id, berlin(2029, 4, 4, 16)),
    }


def test_changing_all_from_the_first_one_ends_the_old_series(circle, series, leader):
    later = dataclasses.replace(WISH, starts=berlin(2029, 3, 6, 14), ends=berlin(2029, 3, 6, 15))
    change_following(date_of(series, 0), later, leader, NOW)
    assert tell_changes(NOW) == 1
    names = sorted(invited(Letter.objects.order_by("-pk")[:2]))
    assert names == [("circle_invited", "REQUEST"), ("event_cancelled", "CANCEL")]
    assert EventPage.objects.get(pk=series.event_id).status == "cancelled"


def test_a_meeting_alone_is_moved_and_cancelled(circle, leader, member):
    alone = begin_series(circle, dataclasses.replace(WISH, rule=""), leader, NOW)
    move_date(date_of(alone, 0), Move(berlin(2029, 3, 7, 9), berlin(2029, 3, 7, 10)), leader, NOW)
    assert poll(circle) == [berlin(2029, 3, 7, 9).astimezone(dt.UTC)]
    cancel_date(date_of(alone, 0), leader, NOW)
    [found] = list_year(circle, 2029, Viewer.anonymous(), inside=True)
    assert found.is_cancelled


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (Move(berlin(2029, 3, 14, 10), berlin(2029, 3, 14, 9)), "nach seinem Beginn"),
        (Move(berlin(2029, 2, 14, 10), berlin(2029, 2, 14, 11)), "schon vorbei"),
    ],
)
def test_a_wrong_time_changes_nothing(circle, series, leader, wrong, said):
    with pytest.raises(Refused):
        move_date(date_of(series, 1), wrong, leader, NOW)
    assert poll(circle) == usual(*TUESDAYS)


def test_what_has_begun_stays(series, leader):
    later = berlin(2029, 3, 15, 10)
    for verb in (cancel_date, restore_date):
        with pytest.raises(Refused):
            verb(date_of(series, 0), leader, later)


def test_a_draft_of_the_page_is_not_published_by_a_move(series, leader):
    page = EventPage.objects.get(pk=series.event_id)
    page.summary = "Noch nicht fertig."
    page.save_revision()
    with pytest.raises(Refused):
        cancel_date(date_of(series, 1), leader, NOW)


def test_the_feed_is_for_members_and_ends_with_them(circle, series, member):
    path = feed_address(member).split("/", 3)[3]
    answer = browser().get("/" + path)
    assert (answer.status_code, answer.headers["X-Robots-Tag"]) == (200, "noindex")
    assert browser().get("/" + path, headers={"if-none-match": answer.headers["ETag"]}).status_code == 304
    assert browser().get("/" + path.replace("~", "~x")).status_code == 404
    member.left = NOW
    member.save()
    assert browser().get("/" + path).status_code == 404


def form_data(**changes: str) -> dict[str, str]:
    values = {"title": "Austausch", "starts": "2029-03-06T10:00", "minutes": "60", "rhythm": "month"}
    return {**values, "until": "2029-12-31", "location": "Rathaus", **changes}


def test_a_series_is_made_by_the_form(circle, leader):
    answer = browser(leader).post(address(circle, "leitung/termine/"), form_data())
    assert answer.status_code == 302
    assert EventPage.objects.get().recurrence_rule.startswith("FREQ=MONTHLY;INTERVAL=1;BYDAY=1TU;UNTIL=")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"starts": "2029-02-06T10:00"}, "schon vorbei"),
        ({"until": ""}, "bis wann"),
        ({"until": "2039-01-01"}, "höchstens zwei Jahre"),
        ({"starts": "2029-03-25T02:30"}, "2029-03-25T02:30"),
        ({"minutes": "0"}, "minutes"),
    ],
)
def test_a_wrong_form_says_what_is_wrong_and_keeps_what_was_typed(circle, leader, changes, said):
    answer = browser(leader).post(address(circle, "leitung/termine/"), form_data(**changes))
    text = answer.content.decode()
    assert answer.status_code == 200
    assert said in text
    assert 'value="Austausch"' in text
    assert not EventPage.objects.exists()


def test_dates_are_changed_by_the_pages(circle, series, leader, member):
    path = address(circle, f"leitung/termine/{series.pk}/{date_of(series, 1).stamp}/")
    client = browser(leader)
    assert client.get(path).status_code == 200
    wrong = client.post(
        path, {"action": "move", "starts": "2029-01-01T10:00", "minutes": "60", "location": "Hof"}
    )
    assert "schon vorbei" in wrong.content.decode()
    assert 'value="Hof"' in wrong.content.decode()
    client.post(path, {"action": "move", "starts": "2029-03-14T10:00", "minutes": "60"})
    assert date_of(series, 1).date.starts == berlin(2029, 3, 14, 10)
    assert "Nur dieses Treffen absagen" in client.get(path + "absagen/").content.decode()
    client.post(path + "absagen/", {"action": "one"})
    assert date_of(series, 1).is_cancelled
    assert client.post(path, {"action": "dance"}).status_code == 200
    assert client.get(path + "folgende/").status_code == 200
    answer = client.post(path + "folgende/", form_data(starts="2029-03-14T10:00", rhythm="week"))
    assert answer.status_code == 302
    assert browser(member.user).get(path).status_code == 403


@pytest.mark.parametrize("stamp", ["20290307T0900Z", "morgen"])
def test_a_date_there_is_none_of_is_not_found(circle, series, leader, stamp):
    for tail in ("termine/", "leitung/termine/"):
        assert browser(leader).get(address(circle, f"{tail}{series.pk}/{stamp}/")).status_code == 404
