"""What the public page invites to, the button in the editor, and pages that are not deleted."""

from __future__ import annotations

import datetime as dt

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from events.models import EventDesk, EventPage, Release
from events.office.panel import build_panel
from hub.accounts.models import Role, User
from hub.accounts.roles import set_role
from hub.catalogue.models import CatalogueEntry
from hub.catalogue.settling import settle
from hub.documents import Event, Relation, Viewer
from hub.env import env
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


def test_an_event_without_a_desk_has_no_panel(visitor, event):
    text = text_of(visitor.get(page_of(event)))
    assert "Mitmachen" not in text
    assert "angekündigt" not in text


def test_until_the_first_phase_opens_the_event_is_announced_and_can_be_followed(visitor, event):
    soon = timezone.now() + dt.timedelta(days=2)
    add_desk(event, registration_opens=soon + dt.timedelta(days=3), proposals_open=soon, votes_open=None)
    text = text_of(visitor.get(page_of(event)))
    assert "Mitmachen Diese Veranstaltung ist angekündigt." in text
    assert text.index("Session vorschlagen ab") < text.index("Anmelden ab")
    assert "steht noch nicht fest" not in text
    html = visitor.get(page_of(event)).content.decode()
    assert f'href="/kalender/{event.translation_key}.ics">Kalenderdatei laden' in html
    assert f'href="webcal://{env.origin.partition("://")[2]}/kalender/{event.translation_key}.ics"' in html


def test_an_announced_event_says_that_its_phases_are_not_fixed_yet(visitor, event):
    add_desk(event, registration_opens=None, proposals_open=None, votes_open=None)
    text = text_of(visitor.get(page_of(event)))
    assert "angekündigt. Wann die Anmeldung beginnt, steht noch nicht fest." in text
    event.registration_url = "https://anderswo.example/anmelden"
    event.save_revision().publish()
    response = visitor.get(page_of(event))
    assert "steht noch nicht fest" not in text_of(response)
    assert 'href="https://anderswo.example/anmelden"' in response.content.decode()


def test_once_a_phase_is_open_the_event_is_no_longer_announced(visitor, event):
    add_desk(event, registration_opens=timezone.now() + dt.timedelta(days=2))
    text = text_of(visitor.get(page_of(event)))
    assert "ist angekündigt" not in text
    assert "Kalenderdatei laden" not in text


def test_between_the_phases_it_is_said_when_the_event_begins(visitor, event):
    over = timezone.now() - dt.timedelta(hours=1)
    add_desk(event, registration_closes=over, proposals_open=None, votes_open=None)
    text = text_of(visitor.get(page_of(event)))
    assert "Zurzeit ist nichts offen. Die Veranstaltung beginnt am" in text


def take_place(event, *, hours_ago):
    """The event began so many hours ago and lasts eight."""
    starts = timezone.now() - dt.timedelta(hours=hours_ago)
    EventPage.objects.filter(pk=event.pk).update(starts=starts, ends=starts + dt.timedelta(hours=8))
    event.refresh_from_db()
    event.save_revision().publish()


def test_on_site_it_is_said_that_the_event_is_going_on(visitor, event):
    add_desk(event)
    take_place(event, hours_ago=1)
    text = text_of(visitor.get(page_of(event)))
    assert "Mitmachen Die Veranstaltung läuft gerade." in text
    register = f"/veranstaltungen/{event.translation_key}/anmelden/"
    assert register not in visitor.get(page_of(event)).content.decode()
    assert "Anmelden bis" not in text


def test_without_results_it_is_said_that_they_will_stand_here(visitor, event):
    add_desk(event)
    take_place(event, hours_ago=9)
    text = text_of(visitor.get(page_of(event)))
    assert "Ergebnisse Noch gibt es keine Ergebnisse." in text
    assert "Mitmachen" not in text


def test_results_lead_to_what_is_part_of_the_event_and_to_nothing_else(visitor, event, section):
    add_desk(event)
    take_place(event, hours_ago=9)
    settle()
    target = CatalogueEntry.objects.get(uuid=event.translation_key, source="").object_id
    for title, relation, audience in (
        ("Was aus Raum 1 kam", "part_of", "public"),
        ("Nur für Mitglieder", "part_of", "members"),
        ("Nutzt die Idee", "uses", "public"),
    ):
        document = make_document(
            title=title, audience=audience, relations=(Relation(type=relation, target=target),)
        )
        add_entry(document)
    panel = panel_in(visitor.get(page_of(event)))
    assert "Das ist dabei herausgekommen:" in panel
    assert "Was aus Raum 1 kam" in panel
    assert "Nur für Mitglieder" not in panel
    assert "Nutzt die Idee" not in panel


def panel_in(response) -> str:
    return text_of(response).partition("Auf einen Blick")[2].partition("Ein Kalender, der diese")[0]


@pytest.mark.parametrize("number", [1, 3])
def test_results_cost_the_same_queries(event, number, django_assert_num_queries):
    add_desk(event)
    take_place(event, hours_ago=9)
    settle()
    entry = CatalogueEntry.objects.get(uuid=event.translation_key, source="")
    for n in range(number):
        relation = Relation(type="part_of", target=entry.object_id)
        add_entry(make_document(title=f"Notiz {n}", relations=(relation,)))
    with django_assert_num_queries(2):
        panel = build_panel(entry, AnonymousUser(), Viewer(), timezone.now())
    assert len(panel.results) == number


def test_a_released_programme_is_led_to(visitor, event):
    desk = add_desk(event, registration_opens=None, proposals_open=None, votes_open=None)
    Release.objects.create(plan=add_plan(desk), number=1, name="Eins", at=timezone.now(), version=1, slots=[])
    assert (
        f"/veranstaltungen/{event.translation_key}/programm/" in visitor.get(page_of(event)).content.decode()
    )


@pytest.mark.parametrize("hours_ago", [-48, 1, 9])
def test_a_cancelled_event_invites_to_nothing_and_says_so(visitor, event, hours_ago):
    add_desk(event)
    event.status = EventPage.Status.CANCELLED
    event.save(update_fields=["status"])
    take_place(event, hours_ago=hours_ago)
    text = text_of(visitor.get(page_of(event)))
    assert "Mitmachen Diese Veranstaltung findet nicht statt." in text
    assert "Anmelden bis" not in text
    assert "läuft gerade" not in text
    assert "Ergebnisse" not in text.partition("Auf einen Blick")[2]


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
            assert "Sagen Sie die Veranstaltung im Tagungsbüro ab" in text
    assert EventPage.objects.filter(pk=event.pk).exists()
    desk.delete()
    operator.post(reverse("wagtailadmin_pages:delete", args=[event.pk]))
    assert not EventPage.objects.filter(pk=event.pk).exists()


def test_pages_without_a_desk_are_deleted_together(operator, event):
    operator.post(bulk(event))
    assert not EventPage.objects.filter(pk=event.pk).exists()
