"""The pages on which people register and see what is theirs."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from events.models import (
    Answer,
    Consent,
    ConsentText,
    EventDesk,
    EventPage,
    Letter,
    Person,
    Question,
    Registration,
)
from events.people import participation_url, write_token
from events.registering import services
from events.registering.queries import offered_registration
from hub.env import env
from tests.events.registering.conftest import account, letters, page, sign_up, states
from tests.factories.events import add_participant, add_plan, add_session

State = Registration.State
GUEST = "gast@dorf.demo.invalid"


def address(desk: EventDesk) -> str:
    return f"/veranstaltungen/{desk.event.translation_key}/anmelden/"


def link(person: Person) -> str:
    return participation_url(person).removeprefix(env.origin)


def fill(client: Client, desk: EventDesk, **data: Any) -> Any:
    values = {"given_name": "Gerd", "family_name": "Gast", "email": GUEST, "affiliation": "", **data}
    return client.post(address(desk), values)


def test_a_guest_registers_confirms_and_has_a_seat(client, desk):
    assert "2 von 2 Plätzen sind frei" in page(client.get(address(desk)))
    sent = fill(client, desk)
    assert (sent.status_code, sent["Location"]) == (302, address(desk) + "gesendet/")
    assert "Bitte sehen Sie in Ihr Postfach" in page(client.get(sent["Location"]))
    person = desk.people.get()
    assert (person.confirmed, person.registration.state) == (None, State.UNCONFIRMED)
    letter = Letter.objects.get()
    assert (letter.address, letter.name) == (GUEST, "confirm_address")
    assert letter.subject == "Bitte bestätigen Sie Ihre Anmeldung: Barcamp"
    assert participation_url(person) in letter.text
    assert "Gerd" not in letter.text, "whoever types an address sends its owner no words of theirs"
    opened = page(client.get(link(person)))
    assert "Noch ein Schritt" in opened
    assert "Gerd Gast" in opened
    assert Registration.objects.get().state == State.UNCONFIRMED, "opening the link confirms nothing"
    done = client.post(link(person), {"action": "take_part"}, follow=True)
    assert "Sie haben einen Platz" in page(done)
    assert letters(GUEST) == ["confirm_address", "registered"]
    person.refresh_from_db()
    assert person.confirmed is not None


def test_sending_the_form_twice_is_one_registration_and_one_mail(client, desk):
    first, second = fill(client, desk), fill(client, desk, given_name="Gerhard")
    assert first["Location"] == second["Location"]
    assert desk.people.get().given_name == "Gerhard", "until it is confirmed the last word counts"
    assert letters(GUEST) == ["confirm_address"]


def test_nothing_tells_whether_an_address_is_known(client, desk):
    person = add_participant(desk, "Kim", email=GUEST)
    services.take_part(person, timezone.now())
    known = fill(client, desk, given_name="Fremd")
    unknown = fill(client, desk, email="neu@dorf.demo.invalid")
    assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])
    person.refresh_from_db()
    assert person.given_name == "Kim"
    letter = Letter.objects.get(name="confirm_address", person=person)
    assert letter.subject == "Ihr Link zu „Barcamp“"
    assert states(desk)["Kim"] == "confirmed"


def test_whoever_cancelled_is_not_registered_again_by_a_form_alone(client, desk):
    person = add_participant(desk, "Kim", email=GUEST)
    services.take_part(person, timezone.now())
    services.cancel(person, timezone.now())
    fill(client, desk)
    assert states(desk)["Kim"] == "cancelled"


def test_an_account_registers_without_a_mail_to_confirm(client, desk):
    user = account("Ada")
    client.force_login(user)
    form = client.get(address(desk))
    assert 'name="email"' not in page(form)
    done = client.post(address(desk), {"given_name": "Ada", "family_name": "Beispiel"}, follow=True)
    assert "Sie haben einen Platz" in page(done)
    person = desk.people.get()
    assert (person.user, person.email) == (user, user.email)
    assert letters(person) == ["registered"]
    again = client.post(address(desk), {"given_name": "Ada", "family_name": "Beispiel"})
    assert (again.status_code, again["Location"]) == (302, link(person))
    assert letters(person) == ["registered"]


def test_an_account_finds_what_it_did_as_a_guest(client, desk):
    user = account("Ada")
    guest = add_participant(desk, "Ada", email=user.email)
    services.take_part(guest, timezone.now())
    client.force_login(user)
    done = client.post(address(desk), {"given_name": "Ada", "family_name": "Beispiel"})
    assert done["Location"] == link(guest)
    assert Registration.objects.count() == 1


def test_an_account_without_an_address_confirms_the_one_it_gives(client, desk):
    from hub.accounts.models import User

    user = User.objects.create(email=None, first_name="Heike")
    client.force_login(user)
    assert 'name="email"' in page(client.get(address(desk)))
    assert fill(client, desk)["Location"].endswith("gesendet/")
    person = desk.people.get()
    assert (person.user, person.confirmed) == (user, None)
    fill(client, desk, email="richtig@dorf.demo.invalid")
    assert desk.people.get().email == "richtig@dorf.demo.invalid", "a slip is mended until it is confirmed"
    client.post(link(desk.people.get()), {"action": "take_part"})
    assert client.get(address(desk)).status_code == 302


def test_an_account_cannot_take_over_somebody_by_typing_their_address(client, desk):
    from hub.accounts.models import User

    other = add_participant(desk, "Kim", email=GUEST)
    services.take_part(other, timezone.now())
    client.force_login(User.objects.create(email=None))
    assert fill(client, desk)["Location"].endswith("gesendet/")
    other.refresh_from_db()
    assert (other.user, other.given_name) == (None, "Kim")
    assert desk.people.count() == 1


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"email": "gerd@"}, "Das ist keine E-Mail-Adresse"),
        ({"given_name": " "}, "Ihren Vornamen"),
        ({"family_name": "x" * 101}, "100"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_typed_is_lost(client, desk, data, words):
    answer = fill(client, desk, affiliation="Amt für Öffentliches", **data)
    assert answer.status_code == 200
    assert words in page(answer)
    assert "Amt für Öffentliches" in page(answer)
    assert not desk.people.exists()


def test_a_name_with_emoji_and_odd_signs_is_kept(client, desk):
    fill(client, desk, given_name="Zoë 🎉", family_name="O'Näme <b>")
    person = desk.people.get()
    client.post(link(person), {"action": "take_part"})
    shown = page(client.get(link(person)))
    assert "Zoë 🎉 O&#x27;Näme &lt;b&gt;" in shown
    letter = Letter.objects.get(name="registered")
    assert "Guten Tag Zoë 🎉 O'Näme <b>," in letter.text


def test_before_and_after_its_time_the_page_says_when(client, open_desk):
    desk = open_desk(registration_opens=timezone.now() + dt.timedelta(days=1))
    assert "noch nicht offen" in page(client.get(address(desk)))
    assert fill(client, desk).status_code == 200
    now = timezone.now()
    EventDesk.objects.update(
        registration_opens=now - dt.timedelta(days=2), registration_closes=now - dt.timedelta(days=1)
    )
    assert "Die Anmeldung ist geschlossen" in page(client.get(address(desk)))
    EventDesk.objects.update(registration_opens=None, registration_closes=None)
    assert "Die Anmeldung hat noch keinen Termin" in page(client.get(address(desk)))
    EventPage.objects.update(registration_url="https://extern.demo.invalid/")
    shown = page(client.get(address(desk)))
    assert "Hier gibt es keine Anmeldung" in shown
    assert "https://extern.demo.invalid/" in shown
    EventPage.objects.update(status="cancelled")
    assert "findet nicht statt" in page(client.get(address(desk)))
    assert not desk.people.exists()


def test_before_registration_opens_the_page_leads_to_the_proposals(client, open_desk):
    now = timezone.now()
    desk = open_desk(registration_opens=now + dt.timedelta(days=1))
    to_them = f'href="/veranstaltungen/{desk.event.translation_key}/vorschlaege/'
    shown = page(client.get(address(desk)))
    assert "noch nicht offen" in shown
    assert f'{to_them}"' in shown
    assert f'{to_them}neu/"' in shown
    assert client.get(f"/veranstaltungen/{desk.event.translation_key}/vorschlaege/neu/").status_code == 200
    EventDesk.objects.update(proposals_open=now + dt.timedelta(hours=9))
    shown = page(client.get(address(desk)))
    assert "Sessions können Sie ab" in shown
    assert to_them not in shown
    EventDesk.objects.update(proposals_open=now - dt.timedelta(days=9), proposals_close=now)
    assert "Sessions können Sie ab" not in page(client.get(address(desk)))
    EventDesk.objects.update(proposals_open=now + dt.timedelta(hours=9), proposals_close=None)
    EventPage.objects.update(status="cancelled")
    shown = page(client.get(address(desk)))
    assert "Sessions können Sie ab" not in shown
    assert to_them not in shown


def test_when_all_is_taken_the_waiting_list_is_said_before(client, open_desk):
    desk = open_desk(seats=1)
    sign_up(desk, "Ada")
    sign_up(desk, "Ben")
    shown = page(client.get(address(desk)))
    assert "kommt auf die Warteliste; dort wartet 1 Person" in shown
    assert "48 Stunden" in shown
    EventDesk.objects.update(has_waiting_list=False)
    assert "Es gibt keine Warteliste" in page(client.get(address(desk)))
    assert fill(client, desk).status_code == 200
    assert not desk.people.filter(email=GUEST).exists()


def test_guests_are_asked_to_sign_in_where_none_are_taken(client, open_desk):
    desk = open_desk(allows_guests=False)
    assert "Bitte melden Sie sich mit Ihrem Konto an" in page(client.get(address(desk)))
    fill(client, desk)
    assert not desk.people.exists()


def test_an_event_for_members_or_none_at_all_is_not_found(client, desk):
    assert client.get("/veranstaltungen/00000000-0000-4000-8000-000000000000/anmelden/").status_code == 404
    desk.event.unpublish()
    assert client.get(address(desk)).status_code == 404


def test_what_the_data_are_for_is_shown_before_they_are_sent(client, open_desk):
    desk = open_desk(purpose="Für das Namensschild.", legal_basis="Art. 6 DSGVO", retention_days=30)
    shown = page(client.get(address(desk)))
    for words in (
        "Für das Namensschild.",
        "Art. 6 DSGVO",
        "Bis 30 Tage nach der Veranstaltung",
        "Geschäftsstelle",
    ):
        assert words in shown


@pytest.fixture
def questions(desk: EventDesk) -> dict[str, Question]:
    kinds = Question.Kind
    return {
        kind: Question.objects.create(
            desk=desk, label=f"Frage {kind}", kind=kind, choices="Fisch\nFleisch\n", position=number
        )
        for number, kind in enumerate(kinds.values)
    }


def test_questions_of_every_kind_are_asked_and_answered(client, desk, questions):
    Question.objects.create(desk=desk, label="Alte Frage", retired=True)
    shown = page(client.get(address(desk)))
    assert all(f"Frage {kind}" in shown for kind in questions)
    assert "Alte Frage" not in shown
    names = {kind: f"question_{each.pk}" for kind, each in questions.items()}
    fill(
        client,
        desk,
        **{
            names["line"]: "Bahn",
            names["text"]: "Erstens.\nZweitens.",
            names["one"]: "Fisch",
            names["several"]: ["Fisch", "Fleisch"],
            names["yes"]: "Ja",
        },
    )
    held = dict(Answer.objects.values_list("question__kind", "text"))
    assert held == {
        "line": "Bahn",
        "text": "Erstens.\r\nZweitens." if "\r" in held["text"] else "Erstens.\nZweitens.",
        "one": "Fisch",
        "several": "Fisch\nFleisch",
        "yes": "Ja",
    }


def test_a_choice_that_is_not_offered_and_a_missing_answer_are_refused(client, desk, questions):
    one = questions["one"]
    Question.objects.filter(pk=one.pk).update(required=True)
    answer = fill(client, desk, **{f"question_{one.pk}": "Käse"})
    assert answer.status_code == 200
    assert f'href="#id_question_{one.pk}"' in page(answer)
    assert fill(client, desk).status_code == 200
    assert not desk.people.exists()


def test_answers_and_names_are_changed_by_link_and_a_mail_tells_of_it(client, desk, questions):
    registration = sign_up(desk, "Ada", answers={questions["line"].pk: "Bahn", questions["one"].pk: "Fisch"})
    where = link(registration.person) + "angaben/"
    assert 'value="Bahn"' in page(client.get(where))
    old = Question.objects.create(desk=desk, label="Alte Frage")
    Answer.objects.create(registration=registration, question=old, text="bleibt")
    Question.objects.filter(pk=old.pk).update(retired=True)
    data = {"given_name": "Ada", "family_name": "Neu", f"question_{questions['line'].pk}": "Rad"}
    done = client.post(where, data, follow=True)
    assert "gespeichert" in page(done)
    assert dict(Answer.objects.values_list("question__label", "text")) == {
        "Frage line": "Rad",
        "Alte Frage": "bleibt",
    }
    (letter,) = Letter.objects.filter(name="changed")
    assert "Ada Neu" in letter.text
    assert "Rad" in letter.text
    assert letter.method == ""
    client.post(where, data)
    assert Letter.objects.filter(name="changed").count() == 1, "what changes nothing tells nothing"


def test_consents_are_given_and_withdrawn_at_any_time(client, desk):
    photos = ConsentText.objects.create(desk=desk, purpose="photos", text="Fotos von mir dürfen erscheinen.")
    ConsentText.objects.create(desk=desk, purpose="list", text="Mein Name darf in die Liste.")
    foreign = ConsentText.objects.create(desk=desk, purpose="other", text="Zurückgezogen.", retired=True)
    shown = page(client.get(address(desk)))
    assert photos.text in shown
    assert "checked" not in shown
    fill(client, desk, **{f"consent_{photos.pk}": "on"})
    person = desk.people.get()
    assert list(Consent.objects.values_list("text", "withdrawn")) == [(photos.pk, None)]
    client.post(link(person), {"action": "withdraw", "text": photos.pk})
    assert Consent.objects.get().withdrawn is not None
    for _ in range(2):
        client.post(link(person), {"action": "consent", "text": photos.pk})
    assert Consent.objects.filter(withdrawn=None).count() == 1
    for text in (str(foreign.pk), "9" * 30, "x", ""):
        client.post(link(person), {"action": "consent", "text": text})
    assert Consent.objects.count() == 2


def test_what_a_stranger_ticks_for_a_confirmed_person_is_not_given(client, desk):
    photos = ConsentText.objects.create(desk=desk, purpose="photos", text="Fotos.")
    add_participant(desk, "Kim", email=GUEST)
    fill(client, desk, **{f"consent_{photos.pk}": "on"})
    assert not Consent.objects.exists()


def test_somebody_sees_where_they_stand_cancels_and_comes_back(client, open_desk):
    desk = open_desk(seats=1)
    first, second = sign_up(desk, "Ada").person, sign_up(desk, "Ben").person
    assert "Platz 1 der Warteliste" in page(client.get(link(second)))
    leave = link(first) + "absagen/"
    assert "Ihr Platz geht sofort an die nächste Person" in page(client.get(leave))
    assert states(desk)["Ada"] == "confirmed"
    assert "Sie haben abgesagt" in page(client.post(leave, follow=True))
    offered = page(client.get(link(second)))
    assert "Ein Platz ist frei für Sie" in offered
    client.post(link(second), {"action": "accept"})
    assert states(desk) == {"Ada": "cancelled", "Ben": "confirmed"}
    assert "Doch dabei?" in page(client.get(link(first)))
    client.post(link(first), {"action": "take_part"})
    assert "Platz 1 der Warteliste" in page(client.get(link(first)))
    client.post(link(second) + "absagen/")
    client.post(link(first), {"action": "decline"})
    assert set(states(desk).values()) == {"cancelled"}


def test_a_forged_or_ended_link_opens_and_changes_nothing(client, desk):
    person = sign_up(desk, "Ada").person
    good = write_token(person)
    Person.objects.filter(pk=person.pk).update(link_version=2)
    for token in (
        good,
        good[:-1] + ("a" if good[-1] != "a" else "b"),
        "unbekannt",
        write_token(person, "events.feed"),
    ):
        for path in ("", "angaben/", "absagen/"):
            where = f"/veranstaltungen/teilnahme/{token}/{path}"
            assert client.get(where).status_code == 404
            assert client.post(where, {"action": "decline"}).status_code == 404
    assert states(desk) == {"Ada": "confirmed"}


def test_another_address_counts_when_its_link_is_followed(client, desk):
    person = sign_up(desk, "Ada").person
    client.post(link(person) + "angaben/", {"action": "address", "new-email": "neu@stadt.demo.invalid"})
    person.refresh_from_db()
    assert person.email == "ada@stadt.demo.invalid"
    letter = Letter.objects.get(name="new_address")
    where = letter.text.split(env.origin)[1].split()[0]
    assert "neu@stadt.demo.invalid" in page(client.get(where))
    client.post(where)
    old = link(person)
    person.refresh_from_db()
    assert person.email == "neu@stadt.demo.invalid"
    assert client.get(old).status_code == 404
    assert client.get(where).status_code == 404, "it works once"
    changed = Letter.objects.get(name="changed")
    assert (changed.address, changed.method) == ("neu@stadt.demo.invalid", "REQUEST")
    assert participation_url(person) in changed.text


def test_an_address_of_somebody_else_is_neither_taken_nor_told(client, desk):
    person, other = sign_up(desk, "Ada").person, sign_up(desk, "Ben").person
    data = {"action": "address", "new-email": other.email}
    done = page(client.post(link(person) + "angaben/", data, follow=True))
    assert "Wir haben einen Link an die neue Adresse geschickt" in done
    letter = Letter.objects.get(name="new_address")
    assert "/adresse/" not in letter.text
    wrong = client.post(link(person) + "angaben/", {"action": "address", "new-email": "x"})
    assert "Das ist keine E-Mail-Adresse" in page(wrong)


def test_proposals_and_the_lack_of_a_registration_are_shown(client, desk):
    person = add_participant(desk)
    add_session(add_plan(desk), "KI im Amt", proposer=person)
    shown = page(client.get(link(person)))
    assert "Sie sind nicht angemeldet" in shown
    assert "KI im Amt" in shown
    form = client.get(address(desk))
    assert 'name="email"' not in page(form), "the link was followed in this browser"
    client.post(address(desk), {"given_name": "Kim", "family_name": "Beispiel"})
    assert states(desk) == {"Kim": "confirmed"}


def test_guests_of_one_network_and_one_mailbox_are_limited(client, desk):
    for _ in range(7):
        EventDesk.objects.update(seats=100)
        Letter.objects.all().delete()
        fill(client, desk)
    assert letters(GUEST) == [], "the sixth and seventh mail to one mailbox were not written"


def test_the_event_says_where_one_registers_from_when_the_desk_offers_it(open_desk):
    desk = open_desk(registration_opens=None, proposals_open=None)
    EventPage.objects.filter(pk=desk.event_id).update(registration_url="https://extern.demo.invalid/")
    event = EventPage.objects.get(pk=desk.event_id)
    assert offered_registration(event) == "https://extern.demo.invalid/"
    desk.registration_opens = timezone.now() + dt.timedelta(days=9)
    desk.save()
    assert offered_registration(event) == env.origin + address(desk)


@pytest.mark.parametrize("number", [1, 3])
def test_the_pages_cost_as_much_for_one_as_for_three(client, desk, django_assert_num_queries, number):
    registration = sign_up(desk, "Ada")
    plan = add_plan(desk)
    for position in range(number):
        question = Question.objects.create(desk=desk, label=f"Frage {position}", position=position)
        Answer.objects.create(registration=registration, question=question, text="Ja.")
        ConsentText.objects.create(desk=desk, purpose="other", text=f"Wortlaut {position}")
        add_session(plan, f"Session {position}", proposer=registration.person)
    client.get(link(registration.person))
    with django_assert_num_queries(10):
        client.get(link(registration.person))
    with django_assert_num_queries(5):
        client.get(link(registration.person) + "angaben/")
    client.logout()
    with django_assert_num_queries(5):
        client.get(address(desk))


def test_the_calendar_is_subscribed_to_with_one_tap(client, desk):
    person = sign_up(desk, "Ada").person
    shown = page(client.get(link(person)))
    feed = env.origin.partition("://")[2] + "/kalender/meine/"
    assert f'href="webcal://{feed}' in shown
    assert f"{env.origin}/kalender/meine/" in shown
