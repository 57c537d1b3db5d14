"""Parts lists: both standards in their forms, what is not stated, and what is none."""

from __future__ import annotations

import io
import json

import pytest

from content.supply_chain.parts_lists import MAX_BYTES, read_parts_list
from hub.documents import PartsList, Share
from hub.errors import UnreadableUpload

DIGEST = "sha256:" + "ab" * 32
CYCLONE = {
    "bomFormat": "CycloneDX",
    "specVersion": "1.6",
    "components": [
        {"name": "django", "licenses": [{"license": {"id": "BSD-3-Clause"}}]},
        {"name": "wagtail", "licenses": [{"license": {"name": "BSD-3-Clause"}}]},
        {
            "name": "both",
            "licenses": [{"expression": "MIT OR Apache-2.0"}],
            "components": [{"name": "within"}],
        },
    ],
}
CYCLONE_XML = """<?xml version="1.0"?>
<bom xmlns="http://cyclonedx.org/schema/bom/1.5"><components>
<component type="library"><name>a</name><licenses><license><id>MIT</id></license></licenses></component>
<component type="library"><name>b</name><licenses><expression>MIT</expression></licenses>
<components><component type="library"><name>c</name></component></components></component>
</components></bom>"""
SPDX = {
    "spdxVersion": "SPDX-2.3",
    "packages": [
        {"name": "a", "licenseConcluded": "NOASSERTION", "licenseDeclared": "MIT"},
        {"name": "b", "licenseConcluded": "EUPL-1.2", "licenseDeclared": "MIT"},
        {"name": "c", "licenseConcluded": "NONE"},
    ],
}
SPDX_3 = {
    "@context": "https://spdx.org/rdf/3.0.1/spdx-context.jsonld",
    "@graph": [
        {"type": "CreationInfo", "specVersion": "3.0.1"},
        {"type": "software_Package", "spdxId": "urn:a"},
        {"type": "software_Package", "spdxId": "urn:b"},
        {
            "type": "simplelicensing_LicenseExpression",
            "spdxId": "urn:l",
            "simplelicensing_licenseExpression": "MIT",
        },
        {"type": "Relationship", "relationshipType": "hasDeclaredLicense", "from": "urn:a", "to": ["urn:l"]},
    ],
}
TAGS = """SPDXVersion: SPDX-2.2
PackageName: a
PackageLicenseConcluded: MIT
PackageName: b
PackageLicenseDeclared: NOASSERTION
"""


def read(said: object) -> PartsList:
    text = said if isinstance(said, str) else json.dumps(said)
    return read_parts_list(io.BytesIO(text.encode()), DIGEST)


def expected(form: str, version: str, components: int, *shares: tuple[str, int]) -> PartsList:
    listed = tuple(Share(name=name, count=count) for name, count in shares)
    return PartsList(digest=DIGEST, format=form, version=version, components=components, licences=listed)


@pytest.mark.parametrize(
    ("said", "found"),
    [
        (CYCLONE, expected("CycloneDX", "1.6", 4, ("BSD-3-Clause", 2), ("", 1), ("MIT OR Apache-2.0", 1))),
        (CYCLONE_XML, expected("CycloneDX", "1.5", 3, ("MIT", 2), ("", 1))),
        (SPDX, expected("SPDX", "2.3", 3, ("", 1), ("EUPL-1.2", 1), ("MIT", 1))),
        (SPDX_3, expected("SPDX", "3.0.1", 2, ("", 1), ("MIT", 1))),
        (TAGS, expected("SPDX", "2.2", 2, ("", 1), ("MIT", 1))),
        ("\ufeff" + json.dumps(SPDX), expected("SPDX", "2.3", 3, ("", 1), ("EUPL-1.2", 1), ("MIT", 1))),
        ({"bomFormat": "CycloneDX", "specVersion": "1.6"}, expected("CycloneDX", "1.6", 0)),
    ],
    ids=["cyclone", "cyclone xml", "spdx", "spdx 3", "tags", "with a mark of order", "empty"],
)
def test_each_form_is_read(said: object, found: PartsList) -> None:
    assert read(said) == found


@pytest.mark.parametrize(
    "said",
    [
        "",
        "einfach Text",
        "{",
        '{"name": "package"}',
        "[1, 2]",
        "<bom/>",
        '<!DOCTYPE b [<!ENTITY a "b">]><bom xmlns="http://cyclonedx.org/schema/bom/1.5">&a;</bom>',
        "{" * 100_000,
        '{"@graph": []}',
    ],
)
def test_what_is_none_is_said_to_be_none(said: str) -> None:
    with pytest.raises(UnreadableUpload, match="keine Stückliste"):
        read(said)


def test_a_wrong_encoding_says_what_to_do() -> None:
    with pytest.raises(UnreadableUpload, match="Speichern Sie sie als UTF-8"):
        read_parts_list(io.BytesIO(json.dumps(SPDX).encode("utf-16")), DIGEST)


def test_one_that_is_too_large_is_not_read() -> None:
    with pytest.raises(UnreadableUpload, match="20 MB"):
        read_parts_list(io.BytesIO(b" " * (MAX_BYTES + 1)), DIGEST)


@pytest.mark.parametrize("said", [{**CYCLONE, "components": "viele"}, {**SPDX, "packages": {"a": 1}}])
def test_parts_of_a_wrong_shape_count_for_nothing(said: object) -> None:
    assert read(said).components == 0


def test_names_and_kinds_of_a_strange_shape_are_read_as_what_can_be_shown() -> None:
    said = {
        "bomFormat": "CycloneDX",
        "specVersion": ["1.6"],
        "components": [
            {"licenses": [{"license": {"name": "M\x00IT"}}]},
            {"licenses": [{"license": {"name": "\ud800"}}]},
            {"licenses": "MIT"},
            7,
        ],
    }
    assert read(said) == expected("CycloneDX", "", 3, ("", 2), ("M IT", 1))
    strange = {"type": "Relationship", "relationshipType": [], "from": {}, "to": 3}
    assert read({"@graph": [*SPDX_3["@graph"], strange]}).components == 2
