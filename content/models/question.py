"""A question that somebody asked, with its answer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django.db import models
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


class QuestionPage(ContributionPage):
    """What one municipality asked and another answered, for all who will ask it again. The title asks.

    ``asked_in`` is the thread of messages it was made of, empty for one written by itself; it stays here.
    """

    kind = "question"
    base_form_class = OutlineForm

    sections = StreamField(
        OutlineBlock(),
        verbose_name=_("answer"),
        blank=True,
        help_text=_(
            "Begin with the answer in one sentence; then what it depends on, and where one reads on."
        ),
    )
    asked_in = models.UUIDField(null=True, blank=True, editable=False, db_index=True)

    override_translatable_fields: ClassVar[list[Any]] = [
        *ContributionPage.override_translatable_fields,
        TranslatableField("sections"),
    ]
    exclude_fields_in_copy: ClassVar[list[str]] = ["asked_in"]

    class Meta:
        verbose_name = _("answered question")
        verbose_name_plural = _("answered questions")

    def missing_answers(self, values: Mapping[str, Any]) -> dict[str, str]:
        """Adds the answer."""
        missing = super().missing_answers(values)
        if not has_wording(values.get("sections")):
            missing["sections"] = gettext("There is no answer yet. One sentence under a heading is enough.")
        return missing

    def build_sections(self, media: Media) -> tuple[Section, ...]:
        """The answer under its headings."""
        return build_free_sections(self.sections, media)


QuestionPage.edit_handler = QuestionPage.assemble_tabs(
    text=[
        HelpPanel(
            _(
                "The title is the question, as somebody would ask it, with a question mark. Name neither "
                "persons nor the municipality that asked, unless it agreed."
            )
        ),
        FieldPanel("sections"),
    ],
    facts=[],
)
