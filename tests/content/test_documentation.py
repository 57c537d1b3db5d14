"""Documentation of a building block: taken over, shown, replaced, removed, searched."""

from __future__ import annotations

import errno
import io
import json
import os
import time
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation
from wagtail.documents import get_document_model

from content.documentation import gathering, views
from content.documentation.services import NewRelease, VersionTaken, remove_documentation, take_over
from content.documentation.waiting import Waiting, find_waiting
from content.drafting.document import outline_of
from content.drafting.services import draft_from_file
from content.models import ModulePage
from content.services import open_section
from content.wordings.words import digest_words
from hub.accounts.models import Role
from hub.catalogue.settling import settle
from hub.errors import UnreadableUpload
from hub.files.models import StoredFile
from hub.files.partial import delete_old_partials
from search.answers.passages import cut_passages, is_quoted_from
from search.records import Names, build_record
from tests.content.documentation import pack, picture
from tests.content.word import paragraph, word_file
from tests.factories.pages import add_module
from tests.factories.people import add_operator, add_person
from tests.wire.content import use_storage

DOCS: dict[str, str | bytes] = {
    "README.md": "# Handbuch\n\nBeginnen Sie [hier](install.md#linux) mit dem [Formular](formular.csv).\n",
    "install.md": (
        "# Einrichten\n\nVorweg.\n\n## Linux\n\n![Der Schrank](schrank.png)\n\n| Rolle | Frist |\n|---|---|\n"
        "| Betrieb | drei Tage |\n\n### Dienst\n\n```bash\nsystemctl start dienst\n```\n"
    ),
    "formular.csv": "a;b\n",
    "schrank.png": picture(),
}
FIRST = NewRelease("1.3.0", timezone.localdate(), "Neu: Handbuch.")


@pytest.fixture(autouse=True)
def storage(tmp_path, settings):
    """Uploads and files of the test's own."""
    with translation.override("de"):
        yield use_storage(settings, tmp_path)


@pytest.fixture
def module(section) -> ModulePage:
    open_section(section)
    return add_module(section, "Ratsantrag", module_type="contract", licence="CC-BY-4.0")


def take(module: ModulePage, files: dict[str, str | bytes] | None = None, release: NewRelease = FIRST) -> Any:
    return take_over(module, None, pack(files or DOCS), "docs.zip", release)


def publish(module: ModulePage, **kwargs: Any) -> ModulePage:
    take(module, **kwargs).revision.publish()
    return ModulePage.objects.get(pk=module.pk)


def latest(module: ModulePage) -> ModulePage:
    """The newest draft."""
    return ModulePage.objects.get(pk=module.pk).get_latest_revision_as_object()


def visit(client: Any, module: ModulePage) -> BeautifulSoup:
    """The page as a guest reads it."""
    settle()
    response = client.get(module.url)
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser")


def archive(files: dict[str, str | bytes] | None = None) -> SimpleUploadedFile:
    return SimpleUploadedFile("docs.zip", pack(files or DOCS).getvalue())


def send(client, module, *files, **more):
    data = {
        "upload": files or [archive()],
        "version": "1.3.0",
        "released": "2026-11-20",
        "notes": "Neu.",
        **more,
    }
    return client.post(f"/admin/dokumentation/{module.pk}/", data)


@pytest.fixture
def editor(client, module, body):
    person = add_person("redaktion@koblenz.example", body, Role.EDITOR)
    client.force_login(person)
    return client


# Taking over


def test_documentation_becomes_sections_of_its_own_part(module):
    document = publish(module).to_document()
    sections = [(s.level, s.heading, s.anchor) for s in document.text().sections if s.part == "documentation"]
    assert sections == [
        (1, "Handbuch", "d-readme"),
        (1, "Einrichten", "d-install"),
        (2, "Linux", "d-install-linux"),
    ]
    assert document.module.documentation.model_dump() == {
        "language": "de",
        "version": "1.3.0",
        "imported": timezone.localdate(),
    }


def test_pictures_and_linked_files_are_attachments_with_working_addresses(module):
    document = publish(module).to_document()
    held = {each.name: each for each in document.attachments}
    assert {(each.name, each.role) for each in held.values()} == {
        ("schrank.webp", "picture"),
        ("formular.csv", "file"),
    }
    blocks = [block for _section, block in document.text().blocks()]
    assert f'href="{held["formular.csv"].url}"' in blocks[0].html
    assert [block.digest for block in blocks if block.kind == "picture"] == [held["schrank.webp"].digest]
    for each in held.values():
        assert StoredFile.objects.get(digest=each.digest, origin="").size == each.size


