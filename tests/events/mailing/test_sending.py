"""Letters leave once and in order; what the mail server says decides what happens next."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from events.mailing.sending import MOST_AT_ONCE, PAUSES, send_letters
from events.models import Letter, Person
from tests.factories.events import add_participant
from tests.wire.mail_server import DISCONNECT

NOW = dt.datetime(2027, 1, 4, 8, tzinfo=dt.UTC)
KIM = "kim@stadt.demo.invalid"
ROBIN = "robin@stadt.demo.invalid"

pytestmark = pytest.mark.django_db


def fresh(letter: Letter) -> Letter:
    return Letter.objects.get(pk=letter.pk)


def test_a_letter_goes_out_once(server, write):
    letter = write()
    assert send_letters(NOW) == 1
    assert send_letters(NOW + dt.timedelta(days=1)) == 0
    assert server.recipients == [KIM]
    assert (fresh(letter).sent, fresh(letter).tries, fresh(letter).failed) == (NOW, 1, "")
    [mail] = server.mails
    assert mail["Subject"] == letter.subject
    assert mail.get_content().replace("\r\n", "\n") == letter.text
    assert mail["From"].addresses[0].display_name == "Geschäftsstelle"
    assert mail["Reply-To"] == "barcamp@mainz.demo.invalid"
    assert mail["Auto-Submitted"] == "auto-generated"


def test_an_invitation_is_the_alternative_of_the_words_that_stand_first(server, write, invitation):
    write(invitation=invitation)
    send_letters(NOW)
    [mail] = server.mails
    assert mail.get_content_type() == "multipart/alternative"
    words, calendar = mail.iter_parts()
    assert words.get_content_type() == "text/plain"
    assert calendar.get_content_type() == "text/calendar"
    assert dict(calendar["Content-Type"].params) == {"method": "REQUEST", "charset": "utf-8"}
    assert calendar.get_payload(decode=True) == invitation.calendar
    assert calendar.get_content_disposition() is None, "programs show an attachment instead of an invitation"


@pytest.mark.parametrize("stage", ["rcpt", "data"])
def test_what_is_refused_for_good_is_seen_with_the_person(server, write, stage):
    answer = "550 5.1.1 user unknown"
    if stage == "rcpt":
        server.rcpt[KIM] = [answer]
    else:
        server.data = [answer, "250 fine"]
    bad, good = write(), write("Robin")
    assert send_letters(NOW) == 1
    assert fresh(bad).failed == answer
    assert fresh(bad).sent is None
    assert fresh(good).sent == NOW
    assert Person.objects.get(pk=bad.person_id).unreachable == answer
    assert Person.objects.get(pk=good.person_id).unreachable == ""
    assert send_letters(NOW + dt.timedelta(days=3)) == 0
    assert server.tries[KIM] == 1


def test_a_later_letter_may_reach_whom_an_earlier_could_not(server, write):
    server.rcpt[KIM] = ["550 mailbox full of errors", "250 fine"]
    write(), write(occasion="2")
    assert send_letters(NOW) == 1


def test_a_letter_to_a_host_without_a_person_is_given_up_alone(server, desk, write):
    from events.mailing.writing import write_letter

    server.rcpt["host@demo.invalid"] = ["553 no"]
    letter = write_letter(desk, "host@demo.invalid", "event_cancelled", "1")
    send_letters(NOW)
    assert fresh(letter).failed == "553 no"


def test_what_is_refused_for_now_is_tried_again_after_growing_pauses(server, write):
    server.rcpt[KIM] = ["451 4.7.1 greylisted, come back"]
    letter, moment = write(), NOW
    for number, pause in enumerate(PAUSES, 1):
        assert send_letters(moment) == 0
        assert (fresh(letter).tries, fresh(letter).try_after) == (number, moment + pause)
        assert send_letters(moment + pause - dt.timedelta(seconds=1)) == 0
        assert server.tries[KIM] == number, "not before its time"
        moment += pause
    assert list(PAUSES) == sorted(PAUSES)
    send_letters(moment)
    assert fresh(letter).failed.startswith("451 4.7.1")
    assert Person.objects.get(pk=letter.person_id).unreachable.startswith("451")


def test_it_is_sent_when_the_server_takes_it_at_last(server, write):
    server.rcpt[KIM] = ["451 later", "250 fine"]
    letter = write()
    send_letters(NOW)
    assert send_letters(NOW + PAUSES[0]) == 1
    assert (fresh(letter).tries, fresh(letter).failed) == (2, "")


def test_letters_to_one_address_keep_their_order(server, write):
    server.rcpt[KIM] = ["451 later", "250 fine"]
    write(occasion="1"), write(occasion="2"), write("Robin")
    assert send_letters(NOW) == 1, "the second waits for the first"
    assert server.recipients == [ROBIN]
    send_letters(NOW + PAUSES[0])
    ids = [mail["Message-ID"] for mail in server.mails[1:]]
    assert len(ids) == 2
    assert ids == sorted(ids, key=lambda name: int(name.split("-")[1]))


@pytest.mark.parametrize("answer", [DISCONNECT, "421 closing"])
def test_a_server_that_hangs_up_is_left_alone_until_the_next_run(server, write, answer):
    server.data = [answer, "250 fine"]
    first, second = write(), write("Robin")
    send_letters(NOW)
    assert server.recipients == []
    assert (fresh(first).tries, fresh(second).tries) == (1, 0)
    assert send_letters(NOW + PAUSES[0]) == 2
    assert not Person.objects.exclude(unreachable="").exists()


@pytest.mark.parametrize(
    "fault",
    [{"greeting": "554 go away"}, {"sender": "550 we do not know you"}, {"sender": "530 log in first"}],
)
def test_nobody_is_unreachable_because_the_server_refuses_us(server, write, fault):
    for name, value in fault.items():
        setattr(server, name, value)
    letters = [write(), write("Robin")]
    moment = NOW
    for pause in (*PAUSES, dt.timedelta()):
        send_letters(moment)
        moment += pause
    assert [fresh(letter).sent for letter in letters] == [None, None]
    assert fresh(letters[0]).failed
    assert not Person.objects.exclude(unreachable="").exists()


def test_a_server_that_is_down_costs_one_try(settings, write):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    letters = [write(), write("Robin")]
    assert send_letters(NOW) == 0
    assert [fresh(letter).tries for letter in letters] == [1, 0]


def test_after_its_time_a_letter_is_not_sent(server, write):
    late = write(not_after=NOW)
    in_time = write("Robin", not_after=NOW + dt.timedelta(seconds=1))
    assert send_letters(NOW) == 1
    assert fresh(late).sent is None
    assert fresh(late).failed == "Nicht gesendet: Es wäre zu spät angekommen."
    assert fresh(in_time).sent == NOW
    assert Person.objects.get(pk=late.person_id).unreachable == ""


def test_one_line_too_many_in_a_name_does_not_stop_the_others(server, desk, write):
    write(), write("Robin")
    Letter.objects.filter(address=KIM).update(address="kim@stadt.demo.invalid\nBcc: x@y.invalid")
    assert send_letters(NOW) == 1
    assert server.recipients == [ROBIN]
    assert Letter.objects.exclude(address=ROBIN).get().failed


@pytest.mark.parametrize("people", [1, 3])
def test_queries_of_a_run(settings, write, people, django_assert_num_queries):
    for number in range(people):
        write(f"Kim{number}")
    # For each a savepoint, the letter with all it tells of, the note and its end; then one that finds none.
    with django_assert_num_queries(4 * people + 3):
        assert send_letters(timezone.now()) == people


def test_a_run_ends(monkeypatch, server, desk, write):
    assert MOST_AT_ONCE >= 100
    add_participant(desk, "Robin")
    assert send_letters(NOW) == 0
