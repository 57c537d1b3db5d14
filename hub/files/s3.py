"""Content in an S3 bucket. Loaded only where ``HUB_S3_BUCKET`` is set."""

from __future__ import annotations

from django.core.files.base import File
from storages.backends.s3 import S3Storage

from hub.env import env
from hub.files.quarantine import QuarantineFile


class S3ContentStorage(S3Storage):
    """Files in a bucket: S3 shows an object only once it is whole, so an upload is atomic."""

    def quarantine(self) -> QuarantineFile:
        """On the local disk; objects have no temporary names."""
        return QuarantineFile(env.data_dir / "quarantine")

    def adopt(self, incoming: QuarantineFile, name: str) -> None:
        """Upload the finished file."""
        with incoming.finish().open("rb") as source:
            self.save(name, File(source))
