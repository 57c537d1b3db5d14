"""Whoever lost their mail gets their link again, whatever is open; nobody learns whether they are known."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from events.models import EventDesk, Letter, Person
from events.people import participation_url, write_token
from events.registering import limiting
from events.registering.addresses import renew_link, send_link_again
from events.registering.queries import MOST_LINKS, list_known
from hub.catalogue import settling
from tests.events.registering.conftest import letters, page
from tests.factories.events import add_desk, add_event, add_participant, add_plan, add_seat, add_session, at

KIM = "kim@stadt.demo.invalid"
ANYWHERE = "/veranstaltungen/mein-link/"


def ask_at(desk: EventDesk) -> str:
    return f"/veranstaltungen/{desk.event.translation_key}/mein-link/"


def ask(client: Client, where: str, email: str = KIM) -> str:
    return page(client.post(where, {"email": email}))


def close(desk: EventDesk) -> None:
    EventDesk.objects.filter(pk=desk.pk).update(registration_closes=timezone.now())


@pytest.mark.parametrize("state", ["confirmed", "waiting", "cancelled", None])
def test_who_is_known_gets_the_link_when_registration_is_closed(client, desk, state):
    kim = add_participant(desk, "Kim")
    if state:
        add_seat(kim, state)
    close(desk)
    closed = page(client.get(f"/veranstaltungen/{desk.event.translation_key}/anmelden/"))
    assert f'action="{ask_at(desk)}"' in closed
    done = ask(client, ask_at(desk), "KIM@stadt.demo.invalid")
    assert "Kennen wir diese Adresse für „Barcamp“" in done
    assert write_token(kim) not in done
    letter = Letter.objects.get()
    assert (letter.name, letter.address, letter.person) == ("link_again", KIM, kim)
    assert letter.subject == "Ihr Link zu „Barcamp“"
    assert participation_url(kim) in letter.text
    assert "Kim" not in letter.text.replace(KIM, ""), "whoever types an address is told no name"
    assert client.get(participation_url(kim)).status_code == 200


def test_the_form_stands_where_all_is_taken_and_for_members_alone(client, open_desk):
    full = open_desk(seats=1, has_waiting_list=False)
    add_seat(add_participant(full, "Kim"))
    members = open_desk(allows_guests=False)
    for desk in (full, members):
        shown = page(client.get(f"/veranstaltungen/{desk.event.translation_key}/anmelden/"))
        assert f'action="{ask_at(desk)}"' in shown


def test_it_goes_on_while_the_event_is_on_and_after_it(client, open_desk):
    desk = open_desk(starts=timezone.now() - dt.timedelta(days=2), ends=timezone.now() - dt.timedelta(days=1))
    kim = add_participant(desk, "Kim")
    ask(client, ask_at(desk))
    assert letters(kim) == ["link_again"]
    ask(client, ANYWHERE)
    assert letters(kim) == ["link_again"], "one that is over is asked for on its own page"


def test_nobody_learns_whether_an_address_is_known(client, desk):
    add_participant(desk, "Kim")
    for where in (ask_at(desk), ANYWHERE):
        client.get(where)
        known, unknown = ask(client, where), ask(client, where, "fremd@dorf.demo.invalid")
        assert drop_tokens(known) == drop_tokens(unknown)
    assert not Letter.objects.exclude(address=KIM).exists()


def drop_tokens(text: str) -> str:
    return re.sub(r'(csrf[^>]*value|nonce)="[^"]+"', "", text)


def test_it_is_one_letter_within_minutes_and_links_go_on(desk):
    kim, now = add_participant(desk, "Kim"), at(9)
    assert send_link_again(kim, now)
    assert not send_link_again(kim, now + dt.timedelta(minutes=2))
    assert send_link_again(kim, now + dt.timedelta(minutes=11))
    old = Letter.objects.first()
    kim.refresh_from_db()
    assert kim.link_version == 1
    assert participation_url(kim) in old.text


def test_after_the_link_was_replaced_the_new_one_is_sent(desk):
    kim, now = add_participant(desk, "Kim"), timezone.now()
    send_link_again(kim, now)
    stale = Person.objects.get(pk=kim.pk)
    renew_link(kim)
    assert send_link_again(stale, now)
    kim.refresh_from_db()
    newest = Letter.objects.filter(name="link_again").latest("pk")
    assert participation_url(kim) in newest.text


def test_an_address_gets_so_many_mails_a_day_and_reads_so(client, desk):
    add_participant(desk, "Kim")
    for _ in range(5):
        assert "Kennen wir diese Adresse" in ask(client, ask_at(desk))
    refused = ask(client, ask_at(desk))
    assert "Bitte versuchen Sie es morgen" in refused
    assert f'value="{KIM}"' in refused, "what was typed stays"


def test_the_limit_says_nothing_of_who_is_known(client, desk):
    for _ in range(5):
        ask(client, ANYWHERE, "fremd@dorf.demo.invalid")
    assert "Bitte versuchen Sie es morgen" in ask(client, ANYWHERE, "fremd@dorf.demo.invalid")


def test_one_sender_is_limited(client, desk, monkeypatch):
    monkeypatch.setitem(limiting.LIMITS, limiting.SENDER, "1/h/key")
    kim = add_participant(desk, "Kim")
    ask(client, ask_at(desk), "fremd@dorf.demo.invalid")
    assert "Das war zu oft" in ask(client, ask_at(desk))
    assert letters(kim) == []


@pytest.mark.parametrize("typed", ["", "kein Postfach"])
def test_what_is_no_address_is_said(client, desk, typed):
    for where in (ask_at(desk), ANYWHERE):
        answer = ask(client, where, typed)
        assert "Adresse" in answer
        assert 'aria-invalid="true"' in answer or "error" in answer
        assert "Kennen wir" not in answer


def test_a_link_that_is_not_known_leads_to_all_events_to_come(client, section, desk):
    other = add_desk(add_event(section, "Fachtag"))
    draft = add_desk(add_event(section, "Entwurf", live=False))
    for each in (desk, other, draft):
        add_participant(each, "Kim")
    unknown = client.get("/veranstaltungen/teilnahme/abgeschnitten/")
    assert unknown.status_code == 404
    assert f'action="{ANYWHERE}"' in page(unknown)
    ask(client, ANYWHERE)
    assert {letter.desk for letter in Letter.objects.all()} == {desk, other}


def test_a_series_that_began_is_still_to_come(client, section):
    values: dict[str, Any] = {
        "starts": dt.datetime(2026, 3, 3, 9, tzinfo=dt.UTC),
        "ends": dt.datetime(2026, 3, 3, 10, tzinfo=dt.UTC),
        "recurrence_rule": "FREQ=WEEKLY;INTERVAL=1;BYDAY=TU",
    }
    kim = add_participant(add_desk(add_event(section, "Runde", **values)), "Kim")
    ask(client, ANYWHERE)
    assert letters(kim) == ["link_again"]


def test_series_that_are_over_take_no_place_of_what_is_to_come(client, section, desk):
    began = dt.datetime(2026, 3, 3, 9, tzinfo=dt.UTC)
    values: dict[str, Any] = {
        "starts": began,
        "ends": began + dt.timedelta(hours=1),
        "recurrence_rule": "FREQ=WEEKLY;INTERVAL=1;BYDAY=TU;COUNT=3",
    }
    over = [add_desk(add_event(section, f"Runde {number}", **values)) for number in range(MOST_LINKS)]
    people = [add_participant(each, "Kim") for each in (*over, desk)]
    found = list_known(KIM, began + dt.timedelta(days=14, minutes=30))
    assert set(found) == set(people[:MOST_LINKS]), "the last date goes on"
    assert list_known(KIM, began + dt.timedelta(days=15)) == people[MOST_LINKS:]


def test_an_event_one_may_not_read_is_not_there(client, desk):
    desk.event.unpublish()
    settling.settle()
    kim = add_participant(desk, "Kim")
    assert client.post(ask_at(desk), {"email": KIM}).status_code == 404
    assert letters(kim) == []


def test_the_list_of_proposals_tells_who_is_not_known_where_the_link_is(client, desk):
    add_session(add_plan(desk), state="proposed")
    shown = page(client.get(f"/veranstaltungen/{desk.event.translation_key}/vorschlaege/"))
    assert f'href="{ask_at(desk)}"' in shown
    assert f'href="/veranstaltungen/{desk.event.translation_key}/anmelden/"' in shown
