from __future__ import annotations

import pytest
from allauth.usersessions.models import UserSession
from django.test import Client

from hub.accounts import sessions
from hub.accounts.templatetags.account_sessions import device, place
from tests.factories.people import PASSWORD, add_person, sign_in

pytestmark = pytest.mark.django_db

FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:150.0) Gecko/20100101 Firefox/150.0"
SAFARI = "Mozilla/5.0 (iPhone; CPU iPhone OS 26_0 like Mac OS X) Version/26.0 Mobile Safari/604.1"


@pytest.fixture
def user():
    return add_person("a@mainz.example")


def signed_in(user, agent: str = FIREFOX, address: str = "192.0.2.17") -> Client:
    client = Client(headers={"user-agent": agent}, REMOTE_ADDR=address)
    sign_in(client, user.email)
    return client


def test_the_list_tells_device_and_network_and_marks_the_session_in_use(user):
    client = signed_in(user)
    signed_in(user, SAFARI, "2001:db8:17:4::2")
    page = client.get("/konto/sessions/").content.decode()
    assert "Firefox unter Windows" in page
    assert "Safari unter iPhone" in page
    assert "192.0.2.…" in page
    assert "2001:0db8:0017:…" in page
    assert "192.0.2.17" not in page
    assert page.count("Diese Sitzung") == 1


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_five_queries_however_long(user, count, django_assert_num_queries):
    clients = [signed_in(user) for _ in range(count)]
    clients[0].get("/konto/sessions/")  # the greeting of the sign-in is shown once, and costs a write
    with django_assert_num_queries(5):  # session, account, list, and two permissions for the header
        page = clients[0].get("/konto/sessions/").content.decode()
    assert page.count("Firefox unter Windows</strong>") == count


def test_one_session_is_ended_and_no_other(user):
    client, lost, kept = (signed_in(user) for _ in range(3))
    wanted = UserSession.objects.get(session_key=lost.session.session_key)
    assert client.post("/konto/sessions/", {"session": wanted.pk})["Location"] == "/konto/sessions/"
    assert lost.get("/konto/sessions/")["Location"].startswith("/konto/login/")
    assert kept.get("/konto/sessions/").status_code == 200
    assert client.get("/konto/sessions/").status_code == 200


def test_all_others_are_ended_at_once(user):
    client, *others = (signed_in(user) for _ in range(3))
    client.post("/konto/sessions/", {"others": "1"})
    assert all(each.get("/konto/sessions/").status_code == 302 for each in others)
    assert client.get("/konto/sessions/").content.decode().count("Firefox unter") == 1


def test_nobody_ends_the_session_of_somebody_else(user):
    stranger = signed_in(add_person("b@mainz.example"))
    client = signed_in(user)
    theirs = UserSession.objects.get(session_key=stranger.session.session_key)
    client.post("/konto/sessions/", {"session": theirs.pk})
    assert "schon beendet" in client.get("/konto/sessions/").content.decode()
    assert stranger.get("/konto/sessions/").status_code == 200


@pytest.mark.parametrize("wanted", ["", "x", "-1", "9" * 40, "1'"])
def test_a_session_that_does_not_exist_is_no_error(user, wanted):
    client = signed_in(user)
    assert client.post("/konto/sessions/", {"session": wanted})["Location"] == "/konto/sessions/"


def test_a_new_password_ends_the_sessions_of_the_old_one(user):
    client, other = signed_in(user), signed_in(user)
    new = "ein-ganz-anderes-Wort-7"
    client.post("/konto/password/change/", {"oldpassword": PASSWORD, "password1": new, "password2": new})
    assert other.get("/konto/sessions/")["Location"].startswith("/konto/login/")
    assert client.get("/konto/sessions/").content.decode().count("Firefox unter") == 1


def test_activity_is_noted_every_five_minutes_and_costs_nothing_between(
    user, monkeypatch, django_assert_num_queries
):
    client = signed_in(user)
    client.get("/konto/logout/")
    before = UserSession.objects.get().last_seen_at
    with django_assert_num_queries(4):  # session, account, two permissions for the header: no write
        client.get("/konto/logout/")
    assert UserSession.objects.get().last_seen_at == before
    now = sessions.time.time()
    monkeypatch.setattr(sessions.time, "time", lambda: now + sessions.NOTED_EVERY + 1)
    client.get("/konto/logout/", REMOTE_ADDR="198.51.100.4")
    noted = UserSession.objects.get()
    assert noted.last_seen_at > before
    assert noted.ip == "198.51.100.4"


def test_who_is_signed_out_sees_no_list(client: Client):
    assert client.get("/konto/sessions/")["Location"] == "/konto/login/?next=/konto/sessions/"
    assert client.post("/konto/sessions/", {"others": "1"})["Location"].startswith("/konto/login/")


@pytest.mark.parametrize(
    ("agent", "told"),
    [
        (FIREFOX, "Firefox unter Windows"),
        (SAFARI, "Safari unter iPhone"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/150.0 Safari/537.36 Edg/150.0", "Edge unter Windows"),
        ("Mozilla/5.0 (X11; Linux x86_64) Chrome/150.0 Safari/537.36", "Chrome unter Linux"),
        ("curl/8.0", "Unbekanntes Gerät"),
        ("", "Unbekanntes Gerät"),
    ],
)
def test_devices_are_told_in_words(agent, told):
    assert device(agent) == told


@pytest.mark.parametrize(
    ("address", "told"),
    [("198.51.100.23", "198.51.100.…"), ("127.0.0.1", "diesem Server"), ("keine", "")],
)
def test_addresses_are_shortened_to_their_network(address, told):
    assert place(address) == told
