"""This hub as a provider of OpenID Connect: whom it speaks for, what it says, and what it refuses."""

from __future__ import annotations

import base64
import hashlib
import html
import json
import re
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
import pytest
from allauth.account.models import EmailAddress
from allauth.idp.oidc.models import Client as Application
from allauth.idp.oidc.models import Token
from django.test import Client
from django.utils import timezone

from federation.identity import own_identity
from federation.members.clients import align_clients
from federation.models import Peer, PeerState
from federation.peers import approve, set_state
from hub.accounts.identity_provider import NotVouchedFor, standing_of
from hub.accounts.models import HomeAccount, Role, User
from hub.accounts.roles import set_role
from hub.env import env
from tests.factories.pages import add_body
from tests.wire.abroad import passed_on
from tests.wire.foreign import ForeignHub

pytestmark = pytest.mark.django_db

VERIFIER = "v" * 43
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()
KOBLENZ = "http://koblenz.localhost:8002"
CALLBACK = f"{KOBLENZ}/konto/instanz/mainz/zurueck/"


@pytest.fixture
def peer() -> Peer:
    return approve(ForeignHub().identity())


@pytest.fixture
def author() -> User:
    user = User.objects.create_user("autor@mainz.example", "x" * 12, first_name="Ada", last_name="Lotse")
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    set_role(user, add_body(name="Mainz"), Role.AUTHOR)
    return user


def authorize(client: Client, **changes: str) -> Any:
    """The request a peer's browser comes with; ``changes`` replace parameters, an empty one is left out."""
    query = {
        "response_type": "code", "client_id": KOBLENZ, "redirect_uri": CALLBACK, "state": "s", "nonce": "n",
        "scope": "openid profile email wissenshub", "code_challenge": CHALLENGE,
        "code_challenge_method": "S256", **changes,
    }  # fmt: skip
    return client.get("/identity/o/authorize", {name: value for name, value in query.items() if value})


def grant(client: Client, **changes: str) -> dict[str, str]:
    """Say yes; what the browser is sent back with."""
    page = authorize(client, **changes).content.decode()
    asked = html.unescape(re.search(r'name="request" value="([^"]+)"', page).group(1))  # type: ignore[union-attr]
    scopes = re.findall(r'name="scopes"[^>]*?value="(\w+)"', page)
    form = {"request": asked, "scopes": scopes, "action": "grant"}
    address = passed_on(client.post("/identity/o/authorize", form))
    assert address.startswith(CALLBACK + "?")
    return {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}


def redeem(client: Client, code: str, **changes: str) -> Any:
    """What the peer asks for behind the scenes; its browser has nothing to do with it."""
    form = {
        "grant_type": "authorization_code", "code": code, "redirect_uri": CALLBACK, "client_id": KOBLENZ,
        "code_verifier": VERIFIER, **changes,
    }  # fmt: skip
    body = urlencode({name: value for name, value in form.items() if value})
    return client.post("/identity/o/api/token", body, content_type="application/x-www-form-urlencoded")


def userinfo(client: Client, token: str) -> Any:
    return client.get("/identity/o/api/userinfo", headers={"Authorization": f"Bearer {token}"})


def test_the_peer_learns_who_somebody_is_by_the_key_it_has_pinned(client, peer, author):
    client.force_login(author)
    answer = redeem(Client(), grant(client)["code"]).json()
    assert answer["expires_in"] == 12 * 3600
    claims = jwt.decode(
        answer["id_token"], own_identity().rsa_pem, algorithms=["RS256"], audience=KOBLENZ, issuer=env.origin
    )
    assert claims["exp"] - claims["iat"] == 300
    author.refresh_from_db()
    said = {name: claims[name] for name in ("sub", "nonce", "given_name", "family_name", "email")}
    assert said == {
        "sub": str(author.subject), "nonce": "n", "given_name": "Ada", "family_name": "Lotse",
        "email": author.email,
    }  # fmt: skip
    assert (claims["body"], claims["role"]) == (env.body, "author")
    assert claims["bodies"] == [{"body": env.body, "role": "author"}]
    again = userinfo(Client(), answer["access_token"]).json()
    assert again["sub"] == claims["sub"]
    assert again["bodies"] == claims["bodies"]


def test_what_was_not_asked_for_is_not_said(client, peer, author):
    client.force_login(author)
    answer = redeem(Client(), grant(client, scope="openid")["code"]).json()
    said = userinfo(Client(), answer["access_token"]).json()
    assert set(said) == {"sub"}


