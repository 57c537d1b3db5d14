"""Rare words and bodies named in a question decide, and the facts of an event answer."""

from __future__ import annotations

import datetime as dt

import pytest

from hub.documents import Case, Event, Viewer
from hub.municipalities.models import Body
from search.answers.measuring import Found
from search.answers.models import Passage
from search.answers.service import answer_question
from search.answers.verdicts import Verdict, judge
from tests.search.catalogue import KOBLENZ, MAINZ, make_document, publish

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("core", "placed", "kind", "coverage", "verdict"),
    [
        (1.0, True, "case_report", 0.7, Verdict.VERBATIM),
        (0.3, True, "case_report", 0.9, Verdict.RELATED),
        (1.0, False, "case_report", 0.9, Verdict.RELATED),
        (1.0, True, "body", 0.9, Verdict.RELATED),
        (1.0, True, "body", 1.0, Verdict.VERBATIM),
        (0.0, False, "body", 0.2, Verdict.NOTHING),
    ],
)
def test_rare_words_and_named_bodies_must_be_there(
    core: float, placed: bool, kind: str, coverage: float, verdict: Verdict
) -> None:
    shares = {"own": 0.5, "often": coverage, "near": coverage}
    found = Found(Passage(kind=kind), 1.0, coverage, words=2, core=core, placed=placed, **shares)
    assert judge(found, asked=3) is verdict


@pytest.fixture
def two_cities() -> None:
    for key, name in ((KOBLENZ, "Koblenz"), (MAINZ, "Mainz")):
        Body.objects.update_or_create(key=key, defaults={"name": name, "kind": "city"})
    portrait = "Koblenz betreibt die E-Akte und hatte einen Chatbot. Koblenz liegt an der Mosel."
    publish(make_document("Koblenz", portrait, kind="body", publishers=(KOBLENZ,), case=None))
    chatbot = "Der Chatbot wurde nach sieben Monaten abgeschaltet."
    publish(make_document("Dialog im Servicecenter", chatbot, publishers=(KOBLENZ,)))
    council = Case(maturity="pilot", works_council="Zustimmung nach Dienstvereinbarung")
    publish(make_document("Website-Relaunch", "Neue Seiten.", publishers=(MAINZ,), case=council))
    files = Case(maturity="pilot", works_council="Vereinbarung vor der ersten Welle")
    publish(make_document("Einführung der E-Akte", "Vier Wellen.", publishers=(MAINZ,), case=files))


@pytest.mark.parametrize(
    ("question", "verdict", "title"),
    [
        ("Warum wurde der Chatbot abgeschaltet?", Verdict.VERBATIM, "Dialog im Servicecenter"),
        ("Warum wurde der Chatbot in Koblenz abgeschaltet?", Verdict.VERBATIM, "Dialog im Servicecenter"),
        ("Warum wurde der Chatbot in Mainz abgeschaltet?", Verdict.RELATED, "Dialog im Servicecenter"),
        ("Muss der Personalrat bei der E-Akte zustimmen?", Verdict.VERBATIM, "Einführung der E-Akte"),
        ("Was kostet die E-Akte in Koblenz?", Verdict.RELATED, "Koblenz"),
        ("Wie hoch ist die Hundesteuer in Koblenz?", Verdict.NOTHING, None),
    ],
)
def test_a_named_city_says_whose_report_and_the_topic_decides(
    two_cities: None, question: str, verdict: Verdict, title: str | None
) -> None:
    answer = answer_question(question, Viewer.anonymous())
    assert answer.verdict is verdict
    assert [citation.passage.title for citation in answer.citations][:1] == ([title] if title else [])


@pytest.mark.parametrize(
    ("question", "wanted"),
    [
        ("Wann findet das Barcamp statt?", "Findet statt: Fr, 12. März 2027"),
        ("Wo findet das Barcamp statt?", "Ort: Zollhafen, Rheinallee 1"),
        ("Gibt es zum Barcamp eine Anmeldung?", "Anmeldung: https://barcamp.example/"),
    ],
)
def test_the_facts_of_an_event_answer(question: str, wanted: str) -> None:
    starts = dt.datetime(2027, 3, 12, 8, tzinfo=dt.UTC)
    facts = Event(
        starts=starts,
        ends=starts + dt.timedelta(hours=8),
        location="Zollhafen",
        address="Rheinallee 1",
        registration_url="https://barcamp.example/",
    )
    event = make_document(
        "Barcamp 2027", "Die Sessions entstehen am Morgen.", kind="event", case=None, event=facts
    )
    entry = publish(event)
    publish(make_document("Radwege", "Das Geoportal zeigt Unfälle."))
    answer = answer_question(question, Viewer.anonymous())
    assert answer.verdict is Verdict.VERBATIM
    assert wanted in answer.citations[0].passage.text
    assert answer.citations[0].url == f"{entry.get_absolute_url()}#fakt-when"
