"""Feedback: one answer for each person and date, and nobody can tell whose it is."""

from __future__ import annotations

import datetime as dt
import threading

import pytest
from django.db import IntegrityError, connection, connections

from events.formats.feedback import Refused, Said, find_obstacle, give_feedback, read_voices
from events.models import EventDesk, Feedback, FeedbackGiven, Person, Registration
from events.office.forgetting import forget_leavers
from events.people import write_token
from tests.events.formats.conftest import add_series, address, after, join, text_of
from tests.factories.events import add_desk

SAID = Said(4, "Mehr Zeit für Fragen.", "Lizenzen")


def page_of(person, date):
    return f"/veranstaltungen/teilnahme/{write_token(person)}/rueckmeldung/{date.stamp}/"


def test_an_answer_is_kept_without_the_person(visitor, desk, last):
    person = join(desk)
    assert "Wie viel davon hilft Ihnen" in text_of(visitor.get(page_of(person, last)))
    assert not FeedbackGiven.objects.exists()
    response = visitor.post(
        page_of(person, last), {"use": "4", "better": "Mehr Zeit.", "more": ""}, follow=True
    )
    assert "Danke, Ihre Antwort ist da." in text_of(response)
    answer = Feedback.objects.get()
    assert (answer.desk, answer.at, answer.use, answer.better, answer.more) == (
        desk, last.date.at, 4, "Mehr Zeit.", "",
    )  # fmt: skip
    assert FeedbackGiven.objects.get().person == person
    named = {field.related_model for field in Feedback._meta.get_fields() if field.related_model}
    assert named == {EventDesk}


def test_whoever_answers_twice_is_thanked_once(visitor, desk, last, now):
    person = join(desk)
    give_feedback(person, last, SAID, now)
    response = visitor.post(page_of(person, last), {"use": "1"})
    assert "Danke, Ihre Antwort ist da." in text_of(response)
    with pytest.raises(Refused) as refused:
        give_feedback(person, last, Said(1), now)
    assert refused.value.reason == "given"
    assert Feedback.objects.get().use == 4
    with pytest.raises(IntegrityError):
        FeedbackGiven.objects.create(person=person, at=last.date.at)


def test_each_date_has_answers_of_its_own(desk, dates, now):
    person = join(desk)
    give_feedback(person, dates[1], SAID, now)
    give_feedback(person, dates[2], Said(1), now)
    assert set(Feedback.objects.values_list("at", "use")) == {
        (dates[1].date.at, 4), (dates[2].date.at, 1),
    }  # fmt: skip


def rows(table):
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT xmin::text FROM {table}")  # a name of ours
        return [row[0] for row in cursor.fetchall()]


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_neither_order_nor_transaction_tells_who_said_what(section, now):
    desk = add_desk(add_series(section), asks_feedback=True)
    last = next(iter(sorted(_dates(desk), key=lambda each: each.date.at)[2:]))
    people = [join(desk, f"Kim{number}") for number in range(12)]
    for number, person in enumerate(people):
        give_feedback(person, last, Said(1 + number % 4, f"Antwort {number}"), now)
    assert len(set(rows("events_feedback") + rows("events_feedbackgiven"))) == 1
    written = [int(text.split()[1]) for text in Feedback.objects.order_by().values_list("better", flat=True)]
    given = list(FeedbackGiven.objects.order_by("pk").values_list("person__given_name", flat=True))
    assert sorted(written) == list(range(12))
    assert [f"Kim{number}" for number in written] != given
    assert not hasattr(Feedback.objects.first(), "created")


def _dates(desk):
    from events.dates import read_event_dates

    return read_event_dates(desk.event.build_schedule())


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_the_same_person_on_two_phones_answers_once(section, now):
    desk = add_desk(add_series(section), asks_feedback=True)
    last = list(_dates(desk))[2]
    person, barrier, outcomes = join(desk), threading.Barrier(4), []

    def run():
        try:
            mine = Person.objects.select_related("desk__event").get(pk=person.pk)
            barrier.wait()
            give_feedback(mine, last, SAID, now)
            outcomes.append("kept")
        except Refused as refused:
            outcomes.append(refused.reason)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["given", "given", "given", "kept"]
    assert (Feedback.objects.count(), FeedbackGiven.objects.count()) == (1, 1)


