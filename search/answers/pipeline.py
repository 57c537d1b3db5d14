"""Running the pipeline. Haystack is imported with the first question, or before it by :func:`warm_up`."""

from __future__ import annotations

import threading
from functools import lru_cache
from typing import Any

from search.answers.models import Passage
from search.answers.questions import Question
from search.answers.ranking import Ranked

_building = threading.Lock()


def retrieve(question: Question) -> list[Passage]:
    """The passages for a question, best first, by words, letters and vectors together."""
    return [one.passage for one in retrieve_ranked(question)]


def retrieve_ranked(question: Question) -> list[Ranked]:
    """The same, each with its verdict."""
    if not question.groups:
        return []
    pipeline = _pipeline()
    from search.answers.components import run  # which tells Haystack before its import to stay silent

    return run(pipeline, question)


def warm_up() -> None:
    """Import Haystack, build the pipeline and read the word lists, so that no visitor waits for it.

    Needs no database. Safe to call from a background thread, any number of times.
    """
    from search.answers.embedding.hash import HashEmbedder
    from search.expansion import read_query

    read_query("Kitaplatzvergabe")
    HashEmbedder().embed_question("Kitaplatzvergabe")
    _pipeline()


def _pipeline() -> Any:
    with _building:  # two threads at once would import and build twice
        return _build()


@lru_cache(maxsize=1)
def _build() -> Any:
    from search.answers.components import build_pipeline

    return build_pipeline()
