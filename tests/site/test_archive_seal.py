"""Archives: whose they are, and what they do not say."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.core.management import CommandError, call_command

from federation.identity import own_identity
from hub.catalogue.models import CatalogueEntry, State
from hub.site.archive import places
from hub.site.archive.folder import ArchiveFolder
from hub.site.archive.importing import import_archive
from hub.site.archive.reading import UnusableArchive
from hub.site.archive.signing import write_signature
from tests.site.archive_world import archive_into, furnish, start_anew
from tests.wire.content import use_storage

pytestmark = pytest.mark.django_db


@pytest.fixture
def archive(tmp_path: Path, settings: Any) -> Path:
    use_storage(settings, tmp_path / "content")
    settings.MEDIA_ROOT = tmp_path / "media"
    furnish()
    return archive_into(tmp_path / "archiv")


def rewrite(archive: Path, key: Ed25519PrivateKey) -> None:
    """What somebody else makes of an archive: whole, and signed with a key of their own."""
    pem = key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    (archive / places.PUBLIC_KEY).write_bytes(pem)
    ArchiveFolder(archive).write_sums()
    (archive / places.SIGNATURE).write_bytes(key.sign((archive / places.SUMS).read_bytes()))


def test_the_fingerprint_is_told_and_compared(
    archive: Path, tmp_path: Path, settings: Any, capsys: Any
) -> None:
    fingerprint = own_identity().fingerprint
    start_anew(settings, tmp_path / "neu")
    for said in (fingerprint, fingerprint.replace(" ", "").lower()):
        call_command("import_archive", str(archive), "--dry-run", "--fingerprint", said)
        assert fingerprint in capsys.readouterr().out
    with pytest.raises(CommandError):
        call_command("import_archive", str(archive), "--dry-run", "--fingerprint", "AAAA BBBB")
    assert fingerprint in capsys.readouterr().err


def test_an_archive_of_somebody_else_that_names_our_fingerprint_is_refused(
    archive: Path, tmp_path: Path, settings: Any
) -> None:
    fingerprint = own_identity().fingerprint
    rewrite(archive, Ed25519PrivateKey.generate())
    assert fingerprint in (archive / places.MANIFEST).read_text()
    start_anew(settings, tmp_path / "neu")
    with pytest.raises(UnusableArchive) as error:
        import_archive(archive, fingerprint=fingerprint)
    assert len(error.value.faults) == 1
    assert not CatalogueEntry.objects.exists()


@pytest.mark.parametrize("said", [None, "", "no key", 7])
def test_an_archive_whose_fingerprint_cannot_be_told_is_refused_where_one_is_asked_for(
    archive: Path, tmp_path: Path, settings: Any, said: Any
) -> None:
    fingerprint = own_identity().fingerprint
    manifest = json.loads((archive / places.MANIFEST).read_text())
    (archive / places.MANIFEST).write_text(json.dumps(manifest | {"rsa_pem": said}))
    ArchiveFolder(archive).write_sums()
    write_signature(ArchiveFolder(archive))
    start_anew(settings, tmp_path / "neu")
    with pytest.raises(UnusableArchive, match="cannot be told"):
        import_archive(archive, fingerprint=fingerprint)


def test_what_was_erased_is_listed_without_its_address(tmp_path: Path, settings: Any) -> None:
    use_storage(settings, tmp_path / "content")
    settings.MEDIA_ROOT = tmp_path / "media"
    world = furnish()
    gone = CatalogueEntry.objects.exclude(state=State.LIVE).filter(audience="public").first()
    assert gone is not None, sorted(world)
    for state in (State.WITHDRAWN, State.ERASED):
        CatalogueEntry.objects.filter(pk=gone.pk).update(state=state, path="/koblenz/name/")
        folder = archive_into(tmp_path / f"archiv-{state}")
        rows = json.loads((folder / places.WITHDRAWN).read_text())
        [row] = [row for row in rows if row["object_id"] == gone.object_id]
        assert row["path"] == ("/koblenz/name/" if state == State.WITHDRAWN else "")


def test_the_readme_warns_of_files_on_a_web_server(archive: Path) -> None:
    text = (archive / places.README).read_text(encoding="utf-8")
    assert "Webserver" in text
    assert "protokoll.jsonl" in text
