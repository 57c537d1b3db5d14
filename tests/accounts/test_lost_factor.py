from __future__ import annotations

import pytest
from allauth.mfa.models import Authenticator
from django.core import mail
from django.core.management import CommandError, call_command
from django.test import Client

from hub.accounts.models import AccountEvent, Role
from hub.accounts.second_factor import has_second_factor, reset_second_factor
from tests.factories.pages import add_body
from tests.factories.people import add_app, add_operator, add_person, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def body():
    return add_body()


@pytest.fixture
def coordinator(body):
    return add_person("koordination@mainz.example", body, Role.COORDINATOR)


def test_a_reset_takes_the_factor_ends_sessions_is_noted_and_told(
    client: Client, body, coordinator, django_capture_on_commit_callbacks
):
    user = add_person("vergesslich@mainz.example", body, Role.EDITOR)
    sign_in(client, user.email)
    assert client.get("/konto/2fa/").status_code == 200
    add_app(user)
    with django_capture_on_commit_callbacks(execute=True):
        reset_second_factor(user, coordinator)
    assert not Authenticator.objects.exists()
    assert client.get("/konto/2fa/")["Location"].startswith("/konto/login/")
    event = AccountEvent.objects.get()
    assert (event.action, event.user, event.actor, event.body) == ("factor_reset", user, coordinator, body)
    assert mail.outbox[-1].to == [user.email]
    assert "Ihr zweiter Faktor wurde zurückgesetzt" in mail.outbox[-1].subject
    assert "http://mainz.localhost:8001/konto/login/" in mail.outbox[-1].body


def test_the_only_operator_gets_back_in_at_the_server(django_capture_on_commit_callbacks):
    user = add_operator()
    with pytest.raises(CommandError, match="has no second factor"):
        call_command("reset_second_factor", user.email)
    with pytest.raises(CommandError, match="no account"):
        call_command("reset_second_factor", "niemand@mainz.example")
    add_app(user)
    with django_capture_on_commit_callbacks(execute=True):
        call_command("reset_second_factor", user.email.upper())
    assert not has_second_factor(user)
    assert AccountEvent.objects.get().actor is None
    assert "am Server zurückgesetzt" in mail.outbox[-1].body


def lose(client: Client, user, note: str = "Durchwahl 4711"):
    sign_in(client, user.email)
    return client.post("/konto/2fa/verloren/", {"note": note})


def test_a_lost_factor_is_reported_to_the_coordinators(
    client: Client, body, coordinator, django_capture_on_commit_callbacks
):
    user = add_person("vergesslich@mainz.example", body, Role.EDITOR, first_name="Max", last_name="Muster")
    add_operator()
    add_app(user)
    with django_capture_on_commit_callbacks(execute=True):
        assert lose(client, user)["Location"] == "/konto/2fa/authenticate/"
    message = mail.outbox[-1]
    assert len(mail.outbox) == 1
    assert message.to == [coordinator.email]
    assert message.subject == "Wissenshub Mainz: Max Muster hat den zweiten Faktor verloren"
    assert f"http://mainz.localhost:8001/konto/team/{body.key}/{user.pk}/" in message.body
    assert "Durchwahl 4711" in message.body
    assert "Ihre Koordination ist benachrichtigt" in client.get("/konto/2fa/authenticate/").content.decode()
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize("role", [Role.COORDINATOR, None])
def test_for_coordinators_and_those_without_a_body_the_operators_are_asked(
    client: Client, body, role, coordinator, django_capture_on_commit_callbacks
):
    user = add_person("vergesslich@mainz.example", body if role else None, role or Role.MEMBER)
    operator = add_operator()
    add_app(user)
    with django_capture_on_commit_callbacks(execute=True):
        lose(client, user)
    assert [message.to for message in mail.outbox] == [[operator.email]]
    assert "Der Betrieb ist benachrichtigt" in client.get("/konto/2fa/authenticate/").content.decode()


def test_the_only_operator_is_told_that_there_is_nobody_to_ask(client: Client):
    user = add_operator()
    add_app(user)
    lose(client, user)
    assert "wer den Server betreibt" in client.get("/konto/2fa/authenticate/").content.decode()
    assert not mail.outbox


def test_how_to_be_reached_is_needed_and_what_was_typed_is_kept(client: Client):
    user = add_operator()
    add_app(user)
    assert "muss ausgefüllt werden" in lose(client, user, "").content.decode()
    long = "Durchwahl 4711, " * 30
    assert "Durchwahl 4711, Durchwahl" in lose(client, user, long).content.decode()


def test_without_the_right_password_nobody_gets_there(client: Client):
    user = add_operator()
    add_app(user)
    sign_in(client, user.email, "falsch")
    assert client.get("/konto/2fa/verloren/")["Location"] == "/konto/login/"
    assert client.post("/konto/2fa/verloren/", {"note": "x"})["Location"] == "/konto/login/"
    client.force_login(user)
    assert client.get("/konto/2fa/verloren/")["Location"] == "/konto/login/"
