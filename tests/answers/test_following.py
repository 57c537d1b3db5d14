"""Questions that follow others take their subject over, and only then."""

from __future__ import annotations

import pytest

from hub.documents import Viewer
from hub.municipalities.models import Body
from search.answers.following import as_typed, carried_groups
from search.answers.service import Answer, answer_question
from search.answers.verdicts import Verdict
from search.expansion import read_query
from tests.search.catalogue import make_document, publish

KOBLENZ, MAINZ = "07111000", "07315000"
CHATBOT = "Was brachte der Chatbot in Koblenz?"


@pytest.mark.parametrize(
    ("text", "before", "carried"),
    [
        ("Was kostet das?", ["Wie läuft die Kitaplatzvergabe?"], ["kitaplatzvergabe"]),
        ("Und die Kosten?", ["Wie läuft die Kitaplatzvergabe?"], ["kitaplatzvergabe"]),
        ("Welche Schnittstellen braucht er?", ["Wozu dient der Chatbot?"], ["chatbot"]),
        ("Wer war dort Ansprechpartner?", ["Wozu dient der Chatbot?"], ["chatbot"]),
        ("Wie lange dauerte es?", ["Wozu dient der Chatbot?"], ["chatbot"]),
        ("was kostet das", ["wozu dient der chatbot"], ["dient", "chatbot"]),
        # Further back where the last one followed another itself; no further.
        ("Wie lange dauerte es?", ["Wozu dient der Chatbot?", "Was kostet das?"], ["chatbot"]),
        ("Was kostet das?", ["Wozu dient der Chatbot?", "Wie läuft der Bauantrag?"], ["bauantrag"]),
        # It stands alone.
        ("Was kostet ein Radweg?", ["Wozu dient der Chatbot?"], []),
        ("Was kostet das neue Portal?", ["Wozu dient der Chatbot?"], []),
        ("Gibt es Radwege?", ["Wozu dient der Chatbot?"], []),
        ("Was raten Sie bei Hochwasser?", ["Wozu dient der Chatbot?"], []),
        ("Was kostet das?", [], []),
    ],
)
def test_what_is_taken_over(text: str, before: list[str], carried: list[str]) -> None:
    assert [group.word for group in carried_groups(text, before)] == carried


def test_words_taken_over_are_shown_as_they_were_typed_last() -> None:
    earlier = ["Was brachte der CHATBOT?", "Und die E Akte, der Chatbot?", "Wozu das Open-Data-Portal?"]
    groups = [group for text in ("open-data-portal", "chatbot", "e akte") for group in read_query(text)]
    assert as_typed(groups, earlier) == ("Open-Data-Portal", "Chatbot", "E Akte")
    assert as_typed(read_query("chatbot"), ["wozu dient der chatbot"]) == ("chatbot",)


@pytest.fixture
def cities() -> None:
    for key, name in ((KOBLENZ, "Koblenz"), (MAINZ, "Mainz")):
        Body.objects.update_or_create(key=key, defaults={"name": name, "kind": "city"})
    costs = "Der Chatbot kostete 9.000 Euro im Jahr."
    publish(make_document("Dialog im Servicecenter", costs, publishers=(KOBLENZ,)))
    publish(make_document("Auskunft am Telefon", "Der Chatbot kostete 4.000 Euro.", publishers=(MAINZ,)))
    publish(make_document("Radwege", "Die Radwege kosteten 80.000 Euro.", publishers=(KOBLENZ,)))


def ask(text: str, *before: str) -> Answer:
    return answer_question(text, Viewer.anonymous(), before=before)


def first_title(answer: Answer) -> str:
    assert answer.verdict is Verdict.VERBATIM
    return answer.citations[0].passage.title


@pytest.mark.django_db
def test_a_question_is_answered_about_what_was_spoken_of(cities: None) -> None:
    answer = ask("Was kostete das?", CHATBOT)
    assert first_title(answer) == "Dialog im Servicecenter"
    assert set(answer.carried) == {"Chatbot", "Koblenz"}
    assert ask("Was kostete das?").carried == ()


@pytest.mark.django_db
def test_another_town_takes_the_place_of_the_one_before(cities: None) -> None:
    answer = ask("Und was kostete das in Mainz?", CHATBOT)
    assert first_title(answer) == "Auskunft am Telefon"
    assert answer.carried == ("Chatbot",)


@pytest.mark.django_db
def test_another_subject_takes_nothing_over(cities: None) -> None:
    answer = ask("Und was kosteten die Radwege?", "Wozu dient der Chatbot?")
    assert first_title(answer) == "Radwege"
    assert answer.carried == ()


@pytest.mark.django_db
def test_the_page_of_a_body_is_no_answer_to_a_word_taken_over_alone(cities: None) -> None:
    known = "Seit dem 3. März 2025 läuft die Parkraumsensorik."
    publish(make_document("Stadt Koblenz", known, kind="body", case=None, publishers=(KOBLENZ,)))
    own = ask("Wann begann die Parkraumsensorik?")
    follow = ask("Wann war das?", "Wozu dient die Parkraumsensorik?")
    assert [one.passage.title for one in (*own.citations, *follow.citations)] == ["Stadt Koblenz"] * 2
    assert follow.carried == ("Parkraumsensorik",)
    assert follow.verdict is Verdict.RELATED
    publish(make_document("Parken", known, publishers=(KOBLENZ,)))
    assert first_title(ask("Wann war das?", "Wozu dient die Parkraumsensorik?")) == "Parken"
