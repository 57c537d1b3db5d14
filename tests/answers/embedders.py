"""What tests of embedders share: the setting, a tiny model in a folder, and passages."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers

from hub.env import env
from search.answers import vectors
from search.answers.embedding import choosing, rows
from search.answers.models import Passage

WORDS = ["[PAD]", "[UNK]", "query", "passage", ":", "kita", "radweg", "pegel", "platz", "bach"]


def set_embedder(
    monkeypatch: pytest.MonkeyPatch, text: str, model: str = "", key: str = "", **more: Any
) -> None:
    """As ``HUB_EMBEDDER``, ``HUB_EMBEDDER_MODEL`` and ``HUB_EMBEDDER_KEY`` would, after a restart."""
    set_to = replace(env, embedder=text, embedder_model=model, embedder_key=key, **more)
    monkeypatch.setattr(choosing, "env", set_to)
    monkeypatch.setattr(rows, "env", set_to)
    vectors.breaker.cache_clear()
    choosing.forget()


def write_model(folder: Path, dimension: int = 6, **configs: Any) -> Path:
    """A real model that knows :data:`WORDS`: each has a vector, fixed by its number. Returns the folder.

    ``configs`` are written beside it: their names with two underscores for a slash, without ``.json``.
    """
    (folder / "onnx").mkdir(parents=True, exist_ok=True)
    table = np.random.default_rng(4).normal(size=(len(WORDS), dimension)).astype(np.float32)
    ids = helper.make_tensor_value_info("input_ids", TensorProto.INT64, ["batch", "tokens"])
    mask = helper.make_tensor_value_info("attention_mask", TensorProto.INT64, ["batch", "tokens"])
    out = helper.make_tensor_value_info(
        "last_hidden_state", TensorProto.FLOAT, ["batch", "tokens", dimension]
    )
    graph = helper.make_graph(
        [helper.make_node("Gather", ["table", "input_ids"], ["last_hidden_state"])],
        "tiny",
        [ids, mask],
        [out],
        [numpy_helper.from_array(table, "table")],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    onnx.save(model, folder / "onnx/model.onnx")
    tokenizer = Tokenizer(models.WordLevel({word: n for n, word in enumerate(WORDS)}, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.Lowercase()
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.save(str(folder / "tokenizer.json"))
    for name, config in configs.items():
        path = folder / f"{name.replace('__', '/')}.json"
        path.parent.mkdir(exist_ok=True)
        path.write_text(json.dumps(config))
    return folder


def vectors_of_words(folder: Path) -> dict[str, np.ndarray]:
    """What the tiny model of a folder knows of each word."""
    held = onnx.load(folder / "onnx/model.onnx").graph.initializer[0]
    return dict(zip(WORDS, numpy_helper.to_array(held), strict=True))


def add_passages(count: int, text: str = "Absatz {} über Kitaplätze", **fields: Any) -> list[Passage]:
    """So many passages of a document that is in no catalogue, without vectors."""
    start = Passage.objects.count()
    values = {
        "object_id": "https://a.example/id/1",
        "revision": 1,
        "language": "de",
        "kind": "case_report",
        "title": "Titel",
        "heading": "",
        "audience": "public",
        "terms": "",
    }
    return Passage.objects.bulk_create(
        Passage(**{**values, "number": start + n, "text": text.format(start + n), **fields})
        for n in range(count)
    )
