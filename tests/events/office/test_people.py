"""Participants: found, downloaded, cancelled, confirmed, moved up, reached again."""

from __future__ import annotations

import csv
import datetime as dt
import io
import uuid

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.formats import date_format

from events.models import (
    Answer,
    CheckIn,
    Consent,
    EventDesk,
    EventPage,
    Interest,
    Letter,
    Registration,
    Vote,
)
from events.people import find_person, participation_url, write_token
from tests.events.office.conftest import address, text_of
from tests.factories.events import (
    add_desk,
    add_event,
    add_host,
    add_participant,
    add_plan,
    add_seat,
    add_session,
    at,
    put,
)

State = Registration.State


@pytest.fixture
def ada(desk):
    return add_seat(add_participant(desk, "Ada", affiliation="Stadt Trier"))


@pytest.fixture
def bea(desk):
    return add_seat(add_participant(desk, "Bea", affiliation="Kreis Ahr"), State.WAITING)


def one(desk, registration):
    return address(desk, f"personen/{registration.person_id}/")


def fail(person, reason="550 no such user"):
    return Letter.objects.create(
        desk=person.desk, person=person, address=person.email, name="registered", occasion=uuid.uuid4().hex,
        subject="Anmeldung", text="x", failed=reason,
    )  # fmt: skip


def test_the_list_is_searched_and_filtered(browser, desk, ada, bea):
    fail(bea.person)
    everybody = text_of(browser.get(address(desk, "personen/")))
    assert "2 Personen" in everybody
    assert "hat einen Platz (1)" in everybody
    for query, found, hidden in (
        ("q=trier", "Ada", "Bea"), ("q=beispiel+bea", "Bea", "Ada"), ("zustand=waiting", "Bea", "Ada"),
        ("zustand=unzustellbar", "Bea", "Ada"), ("q=ada%40stadt", "Ada", "Bea"),
    ):  # fmt: skip
        text = text_of(browser.get(address(desk, f"personen/?{query}")))
        assert f"Beispiel, {found}" in text
        assert f"Beispiel, {hidden}" not in text
    assert "findet sich niemand" in text_of(browser.get(address(desk, "personen/?q=%00%25' OR 1=1")))
    assert "2 Personen" in text_of(browser.get(address(desk, "personen/?zustand=erfunden&seite=99")))


def test_nobody_of_another_event_is_listed(browser, desk, section, ada):
    other = add_desk(add_event(section, "Andere"))
    foreign = add_seat(add_participant(other, "Fremd"))
    assert "Fremd" not in text_of(browser.get(address(desk, "personen/")))
    assert browser.get(one(desk, foreign)).status_code == 404
    assert browser.post(one(desk, foreign), {"action": "cancel"}).status_code == 404


@pytest.mark.parametrize("number", [1, 3])
def test_the_list_costs_the_same_queries(browser, desk, number, django_assert_num_queries):
    for n in range(number):
        fail(add_seat(add_participant(desk, f"Person{n}")).person)
    browser.get(address(desk, "personen/"))
    with django_assert_num_queries(12):
        browser.get(address(desk, "personen/"))


def test_fifty_stand_on_a_page(browser, desk):
    for n in range(51):
        add_seat(add_participant(desk, f"Person{n:02}"))
    assert "Person50" not in text_of(browser.get(address(desk, "personen/")))
    assert "Person50" in text_of(browser.get(address(desk, "personen/?seite=2")))


def test_the_table_holds_the_columns_ticked_and_no_other(browser, desk, ada, bea):
    question = desk.questions.create(label="Essen?", kind="several")
    Answer.objects.create(registration=ada, question=question, text="Suppe\n=cmd")
    preset = b"".join(browser.get(address(desk, "personen.csv"))).decode("utf-8-sig")
    assert preset.splitlines()[0] == "Nachname;Vorname;Kommune oder Organisation;Stand"
    assert "@" not in preset
    query = f"spalte=given_name&spalte=erfunden&frage={question.pk}&frage=x&zustand=confirmed"
    chosen = b"".join(browser.get(address(desk, f"personen.csv?{query}"))).decode("utf-8-sig")
    assert chosen.splitlines() == ["Vorname;Essen?", "Ada;Suppe, =cmd"]


