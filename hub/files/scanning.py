"""The virus scanner: every file that comes in is shown to clamd, where ``HUB_CLAMAV`` names one.

Nothing passes unscanned: without a verdict a file waits or is refused. The protocol is that of clamd's
manual page, section "COMMANDS", in its null-terminated form.
"""

from __future__ import annotations

import select
import socket
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, Any

import structlog
from django.core.files.base import File
from django.utils.translation import gettext as _

from hub.env import env
from hub.errors import ScannerUnavailable, UnreadableUpload

logger = structlog.get_logger("hub.files")

CHUNK = 128 * 1024
CONNECT_SECONDS = 3.0
SEND_SECONDS = 30.0
VERDICT_SECONDS = 300.0
"""How long clamd may think about a large archive once it has all of it."""

PING_SECONDS = 1.0
LONGEST_REPLY = 4096
FOUND = "the virus scanner found "
REFUSED_SIZE = "INSTREAM size limit exceeded"


@dataclass(frozen=True)
class Finding:
    """What the scanner has found in a file; ``name`` is the scanner's name for it."""

    name: str

    @property
    def reason(self) -> str:
        """Why the file is refused, as it stands in its record."""
        return FOUND + self.name


class ScannerRefusesSize(ScannerUnavailable):
    """The file is larger than the scanner accepts: raise ``StreamMaxLength`` in ``clamd.conf``."""


class UnscannedUpload(UnreadableUpload):
    """An upload that could not be scanned: the sentence says when to try again."""


def scan(file: IO[bytes] | File[Any]) -> Finding | None:
    """Show a file to the scanner, piece by piece; None if it is clean, or if there is no scanner.

    Its position is set to the beginning, before and after. Raises :class:`ScannerUnavailable` without a
    verdict.
    """
    if not env.clamav:
        return None
    file.seek(0)
    try:
        with _connected(SEND_SECONDS) as connection:
            reply = _ask(connection, file)
    except OSError as error:
        raise ScannerUnavailable(f"the virus scanner at {env.clamav} does not answer: {error}") from error
    finally:
        file.seek(0)
    return _verdict(reply)


def require_harmless(file: IO[bytes] | File[Any], name: str) -> None:
    """Refuse an upload that is infected or cannot be scanned.

    Raises :class:`UnreadableUpload` with what to do.
    """
    try:
        finding = scan(file)
    except ScannerRefusesSize as error:
        raise UnscannedUpload(
            _(
                "“%(name)s” is larger than the virus scanner accepts, so it was not taken in. Please tell "
                "those who run this site, or hand in a smaller file."
            )
            % {"name": name}
        ) from error
    except ScannerUnavailable as error:
        logger.error("upload not scanned", reason=str(error))
        raise UnscannedUpload(
            _(
                "“%(name)s” could not be checked for viruses at the moment, so it was not taken in. Please "
                "try again in a few minutes; if it goes on, tell those who run this site."
            )
            % {"name": name}
        ) from error
    if finding:
        logger.warning("infected upload refused", name=name, finding=finding.name)
        raise UnreadableUpload(
            _(
                "The virus scanner has found something in “%(name)s” (%(finding)s). The file was not taken "
                "in. Have your computer checked, and hand in a clean file."
            )
            % {"name": name, "finding": finding.name}
        )


def scanner_state() -> str:
    """``none`` without a scanner, ``ok`` if it answers, else ``unreachable``."""
    if not env.clamav:
        return "none"
    try:
        with _connected(PING_SECONDS) as connection:
            connection.sendall(b"zPING\0")
            return "ok" if _reply(connection) == "PONG" else "unreachable"
    except OSError:
        return "unreachable"


@contextmanager
def _connected(seconds: float) -> Iterator[socket.socket]:
    """A connection that waits so long for each step. Raises :class:`OSError`."""
    if env.clamav.startswith("/"):
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        connection.settimeout(min(seconds, CONNECT_SECONDS))
        try:
            connection.connect(env.clamav)
        except OSError:
            connection.close()
            raise
    else:
        host, _colon, port = env.clamav.rpartition(":")
        connection = socket.create_connection((host.strip("[]"), int(port)), min(seconds, CONNECT_SECONDS))
    with connection:
        connection.settimeout(seconds)
        yield connection


def _ask(connection: socket.socket, file: IO[bytes] | File[Any]) -> str:
    """Send the file in pieces, each behind its length; the end is a piece of no length."""
    try:
        connection.sendall(b"zINSTREAM\0")
        while piece := file.read(CHUNK):
            if select.select([connection], [], [], 0)[0]:  # it has seen enough
                return _reply(connection)
            connection.sendall(struct.pack("!L", len(piece)) + piece)
        connection.sendall(struct.pack("!L", 0))
    except (BrokenPipeError, ConnectionResetError):  # it has said why before it hung up
        return _reply(connection)
    connection.settimeout(VERDICT_SECONDS)
    return _reply(connection)


def _reply(connection: socket.socket) -> str:
    received = b""
    while b"\0" not in received and len(received) < LONGEST_REPLY and (piece := connection.recv(1024)):
        received += piece
    return received.partition(b"\0")[0].decode(errors="replace").strip()


def _verdict(reply: str) -> Finding | None:
    """Read ``stream: OK`` and ``stream: <name> FOUND``; anything else is no verdict."""
    said = reply.removeprefix("stream: ")
    if said == "OK":
        return None
    if said.endswith(" FOUND"):
        return Finding(said.removesuffix(" FOUND")[:200])
    if REFUSED_SIZE in said:
        raise ScannerRefusesSize(
            "the virus scanner accepts no file of this size; raise StreamMaxLength in its clamd.conf"
        )
    raise ScannerUnavailable(f"the virus scanner gave no verdict: {said[:200] or 'it hung up'}")
