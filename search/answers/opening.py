"""Where a quotation opens: the address of its page, at exactly the quoted words.

A passage that is one block or fact is marked by its anchor (``:target``). For several blocks, or for words
within one, the address adds a text directive (WICG, URL Fragment Text Directives): browsers mark the words
themselves, without a script, and those that know none still go to the anchor.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from urllib.parse import quote

from django.utils.translation import get_language

from hub.catalogue.models import CatalogueEntry
from hub.catalogue.rendering import LANGUAGE_PARAMETER
from hub.documents import DEFAULT_LANGUAGE, Block, Text
from search.answers.file_passages import file_address
from search.answers.models import Passage
from search.answers.passages import blocks_of

WHOLE_WORDS = 12
"""Up to so many words a directive holds all that is marked; else its first and last words."""

START_WORDS, END_WORDS = 4, 4
"""Of a longer one, and more if they stand somewhere before as well."""

_BORDERS = re.compile(r"[\n|]+")
"""Between lines, items and cells: the words at either end have to stand in one of them."""


def interface_language() -> str:
    """The language the reader's pages are in, without its variant."""
    return (get_language() or DEFAULT_LANGUAGE).split("-")[0]


def address_of(entry: CatalogueEntry, passage: Passage, wording: str = "") -> str:
    """The address at which the page opens at the passage, or at ``wording``, an exact part of its text.

    The page is in the passage's language, if that is not the reader's.
    """
    if passage.file:
        return file_address(entry, passage, wording)
    wordings = f"?{LANGUAGE_PARAMETER}={passage.language}"
    page = entry.get_absolute_url() + ("" if passage.language == interface_language() else wordings)
    blocks = blocks_of(passage.text, passage.anchor, entry.document, passage.language)
    wanted = wording if wording in passage.text else ""
    holding = next((block for block in blocks if wanted and wanted in block.text), None)
    anchor = holding.anchor if holding else passage.anchor
    if not blocks or (len(blocks) == 1 and wanted in ("", passage.text)):
        return f"{page}#{anchor}"
    text = entry.document.texts[passage.language]
    return f"{page}#{anchor}{_directive(wanted or passage.text, _before(text, blocks, wanted))}"


def _before(text: Text, blocks: Sequence[Block], wording: str) -> str:
    """What the page says before the words, headings in its list of contents included."""
    first = next((block for block in blocks if wording in block.text), blocks[0])
    pieces = [text.title, text.summary, *(section.heading for section in text.sections)]
    for _section, block in text.blocks():
        if block.anchor == first.anchor:
            pieces.append(block.text.partition(wording)[0] if wording else "")
            break
        pieces += [block.text, block.caption]
    return _plain("\n".join(pieces))


def _directive(wording: str, before: str) -> str:
    """The text directive for ``wording``; empty if its beginning cannot be told from what stands before."""
    pieces = [words for piece in _BORDERS.split(wording) if (words := piece.split())]
    first, last = (pieces[0], pieces[-1]) if pieces else ([], [])
    if len(pieces) == 1 and len(first) <= WHOLE_WORDS:
        whole = " ".join(first)
        return "" if not whole or _plain(whole) in before else f":~:text={_encode(whole)}"
    start = next((words for words in _longer(first, START_WORDS) if _plain(words) not in before), "")
    said = _plain(wording)
    ends = (" ".join(last[-number:]) for number in range(END_WORDS, max(END_WORDS, len(last)) + 1))
    end = next((words for words in ends if said.find(_plain(words)) >= len(said) - len(_plain(words))), "")
    return f":~:text={_encode(start)},{_encode(end)}" if start and end else ""


def _longer(words: Sequence[str], least: int) -> Iterator[str]:
    return (" ".join(words[:number]) for number in range(least, max(least, len(words)) + 1))


def _plain(text: str) -> str:
    """As browsers compare: without regard to case and spacing."""
    return " ".join(_BORDERS.sub(" ", text).split()).casefold()


def _encode(words: str) -> str:
    """Percent-encoded with the three signs that mean something in a directive: comma, ampersand, hyphen."""
    return quote(words, safe="").replace("-", "%2D")
