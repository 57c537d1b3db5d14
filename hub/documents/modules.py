"""The facts of a module: its releases with what is known of their contents, its documentation.

Units are those of :mod:`hub.documents`.
"""

from __future__ import annotations

import datetime as dt

from pydantic import Field

from hub.documents.access import Part
from hub.documents.direction import Line
from hub.documents.software import Software


class Share(Part):
    """How many of something go by one name, e.g. components by licence."""

    name: str = Field(max_length=200)
    count: int = Field(ge=0)


class PartsList(Part):
    """The software bill of materials of a release (SBOM), the attachment with that ``digest``.

    ``format`` is ``CycloneDX`` or ``SPDX``, ``version`` that of the format, ``components`` their number
    and ``licences`` how many of them go by which licence, the most frequent first.
    """

    digest: str
    format: str
    version: str = ""
    components: int = Field(0, ge=0)
    licences: tuple[Share, ...] = Field((), max_length=100)


class ReuseReport(Part):
    """How far the files of a release say whose they are and under which licence (REUSE 3.3).

    ``digest`` is the archive that was read, ``files`` the number of files in it that have to say so,
    ``covered`` those that do. ``licences`` are the SPDX identifiers named, ``without_text`` those of them
    whose text is not in ``LICENSES/``, ``uncovered`` the first of the files that say nothing.
    """

    digest: str
    files: int = Field(0, ge=0)
    covered: int = Field(0, ge=0)
    licences: tuple[str, ...] = Field((), max_length=100)
    without_text: tuple[str, ...] = Field((), max_length=100)
    uncovered: tuple[str, ...] = Field((), max_length=50)


class Release(Part):
    """One release of a module; ``files`` are digests of its attachments."""

    version: Line
    released: dt.date | None = None
    notes: str = ""
    files: tuple[str, ...] = Field((), max_length=200)
    parts_list: PartsList | None = None
    reuse: ReuseReport | None = None


class Documentation(Part):
    """Documentation taken over from files, whose wording is the sections of that part in ``language``.

    It is of the release ``version``; ``imported`` is the day it was taken over.
    """

    language: str
    version: str = ""
    imported: dt.date | None = None


class Module(Part):
    """What can be taken over: its kind, release and conditions. ``licence`` is an SPDX id.

    ``version`` and ``released`` are those of the current release; ``releases`` are all, newest first.
    ``software`` is what publiccode.yml asks beyond that, of software alone.
    """

    module_type: str = ""
    version: Line = ""
    released: dt.date | None = None
    licence: Line = ""
    requirements: str = ""
    repository: str = ""
    releases: tuple[Release, ...] = Field((), max_length=300)
    software: Software | None = None
    documentation: Documentation | None = None
