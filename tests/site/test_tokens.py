"""Keys by which programs ask: the page that makes and revokes them, and what they are worth."""

from __future__ import annotations

import datetime as dt
import re
import time
from typing import Any

import pytest
from allauth.account.internal.flows.login import AUTHENTICATION_METHODS_SESSION_KEY
from django.contrib.auth import SESSION_KEY
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from hub.accounts.leaving import delete_account
from hub.accounts.models import HomeAccount, Role, User
from hub.documents import Audience
from hub.municipalities.models import Body
from hub.site.personal.records import collect_records
from hub.site.tokens import services
from hub.site.tokens.callers import caller_of
from hub.site.tokens.models import AccessToken
from hub.site.tokens.services import find_owner, forget_expired, make_token
from tests.factories.people import PASSWORD, add_person, add_town

pytestmark = pytest.mark.django_db

PAGE = "/mein/schluessel/"
WANTED = {"name": "Assistent im Intranet", "days": "90"}


@pytest.fixture
def town() -> Body:
    cache.clear()
    return add_town()


@pytest.fixture
def member(town: Body) -> User:
    return add_person("mitglied@ludwigshafen.example", town, Role.MEMBER)


@pytest.fixture
def signed_in(client: Client, member: User) -> Client:
    """Somebody who has just confirmed to be the person."""
    client.force_login(member)
    session = client.session
    record = {"method": "password", "at": time.time(), "reauthenticated": True}
    session[AUTHENTICATION_METHODS_SESSION_KEY] = [record]
    session[f"{AUTHENTICATION_METHODS_SESSION_KEY}_user"] = session[SESSION_KEY]
    session.save()
    return client


def key_in(page: str) -> str:
    (found,) = re.findall(r"wissenshub_[\w-]{43}", page)
    return str(found)


def caller(rf: Any, key: str) -> Any:
    return caller_of(rf.get("/api/v1/answers", headers={"Authorization": f"Bearer {key}"}))


def test_a_key_is_told_once_and_kept_as_a_checksum(signed_in: Client, member: User) -> None:
    response = signed_in.post(PAGE, WANTED)
    page = response.content.decode()
    key = key_in(page)
    assert "Ihr neuer Schlüssel" in page
    assert "no-store" in response["Cache-Control"]
    token = AccessToken.objects.get()
    assert (token.user, token.name) == (member, "Assistent im Intranet")
    assert dt.timedelta(days=89) < token.expires - timezone.now() <= dt.timedelta(days=90)
    assert key not in repr(vars(token))
    assert find_owner(key) == member
    listed = signed_in.get(PAGE).content.decode()
    assert "Assistent im Intranet" in listed
    assert "wissenshub_" not in listed


def test_who_signed_in_long_ago_confirms_before_a_key_is_made(client: Client, member: User) -> None:
    client.force_login(member)
    response = client.post(PAGE, WANTED)
    assert response["Location"].startswith("/konto/reauthenticate/")
    assert not AccessToken.objects.exists()
    page = client.post(response["Location"], {"password": PASSWORD}, follow=True).content.decode()
    assert find_owner(key_in(page)) == member


@pytest.mark.parametrize("wrong", [{"name": " "}, {"name": "x" * 81}, {"days": "3650"}, {"days": ""}])
def test_a_wrong_form_makes_none(signed_in: Client, wrong: dict[str, str]) -> None:
    response = signed_in.post(PAGE, {**WANTED, **wrong})
    assert response.status_code == 200
    assert "kern-error" in response.content.decode()
    assert not AccessToken.objects.exists()


def test_no_key_lasts_longer_than_a_year(member: User) -> None:
    token, _key = make_token(member, "Ewig", 10_000)
    assert token.expires - timezone.now() <= dt.timedelta(days=365)


def test_one_account_has_so_many_and_no_more(signed_in: Client, member: User) -> None:
    for number in range(services.MOST):
        make_token(member, str(number), 30)
    page = signed_in.post(PAGE, WANTED).content.decode()
    assert "Widerrufen Sie zuerst einen" in page
    assert AccessToken.objects.count() == services.MOST


def test_who_is_no_member_needs_none_and_gets_none(client: Client, town: Body) -> None:
    client.force_login(add_person("gast@ludwigshafen.example"))
    assert "Öffentliches lesen Programme ohne Schlüssel" in client.get(PAGE).content.decode()
    assert client.post(PAGE, WANTED).status_code == 403
    assert not AccessToken.objects.exists()


