"""An answer of claims, from a model that behaves."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace

import pytest

from hub.documents import Audience, Viewer
from hub.env import read_env
from hub.errors import ConfigurationError
from search.answers.generation import Claim, End, Model, Outcome, Quote, Usage, model, stream
from search.answers.service import Answer, answer_question
from search.answers.verdicts import Verdict
from tests.answers.generating import COSTS, CRITERIA, WAITING, found, listen, outcome, passage, use_model
from tests.hub.test_env import GOOD
from tests.search.catalogue import make_document, publish
from tests.wire.model_server import NONE, Asked, ModelServer, Reply, claim, say, serve_model

pytestmark = pytest.mark.django_db

LONGER = "Im Median wartete eine Familie 71 Tage"


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[ModelServer]:
    with serve_model() as running:
        use_model(monkeypatch, running)
        yield running


def test_without_an_endpoint_there_is_no_model() -> None:
    assert model() is None
    assert list(stream(found(WAITING))) == [End(Outcome.REFUSED)]


def test_readers_are_told_which_model_runs_where(server: ModelServer) -> None:
    assert model() == Model("scripted", "127.0.0.1")


def test_claims_come_with_their_exact_quotes(server: ModelServer) -> None:
    claims, end = listen(found(WAITING, COSTS))
    once = "Die Schnittstelle kostete einmalig 42.000 €."
    assert claims == [Claim(WAITING, (Quote(0, WAITING),)), Claim(once, (Quote(1, once),))]
    assert end == End(Outcome.COMPLETE, Usage(900, 60))


def test_from_a_question_to_claims_over_real_passages(server: ModelServer) -> None:
    publish(make_document("Kitaplätze vergeben", WAITING, CRITERIA))
    answer = answer_question("Wie lange wartete eine Familie im Median?", Viewer.anonymous())
    claims, end = listen(answer)
    assert end.outcome is Outcome.COMPLETE
    assert [quote.wording for claim in claims for quote in claim.quotes] == [WAITING]
    assert WAITING in answer.retrieved[claims[0].quotes[0].citation].passage.text


def test_a_claim_is_there_before_the_next_one_is_written(server: ModelServer) -> None:
    def halting(asked: Asked) -> Reply:
        def pieces() -> Iterator[bytes]:
            yield from say(claim("Die Wartezeit betrug 71 Tage.", (1, LONGER))).pieces
            server.release.wait()

        lines = iter(pieces())
        return Reply(lines)

    server.script = halting
    answers = stream(found(WAITING))
    assert isinstance(next(answers), Claim)
    assert not server.release.is_set()
    answers.close()


def test_what_is_sent_is_the_rules_the_passages_and_the_questions(server: ModelServer) -> None:
    before = [f"Frage {number}?" for number in range(5)]
    listen(found(WAITING, passage(COSTS, title="Kosten", heading="")), before)
    (asked,) = server.asked
    assert asked.path == "/v1/chat/completions"
    assert asked.passages == {1: WAITING, 2: COSTS}
    assert "Kitaplätze vergeben / Verlauf\n" in asked.prompt
    assert "\nKosten\n" in asked.prompt
    assert asked.prompt.endswith("Frage: Wie lange wartete eine Familie?")
    assert [number for number in range(5) if f"- Frage {number}?" in asked.prompt] == [2, 3, 4]
    assert "nie eine Anweisung" in asked.rules
    wishes = {name: asked.body[name] for name in ("model", "stream", "temperature", "max_tokens")}
    assert wishes == {"model": "scripted", "stream": True, "temperature": 0, "max_tokens": 1500}
    assert "tools" not in asked.body


def test_the_key_is_sent_to_the_endpoint_and_logged_nowhere(
    server: ModelServer, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    use_model(monkeypatch, server, answers_key="known-to-the-endpoint")
    server.script = lambda asked: Reply(status=401)
    listen(found(WAITING))
    assert server.asked[0].headers["authorization"] == "Bearer known-to-the-endpoint"
    assert "status 401" in caplog.text
    assert "known-to-the-endpoint" not in caplog.text


def test_nothing_found_is_no_matter_for_a_model(server: ModelServer) -> None:
    assert listen(Answer("Wie backe ich Kuchen?")) == ([], End(Outcome.REFUSED))
    answer = replace(found(WAITING), verdict=Verdict.NOTHING)
    assert listen(answer) == ([], End(Outcome.REFUSED))
    assert server.asked == []


def test_a_model_may_say_that_the_sources_say_nothing(server: ModelServer) -> None:
    server.script = lambda asked: say(NONE)
    assert listen(found(WAITING)) == ([], End(Outcome.REFUSED, Usage(900, 60)))


@pytest.mark.parametrize(
    ("members", "sent"),
    [(False, {1: COSTS}), (True, {1: WAITING, 2: COSTS})],
)
def test_only_what_everybody_may_read_goes_out(
    server: ModelServer, monkeypatch: pytest.MonkeyPatch, members: bool, sent: dict[int, str]
) -> None:
    use_model(monkeypatch, server, answers_members=members)
    inside = [passage(WAITING, audience=Audience.MEMBERS), passage(CRITERIA, audience=Audience.INSTANCE)]
    claims, _end = listen(found(*inside, COSTS))
    assert server.asked[0].passages == sent
    assert claims[-1].quotes[0].citation == 2  # as in the answer, whatever its number was on the way


def test_without_a_public_passage_nothing_is_sent(server: ModelServer) -> None:
    assert listen(found(passage(WAITING, audience=Audience.MEMBERS))) == ([], End(Outcome.REFUSED))
    assert server.asked == []


def test_a_passage_that_is_one_endless_sentence_is_not_sent(server: ModelServer) -> None:
    listen(found("Sensor " * 1_000, WAITING))
    (asked,) = server.asked
    assert asked.passages == {1: WAITING}


def test_tokens_are_estimated_where_the_endpoint_does_not_count(server: ModelServer) -> None:
    said = claim("Die Wartezeit betrug 71 Tage.", (1, LONGER))
    server.script = lambda asked: say(said, usage=None)
    _claims, end = listen(found(WAITING))
    assert end.usage is not None
    assert (end.usage.completion, end.usage.estimated) == (len(said) // 4, True)
    asked = server.asked[0]
    assert abs(end.usage.prompt - len(asked.rules + asked.prompt) // 4) < 60


@pytest.mark.parametrize(
    "wrapped",
    [
        "Gern!\n```json\n{}```\n",
        '{{"claims": [{}]}}',
        "[{}]",
        '<think>{{"claim": "Entwurf {{", "quotes": []}} {{ unklar</think>\n{}',
        "Hier {{folgt}} die Antwort: {{\n{}",
    ],
)
def test_what_stands_around_the_claims_does_not_matter(server: ModelServer, wrapped: str) -> None:
    said = claim("Die Wartezeit betrug 71 Tage.", (1, LONGER)).strip()
    server.script = lambda asked: say(wrapped.format(said))
    assert outcome(found(WAITING)) == (["Die Wartezeit betrug 71 Tage."], Outcome.COMPLETE)


def test_claims_are_few_and_said_once(server: ModelServer) -> None:
    lines = [claim(f"Die Wartezeit betrug {'sehr ' * n}lange 71 Tage.", (1, LONGER)) for n in range(9)]
    server.script = lambda asked: say(lines[0] + "".join(lines))
    texts, ended = outcome(found(WAITING))
    assert (len(texts), len(set(texts)), ended) == (6, 6, Outcome.COMPLETE)


def test_an_endpoint_that_takes_no_wishes_is_asked_without(server: ModelServer) -> None:
    def plain(asked: Asked) -> Reply:
        if "temperature" in asked.body:
            return Reply([json.dumps({"error": "unknown parameter"}).encode()], 400)
        return say(claim("Die Wartezeit betrug 71 Tage.", (1, LONGER)))

    server.script = plain
    assert outcome(found(WAITING))[1] is Outcome.COMPLETE
    assert [sorted(asked.body) for asked in server.asked][1] == ["messages", "model", "n", "stream"]


def test_haystack_is_not_imported_before_a_model_is_asked() -> None:
    code = (
        "import django; django.setup(); import search.answers.generation, sys; "
        "sys.exit(any(name in sys.modules for name in ('haystack', 'openai', 'httpx')))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_what_asking_takes_is_imported_beforehand_where_there_is_a_model() -> None:
    code = (
        "import django; django.setup(); import sys; from dataclasses import replace; "
        "from search.answers.generation import streaming; streaming.warm_up(); "
        "assert 'haystack' not in sys.modules; "
        "streaming.env = replace(streaming.env, answers_url='http://127.0.0.1:1/v1'); streaming.warm_up(); "
        "assert 'haystack.components.generators.chat.openai' in sys.modules"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize(
    "settings",
    [
        {"HUB_ANSWERS_URL": "ollama:11434"},
        {"HUB_ANSWERS_URL": "file:///etc/passwd", "HUB_ANSWERS_MODEL": "m"},
        {"HUB_ANSWERS_URL": "https://user:word@llm.example/v1", "HUB_ANSWERS_MODEL": "m"},
        {"HUB_ANSWERS_URL": "https://llm.example/v1?key=1", "HUB_ANSWERS_MODEL": "m"},
        {"HUB_ANSWERS_URL": "https://llm.example/v1"},
        {"HUB_ANSWERS_MEMBERS": "some"},
    ],
)
def test_a_wrong_endpoint_stops_the_start(settings: dict[str, str]) -> None:
    with pytest.raises(ConfigurationError, match="HUB_ANSWERS"):
        read_env(GOOD | settings)


@pytest.mark.parametrize(
    "url", ["https://llm.example/v1", "http://127.0.0.1:11434/v1/", "http://vllm:8000/v1"]
)
def test_any_host_may_be_the_endpoint(url: str) -> None:
    read = read_env(GOOD | {"HUB_ANSWERS_URL": url, "HUB_ANSWERS_MODEL": "m"})
    assert (read.answers_url, read.answers_members) == (url.rstrip("/"), False)


def test_the_server_can_be_started_by_hand() -> None:
    command = [sys.executable, "-m", "tests.wire.model_server", "--port", "0", "--script", "good"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        assert process.stdout.readline().startswith("HUB_ANSWERS_URL=http://127.0.0.1:")
    finally:
        process.terminate()
        process.wait()
