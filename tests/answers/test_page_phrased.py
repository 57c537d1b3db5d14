"""The page with a language model: what it says, how it is marked, and what becomes of it when that fails."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import quote

import pytest
from django.test import Client

from search.answers import limiting
from search.answers.generation import Claim, End, Outcome, Quote
from search.answers.models import AnswerLog
from search.answers.service import Answer
from tests.answers.scripted import saying, scripted
from tests.search.catalogue import make_document, publish, section

pytestmark = pytest.mark.django_db

QUESTION = "Welcher Sensor meldet freie Parkplätze?"
FIRST = "Der Sensor meldet freie Parkplätze."
SECOND = "Der Sensor meldet freie Parkplätze auch im Winter."
EVIL = '<img src="https://evil.example/?q=1"> [hier](https://evil.example) <script>alert(1)</script>'


@pytest.fixture(autouse=True)
def corpus() -> None:
    publish(make_document("Parken", FIRST, sections=(section("Eins", FIRST), section("Zwei", SECOND))))
    publish(make_document("Nachbar", "Der Sensor meldet freie Parkplätze am Bahnhof."))


def page_of(client: Client, **params: Any) -> str:
    response = client.get("/fragen/", {"q": QUESTION, **params})
    assert response.status_code == 200
    return str(response.content.decode())


def lines_of(client: Client, **params: Any) -> list[dict[str, Any]]:
    response = client.get("/fragen/antwort", {"q": QUESTION, **params})
    assert response.status_code == 200
    return [json.loads(line) for line in b"".join(response.streaming_content).splitlines()]


def generated(page: str) -> list[str]:
    """The pieces marked as generated, without the blank one that a script fills."""
    shown = re.sub(r"<template.*?</template>", "", page, flags=re.DOTALL)
    return re.findall(r'<div class="generated".*?</div>\s*</div>', shown, re.DOTALL)


def two_sources(answer: Answer, before: Sequence[str]) -> Iterator[Claim | End]:
    """The second passage proves one claim, the second and the first another."""
    texts = [each.passage.text for each in answer.retrieved]
    yield Claim("Zuerst die zweite.", (Quote(1, texts[1][:20]),))
    yield Claim("Dann beide.", (Quote(1, texts[1][4:20]), Quote(0, texts[0][:9]), Quote(1, texts[1][:20])))
    yield End(Outcome.COMPLETE)


def unasked(answer: Answer, before: Sequence[str]) -> Iterator[Claim | End]:
    raise AssertionError("the model was asked")
    yield


def test_without_a_model_nothing_is_phrased_and_nothing_marked(client: Client) -> None:
    page = page_of(client, antwort="ja")
    assert "Keine KI:" in page
    assert "data-ai-generated" not in page
    assert "Antwort formulieren" not in page
    assert client.get("/fragen/antwort", {"q": QUESTION}).status_code == 404


def test_before_anything_is_typed_the_page_names_the_model(client: Client) -> None:
    with scripted(unasked):
        page = client.get("/fragen/").content.decode()
        home = client.get("/suche/").content.decode()
    for shown in (page, home):
        assert "KI-System:" in shown
        assert "sprachmodell-9b bei modell.example" in shown


def test_the_sources_are_there_at_once_and_the_model_is_asked_by_a_link(client: Client) -> None:
    with scripted(unasked):
        page = page_of(client)
    assert page.count("<article") == 3
    assert re.search(r'href="/fragen/\?q=Welcher[^"]*&amp;antwort=ja#antwort" rel="nofollow"', page)
    assert generated(page) == []
    assert "source-number" not in page


def test_the_whole_answer_stands_in_the_page_without_any_script(client: Client) -> None:
    with scripted(two_sources):
        page = page_of(client, antwort="ja")
    (marked,) = generated(page)
    numbers = re.findall(r'href="#quelle-(\d)"', marked)
    assert numbers == ["1", "1", "2"]
    assert all(each in marked for each in ("Zuerst die zweite.", "Dann beide."))
    shown = re.sub(r"<template.*?</template>", "", page, flags=re.DOTALL)
    assert re.findall(r'id="quelle-(\d)"', shown) == ["1", "2"]
    assert shown.count("<article") == 3
    assert shown.count('class="source-number"') == 2
    used, unused = shown.split("Gefunden, für die Antwort nicht verwendet")
    assert unused.count("<article") == 1
    wordings = re.findall(r'quoted-wording.*?<p class="wording">(.*?)</p>', used, re.DOTALL)
    assert len(wordings) == 3  # each once
    assert all(each in FIRST + SECOND + "Der Sensor meldet freie Parkplätze am Bahnhof." for each in wordings)


def test_generated_text_is_marked_for_people_and_machines_and_quotations_are_not(client: Client) -> None:
    with scripted(saying("Eine Aussage.")):
        page = page_of(client, antwort="ja")
    (marked,) = generated(page)
    assert "KI-formuliert" in marked
    assert "sprachmodell-9b bei modell.example" in marked
    assert 'data-ai-generated="true"' in marked
    assert "digitalsourcetype/compositeWithTrainedAlgorithmicMedia" in marked
    assert "<blockquote" not in marked
    assert not re.search(r"\d\s?%(?![0-9A-F]{2})|Prozent", re.sub(r"<[^>]+>", "", page))


@pytest.mark.parametrize("streamed", [True, False])
def test_what_a_model_says_is_plain_text(client: Client, streamed: bool) -> None:
    with scripted(saying(EVIL)):
        shown = lines_of(client)[1]["claim"] if streamed else generated(page_of(client, antwort="ja"))[0]
    assert html.escape(EVIL) in shown
    assert "evil.example" not in "".join(re.findall(r"<[^>]*>", shown))


def test_a_stream_says_who_speaks_then_each_claim_with_its_sources_then_how_it_ended(client: Client) -> None:
    with scripted(two_sources):
        response = client.get("/fragen/antwort", {"q": QUESTION})
        first, *claims, last = [
            json.loads(line) for line in b"".join(response.streaming_content).splitlines()
        ]
    assert first == {
        "model": "sprachmodell-9b",
        "host": "modell.example",
        "digitalSourceType": "http://cv.iptc.org/newscodes/digitalsourcetype/compositeWithTrainedAlgorithmicMedia",
    }
    shown = [re.findall(r'id="quelle-(\d)"', "".join(claim["sources"])) for claim in claims]
    assert shown == [["1"], ["1", "2"]]
    assert (last["end"], last["html"].strip()) == ("complete", "")
    assert last["said"] == "Die Antwort ist fertig: 2 Aussagen mit Quellen."
    assert response["Content-Type"] == "application/x-ndjson"
    assert response["X-Robots-Tag"] == "noindex"
    assert "no-store" in response["Cache-Control"]


@pytest.mark.parametrize(
    ("outcome", "claims", "said"),
    [
        (Outcome.REFUSED, (), "Die Fundstellen beantworten das nicht."),
        (Outcome.BUSY, (), "Gerade werden viele Antworten formuliert."),
        (Outcome.FAILED, (), "Das Sprachmodell antwortet gerade nicht."),
        (Outcome.FAILED, ("Halb.",), "Hier bricht die Antwort ab:"),
    ],
)
def test_an_answer_that_does_not_come_leaves_the_sources(
    client: Client, outcome: Outcome, claims: tuple[str, ...], said: str
) -> None:
    with scripted(saying(*claims, outcome=outcome)):
        page, last = page_of(client, antwort="ja"), lines_of(client)[-1]
    assert said in page
    assert page.count("<article") == 3
    assert len(generated(page)) == len(claims)
    assert (last["end"], said in last["html"], said in last["said"]) == (outcome, True, True)
    refused = outcome is Outcome.REFUSED
    assert ("Antwort formulieren" not in page and "Noch einmal versuchen" in page) != refused
    assert ("/fragen/an-die-community/?q=Welcher" in last["html"]) == refused


def test_passages_that_are_for_no_model_are_not_said_to_answer_nothing(client: Client) -> None:
    def spared(answer: Answer, before: Sequence[str]) -> Iterator[Claim | End]:
        yield End(Outcome.REFUSED)

    with scripted(spared):
        assert "Diese Fundstellen sind nicht für alle bestimmt" in page_of(client, antwort="ja")


def test_a_source_opens_at_the_words_that_were_quoted(client: Client) -> None:
    with scripted(saying("Eine Aussage.")):
        page = page_of(client, antwort="ja")
    used = page.split('id="quelle-1"')[1]
    assert re.findall(r'<h3>.*?href="([^"]+)"', used)[0].endswith(":~:text=" + quote(FIRST[:20]))


def test_a_stream_that_ends_without_a_word_has_failed(client: Client) -> None:
    def silent(answer: Answer, before: Sequence[str]) -> Iterator[Claim | End]:
        yield from ()

    with scripted(silent):
        assert lines_of(client)[-1]["end"] == "failed"


def test_what_is_not_found_is_never_phrased(client: Client) -> None:
    with scripted(unasked):
        page = page_of(client, q="Wie backe ich Quastenflosser?", antwort="ja")
    assert "Nichts gefunden" in page
    assert "data-phrased" not in page


def test_earlier_questions_reach_the_model(client: Client) -> None:
    heard: list[Sequence[str]] = []

    def listening(answer: Answer, before: Sequence[str]) -> Iterator[Claim | End]:
        heard.append(tuple(before))
        yield End(Outcome.REFUSED)

    with scripted(listening):
        lines_of(client, zuvor=["Erste?", "Zweite?"])
    assert heard == [("Erste?", "Zweite?")]


def test_so_many_answers_are_phrased_for_one_sender(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(limiting.LIMITS, limiting.PHRASE, "1/h/key")
    with scripted(saying("Eine Aussage.")):
        assert lines_of(client)[-1]["end"] == "complete"
    with scripted(unasked):
        last, page = lines_of(client)[-1], page_of(client, antwort="ja")
    assert last["end"] == "too_many"
    assert "Sie haben viele Antworten formulieren lassen." in last["said"]
    assert "Sie haben viele Antworten formulieren lassen." in page
    assert page.count("<article") == 3


def test_the_page_and_its_stream_are_one_entry_of_the_log(client: Client) -> None:
    with scripted(saying("Eine Aussage.")):
        key = re.findall(r'name="eintrag" value="([^"]+)"', page_of(client))[0]
        lines_of(client, eintrag=key)
    (row,) = AnswerLog.objects.all()
    assert (str(row.key), row.model, row.outcome) == (key, "sprachmodell-9b", "complete")


@pytest.mark.parametrize("key", ["", "x", "\x00"])
def test_a_stream_without_a_page_has_an_entry_of_its_own(client: Client, key: str) -> None:
    with scripted(saying("Eine Aussage.")):
        lines_of(client, eintrag=key)
    assert AnswerLog.objects.get().outcome == "complete"


def test_whoever_does_not_wait_ends_the_model_and_that_is_logged(client: Client) -> None:
    ended: list[bool] = []

    def endless(answer: Answer, before: Sequence[str]) -> Iterator[Claim | End]:
        try:
            while True:
                yield Claim("Weiter.", (Quote(0, answer.retrieved[0].passage.text),))
        finally:
            ended.append(True)

    with scripted(endless):
        response = client.get("/fragen/antwort", {"q": QUESTION})
        pieces = iter(response.streaming_content)
        assert [next(pieces), next(pieces)]
        response._resource_closers[0]()  # as the server does; its signal would close the test's connection
    assert ended == [True]
    assert AnswerLog.objects.get().outcome == "cancelled"


def test_a_machine_that_looks_ahead_is_not_logged(client: Client) -> None:
    client.get("/fragen/", {"q": QUESTION}, headers={"Sec-Purpose": "prefetch"})
    assert not AnswerLog.objects.exists()


def test_pages_of_other_sites_do_not_ask_the_model_in_their_readers_name(client: Client) -> None:
    with scripted(unasked):
        there = {"Sec-Fetch-Site": "cross-site"}
        assert client.get("/fragen/antwort", {"q": QUESTION}, headers=there).status_code == 404


def test_what_is_loaded_ahead_asks_no_model(client: Client) -> None:
    with scripted(unasked):
        ahead = client.get("/fragen/", {"q": QUESTION, "antwort": "ja"}, headers={"Sec-Purpose": "prefetch"})
        assert ahead.status_code == 200
        assert not generated(ahead.content.decode())


def test_a_key_that_is_no_open_row_is_not_taken_over(client: Client) -> None:
    with scripted(saying("Ein Satz.")):
        lines_of(client, eintrag="0f8fad5b-d9cb-469f-a165-70867728950e")
        first = AnswerLog.objects.get()
        assert first.outcome == "complete"
        lines_of(client, eintrag=str(first.key))
    assert AnswerLog.objects.count() == 2
