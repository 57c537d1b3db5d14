"""An archive holds everything public, leads nowhere else, and can be read from a folder."""

from __future__ import annotations

import errno
import hashlib
import json
import re
import shutil
import subprocess
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from federation.identity import own_identity
from hub.catalogue.models import CatalogueEntry
from hub.documents import digest_of
from hub.site.archive import exporting, places
from hub.site.archive.checking import check_folder
from hub.site.archive.folder import ArchiveFolder
from hub.site.archive.places import record_name
from tests.site.archive_world import CSV, SLIDES, archive_into, furnish
from tests.wire.content import use_storage

pytestmark = pytest.mark.django_db


@pytest.fixture
def hub(tmp_path: Path, settings: Any) -> dict[str, CatalogueEntry]:
    use_storage(settings, tmp_path / "content")
    settings.MEDIA_ROOT = tmp_path / "media"
    return furnish()


@pytest.fixture
def archive(hub: Any, tmp_path: Path) -> Path:
    return archive_into(tmp_path / "archiv")


def page_of(archive: Path, entry: CatalogueEntry, name: str = "index") -> str:
    return (archive / "dokumente" / record_name(entry) / f"{name}.html").read_text()


def test_every_public_record_is_there_and_nothing_else(hub, archive):
    public = CatalogueEntry.objects.filter(audience="public", state="live")
    names = {record_name(entry) for entry in public}
    assert {path.name for path in (archive / "dokumente").iterdir()} == names
    assert {path.name.split(".")[0] for path in (archive / "json").iterdir()} == names
    assert {"body", "case_report", "module", "topic", "adoption", "check", "co_publication"} == {
        entry.kind for entry in public
    }
    everything = b"".join(path.read_bytes() for path in archive.rglob("*") if path.is_file())
    assert str(hub["hidden"].uuid).encode() in everything, "its id stands in the log and in the relation"
    for secret in ("Nur für Mitglieder", hub["hidden"].salt, hub["hidden"].digest, "Zurückgezogen"):
        stated = everything.count(secret.encode())
        assert stated == (1 if secret == hub["hidden"].digest else 0), secret


def test_documents_are_kept_byte_for_byte_with_their_envelope(hub, archive):
    for entry in (hub["report"], hub["away"]):
        entry.refresh_from_db()
        body = (archive / places.body_of(record_name(entry))).read_bytes()
        envelope = json.loads((archive / places.envelope_of(record_name(entry))).read_bytes())
        assert body == entry.body.encode()
        assert (envelope["object_id"], envelope["revision"], envelope["source"]) == (
            entry.object_id, entry.revision, entry.source,
        )  # fmt: skip
        assert envelope["digest"] == entry.digest
    report = json.loads((archive / places.envelope_of(str(hub["report"].uuid))).read_bytes())
    assert digest_of(hub["report"].body.encode(), report["salt"]) == report["digest"]
    assert (report["slug"], report["path"]) == ("parken", "/koblenz/parken/")


def test_pages_lead_to_each_other_and_say_where_they_do_not(hub, archive):
    page = page_of(archive, hub["report"])
    assert f'href="../{hub["module"].uuid}/index.html"' in page
    assert f'href="../{record_name(hub["away"])}/index.html"' in page
    assert 'href="https://elsewhere.example/id/x"' in page
    assert f'{hub["gone"].object_id} <span class="badge">zurückgezogen</span>' in page
    assert f'{hub["hidden"].object_id} <span class="badge">nur für Mitglieder</span>' in page
    assert f'href="{hub["report"].object_id}"' in page, "its permanent address stays"
    assert 'href="en.html"' in page
    assert "Parking" in page_of(archive, hub["report"], "en")
    assert "Stimmt." in page, "who has read it"
    assert "Trier" in page_of(archive, hub["module"])
    assert "1.200" in page_of(archive, hub["module"]), "who uses it, at what cost"


def test_nothing_in_a_page_needs_a_server(archive):
    for path in archive.rglob("*.html"):
        page = path.read_text()
        assert "<form" not in page, path
        assert "<script" not in page, path
        assert 'href="/' not in page, path
        assert 'src="/' not in page, path


def test_files_lie_under_their_checksums(hub, archive):
    for data, name in ((CSV, "stellplaetze.csv"), (SLIDES, "folien.pdf")):
        assert (archive / "dateien" / hashlib.sha256(data).hexdigest() / name).read_bytes() == data
    manifest = json.loads((archive / "archiv.json").read_bytes())
    assert (manifest["files"], manifest["missing_files"]) == (3, 0)


def test_a_file_that_is_not_here_is_named(hub, tmp_path, settings):
    shutil.rmtree(tmp_path / "content")
    archive = archive_into(tmp_path / "archiv")
    missing = json.loads((archive / places.MISSING).read_bytes())
    assert {each["name"] for each in missing} == {"stellplaetze.csv", "folien.pdf", "green.webp"}
    assert "stellplaetze.csv" in page_of(archive, hub["module"])
    assert "3 lagen beim Erstellen" in (archive / "index.html").read_text()


def test_lists_name_every_record_and_are_paged(hub, tmp_path, monkeypatch):
    monkeypatch.setattr("hub.site.archive.listing.PER_PAGE", 4)
    archive = archive_into(tmp_path / "archiv")
    first, second = (archive / "listen" / f"alle-a-z{page}.html" for page in ("", "-seite-2"))
    assert first.read_text().count('<li><a href="../dokumente/') == 4
    assert 'href="alle-a-z-seite-2.html"' in first.read_text()
    assert 'href="alle-a-z.html"' in second.read_text()
    for name in ("art-case_report", "thema-ki", "kommune-07111000"):
        assert (archive / "listen" / f"{name}.html").is_file()
    index = (archive / "index.html").read_text()
    assert 'href="listen/thema-ki.html"' in index
    assert own_identity().fingerprint in index


