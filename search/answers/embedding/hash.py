"""Vectors without a model: hashed character n-grams, stems and compound parts.

Deterministic across processes and versions of Python, so vectors of one release compare. The
name of the embedder is stored with each vector; a change of the method changes the name.
"""

from __future__ import annotations

import math
import zlib
from collections import defaultdict
from collections.abc import Iterator, Sequence

import numpy as np

from search.analysis import analyse, fold
from search.answers.embedding.base import Vector, Vectors, scale_rows
from search.answers.letters import letters_in_a_row

DIMENSION = 512
"""Of the hashed vectors."""

_TERM_WEIGHT = 3.0
_PART_WEIGHT = 1.5


class HashEmbedder:
    """Counts features into hashed places with a hashed sign, dampened by the logarithm."""

    name = f"hash-{DIMENSION}-2"
    dimension = DIMENSION

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """The vectors of these texts."""
        rows = np.zeros((len(texts), DIMENSION), dtype=np.float32)
        for row, text in zip(rows, texts, strict=True):
            for place, value in hash_features(text, DIMENSION):
                row[place] += value
        return scale_rows(rows)

    def embed_question(self, text: str) -> Vector:
        """The vector of a question, made like those of passages."""
        vector: Vector = self.embed_passages([text])[0]
        return vector


def hash_features(text: str, places: int) -> Iterator[tuple[int, float]]:
    """Where each feature of a text is counted, and how much. Two features may share a place."""
    for feature, weight in _weigh(text).items():
        code = zlib.crc32(feature.encode())
        yield code % places, (1.0 if code >> 31 else -1.0) * (1.0 + math.log(weight))


def _weigh(text: str) -> dict[str, float]:
    weights: defaultdict[str, float] = defaultdict(float)
    for token in analyse(text):
        if not token.term:
            continue
        weights[f"t:{token.term}"] += _TERM_WEIGHT
        for part in token.parts:
            weights[f"t:{part}"] += _PART_WEIGHT
        for gram in letters_in_a_row(fold(token.word)):
            weights[f"g:{gram}"] += 1
    return weights
