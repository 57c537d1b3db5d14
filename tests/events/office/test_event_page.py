"""What the public page invites to, the button in the editor, and pages that are not deleted."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from events.models import EventDesk, EventPage, Release
from hub.accounts.models import Role, User
from hub.accounts.roles import set_role
from hub.catalogue.models import CatalogueEntry
from hub.catalogue.settling import settle
from hub.documents import Event
from tests.events.office.conftest import text_of
from tests.factories.events import add_desk, add_plan, at
from tests.theme.entries import add_entry, make_document


def page_of(event):
    settle()
    return CatalogueEntry.objects.get(uuid=event.translation_key, source="").get_absolute_url()


@pytest.fixture
def visitor():
    return Client(headers={"accept-language": "de"})


def test_what_is_open_can_be_done_from_the_page(visitor, event):
    now = timezone.now()
    add_desk(event, votes_open=now + dt.timedelta(days=2), proposals_open=None)
    text = text_of(visitor.get(page_of(event)))
    assert "Mitmachen" in text
    assert "Anmelden bis" in text
    assert "Abstimmen ab" in text
    assert "Session vorschlagen" not in text
    assert "Tagungsbüro" not in text
    html = visitor.get(page_of(event)).content.decode()
    assert f"/veranstaltungen/{event.translation_key}/anmelden/" in html
    assert html.count(f"/veranstaltungen/{event.translation_key}/anmelden/") == 1


def test_an_event_without_a_desk_or_a_phase_has_no_panel(visitor, event):
    assert "Mitmachen" not in text_of(visitor.get(page_of(event)))
    add_desk(event, registration_opens=None, proposals_open=None, votes_open=None)
    text = text_of(visitor.get(page_of(event)))
    assert "Mitmachen" not in text
    assert "Anmelden" not in text.partition("Auf einen Blick")[2]


def test_a_released_programme_is_led_to(visitor, event):
    desk = add_desk(event, registration_opens=None, proposals_open=None, votes_open=None)
    Release.objects.create(plan=add_plan(desk), number=1, name="Eins", at=timezone.now(), version=1, slots=[])
    assert (
        f"/veranstaltungen/{event.translation_key}/programm/" in visitor.get(page_of(event)).content.decode()
    )


def test_a_cancelled_event_invites_to_nothing(visitor, event):
    add_desk(event)
    event.status = EventPage.Status.CANCELLED
    event.save_revision().publish()
    assert "Mitmachen" not in text_of(visitor.get(page_of(event)))


def test_organisers_find_their_office(browser, event):
    add_desk(event)
    assert "Zum Tagungsbüro" in text_of(browser.get(page_of(event)))


def test_a_received_event_keeps_its_own_link(visitor, db):
    facts = Event(starts=at(9), ends=at(17), registration_url="https://andere.example/anmelden")
    document = make_document(origin="https://wissen.andere.example", kind="event", event=facts)
    html = visitor.get(add_entry(document, source="koblenz").get_absolute_url()).content.decode()
    assert "https://andere.example/anmelden" in html
    assert "Mitmachen" not in html


def test_the_panel_costs_one_query(visitor, event, django_assert_num_queries):
    desk = add_desk(event)
    address = page_of(event)
    visitor.get(address)
    with django_assert_num_queries(QUERIES):
        visitor.get(address)
    EventDesk.objects.filter(pk=desk.pk).delete()
    with django_assert_num_queries(QUERIES):
        visitor.get(address)


QUERIES = 17


def test_the_editor_has_a_button_for_those_who_publish(browser, event, section):
    edit = reverse("wagtailadmin_pages:edit", args=[event.pk])
    office = f"/veranstaltungen/{event.translation_key}/tagung/eroeffnen/"
    assert office in browser.get(edit).content.decode()
    author = User.objects.create_user("autor@mainz.demo.invalid", "geheim-und-lang")
    set_role(author, section.body, Role.AUTHOR)
    EventPage.objects.filter(pk=event.pk).update(owner=author)
    client = Client(headers={"accept-language": "de"})
    client.force_login(author)
    assert office not in client.get(edit).content.decode()
    assert office not in browser.get(reverse("wagtailadmin_pages:edit", args=[section.pk])).content.decode()


@pytest.fixture
def operator(event):
    client = Client(headers={"accept-language": "de"})
    client.force_login(User.objects.create_superuser("betrieb@mainz.demo.invalid", "geheim-und-lang"))
    return client


def bulk(*pages):
    ids = "&".join(f"id={page.pk}" for page in pages)
    return f"/admin/bulk/wagtailcore/page/delete/?{ids}"


def test_a_page_with_a_desk_is_not_deleted_and_it_is_said_what_to_do(operator, event, section):
    desk = add_desk(event)
    for page in (event, section):
        addresses = (reverse("wagtailadmin_pages:delete", args=[page.pk]), bulk(page))
        for address in addresses:
            text = text_of(operator.post(address, {"wagtail_site_name": "Wissenshub"}, follow=True))
            assert "hat ein Tagungsbüro" in text
            assert "Nehmen Sie die Seite offline" in text
    assert EventPage.objects.filter(pk=event.pk).exists()
    desk.delete()
    operator.post(reverse("wagtailadmin_pages:delete", args=[event.pk]))
    assert not EventPage.objects.filter(pk=event.pk).exists()


def test_pages_without_a_desk_are_deleted_together(operator, event):
    operator.post(bulk(event))
    assert not EventPage.objects.filter(pk=event.pk).exists()
