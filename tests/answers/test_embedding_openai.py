"""A service that makes vectors: what it gets, and everything it may do wrong."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from search.answers.embedding import EmbedderUnavailable, openai
from search.answers.embedding.choosing import Setting, load
from search.answers.embedding.openai import TOGETHER, OpenAIEmbedder
from tests.answers.embedders import set_embedder
from tests.wire.embedding_server import Service, serve_embeddings, vector_of


@pytest.fixture
def service() -> Iterator[Service]:
    with serve_embeddings() as running:
        yield running


@pytest.fixture(autouse=True)
def no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    """The client waits before it tries again."""
    monkeypatch.setattr("openai._base_client.INITIAL_RETRY_DELAY", 0.0)
    monkeypatch.setattr("openai._base_client.MAX_RETRY_DELAY", 0.0)


def test_vectors_come_in_the_order_of_the_texts_and_in_batches(service: Service) -> None:
    embedder = OpenAIEmbedder(service.url, "e5", "geheim")
    texts = [f"Wort {n}" for n in range(TOGETHER + 3)]
    rows = embedder.embed_passages(texts)
    expected = np.array([vector_of(text, 8) for text in texts])
    assert np.allclose(rows, expected / np.linalg.norm(expected, axis=1, keepdims=True), atol=1e-6)
    assert [len(asked) for asked in service.asked] == [TOGETHER, 3]
    assert set(service.keys) == {"Bearer geheim"}
    assert set(service.models) == {"e5"}


def test_the_dimension_is_learned_from_the_first_answer_and_held(service: Service) -> None:
    embedder = OpenAIEmbedder(service.url, "e5")
    assert embedder.dimension == 8
    assert embedder.dimension == 8
    assert len(service.asked) == 1
    service.dimension = 9
    with pytest.raises(EmbedderUnavailable, match="9 numbers in place of 8"):
        embedder.embed_passages(["Kita"])
    service.dimension = 8
    with pytest.raises(EmbedderUnavailable, match="8 numbers in place of 9"):
        OpenAIEmbedder(service.url, "e5", dimension=9).embed_question("Kita")


@pytest.mark.parametrize("way", ["limited", "broken"])
def test_passages_are_asked_for_again_but_not_for_ever(service: Service, way: str) -> None:
    service.ways = [way, way]
    assert OpenAIEmbedder(service.url, "e5").embed_passages(["Kita"]).shape == (1, 8)
    assert len(service.asked) == 3
    service.ways = [way] * 10
    with pytest.raises(EmbedderUnavailable, match=r"429|500"):
        OpenAIEmbedder(service.url, "e5").embed_passages(["Kita"])
    assert len(service.asked) == 6


def test_a_visitor_does_not_wait_for_a_second_try(service: Service) -> None:
    service.ways = ["limited"]
    with pytest.raises(EmbedderUnavailable, match="429"):
        OpenAIEmbedder(service.url, "e5").embed_question("Kita")
    assert len(service.asked) == 1


@pytest.mark.parametrize(
    ("way", "told"),
    [
        ("short", "1 vectors of 2"),
        ("cut", "does not answer"),
        ("words", "cannot be read"),
        ("elsewhere", "307"),
    ],
)
def test_what_is_no_whole_answer_is_an_error_with_the_address(service: Service, way: str, told: str) -> None:
    service.ways = [way] * 5
    with pytest.raises(EmbedderUnavailable, match=f"{service.url}.*{told}"):
        OpenAIEmbedder(service.url, "e5").embed_passages(["Kita", "Bach"])
    assert len(service.asked) == 1, "a redirect is not followed, and what came is not asked for again"


@pytest.mark.parametrize("vector", [["1", "x"], [float("nan"), 1.0], [[1.0]], None])
def test_vectors_that_are_none_are_refused(vector: object) -> None:
    import json

    answer = json.dumps({"data": [{"index": 0, "embedding": vector}]}).encode()
    with pytest.raises(EmbedderUnavailable):
        OpenAIEmbedder("http://127.0.0.1:9/v1", "e5")._check(answer, 1)


def test_an_answer_that_never_ends_does(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(openai, "QUESTION_SECONDS", 0.3)
    service.ways = ["drip"]
    with pytest.raises(EmbedderUnavailable, match="takes too long"):
        OpenAIEmbedder(service.url, "e5").embed_question("Kita")


def test_an_answer_may_not_be_of_any_size(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(openai, "MOST_BYTES", 100)
    with pytest.raises(EmbedderUnavailable, match="too large"):
        OpenAIEmbedder(service.url, "e5").embed_question("Kita")


def test_a_text_that_is_too_long_for_the_service_is_shortened_alone(service: Service) -> None:
    service.longest = 1_500
    texts = ["kita " * 10, "bach " * 1_000, "pegel"]
    rows = OpenAIEmbedder(service.url, "e5").embed_passages(texts)
    expected = np.array([vector_of(texts[0], 8), vector_of(texts[1][:1_250], 8), vector_of("pegel", 8)])
    assert np.allclose(rows, expected / np.linalg.norm(expected, axis=1, keepdims=True), atol=1e-6)


def test_a_service_that_takes_nothing_is_asked_twice(service: Service) -> None:
    service.longest = 0
    with pytest.raises(EmbedderUnavailable, match="413"):
        OpenAIEmbedder(service.url, "e5").embed_passages(["kita " * 10_000] * 20)
    assert len(service.asked) == 2


def test_nobody_there_is_an_error_with_the_address() -> None:
    with pytest.raises(EmbedderUnavailable, match=r"http://127\.0\.0\.1:9/v1"):
        OpenAIEmbedder("http://127.0.0.1:9/v1", "e5").embed_question("Kita")


def test_no_key_of_the_environment_is_sent_but_ours(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-fremd")
    monkeypatch.setenv("OPENAI_ORG_ID", "org-fremd")
    OpenAIEmbedder(service.url, "e5").embed_question("Kita")
    assert not any("fremd" in key for key in service.keys)


def test_no_proxy_of_the_environment_reads_along(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    assert OpenAIEmbedder(service.url, "e5").embed_question("Kita").shape == (8,)


def test_the_key_goes_only_where_it_is_set_for(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    """The embedder that answers until the set one is ready may be elsewhere."""
    set_embedder(monkeypatch, f"openai:{service.url}", "e5", "geheim")
    load(Setting(f"openai:{service.url}", "e5"), 8).embed_question("Kita")
    load(Setting(f"openai:{service.url}", "alt"), 8).embed_question("Kita")
    set_embedder(monkeypatch, "openai:https://new.example/v1", "e5", "geheim")
    load(Setting(f"openai:{service.url}", "e5"), 8).embed_question("Kita")
    assert [key == "Bearer geheim" for key in service.keys] == [True, True, False]


def test_names_differ_by_model_and_address() -> None:
    names = {
        OpenAIEmbedder(url, model).name
        for url in ("https://a.example/v1", "https://b.example/v1")
        for model in ("e5", "org/e5", "x" * 200)
    }
    assert len(names) == 6
    assert all(len(name) <= 120 for name in names)
