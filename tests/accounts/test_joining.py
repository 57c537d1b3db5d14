from __future__ import annotations

import datetime as dt

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.core.cache import cache
from django.db import IntegrityError, transaction
from django.utils import timezone

from hub.accounts.joining import TRANSITIONS, Step, approve, ask_to_join, decline, take, withdraw
from hub.accounts.models import (
    HomeAccount,
    JoinRequest,
    Preferences,
    RequestState,
    Role,
)
from hub.accounts.refusal import Refused
from hub.accounts.reminding import remind
from hub.accounts.roles import role_in, set_role
from hub.municipalities.models import Body
from tests.factories.people import add_person, add_town

pytestmark = pytest.mark.django_db


@pytest.fixture
def worms() -> Body:
    return add_town("07319000", "Worms")


# Asking


def test_asking_is_pending_and_told_to_coordinators_and_the_asker(
    worms, coordinator, asker, django_capture_on_commit_callbacks
):
    quiet = add_person("leise@worms.de", worms, Role.COORDINATOR)
    Preferences.objects.create(user=quiet, mail_requests=False)
    with django_capture_on_commit_callbacks(execute=True):
        request = ask_to_join(asker, worms, Role.EDITOR, "  Guten Tag  ")
    assert (request.state, request.role, request.message, request.domain) == (
        "pending", "editor", "Guten Tag", "worms.de",
    )  # fmt: skip
    assert role_in(asker, worms) is None
    decider, confirmation = mail.outbox
    assert (decider.to, confirmation.to) == (["koordination@worms.de"], ["neu@worms.de"])
    assert decider.subject == "Wissenshub Mainz: Nele Neu möchte ins Team von Worms"
    assert f"http://mainz.localhost:8001/konto/anfragen/{request.pk}/" in decider.body
    assert "Guten Tag" in decider.body
    assert "Redaktion" in decider.body
    assert decider.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert "/konto/beitritt/" in confirmation.body


def test_if_every_decider_has_switched_mails_off_all_are_told(
    worms, coordinator, asker, django_capture_on_commit_callbacks
):
    Preferences.objects.create(user=coordinator, mail_requests=False)
    with django_capture_on_commit_callbacks(execute=True):
        ask_to_join(asker, worms, Role.AUTHOR)
    assert [message.to for message in mail.outbox] == [["koordination@worms.de"], ["neu@worms.de"]]


def test_mails_hold_what_was_written_and_no_markup(
    worms, coordinator, asker, django_capture_on_commit_callbacks
):
    asker.last_name = "O'Neu\nBcc: x@y.de"
    asker.save()
    with django_capture_on_commit_callbacks(execute=True):
        ask_to_join(asker, worms, Role.AUTHOR, "5 > 3 & <b>")
    assert "5 > 3 & <b>" in mail.outbox[0].body
    assert mail.outbox[0].subject == "Wissenshub Mainz: Nele O'Neu Bcc: x@y.de möchte ins Team von Worms"
    assert mail.outbox[0].recipients() == ["koordination@worms.de"]


