"""Two real hubs: somebody from Koblenz takes part in an event of Mainz, with the account at home."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse

from content.models import BodyPage
from events.models import Letter, Registration, Session
from events.people import write_token
from hub.accounts.models import HomeAccount
from hub.catalogue.models import CatalogueEntry
from hub.catalogue.settling import settle
from hub.env import env
from tests.factories.events import add_desk, add_event, add_plan
from tests.factories.pages import add_section
from tests.federation.test_members import Home, home, koblenz_hub, sign_in  # noqa: F401 - fixtures

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk():
    section: BodyPage = add_section("mainz")
    event = add_event(section)
    desk = add_desk(event, seats=1)
    add_plan(desk)
    event.save_revision().publish()
    settle()
    return desk


def test_a_member_of_another_hub_registers_where_the_event_is_organised(home: Home, desk, client: Client):  # noqa: F811
    key = desk.event.translation_key
    address = reverse("events:register", args=[key])
    document = CatalogueEntry.objects.get(uuid=key).document
    assert document.event.registration_url == f"{env.origin}{address}"
    email = home.person(first="Ada", last="Lotse")
    assert sign_in(client, home, email, after=address)["Location"] == address
    page = client.get(address).content.decode()
    assert 'value="Ada"' in page
    assert f'value="{email}"' in page
    sent = client.post(address, {"given_name": "Ada", "family_name": "Lotse", "email": email})
    assert sent.status_code == 302
    registration = Registration.objects.select_related("person").get()
    # The home hub asserts who somebody is, not that the address is theirs.
    assert registration.state == Registration.State.UNCONFIRMED
    assert registration.person.user == HomeAccount.objects.get().user
    link = re.search(rf"{re.escape(env.origin)}(/veranstaltungen/teilnahme/\S+)", Letter.objects.get().text)
    assert link is not None
    client.post(link.group(1), {"action": "take_part"})  # signed in: else the account has not proved it
    registration.refresh_from_db()
    assert registration.state == Registration.State.CONFIRMED
    known = client.get(address)
    assert known["Location"] == reverse("events:participation", args=[write_token(registration.person)])


def test_a_member_of_another_hub_proposes_a_session(home: Home, desk, client: Client):  # noqa: F811
    email = home.person(first="Ada", last="Lotse")
    sign_in(client, home, email)
    address = reverse("events:propose", args=[desk.event.translation_key])
    fields = re.findall(r'name="(key)" value="([^"]+)"', client.get(address).content.decode())
    wording = {"title": "Was wir weglassen", "summary": "Drei Formulare weniger.", "minutes": "45"}
    who = {"given_name": "Ada", "family_name": "Lotse", "email": email, "affiliation": "Koblenz"}
    response = client.post(address, {**dict(fields), **wording, **who})
    assert response.status_code in (200, 302), response.context["form"].errors
    assert Session.objects.get().title == "Was wir weglassen"
    assert Session.objects.get().proposer.email == email
