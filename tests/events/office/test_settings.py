"""Phases, seats and data protection, as organisers type them."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from events.models import EventDesk, Registration
from hub.instants import localise
from tests.events.office.conftest import address, text_of
from tests.factories.events import add_participant, add_seat, at

PHASES = "einstellungen/phasen/"
SEATS = "einstellungen/plaetze/"
PRIVACY = "einstellungen/datenschutz/"


def phases(**changes):
    names = ("registration_opens", "registration_closes", "proposals_open", "proposals_close", "votes_open")
    return {**dict.fromkeys(names, ""), "votes_close": "", "votes_each": "3", **changes}


def test_phases_are_read_by_the_clock_of_the_event(browser, desk):
    data = phases(proposals_open="2026-03-02T09:00", registration_opens="2026-07-01T08:30", votes_each="5")
    assert browser.post(address(desk, PHASES), data).status_code == 302
    desk.refresh_from_db()
    assert localise(desk.proposals_open, "Europe/Berlin") == dt.datetime(
        2026, 3, 2, 9, tzinfo=dt.timezone(dt.timedelta(hours=1))
    )
    assert desk.registration_opens == dt.datetime(2026, 7, 1, 6, 30, tzinfo=dt.UTC)
    assert (desk.votes_open, desk.votes_each) == (None, 5)
    page = browser.get(address(desk, PHASES)).content.decode()
    assert 'value="2026-07-01T08:30"' in page


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"registration_closes": "2026-03-02T09:00"}, "„Anmeldung“ endet, beginnt aber nie"),
        (
            {"registration_opens": "2026-03-02T09:00", "registration_closes": "2026-03-01T09:00"},
            "„Anmeldung“ muss nach dem Beginn enden",
        ),
        ({"votes_open": "2199-03-02T09:00"}, "„Abstimmung“ muss vor der Veranstaltung beginnen"),
        ({"votes_open": "morgen"}, "Datum"),
        ({"votes_open": "9999-03-02T09:00"}, "Das Jahr muss"),
        ({"proposals_open": "2026-03-29T02:30"}, "2026-03-29 02:30"),
        ({"votes_each": "6"}, "5"),
        ({"votes_each": ""}, "Stimmen je Person"),
    ],
)
def test_what_cannot_be_is_said_and_nothing_typed_is_lost(browser, desk, changes, said):
    before = EventDesk.objects.values().get(pk=desk.pk)
    response = browser.post(address(desk, PHASES), phases(**changes))
    text = text_of(response)
    assert said in text
    for value in changes.values():
        assert not value or f'value="{value}"' in response.content.decode()
    assert EventDesk.objects.values().get(pk=desk.pk) == before


def test_more_seats_go_to_those_who_wait(browser, desk):
    EventDesk.objects.filter(pk=desk.pk).update(seats=1, offer_hours=None)
    add_seat(add_participant(desk, "Ada"))
    waiting = add_seat(add_participant(desk, "Bea"), "waiting")
    data = {"seats": "2", "has_waiting_list": "on", "offer_hours": "", "group_size": "10"}
    assert browser.post(address(desk, SEATS), data).status_code == 302
    waiting.refresh_from_db()
    assert waiting.state == Registration.State.CONFIRMED
    assert waiting.person.letters.get().name == "registered"
    desk.refresh_from_db()
    assert (desk.seats, desk.offer_hours, desk.allows_guests) == (2, None, False)


@pytest.mark.parametrize("seats", ["0", "-1", "viele", "100001"])
def test_seats_that_are_no_number_are_refused(browser, desk, seats):
    data = {"seats": seats, "offer_hours": "48", "group_size": "10"}
    response = browser.post(address(desk, SEATS), data)
    assert f'value="{seats}"' in response.content.decode()
    desk.refresh_from_db()
    assert desk.seats is None


def test_one_form_writes_no_field_of_another(browser, desk):
    page = browser.get(address(desk, SEATS))
    assert page.status_code == 200
    EventDesk.objects.filter(pk=desk.pk).update(purpose="Namensschilder", votes_each=5)
    browser.post(address(desk, SEATS), {"seats": "9", "offer_hours": "48", "group_size": "0"})
    desk.refresh_from_db()
    assert (desk.purpose, desk.votes_each, desk.seats) == ("Namensschilder", 5, 9)


def test_contact_and_retention_are_kept(browser, desk):
    data = {
        "contact_name": "Stabsstelle", "contact_email": "digital@mainz.demo.invalid", "purpose": "Plätze",
        "legal_basis": "Art. 6 DSGVO", "retention_days": "30",
    }  # fmt: skip
    assert browser.post(address(desk, PRIVACY), data).status_code == 302
    desk.refresh_from_db()
    assert (desk.contact_name, desk.retention_days) == ("Stabsstelle", 30)
    for wrong in ({"contact_email": "keine"}, {"retention_days": "0"}, {"purpose": " "}):
        assert browser.post(address(desk, PRIVACY), {**data, **wrong}).status_code == 200
    assert browser.get(address(desk, "einstellungen/unbekannt/")).status_code == 404


def test_in_the_other_zone_times_are_of_that_zone(browser, desk):
    type(desk.event).objects.filter(pk=desk.event_id).update(time_zone="UTC")
    browser.post(address(desk, PHASES), phases(votes_open="2026-07-01T08:30"))
    desk.refresh_from_db()
    assert desk.votes_open == dt.datetime(2026, 7, 1, 8, 30, tzinfo=dt.UTC)
    assert timezone.get_current_timezone_name() == "Europe/Berlin"


@pytest.mark.parametrize("moment", [at(9) - dt.timedelta(days=4), at(17)])
def test_the_plan_is_not_public_long_before_the_event_nor_only_after_it(browser, desk, moment):
    typed = localise(moment, "Europe/Berlin").strftime("%Y-%m-%dT%H:%M")
    response = browser.post(address(desk, PHASES), {"goes_live": typed, "votes_each": "3"})
    assert "frühestens 3 Tage vor dem Beginn" in text_of(response)
    assert typed in response.content.decode()
    desk.refresh_from_db()
    assert desk.goes_live is None


def test_the_plan_may_be_public_while_the_event_is_set_up(browser, desk):
    typed = localise(at(9) - dt.timedelta(days=3), "Europe/Berlin").strftime("%Y-%m-%dT%H:%M")
    browser.post(address(desk, PHASES), {"goes_live": typed, "votes_each": "3"})
    desk.refresh_from_db()
    assert desk.goes_live == at(9) - dt.timedelta(days=3)
