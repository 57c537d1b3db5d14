"""The words of a text, reduced to one line that changes exactly when they do."""

from __future__ import annotations

import hashlib

from hub.documents import Text, canonical


def digest_words(text: Text) -> str:
    """SHA-256 in hexadecimal over title, summary, headings and plain wording of a text.

    Markup, pictures and addresses of links do not count: a translation is not out of date because a
    file was replaced. Nor does documentation: it is taken over from files in one language.
    """
    sections = [
        [section.heading, [[block.text, block.caption] for block in section.blocks]]
        for section in text.sections
        if not section.part
    ]
    return hashlib.sha256(canonical([text.title, text.summary, sections])).hexdigest()
