"""The transcript of a recording: made from its captions, or from text that was handed in."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from typing import Any

from django.utils.html import escape, strip_tags

from content.drafting.blocks import to_blocks
from content.drafting.markdown import read_markdown
from content.rebuilding.texts import part
from events.formats.captions import Cue

CHAPTER_MINUTES = 5
PAUSE = 2500
"""Milliseconds of silence after which a new paragraph begins."""

PARAGRAPH_LENGTH = 600
"""Characters after which one begins with the next sentence."""

WORDING = "Wortlaut"
"""Heads a text without headings; part of the document, so it does not change with the interface."""

ENDS = (".", "!", "?", "…")


def transcript_of_captions(cues: Iterable[Cue]) -> list[dict[str, Any]]:
    """Chapters of about five minutes, headed by their time as „12:30“, as a stream stores them."""
    chapters: list[tuple[int, list[str]]] = []
    for starts, text in _paragraphs(cues):
        if not chapters or starts >= chapters[-1][0] + CHAPTER_MINUTES * 60_000:
            chapters.append((starts, []))
        chapters[-1][1].append(f"<p>{escape(text)}</p>")
    return [_section(_head(starts), "".join(texts)) for starts, texts in chapters]


def is_transcript_of(transcript: Iterable[dict[str, Any]], cues: Iterable[Cue]) -> bool:
    """Whether a stored transcript has the words and chapters that are made of ``cues``, and no others."""
    return _list_words(transcript) == _list_words(transcript_of_captions(cues))


def transcript_of_text(text: str) -> list[dict[str, Any]]:
    """Text or Markdown, cut at its headings, as a stream stores them.

    Raises :class:`hub.errors.UnreadableUpload` for one that is too long.
    """
    outline = read_markdown(io.BytesIO(text.encode()))
    title = outline.title or WORDING
    return [_section(chapter.heading or title, chapter.html) for chapter in outline.chapters]


def _paragraphs(cues: Iterable[Cue]) -> Iterator[tuple[int, str]]:
    """What is said without a pause, from when on. Lines that captions show twice are there once."""
    starts, ends, words, last = 0, 0, "", ""
    for cue in cues:
        said = [line for line in map(str.strip, cue.text.split("\n")) if line and line != last]
        last = said[-1] if said else last
        text = " ".join(said)
        if not text:
            continue
        is_long = len(words) >= PARAGRAPH_LENGTH and words.endswith(ENDS)
        if words and (is_long or cue.starts - ends >= PAUSE):
            yield starts, words
            words = ""
        starts = starts if words else cue.starts
        words, ends = f"{words} {text}".strip(), cue.ends
    if words:
        yield starts, words


def _list_words(transcript: Iterable[dict[str, Any]]) -> list[tuple[str, list[str]]]:
    """Each heading with the words below it; how they are marked up makes no difference."""
    return [
        (each["value"]["heading"], [strip_tags(str(block["value"])) for block in each["value"]["content"]])
        for each in transcript
    ]


def _head(moment: int) -> str:
    minutes, seconds = divmod(moment // 1000, 60)
    return f"{minutes}:{seconds:02}"


def _section(heading: str, html: str) -> dict[str, Any]:
    return part("section", {"heading": heading, "content": to_blocks(html, lambda _source, _alt: None)})
