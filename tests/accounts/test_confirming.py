"""Who signs in with the city's provider alone confirms with a sign-in of the last minutes."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote

import pytest
from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from allauth.mfa.models import Authenticator
from django.test import Client

from hub.accounts.models import User
from tests.accounts.test_city_provider import come_back, use_provider
from tests.factories.pages import add_body
from tests.factories.people import PASSWORD, add_app, add_person, sign_in
from tests.wire.scripted_provider import ScriptedProvider, scripted_provider

pytestmark = pytest.mark.django_db

FIRST = "ein-ganz-anderes-Wort-7"
SET_UP = ["/konto/2fa/totp/activate/", "/konto/2fa/webauthn/add/", "/konto/password/set/"]


@pytest.fixture
def city(monkeypatch: pytest.MonkeyPatch) -> Iterator[ScriptedProvider]:
    add_body(name="Mainz")
    with scripted_provider("sso") as (provider, server):
        use_provider(monkeypatch, server.origin)
        provider.userinfo = {"sub": "s-1", "email": "neu@mainz.example", "email_verified": True}
        yield provider


def wait(client: Client, seconds: int) -> None:
    """Let the session's proofs be so much older."""
    session = client.session
    for record in session[AUTHENTICATION_METHODS_SESSION_KEY]:
        record["at"] -= seconds
    session.save()


@pytest.mark.parametrize("path", SET_UP)
def test_what_protects_the_account_is_set_up_soon_after_the_sign_in_or_after_another(city, client, path):
    come_back(client, city)
    wait(client, 290)
    assert client.get(path).status_code == 200
    wait(client, 20)
    asked = client.get(path, follow=True)
    assert asked.redirect_chain[-1][0] == f"/konto/erneut/?next={quote(path, safe='')}"
    page = asked.content.decode()
    assert "noch einmal über Stadt Mainz an" in page
    assert f'href="/konto/oidc/stadt/login/?next={quote(path, safe="")}"' in page
    come_back(client, city)
    assert User.objects.count() == 1
    assert client.get(path).status_code == 200


def test_a_password_that_comes_too_late_is_neither_set_nor_kept(city, client):
    come_back(client, city)
    wait(client, 310)
    answer = client.post("/konto/password/set/", {"password1": FIRST, "password2": FIRST})
    assert answer.status_code == 302
    assert not User.objects.get().has_usable_password()
    assert FIRST not in str(dict(client.session))
    come_back(client, city)
    client.post("/konto/password/set/", {"password1": FIRST, "password2": FIRST})
    assert User.objects.get().check_password(FIRST)


def test_the_copy_of_the_data_and_the_way_out_need_it_too(city, client):
    come_back(client, city)
    wait(client, 310)
    assert client.post("/mein/daten/", follow=True).redirect_chain[-1][0].startswith("/konto/erneut/?next=")
    client.post("/mein/loeschen/", {"confirmation": "neu@mainz.example"})
    assert User.objects.exists()
    come_back(client, city)
    assert client.post("/mein/daten/")["Content-Type"] == "application/zip"


def test_without_any_proof_in_the_session_nothing_is_recent(client):
    user = add_person("a@mainz.example")
    user.set_unusable_password()
    user.save()
    client.force_login(user)
    asked = client.get("/konto/2fa/totp/activate/", follow=True)
    page = asked.content.decode()
    assert "Bitte melden Sie sich ab und wieder an." in page
    assert 'href="/konto/logout/?next=%2Fkonto%2Flogin%2F%3Fnext%3D' in page


def test_with_a_factor_the_first_password_is_set_after_confirming_with_it(city, client):
    come_back(client, city)
    add_app(User.objects.get())
    assert (
        client.get("/konto/password/set/", follow=True)
        .redirect_chain[-1][0]
        .startswith("/konto/2fa/reauthenticate/")
    )
    assert Authenticator.objects.exists()


def test_who_has_a_password_is_asked_for_it_and_never_sent_there(client):
    sign_in(client, add_person("a@mainz.example").email)
    assert client.get("/konto/2fa/totp/activate/")["Location"].startswith("/konto/reauthenticate/?next=")
    assert client.get("/konto/erneut/?next=/mein/")["Location"] == "/konto/reauthenticate/?next=%2Fmein%2F"
    assert client.get("/konto/password/set/")["Location"] == "/konto/password/change/"
    client.post("/konto/reauthenticate/", {"password": PASSWORD})
    assert client.get("/konto/2fa/totp/activate/").status_code == 200


def test_nobody_is_sent_to_another_site_afterwards(city, client):
    come_back(client, city)
    page = client.get("/konto/erneut/?next=https://evil.example/").content.decode()
    assert '"https://evil.example' not in page


def test_who_is_signed_out_signs_in(client):
    assert client.get("/konto/erneut/")["Location"] == "/konto/login/?next=/konto/erneut/"
    assert client.get("/konto/password/set/")["Location"] == "/konto/login/?next=/konto/password/set/"
