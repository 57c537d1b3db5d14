from __future__ import annotations

import re

import pytest
from django.db import IntegrityError
from django.test import Client

from federation.peers import approve
from hub.accounts.models import Role, User
from tests.factories.pages import add_body
from tests.factories.people import PASSWORD, add_operator, add_person, sign_in
from tests.wire.foreign import ForeignHub

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor():
    return add_operator("Redaktion@Koblenz.example")


def test_the_editor_asks_for_a_sign_in_and_comes_back_to_it(editor, client: Client):
    response = client.get("/admin/", follow=True)
    assert response.redirect_chain[-1][0] == "/konto/login/?next=/admin/"
    response = client.post(
        "/konto/login/?next=/admin/", {"login": "redaktion@koblenz.EXAMPLE", "password": PASSWORD}
    )
    assert (response.status_code, response["Location"]) == (302, "/admin/")
    assert client.get("/admin/").status_code == 200


def test_without_a_wish_one_arrives_at_ones_own_area(editor, client: Client):
    assert sign_in(client, editor.email)["Location"] == "/mein/"


@pytest.mark.parametrize("elsewhere", ["https://fremd.example/", "//fremd.example/", "javascript:alert(1)"])
def test_a_sign_in_leads_to_no_other_site(editor, client: Client, elsewhere):
    response = sign_in(client, editor.email, next=elsewhere)
    assert response["Location"] == "/mein/"


@pytest.mark.parametrize("door", ["/admin/login/", "/_util/login/"])
def test_there_is_no_second_door(editor, client: Client, door):
    response = client.post(f"{door}?next=/admin/", {"username": editor.email, "password": PASSWORD})
    assert (response.status_code, response["Location"]) == (302, "/konto/login/?next=/admin/")
    assert "_auth_user_id" not in client.session


def test_a_wrong_password_is_explained_and_the_address_kept(editor, client: Client):
    response = sign_in(client, editor.email, "falsch")
    page = response.content.decode()
    assert response.status_code == 200
    assert editor.email in page
    assert 'role="alert"' in page
    assert "Die Adresse oder das Kennwort stimmt nicht." in page


def test_an_unknown_address_is_answered_like_a_wrong_password(editor, client: Client):
    wrong = sign_in(client, editor.email, "falsch").content.decode()
    unknown = sign_in(client, "niemand@koblenz.example", "falsch").content.decode()
    assert "Die Adresse oder das Kennwort stimmt nicht." in wrong
    assert "Die Adresse oder das Kennwort stimmt nicht." in unknown


def test_an_empty_form_says_what_is_missing_and_leads_there(client: Client):
    page = sign_in(client, "", "").content.decode()
    assert '<a href="#id_login">Dienstliche E-Mail-Adresse</a>' in page
    assert '<a href="#id_password">Kennwort</a>' in page


def test_the_page_of_signing_in_costs_one_query(client: Client, django_assert_num_queries):
    with django_assert_num_queries(1):  # allauth's sign-ins that are set up in the database
        page = client.get("/konto/login/").content.decode()
    assert 'href="/konto/signup/"' in page
    assert "Mit Passkey anmelden" in page


def test_what_belongs_together_stands_together_and_other_doors_come_last(client: Client):
    approve(ForeignHub("http://koblenz.localhost:9", "koblenz").identity(bodies=[]))
    approve(ForeignHub("http://trier.localhost:9", "trier").identity(bodies=[]))
    page = client.get("/konto/login/").content.decode()
    order = [
        'id="id_password"', "Kennwort vergessen?", 'name="remember"', ">Anmelden</span></button>",
        "Mit Passkey anmelden", "Noch kein Konto?", "Mit dem Konto einer anderen Stadt anmelden",
    ]  # fmt: skip
    places = [page.index(each) for each in order]
    assert places == sorted(places)
    assert re.search(r'<input[^>]*name="login"[^>]*autocomplete="username"', page)
    assert re.search(r"Wer bei \w+ oder \w+ ein Konto hat, braucht hier kein zweites.", page)


def test_a_locked_account_is_told_whom_to_ask(client: Client):
    body = add_body()
    add_person("koordination@mainz.example", body, Role.COORDINATOR, first_name="Ada", last_name="Rat")
    add_person("gesperrt@mainz.example", body, Role.EDITOR, is_active=False)
    response = sign_in(client, "gesperrt@mainz.example")
    page = response.content.decode()
    assert response.status_code == 403
    assert "Ihr Konto ist gesperrt" in page
    assert "Ada Rat (Koblenz)" in page
    assert "mailto:koordination@mainz.example" in page
    assert "_auth_user_id" not in client.session


def test_a_locked_account_without_a_body_is_sent_to_the_operators(client: Client):
    add_operator()
    add_person("gesperrt@mainz.example", is_active=False)
    assert "mailto:betrieb@mainz.example" in sign_in(client, "gesperrt@mainz.example").content.decode()


def test_who_guesses_wrong_does_not_learn_that_an_account_is_locked(client: Client):
    add_person("gesperrt@mainz.example", is_active=False)
    page = sign_in(client, "gesperrt@mainz.example", "falsch").content.decode()
    assert "gesperrt" not in page.replace("gesperrt@mainz.example", "")


def test_a_running_session_ends_when_its_account_is_locked(editor, client: Client):
    sign_in(client, editor.email)
    assert client.get("/admin/").status_code == 200
    User.objects.filter(pk=editor.pk).update(is_active=False)
    assert client.get("/admin/")["Location"] == "/admin/login/?next=/admin/"


def test_the_operator_finds_accounts_in_the_editor_also_one_without_an_address(editor, client: Client):
    sign_in(client, editor.email)
    guest = User(email=None, first_name="Gast", last_name="Koblenz")
    guest.set_unusable_password()
    guest.save()
    assert "Gast Koblenz" in client.get("/admin/users/").content.decode()
    assert client.get(f"/admin/users/edit/{guest.pk}/").status_code == 200


def test_the_operator_adds_an_account_that_confirms_its_address_at_its_first_sign_in(editor, client: Client):
    sign_in(client, editor.email)
    new = {"email": "Neu@mainz.example", "first_name": "Neu", "last_name": "Hier", "is_active": "on"}
    response = client.post("/admin/users/new/", {**new, "password1": PASSWORD, "password2": PASSWORD})
    assert response["Location"] == "/admin/users/"
    assert sign_in(Client(), "neu@mainz.example")["Location"] == "/konto/confirm-email/"


def test_a_deleted_account_cannot_sign_in_any_more(editor, client: Client):
    address = editor.email
    sign_in(client, address)
    editor.delete()
    assert client.get("/admin/")["Location"] == "/admin/login/?next=/admin/"
    assert "Die Adresse oder das Kennwort stimmt nicht." in sign_in(client, address).content.decode()


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
    sign_in(client, editor.email)
    assert {name for name in client.cookies if name.startswith("hub_mainz_")} >= {"hub_mainz_session"}


def test_somebody_without_a_role_learns_why_the_editor_stays_closed(client: Client):
    client.force_login(add_person("leser@mainz.example"))
    answer = client.get("/admin/", follow=True)
    assert answer.status_code == 403
    assert "keine Rolle, die schreibt" in answer.content.decode()
    assert "/konto/beitritt/" in answer.content.decode()
