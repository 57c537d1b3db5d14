"""What registration does elsewhere: in the event's document, in the personal area, and over night."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone

from events.models import EventDesk, Letter, Person, Registration
from events.people import participation_url
from events.registering.forgetting import forget_unconfirmed
from hub.catalogue import settling
from hub.catalogue.models import CatalogueEntry
from hub.env import env
from tests.events.registering.conftest import page, sign_up
from tests.factories.events import add_participant, add_plan, add_session

OLD = dt.timedelta(days=8)


def said(desk: EventDesk) -> str:
    entry = CatalogueEntry.objects.get(uuid=desk.event.translation_key)
    assert entry.document.event is not None
    return entry.document.event.registration_url


def test_every_hub_learns_where_to_register_from_the_document(open_desk):
    desk = open_desk(registration_opens=None, proposals_open=None)
    assert said(desk) == ""
    for phase in ("registration_opens", "proposals_open"):
        setattr(desk, phase, timezone.now() + dt.timedelta(days=5))
        desk.save()
        settling.settle()
        assert said(desk) == f"{env.origin}/veranstaltungen/{desk.event.translation_key}/anmelden/"
        setattr(desk, phase, None)
    desk.delete()
    settling.settle()
    assert said(desk) == ""


def test_the_start_page_of_an_account_leads_to_what_it_takes_part_in(client, open_desk):
    desk = open_desk(seats=1)
    sign_up(desk, "Ada")
    waiting = sign_up(desk, "Ben").person
    client.force_login(waiting.user)
    shown = page(client.get("/mein/"))
    assert "Veranstaltungen, an denen ich teilnehme" in shown
    assert participation_url(waiting).removeprefix(env.origin) in shown
    assert "auf der Warteliste" in shown
    waiting.delete()
    assert "an denen ich teilnehme" not in page(client.get("/mein/"))


def test_events_that_are_over_leave_the_start_page(client, open_desk):
    now = timezone.now()
    desk = open_desk(starts=now + dt.timedelta(hours=1), ends=now + dt.timedelta(hours=2))
    person = sign_up(desk, "Ada").person
    type(desk.event).objects.update(starts=now - dt.timedelta(hours=2), ends=now - dt.timedelta(hours=1))
    client.force_login(person.user)
    assert "an denen ich teilnehme" not in page(client.get("/mein/"))


def test_who_never_confirmed_is_deleted_after_a_week_and_nobody_else(desk):
    for name in ("Gast", "Neu", "Ideen"):
        Registration.objects.create(person=add_participant(desk, name, confirmed=None))
    sign_up(desk, "Ada")
    add_participant(desk, "Nur")
    add_session(add_plan(desk), "Idee", proposer=Person.objects.get(given_name="Ideen"))
    Registration.objects.exclude(person__given_name="Neu").update(created=timezone.now() - OLD)
    assert forget_unconfirmed(timezone.now()) == 1
    assert set(Person.objects.values_list("given_name", flat=True)) == {"Neu", "Ideen", "Ada", "Nur"}
    assert not Letter.objects.filter(person__given_name="Gast").exists()