def test_the_own_body_stands_first_then_the_higher_role(author):
    set_role(author, add_body("07211000", "Trier"), Role.COORDINATOR)
    set_role(author, add_body("07111000", "Koblenz"), Role.MEMBER)
    assert [(held["body"], held["role"]) for held in standing_of(author)] == [
        (env.body, "author"),
        ("07211000", "coordinator"),
        ("07111000", "member"),
    ]


@pytest.mark.parametrize("bodies", [1, 3])
def test_standing_takes_the_same_queries_however_many_bodies(author, bodies, django_assert_num_queries):
    for number in range(1, bodies):
        set_role(author, add_body(f"0700000{number}", f"Ort {number}"), Role.MEMBER)
    with django_assert_num_queries(2):
        assert len(standing_of(author)) == bodies


def make_foreign(user: User) -> None:
    now = timezone.now()
    HomeAccount.objects.create(
        user=user, issuer=KOBLENZ, subject="s", body="07111000", role="author", asserted=now, checked=now,
        expires=now,
    )  # fmt: skip


def lock(user: User) -> None:
    User.objects.filter(pk=user.pk).update(is_active=False)


def lose_role(user: User) -> None:
    user.groups.clear()


@pytest.mark.parametrize(
    ("change", "reason"), [(lock, "locked"), (make_foreign, "foreign"), (lose_role, "no_role")]
)
def test_it_stops_speaking_for_somebody_at_every_door(client, peer, author, change, reason):
    client.force_login(author)
    first, second = grant(client)["code"], grant(client)["code"]
    token = redeem(Client(), first).json()["access_token"]
    change(author)
    with pytest.raises(NotVouchedFor, match=reason):
        standing_of(User.objects.get(pk=author.pk))
    assert userinfo(Client(), token).status_code in {401, 403}
    assert redeem(Client(), second).status_code == 400
    response = authorize(client)
    if reason == "locked":  # and signed out by it
        assert response["Location"].startswith("/konto/login/")
        return
    assert response.status_code == 403
    assert "Dieses Konto wird nicht weitergegeben" in response.content.decode()


def test_consent_that_was_asked_before_the_role_was_lost_is_not_taken(client, peer, author):
    client.force_login(author)
    page = authorize(client).content.decode()
    asked = html.unescape(re.search(r'name="request" value="([^"]+)"', page).group(1))  # type: ignore[union-attr]
    lose_role(author)
    form = {"request": asked, "scopes": ["openid"], "action": "grant"}
    assert client.post("/identity/o/authorize", form).status_code == 403


def test_an_operator_without_a_role_is_nobodys_member(client, peer, admin_client):
    assert authorize(admin_client).status_code == 403


def test_who_is_not_signed_in_signs_in_first(client, peer):
    response = authorize(client)
    assert response.status_code == 302
    assert response["Location"].startswith("/konto/login/?next=/identity/o/authorize")


@pytest.mark.parametrize(
    "changes",
    [
        {"code_challenge": ""},
        {"code_challenge_method": ""},
        {"code_challenge_method": "plain"},
        {"response_type": "token"},
        {"response_type": "id_token token"},
        {"response_type": ""},
        {"redirect_uri": "https://evil.example/"},
        {"redirect_uri": CALLBACK + "?x=1"},
        {"redirect_uri": CALLBACK.replace("http://", "http://evil@")},
        {"redirect_uri": ""},
        {"client_id": "http://unknown.localhost:1"},
        {"client_id": ""},
        {"prompt": "none"},
        {"prompt": "none consent"},
    ],
)
def test_a_request_that_is_not_as_agreed_goes_nowhere(client, peer, author, changes):
    client.force_login(author)
    response = authorize(client, **changes)
    assert response.status_code == 400
    assert "Location" not in response
    assert "refresh" not in response.content.decode()


@pytest.mark.parametrize(
    "changes",
    [
        {"code_verifier": ""},
        {"code_verifier": "w" * 43},
        {"redirect_uri": KOBLENZ + "/"},
        {"client_id": "http://unknown.localhost:1"},
        {"grant_type": "refresh_token", "refresh_token": "r"},
        {"grant_type": "password", "username": "autor@mainz.example", "password": "x" * 12},
        {"grant_type": "client_credentials"},
    ],
)
def test_a_code_is_given_out_to_whom_it_was_made_for(client, peer, author, changes):
    client.force_login(author)
    assert redeem(Client(), grant(client)["code"], **changes).status_code in {400, 401}


