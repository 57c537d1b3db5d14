"""What is counted: how fast a body answers, what waits, and who is reminded when."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from hub.documents import Responses
from hub.env import env
from hub.messages.models import Delivery, Message, MessageType
from hub.messages.queries import (
    count_working_days,
    due_reminders,
    find_thread,
    may_be_read_by,
    response_times,
    threads_of,
    waiting_for,
)
from tests.factories.messages import add_answer, add_request
from tests.wire.foreign import KOBLENZ

pytestmark = pytest.mark.django_db


def close(first: Message, by: str, days: int = 0) -> None:
    other = KOBLENZ if by == env.body else env.body
    add_answer(first, days, type=MessageType.CLOSING, sender=by, recipient=other)


def test_the_median_is_of_calendar_days_to_the_first_answer(entry):
    for asked, answered in ((30, 29), (30, 27), (60, 40)):
        first = add_request(entry, KOBLENZ, days=asked)
        add_answer(first, days=answered)
        add_answer(first, days=0)
    assert response_times([env.body]) == Responses(asked=3, answered=3, median_days=3)


def test_of_an_even_number_the_longer_one_counts(entry):
    for answered in (19, 16):
        add_answer(add_request(entry, KOBLENZ, days=20), days=answered)
    assert response_times([env.body]).median_days == 4


def test_a_request_without_answer_counts_once_two_weeks_have_passed(entry):
    request = add_request(entry, KOBLENZ, days=14)
    assert response_times([env.body]) == Responses()
    Message.objects.filter(pk=request.pk).update(arrived=timezone.now() - dt.timedelta(days=16))
    assert response_times([env.body]) == Responses(asked=1)


def test_what_the_asker_took_back_does_not_count_and_a_closed_answered_one_does(entry):
    close(add_request(entry, KOBLENZ, days=30), KOBLENZ)
    answered = add_request(entry, KOBLENZ, days=30)
    add_answer(answered, days=30)
    close(answered, KOBLENZ)
    assert response_times([env.body]) == Responses(asked=1, answered=1, median_days=0)


def test_only_twelve_months_count(entry):
    add_answer(add_request(entry, KOBLENZ, days=367), days=366)
    assert response_times([env.body]) == Responses()


def test_only_what_was_asked_of_the_body_here_counts(entry):
    add_request(entry, KOBLENZ, days=30, destination="http://trier.localhost:8004", delivery="arrived")
    assert response_times([env.body]) == Responses()
    assert response_times([KOBLENZ]) == Responses()


def test_an_answer_that_was_refused_over_there_is_none(entry):
    add_answer(add_request(entry, KOBLENZ, days=30), days=29, delivery=Delivery.REFUSED)
    assert response_times([env.body]) == Responses(asked=1)


def test_the_clock_runs_from_arrival_not_from_sending(entry):
    first = add_request(entry, KOBLENZ, days=3, sent=timezone.now() - dt.timedelta(days=40))
    add_answer(first, days=1)
    assert response_times([env.body]).median_days == 2


@pytest.mark.parametrize("number", [1, 30])
def test_counting_takes_one_query_however_many(entry, django_assert_num_queries, number):
    for _ in range(number):
        add_answer(add_request(entry, KOBLENZ, days=3))
    with django_assert_num_queries(1):
        assert response_times([env.body]).answered == number


def test_what_waits_here_stands_first_then_what_is_open_then_what_is_closed(entry):
    closed = add_request(entry, KOBLENZ, days=1)
    close(closed, KOBLENZ)
    answered = add_request(entry, KOBLENZ, days=2)
    add_answer(answered)
    late, early = add_request(entry, KOBLENZ, days=3), add_request(entry, KOBLENZ, days=9)
    assert list(threads_of([env.body])) == [early, late, answered, closed]
    assert list(waiting_for([env.body])) == [early, late]


def test_the_other_side_of_a_request_is_not_read_here(entry):
    first = add_request(entry, KOBLENZ)
    assert list(threads_of([KOBLENZ])) == []
    assert may_be_read_by(first, [KOBLENZ]) is None
    assert may_be_read_by(first, [KOBLENZ, env.body]) == env.body


def test_a_thread_begins_with_its_request_whatever_the_clocks_say(entry):
    first = add_request(entry, KOBLENZ)
    answer = add_answer(first, days=1)
    assert find_thread(first.pk).messages == (first, answer)  # type: ignore[union-attr]
    assert find_thread(answer.pk) is None


@pytest.mark.parametrize(
    ("since", "until", "days"),
    [("2026-11-20", "2026-11-27", 5), ("2026-11-21", "2026-11-27", 5), ("2026-11-23", "2026-11-27", 4),
     ("2026-11-27", "2026-11-29", 0), ("2026-11-27", "2026-11-27", 0)],
)  # fmt: skip
def test_working_days_are_mondays_to_fridays(since, until, days):
    noon = dt.time(12)
    moments = [
        timezone.make_aware(dt.datetime.combine(dt.date.fromisoformat(day), noon)) for day in (since, until)
    ]
    assert count_working_days(moments[0], moments[1]) == days


def test_reminders_are_due_once_and_only_for_what_waits(entry):
    now = timezone.now()
    due = add_request(entry, KOBLENZ, days=8)
    add_request(entry, KOBLENZ, days=2)
    add_request(entry, KOBLENZ, days=9, reminded=now)
    add_answer(add_request(entry, KOBLENZ, days=9))
    close(add_request(entry, KOBLENZ, days=9), KOBLENZ)
    assert due_reminders(now) == [due]
