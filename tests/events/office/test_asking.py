"""Questions and consents: what was answered keeps its wording."""

from __future__ import annotations

import pytest
from django.utils import timezone

from events.models import Answer, Consent, ConsentText, Question
from events.printing.badges import build_badges
from events.printing.codes import Codes
from tests.events.office.conftest import address, text_of
from tests.factories.events import add_participant, add_seat

QUESTIONS, CONSENTS = "abfragen/anmeldefragen/", "abfragen/einwilligungen/"


def ask(browser, desk, **fields):
    data = {"label": "Was essen Sie?", "kind": "line", **fields}
    return browser.post(address(desk, QUESTIONS), data)


@pytest.fixture
def question(desk):
    return desk.questions.create(label="Was essen Sie?", kind="line")


@pytest.fixture
def answered(desk, question):
    registration = add_seat(add_participant(desk))
    Answer.objects.create(registration=registration, question=question, text="Suppe")
    return question


def test_questions_stand_in_the_order_they_were_added(browser, desk):
    ask(browser, desk)
    ask(browser, desk, label="Woher?", kind="one", choices="Stadt\n\n Kreis \nStadt", required="on")
    first, second = desk.questions.all()
    assert (first.position, second.position) == (0, 1)
    assert (second.choices, second.required) == ("Stadt\nKreis", True)
    browser.post(address(desk, f"{QUESTIONS}{second.pk}/"), {"action": "up"})
    assert [question.label for question in desk.questions.all()] == ["Woher?", "Was essen Sie?"]


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"label": ""}, "Dieses Feld"),
        ({"kind": "one", "choices": "nur eine"}, "2 bis 30"),
        ({"kind": "several", "choices": "\n".join(map(str, range(31)))}, "2 bis 30"),
        ({"kind": "one", "choices": f"a\n{'b' * 201}"}, "unter 200 Zeichen"),
        ({"kind": "bild"}, "bild"),
    ],
)
def test_a_question_that_cannot_be_answered_is_refused(browser, desk, fields, said):
    response = ask(browser, desk, **fields)
    assert said in text_of(response)
    assert not Question.objects.exists()


def test_choices_of_a_question_without_any_are_dropped(browser, desk):
    ask(browser, desk, choices="a\nb")
    assert Question.objects.get().choices == ""


def test_an_unanswered_question_is_changed_where_it_stands(browser, desk, question):
    browser.post(address(desk, f"{QUESTIONS}{question.pk}/"), {"label": "Und trinken?", "kind": "text"})
    assert list(Question.objects.values_list("pk", "label", "kind")) == [
        (question.pk, "Und trinken?", "text")
    ]


def test_an_answered_question_is_retired_and_asked_anew(browser, desk, answered):
    assert "1 Person hat schon geantwortet" in text_of(
        browser.get(address(desk, f"{QUESTIONS}{answered.pk}/"))
    )
    data = {"label": "Fleisch?", "kind": "yes"}
    response = browser.post(address(desk, f"{QUESTIONS}{answered.pk}/"), data, follow=True)
    assert "Ihr neuer Wortlaut wird ab jetzt gefragt" in text_of(response)
    answered.refresh_from_db()
    assert (answered.label, answered.retired) == ("Was essen Sie?", True)
    assert answered.answers.get().text == "Suppe"
    new = desk.questions.get(retired=False)
    assert (new.label, new.kind, new.position) == ("Fleisch?", "yes", answered.position)


def test_an_answered_question_is_not_deleted(browser, desk, answered):
    response = browser.post(address(desk, f"{QUESTIONS}{answered.pk}/"), {"action": "delete"}, follow=True)
    assert "bleibt es erhalten" in text_of(response)
    answered.refresh_from_db()
    assert answered.retired
    browser.post(address(desk, f"{QUESTIONS}{answered.pk}/"), {"action": "restore"})
    answered.refresh_from_db()
    assert not answered.retired


def test_an_unanswered_one_is(browser, desk, question):
    browser.post(address(desk, f"{QUESTIONS}{question.pk}/"), {"action": "delete"})
    assert not Question.objects.exists()


def test_a_consent_that_was_given_keeps_its_wording(browser, desk):
    data = {"purpose": "photos", "text": "Fotos für die Website."}
    browser.post(address(desk, CONSENTS), data)
    given = ConsentText.objects.get()
    Consent.objects.create(person=add_participant(desk), text=given, given=timezone.now())
    changed = {"purpose": "photos", "text": "Fotos für alles."}
    browser.post(address(desk, f"{CONSENTS}{given.pk}/"), changed)
    given.refresh_from_db()
    assert (given.text, given.retired) == ("Fotos für die Website.", True)
    assert desk.consent_texts.get(retired=False).text == "Fotos für alles."


def test_those_of_other_events_are_not_found(browser, desk, section):
    from tests.factories.events import add_desk, add_event

    other = add_desk(add_event(section, "Andere"))
    foreign = other.questions.create(label="Fremd?", kind="line")
    assert browser.post(address(desk, f"{QUESTIONS}{foreign.pk}/"), {"action": "delete"}).status_code == 404
    assert browser.get(address(desk, f"{CONSENTS}{foreign.pk}/")).status_code == 404
    assert browser.get(address(desk, "abfragen/anderes/")).status_code == 404
    assert Question.objects.filter(pk=foreign.pk).exists()


@pytest.mark.parametrize("number", [1, 3])
def test_the_list_costs_the_same_queries(browser, desk, number, django_assert_num_queries):
    for n in range(number):
        desk.questions.create(label=f"Frage {n}", kind="line")
    browser.get(address(desk, QUESTIONS))
    with django_assert_num_queries(7):
        browser.get(address(desk, QUESTIONS))


def test_photos_are_asked_for_in_one_tap_given_and_shown_on_badges(browser, desk, client):
    shown = text_of(browser.get(address(desk, CONSENTS)))
    assert "Wird fotografiert?" in shown
    for _ in range(2):
        browser.post(address(desk, CONSENTS), {"action": "photos"})
    wording = desk.consent_texts.get()
    assert wording.purpose == ConsentText.Purpose.PHOTOS
    assert "Verantwortlich: Geschäftsstelle." in wording.text
    assert wording.text in shown
    assert "Wird fotografiert?" not in text_of(browser.get(address(desk, CONSENTS)))
    assert wording.text in text_of(client.get(f"/veranstaltungen/{desk.event.translation_key}/anmelden/"))
    seats = [add_seat(add_participant(desk, name)) for name in ("Ada", "Bea")]
    Consent.objects.create(person=seats[0].person, text=wording, given=timezone.now())
    assert [badge.no_photos for badge in build_badges(desk, seats, Codes())] == [False, True]
    wording.retired = True
    wording.save()
    assert "Wird fotografiert?" in text_of(browser.get(address(desk, CONSENTS)))


def test_questions_offer_no_photos(browser, desk):
    assert "Wird fotografiert?" not in text_of(browser.get(address(desk, QUESTIONS)))
    browser.post(address(desk, QUESTIONS), {"action": "photos"})
    assert not desk.consent_texts.exists()
