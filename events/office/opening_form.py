"""The form of the next edition."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from events.models import EventPage
from events.office.moments import span_of
from hub.instants import FIRST_YEAR, LAST_YEAR, localise

WEEKS_BETWEEN = 52


class CopyForm(forms.Form):
    """Title and first day of the next edition; proposed is the same weekday a year later.

    ``key`` names the draft that is made, so that sending the form twice makes one.
    """

    title = forms.CharField(label=_("Title"), max_length=200)
    day = forms.DateField(
        label=_("First day"),
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        help_text=_("All phases and times move along, by the clock."),
    )
    key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, event: EventPage, **kwargs: Any) -> None:
        first = localise(span_of(event)[0], event.time_zone).date()
        proposed = first + dt.timedelta(weeks=WEEKS_BETWEEN)
        title = event.title.replace(str(first.year), str(proposed.year))
        kwargs["initial"] = {"title": title, "day": proposed, "key": uuid.uuid4()}
        super().__init__(*args, **kwargs)
        self.first = first

    def clean_day(self) -> dt.date:
        """Another day, in the years that documents may hold, with room for what lasts longer."""
        day: dt.date = self.cleaned_data["day"]
        if not FIRST_YEAR + 1 < day.year < LAST_YEAR - 1:
            raise forms.ValidationError(_("Choose a day of this century."))
        if day == self.first:
            raise forms.ValidationError(_("This is the day of the event itself. Choose another one."))
        return day
