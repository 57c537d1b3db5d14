"""In a bucket: a part of a file is asked for as a part, and names of the library lead to the content."""

from __future__ import annotations

import io
from typing import Any

import pytest
from botocore.exceptions import ClientError
from botocore.response import StreamingBody

from hub.files.names import content_name
from hub.files.s3 import S3ContentStorage, S3LibraryStorage


class Bucket:
    """Holds one object and notes what it is asked for."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.asked: list[tuple[str, str]] = []

    def Object(self, key: str) -> Any:
        bucket = self

        class Held:
            def get(self, Range: str) -> dict[str, Any]:
                bucket.asked.append((key, Range))
                if "gone" in key:
                    raise ClientError({"ResponseMetadata": {"HTTPStatusCode": 404}}, "GetObject")
                first, last = Range.removeprefix("bytes=").split("-")
                part = bucket.data[int(first) : int(last) + 1]
                return {"Body": StreamingBody(io.BytesIO(part), len(part))}

        return Held()


@pytest.fixture
def storage() -> S3ContentStorage:
    made = S3ContentStorage(bucket_name="x", location="content")
    made._bucket = Bucket(b"0123456789")
    return made


def test_only_the_part_is_fetched(storage):
    assert b"".join(storage.part("sha256/ab/c", 2, 5)) == b"23456"
    assert storage.bucket.asked == [("content/sha256/ab/c", "bytes=2-6")]


def test_what_is_gone_is_said_before_the_first_byte(storage):
    with pytest.raises(FileNotFoundError):
        storage.part("gone", 0, 1)


def test_a_file_of_the_library_has_no_place_of_its_own_there(settings):
    settings.STORAGES = {
        **settings.STORAGES,
        "content": {
            "BACKEND": "hub.files.s3.S3ContentStorage",
            "OPTIONS": {"bucket_name": "x", "location": "content"},
        },
    }
    library = S3LibraryStorage(bucket_name="x", location="media")
    library._bucket = Bucket(b"")
    name = content_name("sha256:" + "ab" * 32, "a.txt")
    library.delete(name)
    with pytest.raises(NotImplementedError):
        library.path(name)