def test_a_code_counts_once(client, peer, author):
    client.force_login(author)
    code = grant(client)["code"]
    assert redeem(Client(), code).status_code == 200
    assert redeem(Client(), code).status_code == 400


def test_nothing_but_the_access_token_can_be_used_again(client, peer, author):
    client.force_login(author)
    answer = redeem(Client(), grant(client)["code"]).json()
    form = {"grant_type": "refresh_token", "refresh_token": answer.get("refresh_token", "x")}
    assert redeem(Client(), "", redirect_uri="", code_verifier="", **form).status_code == 400
    assert userinfo(Client(), answer["id_token"]).status_code == 401


def test_it_is_called_what_it_is_configured_as_whatever_host_a_request_names(client, peer):
    said = client.get("/.well-known/openid-configuration", headers={"Host": "localhost"}).json()
    assert said["issuer"] == env.origin
    addresses = [value for value in said.values() if isinstance(value, str) and "://" in value]
    assert len(addresses) >= 6
    assert all(address.startswith(env.origin) for address in addresses)
    assert said["response_types_supported"] == ["code"]
    assert said["grant_types_supported"] == ["authorization_code"]
    assert "device" not in json.dumps(said)
    assert "registration_endpoint" not in said


@pytest.mark.parametrize("path", ["device", "api/device/code", "api/clients", "api/introspect"])
def test_there_is_no_other_way_in(client, peer, author, path):
    client.force_login(author)
    for address in (f"/identity/o/{path}", f"/identity/o/{path}/"):
        assert client.get(address, follow=True).status_code == 404
        assert client.post(address, follow=True).status_code == 404


def test_the_published_key_is_the_pinned_one(client):
    (key,) = client.get("/.well-known/jwks.json").json()["keys"]
    assert "d" not in key
    known = jwt.PyJWK(key, algorithm="RS256").key
    assert known.public_numbers().n == int.from_bytes(base64.urlsafe_b64decode(key["n"] + "=="), "big")
    assert own_identity().rsa_pem == _pem(known)


def _pem(key: Any) -> str:
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def test_an_approved_peer_is_a_client_and_no_other_is(peer):
    application = Application.objects.get()
    assert (application.pk, application.type, application.skip_consent) == (KOBLENZ, "public", False)
    assert application.get_redirect_uris() == [CALLBACK]
    assert application.get_scopes() == ["openid", "profile", "email", "wissenshub"]


@pytest.mark.parametrize("state", [PeerState.PAUSED, PeerState.BLOCKED])
def test_a_peer_that_is_paused_or_blocked_loses_what_it_holds(client, peer, author, state):
    client.force_login(author)
    code = grant(client)["code"]
    token = redeem(Client(), grant(client)["code"]).json()["access_token"]
    set_state(peer, state)
    assert not Application.objects.exists()
    assert not Token.objects.exists()
    assert userinfo(Client(), token).status_code == 401
    assert redeem(Client(), code).status_code in {400, 401}
    assert authorize(client).status_code == 400
    set_state(peer, PeerState.APPROVED)
    assert authorize(client).status_code == 200


def test_clients_are_brought_in_step_and_others_left_alone(peer):
    Application.objects.all().delete()
    Application.objects.create(pk="by hand", name="Handgemacht")
    Application.objects.create(pk="http://gone.localhost:1", name="Weg", data={"peer": "gone"})
    align_clients()
    assert set(Application.objects.values_list("pk", flat=True)) == {"by hand", KOBLENZ}


def test_deleting_the_account_takes_its_tokens_along(client, peer, author):
    client.force_login(author)
    token = redeem(Client(), grant(client)["code"]).json()["access_token"]
    author.delete()
    assert userinfo(Client(), token).status_code == 401
    assert not Token.objects.exists()


@pytest.mark.parametrize("method", ["head", "options", "put", "patch", "delete"])
def test_a_request_that_is_not_as_agreed_goes_nowhere_by_another_method(client, peer, author, method):
    client.force_login(author)
    response = getattr(client, method)(
        "/identity/o/authorize?client_id=http://koblenz.localhost:8002&response_type=token&prompt=none"
        "&redirect_uri=https://evil.example/"
    )
    assert response.status_code == 400
    assert "Location" not in response
