from __future__ import annotations

import re
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.test import Client
from django.utils import timezone

from hub.accounts.models import Invitation, Role, User
from tests.factories.pages import add_body
from tests.factories.people import PASSWORD, add_person, sign_in

pytestmark = pytest.mark.django_db

NEWCOMER = {
    "email": "Erika.Muster@Neustadt.example",
    "first_name": "Erika",
    "last_name": "Muster",
    "password1": PASSWORD,
}


def sign_up(client: Client, **changes: str):
    return client.post("/konto/signup/", {**NEWCOMER, **changes})


def link_in_mail() -> str:
    found = re.search(r"http://mainz\.localhost:8001(/konto/\S+)", mail.outbox[-1].body)
    assert found, mail.outbox[-1].body
    return found.group(1)


def invite(client: Client, email: str, **fields) -> Invitation:
    expires = timezone.now() + timedelta(days=14)
    invitation = Invitation.objects.create(
        **{"email": email, "body": add_body(), "role": Role.AUTHOR, "expires": expires, **fields}
    )
    session = client.session
    session["invitation"] = invitation.pk
    session.save()
    return invitation


def test_a_newcomer_confirms_the_address_and_goes_on_to_joining(client: Client):
    assert sign_up(client)["Location"] == "/konto/confirm-email/"
    user = User.objects.get()
    assert (user.email, user.get_full_name()) == ("erika.muster@neustadt.example", "Erika Muster")
    assert "_auth_user_id" not in client.session
    response = client.post(link_in_mail())
    assert response["Location"] == "/konto/beitritt/"
    assert client.session["_auth_user_id"] == str(user.pk)
    assert EmailAddress.objects.get(user=user).verified


def test_the_mail_is_german_and_names_the_instance(client: Client):
    sign_up(client)
    message = mail.outbox[0]
    assert message.subject == "Wissenshub Mainz: Bitte bestätigen Sie Ihre Adresse"
    assert message.to == ["erika.muster@neustadt.example"]
    assert "bitte bestätigen Sie, dass erika.muster@neustadt.example" in message.body
    assert "Wissenshub Mainz" in message.body
    assert "http://mainz.localhost:8001" in message.body


def test_in_another_browser_the_link_leads_through_the_sign_in(client: Client):
    sign_up(client)
    other = Client()
    response = other.post(link_in_mail())
    assert response["Location"] == "/konto/login/?next=%2Fkonto%2Fbeitritt%2F"
    assert "_auth_user_id" not in other.session
    after = other.post(
        response["Location"], {"login": NEWCOMER["email"], "password": PASSWORD, "next": "/konto/beitritt/"}
    )
    assert after["Location"] == "/konto/beitritt/"


def test_what_was_wished_for_before_signing_up_comes_after_it(client: Client):
    sign_up(client, next="/kommunen/")
    assert client.post(link_in_mail())["Location"] == "/kommunen/"


def test_nobody_signs_in_with_an_address_that_is_not_confirmed(client: Client):
    sign_up(client)
    response = sign_in(Client(), NEWCOMER["email"])
    assert response["Location"] == "/konto/confirm-email/"


@pytest.mark.parametrize("address", ["erika@gmail.com", "Erika@GMX.de", "erika@web.de"])
def test_private_mailboxes_are_refused_and_everything_typed_is_kept(client: Client, address):
    response = sign_up(client, email=address)
    page = response.content.decode()
    assert response.status_code == 200
    assert address.lower().rpartition("@")[2] in page.replace(address, "")
    assert f'value="{address}"' in page
    assert 'value="Erika"' in page
    assert '<a href="#id_email">' in page
    assert not User.objects.exists()


def test_who_was_invited_by_a_private_address_may_use_it(client: Client):
    invite(client, "Erika@gmail.com")
    assert 'value="Erika@gmail.com"' in client.get("/konto/signup/").content.decode()
    assert sign_up(client, email="erika@gmail.com").status_code == 302
    assert User.objects.get().email == "erika@gmail.com"


