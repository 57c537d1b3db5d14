"""A judged set: what people look for, and how well which item answers it."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, Self, TypeVar

import yaml
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from hub.documents import Viewer
from hub.errors import HubError

GOOD = 2
"""The lowest grade that counts as found by recall: such an item helps much."""
MOST_ERRORS = 5

Half = Literal["train", "held-out"]


def key_of(object_id: str) -> str:
    """What identifies an item whichever hub it lies on: the uuid at the end of its id."""
    return object_id.rpartition("/")[2]


def _find_key(value: str) -> str:
    try:
        return str(uuid.UUID(key_of(value)))
    except ValueError as error:
        raise ValueError(f"{value} ends in no uuid") from error


Item = Annotated[str, AfterValidator(_find_key)]
Filled = Annotated[str, Field(min_length=1)]
Grade = Annotated[int, Field(ge=1, le=3)]


class UnreadableSet(HubError):
    """The file is no set of that kind: the message names the place.

    docs/relevanz.md has the format of queries, docs/antworten-messen.md that of questions."""


class JudgedQuery(BaseModel):
    """One query as typed, the ``need`` behind it, and the grade of each item that answers it.

    Grades are 3 (exactly this), 2 (helps much) and 1 (touches it); items that are not named count 0.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: Filled
    stratum: Filled
    half: Half = "train"
    text: Filled
    need: Filled
    grades: Mapping[str, Grade]


class JudgedSet(BaseModel):
    """A whole set. ``documents`` maps the names that grades use to the items' keys (:func:`key_of`)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: Filled
    version: int
    audience: Literal["public", "members"] = "public"
    documents: Mapping[str, Item]
    queries: Annotated[tuple[JudgedQuery, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if len(self.names()) < len(self.documents):
            raise ValueError("documents names an item twice")
        seen: set[str] = set()
        for query in self.queries:
            if query.id in seen:
                raise ValueError(f"query {query.id} is there twice")
            seen.add(query.id)
            if unknown := sorted(set(query.grades) - set(self.documents)):
                raise ValueError(f"query {query.id} grades items that documents does not name: {unknown}")
            if max(query.grades.values(), default=0) < GOOD:
                raise ValueError(f"query {query.id} has no item of grade {GOOD} or 3")
        return self

    @property
    def viewer(self) -> Viewer:
        """On whose behalf the set searches."""
        return Viewer.member() if self.audience == "members" else Viewer.anonymous()

    def queries_of(self, half: Half | None = None) -> tuple[JudgedQuery, ...]:
        """The queries of one half, or all."""
        return tuple(query for query in self.queries if half in (None, query.half))

    def names(self) -> dict[str, str]:
        """The name of each document by its key."""
        return {key: name for name, key in self.documents.items()}


Shape = TypeVar("Shape", bound=BaseModel)


def read_set(path: Path) -> JudgedSet:
    """The set in a YAML file. Raises :class:`UnreadableSet`."""
    return read_file(path, JudgedSet)


def read_file(path: Path, shape: type[Shape]) -> Shape:
    """What a YAML file holds, in that shape. Raises :class:`UnreadableSet`."""
    try:
        content: Any = yaml.safe_load(path.read_text(encoding="utf-8"))
        return shape.model_validate(content)
    except OSError as error:
        raise UnreadableSet(f"{path} cannot be opened: {error.strerror or error}") from error
    except (UnicodeDecodeError, yaml.YAMLError) as error:
        raise UnreadableSet(f"{path} is no YAML in UTF-8: {error}") from error
    except ValidationError as error:
        raise UnreadableSet(f"{path} is no such set:\n{_say(error)}") from error


def _say(error: ValidationError) -> str:
    found = error.errors(include_url=False)
    lines = [f"  {'.'.join(map(str, each['loc'])) or 'set'}: {each['msg']}" for each in found[:MOST_ERRORS]]
    if more := len(found) - len(lines):
        lines.append(f"  and {more} more")
    return "\n".join(lines)
