"""The focus group: who sits in it, what it decided, what it asks and what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, HelpPanel, MultiFieldPanel
from wagtail.fields import StreamField
from wagtail_localize.fields import SynchronizedField, TranslatableField

from content.blocks import DecisionsBlock, OpenQuestionsBlock, SeatsBlock, SectionsBlock
from content.fixed_sections import build_decisions, build_open_questions
from content.media import Media
from content.models.contribution import ContributionPage
from content.sections import build_free_sections
from hub.documents import Group, Seat, Section


class FocusGroupPage(ContributionPage):
    """A standing group of several bodies on one subject."""

    kind = "focus_group"

    sections = StreamField(
        SectionsBlock(),
        verbose_name=_("sections"),
        blank=True,
        help_text=_(
            "What the group works on, for whom, and how others join, for example under the heading “Task”."
        ),
    )
    seats = StreamField(
        SeatsBlock(),
        verbose_name=_("members"),
        blank=True,
        help_text=_("Every municipality that takes part. At least one is needed."),
    )
    rhythm = models.CharField(
        _("how often it meets"),
        max_length=200,
        blank=True,
        help_text=_("For example “every first Tuesday of the month, online”. Empty is shown as “unknown”."),
    )
    decisions = StreamField(
        DecisionsBlock(),
        verbose_name=_("decisions"),
        blank=True,
        help_text=_("Each with its day. They are shown oldest first, in whichever order you enter them."),
    )
    questions = StreamField(
        OpenQuestionsBlock(),
        verbose_name=_("open questions"),
        blank=True,
        help_text=_("Somebody elsewhere may know the answer, for example “Who is liable for wrong values?”"),
    )

    override_translatable_fields: ClassVar[list[Any]] = [
        *ContributionPage.override_translatable_fields,
        *(TranslatableField(name) for name in ("sections", "decisions", "questions")),
        *(SynchronizedField(name) for name in ("seats", "rhythm")),
    ]

    class Meta:
        verbose_name = _("focus group")
        verbose_name_plural = _("focus groups")

    def missing_answers(self, values: Mapping[str, Any]) -> dict[str, str]:
        """Adds that somebody must sit in it."""
        missing = super().missing_answers(values)
        if not any(child.value["body"] for child in values.get("seats") or ()):
            missing["seats"] = gettext(
                "No member is named yet: readers look for who takes part. Add at least one municipality."
            )
        return missing

    def build_sections(self, media: Media) -> tuple[Section, ...]:
        """Its freely headed sections, then what it decided and what it still asks."""
        language = self.locale.language_code
        fixed = (
            build_decisions(self.decisions, language, media),
            build_open_questions(self.questions, language, media),
        )
        free = build_free_sections(self.sections, media)
        return (*free, *(section for section in fixed if section.blocks))

    def build_facts(self, media: Media) -> dict[str, Any]:
        """Its members and rhythm."""
        seats = (
            Seat(body=child.value["body"].pk, role=child.value["role"] or "")
            for child in self.seats
            if child.value["body"]
        )
        return {"group": Group(seats=tuple(seats), rhythm=self.rhythm)}


_guide = _(
    "A focus group works on one subject over months. Here others see who takes part, what was decided and "
    "what is still open. What came of it are pages of their own: under “Contact, files, relations” add "
    "the relation “led to” for each."
)
FocusGroupPage.edit_handler = FocusGroupPage.assemble_tabs(
    text=[
        HelpPanel(_guide),
        FieldPanel("sections"),
        MultiFieldPanel(
            [FieldPanel("decisions"), FieldPanel("questions")], heading=_("Decisions and open questions")
        ),
    ],
    facts=[
        HelpPanel(_("Name offices, never persons: offices stay when people change.")),
        MultiFieldPanel([FieldPanel("seats"), FieldPanel("rhythm")], heading=_("Who takes part")),
    ],
)
