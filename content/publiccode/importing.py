"""From a checked publiccode.yml to the facts of a module, and what has no place there."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from content.publiccode.validating import Report
from hub.documents import DEFAULT_LANGUAGE, Software
from hub.documents.software import (
    ADDRESS,
    LINE,
    LONG,
    Contractor,
    Dependency,
    Organisation,
    SoftwareDescription,
)

MOST = 50
"""Entries of a list at most, as many as a document holds of each."""

VERSION_LENGTH = 40
"""Characters of a release's version."""

LENGTHS: Mapping[str, int] = {
    **dict.fromkeys(
        ("name", "applicationSuite", "localisedName", "mainCopyrightOwner", "versionMin", "versionMax"), LINE
    ),
    "version": LINE,
    "softwareVersion": VERSION_LENGTH,
    "longDescription": 2 * LONG,
}
"""Characters that are kept of a key's text."""

WHOLE_OR_NOT = frozenset({"usedBy", "contacts", "inputTypes", "outputTypes", "IT", "it", "intendedAudience"})
"""Keys below which nothing is cut: they are left out, or hold codes of short lists."""

DROPPED = ("inputTypes", "outputTypes", "monochromeLogo", "IT", "it")
DESCRIPTION_KEYS: Mapping[str, str] = {
    "name": "localisedName",
    "short": "shortDescription",
    "long": "longDescription",
    "documentation": "documentation",
    "api_documentation": "apiDocumentation",
}


@dataclass(frozen=True)
class Facts:
    """What a file says. ``left_out`` says in words what is not taken over, and why."""

    name: str
    repository: str
    licence: str
    version: str
    released: dt.date | None
    module_type: str
    software: Software
    left_out: tuple[str, ...] = ()

    @property
    def main(self) -> SoftwareDescription:
        """The description in German, else the first."""
        return self.software.description(DEFAULT_LANGUAGE) or self.software.descriptions[0]


def read_facts(report: Report) -> Facts:
    """The facts of a file that has no errors."""
    data = report.data or {}
    released = str(data.get("releaseDate") or "")
    return Facts(
        name=str(data["name"]),
        repository=str(data["url"]),
        licence=str(data["legal"]["license"]),
        version=str(data.get("softwareVersion") or ""),
        released=dt.date.fromisoformat(released) if released else None,
        module_type="configuration" if data["softwareType"] == "configurationFiles" else "software",
        software=_read_software(data),
        left_out=tuple(_list_left_out(report, data)),
    )


def _read_software(data: Mapping[str, Any]) -> Software:
    audience, needs = data.get("intendedAudience") or {}, data.get("dependsOn") or {}
    maintenance, localisation = data["maintenance"], data["localisation"]
    organisation = data.get("organisation")
    return Software(
        suite=_line(data, "applicationSuite"),
        landing_url=_address(data, "landingURL"),
        logo=_address(data, "logo"),
        based_on=_words(data.get("isBasedOn")),
        development_status=data["developmentStatus"],
        software_type=data["softwareType"],
        platforms=_words(data["platforms"]),
        categories=_words(data.get("categories")),
        scope=_words(audience.get("scope")),
        countries=_capitals(audience.get("countries")),
        unsupported_countries=_capitals(audience.get("unsupportedCountries")),
        supports=_words(each["id"] for each in data.get("supports") or ()),
        roadmap=_address(data, "roadmap"),
        organisation=_organisation(organisation) if organisation else None,
        funders=tuple(_organisation(each) for each in (data.get("fundedBy") or ())[:MOST]),
        copyright_owner=_line(data["legal"], "mainCopyrightOwner"),
        maintenance=maintenance["type"],
        contractors=tuple(_contractor(each) for each in (maintenance.get("contractors") or ())[:MOST]),
        languages=_words(localisation["availableLanguages"]),
        localisation_ready=localisation["localisationReady"],
        needs_open=_dependencies(needs.get("open")),
        needs_proprietary=_dependencies(needs.get("proprietary")),
        needs_hardware=_dependencies(needs.get("hardware")),
        descriptions=tuple(_description(*each) for each in list(data["description"].items())[:MOST]),
    )


