"""While the link that confirms an address is on its way, and after it was used."""

from __future__ import annotations

import pytest
from allauth.account.models import EmailAddress
from allauth.core.internal import ratelimit
from django.core import mail
from django.core.cache import cache
from django.test import Client

from tests.accounts.test_signing_up import NEWCOMER, link_in_mail, sign_up
from tests.factories.people import add_person

pytestmark = pytest.mark.django_db

SENT = "/konto/confirm-email/"
ADDRESS = "erika.muster@neustadt.example"
PAGE = f"Wir haben einen Link an {ADDRESS} gesendet."


@pytest.fixture(autouse=True)
def _nothing_counted_yet():
    cache.clear()


@pytest.fixture
def later(monkeypatch):
    """Three minutes on."""

    def move() -> None:
        then = ratelimit.time.time() + 181
        monkeypatch.setattr(ratelimit.time, "time", lambda: then)

    return move


@pytest.mark.parametrize("taken", [False, True])
def test_the_page_names_the_address_and_sends_the_link_again_whether_it_has_an_account_or_not(
    client: Client, later, taken
):
    if taken:
        add_person(NEWCOMER["email"])
    sign_up(client)
    page = client.get(SENT).content.decode()
    assert page.count(ADDRESS) == 1
    assert PAGE in page
    assert 'href="/konto/signup/">Konto neu anlegen</a>' in page
    early = client.post(SENT, follow=True).content.decode()
    assert "noch keine drei Minuten alt" in early
    assert len(mail.outbox) == 1
    later()
    again = client.post(SENT, follow=True).content.decode()
    assert "Der Link ist noch einmal unterwegs." in again
    assert PAGE in again
    assert [message.to for message in mail.outbox] == [[ADDRESS], [ADDRESS]]
    assert mail.outbox[0].subject == mail.outbox[1].subject


def test_the_second_link_still_signs_in_the_browser_of_the_sign_up(client: Client, later):
    sign_up(client)
    later()
    client.post(SENT)
    assert client.post(link_in_mail())["Location"] == "/konto/beitritt/"
    assert "_auth_user_id" in client.session


def test_without_a_sign_up_no_address_is_named_and_nothing_sent(client: Client):
    add_person("a@mainz.example")
    assert "@" not in client.get(SENT).content.decode().partition("<main")[2].partition("</main")[0]
    answer = client.post(SENT)
    assert answer["Location"] == "/konto/login/"
    assert not mail.outbox


def test_who_has_confirmed_elsewhere_is_sent_to_the_sign_in(client: Client, later):
    sign_up(client)
    Client().post(link_in_mail())
    later()
    mail.outbox.clear()
    page = client.post(SENT, follow=True).content.decode()
    assert "Diese Adresse ist schon bestätigt. Sie können sich anmelden." in page
    assert not mail.outbox


@pytest.mark.parametrize("press", ["get", "post"])
def test_a_used_link_says_that_all_is_well_and_leads_on(client: Client, press):
    sign_up(client)
    link = link_in_mail()
    client.post(link)
    page = getattr(client, press)(link).content.decode()
    assert "Diese Adresse ist schon bestätigt." in page
    assert 'href="/mein/"' in page
    assert "Weiter zu Mein Bereich" in page
    stranger = getattr(Client(), press)(link).content.decode()
    assert "Diese Adresse ist schon bestätigt." in stranger
    assert "Weiter zu Mein Bereich" not in stranger


@pytest.mark.parametrize("press", ["get", "post"])
def test_an_invented_link_says_nothing_about_any_address(client: Client, press):
    pk = EmailAddress.objects.get(user=add_person("a@mainz.example")).pk
    page = getattr(client, press)(f"{SENT}{pk}:1aaaaa:falsch/").content.decode()
    assert "Der Link ist ungültig" in page
    assert "bestätigt." not in page
