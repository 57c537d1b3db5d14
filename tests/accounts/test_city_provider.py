"""The city's own provider: a real hub in its place, and a scripted one for what no honest one says."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount
from django.core import mail
from django.test import Client

from hub.accounts.models import AccountEvent, Role, User
from hub.accounts.roles import role_in
from hub.env import env
from tests.factories.pages import add_body
from tests.wire.abroad import RealHub, koblenz_hub, passed_on  # noqa: F401 - a fixture
from tests.wire.foreign import KOBLENZ, rsa_key
from tests.wire.scripted_provider import ScriptedProvider, jwk_of, scripted_provider, unsigned

pytestmark = pytest.mark.django_db

LOGIN = "/konto/oidc/stadt/login/"
CALLBACK = f"{env.origin}/konto/oidc/stadt/login/callback/"
SECRET = "known-to-both-and-good-for-tests"
_number = itertools.count(1)


def use_provider(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    """As HUB_OIDC_URL, HUB_OIDC_CLIENT, HUB_OIDC_SECRET and HUB_PEER_ADDRESSES would."""
    settings = replace(
        env,
        oidc_url=address,
        oidc_client="wissenshub-mainz",
        oidc_secret=SECRET,
        oidc_name="Stadt Mainz",
        peer_addresses={urlsplit(address).netloc: "127.0.0.1"},
    )
    for module in ("hub.accounts.social.adapter", "hub.accounts.social.views", "hub.fetching"):
        monkeypatch.setattr(f"{module}.env", settings)


@pytest.fixture(scope="module")
def directory(koblenz_hub: RealHub) -> RealHub:  # noqa: F811
    """A real hub, at which this one is an application like any other."""
    koblenz_hub.order("client", name="wissenshub-mainz", secret=SECRET, redirect_uri=CALLBACK)
    return koblenz_hub


@pytest.fixture
def city(directory: RealHub, monkeypatch: pytest.MonkeyPatch) -> RealHub:
    add_body(name="Mainz")
    use_provider(monkeypatch, directory.origin)
    return directory


def person(city: RealHub) -> str:
    email = f"amt{next(_number)}@mainz.example"
    city.order("person", email=email, roles={KOBLENZ: "member"}, first="Ida", last="Amt")
    return email


def sign_in(client: Client, city: RealHub, email: str, query: str = "") -> Any:
    visitor = city.visitor()
    visitor.remember(city.order("session", email=email))
    address = passed_on(visitor.consent(visitor.get(passed_on(client.post(LOGIN + query)))))
    assert address.startswith(CALLBACK)
    return client.get(address.removeprefix(env.origin))


def test_a_newcomer_from_the_citys_directory_is_a_member_at_once(city, client):
    email = person(city)
    assert "Stadt Mainz" in client.get("/konto/login/").content.decode()
    response = sign_in(client, city, email, "?next=/wissen/")
    assert (response.status_code, response["Location"]) == (302, "/wissen/")
    user = User.objects.get()
    assert (user.email, user.get_full_name(), user.has_usable_password()) == (email, "Ida Amt", False)
    assert EmailAddress.objects.get().verified
    assert role_in(user, add_body(name="Mainz")) == Role.MEMBER
    assert AccountEvent.objects.get().action == AccountEvent.Action.JOINED
    held = SocialAccount.objects.get()
    assert held.provider == "stadt"
    assert set(held.extra_data["userinfo"]) == {
        "sub",
        "name",
        "given_name",
        "family_name",
        "email",
        "email_verified",
    }
    assert client.session["second_factor_by_provider"] is False
    assert client.get("/").wsgi_request.viewer.audiences == {"public", "members", "instance"}


def test_signing_in_again_gives_back_no_role_that_was_taken(city, client):
    email = person(city)
    sign_in(client, city, email)
    user = User.objects.get()
    user.groups.clear()
    sign_in(Client(), city, email)
    assert User.objects.get() == user
    assert not user.groups.exists()


def test_an_account_with_that_address_is_not_opened_but_connected_by_its_owner(city, client):
    email = person(city)
    mine = User.objects.create_user(email, "ein-langes-Kennwort-42")
    EmailAddress.objects.create(user=mine, email=email, verified=True, primary=True)
    response = sign_in(client, city, email)
    assert response.status_code == 409
    assert "Sie haben hier schon ein Konto" in response.content.decode()
    assert "_auth_user_id" not in client.session
    assert not SocialAccount.objects.exists()
    client.post("/konto/login/", {"login": email, "password": "ein-langes-Kennwort-42"})
    # Connecting asks for the password once more, and goes on by itself after it.
    assert sign_in(client, city, email, "?process=connect")["Location"] == "/konto/reauthenticate/"
    client.post("/konto/reauthenticate/", {"password": "ein-langes-Kennwort-42"})
    assert SocialAccount.objects.get().user == mine
    assert User.objects.count() == 1
    other = Client()
    assert sign_in(other, city, email).status_code == 302
    assert other.session["_auth_user_id"] == str(mine.pk)


def test_the_provider_out_of_reach_is_said(city, client, monkeypatch):
    monkeypatch.setattr("hub.fetching.env", replace(env, peer_addresses={"nobody.localhost:1": "127.0.0.1"}))
    response = client.post(LOGIN)
    assert response.status_code == 503
    assert "Stadt Mainz ist gerade nicht zu erreichen." in response.content.decode()


def test_without_a_provider_there_is_no_door(client):
    assert client.get(LOGIN).status_code == 404
    assert client.get(LOGIN + "callback/").status_code == 404
    assert client.get("/konto/oidc/anderswo/login/").status_code == 404
    assert "oidc" not in client.get("/konto/login/").content.decode()


@pytest.fixture
def scripted(monkeypatch: pytest.MonkeyPatch) -> Iterator[ScriptedProvider]:
    add_body(name="Mainz")
    with scripted_provider("sso") as (provider, server):
        use_provider(monkeypatch, server.origin)
        provider.userinfo = {"sub": "s-1", "email": "neu@mainz.example", "email_verified": True}
        yield provider


def begin(client: Client) -> dict[str, str]:
    query = urlsplit(passed_on(client.post(LOGIN))).query
    return {name: values[0] for name, values in parse_qs(query).items()}


def come_back(
    client: Client, provider: ScriptedProvider, header: dict[str, Any] | None = None, **changes: Any
) -> Any:
    """There and back with these claims, signed by the published key unless told otherwise."""
    asked = begin(client)
    values = {"aud": "wissenshub-mainz", "azp": None, **changes}
    provider.id_token = provider.sign(provider.claims(asked["nonce"], **values), **(header or {"kid": "k1"}))
    return client.get(LOGIN + "callback/", {"state": asked["state"], "code": "c"})


def refused(response: Any) -> None:
    assert response.status_code == 403
    assert "Was Stadt Mainz über Sie mitteilt, lässt sich nicht überprüfen." in response.content.decode()
    assert not User.objects.exists()
    assert "_auth_user_id" not in response.client.session


def test_the_honest_provider_is_believed_and_asked_with_pkce(scripted, client):
    assert come_back(client, scripted).status_code == 302
    assert User.objects.get().email == "neu@mainz.example"
    assert len(scripted.forms[0]["code_verifier"]) >= 43
    assert scripted.forms[0]["client_secret"] == SECRET


@pytest.mark.parametrize(
    ("amr", "told"),
    [
        (["pwd", "mfa"], True),
        (["otp"], True),
        (["hwk"], True),
        (["pwd"], False),
        ("mfa", False),
        (None, False),
    ],
)
def test_a_second_factor_asked_for_by_the_provider_is_noted(scripted, client, amr, told):
    come_back(client, scripted, amr=amr)
    assert client.session["second_factor_by_provider"] is told


@pytest.mark.parametrize(
    "changes",
    [
        {"iss": "https://sso.evil.example"},
        {"aud": "another"},
        {"nonce": "another"},
        {"nonce": None},
        {"exp": 1},
        {"iat": 1},
        {"sub": "s-2"},
        {"azp": "another"},
    ],
)
def test_a_token_that_is_not_for_this_sign_in_is_refused(scripted, client, changes):
    refused(come_back(client, scripted, **changes))


@pytest.mark.parametrize("header", [{"kid": "k2"}, {"kid": "k1", "key": "stranger"}, {"kid": 7}])
def test_a_token_not_signed_by_a_published_key_is_refused(scripted, client, header):
    if "key" in header:
        header = {**header, "key": rsa_key("stranger")}
    refused(come_back(client, scripted, header))


@pytest.mark.parametrize(
    "keys", [[], [{"kty": "oct", "kid": "k1", "k": "c2VjcmV0", "alg": "HS256"}], ["x"], None]
)
def test_keys_that_are_no_public_keys_verify_nothing(scripted, client, keys):
    scripted.keys = keys
    refused(come_back(client, scripted))


def test_of_two_keys_with_one_name_none_is_taken(scripted, client):
    scripted.keys = [jwk_of(rsa_key("stranger"), "k1"), *scripted.keys]
    refused(come_back(client, scripted))


def test_an_unsigned_token_is_refused_although_it_came_directly(scripted, client):
    asked = begin(client)
    claims = scripted.claims(asked["nonce"], aud="wissenshub-mainz", azp=None)
    scripted.id_token = unsigned({"alg": "none", "kid": "k1"}, claims) + "."
    refused(client.get(LOGIN + "callback/", {"state": asked["state"], "code": "c"}))
    asked = begin(client)
    claims = scripted.claims(asked["nonce"], aud="wissenshub-mainz", azp=None)
    scripted.id_token = scripted.sign_by_secret(claims, scripted.identity()["rsa_pem"].encode())
    refused(client.get(LOGIN + "callback/", {"state": asked["state"], "code": "c"}))


def test_a_provider_with_another_name_is_not_gone_to(scripted, client):
    scripted.issuer = "https://sso.evil.example"
    assert client.post(LOGIN).status_code == 503


def test_a_link_cannot_put_words_into_the_request(scripted, client):
    address = passed_on(client.post(LOGIN + "?auth_params=nonce%3Devil%26prompt%3Dnone&scope=admin"))
    asked = parse_qs(urlsplit(address).query)
    assert asked["nonce"] != ["evil"]
    assert "prompt" not in asked
    assert set(asked["scope"][0].split()) == {"openid", "profile", "email"}


def test_a_return_that_was_not_begun_here_is_refused(scripted, client):
    response = client.get(LOGIN + "callback/", {"state": "invented", "code": "c"})
    assert response.status_code == 401
    assert not scripted.forms


def test_an_address_the_provider_has_not_checked_is_checked_here(scripted, client):
    scripted.userinfo["email_verified"] = False
    come_back(client, scripted)
    assert "_auth_user_id" not in client.session
    assert not EmailAddress.objects.get().verified
    assert mail.outbox[-1].to == ["neu@mainz.example"]
