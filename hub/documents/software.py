"""What publiccode.yml 0.7.0 says of software beyond name, version, licence, repository and text.

Source: the publiccode.yml standard, version 0.7.0. Codes are the standard's own; :mod:`content.publiccode`
pairs its keys with these fields. Persons have no place here: who answers is the document's contact, a role.
"""

from __future__ import annotations

import datetime as dt
from typing import Annotated

from pydantic import Field

from hub.documents.access import Part
from hub.documents.direction import Line

LINE, ADDRESS, LONG = 300, 2000, 10_000
"""Lengths in characters: of a line, of an address, of the longest text the standard allows."""

Word = Annotated[Line, Field(max_length=ADDRESS)]
"""One entry of a list."""


class SoftwareDescription(Part):
    """How software is described in one language, a BCP 47 tag.

    Empty wording is that of the document in this language. ``features`` name what people can do with it,
    ``screenshots`` are addresses or paths in the repository.
    """

    language: str = Field(max_length=35)
    name: str = Field("", max_length=LINE)
    short: str = Field("", max_length=LINE)
    long: str = Field("", max_length=2 * LONG)
    features: tuple[Word, ...] = Field((), max_length=100)
    documentation: str = Field("", max_length=ADDRESS)
    api_documentation: str = Field("", max_length=ADDRESS)
    screenshots: tuple[Word, ...] = Field((), max_length=50)
    videos: tuple[Word, ...] = Field((), max_length=50)
    awards: tuple[Word, ...] = Field((), max_length=50)


class Organisation(Part):
    """An organisation and the URI that identifies it."""

    name: str = Field("", max_length=LINE)
    uri: str = Field("", max_length=ADDRESS)


class Contractor(Part):
    """Who is paid to maintain the software, until which day."""

    name: str = Field(max_length=LINE)
    until: dt.date | None = None
    website: str = Field("", max_length=ADDRESS)


class Dependency(Part):
    """What must be there to run the software: one version, or all from ``version_min`` to ``version_max``."""

    name: str = Field(max_length=LINE)
    version: str = Field("", max_length=LINE)
    version_min: str = Field("", max_length=LINE)
    version_max: str = Field("", max_length=LINE)
    optional: bool = False


class Software(Part):
    """How software is developed, maintained and built upon. An empty code is not known.

    ``name`` is empty where the document's title is the name. ``localisation_ready`` None means unknown.
    ``supports`` are aliases as ``alias:gdpr`` or URIs, countries are ISO 3166-1 codes of two letters.
    """

    name: str = Field("", max_length=LINE)
    suite: str = Field("", max_length=LINE)
    landing_url: str = Field("", max_length=ADDRESS)
    logo: str = Field("", max_length=ADDRESS)
    based_on: tuple[Word, ...] = Field((), max_length=50)
    development_status: str = Field("", max_length=40)
    software_type: str = Field("", max_length=40)
    platforms: tuple[Word, ...] = Field((), max_length=50)
    categories: tuple[Word, ...] = Field((), max_length=50)
    scope: tuple[Word, ...] = Field((), max_length=50)
    countries: tuple[Word, ...] = Field((), max_length=250)
    unsupported_countries: tuple[Word, ...] = Field((), max_length=250)
    supports: tuple[Word, ...] = Field((), max_length=100)
    roadmap: str = Field("", max_length=ADDRESS)
    organisation: Organisation | None = None
    funders: tuple[Organisation, ...] = Field((), max_length=100)
    copyright_owner: str = Field("", max_length=LINE)
    maintenance: str = Field("", max_length=40)
    contractors: tuple[Contractor, ...] = Field((), max_length=50)
    languages: tuple[Word, ...] = Field((), max_length=200)
    localisation_ready: bool | None = None
    needs_open: tuple[Dependency, ...] = Field((), max_length=100)
    needs_proprietary: tuple[Dependency, ...] = Field((), max_length=100)
    needs_hardware: tuple[Dependency, ...] = Field((), max_length=100)
    descriptions: tuple[SoftwareDescription, ...] = Field((), max_length=50)

    def description(self, language: str) -> SoftwareDescription | None:
        """How it is described in ``language``, if it is."""
        return next((each for each in self.descriptions if each.language == language), None)