def test_the_table_says_when_somebody_registered_not_when_they_were_first_known(browser, desk, ada):
    add_participant(desk, "Nur")
    at = dt.datetime(2026, 5, 9, 22, 30, tzinfo=dt.UTC)  # in Berlin it is the tenth
    Registration.objects.update(created=at)
    desk.people.update(created=at - dt.timedelta(days=7))
    table = b"".join(browser.get(address(desk, "personen.csv?spalte=given_name&spalte=registered")))
    assert table.decode("utf-8-sig").splitlines() == ["Vorname;angemeldet am", "Ada;10.05.2026", "Nur;"]
    assert "10.05.2026" in text_of(browser.get(one(desk, ada)))


def test_a_formula_in_a_name_stays_text(browser, desk):
    add_seat(add_participant(desk, "X", given_name="=HYPERLINK(1)", email="x@stadt.demo.invalid"))
    table = b"".join(browser.get(address(desk, "personen.csv?spalte=given_name"))).decode()
    assert "'=HYPERLINK(1)" in table


@pytest.mark.parametrize("number", [1, 3])
def test_the_table_costs_the_same_queries(browser, desk, number, django_assert_num_queries):
    question = desk.questions.create(label="Essen?", kind="line")
    for n in range(number):
        registration = add_seat(add_participant(desk, f"Person{n}"))
        Answer.objects.create(registration=registration, question=question, text="Suppe")
    path = address(desk, f"personen.csv?spalte=town&frage={question.pk}")
    b"".join(browser.get(path))
    with django_assert_num_queries(7):
        b"".join(browser.get(path))


def test_cancelling_by_hand_frees_the_seat_and_says_why(browser, desk, ada, bea):
    EventDesk.objects.filter(pk=desk.pk).update(seats=1, offer_hours=None)
    data = {"action": "cancel", "reason": "Doppelt angemeldet."}
    assert "Abgesagt" in text_of(browser.post(one(desk, ada), data, follow=True))
    for registration, state in ((ada, State.CANCELLED), (bea, State.CONFIRMED)):
        registration.refresh_from_db()
        assert registration.state == state
    letter = ada.person.letters.get()
    assert letter.name == "cancelled"
    assert "Doppelt angemeldet." in letter.text


def test_a_reason_that_is_too_long_is_not_lost(browser, desk, ada):
    reason = "x" * 501
    response = browser.post(one(desk, ada), {"action": "cancel", "reason": reason})
    assert reason in response.content.decode()
    ada.refresh_from_db()
    assert ada.state == State.CONFIRMED


def test_moving_up_gives_a_seat_before_all_others(browser, desk, ada, bea):
    EventDesk.objects.filter(pk=desk.pk).update(seats=1)
    late = add_seat(add_participant(desk, "Cem"), State.WAITING)
    assert "Der Platz ist vergeben" in text_of(browser.post(one(desk, late), {"action": "up"}, follow=True))
    late.refresh_from_db()
    bea.refresh_from_db()
    assert (late.state, bea.state) == (State.CONFIRMED, State.WAITING)


def test_an_unconfirmed_person_is_confirmed_by_hand(browser, desk):
    person = add_participant(desk, "Gast", confirmed=None)
    registration = Registration.objects.create(person=person)
    assert "Von Hand bestätigt" in text_of(
        browser.post(one(desk, registration), {"action": "confirm"}, follow=True)
    )
    registration.refresh_from_db()
    person.refresh_from_db()
    assert (registration.state, bool(person.confirmed)) == (State.CONFIRMED, True)
    assert person.letters.get().name == "registered"
    browser.post(one(desk, registration), {"action": "confirm"})
    assert person.letters.count() == 1


def test_nobody_is_confirmed_by_hand_once_the_event_has_begun(browser, desk):
    person = add_participant(desk, "Gast", confirmed=None)
    registration = Registration.objects.create(person=person)
    EventPage.objects.filter(pk=desk.event_id).update(starts=timezone.now() - dt.timedelta(minutes=1))
    said = text_of(browser.post(one(desk, registration), {"action": "confirm"}, follow=True))
    assert "Die Veranstaltung hat begonnen" in said
    registration.refresh_from_db()
    person.refresh_from_db()
    assert (registration.state, person.confirmed) == (State.UNCONFIRMED, None)
    assert not person.letters.exists()


def test_a_mail_that_came_back_is_noted_and_taken_back(browser, desk, ada, bea):
    assert "Mail kam zurück" in text_of(browser.get(one(desk, ada)))
    said = text_of(browser.post(one(desk, ada), {"action": "bounced"}, follow=True))
    assert "Mails kommen nicht an: Eine Mail kam zurück" in said
    listed = text_of(browser.get(address(desk, "personen/?zustand=unzustellbar")))
    assert "Beispiel, Ada" in listed
    assert "Beispiel, Bea" not in listed
    browser.post(one(desk, ada), {"action": "arrives"})
    ada.person.refresh_from_db()
    assert ada.person.unreachable == ""
    assert Client().post(one(desk, ada), {"action": "bounced"}).status_code == 302
    ada.person.refresh_from_db()
    assert ada.person.unreachable == "", "only organisers note it"


