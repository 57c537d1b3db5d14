"""Calendars: the same bytes for the same entries, right at both changes of the clock, 304 and 410."""

from __future__ import annotations

import datetime as dt
import re

import pytest
import recurring_ical_events
from django.test import Client
from icalendar import Calendar

from events.calendars.files import build_calendar
from events.programme import group_programme
from events.templatetags.events import ends_locally, starts_locally
from hub.catalogue.models import CatalogueEntry
from hub.catalogue.rendering import draft_entry
from hub.catalogue.settling import settle
from hub.documents import Document, Event, Slot, Text
from tests.events.conftest import SLOT
from tests.search.catalogue import store

CHANGED = dt.datetime(2026, 11, 22, 5, 0, 0, 123456, tzinfo=dt.UTC)

FOREIGN = "http://koblenz.localhost:8002"


def make_entry(starts: dt.datetime, hours: float = 1, **facts) -> CatalogueEntry:
    event = Event(starts=starts, ends=starts + dt.timedelta(hours=hours), **facts)
    document = Document(
        id="https://wissen.example/id/1f4bb8f2-17f3-4f5c-8a15-9a64b6e1d7ab",
        kind="event",
        texts={"de": Text(title="Treffen, groß; mit \\ und Ümläuten " * 3, summary="Zeile eins\nZeile zwei")},
        event=event,
    )
    entry = draft_entry(document)
    entry.changed = CHANGED
    return entry


def utc(*parts: int) -> dt.datetime:
    return dt.datetime(*parts, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    "starts",
    [
        utc(2027, 3, 28, 0, 30),  # 01:30 before the clock goes forward
        utc(2027, 3, 28, 1, 30),  # 03:30 after it
        utc(2027, 7, 1, 7, 0),
        utc(2027, 10, 30, 22, 30),  # 00:30 before the clock goes back
        utc(2027, 10, 31, 1, 30),  # 02:30 for the second time
        utc(2027, 10, 31, 2, 30),
        utc(2027, 12, 1, 8, 0),
        utc(2041, 3, 31, 2, 0),
    ],
)
def test_readers_find_the_instant_around_both_changes_of_the_clock(starts):
    calendar = Calendar.from_ical(build_calendar("x", [make_entry(starts)]))
    found = recurring_ical_events.of(calendar).between(
        starts - dt.timedelta(days=1), starts + dt.timedelta(days=1)
    )
    assert [event.start.astimezone(dt.UTC) for event in found] == [starts]
    assert not [error for component in calendar.walk() for error in component.errors]


def test_the_zone_has_yearly_rules_and_no_list_of_dates():
    text = build_calendar("x", [make_entry(utc(2027, 7, 1, 7))]).decode()
    assert text.count("BEGIN:VTIMEZONE") == 1
    assert "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3" in text
    assert "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10" in text
    assert "RDATE" not in text
    assert re.search(r"DTSTART;TZID=Europe/Berlin:20270701T090000\r\n", text)


def test_other_zones_are_written_in_utc():
    text = build_calendar("x", [make_entry(utc(2027, 7, 1, 7), timezone="America/New_York")]).decode()
    assert "VTIMEZONE" not in text
    assert "DTSTART:20270701T070000Z" in text


def test_the_same_entries_give_the_same_bytes():
    def build() -> bytes:
        return build_calendar("Termine", [make_entry(utc(2027, 7, 1, 7)), make_entry(utc(2027, 8, 1, 7))])

    assert build() == build()
    assert b"DTSTAMP:20261122T050000Z\r\n" in build()
    assert b"LAST-MODIFIED:20261122T050000Z\r\n" in build()
    assert b"REFRESH-INTERVAL;VALUE=DURATION:PT1H\r\n" in build()


