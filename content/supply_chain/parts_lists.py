"""Reading a software bill of materials: CycloneDX (JSON, XML) and SPDX (JSON, JSON-LD 3.0, tag-value).

Sources: CycloneDX 1.6 (ECMA-424), SPDX 2.3 clauses 6 and 7, SPDX 3.0.1 (core, software, simple licensing).
What is taken are the format, its version, the number of components and the licences they go by; whoever
needs more downloads the list.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any, BinaryIO
from xml.etree.ElementTree import Element

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import ParseError, fromstring
from django.utils.translation import gettext as _

from hub.documents import PartsList, Share
from hub.errors import UnreadableUpload

MAX_BYTES = 20_000_000
MOST_LICENCES = 100
UNSTATED = frozenset({"", "NOASSERTION", "NONE"})
CYCLONE_NAMESPACE = re.compile(r"\{http://cyclonedx\.org/schema/bom/(\d+\.\d+)\}bom")
TAGS = frozenset({"SPDXVersion", "PackageName", "PackageLicenseConcluded", "PackageLicenseDeclared"})
LONGEST_LINE = 10_000
"""Characters of a line that are read."""
VERSION = re.compile(r"\d+(\.\d+){0,3}")


def read_parts_list(file: BinaryIO, digest: str) -> PartsList:
    """The parts list in ``file``, which goes by ``digest``.

    Raises :class:`UnreadableUpload` for what is none, or has more than :data:`MAX_BYTES`.
    """
    raw = file.read(MAX_BYTES + 1)
    if len(raw) > MAX_BYTES:
        raise UnreadableUpload(_("The parts list is larger than 20 MB and cannot be read."))
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnreadableUpload(_("The parts list is not written in UTF-8. Save it as UTF-8.")) from error
    form, version, licences = _read(text)
    named = Counter(licences)
    shares = sorted(named.items(), key=lambda share: (-share[1], share[0]))[:MOST_LICENCES]
    return PartsList(
        digest=digest,
        format=form,
        version=version if VERSION.fullmatch(version) else "",
        components=named.total(),
        licences=tuple(Share(name=name[:200], count=count) for name, count in shares),
    )


def _read(text: str) -> tuple[str, str, list[str]]:
    """Format, its version, and the licence of each component, empty where none is stated."""
    start = text.lstrip()[:1]
    if start == "{":
        return _read_json(text)
    if start == "<":
        return _read_cyclone_xml(text)
    return _read_tag_value(text)


def _read_json(text: str) -> tuple[str, str, list[str]]:
    try:
        said = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise _unknown() from error
    if said.get("bomFormat") == "CycloneDX":
        licences = [_cyclone_licence(each) for each in _cyclone_components(said.get("components"))]
        return "CycloneDX", str(said.get("specVersion", "")), licences
    if "spdxVersion" in said:
        packages = [each for each in _list(said.get("packages")) if isinstance(each, dict)]
        return "SPDX", _spdx_version(str(said["spdxVersion"])), [_spdx_licence(each) for each in packages]
    if isinstance(said.get("@graph"), list):
        return _read_spdx_3([each for each in said["@graph"] if isinstance(each, dict)])
    raise _unknown()


def _cyclone_components(said: Any) -> Iterator[dict[str, Any]]:
    """Components and those within them, without going down by recursion."""
    waiting = [each for each in _list(said) if isinstance(each, dict)]
    while waiting:
        component = waiting.pop()
        waiting += [each for each in _list(component.get("components")) if isinstance(each, dict)]
        yield component


def _cyclone_licence(component: dict[str, Any]) -> str:
    names = []
    for choice in _list(component.get("licenses")):
        if isinstance(choice, dict):
            licence = choice.get("license")
            named = licence if isinstance(licence, dict) else {}
            names.append(str(choice.get("expression") or named.get("id") or named.get("name") or ""))
    return _stated(" AND ".join(filter(None, names)))


def _read_cyclone_xml(text: str) -> tuple[str, str, list[str]]:
    try:
        root: Element = fromstring(text, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError) as error:
        raise _unknown() from error
    found = CYCLONE_NAMESPACE.fullmatch(root.tag)
    if found is None:
        raise _unknown()
    space = f"{{http://cyclonedx.org/schema/bom/{found[1]}}}"
    components = root.iterfind(f"{space}components//{space}component")
    return "CycloneDX", found[1], [_cyclone_xml_licence(each, space) for each in components]


def _cyclone_xml_licence(component: Element, space: str) -> str:
    licences = component.find(f"{space}licenses")
    if licences is None:
        return ""
    names = [each.text or "" for each in licences.iterfind(f"{space}expression")]
    for licence in licences.iterfind(f"{space}license"):
        names.append(licence.findtext(f"{space}id") or licence.findtext(f"{space}name") or "")
    return _stated(" AND ".join(filter(None, names)))


def _read_spdx_3(graph: list[dict[str, Any]]) -> tuple[str, str, list[str]]:
    """Packages and what relationships say of their licences."""
    expressions = {
        str(each.get("spdxId")): str(each.get("simplelicensing_licenseExpression", ""))
        for each in graph
        if each.get("type") == "simplelicensing_LicenseExpression"
    }
    stated: dict[str, dict[str, str]] = {"hasConcludedLicense": {}, "hasDeclaredLicense": {}}
    for each in graph:
        kind = str(each.get("relationshipType"))
        if kind in stated:
            targets = (expressions.get(str(target), "") for target in _list(each.get("to")))
            stated[kind][str(each.get("from"))] = next(filter(None, targets), "")
    packages = [str(each.get("spdxId")) for each in graph if each.get("type") == "software_Package"]
    if not packages and not any(each.get("type") == "SpdxDocument" for each in graph):
        raise _unknown()
    versions = (str(each["specVersion"]) for each in graph if "specVersion" in each)
    return (
        "SPDX",
        next(versions, ""),
        [_first_stated(by.get(key, "") for by in stated.values()) for key in packages],
    )


def _read_tag_value(text: str) -> tuple[str, str, list[str]]:
    version, packages = "", list[dict[str, str]]()
    for line in text.splitlines():
        tag, _colon, said = line[:LONGEST_LINE].partition(":")
        if tag in TAGS:
            value = said.strip()
            if tag == "SPDXVersion":
                version = value
            elif tag == "PackageName":
                packages.append({})
            elif packages:
                packages[-1][tag] = value
    if not version:
        raise _unknown()
    licences = (
        _first_stated((each.get("PackageLicenseConcluded", ""), each.get("PackageLicenseDeclared", "")))
        for each in packages
    )
    return "SPDX", _spdx_version(version), list(licences)


def _spdx_licence(package: dict[str, Any]) -> str:
    return _first_stated(str(package.get(name) or "") for name in ("licenseConcluded", "licenseDeclared"))


def _first_stated(names: Iterable[str]) -> str:
    return next(filter(None, map(_stated, names)), "")


def _stated(name: str) -> str:
    """The name on one line, without signs that cannot be shown, such as NUL and lone surrogates."""
    name = " ".join("".join(sign if sign.isprintable() else " " for sign in name).split())
    return "" if name in UNSTATED else name


def _spdx_version(said: str) -> str:
    return said.removeprefix("SPDX-")


def _list(said: Any) -> list[Any]:
    return said if isinstance(said, list) else []


def _unknown() -> UnreadableUpload:
    return UnreadableUpload(
        _("This is no parts list. It has to be CycloneDX (JSON or XML) or SPDX (JSON or tag-value).")
    )