def _description(language: str, given: Mapping[str, Any]) -> SoftwareDescription:
    texts = {name: str(given.get(key) or "").strip() for name, key in DESCRIPTION_KEYS.items()}
    lists = {name: _words(given.get(name)) for name in ("features", "screenshots", "videos", "awards")}
    texts |= {"name": texts["name"][:LINE], "long": texts["long"][: 2 * LONG]}
    return SoftwareDescription(language=language, **texts, **lists)


def _organisation(given: Mapping[str, Any]) -> Organisation:
    return Organisation(name=_line(given, "name"), uri=_address(given, "uri"))


def _contractor(given: Mapping[str, Any]) -> Contractor:
    until = dt.date.fromisoformat(given["until"])
    return Contractor(name=_line(given, "name"), until=until, website=_address(given, "website"))


def _dependencies(given: Iterable[Mapping[str, Any]] | None) -> tuple[Dependency, ...]:
    return tuple(
        Dependency(
            name=_line(each, "name"),
            version=_line(each, "version"),
            version_min=_line(each, "versionMin"),
            version_max=_line(each, "versionMax"),
            optional=bool(each.get("optional")),
        )
        for each in list(given or ())[:MOST]
    )


def _list_left_out(report: Report, data: Mapping[str, Any]) -> Iterable[str]:
    if data["maintenance"].get("contacts"):
        yield _(
            "maintenance.contacts: persons are not named here. Name an office with a shared mailbox instead."
        )
    if any(each.get("email") for each in data["maintenance"].get("contractors") or ()):
        yield _("maintenance.contractors.email: addresses of persons are not kept.")
    if data.get("usedBy"):
        yield _("usedBy: who uses it says so itself, as an adoption.")
    dropped = [key for key in DROPPED if key in data]
    dropped += [f"legal.{key}" for key in ("repoOwner", "authorsFile") if key in data["legal"]]
    named = (key for key, each in data["description"].items() if "genericName" in each)
    dropped += [f"description.{key}.genericName" for key in named]
    if dropped:
        yield _("%(keys)s: deprecated.") % {"keys": ", ".join(dropped)}
    yield from _list_cut(data, "")
    if report.unknown:
        yield _("%(keys)s: unknown to the standard.") % {"keys": ", ".join(report.unknown)}


def _list_cut(value: Any, path: str) -> Iterator[str]:
    """What of a file is longer than a document holds, each with its place."""
    key = path.rpartition(".")[2]
    if key in WHOLE_OR_NOT:
        return
    if isinstance(value, str):
        most = ADDRESS if key.isdigit() else LENGTHS.get(key)
        if most and len(value) > most:
            yield _("%(key)s: cut after %(most)s characters.") % {"key": path, "most": most}
        return
    if isinstance(value, list | dict) and path and len(value) > MOST:
        yield _("%(key)s: only the first %(most)s are taken over.") % {"key": path, "most": MOST}
    items = enumerate(value) if isinstance(value, list) else value.items() if isinstance(value, dict) else ()
    for each, held in list(items)[: MOST if path else None]:
        yield from _list_cut(held, f"{path}.{each}" if path else str(each))


def _words(given: Any) -> tuple[str, ...]:
    listed = [given] if isinstance(given, str) else list(given or ())
    words = (" ".join(str(each).split())[:ADDRESS] for each in listed)
    return tuple(dict.fromkeys(word for word in words if word))[:MOST]


def _capitals(given: Any) -> tuple[str, ...]:
    listed = (str(each).upper() for each in given or ())
    return tuple(dict.fromkeys(listed))


def _line(given: Mapping[str, Any], key: str) -> str:
    return " ".join(str(given.get(key) or "").split())[:LINE]


def _address(given: Mapping[str, Any], key: str) -> str:
    return str(given.get(key) or "").strip()[:ADDRESS]
