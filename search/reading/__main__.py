"""``python -m search.reading <media type>``: reads the file at its standard input, knowing nothing else.

The type is what its sender says; the bytes have the last word."""

from __future__ import annotations

import logging
import sys

from search.reading.confining import confine
from search.reading.kinds import HEAD_BYTES, kind_of
from search.reading.reader import answer, reader_of

if __name__ == "__main__":
    logging.disable()  # what parsers say of strangers' files would fill the logs
    head = sys.stdin.buffer.read(HEAD_BYTES)
    sys.stdin.buffer.seek(0)
    read = reader_of(kind_of(head, sys.argv[1]))
    confine()
    answer(read, sys.stdin.buffer, sys.stdout.buffer)
