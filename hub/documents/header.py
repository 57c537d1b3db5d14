"""What every version of a document begins with, now and later: enough to name it and say who may read it."""

from __future__ import annotations

import re

from pydantic import Field, ValidationError

from hub.documents.access import Audience, Part
from hub.documents.direction import Line
from hub.errors import UnreadableDocument

NAME = "wissenshub"
MAJOR = 1
"""The major version read and written here."""

_VERSION = re.compile(rf"{NAME}/([0-9]{{1,4}})(?:\.([0-9]{{1,4}}))?")


class Title(Part):
    """The title of a wording."""

    title: Line


class _Version(Part):
    schema_version: str = ""


class Header(Part):
    """The fixed header: these fields keep their names and meanings in every major version.

    A document of a major version that is not known here is shown by them alone until the instance is
    upgraded. All of them must be there, since nothing may be assumed of a version to come.
    """

    schema_version: str
    id: str
    kind: str
    audience: Audience
    publishers: tuple[str, ...] = Field(min_length=1, max_length=50)
    texts: dict[str, Title] = Field(min_length=1, max_length=50)

    @classmethod
    def from_bytes(cls, body: bytes | str) -> Header:
        """Read the header of a document of any version. Raises :class:`UnreadableDocument`."""
        try:
            return cls.model_validate_json(body)
        except (ValidationError, OverflowError) as error:
            raise UnreadableDocument(str(error)) from error


def version_of(body: bytes | str) -> str:
    """The schema a document names; that of this major version for what names none or is no document."""
    try:
        return _Version.model_validate_json(body).schema_version or f"{NAME}/{MAJOR}"
    except (ValidationError, OverflowError):
        return f"{NAME}/{MAJOR}"


def number_of(version: str) -> tuple[int, int] | None:
    """Major and minor version of ``wissenshub/1.2``; None for another schema altogether."""
    found = _VERSION.fullmatch(version)
    return (int(found[1]), int(found[2] or 0)) if found else None


def major_of(version: str) -> int | None:
    """The major version of ``wissenshub/1.2``; None for another schema altogether."""
    number = number_of(version)
    return number[0] if number else None