@pytest.mark.parametrize(
    ("state", "fields", "said"),
    [
        (State.CONFIRMED, {}, "Sie haben einen Platz."),
        (State.WAITING, {}, "Sie stehen auf Platz 1 der Warteliste."),
        (State.OFFERED, {"offered_until": at(12, days=3)}, "12:00 Uhr"),
        (State.CANCELLED, {}, "Ihre Anmeldung ist abgesagt"),
        (State.EXPIRED, {}, "an die nächste Person gegangen"),
    ],
)
def test_the_letter_to_the_right_address_says_where_somebody_stands(browser, desk, state, fields, said):
    person = add_participant(desk, "Kim")
    registration = add_seat(person, state, **fields)
    add_session(add_plan(desk), "Idee", proposer=person)
    fail(person)
    browser.post(one(desk, registration), {"action": "address", "email": "neu@stadt.demo.invalid"})
    letter = Letter.objects.get(person=person)
    assert letter.address == "neu@stadt.demo.invalid"
    assert said in letter.text
    assert "Ihre Session „Idee“: angenommen" in letter.text
    if state == State.OFFERED:
        day = date_format(at(12, days=3), "j. F Y")
        assert f"{day}, 12:00 Uhr. Bitte nehmen Sie ihn bis dahin" in letter.text
    person.refresh_from_db()
    assert participation_url(person) in letter.text


def test_a_wrong_address_is_corrected_and_written_to_again(browser, desk, ada):
    fail(ada.person)
    ada.person.unreachable = "550 no such user"
    ada.person.save()
    old = write_token(ada.person)
    response = browser.post(
        one(desk, ada), {"action": "address", "email": "Ada.Neu@stadt.demo.invalid"}, follow=True
    )
    assert "Die Adresse ist geändert" in text_of(response)
    ada.person.refresh_from_db()
    assert (ada.person.email, ada.person.unreachable) == ("ada.neu@stadt.demo.invalid", "")
    letter = Letter.objects.get(person=ada.person)
    assert (letter.address, letter.name) == ("ada.neu@stadt.demo.invalid", "changed")
    assert find_person(old) is None


def test_an_unconfirmed_one_still_has_to_confirm_the_new_address(browser, desk):
    registration = Registration.objects.create(person=add_participant(desk, "Gast", confirmed=None))
    browser.post(one(desk, registration), {"action": "address", "email": "richtig@stadt.demo.invalid"})
    person = registration.person
    person.refresh_from_db()
    assert (person.email, person.confirmed) == ("richtig@stadt.demo.invalid", None)
    assert person.letters.get().name == "confirm_address"


@pytest.mark.parametrize(
    ("email", "said"),
    [
        ("bea@stadt.demo.invalid", "nimmt schon jemand anderes teil"),
        ("keine", "gültige"),
        ("", "Dieses Feld"),
    ],
)
def test_an_address_that_cannot_be_is_refused(browser, desk, ada, bea, email, said):
    response = browser.post(one(desk, ada), {"action": "address", "email": email})
    assert said in text_of(response)
    assert f'value="{email}"' in response.content.decode() or not email
    ada.person.refresh_from_db()
    assert ada.person.email == "ada@stadt.demo.invalid"


def test_what_nobody_can_do_is_not_found(browser, desk, ada):
    assert browser.post(one(desk, ada), {"action": "befördern"}).status_code == 404
    assert browser.post(one(desk, ada), {}).status_code == 404


def news(**changes):
    mail = {"audience": "seated", "subject": "Parken & Anreise", "text": "Bitte <mit> Bahn."}
    return {"key": str(uuid.uuid4()), **mail, **changes}


def test_a_mail_to_many_is_looked_at_before_it_is_sent_and_sent_once(browser, desk, ada, bea):
    data = news()
    preview = text_of(browser.post(address(desk, "rundmail/"), {**data, "action": "preview"}))
    assert "An 1 Person senden?" in preview
    assert "Bitte <mit> Bahn." in preview
    assert not Letter.objects.exists()
    again = browser.post(address(desk, "rundmail/"), {**data, "action": "change"})
    assert 'value="Parken &amp; Anreise"' in again.content.decode()
    for _ in range(2):
        browser.post(address(desk, "rundmail/"), {**data, "action": "send"})
    letter = Letter.objects.get()
    assert (letter.person, letter.subject) == (ada.person, "Parken & Anreise")
    assert "Bitte <mit> Bahn." in letter.text
    assert "Guten Tag Ada Beispiel," in letter.text
    assert write_token(ada.person) in letter.text


