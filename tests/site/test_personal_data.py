"""The copy of somebody's data (Art. 15 and 20 DSGVO)."""

from __future__ import annotations

import datetime as dt
import io
import json
import time
import zipfile
from typing import Any

import pytest
from allauth.account.internal.flows.login import AUTHENTICATION_METHODS_SESSION_KEY
from allauth.account.models import EmailAddress
from allauth.idp.oidc.models import Client as Program
from allauth.idp.oidc.models import Token
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.apps import apps
from django.contrib.auth import SESSION_KEY
from django.contrib.auth.models import Group
from django.test import Client
from django.utils import timezone
from wagtail.models import Comment, Page, Workflow

from content.services import open_section
from hub.accounts.models import AccountEvent, HomeAccount, Invitation, JoinRequest, Preferences, Role, User
from hub.accounts.roles import set_role
from hub.site.personal.models import DueReminder
from hub.site.personal.records import LEFT_OUT, RECORDS, collect_records
from tests.factories.pages import add_report, add_section

pytestmark = pytest.mark.django_db

ADDRESS = "/mein/daten/"
PASSWORD = "geheim-und-lang"


@pytest.fixture
def client() -> Client:
    return Client(headers={"accept-language": "de"})


@pytest.fixture
def user(client: Client) -> User:
    found = User.objects.create_user("erika@koblenz.demo.invalid", PASSWORD, first_name="Erika")
    client.force_login(found)
    return found


def confirm(client: Client, seconds_ago: int = 0) -> None:
    """Be somebody who confirmed to be the person, so many seconds ago."""
    session = client.session
    record = {"method": "password", "at": time.time() - seconds_ago, "reauthenticated": True}
    session[AUTHENTICATION_METHODS_SESSION_KEY] = [record]
    session[f"{AUTHENTICATION_METHODS_SESSION_KEY}_user"] = session[SESSION_KEY]
    session.save()


def read_copy(response: Any) -> tuple[dict[str, Any], str]:
    with zipfile.ZipFile(io.BytesIO(response.content)) as archive:
        assert sorted(archive.namelist()) == ["LIESMICH.txt", "daten.json"]
        return json.loads(archive.read("daten.json")), archive.read("LIESMICH.txt").decode()


def keys_to_users() -> set[str]:
    """Every column of every model that names a user, where it is defined."""
    return {
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models(include_auto_created=True)
        for field in model._meta.local_fields
        if field.is_relation and field.related_model is User and not field.remote_field.parent_link
    }


def test_every_table_that_names_a_person_is_copied_or_left_out_with_a_reason() -> None:
    covered = [key for record in RECORDS for key in record.keys]
    assert len(covered) == len(set(covered))
    assert keys_to_users() - set(covered) - set(LEFT_OUT) == set()
    assert {*covered, *LEFT_OUT} - keys_to_users() == set(), "these exist no more"
    assert not set(covered) & set(LEFT_OUT)
    assert all(len(reason) > 20 for reason in LEFT_OUT.values())


def test_the_page_says_in_words_what_is_stored(client: Client, user: User) -> None:
    html = client.get(ADDRESS).content.decode()
    assert html.count("<li>") >= len(RECORDS)
    assert "Arten Ihrer zweiten Faktoren" in html
    assert "Kopie herunterladen" in html


def test_the_page_asks_for_a_sign_in(client: Client) -> None:
    assert client.get(ADDRESS)["Location"] == f"/konto/login/?next={ADDRESS}"
    assert client.post(ADDRESS)["Location"] == f"/konto/login/?next={ADDRESS}"


def test_the_copy_is_given_after_a_recent_sign_in(client: Client, user: User) -> None:
    confirm(client, seconds_ago=290)
    response = client.post(ADDRESS)
    assert response["Content-Type"] == "application/zip"
    assert response["Content-Disposition"].startswith('attachment; filename="wissenshub-mainz-')
    assert "no-store" in response["Cache-Control"]
    data, readme = read_copy(response)
    assert data["account"]["email"] == user.email
    assert "Art. 15 und 20 DSGVO" in readme
    assert all(f"  {record.name}: " in readme for record in RECORDS)


@pytest.mark.parametrize("seconds_ago", [310, 86_400, None])
def test_without_a_recent_sign_in_the_password_is_asked_for_first(
    client: Client, user: User, seconds_ago: int | None
) -> None:
    if seconds_ago is not None:
        confirm(client, seconds_ago)
    response = client.post(ADDRESS)
    assert response.status_code == 302
    assert response["Location"].startswith("/konto/reauthenticate/?next=")
    wrong = client.post(response["Location"], {"password": "falsch"})
    assert wrong.status_code == 200
    answer = client.post(response["Location"], {"password": PASSWORD}, follow=True)
    assert answer.request["PATH_INFO"] == ADDRESS
    assert "Danke. Jetzt können Sie die Kopie herunterladen." in answer.content.decode()
    assert read_copy(client.post(ADDRESS))[0]["account"]["email"] == user.email


def test_the_way_back_from_the_password_thanks_nobody_who_has_not_given_it(
    client: Client, user: User
) -> None:
    answer = client.get(f"{ADDRESS}?bestaetigt=1", follow=True)
    assert answer.redirect_chain == [(ADDRESS, 302)]
    assert "Danke." not in answer.content.decode()


