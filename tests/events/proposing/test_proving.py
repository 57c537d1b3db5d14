"""Who somebody is before they proved it: nobody, whatever was typed, and whoever's link was opened."""

from __future__ import annotations

import re

import pytest
from django.utils import timezone

from events.models import Interest, Letter, Person, Session
from events.people import KNOWN, find_person, join_account, write_token
from events.proposing import services
from events.proposing.joining import Visitor, join_visitor
from events.proposing.refusals import ProposalRefused
from tests.events.proposing.conftest import typed
from tests.factories.events import add_desk, add_event, add_participant, add_seat, add_session, at
from tests.permissions.callers import add_account

State = Session.State
BACKEND = "django.contrib.auth.backends.ModelBackend"
OWNER = "robin@stadt.demo.invalid"


@pytest.fixture
def intruder(db):
    """An account of another hub, which has no address here."""
    user = add_account("fremd@stadt.demo.invalid", first_name="Fremd", last_name="Beispiel")
    type(user).objects.filter(pk=user.pk).update(email=None)
    user.refresh_from_db()
    return user


@pytest.fixture
def hijacked(desk, plan, intruder):
    """What is left once the account proposed something with an address that is not its own."""
    visitor = Visitor(user=intruder, given_name="Robin", family_name="Beispiel", email=OWNER)
    wording = services.Wording("Meins", shows_name=True)
    session = services.propose(desk, add_session(plan).pk, wording, visitor, timezone.now())
    assert session.proposer.user == intruder
    return session


def confirm(client, session, **options):
    link = re.search(r"http://[^/]+(/veranstaltungen/vorschlag/\S+)", Letter.objects.last().text)[1]
    return client.post(link, {"action": "confirm"}, **options)


def test_an_account_that_typed_an_address_loses_it_when_its_owner_follows_the_link(client, hijacked):
    confirm(client, hijacked)
    person = Person.objects.get()
    assert (person.user, bool(person.confirmed)) == (None, True)
    assert Session.objects.get(pk=hijacked.pk).state == State.PROPOSED


def test_an_account_that_follows_the_link_itself_keeps_the_person(client, hijacked, intruder):
    client.force_login(intruder, BACKEND)
    confirm(client, hijacked)
    person = Person.objects.get()
    assert (person.user, bool(person.confirmed)) == (intruder, True)


def test_until_then_the_account_is_nobody(client, plan, hijacked, intruder, url):
    client.force_login(intruder, BACKEND)
    assert client.get(url("proposals")).context["person"] is None
    assert client.get(url("proposal", hijacked.pk)).status_code == 404
    session = add_session(plan)
    json = {"accept": "application/json"}
    assert client.post(url("interest", session.pk), headers=json).status_code == 409
    assert not Interest.objects.exists()


def test_the_account_that_proved_the_address_takes_the_person_over(desk, hijacked):
    Person.objects.update(body="07339000", affiliation="Falsch")
    owner = add_account(OWNER, first_name="Robin", last_name="Muster")
    person = join_account(desk, owner, timezone.now())
    assert (person.user, person.name, person.body) == (owner, "Robin Muster", "")
    assert Person.objects.get() == person


def test_a_confirmed_person_of_another_account_is_not_taken_over(desk, intruder):
    add_participant(desk, "Robin", user=intruder)
    assert join_account(desk, add_account(OWNER), timezone.now()) is None


def test_whoever_types_the_same_address_ends_what_the_account_holds(client, desk, hijacked, url):
    held = write_token(hijacked.proposer)
    client.post(url("propose"), typed())
    person = Person.objects.get()
    assert person.user is None
    assert find_person(held) is None
    assert f"/{write_token(person)}/" in Letter.objects.get().text, (
        "the unsent one that held an ended link is gone"
    )


def test_a_guest_who_proposes_twice_keeps_the_first_link(client, desk, url):
    for _ in range(2):
        client.post(url("propose"), typed())
    assert Person.objects.get().link_version == 1
    assert Letter.objects.count() == 2