def test_lists_name_statements_by_what_they_say(archive):
    listed = (archive / "listen" / "alle-a-z.html").read_text()
    assert re.search(r">Trier nutzt: [^<]+</a>", listed)
    assert ">Nachnutzung</a>" not in listed


def test_the_usual_tools_verify_it(archive):
    done = subprocess.run(
        ["sha256sum", "--check", "--quiet", "pruefsummen.sha256"], cwd=archive, capture_output=True
    )
    assert (done.returncode, done.stdout) == (0, b"")
    done = subprocess.run(
        ["openssl", "pkeyutl", "-verify", "-pubin", "-inkey", places.PUBLIC_KEY, "-rawin",
         "-in", places.SUMS, "-sigfile", places.SIGNATURE],
        cwd=archive, capture_output=True,
    )  # fmt: skip
    assert b"Verified Successfully" in done.stdout


def test_pages_in_one_language_keep_the_whole_documents(hub, tmp_path):
    archive = archive_into(tmp_path / "archiv", languages=("en",))
    page = page_of(archive, hub["report"])
    assert "Parking" in page
    assert not (archive / "dokumente" / str(hub["report"].uuid) / "de.html").exists()
    assert b'"Parken"' in (archive / places.body_of(str(hub["report"].uuid))).read_bytes()


def test_one_zip_file_holds_one_folder(hub, tmp_path, capsys):
    call_command("export_archive", str(tmp_path / "wissen"), "--zip")
    assert not (tmp_path / "wissen").exists()
    with zipfile.ZipFile(tmp_path / "wissen.zip") as packed:
        assert {name.partition("/")[0] for name in packed.namelist()} == {"wissen"}
        assert "wissen/index.html" in packed.namelist()
    assert list(tmp_path.glob(".wissen*")) == []


def test_what_is_there_already_is_never_touched(hub, tmp_path):
    (tmp_path / "voll").mkdir()
    (tmp_path / "voll" / "brief.txt").write_text("wichtig")
    with pytest.raises(CommandError, match="exists already"):
        call_command("export_archive", str(tmp_path / "voll"))
    assert [path.name for path in (tmp_path / "voll").iterdir()] == ["brief.txt"]
    (tmp_path / "leer").mkdir()
    archive_into(tmp_path / "leer")


def test_a_full_disk_leaves_nothing_half_done(hub, tmp_path, monkeypatch):
    write, left = ArchiveFolder.write_chunks, [40]

    def fill_up(self: Any, path: str, chunks: Any) -> None:
        left[0] -= 1
        if not left[0]:
            raise OSError(errno.ENOSPC, "No space left on device")
        write(self, path, chunks)

    monkeypatch.setattr(ArchiveFolder, "write_chunks", fill_up)
    before = sorted(tmp_path.iterdir())
    with pytest.raises(CommandError, match="Nothing was written: No space left"):
        call_command("export_archive", str(tmp_path / "archiv"))
    assert sorted(tmp_path.iterdir()) == before


def test_every_fault_is_told_at_once(archive, capsys, hub):
    page = archive / "dokumente" / str(hub["report"].uuid) / "index.html"
    page.write_text(
        page.read_text().replace(
            "</main>",
            '<a href="weg.html">x</a><a href="#nirgends">x</a><a href="../../index.html#nirgends">x</a>'
            '<a href="http://mainz.localhost:8001/wissen/">x</a><img src="/bild.png"></main>',
        )
    )
    (archive / "index.html").rename(archive / "anders.html")
    (archive / "verweis").symlink_to("/etc/passwd")
    with pytest.raises(CommandError, match="faults") as error:
        call_command("export_archive", str(archive), "--check")
    assert error.value.returncode == 1
    told = capsys.readouterr().err
    for fault in (
        "weg.html leads to no file",
        "there is no #nirgends on the page",
        "http://mainz.localhost:8001/wissen/ leads back to the instance",
        "/bild.png leads to no file",
        "index.html: is missing",
        "anders.html: is not listed",
        "verweis: is a link",
        f"{hub['report'].uuid}/index.html: its checksum is another",
    ):
        assert fault in told, fault


def test_a_changed_document_is_found_even_with_a_new_checksum(archive, hub):
    path = archive / places.body_of(str(hub["report"].uuid))
    path.write_bytes(path.read_bytes().replace(b"Parken", b"Laufen"))
    ArchiveFolder(archive).write_sums()
    assert check_folder(archive) == [f"json/{path.name}: its content is not what its envelope says"]


def test_a_broken_log_is_found(archive):
    log = archive / places.LOG
    lines = log.read_text().splitlines(keepends=True)
    log.write_text("".join([lines[0], *lines[2:]]))
    ArchiveFolder(archive).write_sums()
    assert check_folder(archive) == [f"{places.LOG}, line 2: the chain breaks"]


def test_faults_of_an_export_end_with_exit_code_1(hub, tmp_path, monkeypatch):
    monkeypatch.setattr(exporting, "check_folder", lambda root: ["seite.html: fault"])
    with pytest.raises(CommandError) as error:
        call_command("export_archive", str(tmp_path / "archiv"))
    assert error.value.returncode == 1


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("../../etc/passwd", "etc_passwd"),
        ("Übersicht 2026.pdf", "Übersicht_2026.pdf"),
        ('a"<b>\n.csv', "a_b_.csv"),
        ("...", "datei"),
        ("x" * 300 + ".pdf", "x" * 116 + ".pdf"),
    ],
)
def test_names_of_files_are_harmless_everywhere(name, plain):
    assert places.plain_name(name) == plain
