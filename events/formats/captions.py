"""Captions as they are handed in: WebVTT (W3C) or SubRip (.srt), read strictly and kept as WebVTT.

What is wrong is said with the line it stands in and what to do about it.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import PurePosixPath

from django.utils.translation import gettext as _

from hub.errors import UnreadableUpload

MOST_BYTES = 2_000_000
"""Two megabytes are the captions of more than a day."""

VTT, SRT = ".vtt", ".srt"
HEADER = re.compile(r"WEBVTT(?:[ \t].*)?")
ARROW = re.compile(r"\s*-->\s*")
TIME = re.compile(r"(?:(\d{1,3}):)?(\d{1,2}):(\d{1,2})([.,])(\d{3})", re.ASCII)
LOOKS_TIMED = re.compile(r"\s*(?:\d{1,3}:)?\d{1,2}:\d{1,2}\b.*?\d{1,2}:\d{1,2}\b", re.ASCII)
TAG = re.compile(r"</?[A-Za-z0-9.]+(?:[ \t][^<>]*)?>|<\d[\d:.]*>|\{\\[^{}]*\}")
KEPT_TAG = re.compile(r"</?[biu]>", re.IGNORECASE)
NO_CUE = ("NOTE", "STYLE", "REGION")
OFFICE, OLD_OFFICE, PDF = b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"%PDF"


@dataclass(frozen=True)
class Cue:
    """What is said from when until when, in milliseconds; the text without markup."""

    starts: int
    ends: int
    text: str


@dataclass(frozen=True)
class Captions:
    """All cues in their order, and the whole file as WebVTT."""

    cues: tuple[Cue, ...]
    vtt: str

    @property
    def minutes(self) -> int:
        """How long it lasts at least, rounded up."""
        return -(-max(cue.ends for cue in self.cues) // 60_000)


def read_captions(data: bytes, name: str) -> Captions:
    """The captions of a file. Raises :class:`UnreadableUpload` with the line and what to do."""
    ending = PurePosixPath(name).suffix.lower()
    _refuse_others(data, ending)
    lines = _read_lines(data)
    is_vtt = bool(HEADER.fullmatch(lines[0]))
    if ending == VTT and not is_vtt:
        raise UnreadableUpload(
            _(
                "Line 1: a file that ends in .vtt begins with “WEBVTT”. If it was made as SRT, give it the "
                "ending .srt and hand it in again."
            )
        )
    if ending == SRT and is_vtt:
        raise UnreadableUpload(
            _("Line 1: this is WebVTT, not SRT. Give the file the ending .vtt and hand it in again.")
        )
    cues = _read_cues(lines, is_vtt=is_vtt)
    plain = tuple(Cue(cue.starts, cue.ends, _strip(cue.text)) for cue in cues)
    return Captions(plain, "\n".join(lines).strip("\n") + "\n" if is_vtt else write_vtt(cues))


def write_vtt(cues: Iterable[Cue]) -> str:
    """Cues of SubRip as WebVTT: bold, italics and underlined stay, other markup goes."""
    blocks = (f"{_clock(cue.starts)} --> {_clock(cue.ends)}\n{_escape(cue.text)}\n" for cue in cues)
    return "\n".join(["WEBVTT\n", *blocks])


def _refuse_others(data: bytes, ending: str) -> None:
    if len(data) > MOST_BYTES:
        raise UnreadableUpload(
            _("The file is larger than 2 megabytes. Captions are text alone: is it the right file?")
        )
    if not data.strip():
        raise UnreadableUpload(_("The file is empty. Choose the right one."))
    if data.startswith((PDF, OLD_OFFICE, OFFICE)):
        raise UnreadableUpload(
            _(
                "This is a Word file, a PDF or an archive, not captions. Captions end in .vtt or .srt. If "
                "you only have the text, copy it into the field “Transcript”."
            )
        )
    if ending not in (VTT, SRT):
        raise UnreadableUpload(
            _(
                "Captions end in .vtt or .srt. Save them in one of these formats; if you only have the text "
                "without times, copy it into the field “Transcript”."
            )
        )


def _read_lines(data: bytes) -> list[str]:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise UnreadableUpload(
            _("Line %(line)s: this is no text in UTF-8. Save the file again with the encoding UTF-8.")
            % {"line": line}
        ) from error
    if "\x00" in text:
        raise UnreadableUpload(_("The file is no text in UTF-8. Save it again with this encoding."))
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def _read_cues(lines: list[str], *, is_vtt: bool) -> list[Cue]:
    cues: list[Cue] = []
    for first, block in _cut(lines):
        if is_vtt and first == 1:
            _refuse_joined(first, block)
            continue
        if is_vtt and block[0].split(" ")[0] in NO_CUE:
            continue
        cue = _read_cue(first, block, is_vtt=is_vtt)
        if cues and cue.starts < cues[-1].starts:
            raise UnreadableUpload(
                _(
                    "Line %(line)s: this time (%(time)s) lies before the one above it (%(before)s). Captions "
                    "stand in the order in which they are spoken: sort them and hand the file in again."
                )
                % {
                    "line": first + _timed(block),
                    "time": _clock(cue.starts),
                    "before": _clock(cues[-1].starts),
                }
            )
        cues.append(cue)
    if not cues:
        raise UnreadableUpload(_("There is not one caption in the file. Choose the right one."))
    return cues


def _cut(lines: list[str]) -> Iterable[tuple[int, list[str]]]:
    """Blocks between empty lines, each with the number of its first line."""
    block: list[str] = []
    for number, line in enumerate([*lines, ""], start=1):
        if line.strip():
            block.append(line.rstrip())
        elif block:
            yield number - len(block), block
            block = []


def _timed(block: list[str]) -> int:
    """Which line of a block has its times: the first, or the second below a number or name."""
    return 0 if "-->" in block[0] or len(block) == 1 else 1


def _read_cue(first: int, block: list[str], *, is_vtt: bool) -> Cue:
    place = _timed(block)
    line, said = first + place, block[place + 1 :]
    if "-->" not in block[place]:
        raise UnreadableUpload(_explain_missing(first, block))
    _refuse_joined(line + 1, said)
    times = ARROW.split(block[place].strip())
    starts = _read_time(line, times[0], is_vtt=is_vtt)
    ends = _read_time(line, (times[1].split() or [""])[0], is_vtt=is_vtt)
    if ends <= starts:
        raise UnreadableUpload(
            _("Line %(line)s: this caption ends (%(end)s) before it begins (%(start)s). Correct the times.")
            % {"line": line, "end": _clock(ends), "start": _clock(starts)}
        )
    return Cue(starts, ends, "\n".join(said))


def _refuse_joined(first: int, said: list[str]) -> None:
    """Raise where the next caption follows without an empty line; ``first`` is the line of ``said``."""
    clash = next((n for n, text in enumerate(said) if "-->" in text), None)
    if clash is None:
        return
    is_numbered = clash > 0 and said[clash - 1].strip().isdigit()
    raise UnreadableUpload(
        _("Line %(line)s: an empty line is missing before this caption. Add it and hand the file in again.")
        % {"line": first + clash - is_numbered}
    )


def _explain_missing(first: int, block: list[str]) -> str:
    """What is wrong with a block without the arrow, by what its times look like."""
    place = next((n for n, text in enumerate(block[:2]) if LOOKS_TIMED.match(text)), None)
    if place is not None:
        return _(
            "Line %(line)s: between the two times stands “-->”, two hyphens and a bracket. Here stands "
            "“%(found)s”."
        ) % {"line": first + place, "found": block[place].strip()[:60]}
    return _(
        "Line %(line)s: times are missing here. Each caption begins with a line like “00:00:05.000 --> "
        "00:00:08.000”. If you only have the text, copy it into the field “Transcript”."
    ) % {"line": first}


def _read_time(line: int, text: str, *, is_vtt: bool) -> int:
    found = TIME.fullmatch(text.strip())
    if found is None:
        raise UnreadableUpload(
            _("Line %(line)s: “%(found)s” is no time. It looks like this: 00:01:23%(mark)s456.")
            % {"line": line, "found": text.strip()[:40], "mark": "." if is_vtt else ","}
        )
    hours, minutes, seconds, mark, rest = found.groups()
    if is_vtt and mark == ",":
        raise UnreadableUpload(
            _("Line %(line)s: in WebVTT a point stands before the thousandths, not a comma: %(right)s.")
            % {"line": line, "right": text.strip().replace(",", ".")}
        )
    if int(minutes) > 59 or int(seconds) > 59:
        raise UnreadableUpload(
            _("Line %(line)s: “%(found)s” is no time: minutes and seconds go up to 59.")
            % {"line": line, "found": text.strip()}
        )
    return ((int(hours or 0) * 60 + int(minutes)) * 60 + int(seconds)) * 1000 + int(rest)


def _clock(moment: int) -> str:
    seconds, rest = divmod(moment, 1000)
    minutes, seconds = divmod(seconds, 60)
    return f"{minutes // 60:02}:{minutes % 60:02}:{seconds:02}.{rest:03}"


def _strip(text: str) -> str:
    return html.unescape(TAG.sub("", text))


def _escape(text: str) -> str:
    kept = TAG.sub(lambda tag: tag[0].lower() if KEPT_TAG.fullmatch(tag[0]) else "", text)
    parts = re.split(f"({KEPT_TAG.pattern})", kept)
    return "".join(
        part if n % 2 else html.escape(html.unescape(part), quote=False) for n, part in enumerate(parts)
    )