# A mistyped address ------------------------------------------------------------------------------------


def test_a_mistyped_address_gets_no_letter_and_no_link_that_works(desk, hijacked, intruder):
    held = write_token(hijacked.proposer)
    sent = Letter.objects.create(desk=desk, person=hijacked.proposer, address=OWNER, sent=timezone.now())
    visitor = Visitor(user=intruder, given_name="Robin", family_name="Beispiel", email="R2@b.demo.invalid")
    person, proven = join_visitor(desk, visitor, timezone.now())
    assert (person.pk, person.email, proven) == (hijacked.proposer.pk, "r2@b.demo.invalid", False)
    assert find_person(held) is None
    assert list(Letter.objects.all()) == [sent]


def test_an_account_cannot_move_a_seat_its_town_gave_to_the_address_it_typed(desk, hijacked, intruder):
    add_seat(hijacked.proposer)
    visitor = Visitor(user=intruder, given_name="Fremd", family_name="Beispiel", email="f@stadt.demo.invalid")
    person, _proven = join_visitor(desk, visitor, timezone.now())
    seat = Person.objects.get(registration__isnull=False)
    assert (seat.email, seat.user) == (OWNER, None)
    assert (person.email, person.user) == ("f@stadt.demo.invalid", intruder)


# Registered by their town ------------------------------------------------------------------------------


def test_what_a_town_said_of_somebody_is_not_changed_by_what_a_guest_types(client, desk, url):
    person = add_participant(desk, "Robin", confirmed=None, affiliation="Stadt Trier")
    add_seat(person)
    client.post(url("propose"), typed(given_name="Rob", family_name="Falsch", affiliation="Falsch"))
    person.refresh_from_db()
    assert (person.name, person.affiliation) == ("Robin Beispiel", "Stadt Trier")


def test_what_nobody_confirmed_is_what_was_typed_last(client, desk, url):
    person = add_participant(desk, "Robin", confirmed=None, affiliation="Stadt Trier")
    add_seat(person, "unconfirmed")
    client.post(url("propose"), typed(given_name="Rob"))
    person.refresh_from_db()
    assert (person.given_name, person.affiliation) == ("Rob", "Stadt Worms")


# Links of strangers ------------------------------------------------------------------------------------


def follow(client, session):
    return client.get(f"/veranstaltungen/vorschlag/{session.pk}/{write_token(session.proposer)}/")


@pytest.fixture
def lou(desk, plan):
    person = add_participant(desk, "Lou")
    return add_session(plan, "Lous", proposer=person)


@pytest.fixture
def robin(desk, plan):
    person = add_participant(desk, "Robin")
    return add_session(plan, "Robins", proposer=person)


def test_whoever_is_signed_in_is_not_taken_for_a_guest_whose_link_they_opened(
    client, account, lou, desk, url
):
    client.force_login(account, BACKEND)
    follow(client, lou)
    assert client.get(url("proposals")).context["person"] is None
    client.post(url("propose"), typed())
    assert Session.objects.latest("created").proposer.user == account


def test_a_second_link_does_not_change_in_whose_name_one_acts(client, lou, robin, url):
    follow(client, lou)
    follow(client, robin)
    assert client.get(url("proposals")).context["person"] == lou.proposer


def test_an_ended_link_makes_room_for_another(client, lou, robin, desk, url):
    follow(client, lou)
    Person.objects.filter(pk=lou.proposer.pk).update(link_version=2)
    follow(client, robin)
    assert client.get(url("proposals")).context["person"] == robin.proposer


@pytest.mark.parametrize("name", ["proposals", "propose"])
def test_the_page_says_in_whose_name_one_acts_and_forgets_it(client, lou, robin, url, name):
    follow(client, lou)
    page = client.get(url(name)).content.decode()
    assert "Sie handeln als <strong>Lou Beispiel</strong>" in page
    response = client.post(url("forget_me"), {"next": url(name)})
    assert response["Location"] == url(name)
    assert client.session[KNOWN] == {}
    assert "Sie handeln als" not in client.get(url(name)).content.decode()
    follow(client, robin)
    assert client.get(url("proposals")).context["person"] == robin.proposer


