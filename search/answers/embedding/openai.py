"""Vectors by a service that speaks OpenAI's protocol for embeddings, as vLLM, Ollama and others do.

https://platform.openai.com/docs/api-reference/embeddings/create
"""

from __future__ import annotations

import hashlib
import json
import logging
import re
import time
from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from search.answers.embedding.base import EmbedderUnavailable, Vector, Vectors, scale_rows

if TYPE_CHECKING:
    from openai import OpenAI

QUESTION_SECONDS = 2.0
"""A visitor waits no longer; words answer then."""
PASSAGES_SECONDS = 60.0
TRIES_AGAIN = 2
TOGETHER = 32
MOST_BYTES = 32_000_000
SHORTEST = 200
"""Characters to which a text is shortened at most when the service does not take it."""
_TOO_MUCH = {400, 413, 422}
_PROBE = "Wissen"


class _Refused(EmbedderUnavailable):
    """The service does not take these texts: fewer or shorter ones it may."""


class OpenAIEmbedder:
    """One model of a service. It is never followed to another address."""

    def __init__(self, url: str, model: str, key: str = "", dimension: int = 0) -> None:
        """``dimension`` 0 means that it is learned from the first answer."""
        self._url, self._model, self._key, self._dimension = url, model, key, dimension
        digest = hashlib.sha256(f"{url} {model}".encode()).hexdigest()[:12]
        self.name = f"openai-{re.sub(r'[^A-Za-z0-9.]+', '-', model)[:80]}-{digest}"

    @property
    def dimension(self) -> int:
        """As the first answer has it: may ask the service."""
        if not self._dimension:
            self._dimension = self._ask([_PROBE], PASSAGES_SECONDS, TRIES_AGAIN).shape[1]
        return self._dimension

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """The vectors of these texts; what is too long for the service is shortened."""
        parts = [
            self._ask_as_taken(texts[start : start + TOGETHER]) for start in range(0, len(texts), TOGETHER)
        ]
        return np.concatenate(parts) if parts else np.zeros((0, self.dimension), dtype=np.float32)

    def embed_question(self, text: str) -> Vector:
        """The vector of a question; asked once, and not for long."""
        vector: Vector = self._ask([text], QUESTION_SECONDS, 0)[0]
        return vector

    def _ask_as_taken(self, texts: Sequence[str]) -> Vectors:
        try:
            return self._ask(texts, PASSAGES_SECONDS, TRIES_AGAIN)
        except _Refused:
            self._ask([_PROBE], PASSAGES_SECONDS, TRIES_AGAIN)  # raises where nothing at all is taken
        return np.concatenate([self._ask_shortened(text) for text in texts])

    def _ask_shortened(self, text: str) -> Vectors:
        while True:
            try:
                return self._ask([text], PASSAGES_SECONDS, TRIES_AGAIN)
            except _Refused:
                if len(text) <= SHORTEST:
                    raise
                text = text[: max(SHORTEST, len(text) // 2)]

    def _ask(self, texts: Sequence[str], seconds: float, again: int) -> Vectors:
        import openai

        client = self._client.with_options(timeout=seconds, max_retries=again)
        asking = client.embeddings.with_streaming_response.create(
            input=list(texts), model=self._model, encoding_format="float"
        )
        try:
            with asking as response:
                answer = _read_whole(response.iter_bytes(), time.monotonic() + seconds)
        except openai.APIStatusError as error:
            kind = _Refused if error.status_code in _TOO_MUCH else EmbedderUnavailable
            raise kind(f"{self._url} answers {error.status_code}: {error.message}"[:300]) from error
        except EmbedderUnavailable as error:
            raise EmbedderUnavailable(f"{self._url}: {error}") from error
        except Exception as error:  # a body that breaks off raises what the client's transport calls it
            raise EmbedderUnavailable(f"{self._url} does not answer: {error}"[:300]) from error
        return self._check(answer, len(texts))

    def _check(self, answer: bytes, count: int) -> Vectors:
        """The vectors of an answer, in the order of what was asked."""
        try:
            data = sorted(json.loads(answer)["data"], key=lambda each: each["index"])
            rows = np.array([each["embedding"] for each in data], dtype=np.float32)
            numbers = [each["index"] for each in data]
        except (ValueError, TypeError, KeyError) as error:
            raise EmbedderUnavailable(f"{self._url} answers what cannot be read: {error!r}"[:300]) from error
        if numbers != list(range(count)) or rows.ndim != 2 or not np.isfinite(rows).all():
            raise EmbedderUnavailable(f"{self._url} answers {len(data)} vectors of {count}, or unusable ones")
        if self._dimension and rows.shape[1] != self._dimension:
            raise EmbedderUnavailable(
                f"{self._url} answers {rows.shape[1]} numbers in place of {self._dimension}: another model?"
            )
        return scale_rows(rows)

    @cached_property
    def _client(self) -> OpenAI:
        import openai

        logging.getLogger("httpx2").setLevel(logging.WARNING)  # it tells of every request
        return openai.OpenAI(
            base_url=self._url,
            api_key=self._key or "none",  # without one the client would look for others in the environment
            organization="",
            project="",
            http_client=openai.DefaultHttpxClient(follow_redirects=False, trust_env=False),
        )


def _read_whole(chunks: Any, end: float) -> bytes:
    """A body that is not too large and does not take too long, however slowly it comes."""
    held = bytearray()
    for chunk in chunks:
        held += chunk
        if len(held) > MOST_BYTES:
            raise EmbedderUnavailable("the answer is too large")
        if time.monotonic() > end:
            raise EmbedderUnavailable("the answer takes too long")
    return bytes(held)
