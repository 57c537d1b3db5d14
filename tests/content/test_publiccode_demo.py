"""The demo's software has a valid publiccode.yml."""

from __future__ import annotations

import pytest

from content.publiccode.exporting import to_bytes
from content.publiccode.validating import check
from fixtures.sources import MUNICIPALITIES, Sources
from hub.documents import Contact, Document, Module, Section, Software, Text
from hub.documents.texts import Block

SOFTWARE = [
    (city.slug, slug)
    for city in MUNICIPALITIES
    for slug, data in Sources(city.slug).documents.items()
    if (data.get("module") or {}).get("software")
]


def test_there_is_some():
    assert ("trier", "plan-vorpruefung") in SOFTWARE


@pytest.mark.parametrize(("city", "slug"), SOFTWARE)
def test_it_is_valid_without_hints(city, slug):
    data = Sources(city).documents[slug]
    module = data["module"]
    html = "".join(f"<p>{part['text']}</p>" for part in data["sections"])
    section = Section(anchor="s-x", heading="X", blocks=(Block(anchor="s-x-1", html=html, text="x"),))
    document = Document(
        id="https://trier.example/id/0d9e1f5e-1111-4222-8333-444455556666",
        kind="module",
        texts={"de": Text(title=data["title"], summary=data["summary"], sections=(section,))},
        contact=Contact(**data["contact"]),
        module=Module(
            licence=module["licence"],
            repository=module["repository"],
            version=module["version"],
            released=module["released"],
            software=Software.model_validate(module["software"]),
        ),
    )
    report = check(to_bytes(document))
    assert (report.errors, report.warnings) == ((), ())
