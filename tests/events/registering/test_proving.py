"""Whose a participation is: an address that was only typed gives nobody a right to it."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from events.models import EventDesk, EventPage, Letter, Person, Registration
from events.office import by_hand
from events.people import find_person, participation_url, write_token
from events.registering import groups, limiting, services
from events.registering.queries import list_participations
from events.registering.refusing import Reason, Refused
from events.registering.services import Entry
from hub.accounts.models import Role, User
from hub.env import env
from tests.events.registering.conftest import account, letters, page, sign_up, states
from tests.factories.events import add_participant, add_seat
from tests.factories.people import add_person

State = Registration.State
VICTIM = "opfer@dorf.demo.invalid"
ENTRY = Entry("Vera", "Opfer", VICTIM)


def home_account(name: str = "Heike") -> User:
    """Of another hub, without an address here."""
    return User.objects.create(email=None, first_name=name, last_name="Beispiel")


def address(desk: EventDesk) -> str:
    return f"/veranstaltungen/{desk.event.translation_key}/anmelden/"


def link(person: Person) -> str:
    return participation_url(person).removeprefix(env.origin)


def fill(client: Client, desk: EventDesk, email: str = VICTIM) -> Any:
    return client.post(address(desk), {"given_name": "Vera", "family_name": "Opfer", "email": email})


@pytest.fixture
def hijacker() -> User:
    return home_account()


@pytest.fixture
def typed(client: Client, desk: EventDesk, hijacker: User) -> Person:
    """What a home account makes of somebody else's address."""
    client.force_login(hijacker)
    fill(client, desk)
    return desk.people.get(user=hijacker, confirmed=None)


def test_who_confirms_by_the_link_is_nobodys_who_typed_the_address(client, desk, typed, hijacker):
    Client().post(link(typed), {"action": "take_part"})
    typed.refresh_from_db()
    assert (typed.user, typed.registration.state) == (None, State.CONFIRMED)
    assert typed.confirmed is not None
    answer = client.get(address(desk))
    assert answer.status_code == 200, "no way from the account to the page of the owner"
    assert VICTIM not in page(answer)
    assert write_token(typed) not in page(client.get("/mein/"))


def test_who_is_signed_in_while_they_confirm_keeps_their_account(client, desk, typed, hijacker):
    client.post(link(typed), {"action": "take_part"})
    typed.refresh_from_db()
    assert (typed.user, typed.registration.state) == (hijacker, State.CONFIRMED)


def test_a_seat_without_proof_leads_no_account_to_its_link(client, desk, hijacker):
    person = add_participant(desk, "Vera", email=VICTIM, user=hijacker, confirmed=None)
    add_seat(person)
    client.force_login(hijacker)
    answer = client.get(address(desk))
    assert answer.status_code == 200
    assert VICTIM not in page(answer)
    assert list_participations(hijacker, timezone.now()) == []


def test_confirmed_by_hand_it_is_no_accounts_either(desk, typed):
    by_hand.confirm_by_hand(typed, timezone.now())
    typed.refresh_from_db()
    assert (typed.user, typed.confirmed is not None) == (None, True)


def test_an_address_that_was_only_typed_yields_to_the_account_that_has_it(desk, typed):
    owner = add_person(VICTIM, first_name="Vera", last_name="Opfer")
    person = services.register_account(desk.pk, owner, Entry("Vera", "Opfer"), timezone.now())
    assert person == typed
    assert (person.user, person.registration.state) == (owner, State.CONFIRMED)


def test_a_confirmed_participation_does_not_yield(desk, hijacker):
    add_participant(desk, "Vera", email=VICTIM, user=hijacker)
    with pytest.raises(Refused) as refused:
        services.register_account(desk.pk, add_person(VICTIM), Entry("Vera", "Opfer"), timezone.now())
    assert refused.value.reason is Reason.TAKEN


def test_an_account_that_has_an_address_now_is_not_who_it_typed_before(desk, typed, hijacker):
    hijacker.email = "heike@heim.demo.invalid"
    hijacker.save()
    person = services.register_account(desk.pk, hijacker, Entry("Heike", "Beispiel"), timezone.now())
    assert person.email == "heike@heim.demo.invalid"
    typed.refresh_from_db()
    assert (typed.user, typed.confirmed) == (None, None)