def test_forgetting_leaves_other_events_and_goes_to_no_other_site(client, lou, section, desk, url):
    elsewhere = add_participant(add_desk(add_event(section, "Anderswo")), "Lou")
    session = client.session
    session[KNOWN] = {str(elsewhere.desk_id): write_token(elsewhere)}
    session.save()
    follow(client, lou)
    assert client.get(url("forget_me")).status_code == 405
    response = client.post(url("forget_me"), {"next": "https://boese.invalid/"})
    assert response["Location"] == url("proposals")
    assert client.session[KNOWN] == {str(elsewhere.desk_id): write_token(elsewhere)}


def test_an_account_is_not_asked_whether_it_is_somebody_else(member, url):
    assert "Sie handeln als" not in member.get(url("proposals")).content.decode()


# What goes to an address nobody proved -----------------------------------------------------------------


def test_a_mail_to_an_unproven_address_says_nothing_that_was_typed(client, desk, url):
    client.post(url("propose"), typed(given_name="Gewonnen", title="Ihr Preis", co_hosts="Kaufen"))
    letter = Letter.objects.get()
    for word in ("Gewonnen", "Preis", "Kaufen", "Worms", "Beispiel"):
        assert word not in letter.subject + letter.text


@pytest.mark.parametrize("name", ["given_name", "family_name", "affiliation"])
@pytest.mark.parametrize("value", ["Gewinn\nHier", "Gewinn\u2028Hier", "http://boese.invalid"])
def test_names_are_one_line_without_addresses(client, desk, url, name, value):
    response = client.post(url("propose"), typed(**{name: value}))
    assert "Bitte schreiben Sie nur den Namen" in response.content.decode()
    assert not Letter.objects.exists()


# Until when, and how many ------------------------------------------------------------------------------


@pytest.mark.parametrize("change", [{"status": "cancelled"}, {"starts": at(9, days=-1)}])
def test_nothing_is_confirmed_once_the_event_began_or_is_cancelled(client, desk, url, change):
    client.post(url("propose"), typed())
    for name, value in change.items():
        setattr(desk.event, name, value)
    desk.event.save()
    response = confirm(client, Session.objects.get(), follow=True)
    assert "hat begonnen oder ist abgesagt" in response.content.decode()
    assert (Session.objects.get().state, Person.objects.get().confirmed) == (State.UNCONFIRMED, None)


def test_ten_proposals_of_one_person_stand_and_what_was_typed_stays(member, plan, person, url):
    for number in range(9):
        add_session(plan, f"Nr. {number}", state=State.PROPOSED, proposer=person)
    add_session(plan, "Weg", state=State.WITHDRAWN, proposer=person)
    assert member.post(url("propose"), typed()).status_code == 302
    response = member.post(url("propose"), typed(title="Die elfte"))
    assert response.status_code == 409
    text = response.content.decode()
    assert "Von Ihnen stehen schon 10 Vorschläge" in text
    assert "Die elfte" in text
    assert not Session.objects.filter(title="Die elfte").exists()


def test_what_strangers_type_does_not_count_for_somebody_known_until_they_confirm_it(desk, plan, person):
    for number in range(10):
        add_session(plan, f"Nr. {number}", state=State.UNCONFIRMED, proposer=person)
    now, wording = timezone.now(), services.Wording("Neu")
    stranger = Visitor(given_name="Kim", family_name="Beispiel", email=person.email)
    with pytest.raises(ProposalRefused):
        services.propose(desk, add_session(plan).pk, wording, stranger, now)
    session = services.propose(desk, add_session(plan).pk, wording, Visitor(person=person), now)
    assert session.state == State.PROPOSED
    Session.objects.filter(title__in=[f"Nr. {n}" for n in range(9)]).update(state=State.PROPOSED)
    with pytest.raises(ProposalRefused):
        services.confirm(Session.objects.get(title="Nr. 9"), person, person.user, now)
