from __future__ import annotations

import datetime as dt
import threading

import pytest
from django.core import mail
from django.db import connection
from django.utils import timezone

from hub.accounts.joining import approve, ask_to_join, decline
from hub.accounts.models import (
    AccountEvent,
    BodyDomain,
    JoinRequest,
    Role,
)
from hub.accounts.queries import decided_for, facts_of, waiting_for
from hub.accounts.refusal import Refused
from hub.accounts.reminding import remind
from hub.accounts.roles import role_in, set_role
from hub.accounts.tasks import remind_deciders
from hub.municipalities.models import Body
from tests.factories.people import add_operator, add_person, add_town

pytestmark = pytest.mark.django_db


@pytest.fixture
def worms() -> Body:
    return add_town("07319000", "Worms")


# Deciding


def test_an_approval_gives_the_role_learns_the_domain_and_tells(
    worms, coordinator, asker, django_capture_on_commit_callbacks
):
    request = ask_to_join(asker, worms, Role.EDITOR)
    with django_capture_on_commit_callbacks(execute=True):
        assert approve(request, coordinator, Role.AUTHOR, learn=True)
    assert role_in(asker, worms) == Role.AUTHOR
    assert (request.state, request.decided_by) == ("approved", coordinator)
    assert BodyDomain.objects.get(domain="worms.de").body == worms
    event = AccountEvent.objects.get()
    assert (event.action, event.actor, event.user, event.body) == ("joined", coordinator, asker, worms)
    assert event.note == "Autorin oder Autor"
    assert [message.to for message in mail.outbox] == [["neu@worms.de"]]
    assert "Autorin oder Autor" in mail.outbox[0].body
    assert "Als Koordination" not in mail.outbox[0].body


def test_a_new_coordinator_reads_what_to_do_first_and_no_domain_is_learned_unasked(
    worms, coordinator, asker, django_capture_on_commit_callbacks
):
    request = ask_to_join(asker, worms, Role.EDITOR)
    with django_capture_on_commit_callbacks(execute=True):
        assert approve(request, coordinator, Role.COORDINATOR)
    (message,) = mail.outbox
    assert "Als Koordination laden Sie Kolleginnen und Kollegen ein" in message.body
    assert "http://mainz.localhost:8001/konto/team/07319000/" in message.body
    assert "http://mainz.localhost:8001/mein/" in message.body
    assert not BodyDomain.objects.exists()


def test_a_second_approval_changes_nothing_and_says_who_decided(
    worms, coordinator, asker, django_capture_on_commit_callbacks
):
    other = add_person("zweite@worms.de", worms, Role.COORDINATOR)
    request = ask_to_join(asker, worms, Role.AUTHOR)
    stale = JoinRequest.objects.get()
    assert approve(request, coordinator, Role.AUTHOR)
    with django_capture_on_commit_callbacks(execute=True):
        assert not approve(stale, other, Role.COORDINATOR)
        assert not decline(stale, other, "Doch nicht")
    assert (stale.state, stale.decided_by, stale.decided) == ("approved", coordinator, request.decided)
    assert role_in(asker, worms) == Role.AUTHOR
    assert AccountEvent.objects.count() == 1
    assert mail.outbox == []


def test_a_decline_needs_a_reason_which_the_asker_reads(
    worms, coordinator, asker, django_capture_on_commit_callbacks
):
    request = ask_to_join(asker, worms, Role.AUTHOR)
    with pytest.raises(Refused, match="Begründen"):
        decline(request, coordinator, "   ")
    with django_capture_on_commit_callbacks(execute=True):
        assert decline(request, coordinator, "Bitte erst anrufen.")
    assert "Bitte erst anrufen." in mail.outbox[0].body
    assert AccountEvent.objects.get().action == "declined"
    assert not BodyDomain.objects.exists()
    assert ask_to_join(asker, worms, Role.AUTHOR).pk != request.pk


