"""The editor of an event: how it repeats is asked in words and kept as a rule of RFC 5545."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.utils.dates import WEEKDAYS as DAY_NAMES
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.widgets import AdminDateInput

from content.forms import ContributionForm
from hub.documents.series import MONTHLY, MOST_DATES, WEEKLY, Rule, read_rule
from hub.instants import localise, zone_of

LAST = -1
FIFTH_DAY = 29
"""From this day of the month on, it is the last such weekday rather than the fifth."""
WEEKS = [
    ("", _("as the start")),
    ("1", _("on the first")),
    ("2", _("on the second")),
    ("3", _("on the third")),
    ("4", _("on the fourth")),
    ("-1", _("on the last")),
]
REPEATS = [
    ("", _("It happens once")),
    (WEEKLY, _("every week, or every few weeks")),
    (MONTHLY, _("every month, or every few months")),
]


class EventForm(ContributionForm):
    """Asks how the event repeats. A start that is no such day is refused; see :mod:`events.repeating`."""

    repeats = forms.ChoiceField(label=_("repeats"), choices=REPEATS, required=False)
    repeats_every = forms.IntegerField(
        label=_("how often"),
        required=False,
        min_value=1,
        max_value=52,
        help_text=_("1: every week or month. 2: every second one."),
    )
    repeats_week = forms.ChoiceField(
        label=_("which week of the month"),
        choices=WEEKS,
        required=False,
        help_text=_("For a repetition by month, for example “on the first” Tuesday."),
    )
    repeats_weekday = forms.ChoiceField(
        label=_("weekday"),
        choices=[("", _("as the start")), *((str(number), name) for number, name in DAY_NAMES.items())],
        required=False,
    )
    repeats_until = forms.DateField(
        label=_("until"),
        required=False,
        widget=AdminDateInput,
        help_text=_("The last day on which a date may be. Empty: there is no end yet."),
    )
    repeats_count = forms.IntegerField(
        label=_("or number of dates"), required=False, min_value=1, max_value=MOST_DATES
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "recurrence_exceptions" not in self.fields:  # a translation: the facts are those of the original
            for name in [name for name in self.fields if name.startswith("repeats")]:
                del self.fields[name]
        elif rule := read_rule(self.instance.recurrence_rule):
            until = localise(rule.until, self.instance.time_zone).date() if rule.until else None
            self.initial |= {
                "repeats": rule.frequency,
                "repeats_every": rule.interval,
                "repeats_week": str(rule.week or ""),
                "repeats_weekday": str(rule.weekday),
                "repeats_until": until,
                "repeats_count": rule.count,
            }

    def clean(self) -> dict[str, Any]:
        """Write the answers down as the rule of the page."""
        cleaned: dict[str, Any] = super().clean()
        if "repeats" not in self.fields or any(name.startswith("repeats") for name in self.errors):
            return cleaned
        if cleaned.get("repeats_until") and cleaned.get("repeats_count"):
            self.add_error("repeats_count", gettext("Give either the last day or the number of dates."))
            return cleaned
        if not cleaned.get("repeats"):
            self.instance.recurrence_rule = ""
            if cleaned.get("recurrence_exceptions"):
                self.add_error("repeats", gettext("Exceptions need a series. Choose how the event repeats."))
        elif starts := cleaned.get("starts"):
            self.instance.recurrence_rule = str(self._build_rule(cleaned, starts))
        elif "starts" not in self.errors:
            self.add_error("starts", gettext("A series needs its first date."))
        return cleaned

    def _build_rule(self, cleaned: dict[str, Any], starts: dt.datetime) -> Rule:
        zone = cleaned.get("time_zone") or self.instance.time_zone
        first, week = localise(starts, zone).date(), None
        if cleaned["repeats"] == MONTHLY:
            week = int(cleaned["repeats_week"] or week_of(first))
        until = None
        if cleaned["repeats_until"]:
            last_minute = dt.datetime.combine(cleaned["repeats_until"], dt.time(23, 59, 59), zone_of(zone))
            until = last_minute.astimezone(dt.UTC)
        return Rule(
            frequency=cleaned["repeats"],
            weekday=int(cleaned["repeats_weekday"] or first.weekday()),
            week=week,
            interval=cleaned["repeats_every"] or 1,
            count=cleaned["repeats_count"],
            until=until,
        )


def week_of(day: dt.date) -> int:
    """Which such weekday of its month a day is, as a rule has it: from the 29th on the last."""
    return LAST if day.day >= FIFTH_DAY else (day.day - 1) // 7 + 1
