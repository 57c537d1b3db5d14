"""Before and after each date: one letter for everybody with a seat, whatever jobs run at once."""

from __future__ import annotations

import datetime as dt
import json
import threading

import pytest
from django.db import connections
from django.utils import timezone

from content.identity import document_id
from content.models import KnowledgeFormatPage
from events.formats.letters import QUESTION, REMINDER, tell_recordings, write_due
from events.formats.tasks import write_about_dates
from events.models import EventDesk, EventPage, FeedbackGiven, Letter, Recorded, Registration
from tests.events.formats.conftest import add_series, after, agree, before, join
from tests.factories.events import add_desk, add_event, add_participant

State = Registration.State


def letters(name):
    return list(Letter.objects.filter(name=name).order_by("pk"))


def publish(desk, **fields):
    page = EventPage.objects.get(pk=desk.event_id)
    for name, value in fields.items():
        setattr(page, name, value)
    page.save_revision().publish()


def test_the_reminder_says_when_where_and_how_to_cancel(desk, coming):
    person = join(desk)
    assert write_due(REMINDER, before(coming, hours=23)) == 1
    [letter] = letters("reminder")
    assert letter.subject == f"Bald ist es so weit: Sprechstunde Geodaten, {coming.when}"
    assert letter.not_after == coming.date.starts
    key = desk.event.translation_key
    for part in (
        f"Wann: {coming.when}",
        "Wo: Online",
        "Online: https://konferenz.mainz.demo.invalid/geo",
        f"/kalender/{key}.ics",
        "/absagen/",
        "Guten Tag Kim Beispiel,",
    ):
        assert part in letter.text
    assert (letter.person, letter.sent) == (person, None)


def test_each_date_is_reminded_of_once(desk, dates):
    join(desk)
    for hours in (25, 24, 5, 1):
        write_due(REMINDER, before(dates[3], hours=hours))
    assert len(letters("reminder")) == 1
    write_due(REMINDER, before(dates[4], hours=3))
    assert [letter.occasion[:13] for letter in letters("reminder")] == [
        f"date-{each.stamp}"[:13] for each in dates[3:]
    ]


def test_a_date_has_been_reminded_of_when_it_begins_and_not_before_its_hours(desk, coming):
    join(desk)
    assert write_due(REMINDER, before(coming, hours=25)) == 0
    assert write_due(REMINDER, coming.date.starts) == 0
    assert write_due(REMINDER, after(coming, minutes=1)) == 0


@pytest.mark.parametrize("state", [each for each in State if each != State.CONFIRMED])
def test_whoever_has_no_seat_hears_nothing(desk, coming, last, state):
    offered = {"offered_until": timezone.now()} if state == State.OFFERED else {}
    join(desk, state=state, **offered)
    assert write_due(REMINDER, before(coming, hours=2)) == 0
    assert write_due(QUESTION, after(last, hours=1)) == 0


def test_an_address_typed_at_the_door_gets_no_letter_until_it_is_confirmed(desk, coming, last):
    person = join(desk)
    person.confirmed = None
    person.save()
    assert write_due(REMINDER, before(coming, hours=2)) == 0
    assert write_due(QUESTION, after(last, hours=1)) == 0
    person.confirmed = timezone.now()
    person.save()
    assert write_due(REMINDER, before(coming, hours=2)) == 1
    assert write_due(QUESTION, after(last, hours=1)) == 1


def test_whoever_was_registered_by_their_town_is_reminded(desk, coming):
    registrar = join(desk, "Lou")
    person = join(desk, registered_by=registrar)
    person.confirmed = None
    person.save()
    assert write_due(REMINDER, before(coming, hours=2)) == 2


def test_nothing_is_written_without_the_wish_for_a_draft_or_what_is_cancelled(section, coming, desk):
    join(desk)
    EventDesk.objects.update(reminder_hours=None)
    assert write_due(REMINDER, before(coming, hours=2)) == 0
    EventDesk.objects.update(reminder_hours=24)
    day = {"type": "cancelled", "value": {"day": coming.day.isoformat()}}
    publish(desk, recurrence_exceptions=json.dumps([day]))
    assert write_due(REMINDER, before(coming, hours=2)) == 0
    publish(desk, recurrence_exceptions="[]", status=EventPage.Status.CANCELLED)
    assert write_due(REMINDER, before(coming, hours=2)) == 0
    publish(desk, status=EventPage.Status.CONFIRMED)
    EventPage.objects.get(pk=desk.event_id).unpublish()
    assert write_due(REMINDER, before(coming, hours=2)) == 0
    EventPage.objects.get(pk=desk.event_id).get_latest_revision().publish()
    assert write_due(REMINDER, before(coming, hours=2)) == 1


def test_an_event_that_happens_once_is_reminded_of_as_well(section):
    desk = add_desk(add_event(section), reminder_hours=48)
    join(desk)
    starts = desk.event.starts
    assert write_due(REMINDER, starts - dt.timedelta(hours=47)) == 1
    assert "Ist etwas dazwischengekommen?" in letters("reminder")[0].text


