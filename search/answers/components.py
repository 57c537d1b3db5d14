"""The retrieval steps as Haystack components. Importing this module imports Haystack: about a second.

The viewer is part of the question that runs through the pipeline, and the filter is built in
:mod:`search.answers.scope`; no component takes filters from outside.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Any, Self

from haystack import Document, Pipeline, component
from haystack.components.joiners import DocumentJoiner
from haystack.core.errors import PipelineRuntimeError

from search.answers.measuring import Found
from search.answers.models import Passage
from search.answers.questions import Question
from search.answers.ranking import Ranked, rank
from search.answers.retrieval import CANDIDATES, find_by_letters, find_by_vector, find_by_words

logging.getLogger("haystack").setLevel(logging.WARNING)  # it tells of every step of every run

WEIGHTS = {"words": 0.6, "letters": 0.15, "vectors": 0.25}
"""What a place in the list of each retriever counts."""


@dataclass(frozen=True)
class Held:
    """A passage on its way: Haystack copies whatever it passes on, which takes longer than all the rest."""

    passage: Passage

    def __deepcopy__(self, memo: object) -> Self:
        """Itself: nothing changes it."""
        return self


@component
class WordRetriever:
    """Passages by stems, compound parts and synonyms, weighted by rarity."""

    @component.output_types(documents=list[Document])
    def run(self, question: Question, top_k: int = CANDIDATES) -> dict[str, list[Document]]:
        """The best ``top_k`` passages."""
        return {"documents": [_wrap(found) for found in find_by_words(question, top_k)]}


@component
class LetterRetriever:
    """Passages by words that share most of their letters in a row with those of the question."""

    @component.output_types(documents=list[Document])
    def run(self, question: Question, top_k: int = CANDIDATES) -> dict[str, list[Document]]:
        """The best ``top_k`` passages."""
        return {"documents": [_wrap(found) for found in find_by_letters(question, top_k)]}


@component
class VectorRetriever:
    """Passages by cosine similarity in pgvector."""

    @component.output_types(documents=list[Document])
    def run(self, question: Question, top_k: int = CANDIDATES) -> dict[str, list[Document]]:
        """The nearest ``top_k`` passages."""
        return {"documents": [_wrap(found) for found in find_by_vector(question, top_k)]}


@component
class Ranker:
    """What was found by all, in the order in which it answers the question."""

    @component.output_types(ranked=list[Ranked])
    def run(self, question: Question, documents: list[Document]) -> dict[str, list[Ranked]]:
        """All of them, each with its verdict."""
        # The joiner's scores are reciprocal ranks; what is first in every list gets the most.
        most = max((document.score or 0.0 for document in documents), default=0.0) or 1.0
        held = ((document.meta["held"].passage, (document.score or 0.0) / most) for document in documents)
        return {"ranked": rank(question, held)}


def build_pipeline() -> Pipeline:
    """The retrievers, fused by reciprocal rank, and the ranker."""
    pipeline = Pipeline()
    retrievers: dict[str, Any] = {
        "words": WordRetriever(),
        "letters": LetterRetriever(),
        "vectors": VectorRetriever(),
    }
    joiner = DocumentJoiner(
        join_mode="reciprocal_rank_fusion", weights=[WEIGHTS[name] for name in retrievers]
    )
    pipeline.add_component("fusion", joiner)
    pipeline.add_component("ranking", Ranker())
    for name, retriever in retrievers.items():
        pipeline.add_component(name, retriever)
        pipeline.connect(f"{name}.documents", "fusion.documents")
    pipeline.connect("fusion.documents", "ranking.documents")
    return pipeline


def run(pipeline: Pipeline, question: Question) -> list[Ranked]:
    """What the pipeline finds. A component's error is raised as it is: who asked knows what to do then."""
    try:
        result = pipeline.run({name: {"question": question} for name in (*WEIGHTS, "ranking")})
    except PipelineRuntimeError as error:
        raise error.__cause__ or error from None
    ranked: list[Ranked] = result["ranking"]["ranked"]
    return ranked


def _wrap(found: Found) -> Document:
    passage = found.passage
    return Document(id=str(passage.pk), content=passage.text, meta={"held": Held(passage)}, score=found.score)