def test_only_deciders_decide_and_nobody_about_themselves(worms, coordinator, asker):
    speyer = add_town("07318000", "Speyer")
    elsewhere = add_person("chef@speyer.de", speyer, Role.COORDINATOR)
    editor = add_person("redaktion@worms.de", worms, Role.EDITOR)
    request = ask_to_join(asker, worms, Role.AUTHOR)
    for actor in (elsewhere, editor, asker):
        with pytest.raises(Refused):
            approve(request, actor, Role.AUTHOR)
        with pytest.raises(Refused):
            decline(request, actor, "Nein")
    own = JoinRequest.objects.create(user=coordinator, body=worms, domain="worms.de")
    with pytest.raises(Refused, match="eigene"):
        approve(own, coordinator, Role.COORDINATOR)
    assert not AccountEvent.objects.exists()
    operator = add_operator("betrieb@mainz.de")
    assert approve(ask_to_join(operator, speyer, Role.AUTHOR), operator, Role.AUTHOR)


def test_a_locked_asker_is_declined_only_and_a_deleted_one_is_gone(worms, coordinator, asker):
    request = ask_to_join(asker, worms, Role.AUTHOR)
    asker.is_active = False
    asker.save()
    with pytest.raises(Refused, match="gesperrt"):
        approve(request, coordinator, Role.AUTHOR)
    assert decline(request, coordinator, "Gesperrt.")
    asker.is_active = True
    asker.save()
    again = ask_to_join(asker, worms, Role.AUTHOR)
    asker.delete()
    assert not approve(again, coordinator, Role.AUTHOR)
    assert not JoinRequest.objects.exists()


def test_an_approval_never_takes_a_higher_role_away(worms, coordinator, asker):
    request = ask_to_join(asker, worms, Role.AUTHOR)
    set_role(asker, worms, Role.EDITOR)
    assert approve(request, coordinator, Role.MEMBER)
    assert role_in(asker, worms) == Role.EDITOR


@pytest.mark.parametrize("domain", ["gmx.de", "speyer.de", ""])
def test_free_mail_and_domains_of_others_are_not_learned(domain, worms, coordinator, asker):
    speyer = add_town("07318000", "Speyer")
    BodyDomain.objects.create(domain="speyer.de", body=speyer)
    request = ask_to_join(asker, worms, Role.AUTHOR)
    JoinRequest.objects.update(domain=domain)
    assert approve(request, coordinator, Role.AUTHOR, learn=True)
    assert list(BodyDomain.objects.values_list("domain", "body")) == [("speyer.de", speyer.pk)]


def test_warnings_name_foreign_domains_their_owners_and_rivals(worms, coordinator, asker):
    speyer = add_town("07318000", "Speyer")
    BodyDomain.objects.create(domain="worms.de", body=worms)
    BodyDomain.objects.create(domain="speyer.de", body=speyer)
    own = ask_to_join(asker, worms, Role.AUTHOR)
    foreign = ask_to_join(add_person("a@it.speyer.de"), worms, Role.AUTHOR)
    facts = facts_of(own)
    assert (facts.is_known, facts.is_foreign, facts.owner, facts.can_be_learned) == (
        True,
        False,
        None,
        False,
    )
    assert facts.rivals == [foreign]
    assert facts.has_coordinator
    other = facts_of(foreign)
    assert (other.is_known, other.is_foreign, other.owner) == (False, True, None)
    JoinRequest.objects.filter(pk=foreign.pk).update(domain="speyer.de")
    foreign.refresh_from_db()
    assert facts_of(foreign).owner == speyer
    assert not facts_of(foreign).can_be_learned


# The queue


def test_the_queue_shows_what_somebody_may_decide_own_bodies_first(worms, coordinator, asker):
    speyer = add_town("07318000", "Speyer")
    operator = add_operator()
    first = ask_to_join(asker, worms, Role.AUTHOR)
    second = ask_to_join(asker, speyer, Role.AUTHOR)
    own = JoinRequest.objects.create(user=coordinator, body=worms, domain="worms.de")
    assert list(waiting_for(coordinator)) == [first]
    assert list(waiting_for(operator)) == [second, first, own]
    assert list(waiting_for(asker)) == []
    assert list(waiting_for(add_person("r@worms.de", worms, Role.EDITOR))) == []
    decline(first, coordinator, "Nein.")
    assert list(decided_for(coordinator)) == [first]
    assert list(decided_for(coordinator, timezone.now() + dt.timedelta(days=91))) == []


