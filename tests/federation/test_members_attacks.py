"""What a home hub, or somebody who would like to be one, may try. Each forgery has an honest twin."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from federation.members.checking import check_members
from federation.models import Peer, PeerState
from federation.peers import approve, set_state
from hub.accounts.models import HomeAccount, User
from hub.env import env
from hub.fetching import MAX_BYTES
from tests.wire.abroad import passed_on
from tests.wire.foreign import KOBLENZ, rsa_key
from tests.wire.scripted_provider import (
    ACCESS_TOKEN,
    ScriptedProvider,
    at_hash,
    encode,
    scripted_provider,
    unsigned,
)
from tests.wire.server import Server, open_door

pytestmark = pytest.mark.django_db

TRIER = "07211000"
Pair = tuple[ScriptedProvider, Server]


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> Iterator[Pair]:
    with scripted_provider("koblenz") as (provider, server):
        open_door(monkeypatch, server)
        yield provider, server


@pytest.fixture
def provider(db: None, served: Pair) -> ScriptedProvider:
    approve(served[0].identity())
    return served[0]


def begin(client: Client, slug: str = "koblenz") -> dict[str, str]:
    """Leave for the provider; the query it is asked with."""
    query = urlsplit(passed_on(client.post(f"/konto/instanz/{slug}/"))).query
    return {name: values[0] for name, values in parse_qs(query).items()}


def arrive(client: Client, state: str, slug: str = "koblenz", **query: str) -> Any:
    return client.get(f"/konto/instanz/{slug}/zurueck/", {"state": state, "code": "c", **query})


def sign_in(client: Client, provider: ScriptedProvider, **changes: Any) -> Any:
    """There and back with these claims, rightly signed."""
    asked = begin(client, provider.slug)
    provider.id_token = provider.sign(provider.claims(asked["nonce"], **changes))
    return arrive(client, asked["state"], provider.slug)


def refused(response: Any, sentence: str = "lässt sich nicht überprüfen", status: int = 403) -> None:
    """The page says why, and nothing was made."""
    page = response.content.decode()
    assert response.status_code == status, page
    assert sentence in page
    assert not User.objects.exists()
    assert not HomeAccount.objects.exists()
    assert "_auth_user_id" not in response.client.session


def test_the_honest_provider_is_believed(client, provider):
    asked = begin(client)
    assert asked["client_id"] == env.origin
    assert asked["redirect_uri"] == f"{env.origin}/konto/instanz/koblenz/zurueck/"
    assert (asked["response_type"], asked["code_challenge_method"]) == ("code", "S256")
    claims = provider.claims(asked["nonce"], at_hash=at_hash(ACCESS_TOKEN))
    provider.id_token = provider.sign(claims)
    assert arrive(client, asked["state"]).status_code == 302
    held = HomeAccount.objects.get()
    assert (held.issuer, held.subject, held.body) == (provider.origin, "s-1", KOBLENZ)
    form = provider.forms[0]
    assert (form["client_id"], form["code"]) == (env.origin, "c")
    assert len(form["code_verifier"]) == 43


def forged_signature(provider: ScriptedProvider, claims: dict[str, Any]) -> str:
    return provider.sign(claims, key=rsa_key("stranger"))


def no_algorithm(provider: ScriptedProvider, claims: dict[str, Any]) -> str:
    return unsigned({"alg": "none"}, claims) + "."


def secret_is_the_public_key(provider: ScriptedProvider, claims: dict[str, Any]) -> str:
    return provider.sign_by_secret(claims, provider.identity()["rsa_pem"].encode())


def key_in_the_header(provider: ScriptedProvider, claims: dict[str, Any]) -> str:
    numbers = rsa_key("stranger").public_key().public_numbers()
    jwk = {"kty": "RSA", "e": "AQAB", "n": encode(numbers.n.to_bytes(256, "big"))}
    return provider.sign(claims, key=rsa_key("stranger"), jwk=jwk)


def changed_after_signing(provider: ScriptedProvider, claims: dict[str, Any]) -> str:
    signature = provider.sign(claims).rpartition(".")[2]
    return unsigned({"alg": "RS256", "typ": "JWT"}, {**claims, "role": "coordinator"}) + "." + signature


def no_token(provider: ScriptedProvider, claims: dict[str, Any]) -> None:
    return None


def a_list(provider: ScriptedProvider, claims: dict[str, Any]) -> list[str]:
    return [provider.sign(claims)]


def overlong(provider: ScriptedProvider, claims: dict[str, Any]) -> str:
    return provider.sign({**claims, "padding": "x" * 40_000})


@pytest.mark.parametrize(
    "forge",
    [
        forged_signature,
        no_algorithm,
        secret_is_the_public_key,
        key_in_the_header,
        changed_after_signing,
        no_token,
        a_list,
        overlong,
    ],
)
def test_a_token_not_signed_by_the_pinned_key_is_refused(client, provider, forge):
    asked = begin(client)
    provider.id_token = forge(provider, provider.claims(asked["nonce"]))
    refused(arrive(client, asked["state"]))


def now() -> int:
    return int(time.time())


@pytest.mark.parametrize(
    "changes",
    [
        lambda: {"iss": "http://trier.localhost:9"},
        lambda: {"iss": None},
        lambda: {"aud": "http://trier.localhost:9", "azp": None},
        lambda: {"aud": None},
        lambda: {"aud": [env.origin, "http://trier.localhost:9"], "azp": None},
        lambda: {"azp": "http://trier.localhost:9"},
        lambda: {"exp": now() - 61},
        lambda: {"exp": None},
        lambda: {"iat": now() - 700, "exp": now() + 300},
        lambda: {"iat": now() + 120},
        lambda: {"iat": None},
        lambda: {"nbf": now() + 120},
        lambda: {"nonce": None},
        lambda: {"nonce": "another"},
        lambda: {"nonce": ["x"]},
        lambda: {"nonce": ""},
        lambda: {"at_hash": at_hash("another token")},
        lambda: {"sub": None},
        lambda: {"sub": ""},
        lambda: {"sub": "x" * 192},
        lambda: {"sub": "a\x00b"},
        lambda: {"sub": 7},
    ],
    ids=[
        "wrong issuer", "no issuer", "wrong audience", "no audience", "several audiences", "given to another",
        "expired", "no expiry", "stale", "made in the future", "no time", "not yet valid", "no nonce",
        "wrong nonce", "nonce no text", "empty nonce", "wrong access token", "no subject", "empty subject",
        "overlong subject", "subject with NUL", "subject no text",
    ],
)  # fmt: skip
def test_a_token_that_is_not_for_this_sign_in_is_refused(client, provider, changes):
    refused(sign_in(client, provider, **changes()))


@pytest.mark.parametrize("changes", [{"exp": -30}, {"iat": 30}, {"nbf": 30}, {"iat": -600}])
def test_clocks_may_differ_by_a_minute(client, provider, changes):
    assert sign_in(client, provider, **{k: now() + v for k, v in changes.items()}).status_code == 302


def test_a_token_counts_once(client, provider):
    asked = begin(client)
    provider.id_token = provider.sign(provider.claims(asked["nonce"], jti="once"))
    assert arrive(client, asked["state"]).status_code == 302
    refusal = arrive(client, asked["state"])
    assert refusal.status_code == 400
    assert "nicht in diesem Browser begonnen" in refusal.content.decode()


def test_a_token_of_another_sign_in_is_refused_even_with_the_same_id(client, provider):
    sign_in(client, provider, jti="once")
    HomeAccount.objects.all().delete()
    User.objects.all().delete()
    refused(sign_in(Client(), provider, jti="once"))


def test_a_nonce_counts_once_for_all_processes(provider, client):
    asked = begin(client)
    session = client.session["members_signing_in"]
    other = Client()
    other.get("/")
    kept = other.session
    kept["members_signing_in"] = session
    kept.save()
    other.cookies["hub_mainz_session"] = kept.session_key
    provider.id_token = provider.sign(provider.claims(asked["nonce"], jti=None))
    assert arrive(client, asked["state"]).status_code == 302
    response = arrive(other, asked["state"])
    assert response.status_code == 403
    assert "_auth_user_id" not in other.session


@pytest.mark.parametrize("state", ["", "invented", "x" * 5000])
def test_a_return_that_was_not_begun_here_is_refused(client, provider, state):
    begin(client)
    refused(arrive(client, state), "nicht in diesem Browser begonnen", 400)
    assert not provider.forms


def test_a_return_in_another_browser_is_refused(client, provider):
    asked = begin(client)
    provider.id_token = provider.sign(provider.claims(asked["nonce"]))
    refused(arrive(Client(), asked["state"]), "nicht in diesem Browser begonnen", 400)
    assert not provider.forms


def test_a_return_after_ten_minutes_is_refused(client, provider, monkeypatch):
    asked = begin(client)
    provider.id_token = provider.sign(provider.claims(asked["nonce"]))
    later = time.time() + 601
    monkeypatch.setattr("federation.members.exchange.time.time", lambda: later)
    refused(arrive(client, asked["state"]), "länger als zehn Minuten", 400)


def test_tokens_of_trier_are_not_those_of_koblenz(client, provider, monkeypatch, served):
    with scripted_provider("trier") as (trier, server):
        open_door(monkeypatch, server, served[1])
        approve(trier.identity(bodies=[TRIER]))
        # Trier's hub answers in the place of Koblenz's: signed by Trier, whatever issuer it names.
        asked = begin(client)
        for issuer in (trier.origin, provider.origin):
            provider.id_token = trier.sign(trier.claims(asked["nonce"], iss=issuer))
            refused(arrive(client, asked["state"]), status=403)
            asked = begin(client)
        # A sign-in begun with Koblenz comes back to the address of Trier, whose code is Koblenz's.
        trier.id_token = trier.sign(trier.claims(asked["nonce"]))
        refused(arrive(client, asked["state"], "trier"), "nicht in diesem Browser begonnen", 400)
        assert not trier.forms


def test_trier_speaks_for_its_own_people_alone(client, provider, monkeypatch, served):
    with scripted_provider("trier") as (trier, server):
        open_door(monkeypatch, server, served[1])
        approve(trier.identity(bodies=[TRIER]))
        sign_in(client, provider)
        held = HomeAccount.objects.get()
        response = sign_in(Client(), trier, sub=held.subject)
        assert response.status_code == 403
        assert "Trier darf nicht für" in response.content.decode()
        assert sign_in(Client(), trier, sub=held.subject, body=TRIER).status_code == 302
        assert HomeAccount.objects.count() == 2
        assert User.objects.count() == 2


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"body": "07211000", "bodies": None}, "darf nicht für 07211000 sprechen"),
        ({"body": env.body, "bodies": None}, "darf nicht für"),
        ({"body": None, "bodies": None}, "nicht mitgeteilt"),
        ({"body": None, "bodies": "07111000"}, "nicht mitgeteilt"),
        ({"body": ["07111000"], "bodies": [7, {"body": KOBLENZ}]}, "nicht mitgeteilt"),
        ({"role": "operator", "bodies": None}, "nicht mitgeteilt"),
        ({"role": None, "bodies": None}, "nicht mitgeteilt"),
    ],
)
def test_what_it_was_not_approved_for_is_not_believed(client, provider, changes, sentence):
    refused(sign_in(client, provider, **changes), sentence)


def test_names_cannot_carry_more_than_names(client, provider):
    sign_in(client, provider, given_name="A\u202eda\x00\n", family_name="x" * 500, email="kein Postfach")
    held = HomeAccount.objects.select_related("user").get()
    assert held.user.first_name == "Ada"
    assert held.user.last_name == "x" * 150
    assert held.email == ""


def test_claims_cannot_make_an_operator(client, provider):
    sign_in(client, provider, is_superuser=True, is_staff=True, groups=["admin"], role="coordinator")
    user = User.objects.get()
    assert not user.is_superuser
    assert not user.is_staff
    assert not user.groups.exists()
    assert client.get("/").wsgi_request.viewer.audiences == {"public", "members"}


def test_an_unknown_peer_is_no_way_in(client, db):
    assert client.post("/konto/instanz/koblenz/").status_code == 404
    assert arrive(client, "x").status_code == 404


@pytest.mark.parametrize("state", [PeerState.PAUSED, PeerState.BLOCKED])
def test_a_paused_or_blocked_peer_is_no_way_in(client, provider, state):
    asked = begin(client)
    provider.id_token = provider.sign(provider.claims(asked["nonce"]))
    set_state(Peer.objects.get(), state)
    assert client.post("/konto/instanz/koblenz/").status_code == 404
    assert arrive(client, asked["state"]).status_code == 404
    assert not provider.forms
    assert not User.objects.exists()


def test_a_provider_with_another_name_is_not_gone_to(client, provider):
    provider.issuer = "http://trier.localhost:9"
    response = client.post("/konto/instanz/koblenz/")
    assert response.status_code == 503
    assert "Koblenz ist nicht zu erreichen" in response.content.decode()


@pytest.mark.parametrize(("status", "page"), [(400, 403), (401, 403), (500, 503)])
def test_a_code_that_is_not_taken_is_no_sign_in(client, provider, status, page):
    provider.token_status = status
    asked = begin(client)
    provider.id_token = provider.sign(provider.claims(asked["nonce"]))
    assert arrive(client, asked["state"]).status_code == page
    assert not User.objects.exists()


def test_a_link_from_elsewhere_begins_nothing(client, provider):
    page = client.get("/konto/instanz/koblenz/?next=https://evil.example/")
    assert '"https://evil.example' not in page.content.decode()
    assert "members_signing_in" not in client.session
    assert Client(enforce_csrf_checks=True).post("/konto/instanz/koblenz/").status_code == 403


def test_nobody_is_sent_elsewhere_afterwards(client, provider):
    asked = urlsplit(passed_on(client.post("/konto/instanz/koblenz/", {"next": "https://evil.example/"})))
    query = {name: values[0] for name, values in parse_qs(asked.query).items()}
    provider.id_token = provider.sign(provider.claims(query["nonce"]))
    assert arrive(client, query["state"])["Location"] == "/mein/"


def test_the_page_that_passes_on_is_kept_and_told_to_nobody(client, provider):
    response = client.post("/konto/instanz/koblenz/")
    assert "no-store" in response["Cache-Control"]
    assert response["Referrer-Policy"] == "no-referrer"


@pytest.mark.parametrize(
    ("userinfo", "status", "stays"),
    [
        ({"sub": "s-1", "body": KOBLENZ, "role": "member"}, 200, True),
        ({"sub": "s-2", "body": KOBLENZ, "role": "member"}, 200, False),
        ({"sub": "s-1", "body": TRIER, "role": "member"}, 200, False),
        ({"sub": "s-1"}, 200, False),
        ({"sub": "s-1", "body": KOBLENZ, "role": "member"}, 500, True),
        ({}, 429, True),
        ([], 200, True),
        ({"padding": "x" * MAX_BYTES}, 200, True),
        ({}, 403, False),
        ({}, 404, False),
    ],
)
def test_an_answer_about_a_member_is_read_with_care(client, provider, userinfo, status, stays):
    sign_in(client, provider)
    provider.userinfo, provider.userinfo_status = userinfo, status
    check_members()
    assert (HomeAccount.objects.get().expires > timezone.now()) is stays
    assert client.get("/").wsgi_request.user.is_authenticated is stays


def test_the_access_token_of_a_session_that_is_over_is_forgotten(client, provider):
    sign_in(client, provider)
    assert HomeAccount.objects.get().access_token == ACCESS_TOKEN
    HomeAccount.objects.update(expires=timezone.now())
    check_members()
    assert HomeAccount.objects.get().access_token == ""


def test_one_subject_of_one_issuer_is_one_account(client, provider):
    sign_in(client, provider)
    held = HomeAccount.objects.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        HomeAccount.objects.create(
            user=User.objects.create_user("a@example.org"), issuer=held.issuer, subject=held.subject,
            body=KOBLENZ, role="member", asserted=held.asserted, checked=held.checked, expires=held.expires,
        )  # fmt: skip
