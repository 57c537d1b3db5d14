"""Registering somebody by hand: who called, who has no address, before the event and while it goes on."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
from django.utils import timezone

from events.dates import read_event_dates
from events.formats.letters import REMINDER, list_untold
from events.mailing.sending import due
from events.models import EventDesk, EventPage, Letter, Registration
from events.models.person import NOWHERE
from events.office.entering import Typed, enter
from events.people import participation_url
from events.registering.line import State
from events.registering.refusing import Reason, Refused
from events.registering.services import cancel
from hub.env import env
from tests.events.office.conftest import address, text_of
from tests.factories.events import add_desk, add_event, add_participant, add_seat, at

NEW = "personen/neu/"
EVENING_BEFORE, NOON, AFTER = at(18, days=29), at(12), at(18)


def typed(**changes) -> dict[str, str]:
    values = {
        "given_name": "Kim",
        "family_name": "Muster",
        "affiliation": "Stadt Trier",
        "email": "kim@trier.demo.invalid",
        "key": str(uuid.uuid4()),
    }
    return {**values, **changes}


def somebody(**changes) -> Typed:
    values = {"key": uuid.uuid4(), "given_name": "Kim", "family_name": "Muster"}
    return Typed(**{**values, "email": "kim@trier.demo.invalid", **changes})


def test_after_a_call_somebody_has_a_seat_and_gets_the_mail_though_registration_is_closed(browser, desk):
    EventDesk.objects.update(registration_closes=timezone.now() - dt.timedelta(hours=1))
    desk.consent_texts.create(purpose="photos", text="Fotos")
    data = typed()
    text = text_of(browser.post(address(desk, NEW), data, follow=True))
    assert "Eingetragen: Die Person hat einen Platz. Die Mail mit ihrem Link ist unterwegs." in text
    person = desk.people.get()
    assert (person.name, person.affiliation, person.confirmed) == ("Kim Muster", "Stadt Trier", None)
    assert person.registration.state == State.CONFIRMED
    assert not person.consents.exists()
    letter = person.letters.get()
    assert (letter.name, letter.method) == ("registered", "REQUEST")
    assert "veranstaltungen/teilnahme/" in letter.text
    browser.post(address(desk, NEW), data)
    assert (desk.people.count(), Letter.objects.count()) == (1, 1), "sent twice, it is one"


def test_reminders_come_once_their_data_are_saved_by_the_link_and_not_when_it_is_opened(
    browser, client, desk
):
    browser.post(address(desk, NEW), typed())
    person = desk.people.get()
    [date] = read_event_dates(desk.event.build_schedule())
    link = participation_url(person).removeprefix(env.origin)
    said = "Erst dann wissen wir, dass diese Adresse Ihre ist"
    assert said in text_of(client.get(link, headers={"accept-language": "de"}))
    assert list_reminded(desk, date) == []
    client.post(f"{link}angaben/", {"given_name": "Kim", "family_name": "Muster"})
    assert list_reminded(desk, date) == [person]
    assert said not in text_of(client.get(link, headers={"accept-language": "de"}))


def list_reminded(desk, date):
    return list(list_untold(REMINDER, desk, date))


def test_without_an_address_no_mail_goes_out_and_none_is_shown(browser, desk):
    text = text_of(browser.post(address(desk, NEW), typed(email="", affiliation=""), follow=True))
    assert "Es geht keine Mail hinaus; sagen Sie ihr selbst Bescheid" in text
    assert "keine E-Mail-Adresse" in text
    assert "Link noch einmal senden" not in text
    assert NOWHERE not in text
    person = desk.people.get()
    assert not Letter.objects.exists()
    assert NOWHERE not in text_of(browser.get(address(desk, "personen/")))
    table = b"".join(browser.get(address(desk, "personen.csv?spalte=email"))).decode("utf-8-sig")
    assert table.splitlines()[1] in ("", '""')
    page = address(desk, f"personen/{person.pk}/")
    assert browser.post(page, {"action": "link"}).status_code == 404


def test_a_letter_to_nobody_is_never_sent_and_its_failure_is_shown_with_the_person(browser, desk):
    browser.post(address(desk, NEW), typed(email=""))
    person = desk.people.get()
    browser.post(address(desk, f"personen/{person.pk}/"), {"action": "cancel", "reason": "Doppelt"})
    assert not due(timezone.now()).exists()
    text = text_of(browser.get(address(desk, f"personen/{person.pk}/")))
    assert "Nicht gesendet: Es ist keine E-Mail-Adresse bekannt." in text
    assert "Mails nicht zugestellt 0" in text_of(browser.get(address(desk)))


@pytest.mark.parametrize(
    ("state", "action", "said"),
    [
        (State.CONFIRMED, "cancel", "Der Platz geht an die nächste Person. Eine E-Mail-Adresse"),
        (State.WAITING, "up", "Der Platz ist vergeben. Eine E-Mail-Adresse"),
        (State.UNCONFIRMED, "confirm", "Von Hand bestätigt. Eine E-Mail-Adresse"),
    ],
)
def test_it_is_said_whom_no_mail_tells_what_was_done(browser, desk, state, action, said):
    kim = add_participant(desk, "Kim", email=f"kim@{NOWHERE}")
    add_seat(kim, state)
    page = address(desk, f"personen/{kim.pk}/")
    assert "bekommt eine Mail" not in text_of(browser.get(page))
    text = text_of(browser.post(page, {"action": action}, follow=True))
    assert f"{said} ist nicht bekannt" in text
    assert "bekommt eine Mail" not in text


def test_an_address_that_is_told_later_gets_the_mail(browser, desk):
    browser.post(address(desk, NEW), typed(email=""))
    person = desk.people.get()
    data = {"action": "address", "email": "kim@trier.demo.invalid"}
    browser.post(address(desk, f"personen/{person.pk}/"), data)
    person.refresh_from_db()
    assert (person.email, person.unreachable) == ("kim@trier.demo.invalid", "")
    assert due(timezone.now()).get().address == "kim@trier.demo.invalid"


def test_where_all_is_taken_they_wait_unless_a_seat_beyond_is_given(browser, desk):
    EventDesk.objects.update(seats=1)
    add_seat(add_participant(desk, "Ada"))
    page = text_of(browser.get(address(desk, NEW)))
    assert "1 von 1 Plätzen sind vergeben" in page
    assert "ans Ende der Warteliste" in page
    text = text_of(browser.post(address(desk, NEW), typed(), follow=True))
    assert "auf der Warteliste" in text
    assert desk.people.get(email="kim@trier.demo.invalid").registration.state == State.WAITING
    browser.post(address(desk, NEW), typed(email="lou@trier.demo.invalid", beyond="on"))
    assert desk.people.get(email="lou@trier.demo.invalid").registration.state == State.CONFIRMED


def test_without_a_waiting_list_it_is_said_what_to_tick_and_nothing_typed_is_lost(browser, desk):
    EventDesk.objects.update(seats=1, has_waiting_list=False)
    add_seat(add_participant(desk, "Ada"))
    response = browser.post(address(desk, NEW), typed())
    assert "Kreuzen Sie das an" in text_of(response)
    assert "kim@trier.demo.invalid" in response.content.decode()
    assert desk.people.count() == 1


def test_a_free_seat_goes_to_those_who_wait_first(desk):
    EventDesk.objects.update(seats=2, offer_hours=None)
    bea = add_seat(add_participant(desk, "Bea"), State.WAITING)
    enter(desk.pk, somebody(), EVENING_BEFORE)
    bea.refresh_from_db()
    assert bea.state == State.CONFIRMED
    enter(desk.pk, somebody(key=uuid.uuid4(), email="lou@trier.demo.invalid"), EVENING_BEFORE)
    assert desk.people.get(email="lou@trier.demo.invalid").registration.state == State.WAITING


def test_who_has_no_address_is_given_the_seat_that_others_are_offered(desk):
    """Nobody could tell them of an offer, which would end unread while the seat stays empty."""
    EventDesk.objects.update(seats=1, offer_hours=24)
    ada = add_participant(desk, "Ada")
    add_seat(ada)
    first = enter(desk.pk, somebody(email=""), EVENING_BEFORE)
    second = enter(desk.pk, somebody(email="lou@trier.demo.invalid"), EVENING_BEFORE)
    EventDesk.objects.update(seats=2)
    cancel(ada, EVENING_BEFORE)
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, first.offered_until) == (State.CONFIRMED, None)
    assert second.state == State.OFFERED


def test_while_the_event_goes_on_the_mail_still_goes_out_and_nobody_waits(desk):
    registration = enter(desk.pk, somebody(), NOON)
    assert registration.state == State.CONFIRMED
    assert registration.person.letters.get().not_after == desk.event.ends
    EventDesk.objects.update(seats=1)
    with pytest.raises(Refused) as refused:
        enter(desk.pk, somebody(email="lou@trier.demo.invalid"), NOON)
    assert refused.value.reason is Reason.FULL
    assert (
        enter(desk.pk, somebody(email="lou@trier.demo.invalid", beyond=True), NOON).state == State.CONFIRMED
    )


@pytest.mark.parametrize(
    ("fields", "now"), [({}, AFTER), ({"status": "cancelled"}, NOON), ({"live": False}, EVENING_BEFORE)]
)
def test_nobody_is_entered_once_it_is_over_cancelled_or_a_draft(desk, fields, now):
    if fields:
        EventPage.objects.filter(pk=desk.event_id).update(**fields)
    with pytest.raises(Refused):
        enter(desk.pk, somebody(), now)
    assert not desk.people.exists()


@pytest.mark.parametrize("state", [State.CONFIRMED, State.WAITING, State.UNCONFIRMED])
def test_who_is_known_already_is_shown_and_keeps_what_they_have(browser, desk, state):
    kim = add_participant(desk, "Kim", email="kim@trier.demo.invalid", family_name="Beispiel")
    seat = add_seat(kim, state)
    response = browser.post(address(desk, NEW), typed(email="KIM@trier.demo.invalid"), follow=True)
    assert "Diese Adresse ist schon bekannt" in text_of(response)
    assert response.redirect_chain[-1][0] == address(desk, f"personen/{kim.pk}/")
    seat.refresh_from_db()
    kim.refresh_from_db()
    assert (seat.state, kim.family_name) == (state, "Beispiel")
    assert not Letter.objects.exists()


def test_who_cancelled_comes_again_under_the_name_they_gave_themselves(desk):
    kim = add_participant(desk, "Kim", email="kim@trier.demo.invalid", family_name="Beispiel")
    add_seat(kim, State.CANCELLED)
    assert enter(desk.pk, somebody(), EVENING_BEFORE).state == State.CONFIRMED
    kim.refresh_from_db()
    assert kim.family_name == "Beispiel"


def test_an_account_that_only_typed_the_address_does_not_get_the_seat(desk, organiser):
    kim = add_participant(desk, "Kim", email="kim@trier.demo.invalid", confirmed=None, user=organiser)
    enter(desk.pk, somebody(), EVENING_BEFORE)
    kim.refresh_from_db()
    assert (kim.user, kim.link_version, kim.family_name) == (None, 2, "Muster")


def test_the_key_of_somebody_at_another_event_touches_nobody_there(desk, section):
    other = add_participant(add_desk(add_event(section, "Andere")), "Fremd")
    registration = enter(desk.pk, somebody(key=other.pk), EVENING_BEFORE)
    assert registration.person_id != other.pk
    assert not Registration.objects.filter(person=other).exists()


@pytest.mark.parametrize(
    ("changes", "said"),
    [({"given_name": ""}, "Dieses Feld"), ({"email": "kein"}, "gültige"), ({"key": "x"}, "")],
)
def test_bad_input_is_refused(browser, desk, changes, said):
    response = browser.post(address(desk, NEW), typed(**changes))
    assert said in text_of(response)
    assert "Muster" in response.content.decode()
    assert not desk.people.exists()


def test_the_link_is_sent_again(browser, desk):
    kim = add_participant(desk, "Kim")
    add_seat(kim)
    page = address(desk, f"personen/{kim.pk}/")
    assert "ist unterwegs" in text_of(browser.post(page, {"action": "link"}, follow=True))
    assert "vor wenigen Minuten" in text_of(browser.post(page, {"action": "link"}, follow=True))
    letter = kim.letters.get()
    assert (letter.name, letter.address) == ("link_again", kim.email)
    kim.refresh_from_db()
    assert kim.link_version == 1
