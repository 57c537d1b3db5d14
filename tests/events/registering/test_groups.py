"""A town registers its colleagues."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from events.models import EventDesk, Letter, Registration
from events.people import participation_url
from events.registering import services
from hub.accounts.models import Role, User
from hub.env import env
from tests.events.registering.conftest import account, letters, page, sign_up, states
from tests.factories.people import add_person

BODY = "07315000"


@pytest.fixture
def registrar(section: Any, client: Client) -> User:
    """Somebody who writes for Mainz, signed in."""
    user = add_person("amt@mainz.demo.invalid", section.body, Role.AUTHOR, first_name="Rita", last_name="Amt")
    client.force_login(user)
    return user


def address(desk: EventDesk) -> str:
    return f"/veranstaltungen/{desk.event.translation_key}/anmelden/gruppe/"


def send(client: Client, desk: EventDesk, *names: str, rows: int = 10, **more: str) -> Any:
    data = {"people-TOTAL_FORMS": rows, "people-INITIAL_FORMS": 0}
    for number, name in enumerate(names):
        data |= {
            f"people-{number}-given_name": name,
            f"people-{number}-family_name": "Kollegin",
            f"people-{number}-email": f"{name.lower()}@mainz.demo.invalid",
        }
    return client.post(address(desk), {**data, **more})


def test_seats_go_in_the_order_of_the_list_and_the_rest_wait(client, desk, registrar):
    assert "Zurzeit sind 2 Plätze frei" in page(client.get(address(desk)))
    done = client.post(address(desk), {}, follow=True)
    assert done.status_code == 200
    done = send(client, desk, "Ada", "Ben", "Cem")
    assert done.status_code == 302
    assert states(desk) == {"Ada": "confirmed", "Ben": "confirmed", "Cem": "waiting"}
    assert letters("ada@mainz.demo.invalid") == ["registered_by_town"]
    assert letters("cem@mainz.demo.invalid") == ["registered_by_town"]
    letter = Letter.objects.get(address="ada@mainz.demo.invalid")
    assert "Rita Amt hat Sie für „Barcamp“ angemeldet." in letter.text
    assert letter.method == "REQUEST"
    assert desk.legal_basis in letter.text
    assert Letter.objects.get(address="cem@mainz.demo.invalid").method == ""
    assert {each.affiliation for each in desk.people.exclude(user=registrar)} == {"Mainz"}
    assert not Registration.objects.filter(person__user=registrar).exists()


def test_each_has_a_link_of_their_own_and_moves_up_like_everybody(client, desk, registrar):
    send(client, desk, "Ada", "Ben", "Cem")
    ada = desk.people.get(given_name="Ada")
    guest = Client(headers={"accept-language": "de"})
    link = participation_url(ada).removeprefix(env.origin)
    shown = page(guest.get(link))
    assert "Angemeldet von" in shown
    assert "Rita Amt" in shown
    guest.post(link + "absagen/")
    cem = desk.people.get(given_name="Cem")
    services.accept_offer(cem, timezone.now())
    assert states(desk) == {"Ada": "cancelled", "Ben": "confirmed", "Cem": "confirmed"}
    assert letters(cem) == ["registered_by_town", "offered", "registered"]


def test_the_registrar_sees_whom_they_registered(client, desk, registrar):
    done = client.get(send(client, desk, "Ada", "Ben")["Location"])
    assert "Ihre Liste mit 2 Personen ist angekommen" in page(done)
    assert "Ada Kollegin" in page(done)
    assert "Ada Kollegin" in page(client.get(address(desk)))


def test_whoever_takes_part_already_keeps_what_they_have(client, desk, registrar):
    person = sign_up(desk, "Ada").person
    data = {"people-0-given_name": "X", "people-0-family_name": "Y", "people-0-email": person.email.upper()}
    assert send(client, desk, **data).status_code == 302
    person.refresh_from_db()
    assert person.given_name == "Ada"
    assert person.registration.registered_by is None
    assert letters(person) == ["registered"]


def test_sending_the_same_list_twice_registers_nobody_twice(client, desk, registrar):
    send(client, desk, "Ada", "Ben")
    send(client, desk, "Ada", "Ben")
    assert Registration.objects.count() == 2
    assert letters("ada@mainz.demo.invalid") == ["registered_by_town"]


def test_more_than_may_be_are_refused_and_nobody_is_registered(client, open_desk, registrar):
    desk = open_desk(group_size=2)
    page_ = page(client.get(address(desk)))
    assert page_.count("Nachname") == 2
    answer = send(client, desk, "Ada", "Ben", "Cem", rows=3)
    assert answer.status_code == 200
    assert not Registration.objects.exists()
    send(client, desk, "Ada", "Ben", rows=2)
    assert "so viele Personen angemeldet" in page(client.get(address(desk)))
    services.cancel(desk.people.get(given_name="Ada"), timezone.now())
    assert "noch 1 Person" in page(client.get(address(desk)))


def test_without_a_waiting_list_all_fit_or_nobody_is_registered(client, open_desk, registrar):
    desk = open_desk(seats=1, has_waiting_list=False)
    answer = send(client, desk, "Ada", "Ben")
    assert "Alle Plätze sind vergeben, und es gibt keine Warteliste" in page(answer)
    assert 'value="Ben"' in page(answer)
    assert not Registration.objects.exists()
    assert not Letter.objects.exists()


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"people-1-email": "ada@mainz.demo.invalid"}, "Diese Adresse steht hier zweimal"),
        ({"people-1-email": "kaputt"}, "Das ist keine E-Mail-Adresse"),
        ({"people-1-family_name": ""}, "people-1-family_name_error"),
        ({"people-TOTAL_FORMS": "x"}, "Die Liste kam nicht vollständig an"),
    ],
)
def test_what_is_wrong_in_a_row_is_said_there_and_nothing_is_lost(client, desk, registrar, more, words):
    answer = send(client, desk, "Ada", "Ben", **more)
    assert answer.status_code == 200
    assert words in page(answer)
    if "people-TOTAL_FORMS" not in more:
        assert 'value="Ada"' in page(answer)
    assert not Registration.objects.exists()


def test_an_empty_list_says_what_is_missing(client, desk, registrar):
    assert "mindestens eine Person" in page(send(client, desk))


def test_guests_and_accounts_without_a_town_register_nobody_else(client, desk):
    assert send(client, desk, "Ada").status_code == 302
    client.force_login(account("Nora"))
    assert client.get(address(desk)).status_code == 403
    assert send(client, desk, "Ada").status_code == 403
    assert not desk.people.exists()


def test_where_everybody_registers_alone_there_is_no_such_page(client, open_desk, registrar):
    desk = open_desk(group_size=0)
    assert client.get(address(desk)).status_code == 404
    assert "anmelden/gruppe" not in page(client.get(address(desk).removesuffix("gruppe/")))


def test_a_town_registers_nobody_before_registration_opens(client, open_desk, registrar):
    desk = open_desk(registration_opens=timezone.now() + dt.timedelta(days=1))
    assert "noch nicht offen" in page(client.get(address(desk)))
    send(client, desk, "Ada")
    assert not desk.people.exists()


@pytest.mark.parametrize("number", [1, 3])
def test_the_page_costs_as_much_for_one_as_for_three(
    client, desk, registrar, django_assert_num_queries, number
):
    send(client, desk, *("Ada", "Ben", "Cem")[:number])
    client.get(address(desk))
    with django_assert_num_queries(11):
        client.get(address(desk))


def test_whoever_cancelled_is_not_put_back_by_others(client, desk, registrar):
    person = sign_up(desk, "Ada").person
    services.cancel(person, timezone.now())
    Letter.objects.all().delete()
    row = {"people-0-given_name": "X", "people-0-family_name": "Y", "people-0-email": person.email}
    send(client, desk, **row)
    person.registration.refresh_from_db()
    assert (person.registration.state, person.registration.registered_by) == ("cancelled", None)
    letter = Letter.objects.get()
    assert (letter.name, letter.address) == ("confirm_address", person.email)
    assert "Rita" not in letter.text


def test_an_address_that_an_account_only_typed_gets_no_seat_and_is_nobodys(client, desk, registrar):
    person = desk.people.create(
        email="ada@mainz.demo.invalid", given_name="A", family_name="B", user=account("Fremd")
    )
    send(client, desk, "Ada")
    person.refresh_from_db()
    assert (person.user, person.link_version, person.registration.state) == (None, 2, "unconfirmed")
    assert participation_url(person) in Letter.objects.get(address=person.email).text


def test_what_is_said_does_not_tell_who_was_known(client, open_desk, registrar):
    desk = open_desk(seats=None)
    known, gone = sign_up(desk, "Ada").person, sign_up(desk, "Ben").person
    services.cancel(gone, timezone.now())
    people = {"people-0-email": known.email, "people-1-email": gone.email}
    done = page(client.get(send(client, desk, "Ada", "Ben", **people)["Location"]))
    fresh = page(client.get(send(client, desk, "Cem", "Dea")["Location"]))
    words = "Ihre Liste mit 2 Personen ist angekommen. Wer noch nicht teilnimmt, bekommt eine Mail."
    assert words in done
    assert words in fresh


def test_no_mailbox_gets_mail_after_mail_by_lists(client, open_desk, registrar):
    desk = open_desk(seats=None)
    person = sign_up(desk, "Ada").person
    services.cancel(person, timezone.now())
    for _ in range(5):
        assert send(client, desk, **{**row_of(person), "people-1-email": ""}).status_code == 302
    answer = send(client, desk, "Ada", "Ben", **row_of(person))
    assert "An diese Adresse gingen heute schon viele Mails" in page(answer)
    assert 'value="Ben"' in page(answer)
    assert not desk.people.filter(given_name="Ben").exists()


def row_of(person: Any) -> dict[str, str]:
    return {"people-0-given_name": "X", "people-0-family_name": "Y", "people-0-email": person.email}
