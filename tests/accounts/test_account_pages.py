"""Every page of signing in and of one's own account: found, German, and within the security policy."""

from __future__ import annotations

import re
import time
from importlib import import_module

import pytest
from allauth.account.models import EmailAddress, EmailConfirmationHMAC
from allauth.mfa.models import Authenticator
from django.test import Client
from django.urls import get_resolver

from hub.accounts.models import Role, User
from tests.factories.pages import add_body
from tests.factories.people import PASSWORD, add_app, add_operator, add_person, sign_in

pytestmark = pytest.mark.django_db

OPEN = [
    "/konto/login/",
    "/konto/signup/",
    "/konto/confirm-email/",
    "/konto/confirm-email/ungueltig/",
    "/konto/inactive/",
    "/konto/password/reset/",
    "/konto/password/reset/done/",
    "/konto/password/reset/key/1-falsch/",
    "/konto/password/reset/key/done/",
    "/konto/3rdparty/login/cancelled/",
    "/konto/3rdparty/login/error/",
]
OWN = [
    "/konto/logout/",
    "/konto/email/",
    "/konto/password/change/",
    "/konto/sessions/",
    "/konto/2fa/",
    "/konto/2fa/reauthenticate/",
    "/konto/2fa/totp/deactivate/",
    "/konto/2fa/recovery-codes/",
    "/konto/2fa/recovery-codes/generate/",
    "/konto/2fa/webauthn/",
    "/konto/2fa/webauthn/add/",
    "/konto/2fa/webauthn/reauthenticate/",
    "/konto/2fa/webauthn/keys/{passkey}/edit/",
    "/konto/2fa/webauthn/keys/{passkey}/remove/",
    "/konto/3rdparty/",
]
WITHOUT_FACTOR = ["/konto/reauthenticate/"]
ENGLISH = re.compile(
    r"\b(Sign(ed)? (In|in|Up|up|Out|out)|Password|Security [Kk]ey|Authenticat\w+|Recovery|E-?mail [Aa]ddress|"
    r"Confirm|Remove|Verif\w+|Your|your|Please|please|The|the|You|you|Account|Continue|Cancel|Save|Code is)\b"
)
# What a browser runs or applies in the page itself; data for scripts is neither.
INLINE = re.compile(
    r"<script(?![^>]*\bsrc=)(?![^>]*type=\"application/json\")|<style|\sstyle=\"|\son\w+=\"|javascript:", re.I
)


def words_of(page: str) -> str:
    """What the page says, without markup, and without data and text that are only for scripts."""
    text = re.sub(r"<(script|style|svg|footer)\b.*?</\1>", " ", page, flags=re.S)
    labels = " ".join(re.findall(r"(?:aria-label|title|alt|placeholder)=\"([^\"]*)\"", text))
    return re.sub(r"<[^>]+>", " ", text) + labels


def check(response, path: str, status: int = 200) -> None:
    page = response.content.decode()
    assert response.status_code == status, (path, response.status_code, response.get("Location"))
    assert not ENGLISH.search(words_of(page)), (path, ENGLISH.findall(words_of(page)))
    assert not INLINE.search(page), (path, INLINE.findall(page))
    assert len(re.findall("<h1", page)) == 1, path
    assert "script-src 'self';" in response["Content-Security-Policy"]
    for field in re.findall(
        r"<(?:input|textarea|select)(?![^>]*type=\"hidden\")[^>]*\bid=\"([^\"]+)\"", page
    ):
        assert f'for="{field}"' in page, (path, field)


@pytest.fixture
def passkey_holder(client: Client) -> Authenticator:
    """Somebody with everything: an app, codes and a passkey, who has just given the password."""
    user = add_operator()
    sign_in(client, user.email)
    client.post("/konto/reauthenticate/", {"password": PASSWORD})
    add_app(user)
    credential = {"clientExtensionResults": {"credProps": {"rk": True}}}
    return Authenticator.objects.create(
        user=user, type=Authenticator.Type.WEBAUTHN, data={"name": "Telefon", "credential": credential}
    )


@pytest.mark.parametrize("path", OPEN)
def test_pages_before_the_sign_in(client: Client, path):
    check(client.get(path), path, 401 if path.endswith("/error/") else 200)


def test_pages_of_ones_own_account(client: Client, passkey_holder, monkeypatch):
    flow = import_module("allauth.mfa.webauthn.internal.auth")
    monkeypatch.setattr(flow, "get_credentials", lambda user: [])  # this passkey has no key
    for path in OWN:
        address = path.format(passkey=passkey_holder.pk)
        check(client.get(address), address)