def test_members_of_other_hubs_must_have_come_from_home_lately(client: Client) -> None:
    now = timezone.now()
    guest = User.objects.create(email=None, first_name="Tom")
    guest.set_unusable_password()
    guest.save()
    account = HomeAccount.objects.create(
        user=guest, issuer="https://wissen.trier.example", subject="s-1", body="07211000", role="editor",
        asserted=now - dt.timedelta(minutes=6), checked=now, expires=now + dt.timedelta(hours=1),
        access_token="streng-geheim",
    )  # fmt: skip
    client.force_login(guest, backend="django.contrib.auth.backends.ModelBackend")
    refused = client.post(ADDRESS)
    assert refused.status_code == 403
    assert "Bitte melden Sie sich zuerst neu an" in refused.content.decode()
    account.asserted = now
    account.save()
    response = client.post(ADDRESS)
    assert read_copy(response)[0]["home_account"][0]["issuer"] == "https://wissen.trier.example"
    assert b"streng-geheim" not in zipfile.ZipFile(io.BytesIO(response.content)).read("daten.json")


@pytest.fixture
def filled(user: User) -> User:
    """Somebody with something in nearly every table, next to somebody else with the same."""
    section = add_section()
    open_section(section)
    other = User.objects.create_user("fremd@koblenz.demo.invalid", PASSWORD, first_name="Fremd")
    now = timezone.now()
    for who in (user, other):
        name = who.first_name
        set_role(who, section.body, Role.EDITOR)
        who.groups.add(Group.objects.get_or_create(name=f"Gruppe {name}")[0])
        EmailAddress.objects.create(user=who, email=who.email, verified=True, primary=True)
        JoinRequest.objects.create(user=who, body=section.body, domain="d", message=f"Bitte {name}")
        Invitation.objects.create(
            email=f"von-{name}@x.invalid", body=section.body, invited_by=who, expires=now
        )
        Preferences.objects.create(user=who, topics=["ki"])
        DueReminder.objects.create(user=who, month=dt.date(2026, 11, 1))
        Authenticator.objects.create(user=who, type="totp", data={"secret": f"totp-{name}"})
        Authenticator.objects.create(user=who, type="recovery_codes", data={"seed": f"seed-{name}"})
        UserSession.objects.create(
            user=who, ip="192.0.2.1", user_agent=f"Browser {name}", session_key=f"key-{name}"
        )
        AccountEvent.objects.create(
            action="role", user=who, actor=other, body=section.body, note=f"An {name}"
        )
        SocialAccount.objects.create(user=who, provider="city", uid=f"uid-{name}")
        program = Program.objects.create(id=f"hub-{name}", name=f"Hub {name}", owner=who)
        Token.objects.create(type="ia", hash=f"hash-{name}", client=program, user=who)
        page = add_report(section, f"Bericht {name}", owner=who)
        revision = page.save_revision(user=who)
        Page.objects.filter(pk=page.pk).update(locked=True, locked_by=who)
        Comment.objects.create(page=page.page_ptr, user=who, text=f"Hinweis {name}", contentpath="title")
        Workflow.objects.get_or_create(name="W")[0]
        assert revision.user_id == who.pk
    Invitation.objects.create(
        email=user.email.upper(), body=section.body, invited_by=other, expires=now, role=Role.EDITOR
    )
    return user


def test_the_copy_holds_what_is_stored(client: Client, filled: User) -> None:
    confirm(client)
    data, _readme = read_copy(client.post(ADDRESS))
    assert set(data) == {record.name for record in RECORDS}
    assert data["roles"]["roles"][0]["role"] == "editor"
    assert data["roles"]["other_groups"] == ["Gruppe Erika"]
    assert [row["message"] for row in data["requests"]["made"]] == ["Bitte Erika"]
    assert [row["email"] for row in data["invitations"]["sent"]] == ["von-Erika@x.invalid"]
    assert len(data["invitations"]["received"]) == 1
    assert data["preferences"]["chosen"][0]["topics"] == ["ki"]
    assert data["preferences"]["last_reminder"] == [{"month": "2026-11-01"}]
    assert {row["type"] for row in data["second_factors"]} == {"totp", "recovery_codes"}
    assert "Browser Erika" in {row["user_agent"] for row in data["sessions"]}
    assert [row["note"] for row in data["history"]["about_me"]] == ["An Erika"]
    assert data["city_sign_in"][0]["uid"] == "uid-Erika"
    assert data["other_instances"]["sign_ins"][0]["client__name"] == "Hub Erika"
    assert [page["title"] for page in data["pages"]["owned"]] == ["Bericht Erika"]
    assert [page["title"] for page in data["pages"]["locked"]] == ["Bericht Erika"]
    assert {row["object_str"] for row in data["revisions"]} == {"Bericht Erika"}
    assert data["comments"]["comments"][0]["text"] == "Hinweis Erika"


def test_the_copy_holds_no_secrets_and_nothing_of_others(client: Client, filled: User) -> None:
    confirm(client)
    response = client.post(ADDRESS)
    raw = zipfile.ZipFile(io.BytesIO(response.content)).read("daten.json").decode()
    for secret in ("totp-Erika", "seed-Erika", "key-Erika", "hash-Erika", filled.password, "Fremd"):
        assert secret not in raw
    assert "fremd@" not in raw


def test_the_copy_is_readable_and_in_german_letters(client: Client, user: User) -> None:
    User.objects.filter(pk=user.pk).update(last_name="Müßig")
    confirm(client)
    response = client.post(ADDRESS)
    raw = zipfile.ZipFile(io.BytesIO(response.content)).read("daten.json").decode("utf-8")
    assert "Müßig" in raw
    assert raw.startswith('{\n  "account": {\n')


@pytest.mark.parametrize("number", [1, 3])
def test_more_rows_cost_no_more_queries(user: User, django_assert_num_queries: Any, number: int) -> None:
    section = add_section()
    for index in range(number):
        add_report(section, f"Bericht {index}", owner=user).save_revision(user=user)
        UserSession.objects.create(user=user, ip="192.0.2.1", session_key=f"k{index}")
    with django_assert_num_queries(70):
        collect_records(User.objects.get(pk=user.pk))
