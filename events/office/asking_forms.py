"""The forms of a question and of a consent."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from events.models import ConsentText, Question

CHOICES_AT_MOST = 30
CHOICE_LENGTH = 200
OF_CHOICES = (Question.Kind.ONE, Question.Kind.SEVERAL)


class QuestionForm(forms.ModelForm[Question]):
    """A question, how it is answered, and why it is asked."""

    label = forms.CharField(label=_("Question"), max_length=200)
    help_text = forms.CharField(
        label=_("Explanation"), max_length=300, required=False, help_text=_("What you need the answer for.")
    )
    kind = forms.ChoiceField(label=_("How it is answered"), choices=Question.Kind.choices)
    choices = forms.CharField(
        label=_("Choices"), required=False, widget=forms.Textarea({"rows": 4}),
        help_text=_("One per line; only where one or any of several are chosen."),
    )  # fmt: skip
    required = forms.BooleanField(label=_("Must be answered"), required=False)

    class Meta:
        model = Question
        fields: ClassVar[list[str]] = ["label", "help_text", "kind", "choices", "required"]

    def clean_choices(self) -> str:
        """Lines without gaps, none twice."""
        lines = [" ".join(line.split()) for line in self.cleaned_data["choices"].splitlines()]
        return "\n".join(dict.fromkeys(line for line in lines if line))

    def clean(self) -> dict[str, Any]:
        """Choices where they are chosen from, and nowhere else."""
        cleaned: dict[str, Any] = super().clean() or {}
        lines = (cleaned.get("choices") or "").splitlines()
        if cleaned.get("kind") not in OF_CHOICES:
            cleaned["choices"] = ""
        elif "choices" not in self.errors and not 2 <= len(lines) <= CHOICES_AT_MOST:
            said = gettext("Give from 2 to %(most)s choices, each on a line of its own.")
            self.add_error("choices", said % {"most": CHOICES_AT_MOST})
        elif any(len(line) > CHOICE_LENGTH for line in lines):
            self.add_error("choices", gettext("A choice is too long. Keep each below 200 characters."))
        return cleaned


class ConsentForm(forms.ModelForm[ConsentText]):
    """A consent: what for, and its whole wording."""

    purpose = forms.ChoiceField(label=_("What it is for"), choices=ConsentText.Purpose.choices)
    text = forms.CharField(
        label=_("Wording"), max_length=2000, widget=forms.Textarea({"rows": 5}),
        help_text=_("Say who does what with it, and that it can be withdrawn. Nobody has to agree."),
    )  # fmt: skip

    class Meta:
        model = ConsentText
        fields: ClassVar[list[str]] = ["purpose", "text"]
