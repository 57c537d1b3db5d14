"""The forms about one participant, and of a mail to many."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from events.office.news import AUDIENCES

SUBJECT_AT_MOST, TEXT_AT_MOST = 150, 5000


class AddressForm(forms.Form):
    """The address somebody meant."""

    email = forms.EmailField(label=_("Right e-mail address"), max_length=254)


class EnterForm(forms.Form):
    """Somebody who calls, or has no address."""

    given_name = forms.CharField(label=_("Given name"), max_length=100)
    family_name = forms.CharField(label=_("Family name"), max_length=100)
    affiliation = forms.CharField(label=_("Municipality or organisation"), max_length=200, required=False)
    email = forms.EmailField(
        label=_("E-mail address"), max_length=254, required=False,
        help_text=_(
            "With it the person gets the mail with their own link. Reminders, and questions after the event, "
            "go there only once they have saved their data by that link. Without an address no mail goes out."
        ),
    )  # fmt: skip
    beyond = forms.BooleanField(
        label=_("Give a seat even if all are taken, before everybody who waits"), required=False
    )
    key = forms.UUIDField(widget=forms.HiddenInput)


class CancelForm(forms.Form):
    """Why somebody loses their seat."""

    reason = forms.CharField(
        label=_("Reason, for the mail to the person"), required=False, max_length=500,
        widget=forms.Textarea({"rows": 3}),
    )  # fmt: skip


class CancelEventForm(forms.Form):
    """Why an event does not take place. Ticked, for it cannot be taken back without a second mail."""

    reason = forms.CharField(
        label=_("Reason, for the mail to everybody"), required=False, max_length=1000,
        widget=forms.Textarea({"rows": 4}), help_text=_("May stay empty. It stands in the mails alone."),
    )  # fmt: skip
    sure = forms.BooleanField(label=_("Yes, the event does not take place."))


class NewsForm(forms.Form):
    """A mail to many. The text is sent as it is, with a greeting before it and the link of each after it."""

    audience = forms.ChoiceField(label=_("To whom"))
    subject = forms.CharField(label=_("Subject"), max_length=SUBJECT_AT_MOST)
    text = forms.CharField(
        label=_("Text"), max_length=TEXT_AT_MOST, widget=forms.Textarea({"rows": 10}),
        help_text=_("Greeting, your contact and each person’s own link are added by themselves."),
    )  # fmt: skip
    key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, counts: dict[str, int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices: list[tuple[str, str]] = [(name, _count(AUDIENCES[name], counts[name])) for name in AUDIENCES]
        self.fields["audience"].choices = choices  # type: ignore[attr-defined]  # a choice field
        self.counts = counts

    def clean_subject(self) -> str:
        """One line."""
        return " ".join(str(self.cleaned_data["subject"]).split())

    def clean_audience(self) -> str:
        """Somebody has to be in it."""
        audience: str = self.cleaned_data["audience"]
        if not self.counts[audience]:
            raise forms.ValidationError(_("Nobody would get this mail at present."))
        return audience


def _count(label: str | Promise, number: int) -> str:
    return f"{label} ({number})"
