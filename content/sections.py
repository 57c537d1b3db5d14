"""From StreamField values to the sections of a document."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from django.utils.text import slugify
from wagtail.coreutils import string_to_ascii

from content.media import Media
from content.richtext import split_rich_text
from hub.documents import Block, Section


def build_section(anchor: str, heading: str, stream: Iterable[Any], media: Media) -> Section:
    """One section; its n-th block (from 1) has the anchor ``<anchor>-<n>``."""
    drafts = (block for child in stream for block in build_blocks(child, media))
    return Section(anchor=anchor, heading=heading, blocks=number_blocks(anchor, drafts))


def number_blocks(anchor: str, drafts: Iterable[Block]) -> tuple[Block, ...]:
    """The blocks of a section with their anchors, in order."""
    return tuple(
        block.model_copy(update={"anchor": f"{anchor}-{n}"}) for n, block in enumerate(drafts, start=1)
    )


def build_free_sections(stream: Iterable[Any], media: Media) -> tuple[Section, ...]:
    """Sections with headings of the writer's own choice, anchored by these."""
    used: set[str] = set()
    sections = []
    for child in stream:
        anchor = free_anchor(child.value["heading"], used)
        used.add(anchor)
        sections.append(build_section(anchor, child.value["heading"].strip(), child.value["content"], media))
    return tuple(section for section in sections if section.blocks)


def free_anchor(heading: str, used: set[str]) -> str:
    """An anchor that no other section of ``used``, no block and no part of the site's frame has."""
    slug = slugify(string_to_ascii(heading))[:60].strip("-") or "abschnitt"
    if re.search(r"-\d+$", slug):
        slug += "-x"  # the blocks of section "phase" own "phase-1"
    anchor, n = f"s-{slug}", 1
    while anchor in used:
        n += 1
        anchor = f"s-{slug}-nr{n}"
    return anchor


def build_blocks(child: Any, media: Media) -> Iterator[Block]:
    """The blocks of one part of a StreamField, their anchors still empty."""
    if child.block_type == "picture":
        digest = media.add_picture(child.value["image"], child.value["alt"])
        if digest:
            caption = child.value["caption"] or ""
            yield Block(anchor="", kind="picture", digest=digest, text=child.value["alt"], caption=caption)
        return
    source = child.value.source if child.block_type == "paragraph" else child.block.render_basic(child.value)
    for piece in split_rich_text(source, media.resolve):
        yield Block(anchor="", html=piece.html, text=piece.text)
