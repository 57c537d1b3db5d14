"""The form that notes a check by test readers."""

from __future__ import annotations

import datetime as dt

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _


class CheckForm(forms.Form):
    """Day and group; both are shown with the text."""

    day = forms.DateField(
        label=_("Checked on"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("The day on which test readers last read the text as it is published now."),
    )
    group = forms.CharField(
        label=_("Checked by"),
        max_length=200,
        help_text=_(
            "The name of the group, never of a person. Example: test readers of the Lebenshilfe Mainz."
        ),
    )

    def clean_day(self) -> dt.date:
        """Refuse a day to come."""
        day: dt.date = self.cleaned_data["day"]
        if day > timezone.localdate():
            raise ValidationError(gettext("This day is still to come."))
        return day