def test_taking_over_adds_a_release_before_the_others(module):
    module = publish(module)
    module = publish(module, release=NewRelease("1.4.0", timezone.localdate()))
    document = module.to_document()
    assert [release.version for release in document.module.releases] == ["1.4.0", "1.3.0"]
    assert document.module.releases[1].notes == "Neu: Handbuch."
    assert document.module.documentation.version == "1.4.0"


def test_new_documentation_replaces_the_old_one(module):
    publish(module)
    document = publish(module, files={"neu.md": "# Neu"}, release=NewRelease("2")).to_document()
    assert [section.heading for section in document.text().sections] == ["Neu"]
    assert document.attachments == ()


@pytest.mark.parametrize("version", ["1.3.0", "v1.3.0", " 1.3.0 "])
def test_a_version_that_is_there_is_refused_and_nothing_changes(module, version):
    module = publish(module)
    before = module.to_document()
    with pytest.raises(VersionTaken, match=r"1\.3\.0"):
        take(module, {"neu.md": "# Neu"}, NewRelease(version))
    assert latest(module).to_document() == before


def test_a_draft_is_saved_and_the_site_stays_as_it_is(module):
    take(module)
    assert ModulePage.objects.get(pk=module.pk).documentation == {}
    assert latest(module).documentation["version"] == "1.3.0"


def test_nothing_stays_of_documentation_that_fails(module):
    revisions, files = module.revisions.count(), StoredFile.objects.count()
    with pytest.raises(UnreadableUpload):
        take(module, {"a.md": "![Bild](b.png)", "b.png": picture(), "z.md": b"\xff"})
    assert (module.revisions.count(), StoredFile.objects.count()) == (revisions, files)
    assert get_document_model().objects.count() == 0


def test_the_archive_becomes_a_file_of_the_release_if_wished(module):
    document = publish(module, release=NewRelease("1.3.0", keeps_archive=True)).to_document()
    names = {each.digest: each.name for each in document.attachments}
    assert [names[digest] for digest in document.module.releases[0].files] == ["docs.zip"]


def test_other_changes_of_the_draft_are_kept(module):
    draft = latest(module)
    draft.summary = "Neu gefasst."
    draft.save_revision()
    assert take(module).revision.as_object().summary == "Neu gefasst."


def test_removing_documentation_keeps_its_releases(module):
    module = publish(module)
    remove_documentation(module, None).publish()
    document = ModulePage.objects.get(pk=module.pk).to_document()
    assert document.text().sections == ()
    assert document.module.documentation is None
    assert document.module.releases[0].version == "1.3.0"


def test_the_document_stays_the_same_after_reading_it_back(module):
    document = publish(module).to_document()
    assert type(document).from_bytes(document.to_bytes()) == document


def test_translations_do_not_show_it_and_are_not_outdated_by_it(module):
    before = digest_words(module.to_document().text())
    module = publish(module)
    assert digest_words(module.to_document().text()) == before
    kept = {**module.documentation, "language": "en"}
    module.documentation = kept
    assert module.to_document().text().sections == ()


def test_own_versions_of_others_begin_without_it(module):
    assert outline_of(publish(module).to_document(), "de").chapters == ()


def test_a_contract_written_in_word_gets_instructions_releases_and_files(client, section, module, table_file):
    author = add_operator()
    clauses = word_file(
        paragraph("Gegenstand", style="Heading1"), paragraph("Die Städte betreiben ein Netz.")
    )
    page = draft_from_file(author, section, ModulePage, io.BytesIO(clauses.getvalue()), "vertrag.docx").page
    page.module_type, page.licence, page.topics = "contract", "CC-BY-4.0", ["ikz"]
    page.releases = [("release", {"version": "1.0", "released": timezone.localdate(), "files": [table_file]})]
    page.save_revision()
    contract = publish(page, files={"anleitung.md": "# Ausfüllen\n\nZuerst die Anlage.\n"})
    document = contract.to_document()
    assert [release.version for release in document.module.releases] == ["1.3.0", "1.0"]
    assert [each.name for each in document.files] == [table_file.filename]
    shown = visit(client, contract).main.get_text()
    for said in ("Vertragsmuster", "Die Städte betreiben ein Netz.", "Zuerst die Anlage.", "Dokumentation"):
        assert said in shown


