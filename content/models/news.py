"""News of a body."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, HelpPanel
from wagtail.fields import StreamField
from wagtail_localize.fields import TranslatableField

from content.blocks import OutlineBlock, has_wording
from content.media import Media
from content.models.contribution import ContributionPage
from content.outlines import OutlineForm
from content.sections import build_free_sections
from hub.documents import Section


class NewsPage(ContributionPage):
    """Something new that others should hear of. Its day is the day it was first published."""

    kind = "news"
    base_form_class = OutlineForm

    sections = StreamField(
        OutlineBlock(),
        verbose_name=_("text"),
        blank=True,
        help_text=_("What is new, for whom, since when, and where one reads on. Half a page is enough."),
    )

    override_translatable_fields: ClassVar[list[Any]] = [
        *ContributionPage.override_translatable_fields,
        TranslatableField("sections"),
    ]

    class Meta:
        verbose_name = _("news item")
        verbose_name_plural = _("news")

    def missing_answers(self, values: Mapping[str, Any]) -> dict[str, str]:
        """Adds the text."""
        missing = super().missing_answers(values)
        if not has_wording(values.get("sections")):
            missing["sections"] = gettext("A news item needs a few sentences under one of its headings.")
        return missing

    def build_sections(self, media: Media) -> tuple[Section, ...]:
        """Its freely headed sections."""
        return build_free_sections(self.sections, media)


NewsPage.edit_handler = NewsPage.assemble_tabs(
    text=[
        HelpPanel(
            _(
                "News tells others early: a start, a decision, an invitation to join in. What you learned "
                "belongs in a case report."
            )
        ),
        HelpPanel(
            _(
                "News grows old. Choose under “Set schedule”, at the side, the day on which it disappears by "
                "itself, for example after the date it announces. Its address then says that it is gone."
            )
        ),
        FieldPanel("sections"),
    ],
    facts=[],
)
