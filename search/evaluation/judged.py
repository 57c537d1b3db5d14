"""A judged set: what people look for, and how well which item answers it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Annotated, Self

from pydantic import Field, model_validator

from search.evaluation.sets import DocumentSet, Filled, SetItem

GOOD = 2
"""The lowest grade that counts as found by recall: such an item helps much."""

Grade = Annotated[int, Field(ge=1, le=3)]


class JudgedQuery(SetItem):
    """One query as typed, the ``need`` behind it, and the grade of each item that answers it.

    Grades are 3 (exactly this), 2 (helps much) and 1 (touches it); items that are not named count 0.
    """

    need: Filled
    grades: Mapping[str, Grade]

    @property
    def named(self) -> Collection[str]:
        """The graded documents."""
        return self.grades

    @model_validator(mode="after")
    def _is_answered(self) -> Self:
        if max(self.grades.values(), default=0) < GOOD:
            raise ValueError(f"{self.id} has no item of grade {GOOD} or 3")
        return self


class JudgedSet(DocumentSet[JudgedQuery]):
    """A whole set of queries."""

    queries: Annotated[tuple[JudgedQuery, ...], Field(min_length=1)]

    @property
    def items(self) -> tuple[JudgedQuery, ...]:
        """The queries."""
        return self.queries
