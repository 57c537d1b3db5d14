"""Models in folders, by a real ONNX Runtime and a model as small as can be."""

from __future__ import annotations

import shutil
import socket
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from search.answers.embedding import EmbedderUnavailable
from search.answers.embedding.local import LocalEmbedder
from tests.answers.embedders import vectors_of_words, write_model

CLS = {"pooling_mode_cls_token": True, "pooling_mode_mean_tokens": False}
MEAN = {"pooling_mode_cls_token": False, "pooling_mode_mean_tokens": True}


def unit(vector: Any) -> list[float]:
    return list(vector / np.linalg.norm(vector))


@pytest.mark.parametrize(("pooling", "expected"), [(MEAN, "mean"), (CLS, "cls"), (None, "mean")])
def test_tokens_are_pooled_as_the_model_says(tmp_path: Path, pooling: Any, expected: str) -> None:
    folder = write_model(tmp_path / "m", **({"1_Pooling__config": pooling} if pooling else {}))
    words = vectors_of_words(folder)
    mean, cls = words["kita"] + words["platz"], words["kita"]
    (long, short) = LocalEmbedder(folder).embed_passages(["Kita Platz", "Bach"])
    assert long.tolist() == pytest.approx(unit(mean if expected == "mean" else cls), abs=1e-6)
    assert short.tolist() == pytest.approx(unit(words["bach"]), abs=1e-6), "the filling counts for nothing"


def test_texts_come_back_in_their_order_however_many(tmp_path: Path) -> None:
    embedder = LocalEmbedder(write_model(tmp_path / "m"))
    texts = ["kita " * (1 + n * 7 % 40) + ("bach" if n % 2 else "pegel") for n in range(50)]
    together = embedder.embed_passages(texts)
    alone = np.concatenate([embedder.embed_passages([text]) for text in texts])
    assert np.allclose(together, alone, atol=1e-6)


PROMPTS = {"prompts": {"query": "query: ", "passage": "passage: "}}


@pytest.mark.parametrize(
    ("name", "configs", "question", "passage"),
    [
        ("modell", {}, [], []),
        ("modell", {"config_sentence_transformers": PROMPTS}, ["query", ":"], ["passage", ":"]),
        (
            "modell",
            {"config_sentence_transformers": {"prompts": {"document": "passage: "}}},
            [],
            ["passage", ":"],
        ),
        ("multilingual-e5-small", {}, ["query", ":"], ["passage", ":"]),
        ("modell", {"config": {"_name_or_path": "intfloat/e5-base"}}, ["query", ":"], ["passage", ":"]),
        ("tone5-small", {}, [], []),
    ],
)
def test_words_stand_before_a_text_where_the_model_wants_them(
    tmp_path: Path, name: str, configs: Any, question: list[str], passage: list[str]
) -> None:
    folder = write_model(tmp_path / name, **configs)
    words, embedder = vectors_of_words(folder), LocalEmbedder(folder)
    asked = sum(words[word] for word in [*question, "kita"])
    stored = sum(words[word] for word in [*passage, "kita"])
    assert embedder.embed_question("Kita").tolist() == pytest.approx(unit(asked), abs=1e-6)
    assert embedder.embed_passages(["Kita"])[0].tolist() == pytest.approx(unit(stored), abs=1e-6)


def test_long_texts_are_cut_where_the_model_ends(tmp_path: Path) -> None:
    folder = write_model(tmp_path / "m", sentence_bert_config={"max_seq_length": 3})
    embedder = LocalEmbedder(folder)
    cut, whole = embedder.embed_passages(["kita kita platz bach bach bach", "kita kita platz"])
    assert np.array_equal(cut, whole)


def test_another_model_has_another_name(tmp_path: Path) -> None:
    names = {
        LocalEmbedder(write_model(tmp_path / "m")).name,
        LocalEmbedder(write_model(tmp_path / "m", dimension=7)).name,
        LocalEmbedder(write_model(tmp_path / "m", dimension=7, **{"1_Pooling__config": CLS})).name,
        LocalEmbedder(write_model(tmp_path / "ein anderer Ordner mit 120 Zeichen" / ("x" * 85))).name,
    }
    assert len(names) == 4
    assert all(len(name) <= 120 for name in names)
    shutil.copytree(tmp_path / "m", tmp_path / "kopie" / "m")
    assert LocalEmbedder(tmp_path / "kopie" / "m").name in names


def test_what_is_missing_is_named(tmp_path: Path) -> None:
    with pytest.raises(
        EmbedderUnavailable, match=r"HUB_EMBEDDER names .*fehlt, where tokenizer.json is missing"
    ):
        LocalEmbedder(tmp_path / "fehlt")
    folder = write_model(tmp_path / "m")
    (folder / "onnx/model.onnx").unlink()
    with pytest.raises(EmbedderUnavailable, match=r"onnx/model.onnx is missing"):
        LocalEmbedder(folder)


@pytest.mark.parametrize("name", ["tokenizer.json", "onnx/model.onnx", "config.json"])
def test_broken_files_are_an_error_with_their_folder(tmp_path: Path, name: str) -> None:
    folder = write_model(tmp_path / "m")
    (folder / name).write_bytes(b"{ broken")
    with pytest.raises(EmbedderUnavailable, match=str(folder)):
        LocalEmbedder(folder)


@pytest.mark.parametrize(
    "configs",
    [
        {"1_Pooling__config": {"pooling_mode_lasttoken": True}},
        {"1_Pooling__config": {**MEAN, "pooling_mode_cls_token": True}},
        {"1_Pooling__config": {**MEAN, "include_prompt": False}},
        {"modules": [{"type": "sentence_transformers.models.Dense"}]},
    ],
)
def test_a_model_that_needs_more_is_refused_rather_than_run_wrongly(tmp_path: Path, configs: Any) -> None:
    with pytest.raises(EmbedderUnavailable, match="not supported"):
        LocalEmbedder(write_model(tmp_path / "m", **configs))


def test_nothing_is_fetched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: Any, **kwargs: Any) -> None:
        raise AssertionError("a connection is made")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    modules = [
        {"type": f"sentence_transformers.models.{name}"} for name in ("Transformer", "Pooling", "Normalize")
    ]
    folder = write_model(tmp_path / "m", modules=modules)
    assert LocalEmbedder(folder).embed_passages(["Kita"]).shape == (1, 6)
