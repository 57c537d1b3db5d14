"""Where too many mails go to one address, the page says so, and what was typed stays."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from events.models import EventDesk, Letter
from events.people import participation_url
from events.registering import limiting, services
from hub.env import env
from tests.events.registering.conftest import page
from tests.factories.events import add_participant, add_plan

GUEST = "gast@dorf.demo.invalid"
TOMORROW = "Bitte versuchen Sie es morgen"


@pytest.fixture(autouse=True)
def no_more_mails(nothing_counted: None, monkeypatch: Any) -> None:
    """One mail a day."""
    monkeypatch.setitem(limiting.LIMITS, limiting.ADDRESS, "1/d/key")


def address(desk: EventDesk, name: str = "anmelden/") -> str:
    return f"/veranstaltungen/{desk.event.translation_key}/{name}"


def fill(client: Client, desk: EventDesk, **more: str) -> Any:
    values = {"given_name": "Gerd", "family_name": "Gast", "email": GUEST, "affiliation": "", **more}
    return client.post(address(desk), values)


@pytest.mark.parametrize("known", [True, False])
def test_a_guest_is_not_told_of_a_mail_that_does_not_go_out(client, desk, known):
    if known:
        services.take_part(add_participant(desk, "Kim", email=GUEST), timezone.now())
    assert fill(client, desk).status_code == 302
    written = Letter.objects.count()
    refused = fill(client, desk, family_name="Getippt")
    assert refused.status_code == 200
    assert TOMORROW in page(refused)
    assert 'value="Getippt"' in page(refused)
    assert Letter.objects.count() == written


def test_nor_is_who_wants_another_address_or_another_link(client, desk):
    kim = add_participant(desk, "Kim")
    services.take_part(kim, timezone.now())
    where = participation_url(kim).removeprefix(env.origin)
    move = {"action": "address", "new-email": GUEST}
    assert client.post(where + "angaben/", move).status_code == 302
    refused = page(client.post(where + "angaben/", move))
    assert TOMORROW in refused
    assert f'value="{GUEST}"' in refused
    assert Letter.objects.filter(name="new_address").count() == 1
    client.post(address(desk, "mein-link/"), {"email": kim.email})
    assert TOMORROW in page(client.post(where + "neuer-link/", follow=True))
    kim.refresh_from_db()
    assert kim.link_version == 1


def test_nor_is_who_proposes(client, desk):
    add_plan(desk)
    client.post(address(desk, "mein-link/"), {"email": GUEST})
    where = address(desk, "vorschlaege/neu/")
    key = client.get(where).context["form"]["key"].value()
    values = {"key": key, "title": "Idee", "minutes": 45, "given_name": "Gerd", "family_name": "Gast"}
    refused = client.post(where, {**values, "email": GUEST, "affiliation": "Dorf"})
    assert refused.status_code == 409
    assert TOMORROW in page(refused)
    assert 'value="Idee"' in page(refused)
