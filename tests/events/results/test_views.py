"""The organisers' list and session pages, the letters to hosts, and what visitors read."""

from __future__ import annotations

import uuid

import pytest

from events.models import EventPage, Letter, Outcome, SessionNotePage
from events.noting.services import Author
from events.planning.releases import release_programme
from events.results.services import note_outcome
from hub.catalogue.settling import settle
from tests.events.results.conftest import address, join_as_host, note_down, place, text_of, then
from tests.factories.events import add_session, at
from tests.theme.entries import add_entry, make_document


@pytest.fixture
def office(desk) -> str:
    return address(desk, "tagung/ergebnisse/")


def test_one_tap_says_it_and_leads_back_to_the_same_place(browser, office, session) -> None:
    assert "noch offen" in text_of(browser.get(office))
    response = browser.post(f"{office}?stand=offen", {"action": "held", "session": str(session.pk)})
    assert response["Location"] == f"{office}?stand=offen#session-{session.pk}"
    assert Outcome.objects.get().held
    text = text_of(browser.get(office))
    assert "Legen Sie jetzt die Seite an" in text
    assert "fand statt, Seite oder Grund fehlt" in text


def test_what_is_done_leaves_the_list_of_what_is_open(browser, office, session, organiser, now) -> None:
    note_outcome(session.pk, held=False, reason="Niemand kam.", user=organiser, now=now)
    assert "Niemand kam." in text_of(browser.get(office))
    assert "Alles ist geklärt" in text_of(browser.get(f"{office}?stand=offen"))


def test_the_list_costs_the_same_at_one_and_at_three_sessions(
    browser, office, plan, rooms, session, django_assert_num_queries
) -> None:
    browser.get(office)
    with django_assert_num_queries(LIST_QUERIES):
        browser.get(office)
    place(add_session(plan, "Zwei"), rooms[0], 10)
    place(add_session(plan, "Drei"), rooms[0], 11)
    with django_assert_num_queries(LIST_QUERIES):
        browser.get(office)


LIST_QUERIES = 11
"""Three of them for the list, one for consents taken back; others for session, account, rights, site."""


def test_an_empty_list_says_what_comes_next(browser, office) -> None:
    assert "Noch ist keine Session angenommen" in text_of(browser.get(office))


def test_a_reason_that_is_refused_is_still_there(browser, office, session) -> None:
    long = "ein Wort " * 40
    one = f"{office}{session.pk}/"
    response = browser.post(one, {"action": "reason", "held": "1", "reason": long})
    assert response.status_code == 422
    assert long.strip() in response.content.decode()
    assert not Outcome.objects.exists()
    assert "warum" in text_of(browser.post(one, {"action": "reason", "reason": " "}), 422)
    assert browser.post(one, {"action": "reason", "held": "0", "reason": "Niemand kam."}).status_code == 302
    assert (Outcome.objects.get().held, Outcome.objects.get().reason) == (False, "Niemand kam.")


def test_from_the_note_to_the_published_page(browser, desk, office, session, organiser) -> None:
    one = f"{office}{session.pk}/"
    report = add_entry(make_document("Chatbot im Bürgerbüro"))
    note_down(session, Author("Robin", user=organiser.pk), "Wir haben viel gelernt.")
    assert "Seite aus der Notiz anlegen" in text_of(browser.get(one))
    assert browser.post(one, {"action": "draft"}).status_code == 302
    text = text_of(browser.get(f"{one}?suche=chatbot"))
    assert "Chatbot im Bürgerbüro" in text
    assert "Noch nicht. Das fehlt:" in text
    assert browser.post(one, {"action": "publish"}).status_code == 422
    data = {"action": "link", "target": report.object_id, "relation": "documents"}
    assert browser.post(one, data).status_code == 302
    assert "dokumentiert: Chatbot im Bürgerbüro" in text_of(browser.get(one))
    assert browser.post(one, {"action": "unlink", "target": report.object_id}).status_code == 302
    assert not SessionNotePage.objects.get().live


@pytest.mark.parametrize("data", [{}, {"action": "explode"}, {"action": "held"}])
def test_what_nobody_offers_is_not_done(browser, office, session, data) -> None:
    assert browser.post(office, data).status_code == 404
    assert browser.post(office, {"action": "held", "session": str(uuid.uuid4())}).status_code == 404
    assert browser.post(f"{office}{session.pk}/", {"action": "explode"}).status_code == 404
    assert browser.get(f"{office}{uuid.uuid4()}/").status_code == 404