def test_pages_for_somebody_with_nothing_set_up(client: Client):
    sign_in(client, add_person("a@mainz.example").email)
    client.post("/konto/reauthenticate/", {"password": PASSWORD})
    for path in (
        *WITHOUT_FACTOR,
        "/konto/2fa/",
        "/konto/2fa/totp/activate/",
        "/konto/2fa/webauthn/",
        "/konto/2fa/webauthn/add/",
    ):
        check(client.get(path), path)


def test_pages_between_password_and_second_factor(client: Client):
    user = add_operator()
    add_app(user)
    sign_in(client, user.email)
    for path in ("/konto/2fa/authenticate/", "/konto/2fa/verloren/"):
        check(client.get(path), path)


def test_the_page_of_confirming_and_that_of_a_new_password(client: Client):
    user = User.objects.create_user("neu@mainz.example", PASSWORD)
    address = EmailAddress.objects.create(user=user, email=user.email, primary=True)
    path = f"/konto/confirm-email/{EmailConfirmationHMAC(address).key}/"
    check(client.get(path), path)
    taken = add_person("b@mainz.example")
    EmailAddress.objects.filter(user=taken).update(email=user.email)
    check(client.get(path), path)


def test_a_first_password_for_somebody_who_came_without_one(client: Client):
    user = add_person("a@mainz.example")
    user.set_unusable_password()
    user.save()
    client.force_login(user)
    assert client.get("/konto/password/change/")["Location"] == "/konto/password/set/"
    check(client.get("/konto/erneut/"), "/konto/erneut/")
    session = client.session
    session["account_authentication_methods"] = [{"method": "socialaccount", "at": time.time()}]
    session["account_authentication_methods_user"] = str(user.pk)
    session.save()
    check(client.get("/konto/password/set/"), "/konto/password/set/")


def test_somebody_of_another_hub_finds_neither_address_nor_password_to_change(client: Client):
    user = User(email=None, first_name="Gast")
    user.set_unusable_password()
    user.save()
    client.force_login(user)
    response = client.get("/konto/email/")
    check(response, "/konto/email/")
    page = response.content.decode()
    assert "Ihre Adresse kennt nur der Wissenshub, über den Sie sich anmelden" in page
    assert "/konto/password/" not in page
    assert 'name="action_add"' not in page


def test_every_mistake_in_a_form_stays_german(client: Client):
    sign_in(client, add_person("a@mainz.example", add_body(), Role.AUTHOR).email)
    client.post("/konto/reauthenticate/", {"password": PASSWORD})
    wrong = {"oldpassword": "x", "password1": "kurz", "password2": "anders"}
    for path, data in (
        ("/konto/password/change/", wrong),
        ("/konto/email/", {"email": "a@mainz.example", "action_add": ""}),
        ("/konto/email/", {"email": "keine", "action_add": ""}),
        ("/konto/reauthenticate/", {"password": "falsch"}),
        ("/konto/2fa/totp/activate/", {"code": "1"}),
        ("/konto/2fa/webauthn/add/", {"name": "", "credential": ""}),
        ("/konto/2fa/webauthn/add/", {"name": "x", "credential": "{}"}),
    ):
        response = client.post(path, data)
        check(response, path)
        assert 'role="alert"' in response.content.decode(), path


def test_no_page_of_accounts_is_left_out_of_this_module():
    """A new page of allauth is looked at once, here, before anybody else sees it."""
    forms_only = {
        "account_confirm_email",
        "account_confirm_login_code",
        "account_reset_password_from_key",
        "account_set_password",
        "mfa_activate_totp",
        "mfa_authenticate",
        "mfa_download_recovery_codes",
        "mfa_edit_webauthn",
        "mfa_login_webauthn",
        "mfa_remove_webauthn",
        "socialaccount_signup",
    }
    ours_instead = {"usersessions_list", "account_email_verification_sent", "account_logout"}
    walked = {
        get_resolver().resolve(path.format(passkey=1)).url_name for path in OPEN + OWN + WITHOUT_FACTOR
    } | ours_instead
    ours = ("account_", "mfa_", "usersessions_", "socialaccount_")
    names = {key for key in get_resolver().reverse_dict if isinstance(key, str) and key.startswith(ours)}
    assert names - walked - forms_only == set()
