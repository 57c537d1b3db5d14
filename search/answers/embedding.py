"""Vectors without a model: hashed character n-grams, stems and compound parts.

Deterministic across processes and versions of Python, so vectors of one release compare. The
name of the embedder is stored with each vector; a change of the method changes the name.
"""

from __future__ import annotations

import math
import zlib
from collections import defaultdict
from collections.abc import Iterator
from typing import Protocol

import numpy as np

from search.analysis import analyse, fold
from search.answers.models import DIMENSION

Vector = np.ndarray[tuple[int], np.dtype[np.float32]]

_GRAM_SIZES = (3, 4, 5)
_TERM_WEIGHT = 3.0
_PART_WEIGHT = 1.5


class Embedder(Protocol):
    """Makes vectors of :data:`DIMENSION` numbers and length 1."""

    name: str

    def embed(self, text: str) -> Vector:
        """The vector of ``text``; all zeros if it holds no content word."""


class HashEmbedder:
    """Counts features into hashed places with a hashed sign, dampened by the logarithm."""

    name = f"hash-{DIMENSION}-1"

    def embed(self, text: str) -> Vector:
        """The vector of ``text``."""
        vector = np.zeros(DIMENSION, dtype=np.float32)
        for feature, weight in _weigh(text).items():
            code = zlib.crc32(feature.encode())
            vector[code % DIMENSION] += (1.0 if code >> 31 else -1.0) * (1.0 + math.log(weight))
        length = float(np.linalg.norm(vector))
        return vector / length if length else vector


def current_embedder() -> Embedder:
    """The embedder of this instance."""
    return HashEmbedder()


def _weigh(text: str) -> dict[str, float]:
    weights: defaultdict[str, float] = defaultdict(float)
    for token in analyse(text):
        if not token.term:
            continue
        weights[f"t:{token.term}"] += _TERM_WEIGHT
        for part in token.parts:
            weights[f"t:{part}"] += _PART_WEIGHT
        for gram in _grams(fold(token.word)):
            weights[f"g:{gram}"] += 1
    return weights


def _grams(folded: str) -> Iterator[str]:
    padded = f"_{folded}_"
    for size in _GRAM_SIZES:
        for start in range(len(padded) - size + 1):
            yield padded[start : start + size]
