from __future__ import annotations

import pytest
from allauth.core.internal import ratelimit
from django.core.cache import cache
from django.test import Client, RequestFactory

from tests.factories.people import add_app, add_operator, add_person, sign_in

pytestmark = pytest.mark.django_db

WAIT = "Zu viele Versuche"
MOST_WRONG = 7


@pytest.fixture(autouse=True)
def _nothing_counted_yet():
    cache.clear()


@pytest.fixture
def later(monkeypatch):
    """Moves the clock of the limits, and with it that of the cache, by so many seconds."""

    def move(seconds: float) -> None:
        now = ratelimit.time.time()
        monkeypatch.setattr(ratelimit.time, "time", lambda: now + seconds)

    return move


@pytest.fixture
def user():
    return add_person("a@mainz.example")


def test_guessing_stops_after_five_wrong_passwords_from_wherever_they_come(user, later):
    one, two = Client(REMOTE_ADDR="192.0.2.1"), Client(REMOTE_ADDR="198.51.100.1")
    for client in (one, two, one, two, one):
        assert WAIT not in sign_in(client, user.email, "falsch").content.decode()
    assert WAIT in sign_in(two, user.email).content.decode()
    assert "_auth_user_id" not in two.session
    later(301)
    assert sign_in(two, user.email)["Location"] == "/mein/"


def test_somebody_elses_guesses_lock_nobody_out_of_another_account(user):
    add_person("b@mainz.example")
    for _ in range(6):
        sign_in(Client(), "b@mainz.example", "falsch")
    assert sign_in(Client(), user.email)["Location"] == "/mein/"


@pytest.fixture
def few(settings):
    """Of wrong passwords from one address seven are too many: else these tests would type 150."""
    wrong = settings.ACCOUNT_RATE_LIMITS["login_failed"].replace("150/", f"{MOST_WRONG}/")
    assert wrong.startswith(f"{MOST_WRONG}/5m/ip")
    settings.ACCOUNT_RATE_LIMITS = {**settings.ACCOUNT_RATE_LIMITS, "login_failed": wrong}


@pytest.mark.usefixtures("few")
def test_one_address_tries_many_accounts_only_so_often():
    for number in range(MOST_WRONG):
        sign_in(Client(), f"p{number}@mainz.example", "falsch")
    assert WAIT in sign_in(Client(), "p99@mainz.example", "falsch").content.decode()


def test_a_hall_full_of_people_signs_in_from_its_one_address(settings):
    for rates in (settings.ACCOUNT_RATE_LIMITS["login"], settings.MFA_RATE_LIMITS["webauthn_login"]):
        (rate,) = ratelimit.parse_rates(rates)
        assert (rate.amount >= 500, rate.duration, rate.per) == (True, 60, "ip")
    by_address, by_account = ratelimit.parse_rates(settings.ACCOUNT_RATE_LIMITS["login_failed"])
    assert (by_address.amount >= 150, by_address.duration) == (True, 300)
    assert (by_account.amount, by_account.duration, by_account.per) == (5, 300, "key")


def test_who_counts_at_the_same_moment_as_others_waits_and_is_not_refused(user):
    key = ratelimit.get_cache_key(
        RequestFactory().post("/konto/login/"), app="allauth.account", action="login",
        rate=ratelimit.parse_rate("600/m/ip"),
    )  # fmt: skip
    cache.add(f"{key}:lock", True, timeout=2)
    assert sign_in(Client(), user.email)["Location"] == "/mein/"


def test_codes_are_guessed_five_times_at_most(later):
    user = add_operator()
    add_app(user)
    client = Client()
    sign_in(client, user.email)
    for _ in range(5):
        page = client.post("/konto/2fa/authenticate/", {"code": "000000"}).content.decode()
        assert "Der Code stimmt nicht" in page
    assert WAIT in client.post("/konto/2fa/authenticate/", {"code": "000000"}).content.decode()


def test_a_lost_factor_is_reported_three_times_an_hour_at_most():
    user = add_operator()
    add_app(user)
    client = Client()
    sign_in(client, user.email)
    answers = [client.post("/konto/2fa/verloren/", {"note": "4711"}).status_code for _ in range(4)]
    assert answers == [302, 302, 302, 429]


def test_the_page_of_a_limit_is_german_and_promises_that_nothing_is_lost():
    for _ in range(5):
        Client().post("/konto/password/reset/", {"email": "a@mainz.example"})
    response = Client().post("/konto/password/reset/", {"email": "a@mainz.example"})
    page = response.content.decode()
    assert response.status_code == 429
    assert WAIT in page
    assert "Ihre Eingaben stehen noch da" in page


def test_sign_ups_of_one_address_are_limited():
    fields = {"first_name": "A", "last_name": "B", "password1": "kurz"}
    answers = [
        Client().post("/konto/signup/", {**fields, "email": f"n{n}@neustadt.example"}).status_code
        for n in range(31)
    ]
    assert answers == [200] * 30 + [429]


@pytest.mark.usefixtures("few")
def test_behind_a_proxy_its_clients_count_one_by_one(user, settings):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    for number in range(MOST_WRONG):
        headers = {"x-forwarded-for": "203.0.113.1"}
        Client(REMOTE_ADDR="10.0.0.1", headers=headers).post(
            "/konto/login/", {"login": f"p{number}@mainz.example", "password": "falsch"}
        )
    other = Client(REMOTE_ADDR="10.0.0.1", headers={"x-forwarded-for": "203.0.113.1, 203.0.113.2"})
    assert sign_in(other, user.email)["Location"] == "/mein/"


@pytest.mark.usefixtures("few")
def test_a_forged_header_hides_nobody_without_a_proxy():
    for number in range(MOST_WRONG):
        client = Client(headers={"x-forwarded-for": f"203.0.113.{number}"})
        sign_in(client, f"p{number}@mainz.example", "falsch")
    client = Client(headers={"x-forwarded-for": "203.0.113.99"})
    assert WAIT in sign_in(client, "p99@mainz.example", "falsch").content.decode()