def test_lines_are_folded_and_escaped():
    body = build_calendar("x", [make_entry(utc(2027, 7, 1, 7))])
    assert max(len(line) for line in body.split(b"\r\n")) <= 75
    unfolded = body.replace(b"\r\n ", b"").decode()
    assert "SUMMARY:Treffen\\, groß\\; mit \\\\ und Ümläuten" in unfolded
    assert "DESCRIPTION:Zeile eins\\nZeile zwei" in unfolded


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Barcamp 🎉🏛️ Rheinland-Pfalz", "Barcamp 🎉🏛️ Rheinland-Pfalz"),
        ("Runde\r\nBEGIN:VEVENT\nSUMMARY:x", "Runde BEGIN:VEVENT SUMMARY:x"),
        ("Kosten; Nutzen, \\ Grüße\x07", "Kosten; Nutzen, \\ Grüße"),
        ("🎉" * 60, "🎉" * 60),
    ],
)
def test_a_name_survives_emoji_and_line_breaks(name, shown):
    body = build_calendar(name, [make_entry(utc(2027, 7, 1, 7))])
    calendar = Calendar.from_ical(body)
    assert (str(calendar["name"]), str(calendar["x-wr-calname"])) == (shown, shown)
    assert len(calendar.walk("VEVENT")) == 1
    assert max(len(line) for line in body.split(b"\r\n")) <= 75
    assert b"COLOR:steelblue\r\n" in body


def test_slots_have_uids_of_their_own_and_follow_the_status_of_the_event():
    slot = Slot(uid=SLOT, title="Auftakt", starts=utc(2027, 7, 1, 7), ends=utc(2027, 7, 1, 8), room="Saal")
    entry = make_entry(utc(2027, 7, 1, 7), slots=(slot,), status="cancelled", sequence=3)
    events = Calendar.from_ical(build_calendar("x", [entry], programme=True)).walk("VEVENT")
    assert [str(event["uid"]) for event in events] == [
        f"{entry.document.uuid}@wissen.example",
        f"{SLOT}@wissen.example",
    ]
    assert {(str(event["status"]), event["sequence"]) for event in events} == {("CANCELLED", 3)}
    assert str(events[1]["related-to"]) == f"{entry.document.uuid}@wissen.example"
    assert len(Calendar.from_ical(build_calendar("x", [entry])).walk("VEVENT")) == 1


@pytest.mark.parametrize(
    ("when", "zone"),
    [
        (utc(9999, 12, 31, 23, 30), "Europe/Berlin"),
        (utc(2027, 7, 1, 7), "Europe"),
        (utc(2027, 7, 1, 7), "a" * 300),
    ],
)
def test_no_time_or_zone_breaks_calendar_or_programme(when, zone):
    slot = Slot.model_construct(uid=SLOT, title="x", starts=when, ends=when, room="", hosts=(), summary="")
    entry = make_entry(utc(2027, 7, 1, 7))
    facts = dict(entry.document.event) | {"starts": when, "ends": when, "timezone": zone, "slots": (slot,)}
    event = Event.model_construct(**facts)
    entry.__dict__["document"] = entry.document.model_copy(update={"event": event})
    written = when.strftime("%Y%m%d").encode()
    assert build_calendar("x", [entry], programme=True).count(b"DTSTART:" + written) >= (
        zone != "Europe/Berlin"
    )
    assert group_programme(event)[0].date == when.date()
    assert (starts_locally(event), ends_locally(event)) == (when, when)


