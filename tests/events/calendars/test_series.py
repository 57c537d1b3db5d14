"""An event that repeats: its page, its document, its editor, its calendar, and back from a document."""

from __future__ import annotations

import datetime as dt
import json

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from icalendar import Calendar

from events.models import EventPage
from events.rebuilding import REBUILDINGS
from events.templatetags.series import coming, repetition
from hub.catalogue.dates import next_span
from hub.catalogue.models import CatalogueEntry
from hub.catalogue.settling import settle
from hub.documents import Document, Event, Occurrence, Recurrence, Viewer
from hub.documents.series import MOST_DATES, last_end, list_dates, next_dates, read_rule, rule_of
from hub.instants import zone_of
from hub.site.queries import upcoming_events
from tests.factories.events import add_event

FIRST_TUESDAY = "FREQ=MONTHLY;INTERVAL=1;BYDAY=1TU"


def berlin(*parts: int) -> dt.datetime:
    return dt.datetime(*parts, tzinfo=zone_of("Europe/Berlin"))


def series(rule: str, starts: dt.datetime, *exceptions: Occurrence, **facts) -> Event:
    recurrence = Recurrence(rule=rule, exceptions=exceptions)
    return Event(starts=starts, ends=starts + dt.timedelta(hours=2), recurrence=recurrence, **facts)


class TestRule:
    @pytest.mark.parametrize(
        "text",
        [
            "FREQ=WEEKLY;INTERVAL=1;BYDAY=TU",
            "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO;COUNT=10",
            "FREQ=MONTHLY;INTERVAL=3;BYDAY=-1FR;UNTIL=20271231T225959Z",
        ],
    )
    def test_it_is_written_as_it_is_read(self, text):
        assert str(read_rule(text)) == text

    @pytest.mark.parametrize(
        "text",
        [
            "", "FREQ=SECONDLY", "FREQ=DAILY;INTERVAL=1", "FREQ=MONTHLY;INTERVAL=1;BYDAY=TU",
            "FREQ=WEEKLY;INTERVAL=1;BYDAY=1TU", "FREQ=WEEKLY;INTERVAL=0;BYDAY=TU",
            "FREQ=MONTHLY;INTERVAL=1;BYDAY=5TU", "FREQ=WEEKLY;INTERVAL=1;BYDAY=TU;COUNT=0",
            "FREQ=WEEKLY;INTERVAL=1;BYDAY=TU;UNTIL=20279931T225959Z",
            "FREQ=WEEKLY;INTERVAL=1;BYDAY=TU\r\nX:1", "FREQ=WEEKLY;INTERVAL=1;BYDAY=TU\n",
        ],
    )  # fmt: skip
    def test_another_one_is_not_read_and_the_event_has_one_date(self, text):
        event = series(text, berlin(2027, 3, 2, 10))
        assert read_rule(text) is None
        assert [date.starts for date in list_dates(event)] == [event.starts]
        assert next_dates(event, event.starts, 5) == []

    def test_dates_keep_their_time_of_the_day_when_clocks_change(self):
        event = series("FREQ=MONTHLY;INTERVAL=1;BYDAY=1TU;COUNT=4", berlin(2027, 2, 2, 10))
        assert [date.starts for date in list_dates(event)] == [
            berlin(2027, 2, 2, 10), berlin(2027, 3, 2, 10), berlin(2027, 4, 6, 10), berlin(2027, 5, 4, 10)
        ]  # fmt: skip

    def test_until_is_the_last_moment_a_date_may_begin(self):
        event = series("FREQ=WEEKLY;INTERVAL=1;BYDAY=TU;UNTIL=20270316T090000Z", berlin(2027, 3, 2, 10))
        assert len(list(list_dates(event))) == 3

    def test_the_last_weekday_of_a_month(self):
        event = series("FREQ=MONTHLY;INTERVAL=1;BYDAY=-1WE;COUNT=3", berlin(2027, 11, 24, 10))
        assert [date.starts.day for date in list_dates(event)] == [24, 29, 26]

    def test_without_an_end_there_are_many_but_not_endless(self):
        event = series("FREQ=WEEKLY;INTERVAL=52;BYDAY=TU", berlin(2027, 3, 2, 10))
        assert len(list(list_dates(event))) <= MOST_DATES
        assert last_end(event).year <= 2200

    @pytest.mark.parametrize(
        "event",
        [
            series(FIRST_TUESDAY, berlin(2027, 3, 9, 10)),
            series(FIRST_TUESDAY, berlin(2027, 3, 2, 2, 30)),
            series(FIRST_TUESDAY, berlin(2027, 3, 2, 10), timezone="America/New_York"),
        ],
    )
    def test_a_received_series_that_programs_would_read_differently_happens_once(self, event):
        assert rule_of(event) is None

    def test_what_comes_next(self):
        event = series(
            FIRST_TUESDAY,
            berlin(2027, 2, 2, 10),
            Occurrence(at=berlin(2027, 3, 2, 10), cancelled=True),
            Occurrence(
                at=berlin(2027, 4, 6, 10), starts=berlin(2027, 5, 10, 9), ends=berlin(2027, 5, 10, 10)
            ),
        )
        found = next_dates(event, berlin(2027, 2, 2, 12), 3)
        assert [(date.starts, date.is_cancelled) for date in found] == [
            (berlin(2027, 3, 2, 10), True), (berlin(2027, 5, 4, 10), False), (berlin(2027, 5, 10, 9), False)
        ]  # fmt: skip


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ("FREQ=WEEKLY;INTERVAL=1;BYDAY=TU", "jeden Dienstag"),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=TU", "alle 2 Wochen am Dienstag"),
        (FIRST_TUESDAY, "jeden ersten Dienstag im Monat"),
        ("FREQ=MONTHLY;INTERVAL=3;BYDAY=1TU", "alle 3 Monate am ersten Dienstag"),
    ],
)
def test_a_rule_in_words(rule, words):
    assert repetition(series(rule, berlin(2027, 3, 2, 10))) == words


