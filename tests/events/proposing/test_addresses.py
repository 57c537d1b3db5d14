"""Whoever takes part has an address: an account without one that counts is asked for it, and confirms it."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from events.models import Letter, Person, Session
from events.people import body_of, join_account, lends_address
from events.proposing import services
from events.proposing.joining import Visitor
from events.proposing.refusals import ProposalRefused
from tests.events.proposing.conftest import typed
from tests.events.proposing.test_proving import BACKEND, confirm
from tests.factories.events import add_participant
from tests.permissions.callers import add_account

State = Session.State
ELSEWHERE = {"accept": "application/json"}


@pytest.fixture(params=["none", "empty", "taken"])
def unreached(request, desk):
    """An account of another hub without an address, or with one that somebody else proved here."""
    user = add_account("fremd@stadt.demo.invalid", first_name="Fremd", last_name="Beispiel")
    if request.param == "taken":
        add_participant(desk, "Lou", email=user.email.upper(), user=add_account("lou@stadt.demo.invalid"))
        return user
    type(user).objects.filter(pk=user.pk).update(email=None if request.param == "none" else "")
    user.refresh_from_db()
    return user


@pytest.fixture
def visitor(client, unreached):
    client.force_login(unreached, BACKEND)
    return client


def test_it_is_asked_for_an_address_and_nothing_typed_is_lost(visitor, desk, url):
    assert 'name="email"' in visitor.get(url("propose")).content.decode()
    people = Person.objects.count()
    response = visitor.post(url("propose"), typed(email=""))
    text = response.content.decode()
    assert "Bitte geben Sie die Adresse an" in text
    assert "Der digitale Bauantrag" in text
    assert (Person.objects.count(), Session.objects.count()) == (people, 0)


def test_the_address_counts_once_its_link_was_followed(visitor, unreached, desk, url):
    visitor.post(url("propose"), typed(email="Fremd.Neu@stadt.demo.invalid"))
    session = Session.objects.get()
    person = session.proposer
    assert (person.email, person.user, person.confirmed) == ("fremd.neu@stadt.demo.invalid", unreached, None)
    assert session.state == State.UNCONFIRMED
    assert Letter.objects.get().address == "fremd.neu@stadt.demo.invalid"
    confirm(visitor, session)
    person.refresh_from_db()
    assert (person.user, bool(person.confirmed)) == (unreached, True)
    assert Session.objects.get().state == State.PROPOSED
    assert 'name="email"' not in visitor.get(url("propose")).content.decode()


def test_without_a_form_it_is_refused_and_nothing_is_kept(desk, plan, unreached):
    people = Person.objects.count()
    for user in (unreached, None):
        with pytest.raises(ProposalRefused, match="E-Mail-Adresse"):
            services.propose(desk, plan_key(), services.Wording("Neu"), Visitor(user=user), timezone.now())
    assert (Person.objects.count(), Session.objects.count()) == (people, 0)


def plan_key():
    return Session._meta.pk.get_default()


def test_where_it_comes_is_said_once_there_is_an_address(visitor, plan, url, unreached):
    session = Session.objects.create(plan=plan, title="KI", state=State.ACCEPTED)
    answer = visitor.post(url("interest", session.pk), headers=ELSEWHERE)
    assert answer.status_code == 409
    reason = "nimmt schon jemand anderes teil" if unreached.email else "melden Sie sich zuerst an"
    assert reason in answer.json()["text"]
    text = visitor.get(url("proposals")).content.decode()
    assert "melden Sie sich an</a>" not in text, "they are signed in"
    assert ("melden Sie sich bitte zuerst an" in text) is not bool(unreached.email)


def test_the_database_holds_nobody_without_an_address(desk):
    with pytest.raises(IntegrityError, match="person_has_an_address"), transaction.atomic():
        Person.objects.create(desk=desk, email="", given_name="Kim", family_name="Beispiel")


# Accounts become people in one place -------------------------------------------------------------------


def test_what_an_account_typed_before_stays_its_own_while_its_address_is_taken(desk):
    user = add_account("fremd@stadt.demo.invalid")
    add_participant(desk, "Lou", email=user.email, user=add_account("lou@stadt.demo.invalid"))
    before = add_participant(desk, "Fremd", email="anders@stadt.demo.invalid", user=user, confirmed=None)
    assert join_account(desk, user, timezone.now()) is None
    before.refresh_from_db()
    assert (before.user, before.link_version) == (user, 1)


def test_what_was_filled_in_goes_before_what_the_account_says(desk, account):
    said = {"given_name": "Kimberly", "affiliation": "Stadt Worms"}
    person = join_account(desk, account, timezone.now(), said)
    assert (person.name, person.affiliation) == ("Kimberly Beispiel", "Stadt Worms")
    assert (person.email, person.user) == (account.email, account)


def test_a_nameless_account_is_asked_for_its_name_and_gets_it(client, desk, url):
    user = add_account("namenlos@stadt.demo.invalid")
    client.force_login(user, BACKEND)
    person = join_account(desk, user, timezone.now())
    assert 'name="given_name"' in client.get(url("propose")).content.decode()
    client.post(url("propose"), typed(shows_name="on"))
    person.refresh_from_db()
    assert person.name == "Robin Beispiel"
    assert Session.objects.get().state == State.PROPOSED


@pytest.mark.parametrize(("held", "lent"), [(None, True), ("guest", True), ("own", True), ("other", False)])
def test_an_address_is_lent_unless_another_account_proved_it(desk, account, held, lent):
    if held:
        user = {"guest": None, "own": account, "other": add_account("lou@stadt.demo.invalid")}[held]
        add_participant(desk, "Kim", email=account.email.upper(), user=user)
    assert lends_address(desk, account) is lent


def test_an_account_that_works_for_nobody_has_no_body(account):
    assert body_of(account) is None
