"""Blocks of what is taken over or gone through: releases of a module, steps of a training path."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.blocks.stream_block import StreamBlockValidationError
from wagtail.blocks.struct_block import StructBlockValidationError
from wagtail.documents.blocks import DocumentChooserBlock

from content.blocks.text import PREVIEW, AnswerBlock


class ReleaseBlock(blocks.StructBlock):
    """One release of a module with its files."""

    version = blocks.CharBlock(
        label=_("version"),
        max_length=40,
        help_text=_("For example 1.2.0. Those who use the building block name it in their adoption."),
    )
    released = blocks.DateBlock(
        label=_("released on"),
        required=False,
        help_text=_("The day others could take it over, for example 2026-09-14. The newest day comes first."),
    )
    notes = blocks.TextBlock(
        label=_("what is new"),
        required=False,
        rows=3,
        help_text=_("For example: “New: template for the staff council. Check your deadlines in chapter 2.”"),
    )
    files = blocks.ListBlock(
        DocumentChooserBlock(label=_("file")),
        label=_("files"),
        default=[],
        help_text=_(
            "The files of this version. Others compare them by their checksum, shown by itself. Files of "
            "more than 100 megabytes: upload them under “Upload a large file” first, which the dialogue "
            "leads to."
        ),
    )
    parts_list = DocumentChooserBlock(
        label=_("parts list (SBOM)"),
        required=False,
        help_text=_(
            "Of software: which components it is made of, as CycloneDX or SPDX. Whoever looks after the "
            "software for you can make it; for example bom.cdx.json. Their number and licences are then "
            "shown."
        ),
    )

    class Meta:
        label = _("Release")
        icon = "tag"
        description = _("A version with its files and what changed in it.")
        preview_value: ClassVar[dict[str, Any]] = {
            "version": "1.2.0",
            "released": "2026-09-14",
            "notes": "Neu: Vorlage für den Personalrat. Fristen in Kapitel 2 prüfen.",
            "files": [],
            "parts_list": None,
        }
        preview_template = PREVIEW


class ReleasesBlock(blocks.StreamBlock):
    """Releases, newest first. A version stands for one state of the files, so none occurs twice."""

    release = ReleaseBlock()

    def clean(self, value: Any) -> Any:
        """No version occurs twice, unless a draft is saved."""
        cleaned = super().clean(value)
        if not self.is_deferred_validation and (repeated := list_repeated_versions(cleaned)):
            raise StreamBlockValidationError(block_errors={n: _repeated_version() for n in repeated})
        return cleaned

    class Meta:
        max_num = 300


def list_repeated_versions(releases: Iterable[Any]) -> list[int]:
    """Indices of releases whose version an earlier one has; “v1.2” and “V1.2” are “1.2”."""
    seen: set[str] = set()
    repeated = []
    for n, child in enumerate(releases or ()):
        version = (child.value["version"] or "").strip().casefold().removeprefix("v")
        if version and version in seen:
            repeated.append(n)
        seen.add(version)
    return repeated


def _repeated_version() -> StructBlockValidationError:
    message = gettext("There is a release of this version already. Give each its own number.")
    return StructBlockValidationError(block_errors={"version": ValidationError(message)})


class StepBlock(blocks.StructBlock):
    """One step of a training path; its heading may say it all."""

    heading = blocks.CharBlock(
        label=pgettext_lazy("training", "step"),
        max_length=200,
        help_text=_("What to do, as one ticks it off, for example “Try three prompts of your own”."),
    )
    minutes = blocks.IntegerBlock(
        label=_("minutes"),
        required=False,
        min_value=1,
        max_value=10_000,
        help_text=_("How long it takes, for example 20. Empty is shown as “unknown”."),
    )
    content = AnswerBlock(label=_("content"), required=False)

    def render_basic(self, value: Any, context: Any = None) -> SafeString:
        """Markup for the preview."""
        return format_html("<h2>☐ {}</h2>{}", value["heading"], value["content"].render_as_block())

    class Meta:
        label = pgettext_lazy("training", "Step")
        icon = "list-ol"
        description = _("What to do or to learn, to be ticked off.")
        preview_value = {
            "heading": "Drei eigene Eingaben ausprobieren",
            "minutes": 20,
            "content": [{"type": "paragraph", "value": "<p>Nur mit erfundenen Angaben üben.</p>"}],
        }
        preview_template = PREVIEW


class StepsBlock(blocks.StreamBlock):
    """The steps of a training path."""

    step = StepBlock()
