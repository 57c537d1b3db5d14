"""Sections with headings that are offered before anything is written."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from content.blocks.text import AnswerBlock, SectionBlock, is_filled


class OutlineSectionBlock(SectionBlock):
    """A section that is left out while nothing stands under its heading."""

    content = AnswerBlock(
        label=_("content"), required=False, help_text=_("As long as this is empty, the heading is not shown.")
    )


class OutlineBlock(blocks.StreamBlock):
    """Sections of which some come with the page; each can be renamed, moved or deleted."""

    section = OutlineSectionBlock()


def has_wording(stream: Any) -> bool:
    """Whether anything stands under any of the headings."""
    return any(is_filled(child.value.get("content")) for child in stream or ())
