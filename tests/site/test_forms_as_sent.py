"""Forms are sent back as the page holds them: hidden fields must hold what they stand for."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils import timezone

from content.models import AdoptionPage, CheckPage, CoPublicationPage, ModulePage
from hub.accounts.models import Role
from hub.accounts.roles import set_role
from hub.documents import Text
from hub.messages.models import Message
from tests.factories.pages import add_module, add_section
from tests.factories.statements import TRIER, Town, add_town_here, entry_of, receive, received_document
from tests.site.round_trip import send_back

pytestmark = pytest.mark.django_db


@pytest.fixture
def trier(db: None) -> Town:
    return add_town_here()


@pytest.fixture
def client(trier: Town) -> Client:
    client = Client(headers={"accept-language": "de"})
    client.force_login(trier.editor)
    return client


def test_an_adoption_is_stated_with_what_the_form_holds(client: Client) -> None:
    target = receive(received_document())
    today = timezone.localdate().isoformat()
    response = send_back(client, f"/nachnutzung/{target.uuid}/erklaeren/", since=today)
    assert response.status_code == 302
    page = AdoptionPage.objects.get()
    assert (page.maker, page.costs_once) == (TRIER, None)


def test_it_is_changed_with_what_the_form_holds(client: Client) -> None:
    target = receive(received_document())
    address, today = f"/nachnutzung/{target.uuid}/erklaeren/", timezone.localdate().isoformat()
    send_back(client, address, since=today, costs_once="18.000 €", note="Bleibt.")
    assert send_back(client, address, costs_monthly="1 250").status_code == 302
    page = AdoptionPage.objects.get()
    assert (page.costs_once, page.costs_monthly, page.note) == (18_000, 1_250, "Bleibt.")


def test_who_speaks_for_several_towns_still_has_to_choose(client: Client, trier: Town) -> None:
    other = add_town_here("07314000", "Ludwigshafen")
    set_role(trier.editor, other.body, Role.EDITOR)
    address = f"/nachnutzung/{receive(received_document()).uuid}/erklaeren/"
    today = timezone.localdate().isoformat()
    assert send_back(client, address, since=today).status_code == 200
    assert send_back(client, f"{address}?kommune={other.body.pk}", since=today).status_code == 302
    assert AdoptionPage.objects.get().maker == other.body.pk


def test_a_check_is_stated_and_renewed_with_what_the_form_holds(client: Client) -> None:
    address = f"/gegenlesen/{receive(received_document()).uuid}/"
    assert send_back(client, address, note="Stimmt.").status_code == 302
    assert send_back(client, address).status_code == 302
    assert CheckPage.objects.get().note == "Stimmt."


def test_a_joint_publication_is_confirmed_with_what_the_form_holds(client: Client) -> None:
    target = receive(received_document(co_publishers=(TRIER,)))
    assert send_back(client, f"/mitherausgabe/{target.uuid}/").status_code == 302
    assert CoPublicationPage.objects.get().maker == TRIER


def test_interest_is_sent_with_what_the_form_holds(client: Client) -> None:
    target = entry_of(add_module(add_section("mainz"), "Vorlage"))
    typed = {"text": "Wie lange dauerte es?", "role": "Amt 15", "reply_to": "amt15@trier.example"}
    response = send_back(client, f"/interesse/{target.uuid}/", **typed)
    assert response.status_code == 302
    assert Message.objects.get().sender == TRIER


def test_an_own_version_is_begun_with_what_the_form_holds(client: Client) -> None:
    target = receive(received_document(texts={"de": Text(title="Sensorpaket", summary="Kurz")}))
    assert send_back(client, f"/uebernehmen/{target.uuid}/").status_code == 302
    assert ModulePage.objects.get().title.startswith("Sensorpaket")
