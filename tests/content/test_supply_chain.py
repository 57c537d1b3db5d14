"""A release with its parts list and its REUSE report: on the document, on the page, and if one is broken."""

from __future__ import annotations

import io
import json
import zipfile

import pytest
from django.core.files.base import ContentFile
from wagtail.documents import get_document_model

from content.models import ModulePage
from hub.files.models import Examination
from tests.content.conftest import stream
from tests.content.kinds import entry_of, publish, show
from tests.content.test_parts_lists import CYCLONE
from tests.content.test_reuse import HEAD

pytestmark = pytest.mark.django_db


def library_file(name: str, content: bytes):
    document = get_document_model()(title=name, file=ContentFile(content, name=name))
    document.save()
    return document


def source(**files: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in files.items():
            archive.writestr(f"modul/{name}", content)
    return buffer.getvalue()


def release(files=(), parts_list=None):
    listed = [{"type": "item", "value": file.pk, "id": f"f{file.pk}"} for file in files]
    return ("release", {"version": "1.0", "files": listed, "parts_list": parts_list and parts_list.pk})


def module(section, *releases, **fields) -> ModulePage:
    values = {"title": "Fachverfahren", "summary": "Kurz.", "module_type": "software", **fields}
    return ModulePage(**values, locale=section.locale, releases=stream(*releases))


def test_a_release_states_its_parts_and_whose_its_files_are(section):
    bom = library_file("bom.cdx.json", json.dumps(CYCLONE).encode())
    archive = library_file("quelle.zip", source(a=HEAD, b="nichts"))
    page = publish(section, module(section, release([archive], bom)))
    [found] = page.to_document().module.releases
    assert (found.parts_list.format, found.parts_list.components) == ("CycloneDX", 4)
    assert (found.reuse.files, found.reuse.covered, found.reuse.uncovered) == (2, 1, ("b",))
    assert found.parts_list.digest in found.files

    html = show(entry_of(page))
    assert "CycloneDX 1.6" in html
    assert "4 Bestandteile" in html
    assert "1 von 2 Dateien sagen, wem sie gehören" in html
    offered = html.count('bom.cdx.json" download')
    assert offered == 1, "the list is offered once, not among the files as well"


def test_a_file_is_examined_once_however_often_its_page_is_saved(section, monkeypatch):
    archive = library_file("quelle.zip", source(a=HEAD))
    page = publish(section, module(section, release([archive])))
    page.to_document()
    assert Examination.objects.count() == 1
    monkeypatch.setattr("content.supply_chain.examining.open_archive", None)
    assert page.to_document().module.releases[0].reuse.covered == 1


def test_only_software_or_who_means_to_follow_reuse_is_reported_on(section):
    plain = library_file("vorlagen.zip", source(a="x"))
    marked = library_file("daten.zip", source(a="x", **{"REUSE.toml": "version = 1"}))

    def reported(*files, **fields):
        return (
            publish(section, module(section, release(files), **fields)).to_document().module.releases[0].reuse
        )

    assert reported(plain, module_type="document") is None
    assert reported(plain, marked, module_type="document", title="Mit", slug="mit").files == 1
    assert reported(plain, module_type="software", title="Soft", slug="soft").files == 1


def test_an_archive_that_cannot_be_read_is_no_hindrance(section):
    broken = library_file("quelle.zip", b"kein Archiv")
    page = publish(section, module(section, release([broken])))
    assert page.to_document().module.releases[0].reuse is None
    assert Examination.objects.get().result == {}


def test_a_file_that_is_no_parts_list_is_named_before_it_is_published(section):
    wrong = library_file("liste.txt", b"Einkaufsliste")
    page = module(section, release(parts_list=wrong))
    missing = page.missing_answers({"releases": page.releases})
    assert missing["releases"].startswith("1.0: Das ist keine Stückliste.")
    assert "releases" not in page.missing_answers({"releases": module(section, release()).releases})


def test_what_peers_say_of_a_release_is_shown_as_text_alone(section):
    bom = library_file("bom.cdx.json", json.dumps(CYCLONE).encode())
    page = publish(section, module(section, release(parts_list=bom)))
    entry = entry_of(page)
    entry.body = entry.body.replace("BSD-3-Clause", "<script>alert(1)</script>")
    entry.save(update_fields=["body"])
    html = show(entry_of(page))
    assert "<script>alert" not in html
    assert "&lt;script&gt;alert" in html
