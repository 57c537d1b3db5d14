"""The documentation of a module as its page keeps it, from the sections it became."""

from __future__ import annotations

from typing import Any

from content.documentation.links import file_mark
from content.rebuilding.shelf import Shelf
from hub.documents import Attachment, Block, Document, Section


def keep_documentation(document: Document, shelf: Shelf) -> dict[str, Any]:
    """What :mod:`content.documentation.projecting` reads, as one chapter; nothing without documentation.

    The files are stored by their content. Raises :class:`hub.errors.FileWithheld` for one that is not here.
    """
    facts = document.module.documentation if document.module else None
    text = document.texts.get(facts.language) if facts else None
    if facts is None or text is None:
        return {}
    sections = [section for section in text.sections if section.part == "documentation"]
    named = [each for each in document.attachments if _is_named(each, sections)]
    for attachment in named:
        shelf.keep(attachment)
    return {
        **facts.model_dump(mode="json"),
        "source": "",
        "attachments": [each.model_dump(exclude={"url"}) for each in named],
        "chapters": [{"path": "", "sections": [_section(each, named) for each in sections]}],
    }


def _is_named(attachment: Attachment, sections: list[Section]) -> bool:
    blocks = (block for section in sections for block in section.blocks)
    if attachment.role == "picture":
        return any(block.digest == attachment.digest for block in blocks)
    return any(_link(attachment) in block.html for block in blocks)


def _section(section: Section, named: list[Attachment]) -> dict[str, Any]:
    blocks = [_block(block, named) for block in section.blocks]
    return {"anchor": section.anchor, "heading": section.heading, "level": section.level, "blocks": blocks}


def _block(block: Block, named: list[Attachment]) -> dict[str, Any]:
    html = block.html
    for attachment in named:
        if attachment.role == "file":
            html = html.replace(_link(attachment), f'href="{file_mark(attachment.digest)}"')
    return block.model_dump() | {"html": html}


def _link(attachment: Attachment) -> str:
    return f'href="{attachment.url}"'