def test_organisers_read_from_three_answers_on(browser, desk, last, now):
    office = address(desk, f"tagung/aufzeichnung/{last.stamp}/")
    for number in range(3):
        text = text_of(browser.get(office))
        assert "Erst ab 3 Antworten, damit niemand erkannt wird." in text
        assert "Antwort Nummer" not in text
        assert read_voices(desk, last.date.at) is None
        give_feedback(join(desk, f"Kim{number}"), last, Said(4 - number % 2, f"Antwort Nummer {number}"), now)
    text = text_of(browser.get(office))
    for number in range(3):
        assert f"Antwort Nummer {number}" in text
    assert "3 Antworten." in text
    assert "Kim" not in text
    voices = read_voices(desk, last.date.at)
    assert (voices.number, [n for _label, n in voices.uses]) == (3, [2, 1, 0, 0])


@pytest.mark.parametrize("state", [each for each in Registration.State if each != "confirmed"])
def test_who_had_no_seat_says_nothing(visitor, desk, last, now, state):
    person = join(desk, state=state, **({"offered_until": now} if state == "offered" else {}))
    text = text_of(visitor.post(page_of(person, last), {"use": "4"}))
    assert "Rückmeldung geben diejenigen, die einen Platz hatten." in text
    assert not Feedback.objects.exists()


def test_only_in_its_time_and_where_it_is_asked(desk, dates, last):
    person = join(desk)
    assert find_obstacle(person, last, last.date.ends - dt.timedelta(minutes=1)) == "early"
    assert find_obstacle(person, last, after(last, days=29)) == ""
    assert find_obstacle(person, last, after(last, days=30)) == "late"
    person.desk.retention_days = 10
    assert find_obstacle(person, last, after(last, days=10)) == "late"
    person.desk.asks_feedback = False
    assert find_obstacle(person, last, after(last, days=1)) == "closed"


def test_when_it_is_forgotten_that_somebody_answered_they_cannot_do_so_again(desk, last, now):
    person = join(desk)
    EventDesk.objects.update(retention_days=10)
    give_feedback(person, last, SAID, now)
    later = last.date.at + dt.timedelta(days=10, minutes=1)
    forget_leavers(later)
    assert not FeedbackGiven.objects.exists()
    with pytest.raises(Refused) as refused:
        give_feedback(person, last, SAID, later)
    assert refused.value.reason == "late"


@pytest.mark.parametrize("fields", [{}, {"use": "5"}, {"use": "viel"}, {"use": "2", "better": "x" * 2001}])
def test_a_mistake_keeps_what_was_typed(visitor, desk, last, fields):
    response = visitor.post(page_of(join(desk), last), {"better": "Mehr Zeit.", "more": "Lizenzen"} | fields)
    assert response.status_code == 422
    assert "Lizenzen" in response.content.decode()
    assert not Feedback.objects.exists()


def test_a_forged_link_and_an_unknown_date_lead_nowhere(visitor, desk, last):
    person = join(desk)
    token = write_token(person)
    forged = page_of(person, last).replace(token, token[:-2] + ("aa" if token[-2:] != "aa" else "bb"))
    assert visitor.post(forged, {"use": "4"}).status_code == 404
    assert (
        visitor.post(page_of(person, last).replace(last.stamp, "20200101T0000Z"), {"use": "4"}).status_code
        == 404
    )
    feed = write_token(person, "events.feed")
    assert visitor.post(page_of(person, last).replace(token, feed), {"use": "4"}).status_code == 404
    assert not Feedback.objects.exists()


def test_the_own_page_leads_there_until_it_is_answered(visitor, desk, last, now):
    person = join(desk)
    own = f"/veranstaltungen/teilnahme/{write_token(person)}/"
    assert f"/rueckmeldung/{last.stamp}/" in visitor.get(own).content.decode()
    where = visitor.get(address(desk, "rueckmeldung/"))
    assert where.headers["location"] == page_of(person, last)
    give_feedback(person, last, SAID, now)
    assert "/rueckmeldung/" not in visitor.get(own).content.decode()


def test_who_is_not_known_here_reads_where_the_link_is(visitor, desk):
    assert "öffnen Sie den Link in der Mail" in text_of(visitor.get(address(desk, "rueckmeldung/")))
    EventDesk.objects.update(asks_feedback=False)
    assert "keine Rückmeldung" in text_of(visitor.get(address(desk, "rueckmeldung/")))
