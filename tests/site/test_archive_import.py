"""An archive becomes the same hub again in an empty instance, or nothing is changed."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from wagtail.models import Page

from content.models import AdoptionPage, CaseReportPage, ModulePage
from federation.outgoing import entries_after, own_head
from hub.catalogue.applying import apply_received
from hub.catalogue.log import ReceivedChange, hash_of
from hub.catalogue.models import CatalogueEntry, Change, LogHead
from hub.catalogue.settling import reconcile
from hub.municipalities.models import Body
from hub.site.archive import places
from hub.site.archive.folder import ArchiveFolder
from hub.site.archive.importing import import_archive
from hub.site.archive.reading import UnusableArchive
from hub.site.archive.signing import write_signature
from hub.site.models import HomePage
from tests.site.archive_world import CSV, SLIDES, archive_into, furnish, start_anew
from tests.wire.content import use_storage

pytestmark = pytest.mark.django_db
FACTS = ("object_id", "source", "revision", "digest", "salt", "body", "first_published", "changed", "path")


@pytest.fixture
def hub(tmp_path: Path, settings: Any) -> dict[str, CatalogueEntry]:
    use_storage(settings, tmp_path / "content")
    settings.MEDIA_ROOT = tmp_path / "media"
    return furnish()


@pytest.fixture
def archive(hub: Any, tmp_path: Path) -> Path:
    return archive_into(tmp_path / "archiv")


def public() -> list[tuple[Any, ...]]:
    found = CatalogueEntry.objects.filter(audience="public", state="live")
    return sorted(found.values_list(*FACTS))


def sign_again(archive: Path) -> None:
    """As somebody would who changes an archive and has the key."""
    ArchiveFolder(archive).write_sums()
    write_signature(ArchiveFolder(archive))


def refused(archive: Path) -> list[str]:
    """The faults; nothing must have been changed."""
    with pytest.raises(UnusableArchive) as error:
        import_archive(archive)
    for model in (CatalogueEntry, Change, LogHead, Body):
        assert not model.objects.exists()
    assert not HomePage.objects.exists()
    return error.value.faults


def test_the_whole_hub_is_as_it_was(hub, archive, tmp_path, settings):
    before, head = public(), (own_head().seq, own_head().head_hash)
    start_anew(settings, tmp_path / "neu")
    done = import_archive(archive)
    assert (done.kept, done.renewed, done.missing) == ({}, {}, [])
    assert public() == before
    assert (own_head().seq, own_head().head_hash) == head, "nothing was appended: nothing differs"
    assert reconcile().mended == ()


def test_pages_can_be_edited_again(hub, archive, tmp_path, settings, client):
    start_anew(settings, tmp_path / "neu")
    import_archive(archive)
    report = CaseReportPage.objects.get(translation_key=hub["report"].uuid, locale__language_code="de")
    kinds = [child.block_type for child in report.situation]
    assert kinds == ["paragraph", "picture", "table", "quote", "code"]
    assert '<a id="' in report.situation[0].value.source, "links to files are the editor's own"
    assert (report.slug, report.live, report.first_published_at) == (
        "parken", True, hub["report"].first_published,
    )  # fmt: skip
    english = CaseReportPage.objects.get(translation_key=hub["report"].uuid, locale__language_code="en")
    assert (english.title, english.live) == ("Parking", True)
    assert [child.value["document"].filename for child in ModulePage.objects.get().files] == [
        "stellplaetze.csv"
    ]
    assert AdoptionPage.objects.get().maker == "07211000"
    report.title = "Parken, berichtigt"
    report.save_revision().publish()
    reconcile()
    entry = CatalogueEntry.objects.get(uuid=report.translation_key)
    assert (entry.title, entry.revision) == ("Parken, berichtigt", hub["report"].revision + 1)
    assert client.get("/koblenz/parken/").status_code == 200


def test_what_was_withdrawn_goes_on_saying_so(hub, archive, tmp_path, settings, client):
    start_anew(settings, tmp_path / "neu")
    import_archive(archive)
    assert client.get(f"/id/{hub['gone'].uuid}").status_code == 410
    assert client.get(f"/id/{hub['hidden'].uuid}").status_code == 404


def test_received_records_are_readable_with_their_files(hub, archive, tmp_path, settings, client):
    start_anew(settings, tmp_path / "neu")
    import_archive(archive)
    away = CatalogueEntry.objects.get(source="koblenz")
    page = client.get(away.get_absolute_url())
    assert (page.status_code, "Von nebenan." in page.content.decode()) == (200, True)
    digest = away.document.attachments[0].digest[7:]
    response = client.get(f"/dateien/{away.uuid}/{digest}/folien.pdf")
    assert b"".join(response.streaming_content) == SLIDES


def test_the_log_of_another_hub_still_applies(hub, archive, tmp_path, settings):
    start_anew(settings, tmp_path / "neu")
    import_archive(archive)
    away = CatalogueEntry.objects.get(source="koblenz")
    change = Change(
        origin=away.origin, epoch=1, seq=1, object_id=away.object_id, revision=away.revision + 1,
        type="publish", object_digest="sha256:" + "0" * 64, created=away.changed,
    )  # fmt: skip
    facts = {
        name: getattr(change, name) for name in ReceivedChange.__dataclass_fields__ if hasattr(change, name)
    }
    body = away.body.replace("Von nebenan.", "Neu von nebenan.")
    received = ReceivedChange(**{**facts, "hash": hash_of(change), "proof": {}, "body": body})
    assert apply_received([received], "koblenz-neu").count == 1
    away.refresh_from_db()
    assert (away.summary, away.source) == ("Neu von nebenan.", "koblenz-neu")


def test_the_own_log_goes_on_for_peers(hub, archive, tmp_path, settings):
    start_anew(settings, tmp_path / "neu")
    import_archive(archive)
    sent = entries_after(own_head().epoch, 0)
    assert len(sent) == own_head().seq
    bodies = {entry["change"]["objectId"] for entry in sent if "body" in entry}
    assert hub["report"].object_id in bodies
    assert hub["hidden"].object_id not in bodies, "what only members could read is a stub"


def test_a_zip_file_is_read_like_a_folder(hub, tmp_path, settings, capsys):
    call_command("export_archive", str(tmp_path / "wissen.zip"), "--zip")
    before = public()
    start_anew(settings, tmp_path / "neu")
    call_command("import_archive", str(tmp_path / "wissen.zip"))
    assert public() == before
    assert "pages rebuilt" in capsys.readouterr().out


def test_a_dry_run_verifies_and_changes_nothing(hub, archive, tmp_path, settings, capsys):
    start_anew(settings, tmp_path / "neu")
    call_command("import_archive", str(archive), "--dry-run")
    assert "nothing was changed" in capsys.readouterr().out
    assert not CatalogueEntry.objects.exists()
    assert not Page.objects.filter(depth__gt=1).exists()


def test_an_instance_with_contents_is_refused(hub, archive):
    with pytest.raises(UnusableArchive, match="not empty"):
        import_archive(archive)


def test_an_archive_of_another_address_is_refused(hub, archive, tmp_path, settings):
    manifest = archive / places.MANIFEST
    manifest.write_text(
        manifest.read_text().replace("http://mainz.localhost:8001", "https://anderswo.example")
    )
    sign_again(archive)
    start_anew(settings, tmp_path / "neu")
    assert any("set HUB_ORIGIN=https://anderswo.example" in fault for fault in refused(archive))


def test_wrong_checksums_missing_files_and_changed_documents_are_all_told(hub, archive, tmp_path, settings):
    start_anew(settings, tmp_path / "neu")
    changed = archive / places.body_of(str(hub["report"].uuid))
    changed.write_bytes(changed.read_bytes().replace(b"Parken", b"Laufen"))
    next((archive / "dateien").rglob("stellplaetze.csv")).unlink()
    faults = refused(archive)
    assert f"json/{changed.name}: its checksum is another" in faults
    assert f"json/{changed.name}: its content is not what its envelope says" in faults
    assert any(fault.endswith("stellplaetze.csv: is missing") for fault in faults)


def test_a_list_of_checksums_that_was_written_anew_needs_its_signature(hub, archive, tmp_path, settings):
    start_anew(settings, tmp_path / "neu")
    (archive / places.README).write_text("anders")
    ArchiveFolder(archive).write_sums()
    assert refused(archive) == [f"{places.SIGNATURE}: the signature of {places.SUMS} is wrong"]


@pytest.mark.parametrize("schema", ["wissenshub/2.0", "anders/1.0x"])
def test_a_document_of_another_major_version_is_refused(hub, archive, tmp_path, settings, schema):
    from hub.documents import digest_of

    name = str(hub["report"].uuid)
    body, envelope = archive / places.body_of(name), archive / places.envelope_of(name)
    document = json.loads(body.read_bytes()) | {"schema_version": schema}
    if schema.startswith("anders"):
        document["texts"] = {}
    body.write_text(json.dumps(document))
    said = json.loads(envelope.read_bytes())
    envelope.write_text(json.dumps(said | {"digest": digest_of(body.read_bytes(), said["salt"])}))
    sign_again(archive)
    key = (archive / places.PUBLIC_KEY).read_bytes()
    start_anew(settings, tmp_path / "neu")
    assert key == (archive / places.PUBLIC_KEY).read_bytes()
    assert any("this version cannot read it" in fault for fault in refused(archive))


def test_a_layout_of_another_major_version_is_refused(hub, archive, tmp_path, settings):
    manifest = archive / places.MANIFEST
    manifest.write_text(manifest.read_text().replace(places.FORMAT, "wissenshub-archiv/2.0"))
    sign_again(archive)
    start_anew(settings, tmp_path / "neu")
    assert any("not wissenshub-archiv/2.0" in fault for fault in refused(archive))


def test_links_out_of_the_archive_are_refused(hub, archive, tmp_path, settings):
    start_anew(settings, tmp_path / "neu")
    with (archive / places.SUMS).open("a") as sums:
        sums.write(f"{'0' * 64}  ../geheim\n")
    (archive / "geheim").symlink_to("/etc/passwd")
    faults = refused(archive)
    assert f"{places.SUMS}: ../geheim leads out of the archive" in faults
    assert "geheim: is a link, no file" in faults


def zip_of(tmp_path: Path, *entries: tuple[str | zipfile.ZipInfo, bytes]) -> Path:
    place = tmp_path / "boese.zip"
    with zipfile.ZipFile(place, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, data in entries:
            packed.writestr(name, data)
    return place


def link(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name)
    entry.external_attr = 0o120777 << 16
    return entry


@pytest.mark.parametrize(
    ("entry", "data"),
    [
        ("../geheim", b"x"),
        ("/etc/geheim", b"x"),
        (link("a/geheim"), b"/etc/passwd"),
        ("bombe", b"\0" * 40_000_000),
    ],
)
def test_a_zip_file_that_would_do_harm_is_refused(tmp_path, entry, data):
    place = zip_of(tmp_path, ("archiv.json", b"{}"), (entry, data))
    assert len(refused(place)) == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == ["boese.zip"]


def test_what_is_no_archive_is_refused_in_a_sentence(tmp_path):
    (tmp_path / "leer").mkdir()
    (tmp_path / "text.zip").write_bytes(b"kein Archiv")
    assert "is no whole archive" in refused(tmp_path / "leer")[0]
    assert "no whole archive" in refused(zip_of(tmp_path, ("a.txt", b"x")))[0]
    assert len(refused(tmp_path / "text.zip")) == 1
    assert "there is no" in refused(tmp_path / "fehlt")[0]
    with pytest.raises(CommandError, match="1 faults, nothing was changed"):
        call_command("import_archive", str(tmp_path / "fehlt"), stderr=io.StringIO())


def test_a_document_that_no_page_can_hold_stays_readable(
    hub, archive, tmp_path, settings, client, monkeypatch
):
    """Here the version that reads it knows no pages of that kind any more."""
    from hub.site.archive import importing

    rest = {kind: how for kind, how in importing.REBUILDINGS.items() if kind != "module"}
    monkeypatch.setattr(importing, "REBUILDINGS", rest)
    start_anew(settings, tmp_path / "neu")
    done = import_archive(archive)
    assert list(done.kept) == [hub["module"].object_id]
    kept = CatalogueEntry.objects.get(uuid=hub["module"].uuid)
    assert (kept.source, kept.body) == ("archiv", hub["module"].body)
    assert client.get(kept.get_absolute_url()).status_code == 200
    digest = kept.document.files[0].digest[7:]
    file = client.get(f"/dateien/{kept.uuid}/{digest}/stellplaetze.csv")
    assert b"".join(file.streaming_content) == CSV
    assert reconcile().mended == (), "nobody withdraws it for want of a page"


@pytest.mark.parametrize("city", ["koblenz", "ludwigshafen", "trier"])
def test_the_demo_is_rebuilt_exactly(city, tmp_path, settings):
    """Between them the cities have every kind of contribution."""
    use_storage(settings, tmp_path / "content")
    settings.MEDIA_ROOT = tmp_path / "media"
    call_command("load_demo", city)
    reconcile()
    before = public()
    archive = archive_into(tmp_path / "archiv")
    start_anew(settings, tmp_path / "neu")
    done = import_archive(archive)
    assert (done.kept, done.renewed) == ({}, {})
    assert public() == before
