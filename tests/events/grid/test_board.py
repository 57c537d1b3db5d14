"""The public programme: what is released, by time and room, with „ich komme“."""

from __future__ import annotations

import uuid

import pytest
from django.utils import timezone

from events.models import Interest, Session
from events.planning.releases import release_programme
from hub.catalogue.settling import settle
from tests.events.grid.conftest import text_of
from tests.factories.events import add_desk, add_event, add_host, add_participant, add_session, put

pytestmark = pytest.mark.django_db


@pytest.fixture
def released(plan, rooms):
    """Two sessions at nine and ten, released; one placed afterwards."""
    put(add_session(plan, "Eins", add_host(plan, "Alex Beispiel")), rooms[1], 9, 10)
    put(add_session(plan, "Zwei"), rooms[0], 10, 11)
    release_programme(plan, "Erste Fassung", "Wir freuen uns.", None, timezone.now())
    put(add_session(plan, "Nachzügler"), rooms[0], 13, 14)


def entries(response) -> list[tuple[str, str]]:
    """Titles with rooms, in the order they are read."""
    return [
        (entry.slot.title, entry.slot.room)
        for day in response.context["days"]
        for group in day.groups
        for entry in group.entries
    ]


def test_everybody_reads_what_was_released_and_nothing_else(guest, base, released):
    response = guest.get(base)
    assert entries(response) == [("Eins", "Raum 2"), ("Zwei", "Raum 1"), ("Mittagspause", "")]
    body = text_of(response)
    assert "Erste Fassung" in body
    assert "Nachzügler" not in body
    assert "Entwurf" not in body


def test_what_is_released_can_be_taken_along(guest, base, desk, released):
    key = desk.event.translation_key
    addresses = [
        f"/veranstaltungen/{key}/druck/programm.pdf",
        f"/kalender/{key}.ics",
        f"/veranstaltungen/{key}/schedule.xml",
        f"/veranstaltungen/{key}/schedule.json",
    ]
    body = text_of(guest.get(base))
    assert all(f'href="{address}"' in body for address in addresses)
    assert [guest.get(address).status_code for address in addresses[1:]] == [200] * 3


def test_what_is_not_released_cannot_be_taken_along(guest, organiser, base, released, section):
    assert "druck/programm.pdf" not in text_of(organiser.get(base, {"ansicht": "entwurf"}))
    empty = add_desk(add_event(section, "Leer"))
    settle()
    assert "druck/programm.pdf" not in text_of(
        guest.get(f"/veranstaltungen/{empty.event.translation_key}/programm/")
    )


def test_the_rooms_are_read_one_after_the_other(guest, base, released):
    assert entries(guest.get(base, {"nach": "raum"})) == [("Zwei", "Raum 1"), ("Eins", "Raum 2")]


def test_only_organisers_see_the_plan_as_it_is(guest, stranger, organiser, base, released):
    assert "Nachzügler" in text_of(organiser.get(base, {"ansicht": "entwurf"}))
    assert "Nachzügler" not in text_of(organiser.get(base))
    for other in (guest, stranger):
        assert "Nachzügler" not in text_of(other.get(base, {"ansicht": "entwurf"}))


def test_before_the_first_release_the_page_says_what_comes(guest, organiser, base, plan):
    assert "noch nicht freigegeben" in text_of(guest.get(base))
    assert f"{base}freigaben/" in text_of(organiser.get(base))


def test_an_event_that_is_no_longer_live_is_for_its_organisers(guest, organiser, section):
    desk = add_desk(add_event(section, "Entwurf", live=False))
    address = f"/veranstaltungen/{desk.event.translation_key}/programm/"
    assert guest.get(address).status_code == 404
    assert organiser.get(address).status_code == 200
    assert guest.get(f"/veranstaltungen/{uuid.uuid4()}/programm/").status_code == 404


def test_who_comes_is_counted_and_ones_own_is_marked(stranger, base, desk, released):
    session = Session.objects.get(title="Eins")
    user = stranger.session["_auth_user_id"]
    for person in (add_participant(desk, "Kim", user_id=user), add_participant(desk, "Mo")):
        Interest.objects.create(person=person, session=session)
    found = {
        entry.slot.title: (entry.interested, entry.is_mine)
        for day in stranger.get(base).context["days"]
        for group in day.groups
        for entry in group.entries
    }
    assert found == {"Eins": (2, True), "Zwei": (0, False), "Mittagspause": (None, False)}


def test_after_the_end_nobody_says_that_they_come(guest, base, desk, released):
    assert "ich-komme" in text_of(guest.get(base))
    desk.event.starts, desk.event.ends = timezone.now(), timezone.now()
    type(desk.event).objects.filter(pk=desk.event.pk).update(
        starts=timezone.now() - timezone.timedelta(hours=9), ends=timezone.now() - timezone.timedelta(hours=1)
    )
    assert "ich-komme" not in text_of(guest.get(base))
