"""Having a file read: a process of its own is started, and what it has written is checked."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
import tempfile
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import structlog

from search.reading import LARGEST_FILE, LONGEST_HEADING, LONGEST_PAGE, MEGABYTE, Reason

logger = structlog.get_logger("hub.search")

PIECE = MEGABYTE
WALL_SECONDS = 120.0
"""A process that waits uses no processor time; beside many others it is only slow."""
PROJECT = Path(__file__).resolve().parents[2]
ENVIRONMENT = {"LANG": "C.UTF-8", "PYTHONDONTWRITEBYTECODE": "1"}
"""All that the process knows: no address, no key, no path."""

UNWANTED = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]+")
UNSEEN = re.compile("[\u00ad\u200b\u202a-\u202e\u2060-\u2069\ufeff\U000e0000-\U000e007f]+")
"""What hides within words, turns their direction or says something that no reader sees (tags). Joiners and
marks for single letters stay, which some languages need."""


@dataclass(frozen=True)
class FoundPage:
    """A page, or a section below its heading, with its text in clean lines."""

    number: int
    heading: str
    text: str


@dataclass(frozen=True)
class Reading:
    """What came of reading a file: its pages that hold text, ``cut`` if something is missing.

    ``reason`` is set where reading ended early; what was read until then counts all the same.
    """

    pages: tuple[FoundPage, ...] = ()
    cut: bool = False
    reason: Reason | None = None


def read_file(file: IO[bytes], media_type: str, *, seconds: float = WALL_SECONDS) -> Reading:
    """Read a file of one of :data:`search.reading.READABLE`, for so many seconds at most.

    Raises :class:`OSError` if the process cannot be started.
    """
    with tempfile.TemporaryFile() as source, tempfile.TemporaryFile() as sink:
        while piece := file.read(PIECE):
            if source.tell() + len(piece) > LARGEST_FILE:
                return Reading(reason=Reason.TOO_LARGE)
            source.write(piece)
        source.seek(0)
        ended = _run(media_type, source, sink, seconds)
        sink.seek(0)
        return _understand(sink, ended)


def _run(media_type: str, source: IO[bytes], sink: IO[bytes], seconds: float) -> Reason:
    """Why the process ended, unless it says so itself."""
    command = [sys.executable, "-m", "search.reading", media_type]
    with tempfile.TemporaryFile() as errors:
        try:
            done = subprocess.run(
                command,
                stdin=source,
                stdout=sink,
                stderr=errors,
                cwd=PROJECT,
                env=ENVIRONMENT,
                timeout=seconds,
                start_new_session=True,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return Reason.TOO_SLOW
        errors.seek(0)
        if said := errors.read()[-500:].decode("utf-8", "replace"):
            logger.warning("reading a file went wrong", code=done.returncode, said=said)
    return Reason.TOO_SLOW if done.returncode == -signal.SIGXCPU else Reason.CRASHED


def _understand(sink: IO[bytes], ended: Reason) -> Reading:
    """What was written, trusted no more than the file itself."""
    pages: dict[int, FoundPage] = {}
    for line in _lines(sink):
        if "end" in line:
            reason = Reason(line["end"]) if line["end"] in set(Reason) else None
            return Reading(tuple(pages.values()), bool(line.get("cut")) or reason is not None, reason)
        if (page := _page(line)) and page.text:
            pages.setdefault(page.number, page)
    return Reading(tuple(pages.values()), True, ended)


def _lines(sink: IO[bytes]) -> Iterator[dict[str, Any]]:
    """The whole lines; the last one may have been broken off."""
    for line in sink:
        try:
            found = json.loads(line)
        except (ValueError, RecursionError):
            return
        if isinstance(found, dict):
            yield found


def _page(line: dict[str, Any]) -> FoundPage | None:
    number, heading, text = line.get("number"), line.get("heading"), line.get("text")
    if not (isinstance(number, int) and isinstance(heading, str) and isinstance(text, str)):
        return None
    if not 0 < number < 2**31:
        return None
    return FoundPage(number, _clean(heading)[:LONGEST_HEADING], _clean(text[:LONGEST_PAGE]))


def _clean(text: str) -> str:
    """Without what PostgreSQL cannot store and nobody sees, spaces and empty lines run together, composed."""
    plain = unicodedata.normalize("NFC", UNSEEN.sub("", UNWANTED.sub(" ", text)))
    return "\n".join(line for each in plain.split("\n") if (line := " ".join(each.split())))
