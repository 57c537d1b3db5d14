"""A member of another hub who is signed in here connects no city account and signs in with none."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.models import SocialAccount, SocialLogin
from django.test import Client, RequestFactory
from django.utils import timezone

from hub.accounts.models import HomeAccount, User
from hub.accounts.social.adapter import CityAdapter
from tests.accounts.test_city_provider import LOGIN, begin, come_back, use_provider
from tests.factories.pages import add_body
from tests.factories.people import add_person
from tests.wire.foreign import KOBLENZ
from tests.wire.scripted_provider import ScriptedProvider, scripted_provider

pytestmark = pytest.mark.django_db


@pytest.fixture
def city(monkeypatch: pytest.MonkeyPatch) -> Iterator[ScriptedProvider]:
    add_body(name="Mainz")
    with scripted_provider("sso") as (provider, server):
        use_provider(monkeypatch, server.origin)
        provider.userinfo = {"sub": "s-1", "email": "neu@mainz.example", "email_verified": True}
        yield provider


@pytest.fixture
def member() -> User:
    user, now = User(email=None), timezone.now()
    user.set_unusable_password()
    user.save()
    HomeAccount.objects.create(
        user=user, issuer="http://koblenz.localhost:8002", subject="s", body=KOBLENZ, role="author",
        asserted=now, checked=now, expires=now,
    )  # fmt: skip
    return user


def enter(client: Client, user: User) -> None:
    """Sign in as a member in this very session, with what was begun in it before."""
    from django.contrib.auth import login

    request: Any = RequestFactory().get("/")
    request.session = client.session
    login(request, user, backend="django.contrib.auth.backends.ModelBackend")
    request.session.save()
    client.cookies["hub_mainz_session"] = request.session.session_key


@pytest.mark.parametrize("query", ["", "?process=connect", "?process=login"])
def test_the_door_is_closed(city, client, member, query):
    client.force_login(member)
    for response in (client.get(LOGIN + query), client.post(LOGIN + query)):
        assert (response.status_code, response["Location"]) == (302, "/konto/instanz/")


def test_what_was_begun_before_the_sign_in_is_not_finished_after_it(city, client, member):
    asked = begin(client)
    enter(client, member)
    city.id_token = city.sign(city.claims(asked["nonce"], aud="wissenshub-mainz", azp=None), kid="k1")
    response = client.get(LOGIN + "callback/", {"state": asked["state"], "code": "c"})
    assert response["Location"] == "/konto/instanz/"
    assert not SocialAccount.objects.exists()
    assert User.objects.get() == member


def test_nothing_is_connected_even_behind_the_door(member):
    request = RequestFactory().get("/")
    begun = SocialLogin(user=User(), account=SocialAccount(provider="stadt", uid="s-1"))
    begun.state = {"process": "connect"}
    request.user = member
    with pytest.raises(ImmediateHttpResponse):
        CityAdapter().pre_social_login(request, begun)
    request.user = add_person("a@mainz.example")
    CityAdapter().pre_social_login(request, begun)


def test_for_everybody_else_it_is_open(city, client):
    assert come_back(client, city).status_code == 302
    assert SocialAccount.objects.count() == 1


def test_a_first_password_is_none_of_theirs(client, member):
    client.force_login(member)
    for path in ("/konto/password/set/", "/konto/erneut/"):
        assert client.get(path)["Location"] == "/konto/instanz/"
