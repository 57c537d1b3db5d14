"""Trying to begin a draft with what there is already."""

from __future__ import annotations

from django.core.files.uploadedfile import SimpleUploadedFile
from wagtail.models import Page

from content.models import ModulePage
from tests.permissions.probes import granted, probe, refusal
from tests.permissions.table import Case
from tests.permissions.world import World


@probe("Entwurf aus einer Datei anlegen")
def draft_from_file(world: World, caller: str, case: Case) -> str:
    section = world.sections[case.place]
    file = SimpleUploadedFile("frisch.md", b"## Ziel\n\nAus einer Datei.")
    data = {"file": file, "kind": "module", "section": section.pk}
    response = world.people[caller].post("/admin/entwurf/", data)
    made = Page.objects.child_of(section).filter(title="frisch").exists()
    refused = refusal(response)
    assert not (refused and made)
    return refused if refused and response.status_code != 422 else granted(really=made)


@probe("als eigene Fassung anpassen")
def adapt(world: World, caller: str, case: Case) -> str:
    item = world.items[case.kind, case.place, "öffentlich"]
    before = ModulePage.objects.count()
    own = world.sections["B" if caller == "andere" else "A"]
    response = world.people[caller].post(f"/uebernehmen/{item.uuid}/", {"section": own.pk})
    made = ModulePage.objects.count() > before
    refused = refusal(response)
    assert not (refused and made)
    return refused or granted(really=made)