def test_a_mail_goes_to_the_audience_chosen(browser, desk, ada, bea):
    gone = add_participant(desk, "Weg", unreachable="550")
    add_seat(gone)
    add_seat(add_participant(desk, "Aus"), State.CANCELLED)
    plan = add_plan(desk)
    kim = add_host(plan, "Kim", email="kim@verein.demo.invalid")
    add_session(plan, "Eins", kim, add_host(plan, "Ada", person=ada.person))
    add_session(plan, "Zwei", add_host(plan, "Lea", email="lea@verein.demo.invalid"), state="declined")
    expected = {
        "seated": {"ada@stadt.demo.invalid"}, "waiting": {"bea@stadt.demo.invalid"},
        "everybody": {"ada@stadt.demo.invalid", "bea@stadt.demo.invalid"},
        "hosts": {"ada@stadt.demo.invalid", "kim@verein.demo.invalid"},
    }  # fmt: skip
    for audience, addresses in expected.items():
        Letter.objects.all().delete()
        browser.post(address(desk, "rundmail/"), news(audience=audience, action="send"))
        assert set(Letter.objects.values_list("address", flat=True)) == addresses


@pytest.mark.parametrize(
    "changes",
    [
        {"subject": ""},
        {"text": " "},
        {"audience": "alle"},
        {"audience": "waiting"},
        {"key": "x"},
        {"text": "x" * 5001},
    ],
)
def test_a_mail_that_cannot_be_is_not_sent_and_not_lost(browser, desk, ada, changes):
    response = browser.post(address(desk, "rundmail/"), news(**changes, action="send"))
    assert response.status_code == 200
    assert ("Parken &amp; Anreise" in response.content.decode()) or "subject" in changes
    assert not Letter.objects.exists()


def test_a_subject_cannot_add_headers(browser, desk, ada):
    browser.post(address(desk, "rundmail/"), news(subject="Eins\r\nBcc: x@y.invalid\n\nText", action="send"))
    assert Letter.objects.get().subject == "Eins Bcc: x@y.invalid Text"


def test_the_address_of_an_account_is_not_corrected_by_others(browser, desk, organiser):
    person = add_participant(desk, "Kim", user=organiser)
    registration = add_seat(person)
    page = browser.get(one(desk, registration))
    assert "ändert ihre Adresse selbst" in text_of(page)
    data = {"action": "address", "email": "meine@stadt.demo.invalid"}
    assert "ändert ihre Adresse selbst" in text_of(browser.post(one(desk, registration), data))
    person.refresh_from_db()
    assert (person.email, person.link_version) == ("kim@stadt.demo.invalid", 1)
    assert not Letter.objects.exists()


@pytest.mark.parametrize("confirmed", [True, False])
def test_the_old_address_learns_that_it_was_changed_and_gets_no_link(browser, desk, confirmed):
    person = add_participant(desk, "Kim", confirmed=timezone.now() if confirmed else None)
    add_seat(person, State.CONFIRMED if confirmed else State.UNCONFIRMED)
    browser.post(one(desk, person.registration), {"action": "address", "email": "neu@stadt.demo.invalid"})
    letter = Letter.objects.get(address="kim@stadt.demo.invalid")
    assert (letter.name, letter.person) == ("address_changed", None)
    assert "/teilnahme/" not in letter.text


def test_all_of_a_person_is_deleted_by_hand(browser, desk, ada, bea):
    EventDesk.objects.filter(pk=desk.pk).update(seats=1, offer_hours=None)
    browser.post(one(desk, ada), {"action": "address", "email": "ada.neu@stadt.demo.invalid"})
    assert "Ja, alles löschen" in text_of(browser.get(one(desk, ada)))
    done = browser.post(one(desk, ada), {"action": "forget"}, follow=True)
    assert done.redirect_chain == [(address(desk, "personen/"), 302)]
    assert "ist gelöscht" in text_of(done)
    assert [person.given_name for person in desk.people.all()] == ["Bea"]
    assert not Letter.objects.exclude(address=bea.person.email).exists(), "not even to the address before"
    bea.refresh_from_db()
    assert bea.state == State.CONFIRMED
    assert browser.post(one(desk, ada), {"action": "forget"}).status_code == 404


