"""A training path: steps to tick off."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, HelpPanel
from wagtail.fields import StreamField
from wagtail_localize.fields import SynchronizedField, TranslatableField

from content.blocks import StepsBlock
from content.media import Media
from content.models.contribution import ContributionPage
from content.models.fields import unknown_text
from content.sections import build_section, free_anchor
from hub.documents import Section, Training


class TrainingPage(ContributionPage):
    """What somebody learns or does, step by step."""

    kind = "training"

    steps = StreamField(
        StepsBlock(),
        verbose_name=_("steps"),
        blank=True,
        help_text=_("In the order in which they are done. Each should fit in between two appointments."),
    )
    target_group = models.CharField(
        _("for whom"),
        max_length=300,
        blank=True,
        help_text=_("For example “Clerks without previous knowledge”. Empty is shown as “unknown”."),
    )
    prerequisites = unknown_text(
        _("what is needed before"),
        _("For example “released AI assistant, staff council informed”. Empty is shown as “unknown”."),
    )

    override_translatable_fields: ClassVar[list[Any]] = [
        *ContributionPage.override_translatable_fields,
        TranslatableField("steps"),
        *(SynchronizedField(name) for name in ("target_group", "prerequisites")),
    ]

    class Meta:
        verbose_name = _("training path")
        verbose_name_plural = _("training paths")

    def missing_answers(self, values: Mapping[str, Any]) -> dict[str, str]:
        """Adds the steps."""
        missing = super().missing_answers(values)
        if not any((child.value["heading"] or "").strip() for child in values.get("steps") or ()):
            missing["steps"] = gettext("A training path appears only with at least one step to tick off.")
        return missing

    def build_sections(self, media: Media) -> tuple[Section, ...]:
        """A section for each step; one that its heading says in full has no blocks."""
        used: set[str] = set()
        sections = []
        for child in self.steps:
            heading = (child.value["heading"] or "").strip()
            anchor = free_anchor(heading, used)
            used.add(anchor)
            sections.append(build_section(anchor, heading, child.value["content"] or (), media))
        return tuple(sections)

    def build_facts(self, media: Media) -> dict[str, Any]:
        """For whom it is and how long its steps take."""
        training = Training(
            target_group=self.target_group,
            prerequisites=self.prerequisites,
            step_minutes=tuple(child.value["minutes"] for child in self.steps),
        )
        return {"training": training}


TrainingPage.edit_handler = TrainingPage.assemble_tabs(
    text=[
        HelpPanel(
            _(
                "A training path leads somebody through something in small steps: an introduction, a "
                "certificate, the first weeks with a new tool. Readers tick the steps off; the ticks stay in "
                "their own browser."
            )
        ),
        FieldPanel("steps"),
    ],
    facts=[FieldPanel("target_group"), FieldPanel("prerequisites")],
)
