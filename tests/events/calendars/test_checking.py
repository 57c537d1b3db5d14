"""All programs find the same instants in what is written here, and the check sees when they do not."""

from __future__ import annotations

import datetime as dt
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from icalendar import Calendar

from events.calendars.checking import check_file
from events.calendars.components import Meeting, build_meeting, build_slot
from events.calendars.files import build_feed
from events.calendars.reading import READERS
from events.calendars.reading.instances import ReaderMissing
from events.calendars.zones import BERLIN
from hub.catalogue.settling import settle
from hub.documents import Event, Occurrence, Recurrence, Slot
from hub.instants import zone_of

ALL = set(READERS)
STAMP = dt.datetime(2026, 11, 22, 5, tzinfo=dt.UTC)


def berlin(*parts: int) -> dt.datetime:
    return dt.datetime(*parts, tzinfo=zone_of(BERLIN))


def meeting(key: str, rule: str, first: dt.datetime, *exceptions: Occurrence, **facts) -> Meeting:
    recurrence = Recurrence(rule=rule, exceptions=exceptions) if rule else None
    event = Event(starts=first, ends=first + dt.timedelta(hours=1), recurrence=recurrence, **facts)
    return Meeting(f"{key}@wissen.example", STAMP, f"https://wissen.example/id/{key}", f"Runde {key}", event)


def is_not_installed(body: bytes, first: dt.datetime, last: dt.datetime):
    raise ReaderMissing


def year_of_meetings() -> list[Meeting]:
    """Over both changes of the clock of 2027 (28 March, 31 October), with every kind of exception."""
    return [
        meeting(
            "weekly",
            "FREQ=WEEKLY;INTERVAL=1;BYDAY=SU;COUNT=45",
            berlin(2027, 3, 7, 10),
            Occurrence(at=berlin(2027, 3, 28, 10), cancelled=True),
            Occurrence(at=berlin(2027, 4, 4, 10), starts=berlin(2027, 4, 5, 14), ends=berlin(2027, 4, 5, 16)),
            Occurrence(
                at=berlin(2027, 10, 31, 10), starts=berlin(2027, 10, 30, 23), ends=berlin(2027, 10, 31, 1)
            ),
        ),
        meeting(
            "monthly",
            "FREQ=MONTHLY;INTERVAL=1;BYDAY=1TU;UNTIL=20280131T225959Z",
            berlin(2027, 2, 2, 16, 30),
            Occurrence(at=berlin(2027, 5, 4, 16, 30), cancelled=True),
            Occurrence(at=berlin(2027, 6, 1, 16, 30), cancelled=True),
            Occurrence(
                at=berlin(2027, 11, 2, 16, 30),
                starts=berlin(2027, 10, 26, 16, 30),
                ends=berlin(2027, 10, 26, 18),
                location="Rathaus",
            ),
        ),
        meeting("last", "FREQ=MONTHLY;INTERVAL=2;BYDAY=-1FR", berlin(2027, 1, 29, 9)),
        meeting("off", "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO;COUNT=8", berlin(2027, 3, 1, 9), status="cancelled"),
        meeting("utc", "FREQ=WEEKLY;INTERVAL=1;BYDAY=TH;COUNT=40", dt.datetime(2027, 3, 4, 9, tzinfo=dt.UTC),
                timezone="UTC"),
        meeting("summer", "", berlin(2027, 7, 1, 9)),
        meeting("winter", "", berlin(2027, 12, 1, 9)),
        meeting("twice", "", berlin(2027, 10, 31, 2, 30).replace(fold=1)),
    ]  # fmt: skip


def feed(*meetings: Meeting) -> bytes:
    return build_feed("Alle\n🎉", [part for one in meetings for part in build_meeting(one)])


def starts_of(body: bytes, key: str) -> list[dt.datetime]:
    return [date.starts for date in check_file(body).dates if date.uid.startswith(f"{key}@")]


def test_every_program_agrees_on_every_instant_over_both_changes_of_the_clock():
    finding = check_file(feed(*year_of_meetings()))
    assert finding.faults == []
    assert set(finding.readers) == ALL, f"not installed: {finding.missing}"
    assert len(finding.dates) > 110