@pytest.mark.django_db
class TestAddresses:
    """What the three addresses answer."""

    def test_an_event_with_its_programme_and_304_while_unchanged(self, event):
        settle()
        client = Client()
        address = f"/kalender/{event.translation_key}.ics"
        first = client.get(address)
        assert first.status_code == 200
        assert first["Content-Type"] == "text/calendar; charset=utf-8"
        assert len(Calendar.from_ical(first.content).walk("VEVENT")) == 2
        assert client.get(address).content == first.content
        assert client.get(address, headers={"if-none-match": first["ETag"]}).status_code == 304

        event.location = "Rathaus"
        event.save_revision().publish()
        settle()
        moved = client.get(address, headers={"if-none-match": first["ETag"]})
        assert moved.status_code == 200
        assert b"SEQUENCE:1\r\n" in moved.content

    def test_nothing_is_kept_without_asking(self, event):
        settle()
        address = f"/kalender/{event.translation_key}.ics"
        assert Client().get(address)["Cache-Control"] == "no-cache"
        assert Client().get("/kalender/alle.ics")["Cache-Control"] == "no-cache"
        event.unpublish()
        assert Client().get(address)["Cache-Control"] == "no-cache"

    def test_another_hub_never_takes_over_the_address_of_an_own_event(self, event):
        settle()
        key = event.translation_key
        own = CatalogueEntry.objects.get(uuid=key)
        foreign = own.document.model_copy(
            update={"id": f"{FOREIGN}/id/{key}", "texts": {"de": Text(title="Fremd")}}
        )
        store(foreign, source="koblenz")
        client, address = Client(), f"/kalender/{key}.ics"
        assert b"Barcamp" in client.get(address).content
        event.unpublish()
        assert client.get(address).status_code == 410, "before it is settled"
        settle()
        assert client.get(address).status_code == 410
        event.audience = "members"
        event.save_revision().publish()
        settle()
        assert client.get(address).status_code == 404

    def test_a_received_event_has_a_calendar_and_is_gone_when_withdrawn(self, event):
        document = make_entry(utc(2027, 7, 1, 7)).document
        received = store(document, source="koblenz")
        client, address = Client(), f"/kalender/{received.uuid}.ics"
        assert client.get(address).status_code == 200
        CatalogueEntry.objects.filter(pk=received.pk).update(hidden=True)
        assert client.get(address).status_code == 410

    def test_an_entry_that_cannot_be_read_leaves_the_feed_whole(self, event):
        settle()
        entry = store(make_entry(utc(2027, 7, 1, 7)).document, source="koblenz")
        body = entry.body.replace("wissenshub/1.3", "wissenshub/2.0")
        CatalogueEntry.objects.filter(pk=entry.pk).update(body=body)
        found = Calendar.from_ical(Client().get("/kalender/alle.ics").content).walk("VEVENT")
        assert [str(one["summary"]) for one in found] == ["Barcamp"]

    def test_collections(self, event):
        settle()
        client = Client()
        for address in ("/kalender/alle.ics", "/kalender/mainz.ics"):
            events = Calendar.from_ical(client.get(address).content).walk("VEVENT")
            assert [str(found["summary"]) for found in events] == ["Barcamp"], address
        assert client.get("/kalender/unbekannt.ics").status_code == 404

    def test_a_withdrawn_event_is_gone(self, event):
        settle()
        event.unpublish()
        client = Client()
        assert client.get(f"/kalender/{event.translation_key}.ics").status_code == 410, "before it is settled"
        settle()
        assert client.get(f"/kalender/{event.translation_key}.ics").status_code == 410
        assert not Calendar.from_ical(client.get("/kalender/alle.ics").content).walk("VEVENT")

    def test_a_members_event_is_not_there_for_the_public(self, event):
        event.audience = "members"
        event.save_revision().publish()
        settle()
        client = Client()
        assert client.get(f"/kalender/{event.translation_key}.ics").status_code == 404
        assert not Calendar.from_ical(client.get("/kalender/alle.ics").content).walk("VEVENT")
        assert client.get("/kalender/7b8c54f0-94d1-4c34-9fd0-5f7b0c1d5b0e.ics").status_code == 404

    def test_the_page_shows_the_programme_by_time(self, event):
        settle()
        response = Client().get(event.get_url(), headers={"host": "localhost"})
        assert response.status_code == 200
        html = response.content.decode()
        assert '<time datetime="2027-03-12T09:00:00+01:00">09:00</time>' in html
        assert f'id="slot-{SLOT}"' in html
        assert f"/kalender/{event.translation_key}.ics" in html
