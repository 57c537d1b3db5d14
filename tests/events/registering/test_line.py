"""The line: who gets a seat, who waits, and what happens when one is free."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from events.models import EventDesk, EventPage, Interest, Letter, Person, Registration, Vote
from events.registering import services, tasks
from events.registering.queries import place_in_line
from events.registering.refusing import Reason, Refused
from tests.events.registering.conftest import letters, sign_up, states
from tests.factories.events import add_participant, add_plan, add_seat, add_session

State = Registration.State
HOUR = dt.timedelta(hours=1)


def mark_all(desk: EventDesk, *people: Person) -> None:
    """Each comes to one session and votes for two."""
    sessions = [add_session(plan, title) for plan in [add_plan(desk)] for title in ("Eins", "Zwei")]
    for person in people:
        Interest.objects.create(person=person, session=sessions[0])
        for n, session in enumerate(sessions, start=1):
            Vote.objects.create(person=person, session=session, n=n)


def marked(desk: EventDesk) -> dict[str, tuple[int, int]]:
    """How many votes and sessions they come to, by given name, of those who have any."""
    counts = {each.given_name: (each.votes.count(), each.interests.count()) for each in desk.people.all()}
    return {name: both for name, both in counts.items() if any(both)}


def test_seats_go_in_the_order_of_coming_and_the_rest_wait(desk):
    for name in ("Ada", "Ben", "Cem", "Dea"):
        sign_up(desk, name)
    assert states(desk) == {"Ada": "confirmed", "Ben": "confirmed", "Cem": "waiting", "Dea": "waiting"}
    registrations = {each.person.given_name: each for each in Registration.objects.all()}
    assert [place_in_line(desk, registrations[name]) for name in ("Cem", "Dea")] == [1, 2]
    assert letters("ada@stadt.demo.invalid") == ["registered"]
    assert letters("dea@stadt.demo.invalid") == ["waiting"]
    letter = Letter.objects.get(address="dea@stadt.demo.invalid")
    assert letter.subject == "Platz 2 der Warteliste: Barcamp"


def test_a_seat_comes_with_an_invitation_and_leaves_with_a_cancellation(desk):
    person = sign_up(desk, "Ada").person
    services.cancel(person, timezone.now())
    sign_up(desk, "Ada")
    found = Letter.objects.order_by("created", "pk").values_list("name", "method")
    assert list(found) == [("registered", "REQUEST"), ("cancelled", "CANCEL"), ("registered", "REQUEST")]
    numbers = [
        int(letter.calendar.split("SEQUENCE:")[1].split()[0])
        for letter in Letter.objects.order_by("created", "pk")
    ]
    assert numbers == sorted(set(numbers))


def test_registering_twice_is_the_same_registration_with_one_letter(desk):
    first, second = sign_up(desk, "Ada"), sign_up(desk, "Ada")
    assert (first.pk, first.place) == (second.pk, second.place)
    assert letters(first.person) == ["registered"]


def test_a_freed_seat_is_offered_to_whoever_waits_longest(desk):
    first = sign_up(desk, "Ada")
    for name in ("Ben", "Cem", "Dea"):
        sign_up(desk, name)
    now = timezone.now()
    services.cancel(first.person, now)
    assert states(desk) == {"Ada": "cancelled", "Ben": "confirmed", "Cem": "offered", "Dea": "waiting"}
    offer = Registration.objects.get(state=State.OFFERED)
    assert offer.offered_until == now + 48 * HOUR
    assert letters(offer.person) == ["waiting", "offered"]
    assert Letter.objects.get(name="offered").not_after == offer.offered_until
    services.accept_offer(offer.person, now + HOUR)
    services.accept_offer(offer.person, now + HOUR)
    assert letters(offer.person) == ["waiting", "offered", "registered"]
    assert states(desk)["Cem"] == "confirmed"


def test_without_hours_the_seat_is_theirs_at_once(open_desk):
    desk = open_desk(seats=1, offer_hours=None)
    first = sign_up(desk, "Ada")
    sign_up(desk, "Ben")
    services.cancel(first.person, timezone.now())
    assert states(desk) == {"Ada": "cancelled", "Ben": "confirmed"}
    assert letters("ben@stadt.demo.invalid") == ["waiting", "registered"]


def test_an_offer_that_is_not_taken_goes_on_to_the_next(desk):
    first = sign_up(desk, "Ada")
    for name in ("Ben", "Cem", "Dea"):
        sign_up(desk, name)
    now = timezone.now()
    services.cancel(first.person, now)
    services.fill_seats(desk, now + 47 * HOUR)
    assert states(desk)["Cem"] == "offered"
    late = now + 48 * HOUR
    services.fill_seats(desk, late)
    services.fill_seats(desk, late)
    assert states(desk) == {"Ada": "cancelled", "Ben": "confirmed", "Cem": "expired", "Dea": "offered"}
    assert letters("cem@stadt.demo.invalid") == ["waiting", "offered", "offer_expired"]
    assert letters("dea@stadt.demo.invalid") == ["waiting", "offered"]
    assert (
        services.accept_offer(Registration.objects.get(state=State.EXPIRED).person, late).state == "expired"
    )


def test_taking_an_offer_too_late_takes_nothing_and_serves_the_next(desk):
    first = sign_up(desk, "Ada")
    for name in ("Ben", "Cem", "Dea"):
        sign_up(desk, name)
    now = timezone.now()
    services.cancel(first.person, now)
    offered = Registration.objects.get(state=State.OFFERED)
    assert services.accept_offer(offered.person, now + 48 * HOUR).state == State.EXPIRED
    assert states(desk)["Dea"] == "offered"


def test_a_canceller_is_not_queued_again_and_comes_back_at_the_end(desk):
    first = sign_up(desk, "Ada")
    for name in ("Ben", "Cem", "Dea"):
        sign_up(desk, name)
    now = timezone.now()
    services.cancel(first.person, now)
    services.fill_seats(desk, now + HOUR)
    assert states(desk)["Ada"] == "cancelled"
    services.take_part(first.person, now + HOUR)
    assert list(states(desk)) == ["Ben", "Cem", "Dea", "Ada"]
    assert states(desk)["Ada"] == "waiting"
    assert letters(first.person) == ["registered", "cancelled", "waiting"]


@pytest.mark.parametrize("by_organiser", [False, True])
def test_whoever_cancels_decides_nothing_any_more(desk, by_organiser):
    people = {name: sign_up(desk, name).person for name in ("Ada", "Ben")}
    mark_all(desk, *people.values())
    services.cancel(people["Ada"], timezone.now(), by_organiser=by_organiser)
    assert marked(desk) == {"Ben": (2, 1)}
    assert "Ihre Stimmen und Ihr „Ich komme“ zählen nicht mehr" in Letter.objects.get(name="cancelled").text
    sign_up(desk, "Ada")
    assert marked(desk) == {"Ben": (2, 1)}, "coming back brings nothing back"


def test_whoever_does_not_take_an_offer_decides_nothing_any_more(desk):
    first = sign_up(desk, "Ada")
    for name in ("Ben", "Cem"):
        sign_up(desk, name)
    mark_all(desk, *(each.person for each in Registration.objects.all()))
    now = timezone.now()
    services.cancel(first.person, now)
    assert set(marked(desk)) == {"Ben", "Cem"}
    services.fill_seats(desk, now + 49 * HOUR)
    assert states(desk)["Cem"] == "expired"
    assert set(marked(desk)) == {"Ben"}
    assert "zählen nicht mehr" in Letter.objects.get(name="offer_expired").text


def test_a_refused_cancellation_keeps_votes_and_interest(desk):
    person = sign_up(desk, "Ada").person
    mark_all(desk, person)
    EventPage.objects.update(starts=timezone.now() - HOUR)
    with pytest.raises(Refused):
        services.cancel(person, timezone.now())
    assert marked(desk) == {"Ada": (2, 1)}


def test_cancelling_twice_frees_one_seat_and_writes_one_letter(desk):
    first = sign_up(desk, "Ada")
    for name in ("Ben", "Cem", "Dea"):
        sign_up(desk, name)
    services.cancel(first.person, timezone.now())
    services.cancel(first.person, timezone.now())
    assert list(states(desk).values()) == ["cancelled", "confirmed", "offered", "waiting"]
    assert letters(first.person) == ["registered", "cancelled"]


def test_a_newcomer_does_not_overtake_those_who_wait_when_seats_were_added(desk):
    for name in ("Ada", "Ben", "Cem"):
        sign_up(desk, name)
    EventDesk.objects.filter(pk=desk.pk).update(seats=3)
    sign_up(desk, "Dea")
    assert states(desk) == {"Ada": "confirmed", "Ben": "confirmed", "Cem": "offered", "Dea": "waiting"}


def test_more_seats_move_the_line_and_fewer_take_none_away(desk):
    for name in ("Ada", "Ben", "Cem", "Dea", "Eva"):
        sign_up(desk, name)
    desk.seats = 4
    desk.save()
    assert services.fill_seats(desk, timezone.now()) == 2
    assert list(states(desk).values()) == ["confirmed", "confirmed", "offered", "offered", "waiting"]
    desk.seats = 1
    desk.save()
    assert services.fill_seats(desk, timezone.now()) == 0
    assert list(states(desk).values()) == ["confirmed", "confirmed", "offered", "offered", "waiting"]
    desk.seats = None
    desk.save()
    services.fill_seats(desk, timezone.now())
    assert states(desk)["Eva"] == "offered"


def test_an_offer_never_lasts_beyond_the_start(open_desk):
    starts = timezone.now() + 10 * HOUR
    desk = open_desk(seats=1, starts=starts, ends=starts + HOUR)
    first = sign_up(desk, "Ada")
    sign_up(desk, "Ben")
    services.cancel(first.person, timezone.now())
    assert Registration.objects.get(state=State.OFFERED).offered_until == starts


def test_after_the_start_nobody_moves_up_and_nobody_is_written_to(desk):
    first, second = sign_up(desk, "Ada"), sign_up(desk, "Ben")
    sign_up(desk, "Cem")
    sign_up(desk, "Dea")
    services.cancel(second.person, timezone.now())
    begun, written = desk.event.starts, Letter.objects.count()
    with pytest.raises(Refused) as refused:
        services.cancel(first.person, begun)
    assert refused.value.reason is Reason.OVER
    EventDesk.objects.update(seats=9)
    assert services.fill_seats(desk, begun) == 0
    assert states(desk) == {"Ada": "confirmed", "Ben": "cancelled", "Cem": "expired", "Dea": "waiting"}
    assert Letter.objects.count() == written
    assert all(letter.not_after <= begun for letter in Letter.objects.all())


def test_of_a_cancelled_event_nothing_is_offered_or_taken(desk):
    first = sign_up(desk, "Ada")
    for name in ("Ben", "Cem", "Dea"):
        sign_up(desk, name)
    now = timezone.now()
    services.cancel(first.person, now)
    EventPage.objects.filter(pk=desk.event_id).update(status=EventPage.Status.CANCELLED)
    written = Letter.objects.count()
    offered = Registration.objects.get(state=State.OFFERED)
    with pytest.raises(Refused):
        services.accept_offer(offered.person, now)
    services.fill_seats(desk, now + 49 * HOUR)
    assert states(desk)["Dea"] == "waiting"
    assert Letter.objects.count() == written


def test_without_a_waiting_list_the_last_seat_is_the_last(open_desk):
    desk = open_desk(seats=1, has_waiting_list=False)
    first = sign_up(desk, "Ada")
    with pytest.raises(Refused) as refused:
        sign_up(desk, "Ben")
    assert refused.value.reason is Reason.FULL
    assert not desk.people.filter(given_name="Ben").exists()
    services.cancel(first.person, timezone.now())
    sign_up(desk, "Ben")
    assert states(desk) == {"Ada": "cancelled", "Ben": "confirmed"}


def test_without_a_limit_everybody_has_a_seat(open_desk):
    desk = open_desk(seats=None)
    for name in ("Ada", "Ben", "Cem"):
        sign_up(desk, name)
    assert set(states(desk).values()) == {"confirmed"}


def test_an_organiser_gives_a_seat_out_of_order_and_beyond_the_last(desk):
    for name in ("Ada", "Ben", "Cem", "Dea"):
        sign_up(desk, name)
    person = desk.people.get(given_name="Dea")
    services.move_up(person, timezone.now())
    services.move_up(person, timezone.now())
    assert states(desk)["Dea"] == "confirmed"
    assert states(desk)["Cem"] == "waiting"
    assert letters(person) == ["waiting", "registered"]


def test_who_is_cancelled_by_the_organisers_reads_why(desk):
    person = sign_up(desk, "Ada").person
    services.cancel(person, timezone.now(), by_organiser=True, reason="Doppelt angemeldet.")
    letter = Letter.objects.get(name="cancelled")
    assert "Doppelt angemeldet." in letter.text
    assert "wieder an" not in letter.text


def test_the_job_moves_every_line(desk):
    first = sign_up(desk, "Ada")
    for name in ("Ben", "Cem", "Dea"):
        sign_up(desk, name)
    services.cancel(first.person, timezone.now() - 49 * HOUR)
    tasks.move_lines(0)
    assert states(desk) == {"Ada": "cancelled", "Ben": "confirmed", "Cem": "expired", "Dea": "offered"}


@pytest.mark.parametrize("opens", [1, None])
def test_registration_that_is_not_open_takes_nobody(open_desk, opens):
    desk = open_desk(registration_opens=opens and timezone.now() + dt.timedelta(days=opens))
    with pytest.raises(Refused) as refused:
        sign_up(desk, "Ada")
    assert refused.value.reason is Reason.CLOSED
    assert not desk.people.exists()


def test_an_offer_may_be_taken_after_registration_has_closed(desk):
    first = sign_up(desk, "Ada")
    for name in ("Ben", "Cem"):
        sign_up(desk, name)
    now = timezone.now()
    EventDesk.objects.update(registration_closes=now)
    services.cancel(first.person, now)
    offered = Registration.objects.get(state=State.OFFERED)
    assert services.accept_offer(offered.person, now + HOUR).state == State.CONFIRMED
    with pytest.raises(Refused):
        services.take_part(first.person, now + HOUR)


def test_the_database_refuses_an_offer_without_end_and_a_seat_without_place(desk):
    registration = sign_up(desk, "Ada")
    for change in ({"state": State.OFFERED}, {"place": None}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Registration.objects.filter(pk=registration.pk).update(**change)


@pytest.mark.parametrize("seats", [None, 51])
def test_a_long_line_is_served_in_batches_until_it_is_done(open_desk, seats):
    desk = open_desk(seats=0, offer_hours=None)
    for number in range(52):
        add_seat(add_participant(desk, f"Person{number}"), State.WAITING)
    EventDesk.objects.filter(pk=desk.pk).update(seats=seats)
    assert services.fill_seats(desk, timezone.now()) == 50
    assert Registration.objects.filter(state=State.CONFIRMED).count() == 50
    tasks.move_lines(0)
    assert Registration.objects.filter(state=State.CONFIRMED).count() == (seats or 52)


@pytest.mark.parametrize(("dates", "state"), [("COUNT=9", State.CONFIRMED), ("COUNT=2", State.WAITING)])
def test_the_line_of_a_series_moves_until_its_last_date_begins(open_desk, dates, state):
    begun = timezone.now().replace(hour=10, minute=0, second=0, microsecond=0) - dt.timedelta(days=20)
    desk = open_desk(seats=0, offer_hours=None, starts=begun, ends=begun + HOUR)
    rule = (
        f"FREQ=WEEKLY;INTERVAL=1;BYDAY={('MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU')[begun.weekday()]};{dates}"
    )
    EventPage.objects.filter(pk=desk.event_id).update(recurrence_rule=rule)
    waiting = add_seat(add_participant(desk, "Kim"), State.WAITING)
    EventDesk.objects.filter(pk=desk.pk).update(seats=1)
    tasks.move_lines(0)
    waiting.refresh_from_db()
    assert waiting.state == state


def test_a_new_one_does_not_jump_whom_a_batch_left_waiting(open_desk):
    desk = open_desk(seats=0, offer_hours=None)
    for number in range(102):
        add_seat(add_participant(desk, f"Person{number}"), State.WAITING)
    EventDesk.objects.filter(pk=desk.pk).update(seats=102)
    late = services.take_part(add_participant(desk, "Spät"), timezone.now())
    assert (late.state, late.place) == (State.WAITING, 103)
