"""Questions about datasets, indicators, training paths, motions, focus groups: from question to passage."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.utils import translation

from hub.documents import Case, Costs, Text, Viewer
from hub.municipalities.models import Body
from search.answers.models import Passage
from search.answers.service import answer_question
from search.answers.verdicts import Verdict
from tests.search.catalogue import KOBLENZ, MAINZ, make_document, publish, section

pytestmark = pytest.mark.django_db

PUBLIC = Viewer.anonymous()
PEER = "https://trier.example"

DATASET = {
    "licence": "DL-DE-BY-2.0",
    "frequency": "quarterly",
    "modified": "2026-08-31",
    "distributions": [{"format": "CSV"}, {"format": "GeoJSON"}, {"format": "CSV"}],
}
INDICATOR = {
    "unit": "Prozent",
    "formula": "Online eingegangene Anträge geteilt durch alle Anträge",
    "measurements": [{"period": "2026-Q2", "value": "36.7"}, {"period": "2026-Q3", "value": "38.1"}],
}
TRAINING = {"target_group": "Beschäftigte ohne Vorkenntnisse", "step_minutes": [90, 60, None]}
MOTION = {"result": "einstimmig beschlossen", "decided": "2026-05-28", "committee": "Hauptausschuss"}
RELEASED = {
    "version": "2.1",
    "released": "2026-08-03",
    "releases": [{"version": "2.1", "notes": "Sprachausgabe für alle Antworten."}, {"version": "2.0"}],
}
SLOT = {
    "uid": "s1",
    "title": "Baumkataster offen",
    "starts": "2027-03-12T09:00:00Z",
    "ends": "2027-03-12T09:45:00Z",
    "room": "Saal 1",
    "summary": "Was Bäume kosten.",
    "hosts": ["Grünflächenamt"],
}
EVENT = {"starts": "2027-03-12T08:00:00Z", "ends": "2027-03-12T16:00:00Z", "slots": [SLOT]}
GROUP = {
    "seats": [{"body": KOBLENZ, "role": "Stabsstelle Digitalisierung"}, {"body": MAINZ, "role": "Ratsbüro"}]
}


def publish_kind(kind: str, title: str, **fields: Any) -> None:
    for key, name in ((KOBLENZ, "Koblenz"), (MAINZ, "Mainz")):
        Body.objects.update_or_create(key=key, defaults={"name": name, "kind": "city"})
    publish(make_document("Radwege", "Das Geoportal zeigt Unfälle an Kreuzungen."))
    publish(make_document(title, "Worum es hier geht.", kind=kind, **{"case": None, **fields}))


@pytest.mark.parametrize(
    ("kind", "title", "part", "question", "anchor", "wording"),
    [
        ("dataset", "Ladepunkte im Stadtgebiet", {"dataset": DATASET},
         "Welche Lizenz haben die Ladepunkte?", "fakt-licence",
         "DL-DE-BY-2.0 (Datenlizenz Deutschland – Namensnennung – 2.0)"),
        ("dataset", "Ladepunkte im Stadtgebiet", {"dataset": DATASET},
         "In welchem Format gibt es die Ladepunkte?", "fakt-distributions", "CSV, GeoJSON"),
        ("dataset", "Ladepunkte im Stadtgebiet", {"dataset": DATASET},
         "Wann kommt die Aktualisierung der Ladepunkte?", "fakt-frequency",
         "vierteljährlich, zuletzt am 31. August 2026"),
        ("indicator", "Anteil Onlineanträge", {"indicator": INDICATOR},
         "Was ist der neueste Wert beim Anteil der Onlineanträge?", "fakt-newest", "38,1 Prozent (2026-Q3)"),
        ("indicator", "Anteil Onlineanträge", {"indicator": INDICATOR},
         "Was ist der Rechenweg beim Anteil der Onlineanträge?", "fakt-formula", INDICATOR["formula"]),
        ("training", "Lernpfad Sprachmodelle", {"training": TRAINING},
         "Welche Zielgruppe hat der Lernpfad Sprachmodelle?", "fakt-target-group",
         "Beschäftigte ohne Vorkenntnisse"),
        ("training", "Lernpfad Sprachmodelle", {"training": TRAINING},
         "Welche Dauer hat der Lernpfad Sprachmodelle?", "fakt-time", "2 Stunden und 30 Minuten"),
        ("motion", "Ratsantrag Baumkataster", {"motion": MOTION},
         "Welches Ergebnis hatte der Ratsantrag zum Baumkataster?", "fakt-result",
         "einstimmig beschlossen\n28. Mai 2026, Hauptausschuss"),
        ("focus_group", "Fokusgruppe Sensorik", {"group": GROUP},
         "Wer sind die Mitglieder der Fokusgruppe Sensorik?", "mitglieder",
         "Koblenz: Stabsstelle Digitalisierung\nMainz: Ratsbüro"),
        ("module", "Chatbot-Baukasten", {"module": {"requirements": "PostgreSQL 17"}},
         "Welche Voraussetzungen hat der Chatbot-Baukasten?", "fakt-requirements", "PostgreSQL 17"),
        ("module", "Chatbot-Baukasten", {"module": RELEASED},
         "Welche aktuelle Version hat der Chatbot-Baukasten?", "fakt-version",
         "2.1, veröffentlicht am 3. August 2026"),
        ("module", "Chatbot-Baukasten", {"module": RELEASED},
         "Was ist beim Chatbot-Baukasten neu an der Sprachausgabe?", "version-2.1",
         "Sprachausgabe für alle Antworten."),
        ("module", "Chatbot-Baukasten", {"module": RELEASED, "costs": {"monthly_eur": 300}},
         "Was kostet der Chatbot-Baukasten im Monat?", "fakt-costs-note", "Kosten im Monat: 300\u00a0€"),
        ("dataset", "Ladepunkte im Stadtgebiet", {"dataset": {"starts": "2020-01-01", "ends": "2025-12-31"}},
         "Welchen Zeitraum umfassen die Ladepunkte?", "fakt-period", "1. Januar 2020 – 31. Dezember 2025"),
        ("event", "Barcamp", {"event": EVENT},
         "Wann ist beim Barcamp die Session zum Baumkataster?", "slot-s1",
         "Baumkataster offen\nFr, 12. März 2027, 10:00–10:45 Uhr, Saal 1\nWas Bäume kosten.\nGrünflächenamt"),
        ("session_note", "Session zum Baumkataster", {"session": {"held": "2027-03-12"}},
         "Wann fand die Session zum Baumkataster statt?", "fakt-held", "12. März 2027"),
        ("format", "Webinar Sensorik", {"recording": {"held": "2026-03-12", "minutes": 45}},
         "Welche Dauer hat das Webinar Sensorik?", "fakt-minutes", "45 Minuten"),
    ],
)  # fmt: skip
def test_a_question_finds_the_fact(
    kind: str, title: str, part: dict[str, Any], question: str, anchor: str, wording: str
) -> None:
    publish_kind(kind, title, **part)
    answer = answer_question(question, PUBLIC)
    assert answer.verdict is Verdict.VERBATIM
    assert (answer.citations[0].passage.anchor, answer.citations[0].passage.text) == (anchor, wording)


@pytest.mark.parametrize(
    ("question", "anchor", "wording"),
    [
        ("Was kostet der Chatbot in Koblenz einmalig?", "fakt-once-eur",
         "Kosten einmalig: 42.000\u00a0€\nKosten im Monat: 300\u00a0€"),
        ("Welche Software nutzt der Chatbot?", "fakt-software", "Rasa, PostgreSQL"),
        ("Welchen Reifegrad hat der Chatbot?", "fakt-maturity", "Pilot"),
        ("Seit wann läuft der Chatbot?", "fakt-started", "März 2025"),
    ],
)  # fmt: skip
def test_a_question_finds_the_fact_of_a_report(question: str, anchor: str, wording: str) -> None:
    case = Case(maturity="pilot", software=("Rasa", "PostgreSQL"), started=dt.date(2025, 3, 1))
    costs = Costs(once_eur=42_000, monthly_eur=300)
    publish_kind("case_report", "Chatbot in Koblenz", case=case, costs=costs)
    answer = answer_question(question, PUBLIC)
    assert answer.verdict is Verdict.VERBATIM
    assert (answer.citations[0].passage.anchor, answer.citations[0].passage.text) == (anchor, wording)


def test_the_summary_answers_and_opens_at_its_place(client: Client) -> None:
    publish(make_document("Radwege", "Das Geoportal zeigt Unfälle an Kreuzungen."))
    report = make_document(
        "Kitaplätze", "Verlauf.", origin=PEER, summary="46 Kitas haben Plätze abgeglichen."
    )
    entry = publish(report, source="trier")
    (citation, *_) = answer_question("Wie viele Kitas haben Plätze abgeglichen?", PUBLIC).citations
    assert (citation.passage.text, citation.passage.heading) == (
        entry.document.text().summary,
        "Zusammenfassung",
    )
    assert citation.url == f"{entry.get_absolute_url()}#fakt-summary"
    page = client.get(entry.get_absolute_url()).content.decode()
    assert f'id="fakt-summary" lang="de">{citation.passage.text}</p>' in page


def test_a_member_that_was_renamed_is_not_quoted_by_its_old_name() -> None:
    publish_kind("focus_group", "Fokusgruppe Sensorik", group=GROUP)
    Body.objects.filter(key=MAINZ).update(name="Neustadt")
    answer = answer_question("Wer sind die Mitglieder der Fokusgruppe Sensorik?", PUBLIC)
    assert "mitglieder" not in {citation.passage.anchor for citation in answer.citations}


def test_how_many_use_it_is_no_passage() -> None:
    publish_kind("adoption", "Nachnutzung", adoption={"version": "2.0"})
    assert not Passage.objects.filter(kind="adoption").exists()


def wording(title: str, *texts: str) -> Text:
    return Text(title=title, sections=(section("Verlauf", *texts),))


GERMAN = "Der Chatbot wurde nach sieben Monaten abgeschaltet."
SIMPLE = "Der Chatbot ist weg: Die Stadt hat ihn abgeschaltet."
ENGLISH = "The Chatbot Koblenz was switched off: abgeschaltet."


def publish_wordings(**texts: Text) -> None:
    publish(make_document("Radwege", "Das Geoportal zeigt Unfälle an Kreuzungen."))
    wordings = {tag.replace("_", "-"): text for tag, text in texts.items()}
    publish(make_document("Chatbot", "x", texts=wordings, case=Case(maturity="ended")))


def test_simple_wording_does_not_crowd_out_the_ordinary_one() -> None:
    publish_wordings(
        de=wording("Chatbot", GERMAN), de_simple=wording("Chatbot", *[f"{SIMPLE} {'So. ' * 240}"] * 4)
    )
    answer = answer_question("Warum wurde der Chatbot abgeschaltet?", PUBLIC)
    assert [citation.passage.language for citation in answer.citations] == ["de"]


def test_simple_wording_answers_where_nothing_else_does_and_says_so(client: Client) -> None:
    publish_wordings(de=wording("Bericht", "Alles lief."), de_simple=wording("Chatbot", SIMPLE))
    (citation,) = answer_question("Warum wurde der Chatbot abgeschaltet?", PUBLIC).citations
    assert citation.passage.language == "de-simple"
    assert citation.url.endswith("?sprache=de-simple#verlauf-1")
    page = client.get("/fragen/", {"q": "Warum wurde der Chatbot abgeschaltet?"}).content.decode()
    assert '<dt>Sprache</dt><dd lang="de-simple">Vereinfachter Text</dd>' in page


@pytest.mark.parametrize(("spoken", "tags"), [("de", ["de", "en"]), ("en", ["en", "de"])])
def test_the_language_of_the_interface_comes_first(spoken: str, tags: list[str]) -> None:
    publish_wordings(de=wording("Chatbot", GERMAN), en=wording("Chatbot", ENGLISH))
    with translation.override(spoken):
        answer = answer_question("Chatbot abgeschaltet", PUBLIC)
        assert [citation.passage.language for citation in answer.citations] == tags
        assert [bool(citation.language) for citation in answer.citations] == [False, True]
