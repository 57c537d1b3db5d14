"""From a document to its publiccode.yml. Nothing is read but the document, so every hub writes the same.

The standard wants a real person as maintenance contact. A document names a role with a shared mailbox
instead, and so does the file. Who uses the software (``usedBy``) is left out: adoptions are signed statements
of their own.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import yaml
from bs4 import BeautifulSoup

from content.drafting.outline import shorten
from content.publiccode.validating import VERSION, Report, check_data
from hub.documents import Document, Module, Software, Text
from hub.documents.software import Dependency, SoftwareDescription
from theme.markdown import TextConverter, escaped

SOFTWARE_TYPES = frozenset({"software", "configuration"})
"""Types of module that a publiccode.yml can describe."""

SHORT, LONG, LEAST = 150, 10_000, 150
"""Characters of a short description at most, of a long one at most and at least."""

WEB = ("https://", "http://", "mailto:")
"""Beginnings of addresses that lead somewhere from anywhere."""

SIMPLE = "de-simple"
"""Leichte Sprache is a wording of its own here; the standard knows languages alone."""


def is_software(document: Document) -> bool:
    """Whether it is a module that a publiccode.yml can describe."""
    module = document.module
    return module is not None and (module.software is not None or module.module_type in SOFTWARE_TYPES)


def examine(document: Document) -> Report:
    """What its publiccode.yml lacks; its errors are the facts that are missing."""
    return check_data(to_data(document))


def to_bytes(document: Document) -> bytes:
    """The file: UTF-8, keys in the order of the standard, the same for the same document."""
    text = yaml.dump(
        to_data(document), Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=100, indent=2
    )
    return str(text).encode("utf-8")


def to_data(document: Document) -> dict[str, Any]:
    """The file's keys and values; what is not known is left out."""
    module = document.module or Module()
    software = module.software or Software()
    name = software.name or document.text(document.facts_language).title
    return _filled(
        {
            "publiccodeYmlVersion": VERSION,
            "name": name,
            "applicationSuite": software.suite,
            "url": module.repository,
            "landingURL": software.landing_url,
            "isBasedOn": list(software.based_on),
            "softwareVersion": module.version,
            "releaseDate": module.released.isoformat() if module.released else "",
            "logo": software.logo,
            "organisation": _filled(software.organisation.model_dump()) if software.organisation else {},
            "platforms": list(software.platforms),
            "categories": list(software.categories),
            "fundedBy": [_filled(each.model_dump()) for each in software.funders],
            "roadmap": software.roadmap,
            "developmentStatus": software.development_status,
            "softwareType": software.software_type,
            "supports": [{"id": each} for each in software.supports],
            "intendedAudience": _filled(
                {
                    "scope": list(software.scope),
                    "countries": list(software.countries),
                    "unsupportedCountries": list(software.unsupported_countries),
                }
            ),
            "description": _descriptions(document, software),
            "legal": _filled({"license": module.licence, "mainCopyrightOwner": software.copyright_owner}),
            "maintenance": _maintenance(document, software),
            "localisation": _filled(
                {
                    "localisationReady": software.localisation_ready,
                    "availableLanguages": list(software.languages),
                }
            ),
            "dependsOn": _filled(
                {
                    "open": [_dependency(each) for each in software.needs_open],
                    "proprietary": [_dependency(each) for each in software.needs_proprietary],
                    "hardware": [_dependency(each) for each in software.needs_hardware],
                }
            ),
        },
        always=("description", "legal", "maintenance", "localisation"),
    )


def long_description(text: Text) -> str:
    """The wording in Markdown as the standard allows it: no headings, tables or pictures."""
    parts = []
    sections = [section for section in text.sections if not section.part]
    for section in sections:
        written = [_markdown(block.html) for block in section.blocks if block.html]
        heading = [f"**{escaped(section.heading)}**"] if section.heading and len(sections) > 1 else []
        parts += [*heading, *written] if written else []
    whole = "\n\n".join(part for part in parts if part)
    while len(whole) > LONG and parts:
        parts.pop()
        whole = "\n\n".join(part for part in parts if part)
    return whole


def short_description(text: Text) -> str:
    """The summary, cut at a sentence or a word where it is longer than the standard allows."""
    return shorten(text.summary, SHORT)


def _descriptions(document: Document, software: Software) -> dict[str, Any]:
    """By language. Where one is complete, others that are not stay out: other tools would refuse the file."""
    named = {each.language: each for each in software.descriptions}
    languages = dict.fromkeys([*(each for each in document.texts if each != SIMPLE), *named])
    described = {
        language: _description(document.texts.get(language), named.get(language)) for language in languages
    }
    whole = {language: each for language, each in described.items() if _is_whole(each)}
    first = dict(list(described.items())[:1])
    return whole or first


def _is_whole(description: Mapping[str, Any]) -> bool:
    is_long = len(description.get("longDescription", "")) >= LEAST
    return is_long and {"shortDescription", "features"} <= set(description)


def _description(text: Text | None, given: SoftwareDescription | None) -> dict[str, Any]:
    said = given or SoftwareDescription(language="")
    return _filled(
        {
            "localisedName": said.name,
            "shortDescription": said.short or (short_description(text) if text else ""),
            "longDescription": said.long or (long_description(text) if text else ""),
            "documentation": said.documentation,
            "apiDocumentation": said.api_documentation,
            "features": list(said.features),
            "screenshots": list(said.screenshots),
            "videos": list(said.videos),
            "awards": list(said.awards),
        }
    )


def _maintenance(document: Document, software: Software) -> dict[str, Any]:
    contact = document.contact
    named = contact is not None and contact.role
    return _filled(
        {
            "type": software.maintenance,
            "contractors": [
                _filled(each.model_dump(mode="json", exclude_none=True)) for each in software.contractors
            ],
            "contacts": [_filled({"name": contact.role, "email": contact.email, "phone": contact.phone})]
            if contact is not None and named
            else [],
        }
    )


def _dependency(dependency: Dependency) -> dict[str, Any]:
    return _filled(
        {
            "name": dependency.name,
            "versionMin": dependency.version_min,
            "versionMax": dependency.version_max,
            "version": dependency.version,
            "optional": dependency.optional or None,
        }
    )


def _markdown(html: str) -> str:
    soup = BeautifulSoup(html, "html.parser")
    for heading in soup.find_all(["h3", "h4"]):
        heading.name = "strong"
    for cell in soup.find_all(["table", "img"]):
        cell.decompose()
    for link in soup.find_all("a"):
        if not str(link.get("href", "")).startswith(WEB):
            link.unwrap()
    return str(TextConverter(bullets="-").convert_soup(soup)).strip()


def _filled(values: Mapping[str, Any], always: tuple[str, ...] = ()) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value not in ("", None, [], {}) or key in always}


class _Dumper(yaml.SafeDumper):
    """Indents lists, writes longer texts as they are read and uses no aliases."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _represent_text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)


_Dumper.add_representer(str, _represent_text)
