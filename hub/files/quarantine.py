"""Where bytes wait until they are known to be whole: a temporary file that leaves nothing behind."""

from __future__ import annotations

import hashlib
import os
import tempfile
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, cast


class QuarantineFile:
    """A temporary file that counts and hashes what is written to it.

    Used as a context manager: on leaving, the file is deleted unless it was moved away. ``write``
    raises :class:`OSError` when the disk is full.
    """

    def __init__(self, directory: Path) -> None:
        directory.mkdir(parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(dir=directory, prefix="incoming-")
        self.path = Path(name)
        self.size = 0
        self._hash = hashlib.sha256()
        self._file = cast(BinaryIO, os.fdopen(descriptor, "wb"))

    def __enter__(self) -> QuarantineFile:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self._file.close()
        except OSError:  # a full disk shows again when the buffer is flushed; the first error counts
            if error is None:
                raise
        finally:
            self.path.unlink(missing_ok=True)

    @property
    def digest(self) -> str:
        """``sha256:<hex>`` of what was written so far."""
        return "sha256:" + self._hash.hexdigest()

    def write(self, chunk: bytes) -> None:
        """Append a chunk."""
        self._file.write(chunk)
        self._hash.update(chunk)
        self.size += len(chunk)

    def finish(self) -> Path:
        """Force everything to the disk and return the path."""
        self._file.flush()
        os.fsync(self._file.fileno())
        return self.path
