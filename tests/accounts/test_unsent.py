"""What was typed into a form after the session had ended is kept, shown and sent once more."""

from __future__ import annotations

import re
from html import unescape

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from hub.accounts import unsent
from hub.site.models import SavedSearch
from tests.factories.people import PASSWORD, add_person, sign_in

pytestmark = pytest.mark.django_db

FORM, AGAIN = "/mein/suchen/neu/", "/konto/noch-einmal/"
NAME = 'Parken "ohne" <Schranke>\r\nund Wallboxen'
SENT = {"query": "q=Parken", "name": NAME, "rhythm": "weekly"}


@pytest.fixture
def user():
    return add_person("a@mainz.example")


@pytest.fixture
def client():
    return Client(headers={"accept-language": "de"})


def hidden(page: str) -> dict[str, str]:
    form = re.search(rf'<form method="post" action="{FORM}">.*?</form>', page, re.S)
    assert form
    pairs = re.findall(r'name="([^"]+)" value="([^"]*)"', form.group())
    return {name: unescape(value) for name, value in pairs if name != "csrfmiddlewaretoken"}


def test_it_waits_behind_the_sign_in_and_is_sent_as_it_was(client, user):
    response = client.post(FORM, SENT)
    assert response["Location"] == f"/konto/login/?next={AGAIN}"
    assert "Ihr Text ist aufgehoben" in client.get(response["Location"]).content.decode()
    response = sign_in(client, user.email, next=AGAIN)
    assert response["Location"] == AGAIN
    page = client.get(AGAIN).content.decode()
    assert "Parken &quot;ohne&quot; &lt;Schranke&gt;<br>und Wallboxen" in page
    assert "<Schranke>" not in page
    assert hidden(page) == SENT
    assert "Sie sind als a@mainz.example angemeldet" in page
    client.post(FORM, hidden(page))
    assert SavedSearch.objects.get().user == user
    assert "Es wartet nichts" in client.get(AGAIN).content.decode()


def test_it_can_be_discarded(client, user):
    client.post(FORM, SENT)
    sign_in(client, user.email, next=AGAIN)
    response = client.post(AGAIN, follow=True)
    assert "Ihr Text ist verworfen." in response.content.decode()
    assert "Es wartet nichts" in client.get(AGAIN).content.decode()


def test_after_an_hour_or_in_another_browser_nothing_waits(client, user, monkeypatch):
    client.post(FORM, SENT)
    other = Client(headers={"accept-language": "de"})
    for each in (client, other):
        sign_in(each, user.email)
    assert "Es wartet nichts" in other.get(AGAIN).content.decode()
    assert "Ihr Text ist noch da" in client.get(AGAIN).content.decode()
    later = unsent.time.time() + unsent.KEPT_SECONDS + 1
    monkeypatch.setattr(unsent.time, "time", lambda: later)
    assert "Es wartet nichts" in client.get(AGAIN).content.decode()
    assert unsent.KEY not in client.session


def test_files_are_named_as_missing(client, user):
    client.post(FORM, {**SENT, "file": SimpleUploadedFile("liste.csv", b"a;b")})
    sign_in(client, user.email, next=AGAIN)
    assert "Dateien werden nicht aufgehoben" in client.get(AGAIN).content.decode()


@pytest.mark.parametrize(
    "fields",
    [
        {"name": "Parken"},
        {"name": NAME, "password": PASSWORD},
        {"name": "zu lang " * 20_000},
    ],
)
def test_no_word_alone_no_password_and_nothing_endless_is_kept(client, fields):
    response = client.post(FORM, fields)
    assert response["Location"] == f"/konto/login/?next={FORM}"
    assert unsent.KEY not in client.session


def test_what_scripts_send_they_keep_themselves(client):
    response = client.post(FORM, SENT, headers={"sec-fetch-dest": "empty"})
    assert response["Location"] == f"/konto/login/?next={FORM}"


def test_a_network_can_have_only_so_much_kept(client, monkeypatch):
    monkeypatch.setitem(unsent.LIMITS, unsent.KEY, "2/h/key")
    asked = [Client().post(FORM, SENT)["Location"] for _ in range(3)]
    assert asked == [f"/konto/login/?next={AGAIN}"] * 2 + [f"/konto/login/?next={FORM}"]


def test_who_is_signed_in_is_led_nowhere_else(client, user):
    client.force_login(user)
    assert client.post(FORM, SENT)["Location"] == "/mein/suchen/"
    assert unsent.KEY not in client.session


def test_a_form_that_needs_no_token_puts_nothing_into_a_session(client):
    """Another site can send it, with words of its own."""
    response = client.post("/sprache/", {"next": "/konto/login/?next=/sprache/", "language": "de", "x": NAME})
    assert response.status_code == 302
    assert unsent.KEY not in client.session
