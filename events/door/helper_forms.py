"""The form by which a link is handed out."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from events.models import Helper


class HelperForm(forms.Form):
    """What a phone is to do, what it is called, and until when."""

    task = forms.ChoiceField(label=_("Task"), choices=Helper.Task.choices)
    name = forms.CharField(
        label=_("Name"),
        max_length=60,
        help_text=_("Of the place rather than the person, for example “Entrance 1”."),
        error_messages={"required": _("Please give the phone a name, for example “Entrance 1”.")},
    )
    until = forms.DateTimeField(
        label=_("Valid until"),
        widget=forms.DateTimeInput({"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M"],
        error_messages={"invalid": _("Please choose a day and a time.")},
    )

    def __init__(self, *args: Any, now: dt.datetime, latest: dt.datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.now, self.latest = now, latest

    def clean_name(self) -> str:
        """One line."""
        return " ".join(str(self.cleaned_data["name"]).split())

    def clean_until(self) -> dt.datetime:
        """Still to come, and not long after the event."""
        until: dt.datetime = self.cleaned_data["until"]
        if until <= self.now:
            raise forms.ValidationError(_("This time is over. Please choose a later one."))
        if until > self.latest:
            raise forms.ValidationError(
                _("A link ends at the latest two days after the event. Please choose an earlier time.")
            )
        return until
