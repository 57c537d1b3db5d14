"""Between the form of the editor and the ``Software`` of a document, both ways."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from content.builders import split_lines
from content.publiccode.labels import PLATFORMS
from hub.documents import Software
from hub.documents.software import ADDRESS, Contractor, Dependency, Organisation, SoftwareDescription

LINES = ("based_on", "supports")
CODES = ("countries", "unsupported_countries", "languages")
DESCRIPTION_LINES = ("features", "screenshots", "videos", "awards")
NEEDS = ("needs_open", "needs_proprietary", "needs_hardware")
PARTS = (*NEEDS, "contractors", "funders")
TEXTS = (
    "name", "suite", "landing_url", "logo", "development_status", "software_type", "roadmap",
    "copyright_owner", "maintenance",
)  # fmt: skip
READY = {"yes": True, "no": False}


def build_software(stream: Iterable[Any]) -> Software | None:
    """What was filled in, None where there is no description of software."""
    value = next((child.value for child in stream or ()), None)
    return None if value is None else _build(value)


def stored_form(software: Software) -> str:
    """The field ``software`` of a module page as it is stored."""
    known = [code for code in software.platforms if code in PLATFORMS]
    other = [code for code in software.platforms if code not in PLATFORMS]
    ready = {True: "yes", False: "no"}.get(software.localisation_ready, "")  # type: ignore[arg-type]
    organisation = software.organisation or Organisation()
    value: dict[str, Any] = {
        **{name: getattr(software, name) for name in TEXTS},
        **{name: "\n".join(getattr(software, name)) for name in LINES},
        **{name: ", ".join(getattr(software, name)) for name in CODES},
        **{name: _items(name, _plain(getattr(software, name))) for name in PARTS},
        "platforms": known,
        "other_platforms": ", ".join(other),
        "categories": _items("categories", software.categories),
        "scope": _items("scope", software.scope),
        "localisation_ready": ready,
        "organisation_name": organisation.name,
        "organisation_uri": organisation.uri,
        "descriptions": _items("descriptions", map(_stored_description, software.descriptions)),
    }
    return json.dumps([{"type": "software", "value": value, "id": "software"}])


def _build(value: Mapping[str, Any]) -> Software:
    named = Organisation(name=_text(value["organisation_name"]), uri=_text(value["organisation_uri"]))
    return Software(
        **{name: _text(value[name]) for name in TEXTS},
        **{name: split_lines(value[name] or "")[:50] for name in LINES},
        **{name: _split_codes(value[name])[:200] for name in CODES},
        **{name: tuple(map(_dependency, value[name]))[:100] for name in NEEDS},
        platforms=(*(value["platforms"] or ()), *_split_codes(value["other_platforms"]))[:50],
        categories=tuple(dict.fromkeys(each for each in value["categories"] if each)),
        scope=tuple(dict.fromkeys(each for each in value["scope"] if each)),
        localisation_ready=READY.get(value["localisation_ready"] or ""),
        organisation=named if named.uri else None,
        funders=tuple(
            Organisation(name=_text(each["name"]), uri=_text(each["uri"])) for each in value["funders"]
        ),
        contractors=tuple(
            Contractor(name=_text(each["name"]), until=each["until"], website=_text(each["website"]))
            for each in value["contractors"]
        ),
        descriptions=tuple(map(_description, value["descriptions"])),
    )


def _description(value: Mapping[str, Any]) -> SoftwareDescription:
    texts = {
        name: _text(value[name])
        for name in ("language", "name", "short", "long", "documentation", "api_documentation")
    }
    lines = {
        name: tuple(line[:ADDRESS] for line in split_lines(value[name] or ""))[:50]
        for name in DESCRIPTION_LINES
    }
    return SoftwareDescription(**texts, **lines)


def _dependency(value: Mapping[str, Any]) -> Dependency:
    names = ("name", "version", "version_min", "version_max")
    return Dependency(**{name: _text(value[name]) for name in names}, optional=bool(value["optional"]))


def _stored_description(description: SoftwareDescription) -> dict[str, Any]:
    lines = {name: "\n".join(getattr(description, name)) for name in DESCRIPTION_LINES}
    return description.model_dump(mode="json") | lines


def _plain(parts: Iterable[Any]) -> list[Any]:
    return [part.model_dump(mode="json") for part in parts]


def _items(name: str, values: Iterable[Any]) -> list[dict[str, Any]]:
    return [{"type": "item", "value": value, "id": f"{name}-{n}"} for n, value in enumerate(values)]


def _split_codes(text: str | None) -> tuple[str, ...]:
    return tuple(code.strip() for code in (text or "").split(",") if code.strip())


def _text(value: Any) -> str:
    return str(value or "").strip()
