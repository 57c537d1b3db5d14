"""Vectors learned from the passages themselves: which words and n-grams stand together.

The same features as of ``hash``, weighed by rarity and reduced by a singular value decomposition (LSA). What
was learned is stored with the embedder; nothing is downloaded. Only learning needs scikit-learn.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Sequence
from zipfile import BadZipFile

import numpy as np

from search.answers.embedding.base import EmbedderUnavailable, Vector, Vectors, scale_rows
from search.answers.embedding.hash import hash_features

DIMENSION = 256
FEATURES = 2**15
SAMPLE = 10_000
"""As many passages are learned from at most."""
LEAST = 50
"""From fewer passages there is nothing to learn."""
_SEED = 8
_VERSION = 1


class LsaEmbedder:
    """Projects weighed features onto what was learned."""

    def __init__(self, data: bytes) -> None:
        """``data`` comes from :func:`learn`; raises :class:`EmbedderUnavailable` if it does not."""
        try:
            with np.load(io.BytesIO(data), allow_pickle=False) as held:
                self._rarity, matrix = held["rarity"], held["matrix"]
        except (ValueError, KeyError, OSError, EOFError, BadZipFile) as error:
            raise EmbedderUnavailable(f"What lsa has learned cannot be read: {error}") from error
        self._matrix = matrix.astype(np.float32)
        self.dimension = self._matrix.shape[1]
        self.name = f"lsa-{self.dimension}-{_VERSION}-{hashlib.sha256(data).hexdigest()[:12]}"

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """The vectors of these texts."""
        rows = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for row, text in zip(rows, texts, strict=True):
            places, values = _count(text)
            row[:] = (values * self._rarity[places]) @ self._matrix[places]
        return scale_rows(rows)

    def embed_question(self, text: str) -> Vector:
        """The vector of a question, made like those of passages."""
        vector: Vector = self.embed_passages([text])[0]
        return vector


def learn(texts: Sequence[str]) -> bytes:
    """What is to be known of these passages, as NumPy stores arrays; the same for the same texts.

    Raises :class:`EmbedderUnavailable` for fewer than :data:`LEAST` texts, or without scikit-learn.
    """
    if len(texts) < LEAST:
        raise EmbedderUnavailable(f"lsa learns from at least {LEAST} passages; there are {len(texts)}")
    try:
        from scipy.sparse import csr_matrix
        from sklearn.decomposition import TruncatedSVD
    except ImportError as error:
        raise EmbedderUnavailable("Without scikit-learn: install requirements-embedding.txt") from error
    counted = [_count(text) for text in texts]
    starts = np.cumsum([0, *(len(places) for places, _values in counted)])
    columns = np.concatenate([places for places, _values in counted])
    held = np.bincount(columns, minlength=FEATURES)
    rarity = (np.log((1 + len(texts)) / (1 + held)) + 1).astype(np.float32)
    values = np.concatenate([scale_rows((v * rarity[p])[None])[0] for p, v in counted])
    table = csr_matrix((values, columns, starts), shape=(len(texts), FEATURES))
    reduction = TruncatedSVD(min(DIMENSION, len(texts) - 1), random_state=_SEED).fit(table)
    target = io.BytesIO()
    np.savez(target, rarity=rarity, matrix=reduction.components_.T.astype(np.float16))
    return target.getvalue()


def _count(text: str) -> tuple[np.ndarray[tuple[int], np.dtype[np.int32]], Vector]:
    """The places of a text's features, each once, and what is counted there."""
    counts: dict[int, float] = {}
    for place, value in hash_features(text, FEATURES):
        counts[place] = counts.get(place, 0.0) + value
    places = np.fromiter(counts.keys(), dtype=np.int32, count=len(counts))
    return places, np.fromiter(counts.values(), dtype=np.float32, count=len(counts))
