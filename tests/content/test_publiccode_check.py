"""Checking a publiccode.yml: everything at once, each at its place, and nothing that harms the reader."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from django.utils import translation
from jsonschema import Draft202012Validator

import content.publiccode
from content.publiccode import labels, reading
from content.publiccode.validating import check
from tests.content.publiccode import LONG, MINIMAL, WHOLE, write


@pytest.fixture(autouse=True)
def german():
    with translation.override("de"):
        yield


def errors(source: bytes) -> list[tuple[int, str]]:
    return [(each.place.line, each.key) for each in check(source).errors]


def warnings(source: bytes) -> list[str]:
    return [each.key for each in check(source).warnings]


@pytest.mark.parametrize("data", [MINIMAL, WHOLE])
def test_a_file_as_the_standard_wants_it_has_neither_errors_nor_warnings(data):
    report = check(write(data))
    assert (report.errors, report.warnings, report.data) == ((), (), data)


def test_fifty_errors_are_fifty_errors_each_in_its_line():
    head = write(WHOLE).decode().rstrip("\n").splitlines()
    start = head.index("  hardware:")
    names = [f"  - versionMin: '{n}'" for n in range(50)]
    source = "\n".join([*head[: start + 1], *names]) + "\n"
    found = errors(source.encode())
    assert found == [(start + 2 + n, f"dependsOn.hardware[{n}].name") for n in range(50)]


def test_errors_of_every_kind_stand_together_in_the_order_of_the_file():
    source = f"""\
publiccodeYmlVersion: "9.9"
name: ""
url: gitlab.opencode.de/trier
landingURL: ftp://trier.example
isBasedOn: [nirgends]
releaseDate: 14.09.2026
logo: logo.gif
organisation:
  name: Trier
platforms: []
categories: [workflow-managment]
fundedBy:
  - uri: https://rlp.example
roadmap: [1]
developmentStatus: fertig
softwareType: standalone
supports:
  - id: alias:dsgvo
intendedAudience:
  scope: [kommunen]
  countries: [XX]
description:
  deutsch_:
    shortDescription: {"x" * 151}
    longDescription: kurz
    features: viel
legal:
  license: Lizenz frei
maintenance:
  type: community
  contractors:
    - name: Muster
      until: 2026-02-30
      website: muster
localisation:
  availableLanguages: [Deutsch_]
dependsOn:
  open:
    - version: "1"
      optional: vielleicht
