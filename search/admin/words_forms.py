"""Forms for words and synonyms of the search."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.forms import WagtailAdminModelForm

from search.models import LexiconWord, SynonymGroup
from search.words import check_group, check_word, held_now

LARGEST_FILE = 500_000
"""Bytes of a file of words: some 20,000 lines."""


class WordForm(WagtailAdminModelForm):
    """A word of the search, with its parts if it is a compound."""

    class Meta:
        model = LexiconWord
        fields = ("word", "parts", "note")
        help_texts = {
            "word": gettext_lazy(
                "In its plain form: Vergabe, not Vergaben. Inflected forms are found by themselves."
            ),
            "parts": gettext_lazy(
                "Only where the search splits a compound wrongly, for example Antrag|steller. A word without "
                "parts is left whole, and others may be made of it."
            ),
            "note": gettext_lazy("For those who look after the words here; nobody else sees it."),
        }

    def clean(self) -> dict[str, Any]:
        """The rules of :func:`search.words.check_word`."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if "word" in data and "parts" in data:
            data["word"], data["parts"] = check_word(
                data["word"], data["parts"], held_now(), self.instance.pk
            )
        return data


class SynonymForm(WagtailAdminModelForm):
    """A group of spellings that mean the same."""

    class Meta:
        model = SynonymGroup
        fields = ("spellings", "note")
        widgets = {"spellings": forms.Textarea(attrs={"rows": 6})}
        help_texts = {
            "spellings": gettext_lazy(
                "One to a line, at least two: an abbreviation and what it stands for, or words that people "
                "use for the same thing. Who seeks one of them finds all."
            ),
            "note": gettext_lazy("For those who look after the words here; nobody else sees it."),
        }

    def clean_spellings(self) -> str:
        """The rules of :func:`search.words.check_group`."""
        lines = self.cleaned_data["spellings"].replace("=", "\n").splitlines()
        try:
            return check_group(lines, held_now(), self.instance.pk)
        except ValidationError as error:
            raise ValidationError(error.messages) from error


class ReadInForm(forms.Form):
    """A text of words and groups, typed or as a file."""

    text = forms.CharField(
        label=gettext_lazy("Words and synonyms"),
        required=False,
        strip=False,
        max_length=LARGEST_FILE,
        widget=forms.Textarea(attrs={"rows": 14, "spellcheck": "false"}),
    )
    file = forms.FileField(label=gettext_lazy("or a text file"), required=False)

    def clean_file(self) -> str:
        """Its text. It has to be small and in UTF-8."""
        file = self.cleaned_data["file"]
        if file is None:
            return ""
        if file.size > LARGEST_FILE:
            raise ValidationError(_("The file is larger than 500 kB. Please read it in in several parts."))
        try:
            return str(file.read().decode("utf-8-sig")).replace("\x00", "")
        except UnicodeDecodeError as error:
            raise ValidationError(_("The file is no text in UTF-8. Please save it as that.")) from error

    def clean(self) -> dict[str, Any]:
        """Something has to be there."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if not self.errors and not (data["text"].strip() or data["file"].strip()):
            raise ValidationError(_("Please enter words or choose a file."))
        return data
