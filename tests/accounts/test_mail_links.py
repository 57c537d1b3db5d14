"""Links in mails lead to this instance, whatever host the request was sent to."""

from __future__ import annotations

import re

import pytest
from django.core import mail
from django.test import Client

from hub.env import env
from tests.factories.people import PASSWORD, add_person, sign_in

pytestmark = pytest.mark.django_db

NEWCOMER = {"email": "neu@mainz.example", "first_name": "N", "last_name": "N", "password1": PASSWORD}


@pytest.fixture
def elsewhere() -> Client:
    return Client(headers={"host": "localhost:9999"})


def links() -> list[str]:
    """Of the one mail that was sent."""
    (message,) = mail.outbox
    assert "9999" not in message.body
    return re.findall(r"https?://\S+", message.body)


def lead_home(path: str) -> None:
    found = links()
    assert all(link.startswith(env.origin) for link in found)
    assert any(link.startswith(env.origin + path) for link in found)


def test_the_link_to_a_new_password(elsewhere: Client):
    add_person("a@mainz.example")
    elsewhere.post("/konto/password/reset/", {"email": "a@mainz.example"})
    lead_home("/konto/password/reset/key/")


def test_the_link_to_confirm_an_address(elsewhere: Client):
    elsewhere.post("/konto/signup/", NEWCOMER)
    lead_home("/konto/confirm-email/")


def test_the_link_to_confirm_another_address(elsewhere: Client):
    sign_in(elsewhere, add_person("a@mainz.example").email)
    elsewhere.post("/konto/reauthenticate/", {"password": PASSWORD})
    elsewhere.post("/konto/email/", {"email": "b@mainz.example", "action_add": ""})
    lead_home("/konto/confirm-email/")


def test_the_link_for_somebody_who_has_an_account_already(elsewhere: Client):
    add_person("neu@mainz.example")
    elsewhere.post("/konto/signup/", NEWCOMER)
    lead_home("/konto/password/reset/")


def test_the_link_for_somebody_who_has_none(elsewhere: Client):
    elsewhere.post("/konto/password/reset/", {"email": "niemand@mainz.example"})
    lead_home("/konto/signup/")