def test_a_locked_coordinator_leaves_the_body_to_the_operators(worms, coordinator, asker):
    operator = add_operator()
    speyer = add_town("07318000", "Speyer")
    add_person("chef@speyer.de", speyer, Role.COORDINATOR)
    elsewhere = ask_to_join(asker, speyer, Role.AUTHOR)
    request = ask_to_join(asker, worms, Role.AUTHOR)
    assert list(waiting_for(operator)) == [elsewhere, request]
    coordinator.is_active = False
    coordinator.save()
    assert list(waiting_for(operator)) == [request, elsewhere]


# Reminders


def test_deciders_are_reminded_once_and_operators_told_once(
    worms, coordinator, asker, django_capture_on_commit_callbacks
):
    add_operator()
    request = ask_to_join(asker, worms, Role.AUTHOR)
    other = ask_to_join(add_person("b@worms.de"), worms, Role.AUTHOR)
    day = dt.timedelta(days=1)
    start = max(request.created, other.created)
    counts = []
    with django_capture_on_commit_callbacks(execute=True):
        for after in (2.9, 3.1, 4, 9.9, 10.1, 30):
            counts.append(remind(start + after * day))
    assert counts == [(0, 0), (2, 0), (0, 0), (0, 0), (0, 2), (0, 0)]
    reminder, escalation = mail.outbox
    assert (reminder.to, escalation.to) == (["koordination@worms.de"], ["betrieb@mainz.example"])
    since = f"seit dem {timezone.localtime(request.created).day}."
    for message in (reminder, escalation):
        assert since in message.body
        assert "neu@worms.de" in message.body
        assert "b@worms.de" in message.body
        assert "http://mainz.localhost:8001/konto/anfragen/" in message.body


def test_decided_requests_are_not_reminded_of(worms, coordinator, asker):
    request = ask_to_join(asker, worms, Role.AUTHOR)
    decline(request, coordinator, "Nein.")
    assert remind(timezone.now() + dt.timedelta(days=20)) == (0, 0)


def test_the_worker_reminds_by_the_clock(worms, coordinator, asker):
    request = ask_to_join(asker, worms, Role.AUTHOR)
    JoinRequest.objects.update(created=timezone.now() - dt.timedelta(days=5))
    remind_deciders.func(timestamp=0)
    request.refresh_from_db()
    assert request.reminded is not None
    assert request.escalated is None


# Two at once


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_two_approvals_at_once_are_one_decision_one_mail_one_role():
    worms = add_town("07319000", "Worms")
    deciders = [add_person(f"k{n}@worms.de", worms, Role.COORDINATOR) for n in range(2)]
    request = ask_to_join(add_person("neu@worms.de"), worms, Role.AUTHOR)
    mail.outbox.clear()
    start, outcomes = threading.Barrier(2), []

    def decide(actor, role):
        try:
            own = JoinRequest.objects.get(pk=request.pk)
            start.wait(timeout=10)
            outcomes.append((approve(own, actor, role), own.decided_by_id))
        finally:
            connection.close()

    roles = [Role.AUTHOR, Role.EDITOR]
    threads = [threading.Thread(target=decide, args=pair) for pair in zip(deciders, roles, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=20)
    assert sorted(changed for changed, _ in outcomes) == [False, True]
    stored = JoinRequest.objects.get()
    assert {decider for _, decider in outcomes} == {stored.decided_by_id}
    assert AccountEvent.objects.filter(action="joined").count() == 1
    assert stored.user.groups.count() == 1
    assert role_in(stored.user, worms) == roles[deciders.index(stored.decided_by)]
    assert [message.to for message in mail.outbox] == [["neu@worms.de"]]
