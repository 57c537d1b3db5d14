"""The retrieval steps as Haystack components. Importing this module imports Haystack: about a second.

The viewer is part of the question that runs through the pipeline, and the filter is built in
:mod:`search.answers.retrieval`; no component takes filters from outside.
"""

from __future__ import annotations

import logging
import os

# Haystack reads both while it is imported: no figures of use leave the house, no logs of its own.
os.environ["HAYSTACK_TELEMETRY_ENABLED"] = "False"
os.environ["HAYSTACK_LOGGING_IGNORE_STRUCTLOG"] = "true"

from haystack import Document, Pipeline, component
from haystack.components.joiners import DocumentJoiner

from search.answers.retrieval import Found, Question, find_by_vector, find_by_words

logging.getLogger("haystack").setLevel(logging.WARNING)  # it tells of every step of every run

WORDS_WEIGHT, VECTOR_WEIGHT = 0.7, 0.3


@component
class WordRetriever:
    """Passages by stems, compound parts and synonyms, weighted by rarity."""

    @component.output_types(documents=list[Document])
    def run(self, question: Question, top_k: int = 20) -> dict[str, list[Document]]:
        """The best ``top_k`` passages."""
        return {"documents": [_wrap(found) for found in find_by_words(question)[:top_k]]}


@component
class VectorRetriever:
    """Passages by cosine similarity in pgvector."""

    @component.output_types(documents=list[Document])
    def run(self, question: Question, top_k: int = 20) -> dict[str, list[Document]]:
        """The nearest ``top_k`` passages."""
        return {"documents": [_wrap(found) for found in find_by_vector(question, top_k)]}


def build_pipeline() -> Pipeline:
    """Both retrievers, fused by reciprocal rank."""
    pipeline = Pipeline()
    pipeline.add_component("words", WordRetriever())
    pipeline.add_component("vectors", VectorRetriever())
    joiner = DocumentJoiner(join_mode="reciprocal_rank_fusion", weights=[WORDS_WEIGHT, VECTOR_WEIGHT])
    pipeline.add_component("fusion", joiner)
    pipeline.connect("words.documents", "fusion.documents")
    pipeline.connect("vectors.documents", "fusion.documents")
    return pipeline


def _wrap(found: Found) -> Document:
    passage = found.passage
    return Document(id=str(passage.pk), content=passage.text, meta={"passage": passage}, score=found.score)
