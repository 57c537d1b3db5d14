"""Letters are in the language of whom they go to, and read on after the greeting."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone, translation

from events.calendars.telling import tell_changes
from events.models import EventPage, Letter, Person
from events.registering import addresses, copying, letters, services
from events.registering.groups import Colleague, register_colleagues
from events.registering.services import Entry
from tests.events.registering.conftest import sign_up
from tests.factories.events import add_participant, add_plan, add_seat, add_session, at
from tests.theme.test_wordings_of_templates import GERMAN, NAMES

GERMAN_BY_NATURE = ("Geschäftsstelle", "Art. 6 Abs. 1 lit. e DSGVO i. V. m. § 3 LDSG RLP")
"""What organisers wrote themselves."""

LARGE = (
    "Sie", "Ihr", "Ihre", "Ihnen", "Mails", "Ada Beispiel", "Das",
)  # fmt: skip
"""How a sentence may go on after the comma of the greeting: names, nouns and what addresses the reader."""


def write_all(desk, language: str) -> list[Letter]:
    """Every letter of registration, on one desk of a seat."""
    now = timezone.now()
    ada = sign_up(desk, "Ada", language=language).person
    town = [Colleague(name, "Beispiel", f"{name.lower()}@dorf.demo.invalid") for name in ("Ben", "Cem")]
    register_colleagues(ada, town, "Stadt Mainz", now)
    dea = sign_up(desk, "Dea", language=language).person
    services.change_data(dea, Entry("Dea", "Neu"), now)
    services.cancel(ada, now)  # Ben is offered the seat
    services.fill_seats(desk, now + dt.timedelta(hours=49))  # he did not take it, Cem is offered it
    services.cancel(desk.people.get(given_name="Cem"), now, by_organiser=True, reason="Doppelt.")
    services.accept_offer(dea, now)
    addresses.propose_address(dea, "dea.neu@dorf.demo.invalid", now)
    addresses.propose_address(dea, ada.email, now)
    addresses.renew_link(dea)
    addresses.send_link_again(dea, now)
    copying.send_copy_link(dea, now)
    addresses.move_address(addresses.Move(dea, "dea.neu@dorf.demo.invalid"), now)
    services.register_guest(
        desk.pk, Entry("Eva", "Beispiel", "eva@dorf.demo.invalid", language=language), now
    )
    services.register_guest(desk.pk, Entry("Eva", "Beispiel", "dea.neu@dorf.demo.invalid"), now)
    EventPage.objects.filter(pk=desk.event_id).update(starts=at(10))
    tell_changes(now)
    EventPage.objects.filter(pk=desk.event_id).update(status="tentative")
    tell_changes(now)
    add_session(add_plan(desk), proposer=add_participant(desk, "Fee", language=language))
    for status in ("cancelled", "confirmed", "cancelled"):
        EventPage.objects.filter(pk=desk.event_id).update(status=status)
        tell_changes(now)
    return list(Letter.objects.all())


ALL = {
    "address_changed", "cancelled", "changed", "confirm_address", "data_copy", "event_cancelled",
    "event_changed", "host_event_off", "host_event_on", "link_again", "new_address", "new_link",
    "offer_expired", "offered", "registered", "registered_by_town", "waiting",
}  # fmt: skip


def test_whoever_reads_english_is_written_to_in_english(open_desk):
    with translation.override("de"):
        written = write_all(open_desk(seats=1), "en")
    assert {letter.name for letter in written} == ALL
    for letter in written:
        text = f"{letter.subject}\n{letter.text}"
        for words in GERMAN_BY_NATURE:
            text = text.replace(words, "")
        found = [line for line in text.splitlines() if GERMAN.search(NAMES.sub(" ", line))]
        assert found == [], (letter.name, letter.text)
        assert "Good day" in letter.text


def test_all_others_are_written_to_in_german(open_desk):
    with translation.override("en"):
        written = write_all(open_desk(seats=1), "de")
    assert {letter.name for letter in written} == ALL
    for letter in written:
        assert "Guten Tag" in letter.text, letter.name
        assert "Freundliche Grüße" in letter.text, letter.name


def test_a_german_letter_reads_on_after_the_comma_of_its_greeting(open_desk):
    for letter in write_all(open_desk(seats=1), "de"):
        greeting, _, rest = letter.text.partition("\n\n")
        assert greeting.startswith("Guten Tag"), letter.text
        assert greeting.endswith(","), letter.text
        assert rest[0].islower() or rest.startswith(LARGE), (letter.name, rest[:60])


def test_paragraphs_stand_one_empty_line_apart(open_desk):
    for letter in write_all(open_desk(seats=1), "de"):
        assert "\n\n\n" not in letter.text, f"{letter.name}\n{letter.text}"


@pytest.mark.parametrize("state", ["confirmed", "waiting"])
def test_a_change_of_data_says_where_somebody_stands(desk, state):
    person = add_participant(desk, "Kim")
    add_seat(person, state)
    services.change_data(person, Entry("Kim", "Anders"), timezone.now())
    stands = {"confirmed": "Sie haben einen Platz.", "waiting": "Sie stehen auf Platz 1 der Warteliste."}
    letter = Letter.objects.get(name="changed")
    assert stands[state] in letter.text
    assert letter.text.startswith("Guten Tag Kim Anders,\n\ndas steht jetzt zu Ihnen bei uns:")


def test_who_is_not_registered_is_told_so(desk):
    person: Person = add_participant(desk, "Kim")
    letters.tell_changed(desk, person, None, timezone.now(), place=None, moved=True)
    assert "Sie sind nicht angemeldet." in Letter.objects.get().text