def exceptions(*rows: dict) -> str:
    return json.dumps([{"type": "moved" if "starts" in row else "cancelled", "value": row} for row in rows])


@pytest.fixture
def circle(section):
    return add_event(
        section,
        "Austauschrunde",
        starts=berlin(2027, 3, 2, 10),
        ends=berlin(2027, 3, 2, 11),
        recurrence_rule=FIRST_TUESDAY + ";COUNT=10",
        recurrence_exceptions=exceptions(
            {"day": "2027-05-04"},
            {"day": "2027-04-06", "starts": "2027-04-08T14:00:00+02:00", "ends": "2027-04-08T15:00:00+02:00",
             "location": "Rathaus"},
        ),
    )  # fmt: skip


@pytest.mark.django_db
class TestPage:
    def test_page_in_document_out(self, circle):
        event = circle.to_document().event
        assert event.recurrence == Recurrence(
            rule=FIRST_TUESDAY + ";COUNT=10",
            exceptions=(
                Occurrence(
                    at=berlin(2027, 4, 6, 10), starts=berlin(2027, 4, 8, 14), ends=berlin(2027, 4, 8, 15),
                    location="Rathaus",
                ),
                Occurrence(at=berlin(2027, 5, 4, 10), cancelled=True),
            ),
        )  # fmt: skip
        body = circle.to_document().to_bytes()
        assert Document.from_bytes(body).event == event

    def test_an_event_that_happens_once_says_nothing_of_it(self, event):
        assert b"recurrence" not in event.to_document().to_bytes()

    def test_an_exception_raises_the_sequence(self, circle):
        circle.recurrence_exceptions = "[]"
        circle.save_revision().publish()
        assert EventPage.objects.get(pk=circle.pk).sequence == 1

    @pytest.mark.parametrize(
        ("changes", "field", "words"),
        [
            (
                {"starts": berlin(2027, 3, 9, 10), "ends": berlin(2027, 3, 9, 11)},
                "starts",
                "Dienstag, 9. März 2027",
            ),
            (
                {"starts": berlin(2027, 3, 2, 2), "ends": berlin(2027, 3, 2, 4)},
                "starts",
                "zwischen 2 und 3 Uhr",
            ),
            ({"recurrence_rule": "FREQ=DAILY"}, "recurrence_rule", "nicht bekannt"),
            (
                {"recurrence_exceptions": exceptions({"day": "2027-05-05"})},
                "recurrence_exceptions",
                "5. Mai 2027",
            ),
            (
                {"recurrence_exceptions": exceptions({"day": "2027-05-04"}, {"day": "2027-05-04"})},
                "recurrence_exceptions",
                "zweimal",
            ),
            ({"starts": berlin(2027, 3, 2, 9)}, "starts", "neue Veranstaltung"),
        ],
    )
    def test_what_cannot_be_is_refused_in_words(self, circle, changes, field, words):
        for name, value in changes.items():
            setattr(circle, name, value)
        with pytest.raises(ValidationError) as caught:
            circle.clean()
        assert words in caught.value.message_dict[field][0]

    def test_back_from_its_document(self, circle, section):
        document = circle.to_document()
        page = EventPage(title="Zurück")
        REBUILDINGS["event"].facts(page, document, None)
        assert page.build_event(document.event.sequence) == document.event

    def test_the_page_shows_the_rule_and_the_next_dates(self, circle, freezer_at):
        freezer_at(berlin(2027, 3, 20, 8))
        settle()
        html = Client().get(circle.get_url(), headers={"host": "localhost"}).content.decode()
        assert "jeden ersten Dienstag im Monat" in html
        assert "fällt aus" in html
        assert "Rathaus" in html
        assert "statt 06.04.2027" in html

    def test_lists_have_the_next_date(self, circle, section):
        add_event(section, "Vorher", starts=berlin(2027, 4, 7, 9), ends=berlin(2027, 4, 7, 10))
        settle()
        circle_entry = CatalogueEntry.objects.get(uuid=circle.translation_key)
        now = berlin(2027, 3, 20, 8)
        assert next_span(circle_entry, now).starts == berlin(2027, 4, 8, 14)
        assert circle_entry.ends == berlin(2027, 12, 7, 11), "listed until its last date is over"
        for moment, titles in (
            (now, ["Vorher", "Austauschrunde"]),
            (berlin(2027, 3, 1, 8), ["Austauschrunde", "Vorher"]),
        ):
            found = upcoming_events(Viewer.anonymous(), moment)
            assert [entry.title for entry in found] == titles
            assert [entry.title for entry in found[:1]] == titles[:1], "ordered before it is cut"

    def test_its_calendar(self, circle):
        settle()
        body = Client().get(f"/kalender/{circle.translation_key}.ics").content
        master, moved = Calendar.from_ical(body).walk("VEVENT")
        assert master["rrule"].to_ical() == b"FREQ=MONTHLY;COUNT=10;INTERVAL=1;BYDAY=1TU"
        assert b"EXDATE;TZID=Europe/Berlin:20270504T100000" in body
        assert b"RECURRENCE-ID;TZID=Europe/Berlin:20270406T100000" in body
        assert moved["uid"] == master["uid"]
        assert str(moved["location"]) == "Rathaus"


