"""What is typed to set meetings up and to move them."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from events.circles.series import Move, Wish
from events.event_form import week_of
from events.office.moments import MomentField
from hub.documents import Event
from hub.documents.series import MONTHLY, WEEKLY, Rule, list_dates, rule_of
from hub.instants import localise, zone_of

ZONE = "Europe/Berlin"
LONGEST = dt.timedelta(days=2 * 366)
"""How far ahead a series goes: whoever leads the group looks at it again after two years at the latest."""
RHYTHMS: dict[str, tuple[str, int]] = {
    "week": (WEEKLY, 1),
    "fortnight": (WEEKLY, 2),
    "six_weeks": (WEEKLY, 6),
    "month": (MONTHLY, 1),
    "two_months": (MONTHLY, 2),
}


class DayInput(forms.DateInput):
    """The browser's own picker of a day."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")


class SeriesForm(forms.Form):
    """A series of meetings, or one meeting alone. ``now`` is when it is typed."""

    title = forms.CharField(label=_("Title"), max_length=200)
    starts = MomentField(label=_("First meeting"), help_text=_("In German time."))
    minutes = forms.IntegerField(label=_("Minutes"), min_value=15, max_value=720, initial=90)
    rhythm = forms.ChoiceField(
        label=_("Repetition"),
        choices=[
            ("month", _("every month, on the same weekday of the same week")),
            ("two_months", _("every two months, on the same weekday of the same week")),
            ("week", _("every week")),
            ("fortnight", _("every two weeks")),
            ("six_weeks", _("every six weeks")),
            ("", _("once")),
        ],
        required=False,
    )
    until = forms.DateField(
        label=_("Last possible day"),
        required=False,
        widget=DayInput,
        help_text=_("At most two years ahead. Empty for a meeting that does not repeat."),
    )
    location = forms.CharField(label=_("Place"), max_length=200, required=False)
    online_url = forms.URLField(
        assume_scheme="https",
        label=_("Online access"),
        required=False,
        help_text=_("Everybody who may read the meeting sees it."),
    )

    def __init__(self, *args: Any, now: dt.datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.now = now

    def clean_starts(self) -> dt.datetime:
        """Nobody is invited to what is over."""
        return _check_ahead(self.cleaned_data["starts"], self.now)

    def clean(self) -> dict[str, Any]:
        """What repeats has an end."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        starts, until = cleaned.get("starts"), cleaned.get("until")
        if not cleaned.get("rhythm") or starts is None or "until" in self.errors:
            return cleaned
        first = localise(starts, ZONE).date()
        if until is None:
            self.add_error("until", gettext("Say until when it repeats."))
        elif not first <= until <= first + LONGEST:
            self.add_error("until", gettext("Choose a day after the first meeting, at most two years ahead."))
        return cleaned

    def read_wish(self) -> Wish:
        """What was typed, once it is valid."""
        cleaned = self.cleaned_data
        starts = cleaned["starts"]
        return Wish(
            title=cleaned["title"],
            starts=starts,
            ends=starts + dt.timedelta(minutes=cleaned["minutes"]),
            rule=str(self._build_rule(starts)) if cleaned["rhythm"] else "",
            location=cleaned["location"],
            online_url=cleaned["online_url"],
        )

    def _build_rule(self, starts: dt.datetime) -> Rule:
        frequency, interval = RHYTHMS[self.cleaned_data["rhythm"]]
        first = localise(starts, ZONE).date()
        end = dt.datetime.combine(self.cleaned_data["until"], dt.time(23, 59, 59), zone_of(ZONE))
        week = week_of(first) if frequency == MONTHLY else None
        return Rule(frequency, first.weekday(), week, interval, until=end.astimezone(dt.UTC))


class MoveForm(forms.Form):
    """Another time or place for one date."""

    starts = MomentField(label=_("Starts"), help_text=_("In German time."))
    minutes = forms.IntegerField(label=_("Minutes"), min_value=15, max_value=720)
    location = forms.CharField(
        label=_("Place"), max_length=200, required=False, help_text=_("Empty: as always.")
    )

    def __init__(self, *args: Any, now: dt.datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.now = now

    def clean_starts(self) -> dt.datetime:
        """It lies ahead."""
        return _check_ahead(self.cleaned_data["starts"], self.now)

    def read_move(self) -> Move:
        """What was typed, once it is valid."""
        starts = self.cleaned_data["starts"]
        length = dt.timedelta(minutes=self.cleaned_data["minutes"])
        return Move(starts, starts + length, self.cleaned_data["location"])


def read_rhythm(facts: Event) -> dict[str, Any]:
    """How often an event repeats and until when, as :class:`SeriesForm` asks for it; empty for one alone."""
    rule = rule_of(facts)
    if rule is None:
        return {"rhythm": ""}
    usual = "month" if rule.frequency == MONTHLY else "week"
    named = next((name for name, own in RHYTHMS.items() if own == (rule.frequency, rule.interval)), usual)
    last = rule.until or max(each.at for each in list_dates(facts))
    return {"rhythm": named, "until": localise(last, facts.timezone).date()}


def _check_ahead(moment: dt.datetime | None, now: dt.datetime) -> dt.datetime:
    if moment is None or moment <= now:
        raise forms.ValidationError(gettext("This time is over already. Choose one that is to come."))
    return moment
