"""A form's file goes straight to where it may stay, not through the machine's folder of temporary files."""

from __future__ import annotations

import errno
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, StopUpload

from content.uploading.services import MEGABYTE
from hub.env import env
from hub.files.quarantine import QuarantineFile
from hub.files.storage import content_storage


class ReceivedFile(UploadedFile):  # type: ignore[type-arg]  # generic in the stubs alone
    """A file of a form in quarantine. Closed with the request, it is gone unless it was taken in."""

    def __init__(self, incoming: QuarantineFile, name: str) -> None:
        super().__init__(None, name, size=incoming.size)
        self.incoming = incoming

    def close(self) -> None:
        """Delete what was not moved away."""
        self.incoming.__exit__(None, None, None)


class QuarantineHandler(FileUploadHandler):
    """Writes and hashes each chunk as it comes, up to the limit.

    Raises :class:`OSError` when the disk is full but for its reserve.
    """

    chunk_size = 256 * 1024

    def __init__(self, request: Any = None) -> None:
        super().__init__(request)
        self._incoming: QuarantineFile
        self._is_open = False
        self.is_too_large = False

    def new_file(self, *arguments: Any, **options: Any) -> None:
        """A file begins; each is in quarantine alone."""
        super().new_file(*arguments, **options)
        self._incoming, self._is_open = content_storage().quarantine(), True

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Keep it; nothing is handed on to other handlers."""
        if start + len(raw_data) > env.upload_max_mb * MEGABYTE:
            self._drop()
            self.is_too_large = True
            raise StopUpload(connection_reset=True)
        try:
            if content_storage().partial("room").room < len(raw_data):
                raise OSError(errno.ENOSPC, "what is left is reserved")
            self._incoming.write(raw_data)
        except OSError:
            self._drop()
            raise

    def file_complete(self, file_size: int) -> ReceivedFile:
        """The whole file."""
        self._is_open = False
        return ReceivedFile(self._incoming, self.file_name or "")

    def upload_interrupted(self) -> None:
        """The connection broke off: nothing stays."""
        self._drop()

    def _drop(self) -> None:
        if self._is_open:
            self._is_open = False
            self._incoming.__exit__(OSError, None, None)
