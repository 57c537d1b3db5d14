"""What every embedder does, and how it fails."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np

from hub.errors import Unavailable

Vector = np.ndarray[tuple[int], np.dtype[np.float32]]
Vectors = np.ndarray[tuple[int, int], np.dtype[np.float32]]
"""One vector per row."""

MOST_NUMBERS = 4_000
"""Of a vector: more cannot be indexed, not even with half the precision."""


class EmbedderUnavailable(Unavailable):
    """Vectors cannot be made now: the message says of which embedder and why. Words answer meanwhile."""


class Embedder(Protocol):
    """Makes vectors of ``dimension`` numbers and length 1; all zeros where nothing is said.

    Another ``name`` means: not to be compared. All of it may raise :class:`EmbedderUnavailable`.
    """

    @property
    def name(self) -> str:
        """Method, model and version; at most 120 characters."""

    @property
    def dimension(self) -> int:
        """How many numbers a vector has."""

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """The vectors of these texts, in their order."""

    def embed_question(self, text: str) -> Vector:
        """The vector of a question, to be compared with those of passages."""


def scale_rows(rows: Vectors) -> Vectors:
    """Each row at length 1; one of zeros stays."""
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    scaled: Vectors = np.divide(rows, lengths, out=np.zeros_like(rows), where=lengths > 0)
    return scaled
