"""What sets of queries and of questions have in common: a YAML file, documents, two halves."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Annotated, Any, Final, Generic, Literal, Self, TypeVar

import yaml
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from hub.documents import Viewer
from hub.errors import HubError

MOST_ERRORS = 5
TRAIN: Final = "train"
HELD_OUT: Final = "held-out"
Half = Literal["train", "held-out"]


def key_of(object_id: str) -> str:
    """What identifies an item whichever hub it lies on: the uuid at the end of its id."""
    return object_id.rpartition("/")[2]


def _find_key(value: str) -> str:
    try:
        return str(uuid.UUID(key_of(value)))
    except ValueError as error:
        raise ValueError(f"{value} ends in no uuid") from error


Key = Annotated[str, AfterValidator(_find_key)]
Filled = Annotated[str, Field(min_length=1)]


class UnreadableSet(HubError):
    """The file is no set of that kind: the message names the place.

    docs/relevanz.md has the format of queries, docs/antworten-messen.md that of questions."""


class SetItem(BaseModel):
    """One query or question as typed."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: Filled
    stratum: Filled
    half: Half = TRAIN
    text: Filled

    @property
    def named(self) -> Collection[str]:
        """Names of the documents that it says something of."""
        raise NotImplementedError


One = TypeVar("One", bound=SetItem)


class DocumentSet(BaseModel, Generic[One]):
    """A whole set. ``documents`` maps the names that its items use to the keys (:func:`key_of`)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: Filled
    version: int
    audience: Literal["public", "members"] = "public"
    documents: Mapping[str, Key]

    @property
    def items(self) -> tuple[One, ...]:
        """What is asked, in the order of the file."""
        raise NotImplementedError

    @property
    def viewer(self) -> Viewer:
        """On whose behalf it asks."""
        return Viewer.member() if self.audience == "members" else Viewer.anonymous()

    def of_half(self, half: Half | None = None) -> tuple[One, ...]:
        """The items of one half, or all."""
        return tuple(item for item in self.items if half in (None, item.half))

    def names(self) -> dict[str, str]:
        """The name of each document by its key."""
        return {key: name for name, key in self.documents.items()}

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if len(self.names()) < len(self.documents):
            raise ValueError("documents names an item twice")
        seen: set[str] = set()
        for item in self.items:
            if item.id in seen:
                raise ValueError(f"{item.id} is there twice")
            seen.add(item.id)
            if unknown := sorted(set(item.named) - set(self.documents)):
                raise ValueError(f"{item.id} names unknown documents: {unknown}")
        return self


Shape = TypeVar("Shape", bound=BaseModel)


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