# Reading


def test_the_page_shows_documentation_with_headings_in_order(client, module):
    page = visit(client, publish(module))
    part = page.find(id="dokumentation")
    assert [
        (tag.name, tag.get_text().removesuffix("#")) for tag in part.find_all(["h2", "h3", "h4", "h5"])
    ] == [
        ("h2", "Dokumentation"),
        ("h3", "Handbuch"),
        ("h3", "Einrichten"),
        ("h4", "Linux"),
        ("h5", "Dienst"),
    ]
    assert "Stand: Version 1.3.0, übernommen am" in part.get_text()
    assert part.find("img")["alt"] == "Der Schrank"
    assert part.find(class_="table-frame").find("table")


def test_every_link_within_the_page_arrives_and_no_id_occurs_twice(client, module):
    page = visit(client, publish(module))
    ids = [tag["id"] for tag in page.find_all(id=True)]
    assert len(ids) == len(set(ids))
    targets = {link["href"][1:] for link in page.find_all("a", href=True) if link["href"].startswith("#")}
    assert targets <= set(ids)
    assert "d-install-linux" in targets


def test_the_contents_name_chapters_and_their_sections(client, module):
    page = visit(client, publish(module))
    chapters = page.find(class_="toc-chapters")
    assert [link["href"] for link in chapters.find_all("a")] == [
        "#d-readme",
        "#d-install",
        "#d-install-linux",
    ]
    assert chapters.summary.get_text() == "2 Kapitel"
    assert not chapters.has_attr("open")


def test_chapters_cost_no_queries(client, module, django_assert_num_queries):
    visit(client, module)
    with CaptureQueriesContext(connection) as without:
        client.get(module.url)
        expected = len(without)
    for count in (1, 3):
        files = {f"{n}.md": f"# Kapitel {n}\n\n## A\n\n[x](0.md)\n" for n in range(count)}
        url = publish(module, files=files, release=NewRelease(str(count))).url
        visit(client, module)
        with django_assert_num_queries(expected):
            client.get(url)


def test_a_building_block_without_documentation_says_nothing_of_it(client, module):
    assert "okumentation" not in visit(client, module).main.get_text()


def test_search_and_answers_find_it_at_its_anchor(module):
    document = publish(module).to_document()
    record = build_record(document, source="", changed=timezone.now(), names=Names())
    assert "systemctl start dienst" in record.bodies
    passage = next(each for each in cut_passages(document) if "systemctl" in each.text)
    assert (passage.anchor, passage.heading) == ("d-install-linux-2", "Linux")
    assert is_quoted_from(passage.text, document, "de")


# In the admin


def test_the_editor_offers_documentation(editor, module):
    assert (
        f"/admin/dokumentation/{module.pk}/" in editor.get(f"/admin/pages/{module.pk}/edit/").content.decode()
    )


def test_documentation_is_handed_in_looked_through_and_approved(editor, module):
    response = send(editor, module)
    assert response.status_code == 302
    page = editor.get(response["Location"]).content.decode()
    assert "Einrichten" in page
    assert "README.md:3" in page
    assert latest(module).documentation == {}
    done = editor.post(response["Location"], {"action": "approve"})
    assert done["Location"] == f"/admin/pages/{module.pk}/edit/"
    draft = latest(module)
    assert draft.documentation["version"] == "1.3.0"
    assert draft.documentation["source"] == "docs.zip"
    assert [(r.value["version"], str(r.value["released"]), r.value["notes"]) for r in draft.releases] == [
        ("1.3.0", "2026-11-20", "Neu.")
    ]
    assert editor.get(response["Location"])["Location"] == f"/admin/dokumentation/{module.pk}/"


def test_nothing_lies_around_once_it_is_approved_or_discarded(editor, module, storage):
    for action in ("approve", "discard"):
        response = send(editor, module, version=f"2-{action}")
        assert list(storage.rglob("partial-documentation-*"))
        editor.post(response["Location"], {"action": action})
        assert not list(storage.rglob("partial-documentation-*"))


