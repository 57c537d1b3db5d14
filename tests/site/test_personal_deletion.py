"""Deleting one's account, and the mail that says goodbye."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone
from wagtail.models import Page

from content.models import BodyPage
from content.services import open_section
from hub.accounts.models import HomeAccount, Preferences, Role, User
from hub.accounts.roles import set_role
from tests.factories.pages import add_body, add_report, add_section
from tests.factories.peers import add_peer

pytestmark = pytest.mark.django_db

ADDRESS = "/mein/loeschen/"
PASSWORD = "geheim-und-lang"
MAIL = "erika@koblenz.demo.invalid"


@pytest.fixture
def client() -> Client:
    return Client(headers={"accept-language": "de"})


@pytest.fixture
def section() -> BodyPage:
    page = add_section("koblenz", add_body("07111000"))
    open_section(page)
    return page


@pytest.fixture
def user(client: Client) -> User:
    found = User.objects.create_user(MAIL, PASSWORD)
    client.force_login(found)
    client.post("/konto/reauthenticate/", {"password": PASSWORD})
    return found


def colleague(section: BodyPage, name: str, role: Role) -> User:
    found = User.objects.create_user(f"{name}@koblenz.demo.invalid", PASSWORD, first_name=name.title())
    set_role(found, section.body, role)
    return found


def test_the_page_says_what_happens_and_asks_for_a_sign_in(client: Client, user: User) -> None:
    html = client.get(ADDRESS).content.decode()
    assert "Das lässt sich nicht rückgängig machen" in html
    assert "bleibt bei Ihrer Kommune" in html
    assert "In den Wissenshubs anderer Städte sind Sie binnen Minuten abgemeldet" in html
    client.logout()
    assert client.get(ADDRESS)["Location"] == f"/konto/login/?next={ADDRESS}"


@pytest.mark.parametrize("typed", ["", "jemand@koblenz.demo.invalid", "löschen"])
def test_without_the_own_address_nothing_is_deleted(client: Client, user: User, typed: str) -> None:
    response = client.post(ADDRESS, {"confirmation": typed})
    html = response.content.decode()
    assert response.status_code == 200
    assert 'href="#id_confirmation"' in html
    assert User.objects.filter(pk=user.pk).exists()


def test_the_address_to_type_stands_beside_its_field(client: Client, user: User) -> None:
    html = client.get(ADDRESS).content.decode()
    assert "Ihre E-Mail-Adresse zur Bestätigung" in html
    assert f"Bitte geben Sie ein: {MAIL}" in html
    assert 'aria-describedby="id_confirmation_helptext"' in html


def test_what_was_typed_is_checked_before_the_password_is_asked_for(client: Client, user: User) -> None:
    client.logout()
    client.force_login(user)
    response = client.post(ADDRESS, {"confirmation": "jemand@koblenz.demo.invalid"})
    assert response.status_code == 200
    assert 'href="#id_confirmation"' in response.content.decode()
    assert User.objects.filter(pk=user.pk).exists()


def test_a_typed_confirmation_deletes_signs_out_and_says_goodbye(
    client: Client, user: User, django_capture_on_commit_callbacks: Any
) -> None:
    Preferences.objects.create(user=user, topics=["ki"])
    with django_capture_on_commit_callbacks(execute=True):
        response = client.post(ADDRESS, {"confirmation": MAIL.upper()}, follow=True)
    assert response.redirect_chain == [("/mein/abschied/", 302)]
    assert "Ihr Konto ist gelöscht" in response.content.decode()
    assert not User.objects.filter(email=MAIL).exists()
    assert not Preferences.objects.exists()
    assert client.get("/mein/").status_code == 302
    (goodbye,) = mail.outbox
    assert goodbye.to == [MAIL]
    assert goodbye.subject == "Wissenshub Mainz: Ihr Konto ist gelöscht"
    assert "Waren Sie das nicht?" in goodbye.body


def test_without_a_recent_sign_in_the_password_is_asked_for_first(client: Client, user: User) -> None:
    client.logout()
    client.force_login(user)
    response = client.post(ADDRESS, {"confirmation": MAIL})
    assert response["Location"].startswith("/konto/reauthenticate/?next=")
    assert User.objects.filter(pk=user.pk).exists()
    client.post(response["Location"], {"password": "falsch"})
    assert User.objects.filter(pk=user.pk).exists()
    client.post(response["Location"], {"password": PASSWORD})
    assert not User.objects.filter(pk=user.pk).exists()


def test_an_heir_is_asked_for_only_where_there_is_something_to_take_over(
    client: Client, user: User, section: BodyPage
) -> None:
    set_role(user, section.body, Role.EDITOR)
    colleague(section, "koordination", Role.COORDINATOR)
    assert "Wer übernimmt" not in client.get(ADDRESS).content.decode()
    add_report(section, "Bericht", owner=user)
    assert "Wer übernimmt" in client.get(ADDRESS).content.decode()


def test_the_chosen_heir_gets_the_pages(client: Client, user: User, section: BodyPage) -> None:
    set_role(user, section.body, Role.EDITOR)
    report = add_report(section, "Bericht", owner=user)
    colleague(section, "koordination", Role.COORDINATOR)
    heir = colleague(section, "autorin", Role.AUTHOR)
    client.post(ADDRESS, {"confirmation": MAIL, f"heir_{section.body_id}": heir.pk})
    assert not User.objects.filter(pk=user.pk).exists()
    assert Page.objects.get(pk=report.pk).owner == heir


@pytest.mark.parametrize("choice", ["", "0", "x", "stranger"])
def test_an_heir_who_is_none_is_refused(client: Client, user: User, section: BodyPage, choice: str) -> None:
    set_role(user, section.body, Role.EDITOR)
    add_report(section, "Bericht", owner=user)
    colleague(section, "koordination", Role.COORDINATOR)
    stranger = User.objects.create_user("fremd@koblenz.demo.invalid", PASSWORD)
    heir = str(stranger.pk) if choice == "stranger" else choice
    response = client.post(ADDRESS, {"confirmation": MAIL, f"heir_{section.body_id}": heir})
    assert f'href="#id_heir_{section.body_id}"' in response.content.decode()
    assert f'value="{MAIL}"' in response.content.decode()
    assert User.objects.filter(pk=user.pk).exists()


def test_the_last_coordinator_is_told_what_to_do_first(
    client: Client, user: User, section: BodyPage, django_capture_on_commit_callbacks: Any
) -> None:
    set_role(user, section.body, Role.COORDINATOR)
    add_report(section, "Bericht", owner=user)
    heir = colleague(section, "autorin", Role.AUTHOR)
    with django_capture_on_commit_callbacks(execute=True):
        response = client.post(ADDRESS, {"confirmation": MAIL, f"heir_{section.body_id}": heir.pk})
    html = response.content.decode()
    assert response.status_code == 409
    assert "Ihr Konto kann noch nicht gelöscht werden" in html
    assert "Koblenz" in html
    assert 'href="/konto/team/"' in html
    user.refresh_from_db()
    assert user.groups.filter(body_role__role=Role.COORDINATOR).exists()
    assert Page.objects.get(title="Bericht").owner == user
    assert not mail.outbox


def test_the_last_operator_is_told_what_to_do_first(client: Client, user: User) -> None:
    User.objects.filter(pk=user.pk).update(is_superuser=True)
    assert client.post(ADDRESS, {"confirmation": MAIL}).status_code == 409
    assert User.objects.filter(pk=user.pk).exists()
    User.objects.create_superuser("zweite@koblenz.demo.invalid", PASSWORD)
    assert client.post(ADDRESS, {"confirmation": MAIL}).status_code == 302
    assert not User.objects.filter(pk=user.pk).exists()


@pytest.fixture
def guest(client: Client) -> HomeAccount:
    now = timezone.now()
    person = User.objects.create(email=None, first_name="Tom")
    person.set_unusable_password()
    person.save()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return HomeAccount.objects.create(
        user=person, issuer="https://wissen.trier.example", subject="s-1", body="07211000", role="editor",
        asserted=now, checked=now, expires=now + dt.timedelta(hours=12),
    )  # fmt: skip


def test_members_of_other_hubs_delete_their_data_here(
    client: Client, guest: HomeAccount, django_capture_on_commit_callbacks: Any
) -> None:
    add_peer("Trier", "https://wissen.trier.example")
    html = client.get(ADDRESS).content.decode()
    assert "<h1>Meine Daten hier löschen</h1>" in html
    assert "Ihr Konto beim Wissenshub Trier bleibt" in html
    assert "Bitte geben Sie ein: löschen" in html
    with django_capture_on_commit_callbacks(execute=True):
        response = client.post(ADDRESS, {"confirmation": "löschen"})
    assert response["Location"] == "/mein/abschied/"
    assert not HomeAccount.objects.exists()
    assert not User.objects.filter(pk=guest.user_id).exists()
    assert not mail.outbox


def test_members_who_came_long_ago_must_come_anew(client: Client, guest: HomeAccount) -> None:
    HomeAccount.objects.update(asserted=timezone.now() - dt.timedelta(minutes=6))
    assert client.post(ADDRESS, {"confirmation": "löschen"}).status_code == 403
    assert HomeAccount.objects.exists()
