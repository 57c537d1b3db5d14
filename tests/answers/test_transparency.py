"""What readers, registers and data protection officers are told of the answers, and that it is true."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from hub.documents import Viewer
from hub.env import env
from search.admin.answered import OUTCOMES
from search.answers import generation, log, transparency
from search.answers.models import AnswerLog
from search.answers.service import answer_question
from search.answers.transparency import describe_system
from tests.search.catalogue import make_document, publish

pytestmark = pytest.mark.django_db

HOW, REGISTER, REPORT, SHEET = (
    "/fragen/so-funktioniert-es/",
    "/fragen/verzeichnis.json",
    "/admin/suche/antworten/",
    "/admin/suche/antworten.csv",
)


def set_up_model(monkeypatch: pytest.MonkeyPatch) -> None:
    model = SimpleNamespace(name="llama-3", host="ki.example.de")
    monkeypatch.setattr(generation, "model", lambda: model)


def test_without_a_model_nothing_is_phrased_and_nothing_leaves(client: Client) -> None:
    page = client.get(HOW).content.decode()
    assert "Hier antwortet keine KI." in page
    assert "Nichts: weder Frage noch Fundstellen." in page
    assert "Wie Sätze entstehen" not in page


def test_with_a_model_its_name_and_host_are_told(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    set_up_model(monkeypatch)
    page = client.get(HOW).content.decode()
    assert "Hier antwortet ein KI-System: Das Sprachmodell llama-3 bei ki.example.de" in page
    assert "gehen an ki.example.de" in page
    assert "Wie Sätze entstehen" in page


def test_retention_is_told_as_it_is() -> None:
    facts = {fact.key: fact.value for fact in describe_system().facts}
    assert str(log.KEPT.days) in facts["log"]
    assert str(log.TEXT_KEPT.days) in facts["question_text"]


def test_the_register_entry_is_in_german_whatever_the_page(client: Client) -> None:
    response = client.get(REGISTER, headers={"accept-language": "en"})
    entry = json.loads(response.content)
    assert set(entry) == {
        "version", "name", "operator", "purpose", "people", "mode", "classification", "retrieval", "sources",
        "transfers", "log", "question_text", "safeguards", "limits", "contact",
    }  # fmt: skip
    assert entry["mode"].startswith("Kein Sprachmodell.")
    assert "attachment" in response["Content-Disposition"]


def test_the_report_counts_and_the_sheet_lists(admin_client: Client) -> None:
    publish(make_document("Kitaplätze", "Im Median wartete eine Familie 71 Tage."))
    viewer = Viewer.anonymous()
    keys = [
        log.note(answer_question(text, viewer), viewer, channel=log.PAGE, seconds=0.1)
        for text in ("Wie lange wartete eine Familie?", "Wie wird das Wetter?")
    ]
    log.rate(keys[0], helpful=True, text="Wie lange wartete eine Familie?")
    log.rate(keys[1], helpful=False)
    page = " ".join(admin_client.get(REPORT).content.decode().split())
    for said in (
        '<th scope="row">Fragen</th><td>2</td>',
        '<th scope="row">wörtliche Fundstellen gezeigt</th><td>1</td>',
        '<th scope="row">nichts gefunden</th><td>1</td>',
        '<th scope="row">gefragt von: Gäste</th><td>2</td>',
        '<th scope="row">hat nach eigener Angabe nicht geholfen</th><td>1</td>',
        '<th scope="row">mit dem Wortlaut der Frage, auf Wunsch aufgehoben</th><td>1</td>',
    ):
        assert said in page
    sheet = b"".join(admin_client.get(SHEET)).decode("utf-8-sig")
    _head, newest, oldest = csv.reader(io.StringIO(sheet), delimiter=";")
    assert (newest[3], newest[10], newest[11]) == ("nichts gefunden", "nein", "")
    assert (oldest[3], oldest[10], oldest[11]) == (
        "wörtliche Fundstellen gezeigt",
        "ja",
        "Wie lange wartete eine Familie?",
    )


def test_every_outcome_that_is_logged_has_a_name() -> None:
    assert set(OUTCOMES) == {*generation.Outcome, log.CANCELLED}


@pytest.mark.parametrize("members", [False, True])
def test_what_goes_to_the_model_is_told(
    client: Client, monkeypatch: pytest.MonkeyPatch, members: bool
) -> None:
    set_up_model(monkeypatch)
    monkeypatch.setattr(transparency, "env", replace(env, answers_members=members))
    facts = {fact.key: fact.value for fact in describe_system().facts}
    assert "zuvor" in facts["transfers"]
    assert ("für Mitglieder" in facts["transfers"]) == members


def test_only_the_period_counts(admin_client: Client) -> None:
    viewer = Viewer.anonymous()
    log.note(answer_question("Alt?", viewer), viewer, channel=log.PAGE, seconds=0.1)
    AnswerLog.objects.update(at=timezone.now() - dt.timedelta(days=60))
    assert "niemand etwas gefragt" in admin_client.get(REPORT, {"tage": "30"}).content.decode()
    assert "niemand etwas gefragt" not in admin_client.get(REPORT, {"tage": "90"}).content.decode()
    assert admin_client.get(REPORT, {"tage": "x' OR 1"}).status_code == 200


def test_the_number_of_queries_does_not_grow(admin_client: Client, django_assert_num_queries: Any) -> None:
    viewer = Viewer.anonymous()
    asked = answer_question("Alt?", viewer)
    admin_client.get(REPORT)
    for _number in range(2):
        with CaptureQueriesContext(connection) as queries:
            admin_client.get(REPORT)
        for _each in range(5):
            log.note(asked, viewer, channel=log.API, seconds=0.1)
        with django_assert_num_queries(len(queries)):
            admin_client.get(REPORT)
