"""Personal data go when their time is over, and with the account; and what an account's copy holds."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
from allauth.account.models import EmailAddress
from django.utils import timezone
from procrastinate.contrib.django import app

from events.mailing.writing import write_letter
from events.models import (
    AnnouncedHost,
    Answer,
    CheckIn,
    Consent,
    EventDesk,
    EventPage,
    FeedbackGiven,
    Helper,
    Host,
    Interest,
    Letter,
    Note,
    NoteAuthor,
    Person,
    Pitch,
    Registration,
    Session,
    Vote,
)
from events.office.forgetting import forget_account, forget_leavers, forget_people
from events.office.personal import KEPT
from events.office.records import read_organising, read_participation
from events.registering.forgetting import forget_person
from hub.accounts.models import User
from tests.factories.events import add_host, add_participant, add_plan, add_seat, add_session, at

State = Registration.State


@pytest.fixture
def plan(desk):
    return add_plan(desk)


@pytest.fixture
def user():
    return User.objects.create_user("erika@mainz.demo.invalid", "geheim-und-lang")


def fill(desk, plan, user=None):
    """Somebody in every table of an event."""
    person = add_participant(desk, "Erika", email="erika@mainz.demo.invalid", user=user)
    registration = add_seat(person)
    question = desk.questions.create(label="Essen?", kind="line")
    Answer.objects.create(registration=registration, question=question, text="Suppe")
    text = desk.consent_texts.create(purpose="photos", text="Fotos")
    Consent.objects.create(person=person, text=text, given=timezone.now())
    host = Host.objects.create(plan=plan, person=person, name="Erika Beispiel")
    session = add_session(plan, "KI im Amt", host, proposer=person, co_hosts="Tom Beispiel", remark="Privat")
    AnnouncedHost.objects.create(plan=plan, session=session.pk, person=person, name=host.name)
    Interest.objects.create(person=person, session=session)
    Vote.objects.create(person=person, session=session, n=1)
    Letter.objects.create(
        desk=desk,
        person=person,
        address=person.email,
        name="registered",
        occasion="1",
        subject="Hallo",
        text="x",
    )
    CheckIn.objects.create(registration=registration, at=at(9))
    Pitch.objects.create(plan=plan, session=session, person=person, caller="Erika", turn=1)
    note = Note.objects.create(session=session, version=1, text="▼▼▼ Erika Beispiel\nSuppe")
    author = NoteAuthor.objects.create(note=note, person=person, name="Erika Beispiel")
    note.revisions.create(
        number=1, base=0, text=note.text, author=author, at=at(9), key=uuid.uuid4(), writers=[[], [author.pk]]
    )
    FeedbackGiven.objects.create(person=person, at=at(9))
    Helper.objects.create(desk=desk, task="door", name="Eingang Erika", until=at(20))
    return person


def after(desk, days):
    return desk.event.ends + dt.timedelta(days=days, minutes=1)


def test_nothing_is_forgotten_before_its_time(desk, plan):
    fill(desk, plan)
    assert forget_people(after(desk, 89)) == 0
    assert Person.objects.exists()


def test_after_the_retention_nobody_is_left_but_numbers(desk, plan):
    fill(desk, plan)
    add_seat(add_participant(desk, "Bea"), State.CANCELLED)
    add_session(plan, "Zwei", add_host(plan, "Alex Beispiel", email="alex@verein.demo.invalid"))
    Letter.objects.create(
        desk=desk,
        address="alex@verein.demo.invalid",
        name="proposal_accepted",
        occasion="2",
        subject="a",
        text="b",
    )
    now = after(desk, 90)
    assert forget_people(now) == 1
    assert all(not kept.rows(**{kept.desk: desk}).exists() for kept in KEPT)
    for model in (
        Person,
        Registration,
        Answer,
        Consent,
        AnnouncedHost,
        Interest,
        Vote,
        Letter,
        CheckIn,
        Helper,
    ):
        assert not model.objects.exists(), model
    assert list(Pitch.objects.values_list("person", "caller")) == [(None, "")]
    assert (NoteAuthor.objects.count(), Note.objects.get().text) == (0, "▼▼▼\nSuppe")
    assert [(host.name, host.email) for host in Host.objects.all()] == [("Alex Beispiel", "")]
    kept = Session.objects.get(title="KI im Amt")
    assert (kept.proposer, kept.co_hosts, kept.remark, kept.state) == (None, "", "", "accepted")
    desk.refresh_from_db()
    assert (desk.tally, desk.forgotten) == ({"confirmed": 1, "cancelled": 1}, now)
    assert desk.questions.exists()
    assert forget_people(now) == 0


def test_what_comes_later_is_forgotten_too_and_the_numbers_stay(desk, plan):
    add_seat(add_participant(desk))
    forget_people(after(desk, 90))
    add_participant(desk, "Spät")
    assert forget_people(after(desk, 91)) == 1
    desk.refresh_from_db()
    assert desk.tally == {"confirmed": 1}
    assert not Person.objects.exists()


def test_each_event_has_its_own_time(desk, plan):
    fill(desk, plan)
    EventDesk.objects.filter(pk=desk.pk).update(retention_days=10)
    assert forget_people(after(desk, 11)) == 1


def test_a_series_is_over_after_its_last_date(desk, plan):
    add_participant(desk)
    weekday = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")[at(9).weekday()]
    rule = f"FREQ=WEEKLY;INTERVAL=1;BYDAY={weekday};COUNT=3"
    type(desk.event).objects.filter(pk=desk.event_id).update(recurrence_rule=rule)
    assert forget_people(after(desk, 90 + 13)) == 0
    assert forget_people(after(desk, 90 + 15)) == 1


def test_an_event_without_an_end_is_left_alone(desk, plan):
    add_participant(desk)
    type(desk.event).objects.filter(pk=desk.event_id).update(starts=None, ends=None)
    assert forget_people(timezone.now() + dt.timedelta(days=9999)) == 0


def test_it_is_done_every_night():
    crons = {each.task.name: each.cron for each in app.periodic_registry.periodic_tasks.values()}
    assert crons["events.forget_people"] == "25 2 * * *"


def test_an_account_leaves_its_events_and_the_next_gets_the_seat(desk, plan, user):
    EventDesk.objects.filter(pk=desk.pk).update(seats=1, offer_hours=None)
    person = fill(desk, plan, user)
    open_one = add_session(plan, "Zwei", state="proposed", proposer=person)
    waiting = add_seat(add_participant(desk, "Bea"), State.WAITING)
    other = add_participant(desk, "Cem")
    assert forget_account(user, [], timezone.now()) == 1
    waiting.refresh_from_db()
    assert waiting.state == State.CONFIRMED
    assert not Person.objects.filter(pk=person.pk).exists()
    assert Person.objects.filter(pk=other.pk).exists()
    assert not Host.objects.exists()
    assert not Letter.objects.filter(address=person.email).exists()
    assert not Session.objects.filter(pk=open_one.pk).exists()
    assert Session.objects.get(title="KI im Amt").proposer is None


def test_what_was_done_as_a_guest_goes_with_the_confirmed_address_alone(desk, plan, user):
    guest = fill(desk, plan)
    stranger = add_participant(desk, "Bea")
    assert forget_account(user, [], timezone.now()) == 0
    assert forget_account(user, ["Erika@mainz.demo.invalid"], timezone.now()) == 1
    assert list(Person.objects.all()) == [stranger]
    assert guest.pk != stranger.pk


def test_after_the_event_an_account_can_go_as_well(desk, plan, user):
    fill(desk, plan, user)
    assert forget_account(user, [], after(desk, 1)) == 1


def test_deleting_the_account_takes_its_participation_along(client, desk, plan, user):
    fill(desk, plan, user)
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    client.force_login(user)
    client.post("/konto/reauthenticate/", {"password": "geheim-und-lang"})
    client.post("/mein/loeschen/", {"confirmation": user.email})
    assert not User.objects.filter(pk=user.pk).exists()
    assert not Person.objects.exists()


def test_the_copy_holds_all_of_it_and_nothing_of_others(desk, plan, user):
    person = fill(desk, plan, user)
    other = add_participant(desk, "Fremd")
    Registration.objects.create(person=other, state=State.CONFIRMED, place=9, registered_by=person)
    told = read_participation(user, [])
    assert all(told.values()), [name for name, rows in told.items() if not rows]
    assert told["people"][0]["desk__event__title"] == "Barcamp 2026"
    assert told["answers"][0]["text"] == "Suppe"
    assert told["votes"][0]["session__title"] == "KI im Amt"
    assert "fremd@" not in str(told)
    assert person.registration.badge not in str(told)
    assert set(map(tuple, read_organising(user).values())) == {()}


def test_whom_their_town_registered_finds_it_in_the_copy_and_takes_it_along(desk, user):
    add_seat(add_participant(desk, "Erika", email=user.email, confirmed=None))
    assert read_participation(user, [user.email])["registrations"]
    assert read_participation(user, [])["registrations"] == []
    assert forget_account(user, [user.email], timezone.now()) == 1
    assert not Person.objects.exists()


def test_the_copy_of_an_account_that_typed_an_address_holds_no_link_of_its_owner(desk, user):
    person = add_participant(desk, "Opfer", user=user, confirmed=None)
    write_letter(desk, person, "confirm_address", "1", known=False)
    told = read_participation(user, [user.email])
    assert told["people"]
    assert told["mails"] == []
    assert [mail["address"] for mail in read_participation(user, [person.email.upper()])["mails"]] == [
        person.email
    ]


def test_letters_to_somebodys_address_go_with_them(desk):
    person = add_participant(desk)
    for occasion, address in (("1", person.email), (f"{person.pk.hex}.1", "neu@stadt.demo.invalid")):
        Letter.objects.create(
            desk=desk, address=address, name="new_address", occasion=occasion, subject="a", text="b"
        )
    kept = Letter.objects.create(
        desk=desk, address="fremd@stadt.demo.invalid", name="new_address", occasion="1", subject="a", text="b"
    )
    forget_person(person, timezone.now())
    assert list(Letter.objects.all()) == [kept]


def test_who_is_deleted_is_named_by_no_note_and_no_pitch(desk, plan):
    person = fill(desk, plan)
    forget_person(person, timezone.now())
    assert not NoteAuthor.objects.exists()
    assert not CheckIn.objects.exists()
    assert not Pitch.objects.exclude(caller="").exists()


def test_an_account_that_wrote_as_organiser_is_named_by_no_note(plan, user):
    note = Note.objects.create(session=add_session(plan))
    NoteAuthor.objects.create(note=note, user=user, name="Erika Beispiel")
    forget_account(user, [], timezone.now())
    assert not NoteAuthor.objects.exists()


def test_in_a_series_that_goes_on_feedback_given_is_forgotten_in_its_time(desk, plan):
    EventPage.objects.filter(pk=desk.event_id).update(recurrence_rule="FREQ=WEEKLY")
    person = add_participant(desk)
    for days in (0, 50):
        FeedbackGiven.objects.create(person=person, at=at(9) + dt.timedelta(days=days))
    forget_leavers(at(10) + dt.timedelta(days=desk.retention_days))
    assert [given.at for given in FeedbackGiven.objects.all()] == [at(9) + dt.timedelta(days=50)]