def test_a_date_moved_within_its_day_is_not_reminded_of_again(desk, coming):
    join(desk)
    write_due(REMINDER, before(coming, hours=20))

    def move(days, hours):
        starts = coming.date.starts + dt.timedelta(days=days, hours=hours)
        times = {"starts": starts.isoformat(), "ends": (starts + dt.timedelta(hours=1)).isoformat()}
        moved = {"type": "moved", "value": {"day": coming.day.isoformat(), "location": "", **times}}
        publish(desk, recurrence_exceptions=json.dumps([moved]))
        return starts

    starts = move(0, 2)
    assert write_due(REMINDER, starts - dt.timedelta(hours=2)) == 0
    starts = move(2, 0)
    assert write_due(REMINDER, starts - dt.timedelta(hours=2)) == 1


def test_old_letters_that_are_deleted_are_not_written_again(desk, coming):
    join(desk)
    EventDesk.objects.update(reminder_hours=24 * 14, retention_days=1)
    assert write_due(REMINDER, before(coming, hours=25)) == 0
    assert write_due(REMINDER, before(coming, hours=23)) == 1


def test_a_mail_that_came_back_and_an_address_that_moved_get_no_second_one(desk, coming):
    gone = join(desk, "Alex")
    gone.unreachable = "550"
    gone.save()
    person = join(desk)
    write_due(REMINDER, before(coming, hours=20))
    person.email = "neu@stadt.demo.invalid"
    person.save()
    taker = add_participant(desk, "Toni", email="kim@stadt.demo.invalid")
    Registration.objects.create(person=taker, state=State.CONFIRMED, place=9)
    assert write_due(REMINDER, before(coming, hours=10)) == 0
    assert [letter.person for letter in letters("reminder")] == [person]


@pytest.mark.parametrize("people", [1, 3])
def test_the_letters_cost_the_same_for_each(desk, coming, people, django_assert_num_queries):
    for number in range(people):
        join(desk, f"Kim{number}")
    with django_assert_num_queries(BASE + EACH * people):
        assert write_due(REMINDER, before(coming, hours=20)) == people


BASE, EACH = 7, 2


def test_the_question_comes_once_after_the_end_with_the_way_to_it(desk, last):
    join(desk)
    answered = join(desk, "Alex")
    FeedbackGiven.objects.create(person=answered, at=last.date.at)
    assert write_due(QUESTION, last.date.ends - dt.timedelta(minutes=1)) == 0
    assert write_due(QUESTION, after(last, minutes=3)) == 1
    assert write_due(QUESTION, after(last, hours=2)) == 0
    [letter] = letters("feedback_asked")
    assert f"/rueckmeldung/{last.stamp}/" in letter.text
    assert write_due(QUESTION, after(last, days=2)) == 0


def test_nobody_is_asked_unless_it_is_wished(desk, last):
    join(desk)
    EventDesk.objects.update(asks_feedback=False)
    assert write_due(QUESTION, after(last, hours=1)) == 0


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_two_jobs_at_once_write_one_letter_each(section, caplog):
    desk = add_desk(add_series(section), reminder_hours=24)
    from events.dates import read_event_dates

    coming = list(read_event_dates(desk.event.build_schedule()))[3]
    for number in range(5):
        join(desk, f"Kim{number}")
    barrier, written = threading.Barrier(4), []

    def run():
        try:
            barrier.wait()
            written.append(write_due(REMINDER, before(coming, hours=2)))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(written) == 5
    assert len(letters("reminder")) == 5
    assert not [each for each in caplog.records if each.levelname == "ERROR"], "they wait for each other"


@pytest.fixture
def recorded(desk, library, last):
    relation = {
        "type": "relation",
        "value": {"type": "part_of", "page": None, "address": document_id(desk.event)},
    }
    page = KnowledgeFormatPage(
        title="Sprechstunde vom Mai", summary="Kurz.", format="webinar", held=last.day, live=False,
        relations=json.dumps([relation]), topics=["geodaten"],
    )  # fmt: skip
    library.add_child(instance=page)
    page.save_revision()
    return Recorded.objects.create(desk=desk, at=last.date.at, page=page)


def test_who_wanted_to_hear_of_it_is_told_once_when_the_page_is_out(desk, recorded, now):
    told, no, back = join(desk), join(desk, "Alex"), join(desk, "Toni")
    agree(told)
    agree(no, "photos")
    consent = agree(back)
    consent.withdrawn = now
    consent.save()
    agree(join(desk, "Jona", state=State.CANCELLED))
    assert tell_recordings(now) == 0
    recorded.page.get_latest_revision().publish()
    assert (tell_recordings(now), tell_recordings(now)) == (1, 0)
    [letter] = letters("recording_there")
    assert letter.person == told
    assert letter.subject == "Aufzeichnung ist da: Sprechstunde vom Mai"
    assert f"/id/{recorded.page.translation_key}" in letter.text
    Letter.objects.all().delete()
    agree(no)
    assert tell_recordings(now) == 0


def test_a_recording_without_anybody_to_tell_is_told_of(recorded, now):
    recorded.page.get_latest_revision().publish()
    assert tell_recordings(now) == 0
    recorded.refresh_from_db()
    assert recorded.told == now


def test_the_job_does_all_of_it(desk, recorded):
    """The next date is in six days; the time of the day at which this runs makes no difference."""
    EventDesk.objects.update(reminder_hours=24 * 7, asks_feedback=False)
    recorded.page.get_latest_revision().publish()
    agree(join(desk))
    write_about_dates(0)
    write_about_dates(0)
    assert sorted(Letter.objects.values_list("name", flat=True)) == ["recording_there", "reminder"]