@pytest.mark.parametrize("signed_in", [False, True])
def test_when_somebody_else_types_it_too_it_is_nobodys_and_the_first_link_ends(desk, typed, signed_in):
    first, other = write_token(typed), Client()
    if signed_in:
        other.force_login(home_account("Vera"))
    fill(other, desk)
    typed.refresh_from_db()
    assert typed.user is None
    assert find_person(first) is None
    letter = Letter.objects.get(address=VICTIM, sent=None)
    assert participation_url(typed) in letter.text, "within minutes of the first they get the link that works"


def test_the_same_account_may_type_its_address_again(client, desk, typed, hijacker):
    first = write_token(typed)
    fill(client, desk)
    typed.refresh_from_db()
    assert typed.user == hijacker
    assert find_person(first) == typed
    assert letters(VICTIM) == ["confirm_address"]


def test_a_mistyped_address_keeps_no_key(client, desk, typed):
    first = write_token(typed)
    fill(client, desk, "richtig@dorf.demo.invalid")
    typed.refresh_from_db()
    assert typed.email == "richtig@dorf.demo.invalid"
    assert find_person(first) is None
    assert letters(VICTIM) == [], "what was not sent yet is not"
    assert participation_url(typed) in Letter.objects.get(address=typed.email).text


@pytest.mark.parametrize("signed_in", [False, True])
def test_a_typed_address_is_not_shown_again(client, desk, typed, signed_in):
    browser = client if signed_in else Client()
    browser.get(link(typed))
    form = page(browser.get(address(desk)))
    assert 'name="email"' in form
    assert VICTIM not in form


@pytest.fixture
def colleague(desk: EventDesk) -> Person:
    """Registered by their town: a seat, and an address that nobody has proven."""
    rita = add_participant(desk, "Rita")
    (made,) = groups.register_colleagues(
        rita, [groups.Colleague("Vera", "Opfer", VICTIM)], "Mainz", timezone.now()
    )
    assert made.person.confirmed is None
    return made.person


@pytest.mark.parametrize("verb", ["take_part", "change_data", "accept_offer"])
def test_whom_their_town_registered_confirms_by_what_they_do_with_the_link(client, desk, colleague, verb):
    if verb == "change_data":
        client.post(link(colleague) + "angaben/", {"given_name": "Vera", "family_name": "Neu"})
    else:
        client.post(link(colleague), {"action": {"accept_offer": "accept"}.get(verb, verb)})
    colleague.refresh_from_db()
    assert colleague.confirmed is not None
    assert colleague.registration.state == State.CONFIRMED


def test_an_account_without_an_address_is_no_none(client, desk, section):
    rita = add_person("rita@mainz.demo.invalid", section.body, Role.AUTHOR)
    User.objects.filter(pk=rita.pk).update(email=None)
    rita.refresh_from_db()
    with pytest.raises(Refused) as refused:
        services.add_account(desk, rita, Entry("Rita", "Amt"), timezone.now())
    assert refused.value.reason is Reason.NO_ADDRESS
    client.get(link(add_participant(desk, "Kim")))  # known in this browser by a guest's link
    client.force_login(rita)
    assert client.post(address(desk) + "gruppe/", {}).status_code == 302
    assert set(desk.people.values_list("given_name", flat=True)) == {"Kim"}


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"live": False}, Reason.CLOSED),
        ({"audience": "members"}, Reason.NO_GUESTS),
        ({}, Reason.NO_GUESTS),
    ],
)
def test_a_link_opens_no_event_that_is_not_for_its_owner(desk, change, reason):
    person = add_participant(desk, "Kim")
    if change:
        EventPage.objects.filter(pk=desk.event_id).update(**change)
    else:
        EventDesk.objects.filter(pk=desk.pk).update(allows_guests=False)
    with pytest.raises(Refused) as refused:
        services.take_part(person, timezone.now())
    assert refused.value.reason is reason
    assert not Registration.objects.exists()