"""
    assert errors(source.encode()) == [
        (1, "publiccodeYmlVersion"),
        (2, "name"),
        (3, "url"),
        (4, "landingURL"),
        (5, "isBasedOn[0]"),
        (6, "releaseDate"),
        (7, "logo"),
        (8, "organisation.uri"),
        (10, "platforms"),
        (11, "categories[0]"),
        (13, "fundedBy[0].name"),
        (14, "roadmap"),
        (15, "developmentStatus"),
        (16, "softwareType"),
        (18, "supports[0].id"),
        (20, "intendedAudience.scope[0]"),
        (21, "intendedAudience.countries[0]"),
        (23, "description.deutsch_"),
        (24, "description.deutsch_.shortDescription"),
        (25, "description.deutsch_.longDescription"),
        (26, "description.deutsch_.features"),
        (28, "legal.license"),
        (29, "maintenance.contacts"),
        (31, "maintenance.contractors"),
        (33, "maintenance.contractors[0].until"),
        (34, "maintenance.contractors[0].website"),
        (35, "localisation.localisationReady"),
        (36, "localisation.availableLanguages[0]"),
        (39, "dependsOn.open[0].name"),
        (40, "dependsOn.open[0].optional"),
    ]


def test_each_sentence_says_what_to_do():
    source = write(MINIMAL, categories=["workflow-managment"], softwareType="standalone", platforms=[])
    said = {each.key: each.message for each in check(source).errors}
    assert said == {
        "platforms": "Die Liste ist leer. Ergänzen Sie einen Eintrag, oder löschen Sie den Schlüssel.",
        "categories[0]": "„workflow-managment“ steht nicht in der Liste des Standards. Ist "
        "„workflow-management“ gemeint?",
        "softwareType": "„standalone“ ist nicht erlaubt. Erlaubt sind: standalone/web, standalone/mobile, "
        "standalone/desktop, standalone/backend, standalone/iot, standalone/other, addon, library, "
        "configurationFiles.",
    }


def test_every_mandatory_key_is_asked_for():
    assert [key for _line, key in errors(b"name: Bauantrag\n")] == sorted(set(MINIMAL) - {"name"})


@pytest.mark.parametrize(
    ("changes", "key"),
    [
        ({"maintenance": {"type": "contract"}}, "maintenance.contractors"),
        ({"maintenance": {"type": "internal"}}, "maintenance.contacts"),
        ({"maintenance": {"type": "community", "contacts": []}}, "maintenance.contacts"),
        (
            {"maintenance": {"type": "none", "contractors": [{"name": "A", "until": "2031-01-01"}]}},
            "maintenance.contractors",
        ),
        (
            {"description": {"de": {"shortDescription": "x", "longDescription": LONG}}},
            "description.de.features",
        ),
        (
            {"description": {"de": {"shortDescription": "x", "features": ["x"]}}},
            "description.de.longDescription",
        ),
        ({"description": {}}, "description"),
        ({"legal": {"license": "EUPL-1.2 OR"}}, "legal.license"),
        ({"legal": {"license": "Apache"}}, "legal.license"),
        ({"organisation": {"uri": "urn:nur"}}, "organisation.uri"),
        ({"url": "https://gitlab opencode.de/x"}, "url"),
        ({"url": "https://[kaputt"}, "url"),
        ({"logo": "/img/logo.svg"}, "logo"),
        (
            {"localisation": {"localisationReady": "ja", "availableLanguages": ["de"]}},
            "localisation.localisationReady",
        ),
    ],
)
def test_what_the_standard_forbids_is_an_error(changes, key):
    assert [found for _line, found in errors(write(MINIMAL, **changes))] == [key]


@pytest.mark.parametrize(
    ("changes", "keys"),
    [
        ({"monochromeLogo": "logo.svg"}, ["monochromeLogo"]),
        ({"inputTypes": ["text/plain"]}, ["inputTypes"]),
        ({"legal": {"license": "MIT", "repoOwner": "X"}}, ["legal.repoOwner"]),
        ({"IT": {"countryExtensionVersion": "1.0"}}, ["IT"]),
        ({"intendedAudience": {"countries": ["de"]}}, ["intendedAudience.countries[0]"]),
        ({"publiccodeYmlVersion": "0.4"}, ["publiccodeYmlVersion"]),
        ({"softwareVersion": 2}, ["softwareVersion"]),
        ({"farbe": "blau"}, ["farbe"]),
        (
            {"maintenance": {"type": "none", "farbe": {"ton": 1}}},
            ["maintenance.farbe", "maintenance.farbe.ton"],
        ),
    ],
)
def test_what_is_deprecated_or_unknown_is_a_warning(changes, keys):
    report = check(write(MINIMAL, **changes))
    assert (report.errors, [each.key for each in report.warnings]) == ((), keys)


@pytest.mark.parametrize(
    "changes",
    [
        {"platforms": "web"},
        {"isBasedOn": "https://github.com/example/permit.git"},
        {"publiccodeYmlVersion": "0"},
        {"legal": {"license": "EUPL-1.2 OR (AGPL-3.0-or-later AND MIT)"}},
        {"legal": {"license": "GPL-2.0-only WITH Classpath-exception-2.0"}},
        {"organisation": {"uri": "urn:x-beispiel:trier"}},
        {"url": "ssh://git@gitlab.opencode.de/trier/bauantrag.git"},
        {"localisation": {"localisationReady": False, "availableLanguages": ["sl-IT-nedis", "zh-Hant"]}},
        {"categories": []},
        {"roadmap": None},
    ],
)
def test_what_the_standard_allows_is_neither(changes):
    report = check(write(MINIMAL, **changes))
    assert (report.errors, report.warnings) == ((), ())


def test_yaml_reads_no_day_country_or_version_wrongly():
    source = (
        write(MINIMAL)
        + b"releaseDate: 2026-09-14\nsoftwareVersion: 1.10\nintendedAudience: {countries: [NO]}\n"
    )
    report = check(source)
    assert (report.errors, [each.key for each in report.warnings]) == ((), ["softwareVersion"])
    assert report.data["softwareVersion"] == "1.10"
    assert report.data["releaseDate"] == "2026-09-14"
    assert report.data["intendedAudience"] == {"countries": ["NO"]}


def test_the_version_of_the_standard_is_no_number():
    assert errors(write(MINIMAL).replace(b"'0.7.0'", b"0.7").replace(b"0.7.0", b"0.7")) == [
        (1, "publiccodeYmlVersion")
    ]


def test_a_key_that_stands_twice_is_said_with_both_lines():
    source = write(MINIMAL) + b"name: Zweitname\n"
    (found,) = check(source).errors
    assert (found.place.line, found.key) == (source.count(b"\n"), "name")
    assert "zuerst in Zeile 2" in found.message
    assert check(source).data["name"] == "Bauantrag"


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_utf_16_is_said_and_the_rest_checked_all_the_same(encoding):
    found = check(write(MINIMAL, name=None).decode().encode(encoding)).errors
    assert [each.key for each in found] == ["", "name"]
    assert "UTF-16" in found[0].message


def test_latin_1_is_said_at_the_first_character():
    source = write(MINIMAL, name="Müller").decode().encode("latin-1")
    (found,) = check(source).errors
    assert (found.place.line, found.place.column) == (2, source.splitlines()[1].index(b"\xfc") + 1)


def test_a_byte_order_mark_is_but_a_warning():
    report = check(b"\xef\xbb\xbf" + write(MINIMAL))
    assert (report.errors, len(report.warnings)) == ((), 1)


def test_every_line_with_a_tab_is_said_and_the_rest_checked_all_the_same():
    source = b'publiccodeYmlVersion: "0.7.0"\nlegal:\n\tlicense: MIT\nmaintenance:\n\ttype: nie\n'
    found = check(source).errors
    assert [each.place.line for each in found if "Tabulator" in each.message] == [3, 5]
    assert "maintenance.type" in [each.key for each in found]
    assert "legal.license" not in [each.key for each in found]


@pytest.mark.parametrize(
    ("source", "line", "word"),
    [
        (b"", 1, "leer"),
        (b"# nichts\n", 1, "leer"),
        (b"- name\n- url\n", 1, "Schlüsseln"),
        (b"Guten Tag", 1, "Schlüsseln"),
        (b"name: a: b\n", 1, "Doppelpunkt"),
        (b'name: "offen\nurl: x\n', 3, "Anführungszeichen"),
        (b"name: @x\n", 1, "Zeichen"),
        (b"name: [a, b\nurl: x\n", 2, "Klammer"),
        (b"name: \x07\n", 1, "Steuerzeichen"),
        (b"name: *nichts\n", 1, "Verweis"),
        (b"name: x\n---\nname: y\n", 2, "zweites Dokument"),
        (b"? [a, b]\n: c\n", 1, "Liste"),
    ],
)
def test_what_is_no_publiccode_at_all_is_said_with_its_line(source, line, word):
    found = [each for each in check(source).errors if word in each.message]
    assert [each.place.line for each in found] == [line]


def test_aliases_are_read_and_a_bomb_of_them_is_refused():
    kind = check(write(MINIMAL) + b"usedBy: &a [Trier]\nx: *a\n")
    assert (kind.errors, kind.data["x"]) == ((), ["Trier"])
    bomb = ["a0: &a0 [x,x,x,x,x,x,x,x,x,x]"]
    bomb += [f"a{n}: &a{n} [{','.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 20)]
    (found,) = check("\n".join(bomb).encode()).errors
    assert "Wiederholungen" in found.message


@pytest.mark.parametrize("source", [b"a: &a [*a]", b"a: &a {b: *a}"])
def test_an_alias_of_itself_ends(source):
    assert any("Verweis" in each.message for each in check(source).errors)


def test_tags_make_nothing():
    source = write(MINIMAL, name=None) + b'name: !!python/object/apply:os.system ["true"]\n'
    assert [key for _line, key in errors(source)] == ["name"]


def test_what_nobody_writes_by_hand_is_refused():
    deep = check(b"a: " + b"[" * 5000 + b"]" * 5000).errors
    wide = check(b"a: [" + b"x," * 21_000 + b"]").errors
    long = check(b"#" * (reading.MAX_BYTES + 1)).errors
    assert ["Ebenen" in deep[0].message, "20.000" in wide[0].message, "300 Kilobyte" in long[0].message] == [
        True
    ] * 3


def test_characters_are_counted_as_they_are_seen():
    composed = "é" * 150
    short = {"shortDescription": composed.replace("é", "e\u0301"), "longDescription": LONG, "features": ["x"]}
    assert errors(write(MINIMAL, description={"de": short})) == []


def test_the_schema_is_one_and_knows_the_codes_that_have_labels():
    schema = json.loads(Path(content.publiccode.__file__).with_name("schema.json").read_text())
    Draft202012Validator.check_schema(schema)
    keys = schema["properties"]
    assert keys["categories"]["items"]["enum"] == list(labels.CATEGORIES)
    assert keys["intendedAudience"]["properties"]["scope"]["items"]["enum"] == list(labels.SCOPES)
    assert keys["developmentStatus"]["enum"] == list(labels.DEVELOPMENT_STATUS)
    assert keys["softwareType"]["enum"] == list(labels.SOFTWARE_TYPES)
    assert keys["maintenance"]["properties"]["type"]["enum"] == list(labels.MAINTENANCE)


@pytest.mark.parametrize("key", ["documentation", "apiDocumentation"])
def test_an_address_longer_than_a_document_holds_is_an_error_with_its_line(key):
    text = {**MINIMAL["description"]["de"], key: "https://docs.example/" + "x" * 2000}
    found = check(write(MINIMAL, description={"de": text})).errors
    assert [(each.key, each.place.line > 1) for each in found] == [(f"description.de.{key}", True)]
    assert "Höchstens 2000 Zeichen" in found[0].message


def test_a_language_tag_longer_than_a_document_holds_is_an_error_at_its_key():
    tag = "de-x-" + "-".join(["abcdefgh"] * 4)
    found = check(write(MINIMAL, description={tag: MINIMAL["description"]["de"]})).errors
    assert [each.key for each in found] == [f"description.{tag}"]
