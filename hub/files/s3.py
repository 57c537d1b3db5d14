"""Content in an S3 bucket. Loaded only where ``HUB_S3_BUCKET`` is set."""

from __future__ import annotations

from collections.abc import Iterator

from botocore.exceptions import ClientError
from django.core.files.base import File
from storages.backends.s3 import S3Storage

from hub.env import env
from hub.files.library import ContentNames
from hub.files.partial import PartialFile
from hub.files.quarantine import QuarantineFile
from hub.files.storage import PIECE, Incoming

NOT_FOUND = 404
QUARANTINE = env.data_dir / "quarantine"


class S3ContentStorage(S3Storage):
    """Files in a bucket: S3 shows an object only once it is whole, so an upload is atomic."""

    def quarantine(self) -> QuarantineFile:
        """On the local disk; objects have no temporary names."""
        return QuarantineFile(QUARANTINE)

    def partial(self, name: str) -> PartialFile:
        """On the local disk as well, until it is whole."""
        return PartialFile(QUARANTINE, name)

    def adopt(self, incoming: Incoming, name: str) -> None:
        """Upload the finished file."""
        with incoming.finish().open("rb") as source:
            self.save(name, File(source))

    def part(self, name: str, start: int, length: int) -> Iterator[bytes]:
        """Asked of the bucket as a range: opening the object would fetch all of it first."""
        wanted = f"bytes={start}-{start + length - 1}"
        try:
            answer = self.bucket.Object(self._normalize_name(name)).get(Range=wanted)
        except ClientError as error:
            if error.response["ResponseMetadata"]["HTTPStatusCode"] == NOT_FOUND:
                raise FileNotFoundError(name) from error
            raise
        pieces: Iterator[bytes] = answer["Body"].iter_chunks(PIECE)
        return pieces


class S3LibraryStorage(ContentNames, S3Storage):
    """Uploads in a bucket."""
