"""Vectors by a model in a folder, as sentence-transformers lays it out, run by ONNX Runtime.

Nothing is fetched. Read are ``onnx/model.onnx``, ``tokenizer.json``, ``config.json``, ``modules.json``,
``1_Pooling/config.json``, ``sentence_bert_config.json`` and ``config_sentence_transformers.json``; only the
first two have to be there.
https://sbert.net/docs/package_reference/sentence_transformer/models.html
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from search.answers.embedding.base import EmbedderUnavailable, Vector, Vectors, scale_rows

TOGETHER = 16
"""Texts that are run at once."""
LONGEST = 512
"""Tokens, where the model says nothing."""
_POOLED = {"pooling_mode_mean_tokens": "mean", "pooling_mode_cls_token": "cls"}
_KNOWN_MODULES = {"Transformer", "Pooling", "Normalize"}
_E5 = re.compile(r"(?:^|[-_/])e5(?:[-_/]|$)", re.IGNORECASE)


class LocalEmbedder:
    """The model of a folder. Any number of threads may use it at once."""

    def __init__(self, folder: Path) -> None:
        """Raises :class:`EmbedderUnavailable` if it cannot be used as it is; the message says why."""
        self._folder = folder
        try:
            from onnxruntime import InferenceSession
            from tokenizers import Tokenizer
        except ImportError as error:
            raise EmbedderUnavailable("Without ONNX Runtime: install requirements-embedding.txt") from error
        self._pooling = _read_pooling(folder)
        self._before_question, self._before_passage = _read_prompts(folder)
        self.name = f"local-{_plain(folder.name)}-{_digest(folder)}"
        try:
            self._tokenizer = Tokenizer.from_file(str(_present(folder, "tokenizer.json")))
            model = str(_present(folder, "onnx/model.onnx"))
            self._session = InferenceSession(model, providers=["CPUExecutionProvider"])
        except EmbedderUnavailable:
            raise
        except Exception as error:  # both raise bare exceptions of their own
            raise EmbedderUnavailable(f"The model in {folder} cannot be read: {error}") from error
        self._prepare_tokenizer()
        self._inputs = {each.name for each in self._session.get_inputs()}
        self.dimension = self.embed_passages(["Wissen"]).shape[1]

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """The vectors of these texts; those of like length are run together."""
        return self._embed([self._before_passage + text for text in texts])

    def embed_question(self, text: str) -> Vector:
        """The vector of a question, with the words before it that the model wants there."""
        vector: Vector = self._embed([self._before_question + text])[0]
        return vector

    def _prepare_tokenizer(self) -> None:
        config = _read(self._folder, "config.json")
        longest = _read(self._folder, "sentence_bert_config.json").get("max_seq_length")
        positions = config.get("max_position_embeddings")
        self._tokenizer.enable_truncation(int(longest or min(LONGEST, positions or LONGEST)))
        self._tokenizer.enable_padding(pad_id=int(config.get("pad_token_id") or 0))

    def _embed(self, texts: Sequence[str]) -> Vectors:
        order = sorted(range(len(texts)), key=lambda number: len(texts[number]))
        rows: list[Vector] = [np.zeros(0, dtype=np.float32)] * len(texts)
        for start in range(0, len(order), TOGETHER):
            some = order[start : start + TOGETHER]
            for number, row in zip(some, self._run([texts[number] for number in some]), strict=True):
                rows[number] = row
        return np.array(rows, dtype=np.float32)

    def _run(self, texts: Sequence[str]) -> Vectors:
        read = self._tokenizer.encode_batch(list(texts))
        held = {
            "input_ids": np.array([each.ids for each in read], dtype=np.int64),
            "attention_mask": np.array([each.attention_mask for each in read], dtype=np.int64),
            "token_type_ids": np.array([each.type_ids for each in read], dtype=np.int64),
        }
        try:
            given = {name: held[name] for name in self._inputs}
            output = self._session.run(None, given)[0]
        except Exception as error:  # ONNX Runtime raises bare exceptions of its own
            raise EmbedderUnavailable(f"The model in {self._folder} does not run: {error}") from error
        return scale_rows(self._pool(output.astype(np.float32), held["attention_mask"]))

    def _pool(self, output: Any, mask: Any) -> Vectors:
        """One vector of those of the tokens, unless the model has made one already."""
        if output.ndim == 2:
            return np.asarray(output)
        if self._pooling == "cls":
            return np.asarray(output[:, 0])
        weights = mask[:, :, None].astype(np.float32)
        return np.asarray((output * weights).sum(axis=1) / np.maximum(weights.sum(axis=1), 1.0))


def _present(folder: Path, name: str) -> Path:
    path = folder / name
    if not path.is_file():
        raise EmbedderUnavailable(f"HUB_EMBEDDER names {folder}, where {name} is missing")
    return path


def _read(folder: Path, name: str) -> Mapping[str, Any]:
    """A configuration of the folder; empty if there is none."""
    try:
        held = json.loads((folder / name).read_text())
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise EmbedderUnavailable(f"{folder / name} cannot be read: {error}") from error
    return held if isinstance(held, dict) else {"": held}


def _read_pooling(folder: Path) -> str:
    """How the vectors of the tokens become one: ``mean`` or ``cls``; others cannot be followed."""
    modules = _read(folder, "modules.json").get("", [])
    unknown = {str(each.get("type", "")).rpartition(".")[2] for each in modules} - _KNOWN_MODULES
    config = _read(folder, "1_Pooling/config.json")
    chosen = {key for key, value in config.items() if key.startswith("pooling_mode_") and value is True}
    if unknown or len(chosen) > 1 or chosen - _POOLED.keys() or config.get("include_prompt") is False:
        what = ", ".join(sorted(unknown | chosen)) or "include_prompt"
        raise EmbedderUnavailable(f"The model in {folder} needs {what}, which is not supported")
    return _POOLED[chosen.pop()] if chosen else "mean"


def _read_prompts(folder: Path) -> tuple[str, str]:
    """What stands before a question and before a passage. E5 wants both and does not always say so."""
    prompts = _read(folder, "config_sentence_transformers.json").get("prompts") or {}
    passage = prompts.get("passage") or prompts.get("document") or ""
    if prompts.get("query") or passage:
        return prompts.get("query") or "", passage
    names = folder.name, str(_read(folder, "config.json").get("_name_or_path", ""))
    return ("query: ", "passage: ") if any(_E5.search(name) for name in names) else ("", "")


def _digest(folder: Path) -> str:
    """Of all that the vectors depend on."""
    files = [
        _present(folder, "tokenizer.json"),
        _present(folder, "onnx/model.onnx"),
        *sorted((folder / "onnx").glob("model.onnx?*")),
        *sorted(folder.glob("*config*.json")),
        *sorted(folder.glob("1_Pooling/config.json")),
    ]
    total = hashlib.sha256()
    for path in files:
        with path.open("rb") as source:
            total.update(f"{path.relative_to(folder)}\n".encode())
            total.update(hashlib.file_digest(source, "sha256").digest())
    return total.hexdigest()[:12]


def _plain(name: str) -> str:
    return re.sub(r"[^A-Za-z0-9.]+", "-", name)[:60]