@pytest.mark.parametrize(
    "fields",
    [
        {"email": "andere@gmail.com"},
        {"expires": timezone.now() - timedelta(minutes=1)},
        {"revoked": timezone.now()},
        {"accepted": timezone.now()},
    ],
)
def test_an_invitation_of_another_or_a_used_one_opens_nothing(client: Client, fields):
    invite(client, fields.pop("email", "erika@gmail.com"), **fields)
    assert sign_up(client, email="erika@gmail.com").status_code == 200
    assert not User.objects.exists()


@pytest.mark.parametrize(
    ("password", "reason"),
    [
        ("kurz-42", "Das Kennwort braucht mindestens 12 Zeichen."),
        ("password1234", "Dieses Kennwort ist so verbreitet"),
        ("Passwort1234", "Dieses Kennwort ist leicht zu erraten"),
        ("erika.muster@neustadt", "Das Kennwort ähnelt Ihren Angaben"),
        ("", "Dieses Feld muss ausgefüllt werden."),
    ],
)
def test_a_weak_password_is_explained(client: Client, password, reason):
    page = sign_up(client, password1=password).content.decode()
    assert reason in page
    assert not User.objects.exists()


@pytest.mark.parametrize("field", ["email", "first_name", "last_name"])
def test_what_is_missing_is_named_with_a_way_to_it(client: Client, field):
    page = sign_up(client, **{field: ""}).content.decode()
    assert f'<a href="#id_{field}">' in page
    assert not User.objects.exists()


def test_whether_an_address_has_an_account_is_told_to_its_mailbox_alone(client: Client):
    add_person(NEWCOMER["email"])
    taken = sign_up(client)
    free = sign_up(Client(), email="neu@neustadt.example")
    assert (taken.status_code, taken["Location"]) == (free.status_code, free["Location"])
    assert User.objects.count() == 2
    assert mail.outbox[0].subject == "Wissenshub Mainz: Sie haben schon ein Konto"
    assert "/konto/password/reset/" in mail.outbox[0].body


def test_a_forgotten_password_is_set_anew_and_ends_other_sessions(client: Client):
    user = add_person("a@mainz.example")
    elsewhere = Client()
    sign_in(elsewhere, user.email)
    client.post("/konto/password/reset/", {"email": user.email})
    assert mail.outbox[0].subject == "Wissenshub Mainz: Neues Kennwort setzen"
    form = client.get(link_in_mail(), follow=True)
    new = "ein-ganz-anderes-Wort-7"
    done = client.post(form.redirect_chain[-1][0], {"password1": new, "password2": new})
    assert done["Location"] == "/konto/password/reset/key/done/"
    assert elsewhere.get("/admin/")["Location"].startswith("/admin/login/")
    assert sign_in(client, user.email, new)["Location"] == "/mein/"
    assert mail.outbox[-1].subject == "Wissenshub Mainz: Ihr Kennwort wurde neu gesetzt"


def test_a_forgotten_password_of_nobody_looks_the_same(client: Client):
    response = client.post("/konto/password/reset/", {"email": "niemand@mainz.example"})
    assert response["Location"] == "/konto/password/reset/done/"
    assert mail.outbox[0].subject == "Wissenshub Mainz: Mit Ihrer Adresse gibt es kein Konto"


def test_another_address_takes_the_old_ones_place_once_it_is_confirmed(client: Client):
    user = add_person("alt@mainz.example", add_body(), Role.AUTHOR)
    sign_in(client, user.email)
    client.post("/konto/reauthenticate/", {"password": PASSWORD})
    client.post("/konto/email/", {"email": "neu@mainz.example", "action_add": ""})
    assert "Noch nicht bestätigt:" in client.get("/konto/email/").content.decode()
    user.refresh_from_db()
    assert user.email == "alt@mainz.example"
    assert client.post(link_in_mail())["Location"] == "/konto/email/"
    user.refresh_from_db()
    assert user.email == "neu@mainz.example"
    assert mail.outbox[-1].to == ["alt@mainz.example"]


def test_nobody_changes_to_a_private_mailbox(client: Client):
    user = add_person("alt@mainz.example")
    sign_in(client, user.email)
    client.post("/konto/reauthenticate/", {"password": PASSWORD})
    page = client.post("/konto/email/", {"email": "alt@gmail.com", "action_add": ""}).content.decode()
    assert 'value="alt@gmail.com"' in page
    assert 'role="alert"' in page
    assert EmailAddress.objects.get().email == "alt@mainz.example"
