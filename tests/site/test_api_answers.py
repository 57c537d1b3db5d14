"""Questions of programs to ``/api/v1/answers``."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from hub.accounts.models import Role, User
from hub.catalogue.models import CatalogueEntry
from hub.documents import Audience
from hub.env import env
from hub.municipalities.models import Body
from hub.site.api.operations import openapi
from hub.site.tokens.services import make_token
from search.answers import limiting
from search.answers.generation import Claim, End, Model, Outcome, Quote
from search.answers.models import AnswerLog
from tests.answers.chatbot import INNER, QUESTION, WORDING, publish_report
from tests.answers.scripted import scripted
from tests.factories.people import add_person
from tests.search.catalogue import KOBLENZ, make_document, publish, withdraw

pytestmark = pytest.mark.django_db


@pytest.fixture
def report() -> CatalogueEntry:
    cache.clear()
    publish(make_document("Radwege", "Das Geoportal zeigt Unfälle.", topics=("mobilitaet",)))
    return publish_report()


@pytest.fixture
def member(report: CatalogueEntry) -> User:
    return add_person("mitglied@koblenz.example", Body.objects.get(pk=KOBLENZ), Role.MEMBER)


def ask(client: Client, status: int = 200, key: str = "", **params: Any) -> Any:
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    response = client.get("/api/v1/answers", {"q": QUESTION, **params}, headers=headers)
    assert response.status_code == status, response.content
    return json.loads(response.content)


def test_a_passage_comes_word_for_word_with_all_of_its_source(client: Client, report: CatalogueEntry) -> None:
    said = ask(client)
    assert (said["question"], said["verdict"], said["audience"]) == (QUESTION, "verbatim", "public")
    assert said["formulated"] is None
    (passage,) = said["passages"]
    assert passage["text"] == WORDING
    assert passage["heading"] == "Stolpersteine"
    assert passage["url"] == f"{env.origin}{report.get_absolute_url()}#stolpersteine-1"
    assert (passage["record"], passage["uuid"]) == (report.object_id, str(report.uuid))
    assert (passage["kind"], passage["title"]) == ("case_report", "Chatbot im Bürgerservice")
    assert passage["publishers"] == [{"key": KOBLENZ, "name": "Koblenz"}]
    assert (passage["origin"], passage["audience"]) == ("http://koblenz.example", "public")
    assert (passage["language"], passage["file"], passage["demo"]) == ("de", None, False)


def test_nothing_is_said_where_nothing_is_found(client: Client, report: CatalogueEntry) -> None:
    said = ask(client, q="Wie backe ich einen Apfelkuchen?")
    assert (said["verdict"], said["passages"], said["formulated"]) == ("nothing", [], None)


def test_misspelt_words_are_told(client: Client, report: CatalogueEntry) -> None:
    said = ask(client, q="Warum wurde der Chatbott abgeschaltet?")
    assert said["corrections"] == {"chatbott": "Chatbot"}
    assert said["passages"][0]["text"] == WORDING


def test_a_question_is_confined_to_a_record_or_a_topic(client: Client, report: CatalogueEntry) -> None:
    other = CatalogueEntry.objects.get(title="Radwege")
    assert ask(client, record=report.uuid, topic="ki")["verdict"] == "verbatim"
    assert ask(client, record=other.uuid)["passages"] == []
    assert ask(client, topic="mobilitaet")["passages"] == []


@pytest.mark.parametrize(
    ("params", "wrong"),
    [
        ({"q": ""}, "q"),
        ({"q": "x" * 401}, "q"),
        ({"record": "../../admin"}, "record"),
        ({"record": "00000000-0000-4000-8000-000000000000"}, "record"),
        ({"topic": "gibt-es-nicht"}, "topic"),
        ({"like": "99999999"}, "like"),
        ({"before": ["a", "b", "c", "d"]}, "before"),
        ({"formulate": "vielleicht"}, "formulate"),
        ({"in": "alles"}, "in"),
    ],
)
def test_what_cannot_be_followed_is_refused_and_named(
    client: Client, report: CatalogueEntry, params: dict[str, Any], wrong: str
) -> None:
    problem = ask(client, 400, **params)
    assert [fault["parameter"] for fault in problem["errors"]] == [wrong]
    assert not AnswerLog.objects.exists()


def test_a_record_one_may_not_read_is_as_one_that_is_not_there(
    client: Client, report: CatalogueEntry
) -> None:
    inner = publish(make_document("Konzept", INNER, audience=Audience.MEMBERS))
    problem = ask(client, 400, record=inner.uuid)
    missing = ask(client, 400, record="00000000-0000-4000-8000-000000000000")
    assert problem["detail"].replace(str(inner.uuid), "…") == missing["detail"].replace(
        "00000000-0000-4000-8000-000000000000", "…"
    )


def test_a_key_adds_what_members_read_and_never_what_is_for_the_instance(
    client: Client, member: User
) -> None:
    publish(make_document("Konzept", INNER, audience=Audience.MEMBERS))
    publish(make_document("Akte", "Die Schattenliste hat 815 Zeilen.", audience=Audience.INSTANCE))
    _token, key = make_token(member, "Assistent", 30)
    question = "Wann beginnt das Geheimregister?"
    assert ask(client, q=question)["passages"] == []
    said = ask(client, q=question, key=key)
    assert (said["audience"], said["passages"][0]["text"]) == ("members", INNER)
    assert said["passages"][0]["audience"] == "members"
    assert ask(client, q="Wie viele Zeilen hat die Schattenliste?", key=key)["passages"] == []


def test_a_session_is_no_key(client: Client, member: User) -> None:
    publish(make_document("Konzept", INNER, audience=Audience.MEMBERS))
    client.force_login(member)
    said = ask(client, q="Wann beginnt das Geheimregister?")
    assert (said["audience"], said["passages"]) == ("public", [])


@pytest.mark.parametrize("header", ["Bearer wissenshub_falsch", "Bearer", "Basic dTpw", "wissenshub_x"])
def test_a_wrong_key_is_refused_and_not_read_as_none(
    client: Client, report: CatalogueEntry, header: str
) -> None:
    response = client.get("/api/v1/answers", {"q": QUESTION}, headers={"Authorization": header})
    assert response.status_code == 401
    assert response["WWW-Authenticate"] == 'Bearer realm="wissenshub", error="invalid_token"'
    assert response["Content-Type"] == "application/problem+json"
    assert "/mein/schluessel/" in json.loads(response.content)["detail"]


def test_after_many_wrong_keys_none_is_looked_up(client: Client, report: CatalogueEntry) -> None:
    codes = {
        client.get("/api/v1/answers", {"q": QUESTION}, headers={"Authorization": f"Bearer {n}"}).status_code
        for n in range(61)
    }
    assert codes == {401, 429}


def test_what_is_withdrawn_answers_no_more(client: Client, report: CatalogueEntry) -> None:
    withdraw(report, follow=False)
    assert ask(client)["passages"] == []


def test_answers_are_for_who_asked_and_kept_by_no_cache(client: Client, report: CatalogueEntry) -> None:
    response = client.get("/api/v1/answers", {"q": QUESTION})
    assert response["Cache-Control"] == "private, no-store"
    assert "ETag" not in response
    assert not response.cookies


def test_each_answer_is_noted_without_its_wording(client: Client, member: User) -> None:
    _token, key = make_token(member, "Assistent", 30)
    ask(client)
    ask(client, key=key)
    rows = AnswerLog.objects.order_by("at").values_list("channel", "role", "verdict", "text", "model")
    assert list(rows) == [("api", "guest", "verbatim", "", ""), ("api", "member", "verbatim", "", "")]


def test_too_many_questions_wait(
    client: Client, report: CatalogueEntry, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(limiting.LIMITS, limiting.ASK, "2/m/key")
    ask(client)
    ask(client)
    response = client.get("/api/v1/answers", {"q": QUESTION})
    assert (response.status_code, response["Retry-After"]) == (429, "60")


@pytest.fixture
def model() -> Iterator[list[Any]]:
    """A model that says what the list holds; quotes come from the first passage."""
    said: list[Any] = []
    with scripted(lambda answer, before: (each for each in said), Model("kleines-modell", "llm.example")):
        yield said


def test_what_is_formulated_is_marked_and_rests_on_quotes(
    client: Client, report: CatalogueEntry, model: list[Any]
) -> None:
    wording = "weil die Fehlerquote zu hoch war"
    model += [Claim("Es gab zu viele Fehler.", (Quote(0, wording),)), End(Outcome.COMPLETE)]
    formulated = ask(client, formulate="true")["formulated"]
    assert (formulated["generated"], formulated["model"], formulated["host"]) == (
        True,
        "kleines-modell",
        "llm.example",
    )
    assert formulated["digital_source_type"].startswith("http://cv.iptc.org/newscodes/digitalsourcetype/")
    assert formulated["outcome"] == "complete"
    (claim,) = formulated["claims"]
    assert claim["text"] == "Es gab zu viele Fehler."
    (quote,) = claim["quotes"]
    assert formulated["sources"][quote["source"]]["text"] == WORDING
    assert quote["wording"] == wording
    assert quote["url"].startswith(f"{env.origin}{report.get_absolute_url()}#stolpersteine-1:~:text=")
    row = AnswerLog.objects.get()
    assert (row.channel, row.model, row.outcome) == ("api", "kleines-modell", "complete")


def test_sources_are_those_used_each_once_and_claims_count_them(
    client: Client, report: CatalogueEntry, model: list[Any]
) -> None:
    publish(make_document("Anderswo", "Der Chatbot wurde abgeschaltet und kam wieder."))
    before, after = "Der Chatbot wurde", "weil die Fehlerquote zu hoch war"
    first, second = [passage["text"] for passage in ask(client)["passages"]]
    own = 0 if first == WORDING else 1
    model += [
        Claim("Eins.", (Quote(own, before),)),
        Claim("Zwei.", (Quote(1 - own, "kam wieder"), Quote(own, after))),
        End(Outcome.COMPLETE),
    ]
    said = ask(client, formulate="true")["formulated"]
    assert [source["text"] for source in said["sources"]] == [WORDING, second if own == 0 else first]
    quotes = [[(quote["source"], quote["wording"]) for quote in each["quotes"]] for each in said["claims"]]
    assert quotes == [[(0, before)], [(1, "kam wieder"), (0, after)]]


def test_one_who_has_had_many_formulated_is_told_so_and_the_model_is_left_alone(
    client: Client, report: CatalogueEntry, model: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    model += [Claim("Eins.", (Quote(0, "Der Chatbot wurde"),)), End(Outcome.COMPLETE)]
    monkeypatch.setitem(limiting.LIMITS, limiting.PHRASE, "1/h/key")
    assert ask(client, formulate="true")["formulated"]["outcome"] == "complete"
    said = ask(client, formulate="true")
    assert (said["formulated"]["outcome"], said["formulated"]["claims"]) == ("busy", [])
    assert said["passages"][0]["text"] == WORDING
    outcomes = AnswerLog.objects.order_by("at").values_list("outcome", flat=True)
    assert list(outcomes) == ["complete", "busy"]


def test_nothing_is_formulated_unasked(client: Client, report: CatalogueEntry, model: list[Any]) -> None:
    model += [Claim("Erfunden.", (Quote(0, "Chatbot"),)), End(Outcome.COMPLETE)]
    assert ask(client)["formulated"] is None
    assert AnswerLog.objects.get().model == ""


def test_a_model_that_breaks_off_is_said_to_have(
    client: Client, report: CatalogueEntry, model: list[Any]
) -> None:
    said = ask(client, formulate="true")
    assert (said["formulated"]["outcome"], said["formulated"]["claims"]) == ("failed", [])
    assert said["passages"][0]["text"] == WORDING


def test_the_description_names_the_key_and_the_marks(client: Client) -> None:
    described = openapi()
    operation = described["paths"]["/answers"]["get"]
    assert operation["security"] == [{}, {"key": []}]
    assert described["components"]["securitySchemes"]["key"] == {"type": "http", "scheme": "bearer"}
    assert {parameter["name"] for parameter in operation["parameters"]} == {
        "q", "record", "topic", "like", "before", "formulate", "language",
    }  # fmt: skip
    assert set(operation["responses"]) == {200, 400, 401, 429, 503}