def test_the_table_tells_consents_and_who_was_let_in(browser, desk, ada, bea):
    photos = desk.consent_texts.create(purpose="photos", text="Fotos")
    news = desk.consent_texts.create(purpose="news", text="Neues", retired=True)
    now = timezone.now()
    Consent.objects.create(person=ada.person, text=photos, given=now)
    Consent.objects.create(person=bea.person, text=photos, given=now, withdrawn=now)
    Consent.objects.create(person=bea.person, text=news, given=now)
    came = dt.datetime(2026, 5, 9, 7, 5, tzinfo=dt.UTC)
    CheckIn.objects.create(registration=ada, at=came)
    CheckIn.objects.create(registration=bea, at=came, undone=now)
    query = f"spalte=given_name&spalte=checked_in&einwilligung={photos.pk}&einwilligung={news.pk}"
    table = b"".join(browser.get(address(desk, f"personen.csv?{query}"))).decode("utf-8-sig")
    head, first, second = table.splitlines()
    assert head.startswith("Vorname;eingelassen;Einwilligung: ")
    assert head.endswith(", früherer Wortlaut")
    assert first == "Ada;09.05.2026 09:05;ja;nein"
    assert second == "Bea;;nein;ja"
    page = text_of(browser.get(address(desk, "personen/")))
    assert "früherer Wortlaut" in page
    assert "eingelassen" in page


def test_a_consent_of_another_event_is_no_column(browser, desk, section, ada):
    foreign = add_desk(add_event(section, "Andere")).consent_texts.create(purpose="photos", text="Fremd")
    table = b"".join(browser.get(address(desk, f"personen.csv?spalte=given_name&einwilligung={foreign.pk}")))
    assert table.decode("utf-8-sig").splitlines() == ["Vorname", "Ada"]


@pytest.mark.parametrize("number", [1, 3])
def test_consents_and_check_ins_cost_the_same_queries(browser, desk, number, django_assert_num_queries):
    photos = desk.consent_texts.create(purpose="photos", text="Fotos")
    for n in range(number):
        seat = add_seat(add_participant(desk, f"Person{n}"))
        Consent.objects.create(person=seat.person, text=photos, given=timezone.now())
        CheckIn.objects.create(registration=seat, at=timezone.now())
    path = address(desk, f"personen.csv?spalte=checked_in&einwilligung={photos.pk}")
    b"".join(browser.get(path))
    with django_assert_num_queries(9):
        b"".join(browser.get(path))


def test_proposals_are_downloaded_with_hosts_interest_and_votes(browser, desk, ada, section):
    plan = add_plan(desk)
    proposed = add_session(
        plan, "=CMD()", proposer=ada.person, co_hosts="Lou Muster, Kreis Ahr", state="proposed", minutes=30
    )
    placed = add_session(plan, "Angenommen", proposer=None, summary="Worum;\nes geht")
    put(placed, plan.rooms.first(), 9, 10)
    Interest.objects.create(person=ada.person, session=proposed, at=timezone.now())
    Vote.objects.create(person=ada.person, session=proposed, n=1, at=timezone.now())
    add_session(add_plan(add_desk(add_event(section, "Andere"))), "Fremd")
    response = browser.get(address(desk, "vorschlaege.csv"))
    table = b"".join(response).decode("utf-8-sig")
    head, first, second = csv.reader(io.StringIO(table), delimiter=";")
    assert head[0] == "Titel"
    hosts = "Ada Beispiel, Stadt Trier; Lou Muster, Kreis Ahr"
    assert first[:8] == ["'=CMD()", "", "vorgeschlagen", hosts, "nein", "30", "1", "1"]
    assert second[:5] == ["Angenommen", "Worum;\nes geht", "angenommen", "", ""]
    assert second[8] == "Raum 1"
    assert second[9].endswith("09:00")
    assert "Fremd" not in table


@pytest.mark.parametrize("number", [1, 3])
def test_the_table_of_proposals_costs_the_same_queries(browser, desk, number, django_assert_num_queries):
    plan = add_plan(desk)
    for n in range(number):
        session = add_session(plan, f"Session {n}", proposer=add_participant(desk, f"Person{n}"))
        add_session(plan, f"Zusammengelegt {n}", merged_into=session, state="withdrawn", proposer=None)
    path = address(desk, "vorschlaege.csv")
    b"".join(browser.get(path))
    with django_assert_num_queries(6):
        b"".join(browser.get(path))
