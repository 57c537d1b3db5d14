"""What organisers hand in after a date, and what participants say. What was typed stays with a mistake."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.core.validators import URLValidator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from content.drafting.outline import TITLE_LENGTH
from content.models import KnowledgeFormatPage
from content.uploading.document_form import LARGE_BYTES
from events.dates import EventDate
from events.formats.captions import MOST_BYTES, Captions, read_captions
from events.formats.feedback import Said
from events.formats.recordings import Given
from events.formats.transcripts import transcript_of_text
from events.models import Feedback
from hub.errors import UnreadableUpload
from hub.files.media_types import examine
from hub.files.scanning import require_harmless
from theme.labels import FORMATS

LONGEST_MINUTES = 24 * 60
LONGEST_TEXT = 2000
USUAL = "webinar"


class RecordingForm(forms.Form):
    """Recording, captions, transcript and slides of a date. At least one of them, at first."""

    title = forms.CharField(label=_("Title of the page"), max_length=TITLE_LENGTH)
    format = forms.ChoiceField(label=_("Format"), choices=list(FORMATS.items()))
    url = forms.URLField(
        label=_("Address of the recording"),
        required=False,
        max_length=200,
        assume_scheme="https",
        validators=[URLValidator(schemes=["http", "https"])],
        help_text=_("It stays where it is, for example https://video.example.de/w/parken."),
    )
    minutes = forms.IntegerField(
        label=_("Length in minutes"),
        required=False,
        min_value=1,
        max_value=LONGEST_MINUTES,
        help_text=_("Empty: told by the captions."),
    )
    captions = forms.FileField(
        label=_("Captions"),
        required=False,
        help_text=_("A file ending in .vtt or .srt. It is checked and kept as WebVTT."),
        widget=forms.FileInput(attrs={"accept": ".vtt,.srt"}),
    )
    transcript = forms.CharField(
        label=_("Transcript"),
        required=False,
        strip=True,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_(
            "Empty: made from the captions, unless there is one of your own. Text or Markdown, headings as "
            "“## Questions”. Leave out names of people who did not agree."
        ),
    )
    slides = forms.FileField(
        label=_("Slides"), required=False, help_text=_("Best as an accessible PDF, up to 100 megabytes.")
    )

    def __init__(
        self, *args: Any, draft: KnowledgeFormatPage | None, date: EventDate, event: str, **kwargs: Any
    ) -> None:
        self.draft = draft
        kwargs["initial"] = _begin_with(draft, date, event)
        super().__init__(*args, **kwargs)

    def clean_captions(self) -> Captions | None:
        """The captions as they are read, or the line that is wrong."""
        file = self.cleaned_data["captions"]
        if not isinstance(file, UploadedFile):
            return None
        name = file.name or ""
        try:
            captions = read_captions(file.read(MOST_BYTES + 1), name)
            require_harmless(file, name)
        except UnreadableUpload as error:
            raise forms.ValidationError(str(error), code="captions") from error
        return captions

    def clean_transcript(self) -> list[dict[str, Any]]:
        """The text as it is stored."""
        text = self.cleaned_data["transcript"]
        try:
            return transcript_of_text(text) if text else []
        except UnreadableUpload as error:
            raise forms.ValidationError(str(error), code="transcript") from error

    def clean_slides(self) -> UploadedFile[Any] | None:
        """The file, if it is what its name says."""
        file = self.cleaned_data["slides"]
        if not isinstance(file, UploadedFile):
            return None
        if (file.size or 0) > LARGE_BYTES:
            raise forms.ValidationError(
                gettext("The file is larger than 100 megabytes. Make its pictures smaller and try again.")
            )
        try:
            examine(file, file.name or "")
            require_harmless(file, file.name or "")
        except UnreadableUpload as error:
            raise forms.ValidationError(str(error), code="slides") from error
        return file

    def clean(self) -> dict[str, Any]:
        """There is something to show, and files are asked for again: browsers do not keep them."""
        cleaned: dict[str, Any] = super().clean() or {}
        things = ("url", "captions", "transcript", "slides")
        if not self.errors and self.draft is None and not any(cleaned.get(name) for name in things):
            raise forms.ValidationError(
                gettext("Hand in one thing at least: recording, captions, transcript or slides.")
            )
        if self.errors:
            for name in ("captions", "slides"):
                if name in self.files and name not in self.errors:
                    self.add_error(name, gettext("This file is fine. Please choose it once more."))
        return cleaned

    def read_given(self) -> Given:
        """What was handed in."""
        found = self.cleaned_data
        return Given(
            title=found["title"],
            format=found["format"],
            url=found["url"],
            minutes=found["minutes"],
            captions=found["captions"],
            transcript=found["transcript"],
            slides=found["slides"],
        )


def _begin_with(draft: KnowledgeFormatPage | None, date: EventDate, event: str) -> dict[str, Any]:
    if draft is None:
        return {"title": f"{event}, {date.day:%d.%m.%Y}", "format": USUAL}
    names = {"title": draft.title, "format": draft.format, "url": draft.recording_url}
    return names | {"minutes": draft.minutes}


class FeedbackForm(forms.Form):
    """Three questions, the first of which must be answered."""

    use = forms.TypedChoiceField(
        label=_("How much of it helps you at work?"),
        choices=list(reversed(Feedback.Use.choices)),
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={"required": _("Please choose one of the four answers.")},
    )
    better = forms.CharField(
        label=_("What should be better?"),
        required=False,
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("No names, please: what stands here is read as it is."),
    )
    more = forms.CharField(
        label=_("What would you like to hear about next?"),
        required=False,
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def read_said(self) -> Said:
        """The answer."""
        found = self.cleaned_data
        return Said(found["use"], found["better"].strip(), found["more"].strip())
