"""A set of questions: what people ask, and the wordings that answer it, or that nothing does."""

from __future__ import annotations

from collections.abc import Collection
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from search.evaluation.sets import DocumentSet, Filled, SetItem


class Evidence(BaseModel):
    """A wording that answers a question, or a part of it, in one of the set's documents or its files."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    document: Filled
    quote: Filled

    @property
    def wording(self) -> str:
        """The quote with single spaces: how lines are broken says nothing."""
        return squeeze(self.quote)


class SetQuestion(SetItem):
    """One question as typed. Without ``answers`` the documents do not answer it.

    One of the ``answers`` is enough, unless ``every`` says that each is a part of what was asked. ``before``
    are the questions of the same conversation that it follows, oldest first.
    """

    before: tuple[Filled, ...] = ()
    answers: tuple[Evidence, ...] = ()
    every: bool = False

    @property
    def named(self) -> Collection[str]:
        """The documents with an answer."""
        return {each.document for each in self.answers}

    @property
    def parts(self) -> int:
        """How many parts an answer has."""
        return len(self.answers) if self.every else min(1, len(self.answers))

    @property
    def answerable(self) -> bool:
        """Whether the documents answer it."""
        return bool(self.answers)


class QuestionSet(DocumentSet[SetQuestion]):
    """A whole set of questions."""

    questions: Annotated[tuple[SetQuestion, ...], Field(min_length=1)]

    @property
    def items(self) -> tuple[SetQuestion, ...]:
        """The questions."""
        return self.questions


def squeeze(text: str) -> str:
    """A text with single spaces."""
    return " ".join(text.split())
