"""What is typed is never lost, and what one thinks of an answer is noted."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from search.answers import limiting
from search.answers.models import AnswerLog
from search.engines.base import EngineUnavailable
from tests.search.catalogue import make_document, publish

pytestmark = pytest.mark.django_db

QUESTION = 'Welcher "Sensor" meldet <freie> Parkplätze?'
IN_THE_BOX = 'value="Welcher &quot;Sensor&quot; meldet &lt;freie&gt; Parkplätze?"'


@pytest.fixture
def rated(client: Client) -> dict[str, str]:
    """What the form under an answer sends."""
    publish(make_document("Parken", "Der Sensor meldet freie Parkplätze."))
    page = client.get("/fragen/", {"q": QUESTION}).content.decode()
    form = page.split('action="/fragen/rueckmeldung"')[1]
    return {"eintrag": re.findall(r'name="eintrag" value="([^"]+)"', form)[0], "q": QUESTION}


def assert_kept_by_nobody_else(response: Any) -> None:
    """No cache on the way keeps what one person was shown, and the browser asks before it shows it again."""
    assert {"private", "no-cache"} <= set(response["Cache-Control"].split(", "))


def test_the_page_runs_no_script_that_stands_in_it(client: Client) -> None:
    for params in ({}, {"q": QUESTION}):
        policy = client.get("/fragen/", params)["Content-Security-Policy"]
        scripts = policy.partition("script-src")[2].partition(";")[0].split()
        assert scripts == ["'self'"]


def test_an_index_that_is_too_slow_leaves_the_question_in_the_box(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_args: Any) -> None:
        raise EngineUnavailable("zu langsam")

    monkeypatch.setattr("search.answers.views.answer_question", fail)
    response = client.get("/fragen/", {"q": QUESTION, "thema": "ki"})
    assert response.status_code == 503
    assert_kept_by_nobody_else(response)
    page = response.content.decode()
    assert IN_THE_BOX in page
    assert '<option value="ki" selected>' in page
    assert "Ihre Frage steht noch hier" in page


def test_whoever_asks_too_much_is_told_when_to_come_again_and_keeps_the_question(
    client: Client, admin_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(limiting.LIMITS, limiting.ASK, "1/m/key")
    answered = client.get("/fragen/", {"q": QUESTION})
    assert answered.status_code == 200
    assert_kept_by_nobody_else(answered)
    response = client.get("/fragen/", {"q": QUESTION})
    assert (response.status_code, response["Retry-After"]) == (429, "60")
    assert_kept_by_nobody_else(response)
    assert IN_THE_BOX in response.content.decode()
    assert client.get("/fragen/").status_code == 200  # the box itself is not counted
    assert admin_client.get("/fragen/", {"q": QUESTION}).status_code == 200  # another sender


@pytest.mark.parametrize(("said", "helpful"), [("ja", True), ("nein", False)])
def test_it_is_noted_whether_an_answer_helped(
    client: Client, rated: dict[str, str], said: str, helpful: bool
) -> None:
    response = client.post("/fragen/rueckmeldung", {**rated, "hilfreich": said})
    assert "Danke. Das ist notiert, ohne Ihre Frage." in response.content.decode()
    row = AnswerLog.objects.get()
    assert (row.helpful, row.text) == (helpful, "")


def test_the_question_is_kept_only_for_whoever_wants_that(client: Client, rated: dict[str, str]) -> None:
    response = client.post("/fragen/rueckmeldung", {**rated, "hilfreich": "ja", "behalten": "ja"})
    assert "mit dem Wortlaut Ihrer Frage" in response.content.decode()
    assert AnswerLog.objects.get().text == QUESTION


@pytest.mark.parametrize("key", ["", "x", "\x00", "6f4d9a3e-3c1c-4a43-9d38-0c8c3e0b3c11"])
def test_an_answer_nobody_knows_cannot_be_judged(client: Client, key: str) -> None:
    response = client.post("/fragen/rueckmeldung", {"eintrag": key, "hilfreich": "ja", "q": "a\x00b"})
    assert response.status_code == 410
    assert "Zu spät" in response.content.decode()


def test_another_site_cannot_judge_for_anybody(rated: dict[str, str]) -> None:
    stranger = Client(enforce_csrf_checks=True)
    assert stranger.post("/fragen/rueckmeldung", {**rated, "hilfreich": "nein"}).status_code == 403
    assert AnswerLog.objects.get().helpful is None


def test_it_is_only_ever_sent(client: Client) -> None:
    assert client.get("/fragen/rueckmeldung").status_code == 405