def test_asking_again_changes_the_request_that_waits_and_is_told_once_an_hour(
    worms, coordinator, asker, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        first = ask_to_join(asker, worms, Role.AUTHOR, "Ich bin neu.")
        second = ask_to_join(asker, worms, Role.EDITOR, "Ich vertrete Karl.")
    assert first == second
    first.refresh_from_db()
    assert (first.role, first.message, first.state) == ("editor", "Ich vertrete Karl.", "pending")
    assert len(mail.outbox) == 2
    cache.clear()  # as if the hour were over
    with django_capture_on_commit_callbacks(execute=True):
        ask_to_join(asker, worms, Role.EDITOR, "Ich vertrete Karl.")
        ask_to_join(asker, worms, Role.EDITOR, "Ich vertrete Karla.")
        ask_to_join(asker, worms, Role.AUTHOR, "Ich vertrete Karla.")
    assert [message.to for message in mail.outbox[2:]] == [["koordination@worms.de"]]
    assert "Ich vertrete Karla." in mail.outbox[2].body
    with pytest.raises(IntegrityError), transaction.atomic():
        JoinRequest.objects.create(user=asker, body=worms, domain="worms.de")


def test_members_of_other_hubs_cannot_ask(worms, asker):
    now = timezone.now()
    HomeAccount.objects.create(
        user=asker, issuer="https://trier.example", subject="s", body="07211000", role="author",
        asserted=now, checked=now, expires=now,
    )  # fmt: skip
    with pytest.raises(Refused, match="anderen Stadt"):
        ask_to_join(asker, worms, Role.AUTHOR)


def test_unconfirmed_and_private_addresses_cannot_ask(worms, asker):
    EmailAddress.objects.filter(user=asker).update(verified=False)
    with pytest.raises(Refused, match="Bestätigen"):
        ask_to_join(asker, worms, Role.AUTHOR)
    EmailAddress.objects.filter(user=asker).update(verified=True, email="neu@gmx.de")
    with pytest.raises(Refused, match="Einladung"):
        ask_to_join(asker, worms, Role.AUTHOR)


def test_nobody_asks_for_what_is_held_but_for_more_they_may(worms, coordinator, asker):
    set_role(asker, worms, Role.AUTHOR)
    with pytest.raises(Refused, match="bereits"):
        ask_to_join(asker, worms, Role.MEMBER)
    request = ask_to_join(asker, worms, Role.EDITOR)
    assert approve(request, coordinator, Role.EDITOR)
    assert role_in(asker, worms) == Role.EDITOR


def test_nobody_joins_a_dissolved_body(worms, asker):
    Body.objects.filter(pk=worms.pk).update(dissolved=dt.date(2026, 1, 1))
    worms.refresh_from_db()
    with pytest.raises(Refused, match="gibt es nicht mehr"):
        ask_to_join(asker, worms, Role.AUTHOR)


def test_asking_and_withdrawing_all_day_ends(worms, asker):
    for _ in range(5):
        withdraw(ask_to_join(asker, worms, Role.AUTHOR))
    with pytest.raises(Refused, match="morgen"):
        ask_to_join(asker, worms, Role.AUTHOR)
    JoinRequest.objects.update(created=timezone.now() - dt.timedelta(days=2))
    assert ask_to_join(asker, worms, Role.AUTHOR).state == "pending"


def test_what_was_decided_is_not_changed_by_asking_again(worms, coordinator, asker):
    first = ask_to_join(asker, worms, Role.AUTHOR, "Eins")
    assert decline(first, coordinator, "Nein.")
    second = ask_to_join(asker, worms, Role.EDITOR, "Zwei")
    first.refresh_from_db()
    assert first != second
    assert (first.role, first.message, first.state) == ("author", "Eins", "declined")


# The state machine

FINAL = [RequestState.APPROVED, RequestState.DECLINED, RequestState.WITHDRAWN]


def perform(step: Step, request: JoinRequest, actor) -> bool:
    if step == Step.APPROVE:
        return approve(request, actor, Role.AUTHOR)
    if step == Step.DECLINE:
        return decline(request, actor, "Nein.")
    if step == Step.WITHDRAW:
        return withdraw(request)
    days = 4 if step == Step.REMIND else 11
    reminded, escalated = remind(request.created + dt.timedelta(days=days))
    return bool(reminded if step == Step.REMIND else escalated)


@pytest.mark.parametrize("step", list(Step))
@pytest.mark.parametrize("state", list(RequestState))
def test_each_step_of_the_table_is_possible_and_no_other_is(state, step, worms, coordinator, asker):
    request = ask_to_join(asker, worms, Role.AUTHOR)
    if state != RequestState.PENDING:
        JoinRequest.objects.update(state=state, decided=timezone.now(), decided_by=coordinator)
    after = TRANSITIONS.get((state, step))
    with transaction.atomic():
        assert (take(request, step) is None) == (after is None)
    assert perform(step, request, coordinator) == (after is not None)
    stored = JoinRequest.objects.get()
    assert stored.state == (after or state)
    assert (stored.decided is None) == (stored.state == RequestState.PENDING)
    assert (role_in(asker, worms) == Role.AUTHOR) == (after == RequestState.APPROVED)


def test_final_states_stay_and_a_state_without_its_moment_is_impossible(worms, asker):
    assert not [pair for pair in TRANSITIONS if pair[0] in FINAL]
    request = ask_to_join(asker, worms, Role.AUTHOR)
    with pytest.raises(IntegrityError), transaction.atomic():
        JoinRequest.objects.filter(pk=request.pk).update(state="approved")