def test_the_dates_of_the_page_in_words(freezer_at):
    freezer_at(berlin(2027, 3, 1, 8))
    event = series("FREQ=WEEKLY;INTERVAL=1;BYDAY=TU;COUNT=2", berlin(2027, 3, 2, 10),
                   Occurrence(at=berlin(2027, 3, 9, 10), starts=berlin(2027, 3, 9, 15)))  # fmt: skip
    assert [date.instead_of for date in coming(event)] == ["", "10:00"]
    assert coming(event)[1].when == "Di, 9. März 2027, 15:00–17:00 Uhr"


@pytest.mark.django_db
class TestEditor:
    def form(self, page: EventPage, **answers: str):
        form_class = EventPage.get_edit_handler().get_form_class()
        streams = [name for name, field in form_class.base_fields.items() if hasattr(field, "block")]
        data = {
            "title": page.title, "slug": page.slug or "x", "summary": "Kurz.", "starts": "2027-03-02 10:00",
            "ends": "2027-03-02 11:00", "time_zone": "Europe/Berlin", "status": "confirmed",
            "topics": ["ikz"], "audience": "public",
            **{f"{name}-count": "0" for name in streams},
            **answers,
        }  # fmt: skip
        form = form_class(data, instance=page, for_user=None)
        form.is_valid()
        return form

    @pytest.mark.parametrize(
        ("answers", "rule"),
        [
            ({"repeats": ""}, ""),
            ({"repeats": "WEEKLY"}, "FREQ=WEEKLY;INTERVAL=1;BYDAY=TU"),
            ({"repeats": "WEEKLY", "repeats_week": "3"}, "FREQ=WEEKLY;INTERVAL=1;BYDAY=TU"),
            ({"repeats": "MONTHLY", "repeats_every": "2", "repeats_count": "6"},
             "FREQ=MONTHLY;INTERVAL=2;BYDAY=1TU;COUNT=6"),
            ({"repeats": "MONTHLY", "repeats_until": "2027-12-31"},
             "FREQ=MONTHLY;INTERVAL=1;BYDAY=1TU;UNTIL=20271231T225959Z"),
        ],
    )  # fmt: skip
    def test_answers_become_a_rule_and_are_asked_again(self, section, answers, rule):
        page = EventPage(title="Runde")
        form = self.form(page, **answers)
        assert not {name for name in form.errors if name.startswith("repeats") or name == "starts"}
        assert page.recurrence_rule == rule
        again = EventPage.get_edit_handler().get_form_class()(instance=page, for_user=None)
        assert again.initial.get("repeats", "") == answers["repeats"]
        if "repeats_until" in answers:
            assert again.initial["repeats_until"] == dt.date(2027, 12, 31)

    @pytest.mark.parametrize(
        ("answers", "field"),
        [
            ({"repeats": "MONTHLY", "repeats_week": "2"}, "starts"),
            ({"repeats": "WEEKLY", "repeats_weekday": "0"}, "starts"),
            ({"repeats": "WEEKLY", "repeats_count": "3", "repeats_until": "2027-12-31"}, "repeats_count"),
            ({"repeats": "WEEKLY", "repeats_count": "0"}, "repeats_count"),
            ({"repeats": "YEARLY"}, "repeats"),
            ({"repeats": "WEEKLY", "starts": ""}, "starts"),
        ],
    )
    def test_what_does_not_fit_is_said_at_its_field(self, section, answers, field):
        form = self.form(EventPage(title="Runde"), **answers)
        assert field in form.errors
        assert form["repeats"].value() == answers["repeats"], "nothing typed is lost"
