"""A council motion to be reused as a template."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, HelpPanel, MultiFieldPanel
from wagtail.fields import StreamField
from wagtail_localize.fields import SynchronizedField, TranslatableField

from content.blocks import OutlineBlock, has_wording
from content.media import Media
from content.models.contribution import ContributionPage
from content.models.fields import licence_field
from content.outlines import OutlineForm
from content.sections import build_free_sections
from hub.documents import Motion, Section

DECISION = ("committee", "decided", "result", "reference")
FACTS = (*DECISION, "licence")
"""Fields that are the same in every language."""


class MotionPage(ContributionPage):
    """What was put before a council, with its reasons, and what the council decided."""

    kind = "motion"
    base_form_class = OutlineForm

    sections = StreamField(
        OutlineBlock(),
        verbose_name=_("text of the motion"),
        blank=True,
        help_text=_("Write it so that another town changes names and figures only."),
    )
    committee = models.CharField(
        _("committee"),
        max_length=200,
        blank=True,
        help_text=_("Who decided, for example “city council”. Empty is shown as “unknown”."),
    )
    decided = models.DateField(
        _("decided on"),
        null=True,
        blank=True,
        help_text=_("The day of the meeting. Empty: not yet, or unknown."),
    )
    result = models.CharField(
        _("result"),
        max_length=200,
        blank=True,
        help_text=_("For example “adopted unanimously” or “postponed”. Refused ones help others too."),
    )
    reference = models.CharField(
        _("number of the paper"),
        max_length=80,
        blank=True,
        help_text=_("As in the council information system, for example 2026/0147."),
    )
    licence = licence_field()

    override_translatable_fields: ClassVar[list[Any]] = [
        *ContributionPage.override_translatable_fields,
        TranslatableField("sections"),
        *(SynchronizedField(name) for name in FACTS),
    ]

    class Meta:
        verbose_name = _("council motion")
        verbose_name_plural = _("council motions")

    def missing_answers(self, values: Mapping[str, Any]) -> dict[str, str]:
        """Adds the text."""
        missing = super().missing_answers(values)
        if not has_wording(values.get("sections")):
            missing["sections"] = gettext(
                "Nothing stands under any heading yet. Begin with the proposed decision."
            )
        return missing

    def build_sections(self, media: Media) -> tuple[Section, ...]:
        """The parts of the motion that have been written."""
        return build_free_sections(self.sections, media)

    def build_facts(self, media: Media) -> dict[str, Any]:
        """What the council decided."""
        return {"motion": Motion(**{name: getattr(self, name) for name in FACTS})}


MotionPage.edit_handler = MotionPage.assemble_tabs(
    text=[
        HelpPanel(
            _(
                "A motion that worked in one council spares the next town its first draft. The headings are "
                "the usual ones: rename, move or delete them; one without content does not appear."
            )
        ),
        FieldPanel("sections"),
    ],
    facts=[
        HelpPanel(
            _("What you do not know stays empty and is shown as “unknown”, which helps more than a guess.")
        ),
        MultiFieldPanel([FieldPanel(name) for name in DECISION], heading=_("In the council")),
        FieldPanel("licence"),
    ],
)
