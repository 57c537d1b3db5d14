"""Parts of office files: a ZIP archive of XML (ISO/IEC 29500-2, OpenDocument 1.3 part 2)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO
from xml.sax import SAXException
from xml.sax.handler import ContentHandler, feature_namespaces
from zipfile import BadZipFile, ZipFile

from defusedxml.expatreader import DefusedExpatParser

from search.reading import MEGABYTE, Reason, Unreadable

PIECE = 64 * 1024
ENCRYPTED = 1
"""The bit of an archive's entry that says so (APPNOTE.TXT 4.4.4)."""

LARGEST_PART = 100 * MEGABYTE
"""What one part may grow to when it is unpacked; it is read piece by piece."""

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""How a DOCX begins that has a password: the archive is hidden inside ([MS-OFFCRYPTO] 2.1)."""


@contextmanager
def opened(file: IO[bytes]) -> Iterator[ZipFile]:
    """The archive. Raises :class:`Unreadable`, also for what is found wrong while it is read."""
    if file.read(len(OLE)) == OLE:
        raise Unreadable(Reason.ENCRYPTED)
    try:
        with ZipFile(file) as package:
            yield package
    except (BadZipFile, SAXException) as error:
        raise Unreadable(Reason.BROKEN) from error


def parse(package: ZipFile, name: str, handler: ContentHandler) -> None:
    """Hand a part to ``handler``, with namespaces; neither entities nor a document type are let in.

    Raises :class:`Unreadable`, also for a part that does not exist.
    """
    try:
        info = package.getinfo(name)
    except KeyError as error:
        raise Unreadable(Reason.BROKEN) from error
    if info.flag_bits & ENCRYPTED:
        raise Unreadable(Reason.ENCRYPTED)
    if info.file_size > LARGEST_PART:
        raise Unreadable(Reason.TOO_LARGE)
    parser = DefusedExpatParser(forbid_dtd=True)
    parser.setFeature(feature_namespaces, True)
    parser.setContentHandler(handler)
    with package.open(info) as part:
        while piece := part.read(PIECE):
            parser.feed(piece)
    parser.close()
