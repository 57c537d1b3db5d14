"""Vectors of passages and questions, by the method that ``HUB_EMBEDDER`` names."""

from search.answers.embedding.base import Embedder, EmbedderUnavailable, Vector, Vectors
from search.answers.embedding.rows import Description, describe

__all__ = ["Description", "Embedder", "EmbedderUnavailable", "Vector", "Vectors", "describe"]