def test_uploads_nobody_approves_are_swept(editor, module, storage):
    response = send(editor, module)
    waiting = list(storage.rglob("partial-documentation-*"))
    for path in waiting:
        os.utime(path, (time.time() - 8 * 24 * 3600,) * 2)
    assert delete_old_partials(waiting[0].parent) == 2
    assert editor.get(response["Location"]).status_code == 302


def test_single_files_are_taken_together(editor, module):
    files = [
        SimpleUploadedFile(name, content if isinstance(content, bytes) else content.encode())
        for name, content in DOCS.items()
        if not name.endswith("csv")
    ]
    response = send(editor, module, *files)
    editor.post(response["Location"], {"action": "approve"})
    kept = latest(module).documentation
    assert [chapter["path"] for chapter in kept["chapters"]] == ["README.md", "install.md"]
    assert len(kept["attachments"]) == 1


@pytest.mark.parametrize(
    ("files", "sentence"),
    [
        ([SimpleUploadedFile("a.zip", b"kein Archiv")], "kein Archiv"),
        ([SimpleUploadedFile("a.md", b"\xff\xfe")], "UTF-8"),
        ([SimpleUploadedFile("a.md", b"x"), SimpleUploadedFile("b.zip", b"x")], "entweder"),
        ([SimpleUploadedFile("a.md", b"1"), SimpleUploadedFile("A.md", b"2")], "Zwei der Dateien"),
        ([SimpleUploadedFile("a.md", b"")], "leer"),
        ([SimpleUploadedFile("a.docx", b"PK")], "ZIP"),
    ],
    ids=["no archive", "no UTF-8", "mixed", "twice", "empty", "Word"],
)
def test_what_cannot_be_read_is_said_and_what_was_typed_stays(editor, module, files, sentence):
    for file in files:
        file.seek(0)
    response = send(editor, module, *files, notes="Das bleibt stehen.")
    assert response.status_code == 422
    assert sentence in response.content.decode()
    assert "Das bleibt stehen." in response.content.decode()


def test_without_files_or_version_the_form_says_so(editor, module):
    response = editor.post(f"/admin/dokumentation/{module.pk}/", {"notes": "Das bleibt stehen."})
    assert response.status_code == 422
    assert set(response.context["form"].errors) == {"upload", "version", "released"}
    assert "Das bleibt stehen." in response.content.decode()


def test_too_large_uploads_are_refused_before_they_are_read(editor, module, monkeypatch):
    monkeypatch.setattr("content.documentation.forms.MAX_BYTES", 10)
    assert "Zusammen sind die Dateien größer" in send(editor, module).content.decode()


def test_a_version_that_is_there_is_refused_in_the_form(editor, module):
    publish(module)
    response = send(editor, module)
    assert "Die Version 1.3.0 gibt es schon" in response.content.decode()


def test_a_version_taken_meanwhile_is_refused_on_approval(editor, module):
    response = send(editor, module)
    publish(module)
    done = editor.post(response["Location"], {"action": "approve"})
    page = done.content.decode()
    assert done.status_code == 422
    assert "Die Version 1.3.0 gibt es schon" in page
    assert 'value="1.3.0"' in page
    assert "Neu.</textarea>" in page
    assert len(latest(module).releases) == 1


def test_an_upload_that_goes_meanwhile_is_said_to_be_gone(editor, module, monkeypatch):
    response = send(editor, module)

    def gone(self: Waiting) -> Any:
        raise FileNotFoundError

    monkeypatch.setattr(Waiting, "opened", gone)
    for done in (
        editor.get(response["Location"], follow=True),
        editor.post(response["Location"], {"action": "approve"}, follow=True),
    ):
        assert "Bitte laden Sie die Dateien noch einmal hoch" in done.content.decode()


def test_a_full_disk_is_said_in_words(editor, module, monkeypatch):
    def full(*given: Any) -> Any:
        raise OSError(errno.ENOSPC, "full")

    monkeypatch.setattr(views, "put_aside", full)
    response = send(editor, module)
    assert response.status_code == 422
    assert "gerade kein Platz" in response.content.decode()


def test_nothing_is_stored_of_documentation_that_is_refused_at_its_end(module, monkeypatch):
    monkeypatch.setattr(gathering, "MAX_BLOCKS", 3)
    with pytest.raises(UnreadableUpload):
        take(module)
    assert StoredFile.objects.count() == 0


