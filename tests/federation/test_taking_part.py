"""Two real hubs: somebody from Koblenz takes part in an event of Mainz, with the account at home."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse

from content.models import BodyPage
from content.services import open_section
from events.models import EventDesk, Letter, Registration, Session
from events.people import write_token
from hub.accounts.models import HomeAccount, Role
from hub.accounts.roles import set_role
from hub.catalogue.models import CatalogueEntry
from hub.catalogue.settling import settle
from hub.env import env
from tests.factories.events import add_desk, add_event, add_plan
from tests.factories.pages import add_section
from tests.factories.people import add_person
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


def test_a_member_of_another_hub_proposes_before_registration_opens(  # the whole way, from the document
    home: Home,  # noqa: F811
    desk: EventDesk,
    client: Client,
):
    EventDesk.objects.update(registration_opens=None, votes_open=None)
    desk.event.save_revision().publish()
    settle()
    key = desk.event.translation_key
    start = CatalogueEntry.objects.get(uuid=key).document.event.registration_url.removeprefix(env.origin)
    assert start == reverse("events:register", args=[key])
    address = reverse("events:propose", args=[key])
    assert f'href="{address}"' in client.get(start).content.decode()
    email = home.person(first="Ada", last="Lotse")
    assert sign_in(client, home, email, after=address)["Location"] == address
    page = client.get(address).content.decode()
    assert 'name="given_name"' not in page, "the hub at home has told the name"
    fields = re.findall(r'name="(key)" value="([^"]+)"', page)
    wording = {"title": "Was wir weglassen", "summary": "Drei Formulare weniger.", "minutes": "45"}
    who = {"email": email, "affiliation": "Koblenz"}
    response = client.post(address, {**dict(fields), **wording, **who})
    assert response.status_code == 302, response.context["form"].errors
    review = reverse("events:review", args=[key])
    organiser = organiser_of(desk)
    assert "Was wir weglassen" not in organiser.get(review).content.decode(), "the address is not proven yet"
    link = re.search(rf"{re.escape(env.origin)}(/veranstaltungen/vorschlag/\S+)", Letter.objects.get().text)
    assert link is not None
    client.post(link.group(1), {"action": "confirm"})  # signed in: else the account has not proved it
    session = Session.objects.get()
    assert session.state == Session.State.PROPOSED
    assert session.proposer.user == HomeAccount.objects.get().user
    assert (session.proposer.name, session.proposer.email) == ("Ada Lotse", email)
    shown = organiser.get(review)
    assert shown.status_code == 200
    assert "Was wir weglassen" in shown.content.decode()
    assert not Registration.objects.exists()


def organiser_of(desk: EventDesk) -> Client:
    """Somebody who may publish the page of the event."""
    section = desk.event.get_parent().specific
    open_section(section)
    user = add_person("redaktion@mainz.demo.invalid")
    set_role(user, section.body, Role.EDITOR)
    browser = Client()
    browser.force_login(user)
    return browser
