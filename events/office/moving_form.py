"""The form that moves a whole plan."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from events.office.moving import MOST_DAYS


class MoveForm(forms.Form):
    """By how many days, whether phases go along; ``seen`` is the version of the plan that was looked at."""

    days = forms.IntegerField(
        label=_("Days"),
        min_value=-MOST_DAYS,
        max_value=MOST_DAYS,
        help_text=_("14: two weeks later. −7: a week earlier. The times of day stay."),
    )
    phases = forms.BooleanField(
        label=_("The phases to come move along"),
        required=False,
        initial=True,
        help_text=_("And when the plan is public. Untick it if you have changed these times already."),
    )
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0)

    def clean_days(self) -> int:
        """To another day."""
        days: int = self.cleaned_data["days"]
        if days == 0:
            raise forms.ValidationError(_("By 0 days nothing moves. Give the number of days."))
        return days
