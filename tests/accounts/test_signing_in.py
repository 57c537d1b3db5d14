from __future__ import annotations

import pytest
from allauth.account.models import EmailAddress
from django.db import IntegrityError
from django.test import Client

from hub.accounts.models import User

pytestmark = pytest.mark.django_db

PASSWORD = "ein-langes-Kennwort-42"


@pytest.fixture
def editor():
    user = User.objects.create_superuser("Redaktion@Koblenz.example", PASSWORD)
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


def test_the_editor_asks_for_a_sign_in_and_comes_back_to_it(editor, client: Client):
    response = client.get("/admin/", follow=True)
    assert response.redirect_chain[-1][0] == "/konto/login/?next=/admin/"
    response = client.post(
        "/konto/login/?next=/admin/", {"login": "redaktion@koblenz.EXAMPLE", "password": PASSWORD}
    )
    assert (response.status_code, response["Location"]) == (302, "/admin/")
    assert client.get("/admin/").status_code == 200


@pytest.mark.parametrize("door", ["/admin/login/", "/_util/login/"])
def test_there_is_no_second_door(editor, client: Client, door):
    response = client.post(f"{door}?next=/admin/", {"username": editor.email, "password": PASSWORD})
    assert (response.status_code, response["Location"]) == (302, "/konto/login/?next=/admin/")
    assert "_auth_user_id" not in client.session


def test_a_wrong_password_is_explained_and_the_address_kept(editor, client: Client):
    response = client.post("/konto/login/", {"login": editor.email, "password": "falsch"})
    page = response.content.decode()
    assert response.status_code == 200
    assert editor.email in page
    assert 'role="alert"' in page


def test_nobody_gives_himself_an_account(client: Client):
    response = client.post(
        "/konto/signup/", {"email": "neu@example.org", "password1": PASSWORD, "password2": PASSWORD}
    )
    assert "account/signup_closed.html" in [template.name for template in response.templates]
    assert not User.objects.exists()


def test_an_account_without_a_role_reads_what_the_public_reads(client: Client):
    client.force_login(User.objects.create_user("leser@example.org", PASSWORD))
    assert client.get("/").wsgi_request.viewer.audiences == {"public"}
    client.force_login(User.objects.create_superuser("betrieb@example.org", PASSWORD))
    assert client.get("/").wsgi_request.viewer.audiences == {"public", "members", "instance"}


def test_an_address_has_one_account_however_it_is_written():
    User.objects.create_user("Eins@example.org")
    with pytest.raises(IntegrityError):
        User.objects.bulk_create([User(email="eins@EXAMPLE.org")])


def test_cookies_carry_the_instance(editor, client: Client):
    client.post("/konto/login/", {"login": editor.email, "password": PASSWORD})
    assert {name for name in client.cookies if name.startswith("hub_mainz_")} >= {"hub_mainz_session"}
