"""Whoever registered a colleague cancels for them and mends an address that was mistyped."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from events.models import EventDesk, EventPage, Letter, Person
from events.people import participation_url, write_token
from events.registering import limiting, services
from events.registering.groups import Colleague, register_colleagues
from hub.env import env
from tests.events.registering.conftest import letters, page, sign_up, states
from tests.factories.events import add_participant

SLIP, RIGHT = "adda@mainz.demo.invalid", "ada@mainz.demo.invalid"


@pytest.fixture
def rita(desk: EventDesk) -> Person:
    """Has registered Ada, with an address that is a slip, and Ben and Cem, who waits."""
    person = add_participant(desk, "Rita", affiliation="Stadt Mainz")
    addresses = {"Ada": SLIP, "Ben": "ben@mainz.demo.invalid", "Cem": "cem@mainz.demo.invalid"}
    people = [Colleague(name, "Kollegin", email) for name, email in addresses.items()]
    register_colleagues(person, people, "Stadt Mainz", timezone.now())
    return person


def at_page(registrar: Person, colleague: Person) -> str:
    return f"/veranstaltungen/teilnahme/{write_token(registrar)}/gruppe/{colleague.pk}/"


def named(desk: EventDesk, name: str) -> Person:
    return desk.people.get(given_name=name)


def correct(client: Client, registrar: Person, colleague: Person, email: str = RIGHT) -> Any:
    values = {"action": "address", "email": email}
    return client.post(at_page(registrar, colleague), values, follow=True)


def test_cancelling_for_a_colleague_frees_the_place_and_says_who_it_was(client, desk, rita):
    ada = named(desk, "Ada")
    where = at_page(rita, ada)
    assert states(desk)["Ada"] == "confirmed"
    assert "Ja, für sie absagen" in page(client.get(where))
    assert states(desk)["Ada"] == "confirmed", "opening the page changes nothing"
    done = page(client.post(where, {"action": "cancel"}, follow=True))
    assert "Die Anmeldung ist abgesagt" in done
    assert "Ja, für sie absagen" not in done
    assert states(desk) == {"Ada": "cancelled", "Ben": "confirmed", "Cem": "offered"}
    letter = Letter.objects.get(name="cancelled")
    assert (letter.address, letter.method) == (SLIP, "CANCEL")
    assert "Rita Beispiel hatte Sie angemeldet und hat jetzt für Sie abgesagt." in letter.text
    assert participation_url(ada) in letter.text


def test_what_was_cancelled_already_is_not_cancelled_again(client, desk, rita):
    ada = named(desk, "Ada")
    services.cancel(ada, timezone.now())
    done = page(client.post(at_page(rita, ada), {"action": "cancel"}, follow=True))
    assert "Es gab nichts abzusagen" in done
    assert "Die Anmeldung ist abgesagt" not in done
    assert Letter.objects.filter(name="cancelled").count() == 1


@pytest.mark.parametrize("by", ["link", "form"])
def test_who_comes_again_of_their_own_will_is_no_longer_theirs(client, desk, rita, by):
    ada, now = named(desk, "Ada"), timezone.now()
    services.cancel(ada, now)
    if by == "link":
        services.take_part(ada, now)
    else:
        services.register_known(ada, services.Entry("Ada", "Kollegin"), now)
    assert client.get(at_page(rita, ada)).status_code == 404
    assert client.post(at_page(rita, ada), {"action": "cancel"}).status_code == 404
    assert states(desk)["Ada"] == "waiting"
    assert named(desk, "Ben").registration.registered_by == rita, "others are"


def test_the_list_leads_to_each_and_says_whom_mails_do_not_reach(client, desk, rita):
    user = sign_up(desk, "Zoe").person.user
    Person.objects.filter(pk=rita.pk).update(user=None)
    desk.people.filter(user=user).delete()
    Person.objects.filter(pk=rita.pk).update(user=user, body="07315000")
    Person.objects.filter(given_name="Ada").update(unreachable="550 unknown")
    rita.refresh_from_db()
    shown = page(client.get(participation_url(rita).removeprefix(env.origin)))
    assert at_page(rita, named(desk, "Ada")) in shown
    assert shown.count("Mails kommen nicht an") == 1


def test_a_mistyped_address_is_mended_and_the_stranger_told(client, desk, rita):
    ada = named(desk, "Ada")
    Person.objects.filter(pk=ada.pk).update(unreachable="550 unknown")
    old = participation_url(ada)
    assert "Vielleicht ist die Adresse vertippt" in page(client.get(at_page(rita, ada)))
    assert "Die Adresse ist berichtigt" in page(correct(client, rita, ada))
    ada.refresh_from_db()
    assert (ada.email, ada.unreachable, ada.confirmed) == (RIGHT, "", None)
    assert states(desk)["Ada"] == "confirmed"
    assert client.get(old).status_code == 404
    letter = Letter.objects.get(address=RIGHT)
    assert (letter.name, letter.method) == ("registered_by_town", "REQUEST")
    assert "Rita Beispiel (Stadt Mainz) hat Sie" in letter.text
    assert participation_url(ada) in letter.text
    assert letters(SLIP) == ["address_changed"], "what was not sent yet goes out no more"


def test_who_waits_reads_their_place_at_the_right_address(client, desk, rita):
    correct(client, rita, named(desk, "Cem"), "c.em@mainz.demo.invalid")
    letter = Letter.objects.get(address="c.em@mainz.demo.invalid")
    assert letter.name == "registered_by_town"
    assert "Sie stehen auf Platz 1 der Warteliste" in letter.text


def test_an_address_that_was_confirmed_is_their_own(client, desk, rita):
    ada = named(desk, "Ada")
    services.change_data(ada, services.Entry("Ada", "Neu"), timezone.now())
    shown = page(client.get(at_page(rita, ada)))
    assert "Adresse berichtigen" not in shown
    assert SLIP not in shown
    assert "hat die Adresse schon bestätigt" in page(correct(client, rita, ada))
    ada.refresh_from_db()
    assert ada.email == SLIP


@pytest.mark.parametrize("typed", ["", "kein Postfach", "ben@mainz.demo.invalid", SLIP])
def test_what_cannot_be_their_address_changes_nothing(client, desk, rita, typed):
    ada = named(desk, "Ada")
    answer = page(correct(client, rita, ada, typed))
    assert "Die Adresse ist berichtigt" not in answer
    assert f'value="{typed}"' in answer or not typed
    ada.refresh_from_db()
    assert (ada.email, ada.link_version) == (SLIP, 1)


def test_nobody_tries_many_addresses(client, desk, rita, monkeypatch):
    monkeypatch.setitem(limiting.LIMITS, limiting.CORRECTION, "1/d/key")
    ada, ben = named(desk, "Ada"), named(desk, "Ben")
    assert "Die Adresse ist berichtigt" not in page(correct(client, rita, ada, ben.email))
    refused = page(correct(client, rita, ada))
    assert "für diese Person heute schon mehrere Adressen" in refused
    assert f'value="{RIGHT}"' in refused
    assert named(desk, "Ada").email == SLIP
    assert "Die Adresse ist berichtigt" in page(correct(client, rita, ben, "b.en@mainz.demo.invalid"))


def test_nobody_else_gets_there(client, desk, rita):
    ada, own = named(desk, "Ada"), add_participant(desk, "Lea")
    services.take_part(own, timezone.now())
    foreign = [at_page(own, ada), at_page(ada, rita), at_page(rita, own), at_page(rita, rita)]
    foreign.append(f"/veranstaltungen/teilnahme/{write_token(rita)}/gruppe/{uuid.uuid4()}/")
    foreign.append(f"/veranstaltungen/teilnahme/erfunden/gruppe/{ada.pk}/")
    before = states(desk)
    for where in foreign:
        assert client.get(where).status_code == 404
        assert client.post(where, {"action": "cancel"}).status_code == 404
        assert client.post(where, {"action": "address", "email": RIGHT}).status_code == 404
    assert states(desk) == before
    assert named(desk, "Ada").email == SLIP


def test_nothing_is_changed_once_the_event_is_cancelled(client, desk, rita):
    EventPage.objects.filter(pk=desk.event_id).update(status="cancelled")
    ada = named(desk, "Ada")
    assert "für sie absagen" not in page(client.get(at_page(rita, ada)))
    client.post(at_page(rita, ada), {"action": "cancel"})
    correct(client, rita, ada)
    assert states(desk)["Ada"] == "confirmed"
    assert named(desk, "Ada").email == SLIP
