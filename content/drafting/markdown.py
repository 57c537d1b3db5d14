"""Reading Markdown files (CommonMark 0.31 with tables)."""

from __future__ import annotations

import re
from typing import IO

from django.utils.translation import gettext as _
from markdown_it import MarkdownIt

from content.drafting.outline import Outline, read_outline
from hub.errors import UnreadableUpload

MAX_BYTES = 500_000
FRONT_MATTER = re.compile(r"\A---\n.*?\n---\n", re.DOTALL)

_markdown = MarkdownIt("commonmark", {"html": False}).enable("table")


def read_markdown(file: IO[bytes]) -> Outline:
    """The outline of a Markdown file; markup of HTML in it stays visible as text, pictures are left out.

    Raises :class:`hub.errors.UnreadableUpload` if it is no text in UTF-8, or too long.
    """
    data = file.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise UnreadableUpload(_("The text is longer than 500 kilobytes. Cut it into several reports."))
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnreadableUpload(
            _("The file is no text in UTF-8. Save it again with this encoding.")
        ) from error
    if "\x00" in text:
        raise UnreadableUpload(_("The file is no text in UTF-8. Save it again with this encoding."))
    text = FRONT_MATTER.sub("", text.replace("\r\n", "\n"))
    return read_outline(_markdown.render(text))
