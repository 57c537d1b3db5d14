"""A set of questions: what people ask, and the wordings that answer it, or that nothing does."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from hub.documents import Viewer
from search.evaluation.judged import Filled, Half, Item, read_file


class Evidence(BaseModel):
    """A wording that answers a question, or a part of it, in one of the set's documents or its files."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    document: Filled
    quote: Filled

    @property
    def wording(self) -> str:
        """The quote with single spaces: how lines are broken says nothing."""
        return squeeze(self.quote)


class SetQuestion(BaseModel):
    """One question as typed. Without ``answers`` the documents do not answer it.

    One of the ``answers`` is enough, unless ``every`` says that each is a part of what was asked. ``before``
    are the questions of the same conversation that it follows, oldest first.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: Filled
    stratum: Filled
    half: Half = "train"
    text: Filled
    before: tuple[Filled, ...] = ()
    answers: tuple[Evidence, ...] = ()
    every: bool = False

    @property
    def parts(self) -> int:
        """How many parts an answer has."""
        return len(self.answers) if self.every else min(1, len(self.answers))

    @property
    def answerable(self) -> bool:
        """Whether the documents answer it."""
        return bool(self.answers)


class QuestionSet(BaseModel):
    """A whole set. ``documents`` maps the names that answers use to the items' keys."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: Filled
    version: int
    audience: Literal["public", "members"] = "public"
    documents: Mapping[str, Item]
    questions: Annotated[tuple[SetQuestion, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if len(set(self.documents.values())) < len(self.documents):
            raise ValueError("documents names an item twice")
        seen: set[str] = set()
        for question in self.questions:
            if question.id in seen:
                raise ValueError(f"question {question.id} is there twice")
            seen.add(question.id)
            if unknown := {each.document for each in question.answers} - set(self.documents):
                raise ValueError(f"question {question.id} names unknown documents: {sorted(unknown)}")
        return self

    @property
    def viewer(self) -> Viewer:
        """On whose behalf the set asks."""
        return Viewer.member() if self.audience == "members" else Viewer.anonymous()

    def questions_of(self, half: Half | None = None) -> tuple[SetQuestion, ...]:
        """The questions of one half, or all."""
        return tuple(question for question in self.questions if half in (None, question.half))


def read_questions(path: Path) -> QuestionSet:
    """The set in a YAML file. Raises :class:`search.evaluation.judged.UnreadableSet`."""
    return read_file(path, QuestionSet)


def squeeze(text: str) -> str:
    """A text with single spaces."""
    return " ".join(text.split())