def test_the_upload_of_somebody_else_cannot_be_seen(editor, module, client):
    response = send(editor, module)
    client.force_login(add_operator())
    assert client.get(response["Location"])["Location"] == f"/admin/dokumentation/{module.pk}/"
    key = response["Location"].rstrip("/").rpartition("/")[2]
    assert find_waiting(key, module.pk + 1, 0) is None


def test_documentation_that_exists_is_shown_and_can_be_removed(editor, module):
    publish(module)
    page = editor.get(f"/admin/dokumentation/{module.pk}/").content.decode()
    assert "2 Kapitel der Version 1.3.0" in page
    assert page.index("Dateien einlesen") < page.index('name="sure"'), "what ends it all stands below"
    refused = editor.post(f"/admin/dokumentation/{module.pk}/", {"action": "remove"}, follow=True)
    assert "Es wurde nichts entfernt" in refused.content.decode()
    assert latest(module).documentation["version"] == "1.3.0"
    editor.post(f"/admin/dokumentation/{module.pk}/", {"action": "remove", "sure": "yes"})
    assert latest(module).documentation == {}
    assert ModulePage.objects.get(pk=module.pk).documentation["version"] == "1.3.0"


def test_a_locked_page_is_left_alone(editor, module):
    ModulePage.objects.filter(pk=module.pk).update(locked=True)
    assert send(editor, module)["Location"] == "/admin/"


# From a checkout


def run(module: ModulePage, source: Any, *more: str) -> tuple[str, str]:
    out, err = io.StringIO(), io.StringIO()
    call_command(
        "import_documentation",
        str(source),
        "--module",
        str(module.translation_key),
        *more,
        stdout=out,
        stderr=err,
    )
    return out.getvalue(), err.getvalue()


@pytest.fixture
def checkout(tmp_path):
    folder = tmp_path / "docs"
    folder.mkdir()
    for name, content in DOCS.items():
        (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder


def test_a_folder_is_taken_over_and_published(module, checkout):
    out, _err = run(module, checkout, "--version", "1.3.0", "--publish")
    assert out == "2 chapters published, 2 links mended.\n"
    assert ModulePage.objects.get(pk=module.pk).documentation["source"] == "docs.zip"


def test_an_archive_is_taken_over_as_a_draft(module, tmp_path):
    (tmp_path / "docs.zip").write_bytes(pack(DOCS).getvalue())
    run(module, tmp_path / "docs.zip", "--version", "1.3.0", "--notes", "Neu.", "--released", "2026-01-02")
    assert ModulePage.objects.get(pk=module.pk).documentation == {}
    (release,) = latest(module).releases
    assert (str(release.value["released"]), release.value["notes"]) == ("2026-01-02", "Neu.")


def test_links_out_of_the_folder_are_not_followed_and_broken_ones_are_named(module, checkout, tmp_path):
    (tmp_path / "geheim.md").write_text("# Geheim")
    (checkout / "verweis.md").symlink_to(tmp_path / "geheim.md")
    (checkout / "mehr.md").write_text("[x](verweis.md)")
    _out, err = run(module, checkout, "--version", "1.3.0")
    assert "left out, a link: verweis.md" in err
    assert "broken: mehr.md:1:" in err
    assert "Geheim" not in json.dumps(latest(module).documentation)


@pytest.mark.parametrize(("version", "message"), [("1.3.0", "1.3.0"), ("", "Version")])
def test_a_version_that_cannot_be_is_refused_by_the_command(module, checkout, version, message):
    publish(module)
    with pytest.raises(CommandError, match=message):
        run(module, checkout, "--version", version)


def test_what_cannot_be_published_is_not_saved_either(module, checkout):
    draft = latest(module)
    draft.summary = ""
    draft.save_revision(clean=False)
    revisions = module.revisions.count()
    with pytest.raises(CommandError, match="published"):
        run(module, checkout, "--version", "1.3.0", "--publish")
    assert module.revisions.count() == revisions


def test_unknown_modules_and_missing_folders_are_named(module, tmp_path):
    with pytest.raises(CommandError, match="neither a folder nor a file"):
        run(module, tmp_path / "nichts", "--version", "1")
    module.translation_key = "00000000-0000-4000-8000-000000000000"
    with pytest.raises(CommandError, match="no building block"):
        run(module, tmp_path, "--version", "1")
