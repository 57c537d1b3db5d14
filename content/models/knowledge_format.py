"""A format of exchange that took place: its recording, transcript, slides and what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, HelpPanel, MultiFieldPanel
from wagtail.fields import StreamField
from wagtail_localize.fields import SynchronizedField, TranslatableField

from content.blocks import SectionsBlock
from content.fixed_sections import build_transcript
from content.media import Media
from content.models.contribution import ContributionPage
from content.sections import build_free_sections
from hub.documents import Recording, Section
from theme import labels

FACTS = ("format", "held", "recording_url", "minutes", "captions", "slides")


def _file(label: Any, help_text: Any) -> models.ForeignKey[Any, Any]:
    return models.ForeignKey(
        "wagtaildocs.Document",
        verbose_name=label,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text=help_text,
    )


class KnowledgeFormatPage(ContributionPage):
    """A webinar, workshop or talk that can be watched or read again."""

    kind = "format"

    sections = StreamField(
        SectionsBlock(),
        verbose_name=_("sections"),
        blank=True,
        help_text=_("What it was about and what was agreed, for example under the heading “Results”."),
    )
    transcript = StreamField(
        SectionsBlock(),
        verbose_name=_("transcript"),
        blank=True,
        help_text=_(
            "What was said, in chapters, for example “12:30 Questions”. It makes the recording searchable "
            "and readable for people who cannot hear it. Leave out names of people who did not agree."
        ),
    )
    format = models.CharField(
        _("format"),
        max_length=20,
        choices=list(labels.FORMATS.items()),
        blank=True,
        help_text=_("What kind of exchange it was, for example a webinar."),
    )
    held = models.DateField(
        _("held on"), null=True, blank=True, help_text=_("The day it took place; of several the first.")
    )
    recording_url = models.URLField(
        _("recording"),
        blank=True,
        help_text=_("Where it can be watched or heard, for example https://video.example.de/w/parken."),
    )
    minutes = models.PositiveIntegerField(
        _("length in minutes"), null=True, blank=True, help_text=_("For example 45. Empty: unknown.")
    )
    captions = _file(_("captions"), _("A file in WebVTT or SRT, for example parken.vtt."))
    slides = _file(_("slides"), _("What was shown, best as an accessible PDF."))

    override_translatable_fields: ClassVar[list[Any]] = [
        *ContributionPage.override_translatable_fields,
        *(TranslatableField(name) for name in ("sections", "transcript")),
        *(SynchronizedField(name) for name in FACTS),
    ]

    class Meta:
        verbose_name = _("knowledge format")
        verbose_name_plural = _("knowledge formats")

    def clean(self) -> None:
        """A length of nothing is no length."""
        super().clean()
        if self.minutes == 0:
            raise ValidationError({"minutes": gettext("Leave the length empty if it is not known.")})

    def missing_answers(self, values: Mapping[str, Any]) -> dict[str, str]:
        """Adds what it was and when."""
        missing = super().missing_answers(values)
        if not values.get("format"):
            missing["format"] = gettext("“Format” is missing: say what it was, for example a webinar.")
        if not values.get("held"):
            missing["held"] = gettext("“Held on” is missing: readers judge by the day how current it is.")
        return missing

    def build_sections(self, media: Media) -> tuple[Section, ...]:
        """Its freely headed sections, then the transcript."""
        transcript = build_transcript(self.transcript, self.locale.language_code, media)
        free = build_free_sections(self.sections, media)
        return (*free, transcript) if transcript.blocks else free

    def build_facts(self, media: Media) -> dict[str, Any]:
        """The recording."""
        recording = Recording(
            format=self.format,
            held=self.held,
            url=self.recording_url,
            minutes=self.minutes,
            captions=media.attach(self.captions).digest if self.captions else "",
            slides=media.attach(self.slides).digest if self.slides else "",
        )
        return {"recording": recording}


_guide = _(
    "For what took place and is worth seeing again: a webinar, a workshop, a talk. What is still to come is "
    "an event. The recording stays where it is; this page leads to it."
)
_occasion = [FieldPanel("format"), FieldPanel("held")]
_recording = [FieldPanel("recording_url"), FieldPanel("minutes"), FieldPanel("captions")]
KnowledgeFormatPage.edit_handler = KnowledgeFormatPage.assemble_tabs(
    text=[HelpPanel(_guide), FieldPanel("sections"), FieldPanel("transcript")],
    facts=[
        MultiFieldPanel(_occasion, heading=_("What and when")),
        MultiFieldPanel(_recording, heading=_("Recording")),
        MultiFieldPanel([FieldPanel("slides")], heading=_("Slides")),
    ],
)
