"""Who is told by mail of what happens to people of a body, and how the mails begin."""

from __future__ import annotations

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.test import Client

from hub.accounts.inviting import accept, invite
from hub.accounts.leaving import delete_account, leave_body
from hub.accounts.mails import Mail
from hub.accounts.models import Preferences, Role
from hub.accounts.team import change_role
from tests.factories.people import add_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def coordinator(worms):
    return add_person("anna@worms.de", worms, Role.COORDINATOR, first_name="Anna", last_name="Beispiel")


@pytest.fixture
def author(worms):
    return add_person("karl@worms.de", worms, Role.AUTHOR, first_name="Karl", last_name="Kollege")


def test_a_change_of_role_is_told_to_the_person_unless_it_is_ones_own(
    worms, coordinator, author, django_capture_on_commit_callbacks
):
    add_person("zweite@worms.de", worms, Role.COORDINATOR)
    with django_capture_on_commit_callbacks(execute=True):
        assert change_role(author, worms, Role.EDITOR, coordinator)
        assert not change_role(author, worms, Role.EDITOR, coordinator)
        assert change_role(coordinator, worms, Role.EDITOR, coordinator)
    (message,) = mail.outbox
    assert message.to == ["karl@worms.de"]
    assert message.subject == "Wissenshub Mainz: Ihre Rolle im Team von Worms ist jetzt: Redaktion"
    assert message.body.startswith("Guten Tag Karl Kollege,\n\nAnna Beispiel hat Ihre Rolle")


def test_being_removed_is_told_to_the_person_alone(
    worms, coordinator, author, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        leave_body(author, worms, None, coordinator)
    (message,) = mail.outbox
    assert message.to == ["karl@worms.de"]
    assert message.subject == "Wissenshub Mainz: Sie gehören nicht mehr zum Team von Worms"
    assert "sprechen Sie Anna Beispiel an (anna@worms.de)" in message.body


@pytest.mark.parametrize("how", ["leaves", "deletes the account"])
def test_leaving_is_told_to_coordinators_who_want_such_mails(
    how, worms, coordinator, author, django_capture_on_commit_callbacks
):
    quiet = add_person("leise@worms.de", worms, Role.COORDINATOR)
    Preferences.objects.create(user=quiet, mail_requests=False)
    with django_capture_on_commit_callbacks(execute=True):
        if how == "leaves":
            leave_body(author, worms, coordinator, author)
        else:
            delete_account(author)
    (message,) = mail.outbox
    assert message.to == ["anna@worms.de"]
    assert message.subject == "Wissenshub Mainz: Karl Kollege hat das Team von Worms verlassen"
    assert "Die Beiträge übernimmt: Anna Beispiel" in message.body
    assert "List-Unsubscribe" in message.extra_headers


@pytest.mark.parametrize("wanted", [True, False])
def test_an_accepted_invitation_is_told_to_who_invited_if_wanted(
    wanted, worms, coordinator, django_capture_on_commit_callbacks
):
    Preferences.objects.create(user=coordinator, mail_requests=wanted)
    invitation = invite(coordinator, worms, "neu@worms.de", Role.AUTHOR)
    newcomer = add_person("neu@worms.de", first_name="Nele", last_name="Neu")
    with django_capture_on_commit_callbacks(execute=True):
        assert accept(invitation, newcomer) == Role.AUTHOR
    assert [message.to for message in mail.outbox] == ([["anna@worms.de"]] if wanted else [])
    if wanted:
        assert mail.outbox[0].subject == "Wissenshub Mainz: Nele Neu gehört jetzt zum Team von Worms"


def test_allauths_mails_greet_by_name_only_where_the_address_is_confirmed(client: Client, author):
    client.post("/konto/password/reset/", {"email": author.email})
    assert mail.outbox[-1].subject == "Wissenshub Mainz: Neues Kennwort setzen"
    assert mail.outbox[-1].body.startswith("Guten Tag Karl Kollege,\n")
    assert "Der Link gilt 3 Tage und nur einmal." in mail.outbox[-1].body
    newcomer = {
        "email": "opfer@worms.de", "first_name": "Gewinn", "last_name": "auf boese.example",
        "password1": "vier ruhige Zwiebeln im Wind",
    }  # fmt: skip
    assert client.post("/konto/signup/", newcomer).status_code == 302
    assert mail.outbox[-1].to == ["opfer@worms.de"]
    assert mail.outbox[-1].body.startswith("Guten Tag,\n")
    assert "boese" not in mail.outbox[-1].body


def test_who_has_an_account_already_gets_the_way_to_sign_in(client: Client, author):
    EmailAddress.objects.filter(user=author).update(verified=True)
    newcomer = {
        "email": author.email, "first_name": "Karl", "last_name": "Kollege",
        "password1": "vier ruhige Zwiebeln im Wind",
    }  # fmt: skip
    client.post("/konto/signup/", newcomer)
    assert "http://mainz.localhost:8001/konto/login/" in mail.outbox[-1].body
    assert "http://mainz.localhost:8001/konto/password/reset/" in mail.outbox[-1].body


@pytest.mark.parametrize(
    "subject",
    [
        "Wissenshub Mainz: Bitte bestätigen Sie Ihre Adresse",
        "Wissenshub Mainz: Anfragen an Verbandsgemeinde Langenlonsheim-Stromberg warten auf Ihr Gehör",
        "Wissenshub Mainz: Sie haben schon ein Konto",
        "Wissenshub Mainz: " + "sehr langes Wort " * 9 + "Ende",
    ],
)
def test_no_subject_begins_on_a_line_of_its_own(subject):
    sent = Mail(subject, "Text", "von@mainz.example", ["an@worms.de"]).message()
    lines = sent.as_bytes().decode("ascii").splitlines()
    (first,) = [line for line in lines if line.startswith("Subject:")]
    assert first.startswith(("Subject: =?utf-8?", "Subject: Wissenshub Mainz: "))
    assert max(map(len, lines)) <= 78
    assert str(sent["Subject"]) == subject
