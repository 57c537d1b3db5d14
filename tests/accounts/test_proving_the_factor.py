"""A second factor counts for the session in which it was used or set up, and for no other."""

from __future__ import annotations

import time

import pytest
from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from allauth.mfa.models import Authenticator
from django.test import Client

from hub.accounts.models import Role, User
from tests.factories.pages import add_body
from tests.factories.people import PASSWORD, add_app, add_operator, add_person, code_of, sign_in, start_app

pytestmark = pytest.mark.django_db

AUTHORIZE = "/identity/o/authorize?client_id=https%3A%2F%2Fkoblenz.example&state=s"


@pytest.fixture
def required(settings):
    settings.SECOND_FACTOR_REQUIRED = True


@pytest.fixture
def stolen(required) -> tuple[Client, User, str]:
    """A session begun with the password alone, of an operator who has had an app since."""
    user, client = add_operator(), Client()
    sign_in(client, user.email)
    return client, user, add_app(user)


@pytest.mark.parametrize("path", ["/admin/", "/konto/anfragen/", "/konto/team/", AUTHORIZE])
def test_a_session_without_the_factor_is_led_to_confirming_it_and_back(stolen, path):
    client, _user, secret = stolen
    asked = client.get(path, follow=True)
    assert asked.redirect_chain[-1][0].startswith("/konto/2fa/reauthenticate/?next=")
    assert "Sind Sie es?" in asked.content.decode()
    answer = client.post(asked.redirect_chain[-1][0], {"code": code_of(secret)})
    assert (answer.status_code, answer["Location"]) == (302, path)
    assert "reauthenticate" not in client.get(path).get("Location", "")


def test_the_password_does_not_stand_in_for_the_factor(stolen):
    client, _user, _secret = stolen
    answer = client.post("/konto/reauthenticate/", {"password": PASSWORD})
    assert answer["Location"] == "/konto/2fa/reauthenticate/"
    assert client.get("/admin/")["Location"].startswith("/konto/reauthenticate/?next=")


@pytest.mark.parametrize(
    "path",
    [
        "/konto/2fa/totp/deactivate/",
        "/konto/2fa/recovery-codes/",
        "/konto/2fa/recovery-codes/generate/",
        "/konto/2fa/webauthn/add/",
    ],
)
def test_factors_are_changed_and_removed_with_a_factor_alone(stolen, path):
    client, _user, secret = stolen
    client.post("/konto/reauthenticate/", {"password": PASSWORD})
    assert client.get(path)["Location"].startswith("/konto/2fa/reauthenticate/?next=")
    client.post(path)
    assert Authenticator.objects.count() == 2
    client.post("/konto/2fa/reauthenticate/", {"code": code_of(secret)})
    assert client.get(path).status_code == 200


def test_a_passkey_is_asked_for_first_where_there_is_one(stolen):
    client, user, _secret = stolen
    Authenticator.objects.create(user=user, type=Authenticator.Type.WEBAUTHN, data={"name": "Telefon"})
    answer = client.get("/konto/reauthenticate/?next=/admin/")
    assert answer["Location"] == "/konto/2fa/webauthn/reauthenticate/?next=%2Fadmin%2F"


def test_what_was_sent_without_it_is_kept_open_with_a_way_to_confirm(stolen):
    client, _user, _secret = stolen
    answer = client.post("/admin/pages/1/edit/", {"title": "Lange geschrieben"})
    page = answer.content.decode()
    assert answer.status_code == 403
    assert 'href="/konto/reauthenticate/?next=/konto/2fa/"' in page
    assert "Den zweiten Faktor in einem anderen Tab bestätigen" in page


def test_signing_in_with_code_or_recovery_code_proves_it(required):
    user = add_operator()
    secret = add_app(user)
    recovery = Authenticator.objects.get(type=Authenticator.Type.RECOVERY_CODES).wrap()
    for code in (code_of(secret), recovery.get_unused_codes()[0]):
        client = Client()
        sign_in(client, user.email)
        client.post("/konto/2fa/authenticate/", {"code": code})
        assert client.get("/admin/").status_code == 200


@pytest.mark.usefixtures("required", "commits_at_once")
def test_setting_a_factor_up_keeps_this_session_and_ends_the_others():
    user, here, elsewhere = add_operator(), Client(), Client()
    stranger = Client()
    sign_in(stranger, add_person("a@mainz.example").email)
    sign_in(here, user.email)
    sign_in(elsewhere, user.email)
    page = here.get(start_app(here)).content.decode()
    assert "Sie sind überall sonst abgemeldet." in page
    assert here.get("/admin/").status_code == 200
    assert here.get("/konto/2fa/totp/deactivate/").status_code == 200
    assert "_auth_user_id" not in elsewhere.session
    assert "_auth_user_id" in stranger.session


@pytest.mark.usefixtures("commits_at_once")
def test_new_recovery_codes_end_no_session(required):
    user, here, elsewhere = add_operator(), Client(), Client()
    secret = add_app(user)
    sign_in(elsewhere, user.email)
    recovery = Authenticator.objects.get(type=Authenticator.Type.RECOVERY_CODES).wrap()
    elsewhere.post("/konto/2fa/authenticate/", {"code": recovery.get_unused_codes()[0]})
    sign_in(here, user.email)
    here.post("/konto/2fa/authenticate/", {"code": code_of(secret)})
    session = here.session
    session[AUTHENTICATION_METHODS_SESSION_KEY] += [
        {"method": "mfa", "at": time.time(), "reauthenticated": True}
    ]
    session.save()
    assert here.post("/konto/2fa/recovery-codes/generate/")["Location"] == "/konto/2fa/recovery-codes/"
    assert elsewhere.get("/admin/").status_code == 200


def test_a_proof_of_somebody_else_in_the_same_browser_proves_nothing(stolen):
    client, user, _secret = stolen
    session = client.session
    session[AUTHENTICATION_METHODS_SESSION_KEY] = [{"method": "mfa", "at": time.time()}]
    session["account_authentication_methods_user"] = str(user.pk + 1)
    session.save()
    assert client.get("/admin/")["Location"].startswith("/konto/reauthenticate/")


def test_being_led_to_the_proof_has_a_fixed_price(stolen, django_assert_num_queries):
    client, _user, _secret = stolen
    # Session and account, then the factors; an operator's roles need not be looked up.
    with django_assert_num_queries(3):
        client.get("/admin/")


@pytest.mark.parametrize("role", [Role.EDITOR, Role.COORDINATOR, Role.AUTHOR])
def test_whose_role_needs_a_factor_passes_it_to_no_other_hub_without_one(required, role):
    client = Client()
    client.force_login(add_person("a@mainz.example", add_body(), role))
    led = client.get(AUTHORIZE).get("Location", "").startswith("/konto/2fa/?next=")
    assert led is (role != Role.AUTHOR)
    sent = client.post(AUTHORIZE, {"action": "grant"}).content.decode()
    assert ("in einem anderen Tab" in sent) is led