def test_the_instants_are_those_that_are_meant():
    weekly = starts_of(feed(year_of_meetings()[0]), "weekly")
    assert len(weekly) == 44, "45 of which one is cancelled"
    assert berlin(2027, 3, 21, 10) in weekly
    assert berlin(2027, 3, 28, 10) not in weekly
    assert berlin(2027, 4, 4, 10) not in weekly
    assert berlin(2027, 4, 5, 14) in weekly
    assert dt.datetime(2027, 4, 11, 8, tzinfo=dt.UTC) in weekly, "ten o'clock, in summer"
    assert berlin(2027, 10, 30, 23) in weekly
    assert dt.datetime(2027, 11, 7, 9, tzinfo=dt.UTC) in weekly, "ten o'clock, in winter"
    monthly = starts_of(feed(year_of_meetings()[1]), "monthly")
    assert [start.astimezone(zone_of(BERLIN)).strftime("%d.%m.%Y") for start in monthly] == [
        "02.02.2027", "02.03.2027", "06.04.2027", "06.07.2027", "03.08.2027", "07.09.2027", "05.10.2027",
        "26.10.2027", "07.12.2027", "04.01.2028",
    ]  # fmt: skip


def with_the_zone_of_the_library(body: bytes) -> bytes:
    """The same file with the VTIMEZONE that icalendar would add by itself."""
    calendar = Calendar.from_ical(body)
    calendar.subcomponents = [part for part in calendar.subcomponents if part.name != "VTIMEZONE"]
    calendar.add_missing_timezones()
    return calendar.to_ical()


@pytest.mark.parametrize("number", [0, 5])
def test_the_zone_that_the_library_adds_is_found_out(number):
    one = year_of_meetings()[number]
    assert check_file(feed(one)).faults == []
    spoilt = with_the_zone_of_the_library(feed(one))
    assert b"RDATE" in spoilt
    finding = check_file(spoilt)
    assert any("seen by ical.js, not by recurring" in fault for fault in finding.faults), finding.faults
    if number == 5:
        late = berlin(2027, 7, 1, 10).astimezone(dt.UTC)
        assert late in {date.starts for date in finding.dates}, "an hour late in summer"


def test_a_property_that_cannot_be_read_is_a_fault():
    body = feed(year_of_meetings()[5]).replace(b"SEQUENCE:0", b"SEQUENCE:none")
    assert any("SEQUENCE" in fault for fault in check_file(body).faults)


@pytest.mark.parametrize("body", [b"", b"BEGIN:VCALENDAR\r\nVERSION:2.0", b"<html>"])
def test_what_is_no_calendar_is_a_fault(body):
    assert check_file(body).faults


def test_slots_are_read_alike():
    whole = meeting("barcamp", "", berlin(2027, 3, 28, 1), online_url="https://meet.example/alle")
    slots = [
        Slot(uid="a", title="Früh", starts=berlin(2027, 3, 28, 1), ends=berlin(2027, 3, 28, 3), room="Saal"),
        Slot(uid="b", title="Fern", starts=berlin(2027, 3, 28, 4), ends=berlin(2027, 3, 28, 5),
             online_url="https://meet.example/b"),
    ]  # fmt: skip
    body = build_feed("x", [build_slot(whole, slot) for slot in slots])
    assert check_file(body).faults == []
    online = [str(event["conference"]) for event in Calendar.from_ical(body).walk("VEVENT")]
    assert online == ["https://meet.example/alle", "https://meet.example/b"]


class TestCommand:
    def test_files(self, tmp_path):
        good, bad = tmp_path / "gut.ics", tmp_path / "schlecht.ics"
        good.write_bytes(feed(year_of_meetings()[5]))
        bad.write_bytes(with_the_zone_of_the_library(feed(year_of_meetings()[5])))
        out, err = StringIO(), StringIO()
        call_command("check_calendar", str(good), stdout=out)
        assert "2027-07-01T07:00:00Z 2027-07-01T08:00:00Z summer@wissen.example" in out.getvalue()
        assert "1 calendars, all read alike" in out.getvalue()
        with pytest.raises(CommandError, match="1 of 2 calendars"):
            call_command("check_calendar", str(good), str(bad), stdout=out, stderr=err)
        assert "summer@wissen.example: 2027-07-01T08:00:00Z" in err.getvalue()

    def test_one_program_alone_agrees_with_nobody(self, tmp_path, monkeypatch):
        for name in ALL - {"recurring-ical-events"}:
            monkeypatch.setitem(READERS, name, is_not_installed)
        path = tmp_path / "eine.ics"
        path.write_bytes(feed(year_of_meetings()[5]))
        with pytest.raises(CommandError, match="nothing was compared"):
            call_command("check_calendar", str(path), stdout=StringIO())

    def test_a_file_that_is_not_there(self, tmp_path):
        with pytest.raises(CommandError, match=r"nichts\.ics"):
            call_command("check_calendar", str(tmp_path / "nichts.ics"))

    @pytest.mark.django_db
    def test_without_an_argument_the_events_of_this_instance(self, event):
        settle()
        out = StringIO()
        call_command("check_calendar", stdout=out)
        assert f"/kalender/{event.translation_key}.ics: 2 dates" in out.getvalue()
        assert "2 calendars, all read alike" in out.getvalue()