def test_members_come_back_to_an_event_for_members_by_their_link(desk):
    ada = sign_up(desk, "Ada").person
    services.cancel(ada, timezone.now())
    EventDesk.objects.filter(pk=desk.pk).update(allows_guests=False)
    EventPage.objects.filter(pk=desk.event_id).update(audience="members")
    assert services.take_part(ada, timezone.now()).state == State.CONFIRMED


def test_buttons_of_a_participation_are_limited_like_forms(client, desk, monkeypatch):
    ada = sign_up(desk, "Ada").person
    monkeypatch.setitem(limiting.LIMITS, limiting.SENDER, "1/h/key")
    assert client.post(link(ada) + "angaben/", {"given_name": "Ada", "family_name": "Neu"}).status_code == 302
    done = client.post(link(ada) + "absagen/", follow=True)
    assert "Das war zu oft" in page(done)
    assert states(desk) == {"Ada": "confirmed"}
    again = client.post(link(ada) + "angaben/", {"given_name": "Ada", "family_name": "Getippt"})
    assert "Das war zu oft" in page(again)
    assert 'value="Getippt"' in page(again)
    assert "Das war zu oft" in page(client.post(link(ada) + "neuer-link/", follow=True))
    assert "Das war zu oft" in page(client.post(link(ada) + "loeschen/", follow=True))
    ada.refresh_from_db()
    assert (ada.family_name, ada.link_version) == ("Neu", 1)


def test_a_new_link_goes_by_mail_alone_and_ends_the_old_one(client, desk):
    ada = sign_up(desk, "Ada").person
    old = link(ada)
    assert old + "neuer-link/" in page(client.get(old))
    assert "Ihren Link ersetzen?" in page(client.get(old + "neuer-link/"))
    assert client.get(old).status_code == 200, "asking changes nothing"
    done = page(client.post(old + "neuer-link/"))
    ada.refresh_from_db()
    assert write_token(ada) not in done
    assert client.get(old).status_code == 404
    letter = Letter.objects.get(name="new_link")
    assert letter.address == ada.email
    assert participation_url(ada) in letter.text
    assert client.get(link(ada)).status_code == 200


def test_the_address_left_is_told_without_a_link(client, desk):
    ada = sign_up(desk, "Ada").person
    client.post(link(ada) + "angaben/", {"action": "address", "new-email": "neu@stadt.demo.invalid"})
    where = Letter.objects.get(name="new_address").text.split(env.origin)[1].split()[0]
    client.post(where)
    told = Letter.objects.get(name="address_changed")
    assert told.address == "ada@stadt.demo.invalid"
    assert env.origin not in told.text
    assert "neu@" not in told.text


def test_somebody_deletes_all_that_is_theirs_after_a_question(client, open_desk):
    desk = open_desk(seats=1, offer_hours=None)
    ada = sign_up(desk, "Ada").person
    ben = sign_up(desk, "Ben").person
    where = link(ada) + "loeschen/"
    assert where in page(client.get(link(ada)))
    assert "Alle Ihre Daten zu dieser Veranstaltung löschen?" in page(client.get(where))
    assert desk.people.count() == 2, "opening the page deletes nothing"
    assert "Ihre Daten sind gelöscht" in page(client.post(where))
    assert list(desk.people.all()) == [ben]
    assert states(desk) == {"Ben": "confirmed"}
    assert letters("ada@stadt.demo.invalid") == []
    assert client.post(where).status_code == 404


def test_who_is_signed_in_confirms_nobody_elses_account(desk, typed):
    stranger = account("Nora")
    services.take_part(typed, timezone.now(), stranger.pk)
    typed.refresh_from_db()
    assert typed.user is None


def test_a_link_that_was_read_before_does_not_undo_what_an_account_proved(desk, typed):
    stale = Person.objects.get(pk=typed.pk)
    owner = add_person(VICTIM, first_name="Vera", last_name="Opfer")
    services.register_account(desk.pk, owner, ENTRY, timezone.now() - dt.timedelta(minutes=1))
    services.take_part(stale, timezone.now())
    typed.refresh_from_db()
    assert typed.user == owner