def test_a_session_of_another_event_is_not_there(browser, office, section, session, organiser) -> None:
    from tests.factories.events import add_desk, add_event, add_plan

    other = add_session(add_plan(add_desk(add_event(section, "Anderswo"))), "Fremd")
    assert browser.post(office, {"action": "not_held", "session": str(other.pk)}).status_code == 404
    assert browser.post(f"{office}{other.pk}/", {"action": "not_held"}).status_code == 404
    assert not Outcome.objects.exists()


def test_hosts_are_reminded_once_a_day_and_who_has_no_address_is_named(
    browser, desk, office, plan, rooms, session, organiser, now
) -> None:
    join_as_host(session, desk)
    place(add_session(plan, "Ohne Gastgebende"), rooms[1], 10)
    done = place(add_session(plan, "Fertig"), rooms[1], 11)
    note_outcome(done.pk, held=False, reason="Niemand kam.", user=organiser, now=now)
    text = text_of(browser.post(office, {"action": "remind"}, follow=True))
    assert "2 Mails sind unterwegs." in text
    assert "Ohne Adresse: „Ohne Gastgebende“." in text
    letters = {each.address: each for each in Letter.objects.filter(name="outcome_reminder")}
    assert set(letters) == {"alex@trier.demo.invalid", "kim@stadt.demo.invalid"}
    own = letters["kim@stadt.demo.invalid"].text
    assert "die Session „KI im Bürgerbüro“ gestaltet" in own
    assert f"/veranstaltungen/notiz/{session.pk}/" in own
    assert "Keine Mail nötig" in text_of(browser.post(office, {"action": "remind"}, follow=True))
    assert Letter.objects.filter(name="outcome_reminder").count() == 2


@pytest.mark.parametrize("tail", ["tagung/ergebnisse/", "tagung/ergebnisse/{session}/"])
def test_visitors_are_led_to_sign_in(visitor, desk, session, tail) -> None:
    response = visitor.post(address(desk, tail.format(session=session.pk)), {"action": "not_held"})
    assert response.status_code == 302
    assert "/konto/" in response["Location"]
    assert not Outcome.objects.exists()


def test_visitors_read_the_status_of_every_session(
    visitor, desk, plan, rooms, session, organiser, now, django_assert_num_queries
) -> None:
    page = address(desk, "ergebnisse/")
    note_outcome(session.pk, held=True, reason="Offener Austausch.", user=organiser, now=now)
    off = place(add_session(plan, "Offene Daten"), rooms[1], 10)
    note_outcome(off.pk, held=False, reason="Niemand kam.", user=organiser, now=now)
    place(add_session(plan, "Wärmeplanung"), rooms[1], 11)
    text = text_of(visitor.get(page))
    assert "Sie fand statt. Eine Seite gibt es nicht: Offener Austausch." in text
    assert "Sie fiel aus: Niemand kam." in text
    assert "Wärmeplanung" in text
    assert "Das Ergebnis folgt." in text
    assert "Sagen, was aus den Sessions wurde" not in text
    with django_assert_num_queries(PUBLIC_QUERIES):
        visitor.get(page)
    for each in plan.sessions.exclude(pk=session.pk):
        each.delete()
    with django_assert_num_queries(PUBLIC_QUERIES):
        visitor.get(page)


PUBLIC_QUERIES = 7
"""Desk, entry and three for the list; one for the site."""


def test_before_the_event_nobody_reads_what_is_planned(visitor, browser, desk, session) -> None:
    EventPage.objects.filter(pk=desk.event_id).update(starts=at(9), ends=at(17))
    for client in (visitor, browser):
        text = text_of(client.get(address(desk, "ergebnisse/")))
        assert "kommt erst noch" in text
        assert session.title not in text
    assert visitor.get(address(desk, "ergebnisse/dokumentation.pdf")).status_code == 404


def test_a_draft_is_nobody_elses(visitor, desk, session) -> None:
    EventPage.objects.get(pk=desk.event_id).unpublish()
    settle()
    assert visitor.get(address(desk, "ergebnisse/")).status_code in (404, 410)
    assert visitor.get(address(desk, "ergebnisse/dokumentation.pdf")).status_code in (404, 410)


def test_the_event_leads_to_its_results_once_its_programme_is_out(visitor, desk, plan, session) -> None:
    link = f'href="{address(desk, "ergebnisse/")}"'
    assert link not in visitor.get(f"/id/{desk.event.translation_key}", follow=True).content.decode()
    release_programme(plan, "Am Ende", "", None, then(17), tells=False)
    settle()
    assert link in visitor.get(f"/id/{desk.event.translation_key}", follow=True).content.decode()
