"""Our check beside the reference validator, where that is installed: what both say of the same files."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from content.publiccode.exporting import to_bytes
from content.publiccode.importing import read_facts
from content.publiccode.validating import check
from hub.documents import Contact, Module
from tests.content.publiccode import LONG, MINIMAL, WHOLE, write
from tests.theme.entries import make_document

PROGRAM = shutil.which("publiccode-parser")

pytestmark = pytest.mark.skipif(
    PROGRAM is None, reason="the reference validator publiccode-parser is not on the PATH"
)
TEXT = {"shortDescription": "Kurz.", "longDescription": LONG, "features": ["x"]}
PERSON = {"name": "Bauaufsicht", "email": "bau@trier.example"}
CONTRACTOR = {"name": "Musterwerk", "until": "2031-01-01"}

ALIKE: list[dict[str, Any]] = [
    {},
    {"publiccodeYmlVersion": "0"},
    {"publiccodeYmlVersion": "0.5"},
    {"publiccodeYmlVersion": "9"},
    {"name": None},
    {"url": None},
    {"url": "gitlab"},
    {"landingURL": "ftp://trier.example"},
    {"isBasedOn": "https://github.com/example/a.git"},
    {"isBasedOn": ["https://github.com/example/a.git"]},
    {"releaseDate": "2026-02-30"},
    {"releaseDate": "14.09.2026"},
    {"platforms": []},
    {"categories": ["gibt-es-nicht"]},
    {"categories": []},
    {"developmentStatus": "fertig"},
    {"softwareType": "standalone"},
    {"supports": [{"id": "alias:gdpr"}, {"id": "https://xoev.example/xbau"}]},
    {"supports": [{"id": "alias:dsgvo"}]},
    {"supports": [{"id": "xbau"}]},
    {"intendedAudience": {"scope": ["kommunen"]}},
    {"intendedAudience": {"countries": ["DE", "at"]}},
    {"intendedAudience": {"countries": ["Deutschland"]}},
    {"description": {}},
    {"description": {"de": {**TEXT, "shortDescription": "x" * 151}}},
    {"description": {"de": {**TEXT, "longDescription": "kurz"}}},
    {"description": {"de": {**TEXT, "documentation": "docs"}}},
    {"description": {"nicht_so": TEXT}},
    {"legal": {"license": "EUPL-1.2 OR AGPL-3.0-or-later"}},
    {"legal": {"license": "GPL-2.0-only WITH Classpath-exception-2.0"}},
    {"legal": {"license": "Apache"}},
    {"legal": {"license": "MIT", "repoOwner": "X"}},
    {"maintenance": {"type": "internal"}},
    {"maintenance": {"type": "internal", "contacts": [PERSON]}},
    {"maintenance": {"type": "community", "contacts": [{"email": "bau@trier.example"}]}},
    {"maintenance": {"type": "contract"}},
    {"maintenance": {"type": "contract", "contractors": [CONTRACTOR]}},
    {"maintenance": {"type": "contract", "contractors": [{"name": "Musterwerk"}]}},
    {"maintenance": {"type": "none", "contractors": [CONTRACTOR]}},
    {"localisation": {"localisationReady": True, "availableLanguages": []}},
    {"localisation": {"availableLanguages": ["de"]}},
    {"organisation": {"uri": "https://www.trier.example"}},
    {"organisation": {"name": "Trier"}},
    {"organisation": {"uri": "urn:x-beispiel:trier"}},
    {"dependsOn": {"open": [{"version": "1"}]}},
    {"inputTypes": ["text/plain"]},
    {"inputTypes": ["text"]},
]
DIFFERENT: list[tuple[dict[str, Any], bool, str]] = [
    ({"platforms": "web"}, True, "the standard allows a single word"),
    ({"farbe": "blau"}, True, "unknown keys are passed over here"),
    ({"fundedBy": [{"name": "Land"}]}, True, "the standard asks for the name, the other for the URI"),
    ({"fundedBy": [{"uri": "https://rlp.example"}]}, False, "the standard asks for the name"),
    ({"description": {"de": TEXT, "en": {"shortDescription": "x"}}}, True, "one whole language is enough"),
    ({"publiccodeYmlVersion": "0.6.0"}, True, "the standard had this version"),
    (
        {"description": {"de": {**TEXT, "videos": ["https://videos.trier.example/1"]}}},
        True,
        "no list of hosts",
    ),
]
"""What we judge otherwise, whether it is valid here, and why."""


def accepts(source: bytes, folder: Path) -> bool:
    """What the reference says, without asking the network."""
    file = folder / "publiccode.yml"
    file.write_bytes(source)
    command = [str(PROGRAM), "-no-external-checks", str(file)]
    done = subprocess.run(command, capture_output=True, check=False, timeout=60)
    return done.returncode == 0


@pytest.mark.parametrize("changes", ALIKE, ids=str)
def test_both_judge_alike(tmp_path, changes):
    source = write(MINIMAL, **changes)
    assert check(source).is_valid == accepts(source, tmp_path)


@pytest.mark.parametrize(("changes", "valid", "why"), DIFFERENT, ids=lambda value: str(value))
def test_where_we_differ_is_known(tmp_path, changes, valid, why):
    source = write(MINIMAL, **changes)
    assert (check(source).is_valid, accepts(source, tmp_path)) == (valid, not valid), why


@pytest.mark.parametrize("data", [MINIMAL, WHOLE])
def test_the_reference_accepts_what_we_write(tmp_path, data):
    videos = {key: {**text, "videos": []} for key, text in data["description"].items()}
    facts = read_facts(check(write(data, description=videos)))
    module = Module(licence=facts.licence, repository=facts.repository, version="1", software=facts.software)
    document = make_document("Bauantrag", kind="module", module=module)
    named = document.model_copy(update={"contact": Contact(role="Bauaufsicht")})
    assert accepts(to_bytes(named), tmp_path)