def test_a_revoked_key_is_worth_nothing(signed_in: Client, member: User) -> None:
    token, key = make_token(member, "Alt", 30)
    address = f"{PAGE}{token.pk}/widerrufen/"
    assert "Alt" in signed_in.get(address).content.decode()
    assert find_owner(key) == member
    assert signed_in.post(address)["Location"] == PAGE
    assert find_owner(key) is None


def test_nobody_sees_or_revokes_the_keys_of_others(signed_in: Client, town: Body) -> None:
    other = add_person("andere@ludwigshafen.example", town, Role.MEMBER)
    token, key = make_token(other, "Geheimes Vorhaben", 30)
    assert "Geheimes Vorhaben" not in signed_in.get(PAGE).content.decode()
    assert signed_in.get(f"{PAGE}{token.pk}/widerrufen/").status_code == 404
    assert signed_in.post(f"{PAGE}{token.pk}/widerrufen/").status_code == 404
    assert find_owner(key) == other


def test_an_expired_key_is_worth_nothing_is_listed_and_then_forgotten(
    signed_in: Client, member: User
) -> None:
    token, key = make_token(member, "Vorbei", 30)
    AccessToken.objects.filter(pk=token.pk).update(expires=timezone.now() - dt.timedelta(days=29))
    assert find_owner(key) is None
    assert "Abgelaufen am" in signed_in.get(PAGE).content.decode()
    forget_expired()
    assert AccessToken.objects.exists()
    AccessToken.objects.filter(pk=token.pk).update(expires=timezone.now() - dt.timedelta(days=31))
    forget_expired()
    assert not AccessToken.objects.exists()


@pytest.mark.parametrize("role", list(Role))
def test_every_role_reads_as_a_member(rf: Any, town: Body, role: Role) -> None:
    _token, key = make_token(add_person("person@ludwigshafen.example", town, role), "Assistent", 30)
    viewer = caller(rf, key).viewer
    assert [each for each in Audience if viewer.may_read(each)] == [Audience.PUBLIC, Audience.MEMBERS]


def test_a_member_of_another_hub_reads_so_long_as_that_hub_vouches(rf: Any, town: Body) -> None:
    user = User.objects.create_user("heimat@hub.example")
    now = timezone.now()
    vouched = {"asserted": now, "checked": now, "expires": now + dt.timedelta(hours=8)}
    told = {"issuer": "https://hub.example", "subject": "s", "body": town.pk, "role": "member"}
    home = HomeAccount.objects.create(user=user, **told, **vouched)
    _token, key = make_token(user, "Assistent", 30)
    assert caller(rf, key).audience == Audience.MEMBERS
    HomeAccount.objects.filter(pk=home.pk).update(expires=timezone.now() - dt.timedelta(seconds=1))
    assert caller(rf, key).audience == Audience.PUBLIC


def test_the_day_of_the_last_use_is_noted_once_a_day(member: User, django_assert_num_queries: Any) -> None:
    _token, key = make_token(member, "Assistent", 30)
    with django_assert_num_queries(2):
        find_owner(key)
    with django_assert_num_queries(1):
        find_owner(key)
    assert AccessToken.objects.get().used == timezone.localdate()


def test_the_copy_of_ones_data_names_keys_and_tells_none(member: User) -> None:
    token, key = make_token(member, "Assistent", 30)
    told = collect_records(member)["access"]["reading"]
    assert [row["name"] for row in told] == ["Assistent"]
    assert key not in repr(told)
    assert token.digest not in repr(told)


def test_keys_go_with_the_account(member: User, town: Body) -> None:
    _token, key = make_token(member, "Assistent", 30)
    delete_account(member)
    assert find_owner(key) is None
    assert not AccessToken.objects.exists()


def test_keys_end_when_a_password_is_changed_or_somebody_signs_out_everywhere(
    signed_in: Client, member: User
) -> None:
    _token, secret = make_token(member, "Alt", 30)
    _other, of_others = make_token(add_person("andere@ludwigshafen.example"), "Bleibt", 30)
    changed = {
        "oldpassword": PASSWORD,
        "password1": "ganz-anderes-7-Wort",
        "password2": "ganz-anderes-7-Wort",
    }
    signed_in.post("/konto/password/change/", changed)
    assert find_owner(secret) is None
    _token, secret = make_token(member, "Neu", 30)
    signed_in.post("/konto/sessions/", {"others": "1"})
    assert find_owner(secret) is None
    assert find_owner(of_others) is not None
