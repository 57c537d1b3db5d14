"""The note of a session: what was said, asked and agreed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, HelpPanel
from wagtail.fields import StreamField
from wagtail_localize.fields import SynchronizedField, TranslatableField

from content.blocks import OutlineBlock, has_wording
from content.media import Media
from content.models.contribution import ContributionPage
from content.sections import build_free_sections
from events.forms import SessionNoteForm
from hub.documents import Relation, Section, SessionNote

FACTS = ("event", "slot", "held")
"""Fields that are the same in every language."""


class SessionNotePage(ContributionPage):
    """Written up by those who were there. ``event`` is the event's permanent address, here or elsewhere.

    ``slot`` is the uid of an entry of its programme, or free text where that is not known.
    """

    kind = "session_note"
    base_form_class = SessionNoteForm

    sections = StreamField(
        OutlineBlock(),
        verbose_name=pgettext_lazy("session", "note"),
        blank=True,
        help_text=_("What somebody who was not there needs. No names of persons: roles and towns."),
    )
    event = models.URLField(
        _("permanent address of an event on another hub"),
        max_length=300,
        blank=True,
        help_text=_("For example https://wissen.example.de/id/…, shown at the end of each document."),
    )
    slot = models.CharField(
        _("entry of the programme"),
        max_length=80,
        blank=True,
        help_text=_("Which session, for example “Room 2, 11:00”. Empty: the whole event, or unknown."),
    )
    held = models.DateField(
        _("held on"),
        null=True,
        blank=True,
        help_text=_("For example 2026-03-12. Empty: unknown."),
    )

    override_translatable_fields: ClassVar[list[Any]] = [
        *ContributionPage.override_translatable_fields,
        TranslatableField("sections"),
        *(SynchronizedField(name) for name in FACTS),
    ]

    class Meta:
        verbose_name = _("session note")
        verbose_name_plural = _("session notes")

    def missing_answers(self, values: Mapping[str, Any]) -> dict[str, str]:
        """Adds the note itself, and the consent of those who wrote it together."""
        from events.results.consenting import list_missing_consents  # it reads notes, which know the page

        missing = super().missing_answers(values)
        if consents := list_missing_consents(self, values.get("sections")):
            missing["sections"] = " ".join(consents)
        if not has_wording(values.get("sections")):
            missing["sections"] = gettext("The note is still empty: write under one of its headings.")
        return missing

    def build_sections(self, media: Media) -> tuple[Section, ...]:
        """Its freely headed sections."""
        return build_free_sections(self.sections, media)

    def build_facts(self, media: Media) -> dict[str, Any]:
        """Which session it is of."""
        return {"session": SessionNote(event=self.event, slot=self.slot, held=self.held)}

    def implied_relations(self) -> tuple[Relation, ...]:
        """It is part of its event."""
        return (Relation(type="part_of", target=self.event),) if self.event else ()


SessionNotePage.edit_handler = SessionNotePage.assemble_tabs(
    text=[
        HelpPanel(
            _(
                "A session note keeps what a session brought: for those who were there, and for those who "
                "sat in another room. Half a page on the same day is worth more than three a month later."
            )
        ),
        FieldPanel("sections"),
    ],
    facts=[
        HelpPanel(_("Name the event, and the note appears with it on all hubs.")),
        FieldPanel("event_page"),
        FieldPanel("event"),
        FieldPanel("slot"),
        FieldPanel("held"),
    ],
)
