"""The library's files lie by their content; what lay there before stays where it is."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from wagtail.documents.models import Document
from wagtail.tasks import delete_file_from_storage_task

from hub.files.models import StoredFile
from hub.files.names import content_name, digest_of, plain_name
from tests.wire.content import FULL, files_in, use_storage

pytestmark = pytest.mark.django_db

DATA = b"Satzung\n" * 1000
DIGEST = "sha256:" + hashlib.sha256(DATA).hexdigest()
PLACE = f"sha256/{DIGEST[7:9]}/{DIGEST[9:]}"


@pytest.fixture(autouse=True)
def media(tmp_path: Path, settings: Any) -> Path:
    settings.MEDIA_ROOT = tmp_path / "media"
    return Path(settings.MEDIA_ROOT)


@pytest.fixture
def content(tmp_path: Path, settings: Any) -> Path:
    return use_storage(settings, tmp_path / "content")


def add(name: str = "satzung.txt", data: bytes = DATA) -> Document:
    return Document.objects.create(title=name, file=ContentFile(data, name=name))


def test_a_document_is_named_after_its_content(content, media):
    document = add()
    assert document.file.name == content_name(DIGEST, "satzung.txt")
    assert (digest_of(document.file.name), document.filename) == (DIGEST, "satzung.txt")
    assert files_in(content) == [PLACE]
    assert not media.exists()
    record = StoredFile.objects.get()
    assert (record.digest, record.origin, record.size, record.media_type) == (
        DIGEST,
        "",
        len(DATA),
        "text/plain",
    )


def test_it_is_opened_measured_and_found_by_that_name(content):
    document = Document.objects.get(pk=add().pk)
    with document.open_file() as file:
        assert file.read() == DATA
    assert document.file.size == document.get_file_size() == len(DATA)
    assert default_storage.exists(document.file.name)
    assert Path(document.file.path) == content / PLACE
    assert default_storage.get_modified_time(document.file.name) is not None


def test_the_same_bytes_lie_there_once(content):
    first, second = add("a.txt"), add("b.txt")
    assert (first.filename, second.filename) == ("a.txt", "b.txt")
    assert files_in(content) == [PLACE]


def test_deleting_a_document_leaves_content_that_others_have(content):
    first, second = add("a.txt"), add("b.txt")
    delete_file_from_storage_task.func(first.file.storage.deconstruct(), first.file.name)
    with second.open_file() as file:
        assert file.read() == DATA


def test_a_file_of_before_is_where_it_was_and_is_deleted_as_before(content, media):
    (media / "documents").mkdir(parents=True)
    (media / "documents" / "alt.txt").write_bytes(DATA)
    document = Document.objects.create(title="Alt", file="documents/alt.txt")
    with document.open_file() as file:
        assert file.read() == DATA
    assert document.file.size == len(DATA)
    default_storage.delete(document.file.name)
    assert files_in(media) == []


def test_pictures_stay_as_they_are(content, media):
    name = default_storage.save("original_images/plan.png", ContentFile(b"png"))
    assert name == "original_images/plan.png"
    assert files_in(media) == [name]
    assert files_in(content) == []


def test_a_full_disk_leaves_nothing(content, settings):
    use_storage(settings, content, FULL)
    with pytest.raises(OSError, match="No space"), transaction.atomic():
        add(data=DATA * 100)
    assert (files_in(content), StoredFile.objects.count(), Document.objects.count()) == ([], 0, 0)


def test_lost_bytes_are_lost_and_not_empty(content):
    document = add()
    shutil.rmtree(content / "sha256")
    assert not default_storage.exists(document.file.name)
    with pytest.raises(FileNotFoundError):
        default_storage.open(document.file.name)


@pytest.mark.parametrize("name", ["a.txt", "Ä" * 200 + ".txt", "x" * 300, "a.b" * 40 + ".tar.gz"])
def test_names_fit_their_field_and_keep_their_ending(name):
    made = content_name(DIGEST, name)
    assert len(made) <= 100
    assert digest_of(made) == DIGEST
    assert made.endswith(name[-7:])


@pytest.mark.parametrize(
    "name", ["documents/a.txt", "c/kurz/a.txt", f"c/{'x' * 43}/a/b", f"x/c/{'x' * 43}/a"]
)
def test_other_names_hold_no_digest(name):
    assert digest_of(name) is None


def test_a_name_of_nothing_but_dots_is_none():
    assert plain_name("..") == plain_name(" ") == "file"
