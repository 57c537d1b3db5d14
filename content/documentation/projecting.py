"""From what a page keeps of its documentation to sections and facts of its document."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from content.documentation.links import file_mark
from content.media import Media
from hub.documents import Block, Documentation, Section


def build_documentation(kept: Mapping[str, Any], language: str, media: Media) -> tuple[Section, ...]:
    """The sections of documentation written in ``language``, none in others; files go to ``media``."""
    if not kept or kept.get("language") != language:
        return ()
    addresses = {}
    for item in kept["attachments"]:
        attachment = media.attach_stored(**item)
        if attachment.role == "file":
            addresses[file_mark(attachment.digest)] = attachment.url
    return tuple(_sections(kept["chapters"], addresses))


def describe_documentation(kept: Mapping[str, Any]) -> Documentation | None:
    """Which version it is of, and when it was taken over; None without documentation."""
    if not kept:
        return None
    return Documentation(language=kept["language"], version=kept["version"], imported=kept["imported"])


def _sections(chapters: list[dict[str, Any]], addresses: Mapping[str, str]) -> Iterator[Section]:
    for chapter in chapters:
        for section in chapter["sections"]:
            yield Section(
                anchor=section["anchor"],
                heading=section["heading"],
                part="documentation",
                level=section["level"],
                blocks=tuple(_block(block, addresses) for block in section["blocks"]),
            )


def _block(kept: Mapping[str, Any], addresses: Mapping[str, str]) -> Block:
    html = kept.get("html", "")
    if 'href="#datei-' in html:
        for mark, address in addresses.items():
            html = html.replace(f'href="{mark}"', f'href="{address}"')
    return Block(**{**kept, "html": html})
